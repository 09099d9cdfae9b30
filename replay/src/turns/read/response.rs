//! Response items: what the model read and wrote, the source that every era has.

use serde_json::Value;

use super::super::payload::{as_text, take, take_list, take_text, text, texts};
use super::super::{CallStatus, ItemKind, Outcome};
use super::{CallKey, Step, call, message, output};

/// Settings and snapshots: nothing that happened.
const NO_ITEMS: [&[u8]; 4] = [b"ghost_snapshot", b"configuration_update", b"additional_tools", b"compaction_trigger"];

/// Joins a search for tools to its output where neither has an id.
const TOOL_SEARCH: &str = "tool_search";

/// Whether a kind of response item is an item.
pub(in super::super) fn is_item(kind: &[u8]) -> bool {
    !NO_ITEMS.contains(&kind)
}

/// The steps of a response item, or `None` if its shape is not known.
pub(super) fn steps(kind: &str, mut value: Value) -> Option<Vec<Step>> {
    if kind == "message" {
        return message::steps(value);
    }
    let id = take_text(&mut value, "id").filter(|id| !id.is_empty());
    let call_id = take_text(&mut value, "call_id").filter(|id| !id.is_empty());
    let step = match kind {
        "reasoning" => Step::Item(id, reasoning(value)),
        "function_call" | "custom_tool_call" => {
            let namespace = take_text(&mut value, "namespace");
            let name = take_text(&mut value, "name")?;
            let item = match kind {
                "function_call" => call::function(name, namespace, take_text(&mut value, "arguments")?),
                _ => call::custom(name, namespace, take_text(&mut value, "input")?),
            };
            Step::Call(CallKey::new(call_id.as_deref()?), id.or(call_id), item)
        }
        "local_shell_call" => {
            let item = call::shell(value.get("action")?)?;
            let key = CallKey::new(call_id.as_deref().or(id.as_deref())?);
            Step::Call(key, id.or(call_id), item)
        }
        "tool_search_call" => {
            let key = CallKey::new(call_id.as_deref().unwrap_or(TOOL_SEARCH));
            let arguments = as_text(take(&mut value, "arguments")).unwrap_or_default();
            Step::Call(key, id.or(call_id), call::other(TOOL_SEARCH.to_owned(), None, arguments))
        }
        "function_call_output" | "custom_tool_call_output" => {
            let outcome = output::outcome(take(&mut value, "output"));
            let tool = take_text(&mut value, "name").unwrap_or_else(|| kind.to_owned());
            let namespace = take_text(&mut value, "namespace");
            let item = ItemKind::ToolCall { namespace, tool, arguments: String::new(), outcome };
            // Since 0.150 an output may stand for itself.
            let key = CallKey::new(call_id.as_deref().or(id.as_deref()).unwrap_or_default());
            Step::Output(key, id.or(call_id), item)
        }
        "tool_search_output" => {
            let key = CallKey::new(call_id.as_deref().unwrap_or(TOOL_SEARCH));
            let output = as_text(take(&mut value, "tools"));
            let outcome = Outcome { status: status(&value), output, ..Outcome::default() };
            let (tool, arguments) = (TOOL_SEARCH.to_owned(), String::new());
            Step::Output(key, id.or(call_id), ItemKind::ToolCall { namespace: None, tool, arguments, outcome })
        }
        "web_search_call" => {
            let query = value.get("action").map(query).unwrap_or_default();
            let outcome = Outcome { status: status(&value), ..Outcome::default() };
            let key = CallKey::new(id.as_deref().unwrap_or(&query));
            Step::Call(key, id, ItemKind::WebSearch { query, outcome })
        }
        "image_generation_call" => {
            let description = take_text(&mut value, "revised_prompt").unwrap_or_default();
            let key = CallKey::new(id.as_deref().unwrap_or_default());
            Step::Call(key, id, ItemKind::Image { description, made: true })
        }
        "agent_message" => match agent_message(value) {
            Step::Item(_, item) => Step::Item(id, item),
            step => step,
        },
        "compaction" | "compaction_summary" | "context_compaction" => {
            Step::Echo(id, ItemKind::Compaction { summary: None, kept: None })
        }
        _ => return None,
    };
    Some(vec![step])
}

fn reasoning(mut value: Value) -> ItemKind {
    let encrypted = text(&value, "encrypted_content").is_some_and(|content| !content.is_empty());
    let mut sections = |name| take_list(&mut value, name).into_iter().filter_map(section).collect();
    ItemKind::Reasoning { summary: sections("summary"), content: sections("content"), encrypted }
}

fn section(mut part: Value) -> Option<String> {
    take_text(&mut part, "text").filter(|text| !text.is_empty())
}

/// A message from one agent to another, as item or as line of its own.
pub(super) fn agent_message(mut value: Value) -> Step {
    let id = take_text(&mut value, "id");
    let text = match take(&mut value, "content") {
        Value::String(text) => text,
        Value::Array(parts) => {
            let texts: Vec<_> = parts.into_iter().filter_map(section).collect();
            texts.join("\n")
        }
        _ => String::new(),
    };
    let mut name = |name| take_text(&mut value, name).unwrap_or_default();
    Step::Item(id, ItemKind::AgentMessage { author: name("author"), recipient: name("recipient"), text })
}

/// State of a call that a provider carried out.
pub(super) fn status(value: &Value) -> CallStatus {
    match text(value, "status") {
        None | Some("completed" | "succeeded" | "success") => CallStatus::Completed,
        Some("failed" | "error" | "errored") => CallStatus::Failed,
        Some("declined") => CallStatus::Declined,
        Some("incomplete" | "interrupted" | "cancelled") => CallStatus::Interrupted,
        Some(_) => CallStatus::Unanswered,
    }
}

/// What a web search did, in short.
pub(super) fn query(action: &Value) -> String {
    if let Some(query) = text(action, "query").filter(|query| !query.is_empty()) {
        return query.to_owned();
    }
    if let Some(queries) = action.get("queries").and_then(texts) {
        return queries.join(", ");
    }
    match (text(action, "pattern"), text(action, "url")) {
        (Some(pattern), Some(url)) => format!("{pattern} in {url}"),
        (one, other) => one.or(other).unwrap_or_default().to_owned(),
    }
}
