//! The first lines of a file: who its thread is, and whether it begins with a copy of another.

use std::ops::ControlFlow;
use std::sync::Arc;

use rollout_schema::{LineKind, ThreadId};

use crate::discover::RolloutFile;
use crate::identity::Identity;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::Problem;
use crate::records::{Record, records};
use crate::scan::Silent;
use crate::source::for_each_line;

/// Lines among which Codex looks for a `session_meta`.
const LINES: u64 = 10;

/// What the first lines of a file say.
#[derive(Debug, Default)]
pub(super) struct FileHead {
    /// The first `session_meta`.
    pub(super) identity: Option<Identity>,
    /// The thread of the second one: an ancestor whose lines follow as a copy.
    pub(super) copied_from: Option<ThreadId>,
    /// Whether the file is of the time before envelopes.
    pub(super) bare: bool,
    /// Why it could not be read.
    pub(super) problem: Option<Problem>,
}

/// Reads the first lines of `file`.
pub(super) fn read_head(reader: &mut LineReader, file: &RolloutFile) -> FileHead {
    let mut first = FirstLines { file, head: FileHead::default() };
    let mut extent = Extent::default();
    if let Err(error) = for_each_line(reader, file, &Silent, &mut first, &mut extent) {
        first.head.problem = Some(error.into_problem(&file.path, extent.lines + 1));
    }
    first.head
}

struct FirstLines<'a> {
    file: &'a RolloutFile,
    head: FileHead,
}

impl FirstLines<'_> {
    fn record(&mut self, record: &Record<'_>) -> ControlFlow<()> {
        if record.head.kind != LineKind::SessionMeta {
            // Copies of ancestors follow the file's own line without a gap.
            return if self.head.identity.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        }
        let Ok(identity) = Identity::of_record(record) else { return ControlFlow::Continue(()) };
        match &self.head.identity {
            None => {
                self.head.bare = record.bare;
                self.head.identity = Some(identity);
                ControlFlow::Continue(())
            }
            Some(own) => {
                self.head.copied_from = identity.thread_id.filter(|id| own.thread_id.as_ref() != Some(id));
                ControlFlow::Break(())
            }
        }
    }
}

impl LineSink for FirstLines<'_> {
    fn want(&mut self, beginning: &[u8]) -> Want {
        // A header can be long: it holds the instructions. Another long line is none.
        match crate::head(beginning) {
            Some(head) if head.kind != LineKind::SessionMeta => Want::Nothing,
            _ => Want::Whole,
        }
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        if line.number > LINES {
            return ControlFlow::Break(());
        }
        let mut flow = ControlFlow::Continue(());
        let path = Arc::clone(&self.file.path);
        records(
            &path,
            line,
            |record| {
                if flow.is_continue() {
                    flow = self.record(&record);
                }
            },
            |_| {},
        );
        flow
    }
}
