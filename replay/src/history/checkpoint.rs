//! The first half of rebuilding: from the newest line backward to the checkpoint in force.
//!
//! A `compacted` line with a replacement history makes all older lines irrelevant, unless a rollback
//! took the turn out that it stands in. So lines are read from the end, turn by turn, counting down
//! the turns that rollbacks drop, until a surviving checkpoint is found or no line is left.
//!
//! Where every checkpoint was dropped, Codex begins with nothing after the oldest of them, not at the
//! thread's first line. The model sees what Codex sends, so that is done here as well. Files without
//! turn events were written by versions that read forward; for them it does not hold.

use std::ops::ControlFlow;
use std::sync::Arc;

use rollout_schema::LineKind;
use serde::Deserialize;

use super::fold::Compacted;
use super::item::Class;
use super::read::{self, Sources};
use super::{At, Cut};
use crate::chain::Chain;
use crate::problem::ReadError;
use crate::records::{Record, records};
use crate::reverse::for_each_line_reversed;

/// Where the lines begin that decide a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The record after which they begin; `None` for the chain's first line.
    pub(super) after: Option<At>,
    /// Whether its replacement history is in force; otherwise a history begins with nothing.
    pub(super) survives: bool,
}

/// Finds where the lines begin that decide the history at `cut`, of which `to_drop` turns are dropped.
pub(super) fn find(chain: &Chain, sources: &mut Sources, cut: &Cut, to_drop: u64) -> Result<Start, ReadError> {
    let mut scan = Scan { to_drop, ..Scan::default() };
    for (index, piece) in chain.pieces.iter().enumerate().rev() {
        let Some(end) = cut.end_of(index) else { continue };
        let seekable = sources.open(chain, index)?;
        let end = end.min(piece.to.unwrap_or(u64::MAX)).min(seekable.length);
        let from = piece.from.min(end);
        scan.piece = index;
        for_each_line_reversed(&mut *seekable.source, from, end, |line| {
            // A line may hold several records; the last of them is the newest.
            let mut marks = Vec::new();
            records(&Arc::clone(&piece.file.path), line, |record| marks.extend(Mark::of(&record)), |_| {});
            for mark in marks.into_iter().rev() {
                scan.mark(mark);
            }
            if scan.checkpoint.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if scan.checkpoint.is_some() {
            break;
        }
    }
    scan.finish_turn();
    Ok(Start { after: scan.checkpoint.or(scan.oldest), survives: scan.checkpoint.is_some() })
}

/// What a line means for the search.
enum Mark {
    TurnStarted(Option<Box<str>>),
    TurnEnded(Option<Box<str>>),
    TurnAborted(Option<Box<str>>),
    TurnContext(Option<Box<str>>),
    UserTurn,
    Item,
    RolledBack(u64),
    Compacted { offset: u64, length: usize, replaces: bool },
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Frame {
    turn_id: Option<Box<str>>,
    num_turns: Option<u64>,
}

impl Mark {
    fn of(record: &Record<'_>) -> Option<Self> {
        let frame = || read::payload::<Frame>(record.json).unwrap_or_default();
        Some(match record.head.kind {
            LineKind::ResponseItem => match read::view(record).ok()?.class()?.0 {
                Class::User | Class::Agent => Self::UserTurn,
                _ => Self::Item,
            },
            LineKind::TurnContext => Self::TurnContext(frame().turn_id),
            LineKind::Compacted => {
                let replaces = read::payload::<Compacted<'_>>(record.json).ok()?.replacement_history.is_some();
                Self::Compacted { offset: record.offset, length: record.length, replaces }
            }
            LineKind::EventMsg => match record.head.payload_type {
                b"task_started" | b"turn_started" => Self::TurnStarted(frame().turn_id),
                b"task_complete" | b"turn_complete" => Self::TurnEnded(frame().turn_id),
                b"turn_aborted" => Self::TurnAborted(frame().turn_id),
                b"user_message" => Self::UserTurn,
                b"thread_rolled_back" => Self::RolledBack(frame().num_turns.unwrap_or_default()),
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// The turn that the search is in, seen from its end.
#[derive(Default)]
struct OpenTurn {
    id: Option<Box<str>>,
    is_user_turn: bool,
    base: Option<At>,
}

#[derive(Default)]
struct Scan {
    piece: usize,
    /// Turns that rollbacks still drop.
    to_drop: u64,
    turn: Option<OpenTurn>,
    /// The one that survives.
    checkpoint: Option<At>,
    /// The oldest that was met in a turn with a beginning, dropped or not.
    oldest: Option<At>,
}

impl Scan {
    fn mark(&mut self, mark: Mark) {
        match mark {
            Mark::RolledBack(turns) => self.to_drop = self.to_drop.saturating_add(turns),
            Mark::TurnEnded(id) | Mark::TurnContext(id) => {
                let turn = self.turn.get_or_insert_default();
                turn.id = turn.id.take().or(id);
            }
            Mark::TurnAborted(id) => match &mut self.turn {
                Some(turn) => turn.id = turn.id.take().or(id),
                None if id.is_some() => self.turn = Some(OpenTurn { id, ..OpenTurn::default() }),
                None => {}
            },
            Mark::TurnStarted(id) => {
                let fits = |turn: &OpenTurn| turn.id.is_none() || id.is_none() || turn.id == id;
                if self.turn.as_ref().is_some_and(fits) {
                    self.oldest = self.turn.as_ref().and_then(|turn| turn.base).or(self.oldest);
                    self.finish_turn();
                }
            }
            Mark::UserTurn => self.turn.get_or_insert_default().is_user_turn = true,
            Mark::Item => {
                self.turn.get_or_insert_default();
            }
            Mark::Compacted { offset, length, replaces } => {
                let piece = self.piece;
                let turn = self.turn.get_or_insert_default();
                if replaces && turn.base.is_none() {
                    turn.base = Some(At { piece, offset, length });
                }
            }
        }
    }

    /// The beginning of the turn was met: is it dropped, or does its checkpoint count?
    fn finish_turn(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        if self.to_drop > 0 {
            self.to_drop -= u64::from(turn.is_user_turn);
        } else if self.checkpoint.is_none() {
            self.checkpoint = turn.base;
        }
    }
}
