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
mod inherit;
mod records;
mod review;
mod store;

use std::sync::Arc;

use rollout_schema::{ThreadId, TokenUsage};

use crate::facts::{Claim, RolloutFacts};
use crate::rule::Verdict;
use counter::{Count, Counters};
use store::Store;

/// What was decided about one candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Why it was counted, or why not.
    pub verdict: Verdict,
    /// What it adds, if it counts.
    pub usage: Option<TokenUsage>,
    /// The thread that was billed, if that is not the file's own.
    pub billed: Option<ThreadId>,
}

impl Decision {
    fn new((verdict, usage): (Verdict, Option<TokenUsage>)) -> Self {
        Self { verdict, usage, billed: None }
    }

    fn refuse(verdict: Verdict) -> Self {
        Self::new((verdict, None))
    }
}

/// One billed response.
#[derive(Clone, Debug)]
pub struct UsageFact {
    /// Index of the file that proves it.
    pub rollout: usize,
    /// Index of the line in the file's candidates.
    pub candidate: usize,
    /// The thread that was billed.
    pub thread_id: ThreadId,
    /// What was used.
    pub usage: TokenUsage,
    /// When, Unix milliseconds.
    pub at: Option<i64>,
    /// The model that was asked, if the file says so.
    pub model: Option<Arc<str>>,
    /// Reasoning effort, if not the model's default.
    pub effort: Option<Arc<str>>,
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
    /// One decision per candidate, file by file.
    pub decisions: Vec<Vec<Decision>>,
    /// What the files cannot tell.
    pub gaps: Vec<Gap>,
}

impl Ledger {
    /// Decides about every candidate of every file.
    pub fn build(mut rollouts: Vec<RolloutFacts>) -> Self {
        rollouts.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        let store = Store::new(&rollouts);
        let mut gaps = Vec::new();
        let copies = inherit::copies(&rollouts, &store, &mut gaps);
        let reviews = review::review_counts(&rollouts);
        let mut decisions: Vec<Vec<Decision>> = Vec::with_capacity(rollouts.len());
        for (index, rollout) in rollouts.iter().enumerate() {
            if rollout.bare {
                gaps.push(Gap::NoUsageWritten { rollout: index });
            }
            decisions.push(judge(rollout, &store, &rollouts, &copies[index], &reviews));
        }
        records::count_once(&rollouts, &store, &mut decisions, &mut gaps);
        gaps.sort();
        gaps.dedup();
        Self { rollouts, decisions, gaps }
    }

    /// The billed responses, in order of file and line.
    pub fn facts(&self) -> Vec<UsageFact> {
        let mut facts = Vec::new();
        for (rollout, (file, decisions)) in self.rollouts.iter().zip(&self.decisions).enumerate() {
            for (candidate, (line, decision)) in file.candidates.iter().zip(decisions).enumerate() {
                let Some(usage) = decision.usage.filter(|usage| !usage.is_zero()) else { continue };
                let Some(thread_id) = decision.billed.clone().or_else(|| file.identity.thread_id.clone()) else { continue };
                // A review inside another thread's file runs with a model of its own.
                let own_turn = line.review.is_none() || matches!(line.claim, Claim::Record { .. });
                let turn = line.turn.filter(|_| own_turn).and_then(|turn| file.turns.get(turn as usize));
                facts.push(UsageFact {
                    rollout,
                    candidate,
                    thread_id,
                    usage,
                    at: line.at,
                    model: turn.and_then(|turn| turn.model.clone()),
                    effort: turn.and_then(|turn| turn.effort.clone()),
                });
            }
        }
        facts
    }
}

/// Judges every `token_count` of one file. Records are decided later, over all files.
fn judge(
    rollout: &RolloutFacts,
    store: &Store,
    rollouts: &[RolloutFacts],
    copies: &inherit::Copies,
    reviews: &review::ReviewCounts,
) -> Vec<Decision> {
    let mut counters = initial_counters(rollout, store, rollouts);
    // What a missing ancestor used is judged by its own counters, of which the copy is a piece.
    let mut missing = Counters::from_zero(rollout.identity.totals_restart());
    let mut decisions = Vec::with_capacity(rollout.candidates.len());
    for (index, candidate) in rollout.candidates.iter().enumerate() {
        let origin = copies.origin(index);
        let decision = match &candidate.claim {
            Claim::NoInfo => Decision::refuse(Verdict::NoInfo),
            Claim::Record { usage, .. } => {
                if let Some(usage) = usage {
                    counters.record(*usage);
                    missing.record(*usage);
                }
                Decision::refuse(Verdict::Unreadable) // until all records are known
            }
            Claim::Count { last, total, fresh_turn } => {
                let count = Count { last: *last, total: *total, fresh_turn: *fresh_turn };
                match origin {
                    inherit::Origin::Own if reviews.has(rollout, candidate) => Decision::refuse(Verdict::ReviewTwin),
                    inherit::Origin::Own => Decision::new(counters.judge(count)),
                    inherit::Origin::Copied(verdict) => {
                        inherit_total(&mut counters, count);
                        inherit_total(&mut missing, count);
                        Decision::refuse(*verdict)
                    }
                    inherit::Origin::CopiedFromMissing(ancestor) => {
                        inherit_total(&mut counters, count);
                        let (verdict, usage) = missing.judge(count);
                        let verdict = if usage.is_some() { Verdict::CopyOfMissing } else { verdict };
                        Decision { verdict, usage, billed: Some(ancestor.clone()) }
                    }
                }
            }
        };
        decisions.push(decision);
    }
    decisions
}

fn inherit_total(counters: &mut Counters, count: Count) {
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
