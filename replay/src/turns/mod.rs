//! Turns: what happened in a thread, step by step, rebuilt from the lines of any era.
//!
//! ```text
//! Chain ─ pass one ─► outline   the turns: where they begin, how they ended, which were dropped
//!                  └► notes     what only later lines tell of a step: its end, its echo, its turn
//! Chain ─ pass two ─► read      a record as steps: an item, a call, a call's answer
//!                  └► desk      steps in turns, calls with their answers ──► TranscriptSink
//! ```
//!
//! Two passes, because a turn's beginning says how it ended and an item waits for its answer only if one
//! comes. Memory is bounded by one line, the steps of 16 MiB that wait for an answer, 8 MiB of words that
//! come too late or end a turn, and some hundred bytes per turn and some ten per step.
//!
//! Refuses to fail: a line of a shape that nobody knows becomes [`ItemKind::Other`] or says nothing.

mod budget;
mod desk;
mod frames;
mod model;
mod notes;
mod outline;
mod payload;
mod read;
#[cfg(test)]
mod tests;
mod words;

pub use model::*;
pub use outline::{Outline, outline};

use std::ops::ControlFlow;

use crate::chain::Chain;
use crate::lines::LineReader;
use crate::problem::{Place, Problem, reason};
use crate::rule::Rule;
use crate::scan::Progress;

/// What a transcript holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TranscriptOptions {
    /// Also the turns that a rollback or a revert dropped, and the rollbacks themselves.
    pub all: bool,
    /// Also what was inherited from the thread that this one was forked from.
    pub inherited: bool,
}

impl Default for TranscriptOptions {
    fn default() -> Self {
        Self { all: false, inherited: true }
    }
}

/// Hands out the turns of a thread and their items, in order. What cannot be read becomes a problem.
pub fn transcript(
    chain: &Chain,
    reader: &mut LineReader,
    progress: &dyn Progress,
    options: &TranscriptOptions,
    sink: &mut dyn TranscriptSink,
) -> Vec<Problem> {
    let plan = outline::plan(chain, reader, progress);
    let mut desk = desk::Desk::new(plan, *options, sink);
    let mut damaged = Vec::new();
    let mut problems = chain.for_each_record(reader, progress, |record| match desk.record(&record) {
        Ok(flow) => flow,
        Err(error) => {
            if let Some(file) = chain.file(record.place.segment) {
                let place = Place { path: file.path.clone(), line: record.place.line, column: record.record.column };
                let message = reason(&error);
                damaged.push(Problem { rule: Rule::InvalidJson, place, message, loses_record: true });
            }
            ControlFlow::Continue(())
        }
    });
    desk.finish();
    problems.extend(damaged);
    problems
}
