//! A rollback as Codex tells it in a legacy thread: how large the context is now, and what no longer counts.

use rollout_schema::{Int, Optional, wire};

/// The lines. A thread in which nothing was counted yet has no counts to repeat.
pub(super) fn lines(
    num_turns: u64,
    estimate: i64,
    usage: Option<wire::TokenCountEvent>,
) -> impl Iterator<Item = wire::RolloutItem> {
    let count = usage.map(|usage| wire::EventMsg::TokenCount(Box::new(estimated(usage, estimate))));
    let event = wire::ThreadRolledBackEvent { num_turns: num_turns.into(), rest: Default::default() };
    let event = wire::EventMsg::ThreadRolledBack(Box::new(event));
    count.into_iter().chain([event]).map(|event| wire::RolloutItem::EventMsg(Box::new(event)))
}

/// The same totals, for a context of another size.
fn estimated(mut usage: wire::TokenCountEvent, tokens: i64) -> wire::TokenCountEvent {
    if let Optional::Given(Some(info)) = &mut usage.info {
        let zero = || Int::from(0_i64);
        let last = &mut info.last_token_usage;
        (last.input_tokens, last.cached_input_tokens) = (zero(), zero());
        (last.output_tokens, last.reasoning_output_tokens) = (zero(), zero());
        if last.cache_write_input_tokens.given().is_some() {
            last.cache_write_input_tokens = Optional::Given(zero());
        }
        last.total_tokens = tokens.into();
        info.last_usage_includes_reasoning = Optional::Absent;
    }
    usage
}
