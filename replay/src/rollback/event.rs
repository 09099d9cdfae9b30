//! A rollback as Codex tells it in a legacy thread: how large the context is now, and what no longer counts.

use rollout_schema::wire;

use crate::context_size::estimated;

/// The lines. A thread in which nothing was counted yet has no counts to repeat.
pub(super) fn lines(
    num_turns: u64,
    estimate: i64,
    usage: Option<wire::TokenCountEvent>,
) -> impl Iterator<Item = wire::RolloutItem> {
    let count = usage.map(|usage| estimated(usage, Some(estimate)));
    let event = wire::ThreadRolledBackEvent { num_turns: num_turns.into(), rest: Default::default() };
    let event = wire::EventMsg::ThreadRolledBack(Box::new(event));
    count.into_iter().chain([wire::RolloutItem::EventMsg(Box::new(event))])
}
