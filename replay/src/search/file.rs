//! One file: a quick pass that most files end with, and a careful one for those with hits.
//!
//! The quick pass runs the prefilter over whole buffers and looks into candidates alone; it counts
//! no lines and knows no turns. As soon as there is anything to report, the file is read again from
//! its beginning by the careful pass, whose word alone counts. Refuses to remember texts: a hit is
//! handed on before the next line is looked at.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use memchr::{memchr, memchr_iter, memrchr};

use super::chunk::{Chunk, Chunks};
use super::excerpt::excerpt;
use super::hit::Hit;
use super::query::Query;
use super::text::{self, Text, may_hold_words};
use super::turn::{last_turn, thread_id, turn_begun};
use crate::discover::RolloutFile;
use crate::head::head;
use crate::lines::Line;
use crate::problem::{Place, Problem, reason};
use crate::records::{Record, records};
use crate::rule::Rule;
use crate::scan::Progress;
use crate::source::with_source;

/// Searches files with a buffer that is kept from file to file.
#[derive(Debug, Default)]
pub struct Searcher {
    pub(super) chunks: Chunks,
}

/// What became of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOutcome {
    /// Decoded bytes that were searched.
    pub bytes: u64,
    /// What is wrong with the file, and with those of its lines that were looked into.
    pub problems: Vec<Problem>,
}

/// Pushes every hit of a file to `take`, in the order of its lines. `Break` ends the search.
pub fn search_file(
    searcher: &mut Searcher,
    file: &RolloutFile,
    query: &Query,
    progress: &dyn Progress,
    take: &mut dyn FnMut(Hit) -> ControlFlow<()>,
) -> FileOutcome {
    let furthest = Furthest { progress, told: AtomicU64::new(0), read: AtomicU64::new(0) };
    if let Some(bytes) = quick_pass(searcher, file, query, &furthest) {
        return FileOutcome { bytes, problems: Vec::new() };
    }
    furthest.read.store(0, Relaxed);
    let thread_id = thread_id(&mut searcher.chunks, file);
    let mut pass = CarefulPass {
        path: &file.path,
        query,
        thread_id,
        turn_id: None,
        lines: 0,
        hits: 0,
        outcome: FileOutcome::default(),
        take,
    };
    let read = with_source(file, &furthest, |source| searcher.chunks.read(source, |chunk| pass.chunk(chunk)));
    if let Err(error) = read {
        pass.outcome.problems.push(error.into_problem(&file.path, pass.lines));
    }
    pass.outcome
}

/// How many bytes a file has, or `None` as soon as there is anything to report of it.
fn quick_pass(searcher: &mut Searcher, file: &RolloutFile, query: &Query, progress: &dyn Progress) -> Option<u64> {
    let mut bytes_read = 0;
    let mut is_odd = false;
    let read = with_source(file, progress, |source| {
        searcher.chunks.read(source, |chunk| {
            let (bytes, offset) = match chunk {
                Chunk::Lines { bytes, offset } => (bytes, offset),
                Chunk::TooLong { .. } => {
                    is_odd = true;
                    return ControlFlow::Break(());
                }
            };
            bytes_read = offset + bytes.len() as u64;
            for_each_candidate(query, bytes, |start, bytes, terminated| {
                let offset = offset + start as u64;
                let line = Line { number: 0, column: 1, offset, bytes, terminated, passed_over: false };
                is_odd |= is_worth_reporting(&file.path, query, line);
                if is_odd { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        })
    });
    (read.is_ok() && !is_odd).then_some(bytes_read)
}

/// Whether a line holds a hit or is damaged.
fn is_worth_reporting(path: &Arc<Path>, query: &Query, line: Line<'_>) -> bool {
    let (mut matches, mut is_damaged) = (false, false);
    let take = |record: Record<'_>| {
        let found = for_each_text(&record, query, |text| matches |= query.matches(&text.text).next().is_some());
        matches |= found.is_err();
    };
    records(path, line, take, |_| is_damaged = true);
    matches || is_damaged
}

/// Pushes each line that may hold a match: its place in `bytes`, its bytes, whether it ends.
fn for_each_candidate(
    query: &Query,
    bytes: &[u8],
    mut take: impl FnMut(usize, &[u8], bool) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut cursor = query.prefilter.cursor(bytes);
    let mut from = 0;
    // A candidate can stand at the very end: an escape that is cut off there.
    while from < bytes.len()
        && let Some(at) = cursor.next(from)
    {
        let start = memrchr(b'\n', &bytes[from..at]).map_or(from, |before| from + before + 1);
        let newline = memchr(b'\n', &bytes[at..]).map(|after| at + after);
        let end = newline.unwrap_or(bytes.len());
        take(start, &bytes[start..end], newline.is_some())?;
        from = (end + 1).min(bytes.len());
    }
    ControlFlow::Continue(())
}

/// Pushes each text of a record that the query asks for.
fn for_each_text(record: &Record<'_>, query: &Query, mut take: impl FnMut(Text<'_>)) -> Result<(), (Rule, String)> {
    if !may_hold_words(record.head.kind) {
        return Ok(());
    }
    // The usual case first: it is checked several times faster than it is searched for a fault.
    let json = match std::str::from_utf8(record.json) {
        Ok(json) => Cow::Borrowed(json),
        Err(_) => String::from_utf8_lossy(record.json),
    };
    text::for_each_text(record, &json, |text| {
        if query.options.scopes.contains(&text.kind.scope()) {
            take(text);
        }
    })
    .map_err(|error| {
        let rule = if error.is_data() { Rule::WrongType } else { Rule::InvalidJson };
        (rule, reason(&error))
    })
}

/// Knows lines, turns and the thread.
struct CarefulPass<'a> {
    path: &'a Arc<Path>,
    query: &'a Query,
    thread_id: Option<String>,
    turn_id: Option<String>,
    /// Lines before the one that is looked at.
    lines: u64,
    hits: usize,
    outcome: FileOutcome,
    take: &'a mut dyn FnMut(Hit) -> ControlFlow<()>,
}

impl CarefulPass<'_> {
    fn chunk(&mut self, chunk: Chunk<'_>) -> ControlFlow<()> {
        let (bytes, offset) = match chunk {
            Chunk::Lines { bytes, offset } => (bytes, offset),
            Chunk::TooLong { beginning, offset } => return self.too_long(beginning, offset),
        };
        // Up to here lines were counted and turns were looked for.
        let mut passed = 0;
        for_each_candidate(self.query, bytes, |start, line, terminated| {
            self.pass(&bytes[passed..start]);
            passed = start + line.len() + usize::from(terminated);
            self.outcome.bytes = offset + passed as u64;
            let offset = offset + start as u64;
            let number = self.lines + 1;
            let line = Line { number, column: 1, offset, bytes: line, terminated, passed_over: false };
            self.lines += 1;
            self.line(line)
        })?;
        self.pass(&bytes[passed..]);
        self.outcome.bytes = offset + bytes.len() as u64;
        ControlFlow::Continue(())
    }

    /// Lines that cannot hold a match.
    fn pass(&mut self, lines: &[u8]) {
        self.lines += memchr_iter(b'\n', lines).count() as u64;
        if let Some(turn) = last_turn(self.path, lines) {
            self.turn_id = turn;
        }
    }

    fn too_long(&mut self, beginning: &[u8], offset: u64) -> ControlFlow<()> {
        self.lines += 1;
        self.outcome.bytes = offset + beginning.len() as u64;
        if head(beginning).is_none_or(|head| may_hold_words(head.kind)) {
            let line = Line { number: self.lines, column: 1, offset, bytes: &[], terminated: false, passed_over: true };
            self.outcome.problems.push(Problem::line_too_long(self.path, line));
        }
        ControlFlow::Continue(())
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let path = self.path;
        let mut problems = Vec::new();
        let mut flow = ControlFlow::Continue(());
        let take = |record: Record<'_>| {
            if flow.is_continue() {
                flow = self.record(line.number, &record);
            }
        };
        records(path, line, take, |problem| problems.push(problem));
        self.outcome.problems.append(&mut problems);
        flow
    }

    fn record(&mut self, line: u64, record: &Record<'_>) -> ControlFlow<()> {
        if let Some(turn) = turn_begun(record) {
            self.turn_id = turn;
            return ControlFlow::Continue(());
        }
        let mut hits = Vec::new();
        let read = for_each_text(record, self.query, |text| hits.extend(self.hit(line, record, text)));
        if let Err((rule, message)) = read {
            let place = Place { path: Arc::clone(self.path), line, column: record.column };
            self.outcome.problems.push(Problem { rule, place, message, loses_record: false });
        }
        for hit in hits {
            self.hits += 1;
            (self.take)(hit)?;
            if self.hits >= self.query.options.max_count {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn hit(&self, line: u64, record: &Record<'_>, text: Text<'_>) -> Option<Hit> {
        let matches: Vec<_> = self.query.matches(&text.text).collect();
        let options = &self.query.options;
        (!matches.is_empty()).then(|| Hit {
            thread_id: self.thread_id.clone(),
            turn_id: self.turn_id.clone(),
            timestamp: serde_json::from_slice(record.head.timestamp).ok(),
            path: self.path.display().to_string(),
            line,
            ordinal: record.head.ordinal,
            kind: text.kind,
            tool: text.tool.map(Into::into),
            call_id: text.call_id.map(Into::into),
            matches: matches.len() as u64,
            excerpt: excerpt(&text.text, &matches, options),
        })
    }
}

/// Tells of bytes that are read twice once.
struct Furthest<'a> {
    progress: &'a dyn Progress,
    told: AtomicU64,
    read: AtomicU64,
}

impl Progress for Furthest<'_> {
    fn bytes(&self, n: u64) {
        let read = self.read.fetch_add(n, Relaxed) + n;
        let told = self.told.fetch_max(read, Relaxed);
        self.progress.bytes(read.saturating_sub(told));
    }
}
