//! A fork by reference: its file names the part of another file with which it begins.
//!
//! Only paginated threads can do that: the part is said in ordinals and decoded bytes.

use std::io::Write;

use rollout_schema::wire;

use super::Leave;
use super::interruption::{self, Interruption};
use crate::settings;
use crate::sheet::{Failed, Sheet};

/// Writes a fork whose first line, `meta`, says where its beginning stands. Gives lines and items.
pub(super) fn write(
    meta: wire::SessionMeta,
    settings: Option<wire::ThreadSettingsAppliedEvent>,
    leave: &Leave<'_>,
    out: impl Write,
) -> Result<(u64, u64), Failed> {
    let Leave { request, edge, at, .. } = *leave;
    let first = meta.history_base.value().and_then(|base| base.end_ordinal_exclusive.as_u64());
    let mut sheet = Sheet::new(out, first);
    sheet.own(at, wire::RolloutItem::SessionMeta(Box::new(meta)))?;
    for call in &edge.unanswered {
        sheet.own(at, interruption::item(&call.output)?)?;
    }
    if let Some(interruption) = Interruption::of(edge) {
        interruption.write(at, &mut sheet)?;
    }
    if let Some(settings) = settings {
        sheet.own(at, settings::applied(request.settings(settings), &request.thread_id))?;
    }
    Ok(sheet.finish()?)
}
