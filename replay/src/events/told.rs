//! Events of what the harness observed: the frames of turns, usage, reviews, and what stands in no
//! response item.

use super::mapper::EventMapper;
use super::model::{Event, EventKind, ToolKind, Usage, UsageSource};
use super::state::{Here, Turn};
use super::text::{parts, plain};
use super::wire::{Review, Target, Told, TurnItem};
use super::words::{Speaker, key};

impl EventMapper {
    /// `None` if the event is of no known kind.
    pub(super) fn told(&mut self, told: &Told<'_>, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        let begun = matches!(&*told.kind, "task_started" | "turn_started").then_some(told.turn_id.as_deref());
        self.see(here, begun.flatten());
        let words = |member: &Option<String>| member.clone().unwrap_or_default();
        let kind = match &*told.kind {
            "task_started" | "turn_started" => {
                self.begin_turn(words(&told.turn_id), here, out);
                return Some(());
            }
            "task_complete" | "turn_complete" => match &told.error {
                Some(error) => EventKind::TurnFailed { message: error.message.clone() },
                None => EventKind::TurnCompleted { answer: told.last_agent_message.clone() },
            },
            "turn_aborted" => EventKind::TurnInterrupted { reason: words(&told.reason) },
            "token_count" => {
                let Some(info) = &told.info else { return Some(()) };
                let (last, total) = (info.last_token_usage, info.total_token_usage);
                EventKind::Usage(Usage { source: UsageSource::TokenCount, response_id: None, last, total })
            }
            "user_message" => {
                let text = words(&told.message);
                let attachments = told.images.as_ref().map_or(0, |images| images.len() as u32);
                let kind = EventKind::UserMessage { text: text.clone(), attachments };
                self.repeat(Speaker::User, &text, kind, here, out);
                return Some(());
            }
            "agent_message" => {
                let text = words(&told.message);
                let kind = EventKind::AssistantMessage { text: text.clone(), phase: told.phase.clone() };
                self.repeat(Speaker::Assistant, &text, kind, here, out);
                return Some(());
            }
            "agent_reasoning" | "agent_reasoning_raw_content" => {
                let text = words(&told.text);
                let kind = EventKind::Reasoning { summary: vec![text.clone()] };
                self.repeat(Speaker::Thought, &text, kind, here, out);
                return Some(());
            }
            "entered_review_mode" => {
                self.imply_turn(here, out);
                EventKind::ReviewStarted { target: target(told.user_facing_hint.as_ref(), told.target.as_ref()) }
            }
            "exited_review_mode" => {
                self.leave_turn(out);
                EventKind::ReviewEnded { text: told.review_output.as_ref().map(findings).unwrap_or_default() }
            }
            "thread_rolled_back" => EventKind::Rollback { turns: told.num_turns.unwrap_or_default() },
            "sub_agent_activity" => EventKind::SubAgentActivity {
                activity: words(&told.activity),
                agent_path: told.agent_path.clone(),
                agent_thread_id: told.agent_thread_id.clone(),
            },
            "error" | "warning" | "stream_error" | "guardian_warning" | "background_event" => {
                let level = told.kind.trim_end_matches("_event").to_owned();
                EventKind::Notice { level, text: words(&told.message) }
            }
            "deprecation_notice" => EventKind::Notice { level: "deprecation".to_owned(), text: words(&told.summary) },
            "thread_goal_updated" => {
                let objective = told.goal.as_ref().map(|goal| goal.objective.clone());
                EventKind::Notice { level: "goal".to_owned(), text: objective.unwrap_or_default() }
            }
            "thread_settings_applied" => {
                let settings = told.thread_settings.as_ref()?;
                self.settings(settings.model.clone(), settings.effort.clone(), here, out);
                return Some(());
            }
            "item_completed" => {
                let item: TurnItem<'_> = serde_json::from_str(told.item?.get()).ok()?;
                here.turn.clone_from(&told.turn_id);
                return self.turn_item(&item, told.item?.get(), here, out);
            }
            "realtime_conversation_started" | "realtime_conversation_realtime" | "realtime_conversation_closed" => {
                for kind in self.transcript.take(told) {
                    self.emit(here, kind, out);
                }
                return Some(());
            }
            "exec_command_end"
            | "patch_apply_end"
            | "mcp_tool_call_end"
            | "view_image_tool_call"
            | "dynamic_tool_call_request"
            | "dynamic_tool_call_response"
            | "web_search_end"
            | "image_generation_end" => {
                return Some(()); // the call and its output stand in the conversation
            }
            "item_started"
            | "context_compacted"
            | "undo_completed"
            | "thread_name_updated"
            | "guardian_assessment"
            | "collab_agent_spawn_end"
            | "collab_agent_interaction_end"
            | "collab_waiting_end"
            | "collab_close_end"
            | "collab_resume_end" => return Some(()),
            _ => return None,
        };
        let ends = matches!(
            kind,
            EventKind::TurnCompleted { .. } | EventKind::TurnFailed { .. } | EventKind::TurnInterrupted { .. }
        );
        if ends {
            self.end_framed(told.turn_id.clone(), kind, here, out);
        } else {
            self.emit(here, kind, out);
        }
        Some(())
    }

    /// A line ends a turn: the open one, or one that ends late.
    fn end_framed(&mut self, turn: Option<String>, kind: EventKind, here: &mut Here, out: &mut Vec<Event>) {
        self.leave_turn(out);
        self.state.said.forget();
        here.turn = turn;
        self.emit(here, kind, out);
        if here.turn.is_none() || here.turn.as_deref() == self.state.turn.id() {
            self.state.turn = Turn::None;
            self.answer = None;
        }
    }

    fn turn_item(&mut self, item: &TurnItem<'_>, json: &str, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        let kind = match &*item.kind {
            "UserMessage" => {
                let parts = parts(item.content);
                let kind = EventKind::UserMessage { text: parts.texts.join("\n"), attachments: parts.attachments };
                self.repeat(Speaker::User, &parts.texts.concat(), kind, here, out);
                return Some(());
            }
            "AgentMessage" => {
                let text = parts(item.content).texts.join("\n");
                let kind = EventKind::AssistantMessage { text: text.clone(), phase: item.phase.clone() };
                self.repeat(Speaker::Assistant, &text, kind, here, out);
                return Some(());
            }
            "Reasoning" => {
                for text in item.summary_text.iter().chain(&item.raw_content) {
                    let kind = EventKind::Reasoning { summary: vec![text.clone()] };
                    self.repeat(Speaker::Thought, text, kind, here, out);
                }
                return Some(());
            }
            "EnteredReviewMode" => {
                EventKind::ReviewStarted { target: target(item.user_facing_hint.as_ref(), item.target.as_ref()) }
            }
            "ExitedReviewMode" => {
                self.leave_turn(out);
                EventKind::ReviewEnded { text: item.review_output.as_ref().map(findings).unwrap_or_default() }
            }
            "SubAgentActivity" => EventKind::SubAgentActivity {
                activity: item.activity.clone().unwrap_or_default(),
                agent_path: item.agent_path.clone(),
                agent_thread_id: item.agent_thread_id.clone(),
            },
            "CommandExecution"
            | "FileChange"
            | "McpToolCall"
            | "DynamicToolCall"
            | "CollabAgentToolCall"
            | "ImageView" => return self.executed(item, json, here, out),
            // These stand in the conversation too, or in a line of their own.
            "WebSearch" | "ImageGeneration" | "ContextCompaction" | "HookPrompt" | "Plan" | "Sleep" | "Extension"
            | "FunctionCallOutput" => return Some(()),
            _ => return None,
        };
        self.emit(here, kind, out);
        Some(())
    }

    /// A call that Codex carried out. It repeats an item of the conversation, unless a program that
    /// the model wrote made the call.
    fn executed(&mut self, item: &TurnItem<'_>, json: &str, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        let known = self.state.calls.has(key(Speaker::Call, &item.id));
        let is_late = here.turn.as_deref() != self.state.turn.id();
        if known || is_late || item.source.as_deref() == Some("user_shell") {
            return Some(());
        }
        let kind = match &*item.kind {
            "McpToolCall" => ToolKind::Mcp,
            "DynamicToolCall" => ToolKind::Dynamic,
            _ => ToolKind::Function,
        };
        let call_id = Some(item.id.clone());
        let tool = item.tool.clone().unwrap_or_else(|| snake(&item.kind));
        let namespace = item.server.clone().or_else(|| item.namespace.clone());
        let input = item.arguments.map(plain).or_else(|| item.command.as_ref().map(|words| words.join(" ")));
        let input = input.or_else(|| item.changes.map(plain)).unwrap_or_else(|| json.to_owned());
        self.emit(here, EventKind::ToolUse { call_id: call_id.clone(), tool, namespace, kind, input }, out);
        let output = item.aggregated_output.clone().or_else(|| item.stdout.clone());
        let output = output.or_else(|| item.result.map(plain)).or_else(|| item.content_items.map(plain));
        let (exit_code, status) = (item.exit_code, item.status.clone());
        let output = output.unwrap_or_default();
        self.emit(here, EventKind::ToolResult { call_id, output, exit_code, status }, out);
        Some(())
    }
}

/// What is reviewed, in words.
fn target(hint: Option<&String>, target: Option<&Target>) -> String {
    hint.cloned().or_else(|| target.map(Target::words)).unwrap_or_default()
}

impl Target {
    fn words(&self) -> String {
        let particular = self.branch.as_ref().or(self.sha.as_ref()).or(self.instructions.as_ref());
        particular.cloned().unwrap_or_else(|| snake(&self.kind).replace('_', " "))
    }
}

/// What a review found, in words.
fn findings(review: &Review) -> String {
    let mut text = review.overall_explanation.clone();
    for finding in &review.findings {
        text.push_str(&format!("\n- {}: {}", finding.title, finding.body));
    }
    text
}

/// `CommandExecution` as `command_execution`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, character) in name.char_indices() {
        if character.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
