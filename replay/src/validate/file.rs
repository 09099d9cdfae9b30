//! One file: its lines one by one, against the schema or in pieces.

use std::borrow::Cow;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use rollout_schema::check::{Checked, Checker, FaultKind};

use super::Options;
use super::desk::Desk;
use super::finding::{FileFindings, Snippet};
use super::thread::{FileFacts, Thread};
use crate::discover::RolloutFile;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::{Place, Problem, ReadError};
use crate::records::pieces;
use crate::rule::Rule;
use crate::scan::Progress;
use crate::source::for_each_line;

/// A schema that takes the place of the built-in one.
pub trait LineSchema: Sync {
    /// Calls `report` with a JSON pointer, a byte offset in `json` and a message for each fault.
    fn check(&self, json: &[u8], report: &mut dyn FnMut(String, usize, String));
}

/// Judges one file.
pub(super) fn judge(
    reader: &mut LineReader,
    file: &RolloutFile,
    options: Options<'_>,
    progress: &dyn Progress,
) -> (FileFindings, FileFacts) {
    judge_lines(file, options, |sink, extent| for_each_line(reader, file, progress, sink, extent))
}

/// Judges what a reader gives, under the name of `file`.
pub(super) fn judge_stream(
    file: &RolloutFile,
    source: &mut dyn Read,
    options: Options<'_>,
) -> (FileFindings, FileFacts) {
    let mut source = source;
    let read = |sink: &mut Judge<'_>, extent: &mut Extent| {
        LineReader::default().read(&mut source, sink, extent).map_err(ReadError::from)
    };
    judge_lines(file, options, read)
}

/// A file that could not be opened at all.
pub(super) fn unreadable(problem: Problem, options: Options<'_>) -> FileFindings {
    let mut desk = Desk::new(&problem.place.path, options);
    desk.problem(problem, None);
    desk.close()
}

fn judge_lines<'a>(
    file: &RolloutFile,
    options: Options<'a>,
    push: impl FnOnce(&mut Judge<'a>, &mut Extent) -> Result<(), ReadError>,
) -> (FileFindings, FileFacts) {
    let mut judge = Judge {
        checker: Checker::new(options.levels.lists(Rule::UnknownField)),
        thread: Thread::new(file),
        desk: Desk::new(&file.path, options),
        schema: options.schema,
    };
    let mut extent = Extent::default();
    if let Err(error) = push(&mut judge, &mut extent) {
        judge.desk.problem(error.into_problem(&file.path, extent.lines), None);
    }
    let facts = judge.thread.finish(extent, &mut judge.desk);
    judge.desk.findings.lines = extent.lines;
    judge.desk.findings.cli_version.clone_from(&facts.cli_version);
    (judge.desk.close(), facts)
}

struct Judge<'a> {
    checker: Checker,
    thread: Thread,
    desk: Desk<'a>,
    schema: Option<&'a dyn LineSchema>,
}

impl LineSink for Judge<'_> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        self.judge(line);
        ControlFlow::Continue(())
    }
}

impl Judge<'_> {
    fn judge(&mut self, line: Line<'_>) {
        if line.passed_over {
            return self.desk.problem(Problem::line_too_long(&self.desk.findings.path, line), None);
        }
        if line.bytes.ends_with(b"\r") {
            let column = line.column + line.bytes.len() as u64 - 1;
            self.desk.find(Rule::CarriageReturn, line.number, column, || "the line ends in CR LF".to_owned());
        }
        let is_text = match std::str::from_utf8(line.bytes) {
            Ok(_) => true,
            Err(error) => {
                let column = line.column + error.valid_up_to() as u64;
                let place = Place { path: Arc::clone(&self.desk.findings.path), line: line.number, column };
                self.desk.problem(Problem::not_utf8(place), Some(line));
                false
            }
        };
        match self.checker.check(line.bytes) {
            Ok(checked) if is_text && checked.is_alone(line.bytes) => {
                self.record(line, line.bytes, line.column, checked);
                if !line.terminated {
                    let message = || "the last line has no newline".to_owned();
                    self.desk.find(Rule::UnterminatedLine, line.number, line.column, message);
                }
            }
            _ => self.pieces(line),
        }
    }

    /// A line that is not one record.
    fn pieces(&mut self, line: Line<'_>) {
        if line.bytes.trim_ascii().is_empty() {
            return self.desk.find(Rule::BlankLine, line.number, line.column, || "the line is empty".to_owned());
        }
        let path = Arc::clone(&self.desk.findings.path);
        let lossy = String::from_utf8_lossy(line.bytes);
        let text = Line { bytes: lossy.as_bytes(), ..line };
        pieces(&path, text, |_, piece, column| match piece {
            Err(problem) => self.desk.problem(problem, Some(text)),
            Ok(json) => match self.checker.check(json) {
                Ok(checked) => self.record(text, json, column, checked),
                Err(error) => {
                    let column = column + error.offset as u64;
                    self.desk.find(Rule::InvalidJson, line.number, column, || error.message.to_owned());
                }
            },
        });
        if matches!(lossy, Cow::Owned(_)) {
            self.desk.move_columns(line.number, |column| {
                line.column + as_stored(line.bytes, column.saturating_sub(line.column) as usize) as u64
            });
        }
    }

    /// One record, which stands at `column`.
    fn record(&mut self, line: Line<'_>, json: &[u8], column: u64, mut checked: Checked) {
        let unreadable = checked.is_unreadable();
        match self.schema {
            Some(schema) => schema.check(json, &mut |pointer, offset, message| {
                let snippet = || Some(Snippet::new(line.bytes, (column - line.column) as usize + offset));
                let at = column + offset as u64;
                self.desk.find_at(Rule::SchemaMismatch, line.number, at, Some(pointer), || message, snippet);
            }),
            None => {
                let listed = checked.faults.iter().filter(|fault| fault.kind == FaultKind::UnknownField).count();
                let unlisted = u64::from(checked.unknown_fields).saturating_sub(listed as u64);
                if unlisted > 0 && self.desk.levels.of(Rule::UnknownField).is_some() {
                    self.desk.findings.counts.add(Rule::UnknownField, unlisted);
                }
                for fault in std::mem::take(&mut checked.faults) {
                    self.desk.fault(line, column, fault, unreadable);
                }
            }
        }
        self.thread.record(line, json, column, &checked, &mut self.desk);
        self.checker.recycle(checked);
    }
}

/// The byte of `stored` that stands at the byte `at` of the same text with replacement characters.
fn as_stored(stored: &[u8], at: usize) -> usize {
    let (mut shown, mut read) = (0, 0);
    for chunk in stored.utf8_chunks() {
        let valid = chunk.valid().len();
        if at <= shown + valid {
            // A place inside of a replacement character is the byte after what it replaces.
            return read + at.saturating_sub(shown);
        }
        shown += valid + char::REPLACEMENT_CHARACTER.len_utf8();
        read += valid + chunk.invalid().len();
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_shown_text_are_places_in_stored_text() {
        let stored = b"ab\xFFc\xC3\xA9d";
        assert_eq!(String::from_utf8_lossy(stored), "ab\u{FFFD}c\u{E9}d");
        let at: Vec<usize> = (0..=9).map(|at| as_stored(stored, at)).collect();
        assert_eq!(at, [0, 1, 2, 3, 3, 3, 4, 5, 6, 7]);
    }
}
