//! Events of response items: messages, thoughts, calls and outputs.

use rollout_schema::context::{is_contextual_user, is_not_a_persons};
use rollout_schema::hook_prompt;

use super::mapper::EventMapper;
use super::model::{Event, EventKind, ToolKind};
use super::state::Here;
use super::text::{exit_code, output, parts, plain, sections};
use super::wire::Item;
use super::words::{Speaker, key};

impl EventMapper {
    /// `None` if the item is of no known kind.
    pub(super) fn item(&mut self, item: &Item<'_>, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        let kind = match &*item.kind {
            "message" => {
                self.message(item, here, out);
                return Some(());
            }
            "reasoning" => {
                let (summary, content) = (sections(item.summary), sections(item.content));
                for section in summary.iter().chain(&content) {
                    self.said(Speaker::Thought, section);
                }
                let summary = if summary.is_empty() { content } else { summary };
                if summary.is_empty() {
                    return Some(()); // encrypted through and through
                }
                EventKind::Reasoning { summary }
            }
            "function_call" => {
                let tool = item.name.clone().unwrap_or_default();
                let kind = self.function_kind(&tool, item.namespace.as_deref());
                self.call(item, kind, tool, item.arguments.map(plain))
            }
            "custom_tool_call" => {
                let tool = item.name.clone().unwrap_or_default();
                self.call(item, ToolKind::Custom, tool, item.input.clone())
            }
            "local_shell_call" => {
                self.call(item, ToolKind::LocalShell, "local_shell".to_owned(), item.action.map(plain))
            }
            "tool_search_call" => {
                self.call(item, ToolKind::ToolSearch, "tool_search".to_owned(), item.arguments.map(plain))
            }
            "web_search_call" => self.call(item, ToolKind::WebSearch, "web_search".to_owned(), item.action.map(plain)),
            "image_generation_call" => {
                let prompt = item.revised_prompt.clone();
                let call = self.call(item, ToolKind::ImageGeneration, "image_generation".to_owned(), prompt);
                self.emit(here, call, out);
                let output = if item.result.is_some() { "[image]" } else { "" };
                result(item, item.id.clone(), output.to_owned())
            }
            "function_call_output" | "custom_tool_call_output" => {
                result(item, item.call_id.clone(), output(item.output))
            }
            "tool_search_output" => result(item, item.call_id.clone(), item.tools.map(plain).unwrap_or_default()),
            "agent_message" => EventKind::AgentMessage {
                author: item.author.clone().unwrap_or_default(),
                recipient: item.recipient.clone().unwrap_or_default(),
                text: parts(item.content).texts.join("\n"),
            },
            // What a compaction left is told by its own line; the rest is for Codex and the server alone.
            "compaction"
            | "compaction_summary"
            | "context_compaction"
            | "compaction_trigger"
            | "ghost_snapshot"
            | "configuration_update"
            | "additional_tools"
            | "other" => return Some(()),
            _ => return None,
        };
        self.emit(here, kind, out);
        Some(())
    }

    fn message(&mut self, item: &Item<'_>, here: &mut Here, out: &mut Vec<Event>) {
        let parts = parts(item.content);
        let text = || parts.texts.join("\n");
        match item.role.as_deref().unwrap_or_default() {
            "assistant" => {
                let text = text();
                self.said(Speaker::Assistant, &text);
                self.answered(&text, here);
                self.emit(here, EventKind::AssistantMessage { text, phase: item.phase.clone() }, out);
            }
            "user" => self.user_message(parts.texts, parts.attachments, here, out),
            role => {
                let role = role.to_owned();
                self.emit(here, EventKind::Context { role, text: text() }, out);
            }
        }
    }

    /// A message in the user's name: their words, a hook's, or context, or some of each.
    fn user_message(&mut self, texts: Vec<String>, attachments: u32, here: &mut Here, out: &mut Vec<Event>) {
        let (context, words): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| is_not_a_persons(text));
        let begins = context.iter().any(|text| !is_contextual_user(text));
        if (!words.is_empty() || attachments > 0) && !begins {
            self.imply_turn(here, out);
        }
        for text in context {
            let kind = match hook_prompt::parse_fragment(&text) {
                Some(prompt) => EventKind::HookPrompt { run_id: prompt.run_id, text: prompt.text },
                None => EventKind::Context { role: "user".to_owned(), text },
            };
            self.emit(here, kind, out);
        }
        if words.is_empty() && attachments == 0 {
            return;
        }
        // An event has the texts as they were typed: one after the other.
        self.said(Speaker::User, &words.concat());
        self.emit(here, EventKind::UserMessage { text: words.join("\n"), attachments }, out);
    }

    fn function_kind(&self, tool: &str, namespace: Option<&str>) -> ToolKind {
        if tool.starts_with("mcp__") || namespace.is_some_and(|namespace| namespace.starts_with("mcp__")) {
            ToolKind::Mcp
        } else if self.state.tools.iter().any(|known| known == tool) {
            ToolKind::Dynamic
        } else {
            ToolKind::Function
        }
    }

    fn call(&mut self, item: &Item<'_>, kind: ToolKind, tool: String, input: Option<String>) -> EventKind {
        let call_id = item.call_id.clone().or_else(|| item.id.clone());
        if let Some(id) = &call_id {
            let key = key(Speaker::Call, id);
            self.waiting.take(key);
            self.state.calls.remember(key);
        }
        EventKind::ToolUse { call_id, tool, namespace: item.namespace.clone(), kind, input: input.unwrap_or_default() }
    }
}

fn result(item: &Item<'_>, call_id: Option<String>, output: String) -> EventKind {
    EventKind::ToolResult { call_id, exit_code: exit_code(&output), output, status: item.status.clone() }
}
