//! One rollout's events from a place on, as far as its lines are whole.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::cursor::Position;
use crate::discover::RolloutFile;
use crate::events::{Event, EventMapper};
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::Problem;
use crate::records::{Record, records};
use crate::scan::Progress;
use crate::source::for_each_line;

/// A mapper, and where in the file it stands.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    pub(super) mapper: EventMapper,
    /// Decoded bytes of the lines that it took.
    pub(super) offset: u64,
    /// Those lines.
    pub(super) line: u64,
}

/// Takes lines and hands out the events of those that are new.
pub(super) struct Tail<'a, F> {
    pub(super) path: &'a Arc<Path>,
    pub(super) position: &'a mut Position,
    pub(super) reached: &'a mut Reached,
    /// Where the source begins: decoded bytes and lines before it.
    pub(super) base: (u64, u64),
    /// Whether there will be no more bytes, so that the mapper may keep what an open line did to it.
    pub(super) is_last: bool,
    /// Where to stop between two lines.
    pub(super) until: u64,
    /// Whether a line was passed over whose end only the next line tells.
    pub(super) is_past: bool,
    pub(super) take: F,
    pub(super) problems: &'a mut Vec<Problem>,
    /// Whether `take` wants no more.
    pub(super) stopped: bool,
}

impl<F: FnMut(Event) -> ControlFlow<()>> Tail<'_, F> {
    /// Maps the records of a line; hands out what is new.
    fn map(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let (position, mapper) = (&mut *self.position, &mut self.reached.mapper);
        let mut flow = ControlFlow::Continue(());
        let mut events = Vec::new();
        let mut is_new = false;
        let take = |record: Record<'_>| {
            if flow.is_break() {
                return;
            }
            mapper.record(record, line.number, false, &mut events);
            if record.offset < position.told {
                events.clear();
                return;
            }
            is_new = true;
            let newest = mapper.newest();
            if position.known.is_some() && newest <= position.known {
                events.clear();
            } else {
                position.known = None;
                flow = events.drain(..).try_for_each(&mut self.take);
            }
            if flow.is_continue() {
                position.told = record.offset + 1;
                position.newest = newest;
            }
        };
        let mut found = Vec::new();
        records(self.path, line, take, |problem| found.push(problem));
        if is_new || line.offset >= self.position.told {
            self.problems.append(&mut found);
        }
        flow
    }

    /// The lines up to here were taken.
    fn advance(&mut self, offset: u64, line: u64) {
        (self.reached.offset, self.reached.line) = (offset, line);
        (self.position.end, self.position.end_line) = (offset, line);
        if self.reached.mapper.is_at_rest() {
            (self.position.offset, self.position.line) = (offset, line);
            self.position.state.clone_from(self.reached.mapper.state());
        }
    }

    /// The source ended after so much.
    pub(super) fn end(&mut self, extent: Extent) {
        if self.is_past {
            self.advance(self.base.0 + extent.bytes, self.base.1 + extent.lines);
        }
    }
}

impl<F: FnMut(Event) -> ControlFlow<()>> LineSink for Tail<'_, F> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let line = Line { offset: line.offset + self.base.0, number: line.number + self.base.1, ..line };
        if self.is_past {
            self.is_past = false;
            self.advance(line.offset, line.number - 1);
        }
        if line.passed_over {
            if line.offset >= self.position.told {
                self.problems.push(Problem::line_too_long(self.path, line));
                self.position.told = line.offset + 1;
            }
            self.is_past = line.terminated;
            return ControlFlow::Continue(());
        }
        if !line.terminated {
            if !is_whole(line.bytes) {
                return ControlFlow::Continue(());
            }
            // The line may still grow by another record, and is read again then.
            let before = (!self.is_last).then(|| self.reached.mapper.clone());
            let flow = self.map(line);
            self.stopped |= flow.is_break();
            if let Some(before) = before {
                self.reached.mapper = before;
            }
            return flow;
        }
        if self.map(line).is_break() {
            self.stopped = true; // in the middle of a line perhaps: the mapper is not to be used again
            return ControlFlow::Break(());
        }
        self.position.fingerprint.add(line.offset, line.bytes);
        let end = line.offset + line.bytes.len() as u64 + 1;
        self.advance(end, line.number);
        if end >= self.until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Whether an open line already is a value that nothing can be added to.
fn is_whole(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b"}") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// Hands out all events of a rollout, as it is now. Gives the mapper, which may hold something back,
/// how much was read, and what could not be.
pub fn read_events(
    reader: &mut LineReader,
    file: &RolloutFile,
    progress: &dyn Progress,
    take: impl FnMut(Event) -> ControlFlow<()>,
) -> (EventMapper, Extent, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut position = Position::default();
    let mut reached = Reached { mapper: EventMapper::new(&file.name()), offset: 0, line: 0 };
    let mut extent = Extent::default();
    let mut tail = Tail {
        path: &file.path,
        position: &mut position,
        reached: &mut reached,
        base: (0, 0),
        is_last: true,
        until: u64::MAX,
        is_past: false,
        take,
        problems: &mut problems,
        stopped: false,
    };
    let end = for_each_line(reader, file, progress, &mut tail, &mut extent);
    if let Err(error) = end {
        problems.push(error.into_problem(&file.path, extent.lines + 1));
    }
    (reached.mapper, extent, problems)
}
