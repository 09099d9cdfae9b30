//! Turn items: what `item_completed` says, mostly of a response item or a call.

use serde_json::{Value, json};

use super::super::payload::{as_text, duration, take, take_list, take_text, text};
use super::super::{CallStatus, ItemKind, Outcome};
use super::{CallKey, Step, event, message, output, response};

/// The steps of a turn item, or its type if it or its shape is not known.
pub(super) fn steps(mut item: Value) -> Result<Vec<Step>, String> {
    let kind = take_text(&mut item, "type").unwrap_or_else(|| "item".to_owned());
    let id = take_text(&mut item, "id").filter(|id| !id.is_empty());
    if kind == "HookPrompt" {
        let prompts = take_list(&mut item, "fragments").into_iter().filter_map(hook_prompt);
        return Ok(prompts.map(|prompt| Step::Echo(id.clone(), prompt)).collect());
    }
    step(&kind, id, item).map(|step| step.into_iter().collect()).ok_or(kind)
}

/// `None` for what is not known, and nothing inside for what is not said.
fn step(kind: &str, id: Option<String>, mut item: Value) -> Option<Option<Step>> {
    let plain = match kind {
        "Plan" => Some(ItemKind::Plan { text: take_text(&mut item, "text")? }),
        "EnteredReviewMode" => Some(event::review_started(&item)),
        "ExitedReviewMode" => Some(event::review_ended(item.take())),
        "SubAgentActivity" => Some(event::activity(item.take())),
        _ => None,
    };
    if let Some(plain) = plain {
        return Some(Some(Step::Item(id, plain)));
    }
    let echo = match kind {
        "UserMessage" => {
            let (texts, attachments) = message::parts(take_list(&mut item, "content"));
            if texts.is_empty() && attachments.is_empty() {
                return Some(None);
            }
            Some(ItemKind::UserMessage { text: texts.join("\n"), attachments })
        }
        "AgentMessage" => {
            let text = message::parts(take_list(&mut item, "content")).0.concat();
            Some(ItemKind::AssistantMessage { text, phase: take_text(&mut item, "phase") })
        }
        "Reasoning" => {
            let mut sections = |name| take_list(&mut item, name).into_iter().filter_map(as_text).collect();
            Some(ItemKind::Reasoning {
                summary: sections("summary_text"),
                content: sections("raw_content"),
                encrypted: false,
            })
        }
        "ContextCompaction" => Some(ItemKind::Compaction { summary: None, kept: None }),
        _ => None,
    };
    if let Some(echo) = echo {
        return Some(Some(Step::Echo(id, echo)));
    }
    let report = report(kind, item)?;
    Some(Some(Step::Report(CallKey::new(id.as_deref().unwrap_or_default()), id, report)))
}

fn report(kind: &str, mut item: Value) -> Option<ItemKind> {
    Some(match kind {
        "CommandExecution" => event::executed(item)?,
        "FileChange" => event::patched(item),
        "McpToolCall" => {
            let failure = text(&item["error"], "message").map(str::to_owned);
            let mut call = event::mcp(&mut item)?;
            if let ItemKind::McpCall { outcome, .. } = &mut call {
                let status = response::status(&item);
                *outcome = event::mcp_outcome(take(&mut item, "result"), failure);
                outcome.duration_ms = item.get("duration").and_then(duration);
                if status != CallStatus::Completed {
                    outcome.status = status;
                }
            }
            call
        }
        "WebSearch" => event::web_search(item),
        "ImageGeneration" => event::image_made(&item),
        "ImageView" => ItemKind::Image { description: take_text(&mut item, "path")?, made: false },
        "DynamicToolCall" => event::dynamic(item)?,
        "CollabAgentToolCall" => {
            let outcome = Outcome { status: response::status(&item), ..Outcome::default() };
            let arguments = take_text(&mut item, "prompt").map(|prompt| json!({ "prompt": prompt }).to_string());
            call(take_text(&mut item, "tool")?, None, arguments.unwrap_or_default(), outcome)
        }
        "FunctionCallOutput" => {
            let outcome = output::outcome(take(&mut item, "output"));
            call(take_text(&mut item, "name")?, take_text(&mut item, "namespace"), String::new(), outcome)
        }
        "Sleep" => slept(&item["duration_ms"]),
        "Extension" => match text(&item, "kind")? {
            "clock.sleep" => slept(&item["durationMs"]),
            "web.search" => event::web_search(item),
            "image_gen.generation" => event::image_made(&item),
            _ => return None,
        },
        _ => return None,
    })
}

fn slept(millis: &Value) -> ItemKind {
    let outcome = Outcome { status: CallStatus::Completed, duration_ms: millis.as_u64(), ..Outcome::default() };
    call("sleep".to_owned(), None, String::new(), outcome)
}

fn call(tool: String, namespace: Option<String>, arguments: String, outcome: Outcome) -> ItemKind {
    ItemKind::ToolCall { namespace, tool, arguments, outcome }
}

/// What a hook said, as the turn item holds it.
fn hook_prompt(mut fragment: Value) -> Option<ItemKind> {
    let run_id = take_text(&mut fragment, "hookRunId").unwrap_or_default();
    Some(ItemKind::HookPrompt { run_id, text: take_text(&mut fragment, "text")? })
}
