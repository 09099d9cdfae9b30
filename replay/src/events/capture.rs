//! Events as older versions sent them to their clients: `{"id":…,"msg":{…}}` on standard output, or
//! as `codex/event/…` notifications. A capture of them holds no items, so their words count here.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::mapper::EventMapper;
use super::model::{Event, EventKind, SessionStart, ToolKind};
use super::state::Here;
use super::text::plain;
use super::wire::Told;

/// One event as it was sent.
pub(super) struct Capture<'a> {
    /// The submission that it belongs to, which was the turn's id before turns had one.
    submission: Option<String>,
    thread: Option<String>,
    message: &'a RawValue,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Line<'a> {
    id: Option<String>,
    #[serde(rename = "conversationId", alias = "threadId")]
    thread: Option<String>,
    #[serde(borrow)]
    msg: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// What a call's beginning or end says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Call<'a> {
    call_id: Option<String>,
    command: Vec<String>,
    #[serde(borrow)]
    changes: Option<&'a RawValue>,
    #[serde(borrow)]
    invocation: Option<Invocation<'a>>,
    query: Option<String>,
    exit_code: Option<i64>,
    aggregated_output: Option<String>,
    stdout: Option<String>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Invocation<'a> {
    server: Option<String>,
    tool: String,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

/// What a session says when it is set up.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Configured {
    session_id: Option<String>,
    cwd: Option<String>,
    model: Option<String>,
    reasoning_effort: Option<String>,
}

/// Reads a line without envelope as an event that was sent, if it is one.
pub(super) fn read(json: &str) -> Option<Capture<'_>> {
    let line: Line<'_> = serde_json::from_str(json).ok()?;
    let inner: Line<'_> = match line.params {
        Some(params) => serde_json::from_str(params.get()).ok()?,
        None => Line::default(),
    };
    let message = line.msg.or(inner.msg)?;
    Some(Capture { submission: line.id.or(inner.id), thread: line.thread.or(inner.thread), message })
}

impl EventMapper {
    /// `None` if the event is of no known kind.
    pub(super) fn capture(&mut self, capture: &Capture<'_>, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        let json = capture.message.get();
        let mut told: Told<'_> = serde_json::from_str(json).ok()?;
        let call: Call<'_> = serde_json::from_str(json).ok()?;
        if self.state.thread_id.is_none() {
            self.state.thread_id.clone_from(&capture.thread);
        }
        let words = told.message.clone().or_else(|| told.text.clone()).unwrap_or_default();
        let kind = match &*told.kind {
            "session_configured" => {
                self.configured(serde_json::from_str(json).ok()?, here, out);
                return Some(());
            }
            "user_message" => {
                self.imply_turn(here, out);
                EventKind::UserMessage { text: words, attachments: 0 }
            }
            "agent_message" => {
                self.answered(&words, here);
                EventKind::AssistantMessage { text: words, phase: told.phase.clone() }
            }
            "agent_reasoning" | "agent_reasoning_raw_content" => EventKind::Reasoning { summary: vec![words] },
            "exec_command_begin" => begin(&call, "shell", ToolKind::Function, call.command.join(" ")),
            "patch_apply_begin" => {
                begin(&call, "apply_patch", ToolKind::Custom, call.changes.map(plain).unwrap_or_default())
            }
            "mcp_tool_call_begin" => {
                let invocation = call.invocation.as_ref()?;
                let input = invocation.arguments.map(plain).unwrap_or_default();
                begin(&call, &invocation.tool, ToolKind::Mcp, input)
            }
            "web_search_end" => {
                let query = call.query.clone().unwrap_or_default();
                begin(&call, "web_search", ToolKind::WebSearch, query)
            }
            "exec_command_end" | "patch_apply_end" | "mcp_tool_call_end" => end(call),
            // What an item or a delta says is said by the events above as well.
            "item_completed"
            | "raw_response_item"
            | "web_search_begin"
            | "turn_diff"
            | "plan_update"
            | "mcp_startup_update"
            | "mcp_startup_complete"
            | "shutdown_complete" => return Some(()),
            kind if kind.ends_with("_delta") || kind.ends_with("_section_break") => return Some(()),
            _ => {
                told.turn_id = told.turn_id.or_else(|| capture.submission.clone());
                return self.told(&told, here, out);
            }
        };
        self.emit(here, kind, out);
        Some(())
    }

    fn configured(&mut self, session: Configured, here: &mut Here, out: &mut Vec<Event>) {
        if self.rollout_id.is_empty() {
            self.rollout_id = session.session_id.clone().unwrap_or_default();
        }
        self.state.thread_id = session.session_id.or(self.state.thread_id.take());
        self.emit(here, EventKind::SessionStart(SessionStart { cwd: session.cwd, ..Default::default() }), out);
        self.settings(session.model, session.reasoning_effort, here, out);
    }
}

fn begin(call: &Call<'_>, tool: &str, kind: ToolKind, input: String) -> EventKind {
    let namespace = call.invocation.as_ref().and_then(|invocation| invocation.server.clone());
    EventKind::ToolUse { call_id: call.call_id.clone(), tool: tool.to_owned(), namespace, kind, input }
}

fn end(call: Call<'_>) -> EventKind {
    let output = call.aggregated_output.or(call.stdout).or_else(|| call.result.map(plain)).unwrap_or_default();
    EventKind::ToolResult { call_id: call.call_id, output, exit_code: call.exit_code, status: None }
}
