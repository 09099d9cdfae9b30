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
//! Refuses to drop more turns than there are, and to write a thread that is archived or being written.

mod event;
mod estimate;
mod newest;
mod segment;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rollout_schema::wire;

use crate::chain::Chain;
use crate::discover::{RolloutFile, home_of};
use crate::history::{Cut, UserTurns, reconstruct, reconstruct_without};
use crate::lock::{LockError, ThreadLock};
use crate::problem::{Problem, ReadError};
use crate::record::{Options, RecordError, Recorder};
use crate::shelf::database_of;
use newest::{Newest, first_meta};

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
    match plan.segment {
        None if !request.dry_run => append(chain, file, request),
        Some(_) if !request.dry_run => begin_segment(chain, file, request),
        _ => plan.outcome(chain),
    }
}

/// What is to be written. It holds as long as nobody writes the thread.
struct Plan {
    meta: wire::SessionMeta,
    /// User turns that are left.
    turns: u64,
    /// Turns that an event names.
    num_turns: u64,
    /// The new file, and the lines that it keeps.
    segment: Option<segment::Segment>,
    path: PathBuf,
}

impl Plan {
    fn of(chain: &Chain, file: &RolloutFile, request: &Request) -> Result<Self, RollbackError> {
        if file.archived {
            return Err(RecordError::Archived { path: file.path.to_path_buf() }.into());
        }
        let meta = first_meta(file)?;
        let is_paginated = meta.history_mode.given() == Some(&wire::ThreadHistoryMode::Paginated);
        let UserTurns { turns, messages } = UserTurns::of(chain);
        let there = if is_paginated { turns.len() } else { messages };
        let kept = usize::try_from(request.turns).ok().and_then(|asked| there.checked_sub(asked));
        let Some(kept) = kept else {
            return Err(RollbackError::TooMany { asked: request.turns, turns: there as u64 });
        };
        let mut plan =
            Self { meta, turns: kept as u64, num_turns: request.turns, segment: None, path: file.path.to_path_buf() };
        if let (true, Some(oldest)) = (is_paginated, turns.get(kept)) {
            plan.num_turns = (messages - oldest.first_message) as u64;
            if let Some(home) = home_of(&file.path).filter(|home| database_of(home).is_none()) {
                let segment = segment::Segment::new(chain, &oldest.begin(), home, &plan.meta, request);
                plan.path.clone_from(&segment.path);
                plan.segment = Some(segment);
            }
        }
        Ok(plan)
    }

    fn outcome(self, chain: &Chain) -> Result<RolledBack, RollbackError> {
        let (form, history) = match &self.segment {
            Some(segment) => (Form::Segment, reconstruct(&segment.kept, &Cut::END)?),
            None => (Form::Event, reconstruct_without(chain, self.num_turns)?),
        };
        let (turns, items) = (self.turns, history.len());
        Ok(RolledBack { form, path: self.path, turns, items, problems: history.problems })
    }
}

/// Appends the event, once nobody else can write.
fn append(chain: &Chain, file: &RolloutFile, request: &Request) -> Result<RolledBack, RollbackError> {
    let mut recorder = Recorder::append(file, Options::default())?;
    let plan = Plan::of(chain, file, request)?;
    let mut history = reconstruct_without(chain, plan.num_turns)?;
    let estimate = estimate::context_tokens(&plan.meta, &mut history)?;
    recorder.record(event::lines(plan.num_turns, estimate, Newest::of(chain).usage));
    recorder.flush()?;
    let path = recorder.path().to_path_buf();
    recorder.finish()?;
    Ok(RolledBack { form: Form::Event, path, turns: plan.turns, items: history.len(), problems: history.problems })
}

/// Begins the new file, once nobody else can write.
fn begin_segment(chain: &Chain, file: &RolloutFile, request: &Request) -> Result<RolledBack, RollbackError> {
    let plan = Plan::of(chain, file, request)?;
    let _lock = home_of(&file.path).map(|home| ThreadLock::take(home, &plan.meta.id)).transpose()?;
    let plan = Plan::of(chain, file, request)?;
    if let Some(segment) = &plan.segment {
        segment
            .write(plan.meta.clone())
            .map_err(|source| RollbackError::Write { path: segment.path.clone(), source })?;
    }
    plan.outcome(chain)
}
