//! The usage ledger: one fact per billed response, counted once over the whole store.
//!
//! Order of decision, each step only about what the earlier ones left open:
//!
//! 1. [`store`]: which files are copies of the same file, who descends from whom.
//! 2. [`inherit`]: which leading lines of a fork are copies of an ancestor's.
//! 3. [`counter`]: which `token_count` lines are new responses of this file's own counters.
//! 4. [`records`]: each `token_usage_record` once per response.
//!
//! Every candidate keeps its verdict, so that a report can be explained line by line. The result
//! does not depend on the order in which files were read.

mod counter;
mod decisions;
mod inherit;
mod records;
mod review;
mod store;

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use rollout_schema::{ThreadId, TokenUsage, TurnId};
use tracing::debug;

use crate::facts::{Claim, Count, RolloutFacts};
use crate::rule::Verdict;
use counter::Counters;
pub(crate) use decisions::claimed;
pub use decisions::{Decision, Decisions};
use store::Store;

/// One billed response.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageFact<'a> {
    /// The thread that was billed, if that is not the file's own.
    pub billed: Option<ThreadId>,
    /// What was used.
    pub usage: TokenUsage,
    /// When, Unix milliseconds.
    pub at: Option<i64>,
    /// The model that was asked, if the file says so.
    pub model: Option<&'a Arc<str>>,
    /// The turn, if the file names it.
    pub turn_id: Option<&'a TurnId>,
    /// The line that says so, counted from 1.
    pub line: u64,
}

/// Why the files themselves cannot tell everything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// A file of the time before usage was written.
    NoUsageWritten {
        /// Index of the file.
        rollout: usize,
    },
    /// A thread that a file refers to and that is nowhere in the store.
    MissingAncestor {
        /// Index of the file that refers to it.
        rollout: usize,
        /// The missing thread or rollout.
        ancestor: ThreadId,
    },
}

/// All files with what was decided about them.
#[derive(Debug)]
pub struct Ledger {
    /// The files, by path.
    pub rollouts: Vec<RolloutFacts>,
    /// The decisions about each file's candidates.
    pub decisions: Vec<Decisions>,
    /// What the files cannot tell.
    pub gaps: Vec<Gap>,
}

impl Ledger {
    /// Decides about every candidate of every file, on rayon's current pool.
    pub fn build(mut rollouts: Vec<RolloutFacts>) -> Self {
        rollouts.sort_by(|a, b| a.file.path.as_os_str().cmp(b.file.path.as_os_str()));
        let started = Instant::now();
        let store = Store::new(&rollouts);
        debug!(elapsed = ?started.elapsed(), "indexed");
        let bare = rollouts.iter().enumerate().filter(|(_, rollout)| rollout.bare);
        let mut gaps: Vec<Gap> = bare.map(|(rollout, _)| Gap::NoUsageWritten { rollout }).collect();
        let copies = inherit::copies(&rollouts, &store, &mut gaps);
        let reviews = review::review_counts(&rollouts);
        debug!(elapsed = ?started.elapsed(), "lineage resolved");
        let judge = |(rollout, copies)| judge(rollout, &store, &rollouts, copies, &reviews);
        let mut decisions: Vec<Decisions> = rollouts.par_iter().zip(&copies).map(judge).collect();
        debug!(elapsed = ?started.elapsed(), "counts judged");
        records::count_once(&rollouts, &store, &mut decisions, &mut gaps);
        gaps.sort();
        gaps.dedup();
        Self { rollouts, decisions, gaps }
    }

    /// Hands out the billed responses of one file, in order of line.
    pub fn for_each_fact<'a>(&'a self, rollout: usize, mut take: impl FnMut(UsageFact<'a>)) {
        let (file, decisions) = (&self.rollouts[rollout], &self.decisions[rollout]);
        let mut candidates = file.candidates.cursor();
        let mut position = 0;
        while let Some(candidate) = candidates.advance() {
            let decision = decisions.get(position, candidate);
            position += 1;
            if decision.usage.is_none() {
                continue;
            }
            // A review inside another thread's file runs with a model of its own.
            let is_own = candidate.review.is_none() || matches!(candidate.claim, Claim::Record(_));
            let turn = if is_own { file.turn(candidate) } else { None };
            let model = turn.and_then(|turn| turn.model.as_ref());
            let turn_id = turn.and_then(|turn| turn.id.as_ref());
            for usage in decision.responses(candidate) {
                let (billed, line) = (decision.billed.clone(), u64::from(candidate.span.line));
                take(UsageFact { billed, usage, at: candidate.at, model, turn_id, line });
            }
        }
    }
}

/// Judges every `token_count` of one file. Records are decided later, over all files.
fn judge(
    rollout: &RolloutFacts,
    store: &Store,
    rollouts: &[RolloutFacts],
    copies: &inherit::Copies,
    reviews: &review::ReviewCounts,
) -> Decisions {
    let mut counters = initial_counters(rollout, store, rollouts);
    // What a missing ancestor used is judged by its own counters, of which the copy is a piece.
    let mut missing = Counters::from_zero(rollout.identity.totals_restart());
    let mut decisions = Decisions::with_capacity(rollout.candidates.len());
    let mut candidates = rollout.candidates.cursor();
    let mut position = 0;
    while let Some(candidate) = candidates.advance() {
        let origin = copies.origin(position);
        position += 1;
        let decision = match &candidate.claim {
            Claim::NoInfo => Decision::refuse(Verdict::NoInfo),
            Claim::Record(record) => {
                if let Some(usage) = record.usage {
                    counters.record(usage);
                    missing.record(usage);
                }
                Decision::refuse(Verdict::Unreadable) // until all records are known
            }
            Claim::Count(count) => match origin {
                inherit::Origin::Own if reviews.has(rollout, candidate) => Decision::refuse(Verdict::ReviewTwin),
                inherit::Origin::Own => Decision::new(counters.judge(*count)),
                inherit::Origin::Copied(verdict) => {
                    inherit_total(&mut counters, count);
                    inherit_total(&mut missing, count);
                    Decision::refuse(*verdict)
                }
                inherit::Origin::CopiedFromMissing(ancestor) => {
                    inherit_total(&mut counters, count);
                    let (verdict, usage) = missing.judge(*count);
                    let verdict = if usage.is_some() { Verdict::CopyOfMissing } else { verdict };
                    Decision { verdict, usage, billed: Some(ancestor.clone()) }
                }
            },
        };
        decisions.push(candidate, decision);
    }
    decisions
}

fn inherit_total(counters: &mut Counters, count: &Count) {
    if let Some(total) = count.total {
        counters.inherit(total);
    }
}

/// The counters with which a file begins.
fn initial_counters(rollout: &RolloutFacts, store: &Store, rollouts: &[RolloutFacts]) -> Counters {
    let totals_restart = rollout.identity.totals_restart();
    if !rollout.identity.has_lineage() && rollout.ancestors.is_empty() {
        return Counters::from_zero(totals_restart);
    }
    let mut counters = Counters::unknown(totals_restart);
    if let Some(base) = &rollout.identity.history_base
        && let Some(total) = store.total_at(rollouts, base)
    {
        counters.inherit(total);
    }
    counters
}
