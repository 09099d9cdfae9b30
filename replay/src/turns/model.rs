//! What a transcript is made of: turns, and the items in them, the same for every era.
//!
//! Plain data. How it is read from lines stands beside this file; how it is drawn stands elsewhere.

use schemars::JsonSchema;
use serde::Serialize;

use crate::timestamp::Time;

/// A turn's beginning: what is known of it before its items.
///
/// The lines of a file are read once before the first turn is handed out, so that what only later
/// lines tell (a rollback, a late end) stands here already.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Turn {
    /// The turn's id (since 0.104), else `turn-N`, N being its `index`.
    pub id: String,
    /// Position among all turns of the thread, dropped ones included, counted from 1. What stands before
    /// the first turn, or between turns, has the index of the turn before it, or 0.
    pub index: u32,
    /// Position among the user turns that survive, counted from 1: the N of `turn:N`. Null if the turn
    /// was dropped or no user began it.
    pub number: Option<u32>,
    /// How it ended.
    pub status: TurnStatus,
    /// Why it failed or was interrupted, in the log's own words.
    pub reason: Option<String>,
    /// When it began.
    pub started: Option<Time>,
    /// When it ended.
    pub ended: Option<Time>,
    /// How long it took, as the log says, else from the times of its lines; in milliseconds.
    pub duration_ms: Option<u64>,
    /// The model that was asked for.
    pub model: Option<String>,
    /// Reasoning effort that was asked for.
    pub effort: Option<String>,
    /// Whether a rollback or a revert took it out of the history.
    pub dropped: bool,
    /// Whether it was inherited from the thread that this one was forked from.
    pub inherited: bool,
    /// Where it begins.
    pub place: LinePlace,
    /// Where it ends, inclusive.
    pub end: LinePlace,
    /// Words of the model that ended the turn.
    pub answer: Option<String>,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnStatus {
    /// The model was done.
    Completed,
    /// Somebody stopped it, or another turn took its place.
    Interrupted,
    /// An error ended it.
    Failed,
    /// No end was written: it goes on, or its process was killed.
    #[default]
    InProgress,
}

/// A line of a thread: the segment it stands in, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct LinePlace {
    /// Number of the file in the thread, as in [`crate::Piece::segment`].
    pub segment: u32,
    /// Line, counted from 1.
    pub line: u64,
    /// The line's ordinal, in paginated histories.
    pub ordinal: Option<u64>,
}

/// One step of a turn.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// The item's own id or its call's, else its place: `SEGMENT:LINE`. The same at every reading.
    pub id: String,
    /// When its first line was written.
    pub at: Option<Time>,
    /// Where its first line stands.
    pub place: LinePlace,
    /// What it is.
    #[serde(flatten)]
    pub kind: ItemKind,
}

/// What a step of a turn is.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ItemKind {
    /// Words of the user.
    UserMessage {
        /// The words, text parts joined.
        text: String,
        /// Images and audio that came with them, as data or addresses; shortened to their beginnings.
        attachments: Vec<String>,
    },
    /// Words that Codex put in the user's or the developer's name: environment, instructions, skills.
    Context {
        /// `user`, `developer` or `system`.
        role: String,
        /// The words.
        text: String,
    },
    /// What a hook told the model.
    HookPrompt {
        /// The hook's run; empty if the log does not say.
        run_id: String,
        /// The words.
        text: String,
    },
    /// Words of the model.
    AssistantMessage {
        /// The words.
        text: String,
        /// `commentary` or `final_answer`, if the log says.
        phase: Option<String>,
    },
    /// Thinking of the model.
    Reasoning {
        /// Sections of the summary.
        summary: Vec<String>,
        /// Raw thinking, if the model shows it.
        content: Vec<String>,
        /// Whether more of it is there, but encrypted.
        encrypted: bool,
    },
    /// A command in a shell.
    Command {
        /// The command line as a person would type it.
        command: String,
        /// The folder it ran in.
        cwd: Option<String>,
        /// Whether the user typed it, rather than the model.
        by_user: bool,
        /// How it went.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A change to files.
    Patch {
        /// The files in order.
        changes: Vec<FileChange>,
        /// How it went.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A call of a tool on an MCP server.
    McpCall {
        /// The server.
        server: String,
        /// The tool.
        tool: String,
        /// Its arguments as JSON text.
        arguments: String,
        /// How it went.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A call of any other tool: function, custom, tool search, plan, agents, dynamic.
    ToolCall {
        /// The namespace, if it has one.
        namespace: Option<String>,
        /// The tool.
        tool: String,
        /// Its arguments or input as they were written.
        arguments: String,
        /// How it went.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A web search by the model's provider.
    WebSearch {
        /// What was searched, opened or looked for, in short.
        query: String,
        /// How it went.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A picture that was looked at or made.
    Image {
        /// Its path, or what it shows.
        description: String,
        /// Whether the model made it.
        made: bool,
    },
    /// News of a sub-agent.
    SubAgent {
        /// `started`, `interacted`, `completed`, `interrupted`, or as the log says.
        activity: String,
        /// The agent's path, such as `/root/tester`.
        agent_path: Option<String>,
        /// The agent's thread.
        thread_id: Option<String>,
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
    /// The history was replaced by a summary.
    Compaction {
        /// The summary, if it is legible.
        summary: Option<String>,
        /// Items of the history that took the place of the old one, if they stand in the log.
        kept: Option<u64>,
    },
    /// The newest turns were taken out of the history.
    Rollback {
        /// How many.
        turns: u64,
    },
    /// A review began.
    ReviewStarted {
        /// What is reviewed.
        target: String,
    },
    /// A review ended.
    ReviewEnded {
        /// Its findings in words.
        text: String,
    },
    /// A plan put to the user.
    Plan {
        /// The plan.
        text: String,
    },
    /// An error or a warning that the log keeps.
    Notice {
        /// `error`, `warning`, or as the log says.
        level: String,
        /// The words.
        text: String,
    },
    /// An item that this toolkit does not know.
    Other {
        /// Its kind in the log.
        kind: String,
        /// Its JSON as text.
        json: String,
    },
}

impl ItemKind {
    /// How it went, if it is a call.
    pub(crate) fn outcome(&mut self) -> Option<&mut Outcome> {
        match self {
            Self::Command { outcome, .. }
            | Self::Patch { outcome, .. }
            | Self::McpCall { outcome, .. }
            | Self::ToolCall { outcome, .. }
            | Self::WebSearch { outcome, .. } => Some(outcome),
            _ => None,
        }
    }
}

/// How a call went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Outcome {
    /// How far it got.
    pub status: CallStatus,
    /// Exit code, of commands.
    pub exit_code: Option<i64>,
    /// How long it took, in milliseconds. Null if the log does not say.
    pub duration_ms: Option<u64>,
    /// What came back, as text. Null if nothing did.
    pub output: Option<String>,
}

/// How far a call got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// It ran to its end. Whether well, its exit code or output tells.
    Completed,
    /// It failed, as the log says or its exit code shows.
    Failed,
    /// It was not allowed to run.
    Declined,
    /// It was stopped.
    Interrupted,
    /// No output was written.
    #[default]
    Unanswered,
}

/// One file of a patch.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FileChange {
    /// The file.
    pub path: String,
    /// Where it was moved to.
    pub moved_to: Option<String>,
    /// What is done to it.
    pub kind: ChangeKind,
    /// Lines as in a unified diff, each begins with ` `, `+`, `-` or `@@`.
    pub diff: String,
}

/// What a patch does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is created.
    Add,
    /// It is removed.
    Delete,
    /// It is changed.
    Update,
}

/// Receives a transcript in order.
pub trait TranscriptSink {
    /// A turn begins, or with `turn.index` 0 what stands before the first.
    fn turn(&mut self, turn: &Turn) -> std::ops::ControlFlow<()>;
    /// One item of the turn that began last.
    fn item(&mut self, item: Item) -> std::ops::ControlFlow<()>;
}
