//! What is to be written to roll a thread back.

use std::path::PathBuf;

use rollout_schema::wire;

use super::newest::first_meta;
use super::segment::Segment;
use super::{Form, Request, RollbackError, RolledBack};
use crate::chain::Chain;
use crate::discover::{RolloutFile, Storage, home_of};
use crate::history::{Cut, History, UserTurn, UserTurns, goes_back_to, reconstruct, reconstruct_without};
use crate::problem::ReadError;
use crate::record::RecordError;
use crate::shelf::database_of;

/// What is to be written. It holds as long as nobody writes the thread.
pub(super) struct Plan {
    /// The metadata of the file in force.
    pub(super) meta: wire::SessionMeta,
    pub(super) how: How,
    /// User turns that are left.
    turns: u64,
}

pub(super) enum How {
    /// A new file.
    Segment(Segment),
    Event {
        /// Turns that it names.
        num_turns: u64,
        database: Option<PathBuf>,
        forgets: bool,
    },
}

impl Plan {
    /// How to roll back `chain`, whose file in force is `file`.
    pub(super) fn of(chain: &Chain, file: &RolloutFile, request: &Request) -> Result<Self, RollbackError> {
        let path = || file.path.to_path_buf();
        if matches!(file.storage, Storage::Memory(_)) {
            return Err(RecordError::NotAFile { path: path() }.into());
        }
        if file.archived {
            return Err(RecordError::Archived { path: path() }.into());
        }
        let meta = first_meta(file)?;
        let is_paginated = meta.history_mode.given() == Some(&wire::ThreadHistoryMode::Paginated);
        let all = UserTurns::of(chain);
        let there = if is_paginated { all.turns.len() } else { all.messages };
        let kept = usize::try_from(request.turns).ok().and_then(|asked| there.checked_sub(asked));
        let too_many = || RollbackError::TooMany { asked: request.turns, turns: there as u64 };
        let kept = kept.ok_or_else(too_many)?;
        // In a legacy thread the first message to leave need not be the one that began its turn.
        let oldest = match is_paginated {
            true => all.turns.get(kept),
            false => all.turns.iter().rfind(|turn| turn.first_message <= kept),
        };
        let oldest = oldest.ok_or_else(too_many)?;
        let messages = if is_paginated { oldest.first_message } else { kept };
        let how = match (is_paginated, home_of(&file.path)) {
            (true, Some(home)) if database_of(home).is_none() => {
                How::Segment(Segment::new(chain, &oldest.begin(), home, &meta, request))
            }
            (true, home) => {
                Self::event(chain, oldest, (all.messages - messages) as u64, home.and_then(database_of), messages)?
            }
            (false, _) => Self::event(chain, oldest, request.turns, None, messages)?,
        };
        let turns = all.turns.iter().filter(|turn| turn.first_message < messages).count();
        if let How::Event { forgets: true, database: Some(database), .. } = how {
            return Err(RollbackError::Unseen { database, kept: turns as u64 });
        }
        Ok(Self { meta, how, turns: turns as u64 })
    }

    fn event(
        chain: &Chain,
        oldest: &UserTurn,
        num_turns: u64,
        database: Option<PathBuf>,
        messages: usize,
    ) -> Result<How, ReadError> {
        let forgets = messages > 0 && !goes_back_to(chain, num_turns, &oldest.begin().cut)?;
        Ok(How::Event { num_turns, database, forgets })
    }

    /// The history that is left.
    pub(super) fn history(&self, chain: &Chain) -> Result<History, ReadError> {
        match &self.how {
            How::Segment(segment) => reconstruct(&segment.kept, &Cut::END),
            How::Event { num_turns, .. } => reconstruct_without(chain, *num_turns),
        }
    }

    /// What was done: the rollback stands in `file`, or in the new one.
    pub(super) fn outcome(self, file: PathBuf, history: History) -> RolledBack {
        let (turns, items, problems) = (self.turns, history.len(), history.problems);
        match self.how {
            How::Segment(Segment { path, .. }) => {
                RolledBack { form: Form::Segment, path, database: None, forgets: false, turns, items, problems }
            }
            How::Event { database, forgets, .. } => {
                RolledBack { form: Form::Event, path: file, database, forgets, turns, items, problems }
            }
        }
    }
}
