//! What one rollout says about usage, before anything is decided.
//!
//! Plain data: a [`RolloutFacts`] per file, a [`Candidate`] per line that could be a billed
//! response. Nothing here knows another file.

use std::sync::Arc;

use replay::{Extent, Identity, Problem, RolloutFile, RolloutName};
use rollout_schema::{ThreadId, TokenUsage, TurnId};

use crate::candidates::Candidates;

/// Everything one file contributes.
#[derive(Debug)]
pub struct RolloutFacts {
    /// The file.
    pub file: RolloutFile,
    /// The ids in its name.
    pub name: RolloutName,
    /// Who the thread is: the file's first `session_meta`.
    pub identity: Identity,
    /// The `session_meta` lines after the first: ancestors whose lines were copied into this file.
    pub ancestors: Vec<Ancestor>,
    /// Turns in order of their first line.
    pub turns: Vec<Turn>,
    /// Lines that could be billed responses, in file order.
    pub candidates: Candidates,
    /// Spans in which a review sub-agent worked.
    pub reviews: Vec<Review>,
    /// The first message that a person wrote.
    pub first_user_message: Option<String>,
    /// Whether the file is of the time before envelopes, which wrote no usage.
    pub bare: bool,
    /// How much was read.
    pub extent: Extent,
    /// What could not be used.
    pub problems: Vec<Problem>,
}

impl RolloutFacts {
    /// The turn that a candidate belongs to.
    pub fn turn(&self, candidate: &Candidate) -> Option<&Turn> {
        self.turns.get(candidate.turn? as usize)
    }
}

/// A `session_meta` that was copied into a fork.
#[derive(Clone, Debug)]
pub struct Ancestor {
    /// The thread it belongs to.
    pub thread_id: ThreadId,
    /// When the line was written into this file, Unix milliseconds.
    pub at: Option<i64>,
}

/// The settings of one turn, as far as they decide a price.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// The turn's id (since 0.104).
    pub id: Option<TurnId>,
    /// The model asked for: from the turn's own `turn_context`, else what was in force before it.
    pub model: Option<Arc<str>>,
    /// Reasoning effort, from the same place.
    pub effort: Option<Arc<str>>,
    /// Hash of the prompt, to tell a copied turn from an own one where turns have no ids.
    pub prompt: Option<u64>,
}

/// A span in which a review sub-agent worked, Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Review {
    /// When review mode was entered.
    pub from: Option<i64>,
    /// When it was left.
    pub to: Option<i64>,
}

/// Where a line stands in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Decoded bytes before the record.
    pub offset: u64,
    /// Line, counted from 1.
    pub line: u32,
    /// Length of the record in bytes.
    pub length: u32,
    /// Column where the record begins, counted from 1.
    pub column: u32,
}

/// A line that could be a billed response.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Where it stands.
    pub span: Span,
    /// Its time, Unix milliseconds.
    pub at: Option<i64>,
    /// Index of its turn in [`RolloutFacts::turns`].
    pub turn: Option<u32>,
    /// Index of its review span in [`RolloutFacts::reviews`].
    pub review: Option<u16>,
    /// Whether its ordinal says that it was inherited by a sub-agent; `None` if nothing is said.
    pub inherited: Option<bool>,
    /// What it says.
    pub claim: Claim,
}

/// What a candidate says was used.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// A `token_count` without usage: a rate-limit refresh.
    NoInfo,
    /// A `token_count`.
    Count(Count),
    /// A `token_usage_record`.
    Record(Record),
}

/// A `token_count` with usage. A vector that could not be read is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Usage of the latest response, or an estimate in its place.
    pub last: Option<TokenUsage>,
    /// The writer's running total.
    pub total: Option<TokenUsage>,
    /// Whether the model answered in a turn that began after the previous `token_count`. Only then
    /// can an unchanged total be a new response of a writer whose totals restarted.
    pub fresh_turn: bool,
}

/// A `token_usage_record`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The thread that was billed.
    pub thread_id: Option<ThreadId>,
    /// The response.
    pub response_id: Option<Box<str>>,
    /// What it used; `None` if it could not be read.
    pub usage: Option<TokenUsage>,
}
