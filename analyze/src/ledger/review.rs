//! Reviews up to 0.75: a review sub-agent's `token_count` lines stand in its own file and, between
//! `entered_review_mode` and `exited_review_mode`, in its parent's as well.

use rollout_schema::TokenUsage;
use rustc_hash::FxHashMap;

use crate::facts::{Candidate, Claim, RolloutFacts};

/// A review's own file may be begun a moment before or after its parent notes the review.
const TOLERANCE: i64 = 2000;

type Vectors = (Option<TokenUsage>, Option<TokenUsage>);

/// The counts of all review files, with when each review began.
#[derive(Debug, Default)]
pub(crate) struct ReviewCounts(FxHashMap<Vectors, Vec<i64>>);

/// Collects the counts of review sub-agents.
pub(crate) fn review_counts(rollouts: &[RolloutFacts]) -> ReviewCounts {
    let mut counts = ReviewCounts::default();
    for rollout in rollouts.iter().filter(|rollout| rollout.identity.source.is_review()) {
        let Some(created) = rollout.identity.created else { continue };
        for candidate in rollout.candidates.iter() {
            if let Claim::Count(count) = candidate.claim {
                counts.0.entry((count.last, count.total)).or_default().push(created);
            }
        }
    }
    counts
}

impl ReviewCounts {
    /// Whether a line inside a review span is counted in the review's own file.
    pub(crate) fn has(&self, rollout: &RolloutFacts, candidate: &Candidate) -> bool {
        let Some(review) = candidate.review.and_then(|index| rollout.reviews.get(usize::from(index))) else {
            return false;
        };
        let Claim::Count(count) = &candidate.claim else { return false };
        let from = review.from.unwrap_or(i64::MIN).saturating_sub(TOLERANCE);
        let to = review.to.unwrap_or(i64::MAX).saturating_add(TOLERANCE);
        self.0
            .get(&(count.last, count.total))
            .is_some_and(|began| began.iter().any(|began| (from..=to).contains(began)))
    }
}
