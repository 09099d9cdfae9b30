//! Rollbacks: the newest turns leave a thread's history, and nothing is deleted.
//!
//! ```text
//! legacy     an event is appended that says how many turns no longer count
//! paginated  a new file of the same thread begins just before the oldest turn that is dropped
//! ```
//!
//! Codex reverts paginated threads by such a new file and notes in its database which file is in force. That
//! database is none of ours, and where Codex keeps one it would go on with the old file. There a paginated
//! thread gets the event as well: every version that reads paginated threads counts it.
//!
//! An event has a flaw that a new file does not have: where a compaction is among the turns that leave, Codex
//! does not go back to what stood before it. It begins with nothing, or from 0.160 on with the user's messages
//! alone. That is said of a legacy thread, and it is refused where a paginated one would suffer it.
//!
//! Refuses to drop more turns than there are, and to write a thread that is archived or being written.

mod estimate;
mod event;
mod newest;
mod plan;
mod segment;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rollout_schema::ThreadId;

use crate::chain::Chain;
use crate::discover::{RolloutFile, home_of};
use crate::lock::{LockError, ThreadLock};
use crate::problem::{Problem, ReadError};
use crate::record::{Options, RecordError, Recorder};
use newest::Newest;
use plan::{How, Plan};

/// What is to be dropped, and when that is.
#[derive(Clone, Debug)]
pub struct Request {
    /// User turns to drop: Codex counts them in a legacy thread by the messages that begin them.
    pub turns: u64,
    /// Now.
    pub now: Timestamp,
    /// The zone of the date in a new file's path.
    pub zone: TimeZone,
    /// Whether to do all but write.
    pub dry_run: bool,
}

/// How a rollback is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As an event at the end of the file in force.
    Event,
    /// As a new file, which is in force from then on.
    Segment,
}

/// A rollback that was made, or would be.
#[derive(Debug)]
pub struct RolledBack {
    /// How it is written.
    pub form: Form,
    /// The file that it stands in.
    pub path: PathBuf,
    /// The database of Codex because of which a paginated thread got an event and no file.
    pub database: Option<PathBuf>,
    /// Whether a compaction left with the turns, so that Codex does not go back to what stood before it.
    pub forgets: bool,
    /// User turns that are left.
    pub turns: u64,
    /// Items that the model sees from then on.
    pub items: usize,
    /// What of the thread could not be read.
    pub problems: Vec<Problem>,
}

/// Why nothing was rolled back.
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    /// There are not so many turns.
    #[error("{asked} user turns are more than the thread has: {turns}")]
    TooMany {
        /// How many were to be dropped.
        asked: u64,
        /// How many there are.
        turns: u64,
    },
    /// The thread's beginning is in none of the files that were looked at.
    #[error("the thread begins in rollout {rollout_id}, which is not there")]
    Incomplete {
        /// The rollout that should hold the beginning.
        rollout_id: String,
    },
    /// Only a new file could drop the turns, and Codex would not see one.
    #[error("a compaction is among these turns, and because of {} Codex would not see a new file", database.display())]
    Unseen {
        /// The database in which Codex notes which file is in force.
        database: PathBuf,
        /// The turn before them, as points count turns.
        kept: u64,
    },
    /// The thread could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The thread is not ours to write.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Nothing can be appended to the file in force.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A new file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Drops the newest turns of a thread; `chain` holds its lines, without those that reverts took out.
pub fn roll_back(chain: &Chain, request: &Request) -> Result<RolledBack, RollbackError> {
    if let Some(base) = &chain.missing {
        return Err(RollbackError::Incomplete { rollout_id: base.rollout_id.clone() });
    }
    let Some(file) = chain.pieces.last().map(|piece| &piece.file) else {
        return Err(RollbackError::TooMany { asked: request.turns, turns: 0 });
    };
    let plan = Plan::of(chain, file, request)?;
    match plan.how {
        _ if request.dry_run => {
            let history = plan.history(chain)?;
            Ok(plan.outcome(file.path.to_path_buf(), history))
        }
        How::Event { .. } => append(chain, file, request),
        How::Segment(_) => begin_segment(chain, file, request, &plan.meta.id),
    }
}

/// Appends the event, once nobody else can write.
fn append(chain: &Chain, file: &RolloutFile, request: &Request) -> Result<RolledBack, RollbackError> {
    let mut recorder = Recorder::append(file, Options::default())?;
    let plan = Plan::of(chain, file, request)?;
    let mut history = plan.history(chain)?;
    if let How::Event { num_turns, .. } = plan.how {
        let estimate = estimate::context_tokens(&plan.meta, &mut history)?;
        recorder.record(event::lines(num_turns, estimate, Newest::of(chain).usage));
    }
    let path = recorder.path().to_path_buf();
    recorder.finish()?;
    Ok(plan.outcome(path, history))
}

/// Begins the new file, once nobody else can write.
fn begin_segment(
    chain: &Chain,
    file: &RolloutFile,
    request: &Request,
    thread: &ThreadId,
) -> Result<RolledBack, RollbackError> {
    let _lock = home_of(&file.path).map(|home| ThreadLock::take(home, thread)).transpose()?;
    let plan = Plan::of(chain, file, request)?;
    if let How::Segment(segment) = &plan.how {
        segment
            .write(plan.meta.clone())
            .map_err(|source| RollbackError::Write { path: segment.path.clone(), source })?;
    }
    let history = plan.history(chain)?;
    Ok(plan.outcome(file.path.to_path_buf(), history))
}
