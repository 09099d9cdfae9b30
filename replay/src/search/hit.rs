//! What a search finds, as `--json` prints it. Shapes only.

use schemars::JsonSchema;
use serde::Serialize;

/// Where in a thread to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What the user said.
    User,
    /// What the model said, to the user or to other agents, and summaries of compactions.
    Assistant,
    /// What the model thought, as far as it is disclosed.
    Reasoning,
    /// What tools were called with: names, arguments, commands, patches.
    Tool,
    /// What tools gave back.
    Output,
    /// Messages in the user's or the developer's name that Codex added.
    Context,
}

impl Scope {
    /// Where a search looks unless it is told otherwise: everywhere but in context.
    pub const DEFAULT: [Self; 5] = [Self::User, Self::Assistant, Self::Reasoning, Self::Tool, Self::Output];

    /// Everywhere.
    pub const ALL: [Self; 6] = [Self::User, Self::Assistant, Self::Reasoning, Self::Tool, Self::Output, Self::Context];
}

/// What kind of text a hit stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A message of the user.
    User,
    /// A message of the model, or of another agent.
    Assistant,
    /// Reasoning: its summary, and what else of it is disclosed.
    Reasoning,
    /// A tool call: the tool's name, then each text in the arguments.
    Tool,
    /// The output of a tool call.
    Output,
    /// A message that Codex added in the user's or the developer's name.
    Context,
    /// The summary that a compaction left.
    Compaction,
}

impl HitKind {
    /// The scope that such a text belongs to.
    pub fn scope(self) -> Scope {
        match self {
            Self::User => Scope::User,
            Self::Assistant | Self::Compaction => Scope::Assistant,
            Self::Reasoning => Scope::Reasoning,
            Self::Tool => Scope::Tool,
            Self::Output => Scope::Output,
            Self::Context => Scope::Context,
        }
    }

    /// The kind as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Reasoning => "reasoning",
            Self::Tool => "tool",
            Self::Output => "output",
            Self::Context => "context",
            Self::Compaction => "compaction",
        }
    }
}

/// One text that matches: a message, a call, an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// The thread that the file holds; null if neither a line nor the file's name says so.
    pub thread_id: Option<String>,
    /// The turn that was open; null before the first one and before 0.104.
    pub turn_id: Option<String>,
    /// The line's time as it is written; null before 0.34.
    pub timestamp: Option<String>,
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The line's number in a paginated history.
    pub ordinal: Option<u64>,
    /// What kind of text it is.
    pub kind: HitKind,
    /// The tool that was called, or whose output it is if the output names it.
    pub tool: Option<String>,
    /// What joins a call to its output.
    pub call_id: Option<String>,
    /// How often the query matches in the whole text.
    pub matches: u64,
    /// The lines of the text that match, and those around them.
    pub excerpt: Vec<ExcerptLine>,
}

/// One line of a text, of which a line of the file holds many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExcerptLine {
    /// The line within the text, counted from 1.
    pub number: u64,
    /// The line, or as much of it as was wanted.
    pub text: String,
    /// Where `text` matches; empty for a line that stands around one that does.
    pub spans: Vec<Span>,
    /// Whether the line begins before `text`.
    pub cut_before: bool,
    /// Whether the line goes on after `text`.
    pub cut_after: bool,
}

/// A range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
}
