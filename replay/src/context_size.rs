//! The `token_count` that says how large a context is where no response has told: the totals as they were, and an
//! estimate in place of the last response. Codex writes it after compactions and rollbacks; no reader counts it.

use rollout_schema::{Int, Optional, wire};

/// The same totals, for a context of `tokens`, or of the size that the last response told.
pub(crate) fn estimated(mut usage: wire::TokenCountEvent, tokens: Option<i64>) -> wire::RolloutItem {
    if let Optional::Given(Some(info)) = &mut usage.info {
        let zero = || Int::from(0_i64);
        let last = &mut info.last_token_usage;
        (last.input_tokens, last.cached_input_tokens) = (zero(), zero());
        (last.output_tokens, last.reasoning_output_tokens) = (zero(), zero());
        if last.cache_write_input_tokens.given().is_some() {
            last.cache_write_input_tokens = Optional::Given(zero());
        }
        if let Some(tokens) = tokens {
            last.total_tokens = tokens.into();
        }
        info.last_usage_includes_reasoning = Optional::Absent;
    }
    wire::RolloutItem::EventMsg(Box::new(wire::EventMsg::TokenCount(Box::new(usage))))
}
