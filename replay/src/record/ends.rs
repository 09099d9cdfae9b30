//! What the two ends of a rollout say to someone who goes on with it: whose it is, and which ordinal is next.
//!
//! Refuses to read what stands between them: the work does not grow with the file.

use std::io::SeekFrom;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rollout_schema::wire::{HistoryPosition, SessionMeta, ThreadHistoryMode};
use rollout_schema::{LineKind, Optional, ThreadId};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::RecordError;
use super::policy::Mode;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::ReadError;
use crate::records::{Record, records};
use crate::reverse::{ReadSeek, for_each_line_reversed};

/// Lines among which Codex looks for a `session_meta`.
const LINES: u64 = 10;

/// What the ends of a rollout say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    /// Whose it is.
    pub(super) thread: ThreadId,
    /// Its dialect.
    pub(super) mode: Mode,
    /// The ordinal of the next line, in a paginated rollout.
    pub(super) next: Option<u64>,
}

/// What the metadata of a thread say of its dialect, and its first ordinal.
pub(super) fn dialect(
    path: &Path,
    mode: &Optional<ThreadHistoryMode>,
    base: Option<&HistoryPosition>,
) -> Result<(Mode, Option<u64>), RecordError> {
    match mode.given() {
        None | Some(ThreadHistoryMode::Legacy) => Ok((Mode::Legacy, None)),
        Some(ThreadHistoryMode::Paginated) => {
            let first = base.map_or(Some(0), |base| base.end_ordinal_exclusive.as_u64());
            let first = first.ok_or_else(|| RecordError::NoOrdinal { path: path.to_owned() })?;
            Ok((Mode::Paginated, Some(first)))
        }
        Some(ThreadHistoryMode::Unlisted(mode)) => {
            Err(RecordError::UnknownMode { path: path.to_owned(), mode: mode.to_string() })
        }
    }
}

impl Ends {
    /// Reads the ends of the `length` bytes of `source`.
    pub(super) fn read(path: &Arc<Path>, source: &mut dyn ReadSeek, length: u64) -> Result<Self, RecordError> {
        let (thread, mode) = read_head(path, source)?;
        let next = match mode {
            Mode::Legacy => None,
            Mode::Paginated => {
                let last = last_ordinal(path, source, length).map_err(ReadError::Io)?;
                let next = last.and_then(|ordinal| ordinal.checked_add(1));
                Some(next.ok_or_else(|| RecordError::NoOrdinal { path: path.to_path_buf() })?)
            }
        };
        Ok(Self { thread, mode, next })
    }
}

/// The members of an envelope that count here.
#[derive(Deserialize)]
struct FirstLine {
    payload: SessionMeta,
}

fn read_head(path: &Arc<Path>, mut source: &mut dyn ReadSeek) -> Result<(ThreadId, Mode), RecordError> {
    source.seek(SeekFrom::Start(0)).map_err(ReadError::Io)?;
    let mut first = First { path, found: None };
    LineReader::for_heads().read(&mut source, &mut first, &mut Extent::default()).map_err(ReadError::Io)?;
    first.found.unwrap_or_else(|| Err(RecordError::NoThread { path: path.to_path_buf() }))
}

/// Looks for the first `session_meta`.
struct First<'a> {
    path: &'a Arc<Path>,
    found: Option<Result<(ThreadId, Mode), RecordError>>,
}

impl LineSink for First<'_> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        if line.number > LINES {
            return ControlFlow::Break(());
        }
        let Self { path, found } = self;
        let take = |json: &[u8]| -> Option<Result<(ThreadId, Mode), RecordError>> {
            let text = std::str::from_utf8(json).ok()?;
            let FirstLine { payload: meta } = serde_json::from_str(text).ok()?;
            let base = meta.history_base.value();
            Some(dialect(path, &meta.history_mode, base).map(|(mode, _)| (meta.id.clone(), mode)))
        };
        records(
            path,
            line,
            |record| {
                if found.is_some() || record.head.kind != LineKind::SessionMeta {
                    return;
                }
                *found = if record.bare {
                    Some(Err(RecordError::Bare { path: path.to_path_buf() }))
                } else {
                    take(record.json)
                };
            },
            |_| {},
        );
        if self.found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The ordinal of the last record, if it has one.
fn last_ordinal(path: &Arc<Path>, source: &mut dyn ReadSeek, length: u64) -> std::io::Result<Option<u64>> {
    let mut last = None;
    for_each_line_reversed(source, 0, length, |line| {
        // Of records that are glued to one line the last one counts; one that was torn and closed is none.
        let mut found = None;
        let take = |record: Record<'_>| {
            if serde_json::from_slice::<IgnoredAny>(record.json).is_ok() {
                found = Some(record.head.ordinal);
            }
        };
        records(path, line, take, |_| {});
        last = found.flatten();
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(last)
}
