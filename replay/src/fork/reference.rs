//! A fork by reference: its file names the part of another file with which it begins.
//!
//! Only paginated threads can do that: the part is said in ordinals and decoded bytes.

use std::io::Write;

use rollout_schema::wire;

use super::edge::Edge;
use super::interruption::{self, Interruption};
use super::{Request, meta};
use crate::settings;
use crate::sheet::{Failed, Sheet};
use crate::timestamp::Time;

/// Writes a fork that begins with what ends at `base`. Gives lines and items.
pub(super) fn write(
    base: wire::HistoryPosition,
    source: wire::SessionMeta,
    settings: Option<wire::ThreadSettingsAppliedEvent>,
    edge: &Edge,
    request: &Request,
    at: Time,
    out: impl Write,
) -> Result<(u64, u64), Failed> {
    let mut sheet = Sheet::new(out, base.end_ordinal_exclusive.as_u64());
    let meta = meta::of_fork(source, request, at, Some(base));
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
