//! What a stream of events is made of: one shape for every era of the log.
//!
//! Plain data. It refuses to say how an event is made from lines; that stands beside this file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::timestamp::Time;

/// One thing that happened in a thread.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// `ROLLOUT:OFFSET`, with `.K` from the second event of a record on, and `.end` for an end that no
    /// line tells. The same at every reading, however the file is stored and wherever it lies.
    pub id: String,
    /// The thread.
    pub thread_id: String,
    /// The turn: its id (since 0.104), else `turn-N`. Null between turns.
    pub turn_id: Option<String>,
    /// When its line was written. Null in logs up to 0.29.
    pub at: Option<Time>,
    /// The line's number in a paginated history.
    pub ordinal: Option<u64>,
    /// Where it stands.
    pub place: EventPlace,
    /// Whether it was copied from the thread that this one was forked from.
    pub inherited: bool,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// Where an event stands, without saying in which folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventPlace {
    /// The rollout: the last id in the file's name.
    pub rollout_id: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Decoded bytes before the record.
    pub offset: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// A rollout begins: the thread's first, or one that continues it after a revert.
    SessionStart(SessionStart),
    /// A turn begins.
    TurnStarted,
    /// A turn is over. Before 0.104 no line says so: the next turn's beginning does.
    TurnCompleted {
        /// Last words of the model in the turn.
        answer: Option<String>,
    },
    /// A turn was broken off.
    TurnInterrupted {
        /// Why, in the log's own word.
        reason: String,
    },
    /// An error ended a turn.
    TurnFailed {
        /// The error.
        message: String,
    },
    /// Words of the user.
    UserMessage {
        /// The words.
        text: String,
        /// Images and sounds that came with them.
        attachments: u32,
    },
    /// Words of the model.
    AssistantMessage {
        /// The words.
        text: String,
        /// `commentary` or `final_answer`, if the log says.
        phase: Option<String>,
    },
    /// Thinking of the model, as far as it is legible.
    Reasoning {
        /// Sections of the summary, else of the thoughts themselves.
        summary: Vec<String>,
    },
    /// A call of a tool.
    ToolUse {
        /// Joins the call to its result. Null if the log has none.
        call_id: Option<String>,
        /// The tool.
        tool: String,
        /// The group of tools that it belongs to.
        namespace: Option<String>,
        /// How it was called.
        kind: ToolKind,
        /// Arguments as they were written: JSON text, or the free text of a custom tool.
        input: String,
    },
    /// What a call gave back.
    ToolResult {
        /// The call.
        call_id: Option<String>,
        /// What came back, as text. Pictures and sounds are named, not told.
        output: String,
        /// Exit code of a command, if the output says.
        exit_code: Option<i64>,
        /// How the call went, if the log says.
        status: Option<String>,
    },
    /// Tokens of a response, as they were written. One response can be told by both sources and a
    /// `token_count` can repeat: sums are `rollout analyze`'s business.
    Usage(Usage),
    /// The history was replaced by a shorter one.
    Compaction {
        /// The summary, if it is legible.
        summary: Option<String>,
        /// Items of the new history, if they stand in the log.
        kept: Option<u64>,
    },
    /// The newest turns were taken out of the history.
    Rollback {
        /// How many turns of the user.
        turns: u64,
    },
    /// What a hook told the model.
    HookPrompt {
        /// The hook's run.
        run_id: String,
        /// The words.
        text: String,
    },
    /// Words that nobody said: what Codex put in the user's or the developer's name.
    Context {
        /// `user`, `developer` or `system`.
        role: String,
        /// The words.
        text: String,
    },
    /// Something happened to a sub-agent.
    SubAgentActivity {
        /// `started`, `interacted`, `interrupted`, `completed`, or as the log says.
        activity: String,
        /// The agent's path, such as `/root/tester`.
        agent_path: Option<String>,
        /// The agent's thread.
        agent_thread_id: Option<String>,
    },
    /// A message from one agent to another.
    AgentMessage {
        /// Who wrote it.
        author: String,
        /// Who reads it.
        recipient: String,
        /// The words; empty if they are encrypted.
        text: String,
    },
    /// The model or its effort is another from here on.
    Settings {
        /// The model that is asked for.
        model: Option<String>,
        /// Reasoning effort that is asked for. Null for the model's own.
        effort: Option<String>,
    },
    /// A review began.
    ReviewStarted {
        /// What is reviewed.
        target: String,
    },
    /// A review ended.
    ReviewEnded {
        /// Its verdict and findings in words.
        text: String,
    },
    /// Something that a person should know.
    Notice {
        /// `error`, `warning`, or as the log says.
        level: String,
        /// The words.
        text: String,
    },
    /// Something of a voice session.
    Realtime {
        /// `started`, `words`, `handoff`, `promoted` or `closed`.
        step: String,
        /// Who spoke: `user` or `assistant`.
        role: Option<String>,
        /// The words.
        text: Option<String>,
    },
    /// The thread ended, as far as one can see: no line ever says so.
    SessionEnd {
        /// `archived`, or `end_of_log` where reading came to the end of the thread's last file.
        reason: String,
    },
    /// A line that this toolkit does not know.
    Unknown {
        /// Its kind in the log.
        kind: String,
        /// The record as it was written.
        json: String,
    },
}

impl EventKind {
    /// The names of all kinds, in the order of their declaration.
    pub const NAMES: [&str; 24] = [
        "session_start",
        "turn_started",
        "turn_completed",
        "turn_interrupted",
        "turn_failed",
        "user_message",
        "assistant_message",
        "reasoning",
        "tool_use",
        "tool_result",
        "usage",
        "compaction",
        "rollback",
        "hook_prompt",
        "context",
        "sub_agent_activity",
        "agent_message",
        "settings",
        "review_started",
        "review_ended",
        "notice",
        "realtime",
        "session_end",
        "unknown",
    ];

    /// The name, as `type` has it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SessionStart(_) => "session_start",
            Self::TurnStarted => "turn_started",
            Self::TurnCompleted { .. } => "turn_completed",
            Self::TurnInterrupted { .. } => "turn_interrupted",
            Self::TurnFailed { .. } => "turn_failed",
            Self::UserMessage { .. } => "user_message",
            Self::AssistantMessage { .. } => "assistant_message",
            Self::Reasoning { .. } => "reasoning",
            Self::ToolUse { .. } => "tool_use",
            Self::ToolResult { .. } => "tool_result",
            Self::Usage(_) => "usage",
            Self::Compaction { .. } => "compaction",
            Self::Rollback { .. } => "rollback",
            Self::HookPrompt { .. } => "hook_prompt",
            Self::Context { .. } => "context",
            Self::SubAgentActivity { .. } => "sub_agent_activity",
            Self::AgentMessage { .. } => "agent_message",
            Self::Settings { .. } => "settings",
            Self::ReviewStarted { .. } => "review_started",
            Self::ReviewEnded { .. } => "review_ended",
            Self::Notice { .. } => "notice",
            Self::Realtime { .. } => "realtime",
            Self::SessionEnd { .. } => "session_end",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// How a tool was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    /// With arguments as JSON.
    Function,
    /// With free text.
    Custom,
    /// Through the provider's own shell tool.
    LocalShell,
    /// By the provider, on the web.
    WebSearch,
    /// To find further tools.
    ToolSearch,
    /// On an MCP server.
    Mcp,
    /// By the client, who brought the tool.
    Dynamic,
    /// By the provider, for a picture.
    ImageGeneration,
}

/// What a rollout says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SessionStart {
    /// The working folder.
    pub cwd: Option<String>,
    /// The program that began it.
    pub originator: Option<String>,
    /// Its version.
    pub cli_version: Option<String>,
    /// Where it was begun, such as `cli`; JSON if it is more than a word.
    pub source: Option<String>,
    /// The provider of the model.
    pub model_provider: Option<String>,
    /// The thread that it was forked from.
    pub forked_from_id: Option<String>,
    /// The thread whose sub-agent it is.
    pub parent_thread_id: Option<String>,
    /// The rollout that holds its beginning, in forks and reverts by reference.
    pub continues: Option<String>,
}

/// Tokens of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Usage {
    /// Which line tells it.
    pub source: UsageSource,
    /// The response, if the log names it.
    pub response_id: Option<String>,
    /// Tokens of the newest response.
    pub last: Option<TokenCounts>,
    /// Tokens of the thread so far, as the writer counted them.
    pub total: Option<TokenCounts>,
}

/// Which line tells of usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageSource {
    /// One for each response (since 0.153).
    TokenUsageRecord,
    /// May repeat what was told before.
    TokenCount,
}

/// Token counts as the log has them; null where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TokenCounts {
    /// Of the request, cached ones included.
    pub input_tokens: Option<i64>,
    /// Of the request, read from the cache.
    pub cached_input_tokens: Option<i64>,
    /// Of the request, written to the cache.
    pub cache_write_input_tokens: Option<i64>,
    /// Of the answer, reasoning included.
    pub output_tokens: Option<i64>,
    /// Of the answer, for reasoning.
    pub reasoning_output_tokens: Option<i64>,
    /// All.
    pub total_tokens: Option<i64>,
}
