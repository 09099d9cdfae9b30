//! A fork by reference: its file names the part of another file with which it begins.
//!
//! Only paginated threads can do that: the part is said in ordinals and decoded bytes.

use std::io::Write;

use rollout_schema::{ThreadId, wire};

use super::edge::Edge;
use super::interruption::{self, Interruption};
use super::sheet::{Failed, Sheet};
use super::{ForkError, Request, meta, settings};
use crate::chain::{Chain, Piece};
use crate::timestamp::Time;

/// Where the retained lines end, as a `history_base` says it.
pub(crate) fn position(end: &Piece, next_ordinal: u64) -> wire::HistoryPosition {
    let name = end.file.name();
    let rollout_id = name.rollout_id.or(name.thread_id).unwrap_or_default();
    wire::HistoryPosition {
        thread_id: ThreadId::from(&*rollout_id),
        end_ordinal_exclusive: next_ordinal.into(),
        end_byte_offset: end.to.unwrap_or_default().into(),
        rest: Default::default(),
    }
}

/// Writes a fork of `kept`.
pub(super) fn write(
    chain: &Chain,
    kept: &Chain,
    edge: &Edge,
    request: &Request,
    at: Time,
    out: impl Write,
) -> Result<(u64, u64), Failed> {
    let source = meta::of_source(chain, request)?;
    let is_paginated = source.history_mode.given() == Some(&wire::ThreadHistoryMode::Paginated);
    let (Some(end), Some(next_ordinal), true) = (kept.pieces.last(), edge.next_ordinal, is_paginated) else {
        let path = chain.pieces.last().map(|piece| piece.file.path.to_path_buf()).unwrap_or_default();
        return Err(ForkError::NotPaginated(path).into());
    };
    let meta = meta::of_fork(source, request, at, Some(position(end, next_ordinal)));
    let mut sheet = Sheet::new(out, Some(next_ordinal));
    sheet.own(at, wire::RolloutItem::SessionMeta(Box::new(meta)))?;
    for call in &edge.unanswered {
        sheet.own(at, interruption::item(&call.output)?)?;
    }
    if let Some(interruption) = Interruption::of(edge) {
        interruption.write(at, &mut sheet)?;
    }
    let newest = settings::newest(kept).map_err(ForkError::from)?;
    if let Some(applied) = settings::applied(&newest, request) {
        sheet.own(at, applied)?;
    }
    Ok(sheet.finish()?)
}
