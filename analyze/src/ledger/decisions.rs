//! What was decided about each candidate of a file, in little memory.
//!
//! A verdict is one byte. What it adds is nearly always what the line says, so only exceptions are
//! kept.

use rollout_schema::{ThreadId, TokenUsage};
use rustc_hash::FxHashMap;

use crate::facts::{Candidate, Claim};
use crate::rule::Verdict;

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
    /// The billed responses that it adds, one by one.
    ///
    /// A total that grew by more than `last` holds a response without a line of its own besides:
    /// one whose line was lost, or a compaction of a version that wrote none (0.34).
    pub fn responses(&self, candidate: &Candidate) -> impl Iterator<Item = TokenUsage> {
        let last = match (&self.verdict, &candidate.claim) {
            (Verdict::Growth, Claim::Count(count)) => count.last.filter(|last| !last.is_total_only()),
            _ => None,
        };
        let rest = self.usage.zip(last).and_then(|(usage, last)| usage.checked_sub(&last));
        let parts = match rest {
            Some(_) => [rest, last],
            None => [self.usage, None],
        };
        parts.into_iter().flatten().filter(|usage| !usage.is_zero())
    }

    pub(super) fn new((verdict, usage): (Verdict, Option<TokenUsage>)) -> Self {
        Self { verdict, usage, billed: None }
    }

    pub(super) fn refuse(verdict: Verdict) -> Self {
        Self::new((verdict, None))
    }
}

/// The decisions about one file, in the order of its candidates.
#[derive(Debug, Default)]
pub struct Decisions {
    verdicts: Vec<Verdict>,
    /// Amounts that differ from what the line says.
    amounts: FxHashMap<u32, TokenUsage>,
    billed: FxHashMap<u32, ThreadId>,
}

impl Decisions {
    pub(super) fn with_capacity(n_candidates: usize) -> Self {
        Self { verdicts: Vec::with_capacity(n_candidates), ..Self::default() }
    }

    pub(super) fn push(&mut self, candidate: &Candidate, decision: Decision) {
        let position = self.verdicts.len();
        if decision.verdict.counts() && decision.usage != claimed(&candidate.claim) {
            self.amounts.extend(decision.usage.map(|usage| (position as u32, usage)));
        }
        self.verdicts.push(decision.verdict);
        self.billed.extend(decision.billed.map(|thread| (position as u32, thread)));
    }

    /// Decides anew about a record, which adds what it says or nothing.
    pub(super) fn replace(&mut self, position: usize, decision: Decision) {
        if let Some(verdict) = self.verdicts.get_mut(position) {
            *verdict = decision.verdict;
            self.billed.extend(decision.billed.map(|thread| (position as u32, thread)));
        }
    }

    /// Threads other than the file's own that were billed.
    pub fn billed(&self) -> impl Iterator<Item = &ThreadId> {
        self.billed.values()
    }

    /// How often each verdict was given.
    pub fn tally(&self) -> impl Iterator<Item = (Verdict, u64)> {
        let mut counts = [0; Verdict::ALL.len()];
        for verdict in &self.verdicts {
            counts[*verdict as usize] += 1;
        }
        Verdict::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0)
    }

    /// The decision about the candidate at `position`.
    pub fn get(&self, position: usize, candidate: &Candidate) -> Decision {
        let verdict = self.verdicts.get(position).copied().unwrap_or(Verdict::Unreadable);
        let key = position as u32;
        let amount = || self.amounts.get(&key).copied().or_else(|| claimed(&candidate.claim));
        Decision {
            verdict,
            usage: if verdict.counts() { amount() } else { None },
            billed: if self.billed.is_empty() { None } else { self.billed.get(&key).cloned() },
        }
    }
}

/// The usage that a line names, whatever was decided.
pub(crate) fn claimed(claim: &Claim) -> Option<TokenUsage> {
    match claim {
        Claim::NoInfo => None,
        Claim::Count(count) => count.last,
        Claim::Record(record) => record.usage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Count, Span};

    #[test]
    fn a_growth_beyond_last_is_two_responses() {
        let usage = |input: u64| TokenUsage { input_tokens: input, total_tokens: input, ..TokenUsage::default() };
        let check = |last: Option<TokenUsage>, grown: u64, want: &[u64]| {
            let count = Count { last, total: None, fresh_turn: false };
            let claim = Claim::Count(count);
            let span = Span::default();
            let candidate = Candidate { span, at: None, turn: None, review: None, inherited: None, claim };
            let decision = Decision::new((Verdict::Growth, Some(usage(grown))));
            let got: Vec<u64> = decision.responses(&candidate).map(|usage| usage.input_tokens).collect();
            assert_eq!(got, want);
        };
        check(Some(usage(216)), 1173, &[957, 216]);
        check(None, 1173, &[1173]);
        check(Some(TokenUsage { total_tokens: 9, ..TokenUsage::default() }), 1173, &[1173]);
        check(Some(usage(2000)), 1173, &[1173]);
    }
}
