//! What one rollout says about usage, before anything is decided.
//!
//! Plain data: a [`RolloutFacts`] per file, a [`Candidate`] per line that could be a billed
//! response. Nothing here knows another file. A store can hold a million candidates, so they are
//! kept small: see [`Candidates`].

use std::sync::Arc;

use replay::{Extent, Problem, RolloutFile, RolloutName};
use rollout_schema::{HistoryBase, SessionSource, ThreadId, TokenUsage};

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

/// Who a thread is and where it came from.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// From `session_meta.id`, else from the file's name.
    pub thread_id: Option<ThreadId>,
    /// When the thread began, Unix milliseconds.
    pub created: Option<i64>,
    /// The version that began the file.
    pub cli_version: Option<Box<str>>,
    /// Working folder at the start.
    pub cwd: Option<Box<str>>,
    /// Remote of the repository at the start.
    pub repository_url: Option<Box<str>>,
    /// Who talks to the agent.
    pub source: SessionSource,
    /// The thread this one was forked from, if the file says so.
    pub forked_from: Option<ThreadId>,
    /// The thread that spawned this sub-agent.
    pub parent: Option<ThreadId>,
    /// The root of the tree of sub-agents.
    pub root: Option<ThreadId>,
    /// The part of another file that precedes this one.
    pub history_base: Option<HistoryBase>,
    /// First ordinal that is a sub-agent's own.
    pub own_from_ordinal: Option<u64>,
}

impl Identity {
    /// Whether the file says that its history began elsewhere.
    pub fn has_lineage(&self) -> bool {
        self.forked_from.is_some() || self.parent.is_some() || self.history_base.is_some()
    }

    /// Whether the version that began the file restarts its running totals at every resume, as all
    /// did before 0.79. A file without a readable version is not assumed to.
    pub fn totals_restart(&self) -> bool {
        let mut parts = self.cli_version.as_deref().unwrap_or_default().split('.').map(str::parse::<u32>);
        matches!((parts.next(), parts.next()), (Some(Ok(0)), Some(Ok(minor))) if minor < 79)
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
    pub id: Option<Box<str>>,
    /// The model asked for, from the turn's own `turn_context`.
    pub model: Option<Arc<str>>,
    /// Reasoning effort, from the turn's own `turn_context`.
    pub effort: Option<Arc<str>>,
    /// Whether the turn has a `turn_context` of its own.
    pub has_context: bool,
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
    pub review: Option<u32>,
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

/// Candidates of one file, in file order and in little memory.
///
/// Nearly every `token_count` either repeats the one before it or adds its `last` to the total
/// before it, so its total need not be kept. Reading is sequential, as all uses are.
#[derive(Debug, Default)]
pub struct Candidates {
    /// In pieces, because a growing vector is copied and for a while needs its memory twice.
    pieces: Vec<Vec<Packed>>,
    /// What does not fit into [`Packed`].
    unusual: Vec<Claim>,
    previous: Option<Count>,
    len: usize,
}

const PIECE: usize = 1024;
const NONE: u32 = u32::MAX;

/// A candidate in 64 bytes.
#[derive(Clone, Debug)]
struct Packed {
    at: i64,
    offset: u64,
    line: u32,
    length: u32,
    column: u32,
    turn: u32,
    review: u32,
    inherited: Option<bool>,
    fresh_turn: bool,
    claim: PackedClaim,
}

#[derive(Clone, Debug)]
enum PackedClaim {
    NoInfo,
    /// The same vectors as the `token_count` before it.
    Same,
    /// `last`, and a total that is greater by `last` than the one before it.
    Next([u32; 6]),
    /// Index into [`Candidates::unusual`].
    Unusual(u32),
}

impl Candidates {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether any of them is a `token_usage_record`.
    pub fn has_records(&self) -> bool {
        self.unusual.iter().any(|claim| matches!(claim, Claim::Record(_)))
    }

    /// Appends a candidate.
    pub fn push(&mut self, candidate: Candidate) {
        let fresh_turn = matches!(candidate.claim, Claim::Count(Count { fresh_turn: true, .. }));
        let claim = match candidate.claim {
            Claim::NoInfo => PackedClaim::NoInfo,
            Claim::Count(count) => {
                let packed = self.pack(count);
                self.previous = Some(count);
                packed.unwrap_or_else(|| self.keep(Claim::Count(count)))
            }
            claim @ Claim::Record(_) => self.keep(claim),
        };
        let Span { offset, line, length, column } = candidate.span;
        let packed = Packed {
            at: candidate.at.unwrap_or(i64::MIN),
            offset,
            line,
            length,
            column,
            turn: candidate.turn.unwrap_or(NONE),
            review: candidate.review.unwrap_or(NONE),
            inherited: candidate.inherited,
            fresh_turn,
            claim,
        };
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(packed),
            // The first piece grows as it must: most files are small.
            None => self.pieces.push(vec![packed]),
            Some(_) => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(packed);
                self.pieces.push(piece);
            }
        }
        self.len += 1;
    }

    fn pack(&self, count: Count) -> Option<PackedClaim> {
        let previous = self.previous?;
        if (previous.last, previous.total) == (count.last, count.total) {
            return Some(PackedClaim::Same);
        }
        let (last, total) = (count.last?, count.total?);
        if previous.total? + last != total {
            return None;
        }
        let mut parts = [0; 6];
        for (part, value) in parts.iter_mut().zip(last.parts()) {
            *part = u32::try_from(value).ok()?;
        }
        Some(PackedClaim::Next(parts))
    }

    fn keep(&mut self, claim: Claim) -> PackedClaim {
        self.unusual.push(claim);
        PackedClaim::Unusual(u32::try_from(self.unusual.len() - 1).unwrap_or(NONE))
    }

    /// The candidates in file order.
    pub fn iter(&self) -> impl Iterator<Item = Candidate> {
        let mut previous: Option<Count> = None;
        self.pieces.iter().flatten().map(move |packed| {
            let mut claim = match &packed.claim {
                PackedClaim::NoInfo => Claim::NoInfo,
                PackedClaim::Unusual(index) => self.unusual.get(*index as usize).cloned().unwrap_or(Claim::NoInfo),
                PackedClaim::Same => previous.map_or(Claim::NoInfo, Claim::Count),
                PackedClaim::Next(parts) => {
                    let last = TokenUsage::from_parts(parts.map(u64::from));
                    let total = previous.and_then(|previous| Some(previous.total? + last));
                    Claim::Count(Count { last: Some(last), total, fresh_turn: false })
                }
            };
            if let Claim::Count(count) = &mut claim {
                count.fresh_turn = packed.fresh_turn;
                previous = Some(*count);
            }
            let present = |index: u32| (index != NONE).then_some(index);
            Candidate {
                span: Span { offset: packed.offset, line: packed.line, length: packed.length, column: packed.column },
                at: (packed.at != i64::MIN).then_some(packed.at),
                turn: present(packed.turn),
                review: present(packed.review),
                inherited: packed.inherited,
                claim,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_loses_nothing() {
        let usage = |input: u64| TokenUsage { input_tokens: input, total_tokens: input, ..Default::default() };
        let count = |last, total, fresh_turn| Claim::Count(Count { last, total, fresh_turn });
        let claims = [
            count(Some(usage(5)), Some(usage(5)), false),
            count(Some(usage(7)), Some(usage(12)), true),
            Claim::NoInfo,
            count(Some(usage(7)), Some(usage(12)), false),
            Claim::Record(Record { thread_id: None, response_id: Some("r".into()), usage: None }),
            count(Some(usage(1 << 40)), Some(usage(12 + (1 << 40))), false),
            count(None, Some(usage(1)), false),
            count(Some(usage(2)), None, true),
            count(Some(usage(2)), Some(usage(2)), true),
        ];
        let mut candidates = Candidates::default();
        let all: Vec<Candidate> = (0..3000)
            .map(|n| Candidate {
                span: Span { offset: n * 100, line: n as u32, length: 99, column: 1 },
                at: (n % 3 > 0).then_some(n as i64),
                turn: (n % 2 > 0).then_some(n as u32),
                review: None,
                inherited: (n % 5 == 0).then_some(true),
                claim: claims[n as usize % claims.len()].clone(),
            })
            .collect();
        for candidate in &all {
            candidates.push(candidate.clone());
        }
        assert_eq!(candidates.len(), all.len());
        assert_eq!(candidates.iter().collect::<Vec<_>>(), all);
        assert_eq!(size_of::<Packed>(), 72);
    }
}
