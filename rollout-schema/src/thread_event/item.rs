//! What is said and done in a turn, as `--json` prints it.
//!
//! Refuses to say more than that stream does: the whole of each thing stands in the rollout.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ErrorMessage;
use crate::ThreadId;

/// Something that was said or done.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ThreadItem {
    /// Its id in this stream, such as `item_0`. No rollout has it.
    pub id: String,
    /// What it is.
    #[serde(flatten)]
    pub details: ItemDetails,
}

/// What an item is, by its `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ItemDetails {
    /// The agent said something.
    AgentMessage {
        /// What it said.
        text: String,
    },
    /// The model thought.
    Reasoning {
        /// A summary of its thoughts.
        text: String,
    },
    /// A command ran.
    CommandExecution {
        /// The command line.
        command: String,
        /// What it printed up to now, both streams.
        aggregated_output: String,
        /// Its exit code; null as long as it has none.
        exit_code: Option<i32>,
        /// How far it is.
        status: CommandStatus,
    },
    /// Files were changed.
    FileChange {
        /// Which files.
        changes: Vec<FileUpdate>,
        /// How far it is.
        status: ItemStatus,
    },
    /// A tool of an MCP server was called.
    McpToolCall {
        /// The server.
        server: String,
        /// The tool.
        tool: String,
        /// What it was called with.
        #[serde(default)]
        arguments: Value,
        /// What it gave.
        result: Option<McpResult>,
        /// Why it gave nothing.
        error: Option<ErrorMessage>,
        /// How far it is.
        status: ItemStatus,
    },
    /// The agent worked with another agent.
    CollabToolCall {
        /// How.
        tool: CollabTool,
        /// The agent.
        sender_thread_id: ThreadId,
        /// The others; a new agent has no thread yet when the call starts.
        receiver_thread_ids: Vec<ThreadId>,
        /// What it told them.
        prompt: Option<String>,
        /// How the others are.
        agents_states: BTreeMap<ThreadId, AgentState>,
        /// How far it is.
        status: ItemStatus,
    },
    /// The model searched the web.
    WebSearch {
        /// What for.
        query: String,
        /// What it did: a search, a page opened, a text looked for in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<Value>,
    },
    /// The agent's plan.
    TodoList {
        /// Its steps.
        items: Vec<TodoItem>,
    },
    /// Something went wrong, and the run goes on; also warnings before the first turn.
    Error(ErrorMessage),
}

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandStatus {
    /// It runs.
    InProgress,
    /// It ended well.
    Completed,
    /// It ended otherwise.
    Failed,
    /// It was not allowed to run.
    Declined,
}

/// How far a change or a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// It is under way.
    InProgress,
    /// It is done.
    Completed,
    /// It did not succeed.
    Failed,
}

/// What happened to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileUpdate {
    /// The file.
    pub path: String,
    /// What happened to it.
    pub kind: FileUpdateKind,
}

/// What can happen to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileUpdateKind {
    /// It is new.
    Add,
    /// It is gone.
    Delete,
    /// It is another.
    Update,
}

/// What a tool of an MCP server gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct McpResult {
    /// Content blocks, as the server sent them.
    pub content: Vec<Value>,
    /// The same for programs, if the server sent it.
    pub structured_content: Option<Value>,
}

/// How an agent works with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollabTool {
    /// Starts it.
    SpawnAgent,
    /// Tells it something.
    SendInput,
    /// Starts it again.
    ResumeAgent,
    /// Waits until it is done.
    Wait,
    /// Ends it.
    CloseAgent,
}

/// How another agent is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentState {
    /// How it is.
    pub status: AgentRunStatus,
    /// Its last words, or what went wrong.
    pub message: Option<String>,
}

/// How an agent can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentRunStatus {
    /// Not begun.
    PendingInit,
    /// At work.
    Running,
    /// Stopped; it may go on.
    Interrupted,
    /// Done.
    Completed,
    /// Given up.
    Errored,
    /// Closed.
    Shutdown,
    /// Unknown.
    NotFound,
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TodoItem {
    /// What is to be done.
    pub text: String,
    /// Whether it is.
    pub completed: bool,
}

impl<'de> Deserialize<'de> for ThreadItem {
    /// Codex gives a web search a second `id`, the model's; the first is the item's.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Item;

        impl<'de> Visitor<'de> for Item {
            type Value = ThreadItem;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ThreadItem, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    members.entry(name).or_insert(value);
                }
                let Some(Value::String(id)) = members.remove("id") else { return Err(A::Error::missing_field("id")) };
                let details = ItemDetails::deserialize(Value::Object(members)).map_err(A::Error::custom)?;
                Ok(ThreadItem { id, details })
            }
        }

        deserializer.deserialize_map(Item)
    }
}
