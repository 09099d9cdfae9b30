//! Events: echoes of response items, accounts of calls, and what no response item says.

use rollout_schema::context::is_contextual_user;
use serde_json::Value;

use super::super::payload::{as_text, duration, take, take_list, take_text, text};
use super::super::{CallStatus, ItemKind, Outcome};
use super::message::shorten;
use super::{CallKey, Step, command, output, patch, response};

/// What versions before 0.64 said in the model's name after a compaction.
const COMPACTED: &str = "Compact task completed";

/// Whether an event tells of a step.
pub(in super::super) fn is_step(kind: &[u8]) -> bool {
    !matches!(
        kind,
        b"token_count"
            | b"task_started"
            | b"turn_started"
            | b"task_complete"
            | b"turn_complete"
            | b"turn_aborted"
            | b"thread_settings_applied"
            | b"thread_name_updated"
            | b"thread_goal_updated"
    )
}

/// The step of an event, if it is one: events that nobody knows are bookkeeping.
pub(super) fn step(kind: &[u8], mut value: Value) -> Option<Step> {
    Some(match kind {
        b"user_message" => Step::Echo(None, user_message(value)?),
        b"agent_message" => match take_text(&mut value, "message")? {
            text if text == COMPACTED => Step::Echo(None, ItemKind::Compaction { summary: None, kept: None }),
            text => Step::Echo(None, ItemKind::AssistantMessage { text, phase: take_text(&mut value, "phase") }),
        },
        b"agent_reasoning" => thinking(vec![take_text(&mut value, "text")?], Vec::new()),
        b"agent_reasoning_raw_content" => thinking(Vec::new(), vec![take_text(&mut value, "text")?]),
        b"context_compacted" => Step::Echo(None, ItemKind::Compaction { summary: None, kept: None }),
        b"thread_rolled_back" => Step::Item(None, ItemKind::Rollback { turns: value.get("num_turns")?.as_u64()? }),
        b"entered_review_mode" => Step::Item(take_text(&mut value, "item_id"), review_started(&value)),
        b"exited_review_mode" => Step::Item(take_text(&mut value, "item_id"), review_ended(value)),
        b"sub_agent_activity" => Step::Item(take_text(&mut value, "event_id"), activity(value)),
        b"error" | b"warning" | b"stream_error" | b"guardian_warning" | b"deprecation_notice" | b"undo_completed" => {
            let words = ["message", "summary"].iter().find_map(|name| take_text(&mut value, name))?;
            let level = String::from_utf8_lossy(kind).into_owned();
            Step::Item(None, ItemKind::Notice { level, text: words })
        }
        _ => report(kind, value)?,
    })
}

fn thinking(summary: Vec<String>, content: Vec<String>) -> Step {
    Step::Echo(None, ItemKind::Reasoning { summary, content, encrypted: false })
}

fn user_message(mut value: Value) -> Option<ItemKind> {
    let words = take_text(&mut value, "message")?;
    let mut attachments = Vec::new();
    for name in ["images", "local_images", "file_ids", "audio", "local_audio"] {
        attachments.extend(take_list(&mut value, name).iter().filter_map(Value::as_str).map(shorten));
    }
    let is_said = !words.is_empty() || !attachments.is_empty();
    (is_said && !is_contextual_user(&words)).then_some(ItemKind::UserMessage { text: words, attachments })
}

pub(super) fn review_started(value: &Value) -> ItemKind {
    let target = value.get("target");
    let named = ["instructions", "branch", "sha", "type"].iter().find_map(|name| text(target?, name));
    let target = text(value, "user_facing_hint").filter(|hint| !hint.is_empty()).or(named).unwrap_or_default();
    ItemKind::ReviewStarted { target: target.to_owned() }
}

/// The verdict, and each finding with its title.
pub(super) fn review_ended(mut value: Value) -> ItemKind {
    let mut review = take(&mut value, "review_output");
    let verdict = take_text(&mut review, "overall_explanation");
    let findings = take_list(&mut review, "findings").into_iter().map(|finding| {
        let line = |name| text(&finding, name).unwrap_or_default().to_owned();
        [line("title"), line("body")].join("\n")
    });
    let words: Vec<_> = verdict.into_iter().chain(findings).filter(|words| !words.trim().is_empty()).collect();
    ItemKind::ReviewEnded { text: words.join("\n\n") }
}

pub(super) fn activity(mut value: Value) -> ItemKind {
    ItemKind::SubAgent {
        activity: take_text(&mut value, "kind").unwrap_or_default(),
        agent_path: take_text(&mut value, "agent_path"),
        thread_id: take_text(&mut value, "agent_thread_id"),
    }
}

fn report(kind: &[u8], mut value: Value) -> Option<Step> {
    let id = take_text(&mut value, "call_id")?;
    let item = match kind {
        b"exec_command_end" => executed(value)?,
        b"patch_apply_end" => patched(value),
        b"mcp_tool_call_end" => {
            let mut invocation = take(&mut value, "invocation");
            let mut result = take(&mut value, "result");
            let failure = as_text(take(&mut result, "Err"));
            let mut call = mcp(&mut invocation)?;
            if let ItemKind::McpCall { outcome, .. } = &mut call {
                *outcome = mcp_outcome(take(&mut result, "Ok"), failure);
                outcome.duration_ms = value.get("duration").and_then(duration);
            }
            call
        }
        b"web_search_end" => web_search(value),
        b"image_generation_end" => image_made(&value),
        b"view_image_tool_call" => ItemKind::Image { description: take_text(&mut value, "path")?, made: false },
        b"dynamic_tool_call_response" => dynamic(value)?,
        _ => {
            let name = std::str::from_utf8(kind).ok()?.strip_suffix("_end")?.strip_prefix("collab_")?;
            let outcome = Outcome { status: CallStatus::Completed, ..Outcome::default() };
            ItemKind::ToolCall { namespace: None, tool: name.to_owned(), arguments: String::new(), outcome }
        }
    };
    Some(Step::Report(CallKey::new(&id), Some(id), item))
}

pub(super) fn executed(mut value: Value) -> Option<ItemKind> {
    let command = command::line(value.get("command")?)?;
    let exit_code = value.get("exit_code").and_then(Value::as_i64);
    let status = match response::status(&value) {
        CallStatus::Completed if exit_code.is_some_and(|code| code != 0) => CallStatus::Failed,
        status => status,
    };
    let duration_ms = value.get("duration").and_then(duration);
    let output = ["aggregated_output", "stdout"].iter().find_map(|name| take_text(&mut value, name));
    Some(ItemKind::Command {
        command,
        cwd: text(&value, "cwd").map(command::folder),
        by_user: text(&value, "source") == Some("user_shell"),
        outcome: Outcome { status, exit_code, duration_ms, output },
    })
}

pub(super) fn patched(mut value: Value) -> ItemKind {
    let status = match value.get("success").and_then(Value::as_bool) {
        Some(false) if value.get("status").is_none() => CallStatus::Failed,
        _ => response::status(&value),
    };
    let said: Vec<_> = ["stdout", "stderr"].iter().filter_map(|name| take_text(&mut value, name)).collect();
    let output = Some(said.concat()).filter(|output| !output.is_empty());
    let changes = patch::of_event(take(&mut value, "changes"));
    ItemKind::Patch { changes, outcome: Outcome { status, output, ..Outcome::default() } }
}

/// A call of an MCP tool: server, tool and arguments.
pub(super) fn mcp(value: &mut Value) -> Option<ItemKind> {
    Some(ItemKind::McpCall {
        server: take_text(value, "server")?,
        tool: take_text(value, "tool")?,
        arguments: as_text(take(value, "arguments")).unwrap_or_default(),
        outcome: Outcome::default(),
    })
}

pub(super) fn mcp_outcome(mut result: Value, failure: Option<String>) -> Outcome {
    let is_error = ["isError", "is_error"].iter().any(|name| result.get(name) == Some(&Value::Bool(true)));
    let status = if failure.is_some() || is_error { CallStatus::Failed } else { CallStatus::Completed };
    let output = failure.or_else(|| output::body(take(&mut result, "content")).0);
    Outcome { status, output, ..Outcome::default() }
}

pub(super) fn web_search(mut value: Value) -> ItemKind {
    let query = match take_text(&mut value, "query") {
        Some(query) if !query.is_empty() => query,
        _ => value.get("action").map(response::query).unwrap_or_default(),
    };
    let output = as_text(take(&mut value, "results"));
    ItemKind::WebSearch { query, outcome: Outcome { status: CallStatus::Completed, output, ..Outcome::default() } }
}

pub(super) fn image_made(value: &Value) -> ItemKind {
    let names = ["saved_path", "savedPath", "revised_prompt", "revisedPrompt"];
    let description = names.iter().find_map(|name| text(value, name)).unwrap_or_default();
    ItemKind::Image { description: description.to_owned(), made: true }
}

pub(super) fn dynamic(mut value: Value) -> Option<ItemKind> {
    let failure = take_text(&mut value, "error");
    let failed = failure.is_some() || value.get("success") == Some(&Value::Bool(false));
    let status = if failed { CallStatus::Failed } else { response::status(&value) };
    let parts = take_list(&mut value, "content_items");
    let output = failure.or_else(|| (!parts.is_empty()).then(|| output::joined(parts)));
    let duration_ms = value.get("duration").and_then(duration);
    Some(ItemKind::ToolCall {
        namespace: take_text(&mut value, "namespace"),
        tool: take_text(&mut value, "tool")?,
        arguments: as_text(take(&mut value, "arguments")).unwrap_or_default(),
        outcome: Outcome { status, exit_code: None, duration_ms, output },
    })
}
