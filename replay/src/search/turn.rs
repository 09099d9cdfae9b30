//! Which turn is open at a line, and which thread a file holds: found only for files with hits.
//!
//! Lines that could say so are found by their words and then read as any other line. Refuses to
//! judge them: their damage is reported by those who look into every line.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use rollout_schema::{EventKind, LineKind, SessionMeta, TurnBoundary};
use serde::Deserialize;

use super::chunk::{Chunk, Chunks};
use crate::discover::RolloutFile;
use crate::lines::Line;
use crate::records::{Record, records};
use crate::scan::Silent;
use crate::source::with_source;

/// What each line has in it that begins a turn: `turn_context`, `task_started` or `turn_started`.
static TURNS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [Finder::new("turn_context"), Finder::new("_started")]);

static META: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("session_meta"));

#[derive(Deserialize)]
struct Envelope<T> {
    payload: T,
}

/// The turn that `record` begins, which may have no id; `None` if it begins none.
pub(super) fn turn_begun(record: &Record<'_>) -> Option<Option<String>> {
    let begins = record.head.kind == LineKind::TurnContext || record.head.event() == Some(EventKind::TurnStarted);
    let turn: TurnBoundary<'_> = if begins { payload(record.json)? } else { return None };
    Some(turn.turn_id.map(Into::into))
}

/// The payload of a record, behind which there may stand a piece of another; `None` if it is torn.
fn payload<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    let envelope = Envelope::deserialize(&mut serde_json::Deserializer::from_slice(json));
    envelope.ok().map(|Envelope { payload }| payload)
}

/// The last turn that whole lines begin; `None` if they begin none.
pub(super) fn last_turn(path: &Arc<Path>, lines: &[u8]) -> Option<Option<String>> {
    let last_of = |finder| {
        let mut last = None;
        let _: ControlFlow<()> = for_each_line_with(finder, lines, |start, line| {
            read(path, line, start == 0, |record| {
                if let Some(turn) = turn_begun(&record) {
                    last = Some((start, turn));
                }
            });
            ControlFlow::Continue(())
        });
        last
    };
    let lasts = TURNS.iter().filter_map(last_of);
    lasts.max_by_key(|(start, _)| *start).map(|(_, turn)| turn)
}

/// The thread that a file holds: by its first `session_meta`, its name, or its header if it is of
/// the time before envelopes.
pub(super) fn thread_id(chunks: &mut Chunks, file: &RolloutFile) -> Option<String> {
    let (mut id, mut bare_id, mut is_first) = (None, None, true);
    let read = with_source(file, &Silent, |source| {
        chunks.read(source, |chunk| {
            let Chunk::Lines { bytes, .. } = chunk else { return ControlFlow::Continue(()) };
            if std::mem::take(&mut is_first) {
                let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
                read(&file.path, &bytes[..end], true, |record| {
                    if record.bare && record.head.kind == LineKind::SessionMeta {
                        bare_id = serde_json::from_slice(record.json).ok().and_then(meta_id);
                    }
                });
            }
            for_each_line_with(&META, bytes, |_, line| {
                read(&file.path, line, false, |record| {
                    if id.is_none() && !record.bare && record.head.kind == LineKind::SessionMeta {
                        id = payload(record.json).and_then(meta_id);
                    }
                });
                if id.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        })
    });
    // Who reads the file for its words reports what is wrong with it.
    drop(read);
    id.or_else(|| file.name().thread_id).or(bare_id)
}

fn meta_id(meta: SessionMeta<'_>) -> Option<String> {
    meta.id.map(Into::into)
}

/// Pushes each line that holds the words of `finder`, with its place in `lines`.
fn for_each_line_with(
    finder: &Finder<'_>,
    lines: &[u8],
    mut take: impl FnMut(usize, &[u8]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut from = 0;
    while let Some(at) = finder.find(&lines[from..]) {
        let start = memrchr(b'\n', &lines[from..from + at]).map_or(from, |before| from + before + 1);
        let end = memchr(b'\n', &lines[from + at..]).map_or(lines.len(), |after| from + at + after);
        take(start, &lines[start..end])?;
        from = end;
    }
    ControlFlow::Continue(())
}

/// The records of a line, without what is wrong with it.
fn read(path: &Arc<Path>, bytes: &[u8], may_have_mark: bool, take: impl FnMut(Record<'_>)) {
    // A byte order mark is only looked for at the beginning of a file.
    let offset = u64::from(!may_have_mark);
    let line = Line { number: 0, column: 1, offset, bytes, terminated: true, passed_over: false };
    records(path, line, take, |_| {});
}
