//! Narrow views of a record's payload: the members that events are made of, all of them optional.
//!
//! One struct serves all kinds of one family, as the members of the same name mean the same. What
//! has another type than expected fails as a whole, and the record is handed on as it is.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::model::TokenCounts;

/// A line in its envelope.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) payload: T,
}

/// A `response_item`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Item<'a> {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: Option<String>,
    pub(super) role: Option<String>,
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    pub(super) phase: Option<String>,
    #[serde(borrow)]
    pub(super) summary: Option<&'a RawValue>,
    pub(super) call_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
    pub(super) input: Option<String>,
    #[serde(borrow)]
    pub(super) output: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) action: Option<&'a RawValue>,
    pub(super) status: Option<String>,
    #[serde(borrow)]
    pub(super) tools: Option<&'a RawValue>,
    pub(super) revised_prompt: Option<String>,
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    pub(super) author: Option<String>,
    pub(super) recipient: Option<String>,
    #[serde(rename = "internal_chat_message_metadata_passthrough", alias = "metadata")]
    pub(super) passed: Option<Passed>,
}

/// What Codex passes on beside an item.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Passed {
    pub(super) turn_id: Option<String>,
}

/// An `event_msg`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Told<'a> {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) turn_id: Option<String>,
    pub(super) message: Option<String>,
    pub(super) text: Option<String>,
    pub(super) phase: Option<String>,
    pub(super) images: Option<Vec<serde::de::IgnoredAny>>,
    pub(super) reason: Option<String>,
    pub(super) last_agent_message: Option<String>,
    pub(super) error: Option<Failure>,
    pub(super) info: Option<TokenInfo>,
    pub(super) num_turns: Option<u64>,
    pub(super) target: Option<Target>,
    pub(super) user_facing_hint: Option<String>,
    pub(super) review_output: Option<Review>,
    #[serde(rename = "kind")]
    pub(super) activity: Option<String>,
    pub(super) agent_path: Option<String>,
    pub(super) agent_thread_id: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) goal: Option<Goal>,
    pub(super) thread_settings: Option<Settings>,
    #[serde(borrow)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) payload: Option<&'a RawValue>,
    pub(super) call_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct TokenInfo {
    pub(super) total_token_usage: Option<TokenCounts>,
    pub(super) last_token_usage: Option<TokenCounts>,
}

#[derive(Deserialize)]
pub(super) struct Goal {
    #[serde(default)]
    pub(super) objective: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) model: Option<String>,
    #[serde(alias = "reasoning_effort")]
    pub(super) effort: Option<String>,
    pub(super) turn_id: Option<String>,
}

/// What a review is about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) branch: Option<String>,
    pub(super) sha: Option<String>,
    pub(super) instructions: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Review {
    pub(super) findings: Vec<Finding>,
    pub(super) overall_explanation: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Finding {
    pub(super) title: String,
    pub(super) body: String,
}

/// A `session_meta`, or the header of a bare file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta<'a> {
    pub(super) id: String,
    pub(super) timestamp: Option<String>,
    pub(super) cwd: Option<String>,
    pub(super) originator: Option<String>,
    pub(super) cli_version: Option<String>,
    #[serde(borrow)]
    pub(super) source: Option<&'a RawValue>,
    pub(super) model_provider: Option<String>,
    pub(super) forked_from_id: Option<String>,
    pub(super) parent_thread_id: Option<String>,
    pub(super) history_base: Option<Base>,
    pub(super) subagent_history_start_ordinal: Option<u64>,
    #[serde(borrow)]
    pub(super) dynamic_tools: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Base {
    #[serde(default)]
    pub(super) thread_id: String,
}

/// A tool that a client brought.
#[derive(Deserialize)]
pub(super) struct Tool {
    #[serde(default)]
    pub(super) name: String,
}

/// A `token_usage_record`.
#[derive(Deserialize)]
pub(super) struct Record {
    pub(super) turn_id: Option<String>,
    pub(super) response_id: Option<String>,
    pub(super) usage: Option<TokenCounts>,
    pub(super) thread_token_usage: Option<TokenCounts>,
}

/// A `compacted` line.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Compacted {
    pub(super) message: String,
    pub(super) replacement_history: Option<Vec<serde::de::IgnoredAny>>,
}

/// A message between agents, on a line of its own.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Communication {
    pub(super) author: String,
    pub(super) recipient: String,
    pub(super) content: String,
}

/// A `realtime_item`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RealtimeItem {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) role: Option<String>,
    pub(super) text: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) item_id: Option<String>,
}

/// An item of a turn, as `item_completed` has it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TurnItem<'a> {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: String,
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    pub(super) summary_text: Vec<String>,
    pub(super) raw_content: Vec<String>,
    pub(super) phase: Option<String>,
    pub(super) source: Option<String>,
    pub(super) target: Option<Target>,
    pub(super) user_facing_hint: Option<String>,
    pub(super) review_output: Option<Review>,
    #[serde(rename = "kind")]
    pub(super) activity: Option<String>,
    pub(super) agent_path: Option<String>,
    pub(super) agent_thread_id: Option<String>,
    pub(super) tool: Option<String>,
    pub(super) server: Option<String>,
    pub(super) namespace: Option<String>,
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
    pub(super) command: Option<Vec<String>>,
    #[serde(borrow)]
    pub(super) changes: Option<&'a RawValue>,
    pub(super) aggregated_output: Option<String>,
    pub(super) stdout: Option<String>,
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) content_items: Option<&'a RawValue>,
    pub(super) exit_code: Option<i64>,
    pub(super) status: Option<String>,
}
