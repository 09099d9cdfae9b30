//! The lines of a thread in their order, over all files that hold them.
//!
//! A fork by reference and a revert begin with a part of another file. A [`Chain`] lists those parts
//! and hands out their records one after the other. Which files belong to a thread is found
//! elsewhere; this refuses to look for any.

use std::ops::ControlFlow;
use std::sync::Arc;

use rollout_schema::ThreadId;
use rollout_schema::wire::HistoryPosition;

use crate::discover::RolloutFile;
use crate::history::Cut;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::Problem;
use crate::records::{Record, records};
use crate::scan::Progress;
use crate::source::for_each_line;
use crate::turns::LinePlace;

/// The parts of files that hold a thread, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The parts.
    pub pieces: Vec<Piece>,
    /// Why the chain does not reach the thread's beginning, if it does not.
    pub missing: Option<MissingBase>,
}

/// A base that is in no file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingBase {
    /// The rollout that should hold the beginning.
    pub rollout_id: String,
}

/// A part of a file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The file.
    pub file: RolloutFile,
    /// The file's number in the thread: the same in every chain of it.
    pub segment: u32,
    /// Decoded bytes before the part.
    pub from: u64,
    /// Where it ends, in decoded bytes; `None` for the end of the file.
    pub to: Option<u64>,
    /// Whose lines these are.
    pub owner: Owner,
    /// Whether a revert took it out of the thread.
    pub dropped: bool,
}

/// Which lines of a piece are the thread's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// All.
    Thread,
    /// None: another thread wrote them.
    Ancestor,
    /// The first, and those from this line on; what stands between was copied from an ancestor.
    ThreadFrom(u64),
}

/// A record of a thread.
#[derive(Clone, Copy, Debug)]
pub struct ThreadRecord<'a> {
    /// The record.
    pub record: Record<'a>,
    /// Where it stands.
    pub place: LinePlace,
    /// Index of its piece in the chain.
    pub piece: usize,
    /// Whether it was written by an ancestor.
    pub inherited: bool,
    /// Whether a revert took it out of the thread.
    pub dropped: bool,
}

impl Chain {
    /// The chain of a file that is complete by itself.
    pub fn of_file(file: RolloutFile) -> Self {
        let piece = Piece { file, segment: 0, from: 0, to: None, owner: Owner::Thread, dropped: false };
        Self { pieces: vec![piece], missing: None }
    }

    /// The part before a cut.
    pub(crate) fn until(&self, cut: &Cut) -> Self {
        let pieces = self.pieces.iter().enumerate().filter_map(|(index, piece)| {
            let end = cut.end_of(index)?.min(piece.to.unwrap_or(u64::MAX));
            Some(Piece { to: (end < u64::MAX).then_some(end), ..piece.clone() })
        });
        Self { pieces: pieces.collect(), missing: self.missing.clone() }
    }

    /// The part from a cut on.
    pub(crate) fn after(&self, cut: &Cut) -> Self {
        let pieces = self.pieces.iter().enumerate().filter_map(|(index, piece)| match cut.end_of(index) {
            Some(u64::MAX) => None,
            from => Some(Piece { from: from.unwrap_or(piece.from).max(piece.from), ..piece.clone() }),
        });
        Self { pieces: pieces.collect(), missing: None }
    }

    /// The file of a segment, as [`LinePlace::segment`] counts them.
    pub fn file(&self, segment: u32) -> Option<&RolloutFile> {
        self.pieces.iter().find(|piece| piece.segment == segment).map(|piece| &piece.file)
    }

    /// Hands out every record in order, until `take` breaks. What cannot be read becomes a problem.
    pub fn for_each_record(
        &self,
        reader: &mut LineReader,
        progress: &dyn Progress,
        mut take: impl FnMut(ThreadRecord<'_>) -> ControlFlow<()>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let mut lines = Lines { piece, index, take: &mut take, problems: &mut problems, stopped: false };
            let mut extent = Extent::default();
            let end = for_each_line(reader, &piece.file, progress, &mut lines, &mut extent);
            let stopped = lines.stopped;
            if let Err(error) = end {
                problems.push(error.into_problem(&piece.file.path, extent.lines + 1));
            }
            if stopped {
                break;
            }
        }
        problems
    }
}

impl Piece {
    /// The piece's end, as the `history_base` of a file says it that goes on there with `next_ordinal`.
    pub(crate) fn position(&self, next_ordinal: u64) -> HistoryPosition {
        let name = self.file.name();
        let rollout_id = name.rollout_id.or(name.thread_id).unwrap_or_default();
        HistoryPosition {
            thread_id: ThreadId::from(&*rollout_id),
            end_ordinal_exclusive: next_ordinal.into(),
            end_byte_offset: self.to.unwrap_or_default().into(),
            rest: Default::default(),
        }
    }
}

/// Takes the lines of one piece.
struct Lines<'a, F> {
    piece: &'a Piece,
    index: usize,
    take: &'a mut F,
    problems: &'a mut Vec<Problem>,
    stopped: bool,
}

impl<F: FnMut(ThreadRecord<'_>) -> ControlFlow<()>> LineSink for Lines<'_, F> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let piece = self.piece;
        if piece.to.is_some_and(|end| line.offset >= end) {
            return ControlFlow::Break(());
        }
        if line.offset < piece.from {
            return ControlFlow::Continue(());
        }
        if line.passed_over {
            self.problems.push(Problem::line_too_long(&piece.file.path, line));
            return ControlFlow::Continue(());
        }
        let inherited = match piece.owner {
            Owner::Thread => false,
            Owner::Ancestor => true,
            Owner::ThreadFrom(first) => (2..first).contains(&line.number),
        };
        let mut flow = ControlFlow::Continue(());
        let take = |record: Record<'_>| {
            if flow.is_continue() {
                let place = LinePlace { segment: piece.segment, line: line.number, ordinal: record.head.ordinal };
                flow =
                    (self.take)(ThreadRecord { record, place, piece: self.index, inherited, dropped: piece.dropped });
            }
        };
        records(&Arc::clone(&piece.file.path), line, take, |problem| self.problems.push(problem));
        self.stopped |= flow.is_break();
        flow
    }
}
