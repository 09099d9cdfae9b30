//! What a hook gets on its standard input, by event.
//!
//! Refuses no member that it does not know: a later version may tell more.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ThreadId;
use crate::thread_event::Usage;

/// What a hook is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HookInput<E = HookEvent> {
    /// The root thread of the run: a sub-agent's hooks see the same one.
    pub session_id: ThreadId,
    /// The thread's rollout, which exists already; null if none is kept.
    pub transcript_path: Option<String>,
    /// Working folder of the thread and of the hook.
    pub cwd: String,
    /// What happened.
    #[serde(flatten)]
    pub event: E,
}

/// What happened, by `hook_event_name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "hook_event_name")]
pub enum HookEvent {
    /// A thread begins, or begins anew.
    SessionStart(SessionStartInput),
    /// A thread is closed.
    SessionEnd(SessionEndInput),
    /// The user, or the parent of a sub-agent, said something that is not in the history yet.
    UserPromptSubmit(UserPromptSubmitInput),
    /// A tool is about to run.
    PreToolUse(PreToolUseInput),
    /// A tool needs an approval.
    PermissionRequest(PermissionRequestInput),
    /// A tool has run.
    PostToolUse(PostToolUseInput),
    /// The history is about to be compacted.
    PreCompact(CompactInput),
    /// The history has been compacted.
    PostCompact(CompactInput),
    /// A sub-agent begins.
    SubagentStart(SubagentStartInput),
    /// A sub-agent is about to end its turn.
    SubagentStop(SubagentStopInput),
    /// The agent is about to end its turn.
    Stop(StopInput),
    /// The user stopped the turn.
    Interrupt(InterruptInput),
    /// A request is about to be sent to the model.
    PreModelRequest(PreModelRequestInput),
    /// The model has answered, or failed to.
    PostModelRequest(PostModelRequestInput),
}

/// What every event of a turn has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HookTurn {
    /// The turn.
    pub turn_id: String,
    /// The model that answers in it.
    pub model: String,
}

/// The sub-agent that something happened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HookAgent {
    /// Its own thread.
    pub agent_id: ThreadId,
    /// Its role, `default` if it has none.
    pub agent_type: String,
}

/// How freely the agent may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PermissionMode {
    /// Some things are asked about first.
    Default,
    /// Edits are made without asking.
    AcceptEdits,
    /// Nothing is changed: the agent makes a plan.
    Plan,
    /// What would be asked about is not done.
    DontAsk,
    /// Nothing is asked about.
    BypassPermissions,
}

/// Input of `SessionStart`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionStartInput {
    /// The model that answers.
    pub model: String,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// How it came to begin.
    pub source: SessionStartSource,
}

/// How a thread came to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionStartSource {
    /// It is new.
    Startup,
    /// It was closed and goes on.
    Resume,
    /// The user dropped the history.
    Clear,
    /// The history was compacted.
    Compact,
    /// It goes on from a copy of another thread's history.
    Fork,
}

/// Input of `SessionEnd`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionEndInput {
    /// Why it is closed.
    pub reason: SessionEndReason,
}

/// Why a thread is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionEndReason {
    /// The only reason that is told.
    Other,
}

/// Input of `UserPromptSubmit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPromptSubmitInput {
    /// The turn that the prompt begins or joins.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that is spoken to, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// What was said.
    pub prompt: String,
}

/// Input of `PreToolUse`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PreToolUseInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that calls the tool, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// The tool: `Bash` for every kind of shell, `apply_patch`, or the tool's own name.
    pub tool_name: String,
    /// What it is called with; `{command}` for a shell.
    pub tool_input: Value,
    /// The call's id in the history.
    pub tool_use_id: String,
}

/// Input of `PermissionRequest`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PermissionRequestInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that asks, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// The tool.
    pub tool_name: String,
    /// What it is called with.
    pub tool_input: Value,
}

/// Input of `PostToolUse`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PostToolUseInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that called the tool, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// The tool.
    pub tool_name: String,
    /// What it was called with.
    pub tool_input: Value,
    /// What it gave; the bare output of a shell.
    pub tool_response: Value,
    /// The call's id in the history.
    pub tool_use_id: String,
}

/// Input of `PreCompact` and `PostCompact`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompactInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent whose history it is, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// Who wanted it.
    pub trigger: CompactTrigger,
}

/// Who wanted a history compacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompactTrigger {
    /// The user.
    Manual,
    /// Nobody: the context was nearly full.
    Auto,
}

/// Input of `SubagentStart`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubagentStartInput {
    /// The sub-agent's first turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent.
    #[serde(flatten)]
    pub agent: HookAgent,
    /// How freely it may act.
    pub permission_mode: PermissionMode,
}

/// Input of `SubagentStop`. Here `transcript_path` is the rollout of the root thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubagentStopInput {
    /// The sub-agent's turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent.
    #[serde(flatten)]
    pub agent: HookAgent,
    /// How freely it may act.
    pub permission_mode: PermissionMode,
    /// The sub-agent's own rollout.
    pub agent_transcript_path: Option<String>,
    /// Whether the turn goes on only because such a hook wanted it to.
    pub stop_hook_active: bool,
    /// The last thing the sub-agent said in the turn.
    pub last_assistant_message: Option<String>,
}

/// Input of `Stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StopInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
    /// Whether the turn goes on only because such a hook wanted it to.
    pub stop_hook_active: bool,
    /// The last thing the agent said in the turn.
    pub last_assistant_message: Option<String>,
}

/// Input of `Interrupt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterruptInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// How freely the agent may act.
    pub permission_mode: PermissionMode,
}

/// Input of `PreModelRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreModelRequestInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that asks, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
}

/// Input of `PostModelRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostModelRequestInput {
    /// The turn.
    #[serde(flatten)]
    pub turn: HookTurn,
    /// The sub-agent that asked, if it is one.
    #[serde(flatten)]
    pub agent: Option<HookAgent>,
    /// How it ended.
    pub status: ModelRequestStatus,
    /// What went wrong.
    pub error: Option<String>,
    /// What this one response used, if the model said so.
    pub token_usage: Option<ModelRequestUsage>,
}

/// How a request to the model ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelRequestStatus {
    /// With a whole response.
    Completed,
    /// With an error.
    Failed,
}

/// What one response used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelRequestUsage {
    /// By kind.
    #[serde(flatten)]
    pub usage: Usage,
    /// Input and output.
    pub total_tokens: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_event_reads_and_writes_the_same_members() {
        let turn = json!({ "turn_id": "t", "model": "m" });
        let agent = json!({ "agent_id": "a", "agent_type": "default" });
        let mode = json!({ "permission_mode": "bypassPermissions" });
        let tool = json!({ "tool_name": "Bash", "tool_input": { "command": "ls" }, "tool_use_id": "c" });
        let end = json!({ "stop_hook_active": true, "last_assistant_message": null });
        let usage = json!({
            "input_tokens": 5, "cached_input_tokens": 4, "cache_write_input_tokens": 3, "output_tokens": 2,
            "reasoning_output_tokens": 1, "total_tokens": 7,
        });
        let check = |event: &str, parts: &[&Value]| {
            let mut line = json!({ "session_id": "s", "transcript_path": null, "cwd": "/w", "hook_event_name": event });
            let members = parts.iter().flat_map(|part| part.as_object().unwrap().clone());
            line.as_object_mut().unwrap().extend(members);
            let input: HookInput = serde_json::from_str(&line.to_string()).unwrap();
            assert_eq!(serde_json::to_value(&input).unwrap(), line);
        };
        check("SessionStart", &[&json!({ "model": "m", "source": "fork" }), &mode]);
        check("SessionEnd", &[&json!({ "reason": "other" })]);
        check("UserPromptSubmit", &[&turn, &mode, &json!({ "prompt": "p" })]);
        check("UserPromptSubmit", &[&turn, &agent, &mode, &json!({ "prompt": "p" })]);
        check("PreToolUse", &[&turn, &agent, &mode, &tool]);
        check("PermissionRequest", &[&turn, &mode, &json!({ "tool_name": "Bash", "tool_input": {} })]);
        check("PostToolUse", &[&turn, &mode, &tool, &json!({ "tool_response": "a\n" })]);
        check("PreCompact", &[&turn, &json!({ "trigger": "manual" })]);
        check("PostCompact", &[&turn, &agent, &json!({ "trigger": "auto" })]);
        check("SubagentStart", &[&turn, &agent, &mode]);
        check("SubagentStop", &[&turn, &agent, &mode, &end, &json!({ "agent_transcript_path": "/r" })]);
        check("Stop", &[&turn, &mode, &end]);
        check("Interrupt", &[&turn, &mode]);
        check("PreModelRequest", &[&turn, &agent]);
        check("PostModelRequest", &[&turn, &json!({ "status": "failed", "error": "e", "token_usage": null })]);
        check("PostModelRequest", &[&turn, &json!({ "status": "completed", "error": null, "token_usage": usage })]);
    }
}
