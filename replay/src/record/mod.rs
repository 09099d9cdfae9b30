//! The recorder: the one thing here that appends to rollouts.
//!
//! ```text
//! items ─ policy ─► lines, numbered and stamped ─► queue ─ flush ─► one write(2) per line ─► the operating system
//!                                                    ▲                  │ failed
//!                                                    └──────────────────┘ reopened once, then at the next flush
//! ```
//!
//! A line leaves the queue when its last byte was written, so a full disk delays lines and loses none. What
//! stands in a file is never changed: a torn last line is closed, not cut. The file appears with the first flush
//! that has something to write. Refuses to write two threads' lines into one file, a thread that another program
//! is writing, and a file that Codex could not go on with.

mod ends;
#[cfg(test)]
mod faults;
mod materialise;
mod medium;
mod policy;
#[cfg(test)]
mod property;
mod recorder;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rollout_schema::wire::{HarnessMetadata, RolloutItem};

use crate::lock::LockError;
use crate::problem::ReadError;

pub use policy::{Mode, is_persisted};
pub use recorder::Recorder;

/// When lines are made to outlive a loss of power. They outlive the process as soon as they are flushed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// When the system sees fit, as Codex does.
    Never,
    /// When the recorder is finished.
    #[default]
    Finish,
    /// At every flush.
    EachFlush,
}

/// How a recorder goes about its work.
#[derive(Clone, Debug)]
pub struct Options {
    /// When lines are made to outlive a loss of power.
    pub sync: Sync,
    /// The zone of the date in a new file's path. A file that is there keeps its path.
    pub zone: TimeZone,
    /// The id of the new file, if it goes on with its thread after a revert.
    pub segment: Option<String>,
    /// What stamps the lines.
    pub clock: fn() -> Timestamp,
}

impl Default for Options {
    /// Synced at the end, dated in UTC.
    fn default() -> Self {
        Self { sync: Sync::default(), zone: TimeZone::UTC, segment: None, clock: Timestamp::now }
    }
}

/// What becomes a line: an item, and what the harness knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What the line says.
    pub item: RolloutItem,
    /// What stands beside a `response_item`.
    pub metadata: Option<HarnessMetadata>,
}

impl From<RolloutItem> for Entry {
    fn from(item: RolloutItem) -> Self {
        Self { item, metadata: None }
    }
}

/// Why nothing can be recorded, or not for now.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The thread is not ours to write.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The file that is to be gone on with could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file does not begin with the metadata of a thread.
    #[error("{} does not begin with session_meta: it is no rollout", path.display())]
    NoThread {
        /// The file.
        path: PathBuf,
    },
    /// The file is of the time before envelopes (up to 0.29); its lines could not be told from new ones.
    #[error("{} was written before Codex 0.34: later versions do not load it, so nothing is added to it", path.display())]
    Bare {
        /// The file.
        path: PathBuf,
    },
    /// The file lies in the archive, where Codex writes nothing.
    #[error("{} is archived", path.display())]
    Archived {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are part of a program.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// Its name.
        path: PathBuf,
    },
    /// An older Codex appended to a paginated file.
    #[error(
        "not-resumable: the last record of the paginated thread in {} has no ordinal, so Codex refuses to resume it",
        path.display()
    )]
    NoOrdinal {
        /// The file.
        path: PathBuf,
    },
    /// The thread is of a dialect that is not known here.
    #[error("{} is written in history mode {mode:?}, which is not known", path.display())]
    UnknownMode {
        /// The file.
        path: PathBuf,
        /// The mode.
        mode: String,
    },
    /// Opening, writing or syncing failed.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not there any more, or another one is in its place.
    #[error("{} was removed or replaced while it was written", path.display())]
    Removed {
        /// Where the file was.
        path: PathBuf,
    },
    /// Recording is over, and some lines are in no file.
    #[error("{lines} lines could not be written to {}", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// How many lines.
        lines: usize,
        /// Why the last attempt failed.
        source: Box<Self>,
    },
}
