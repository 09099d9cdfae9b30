//! The shapes of lists of threads, as `--json` prints them.
//!
//! Any change that could break a reader raises [`SCHEMA_VERSION`].

use std::collections::BTreeMap;

use replay::Time;
use replay::status::Activity;
use replay::store::Relation;
use replay::turns::TurnStatus;
use rollout_schema::ThreadId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{Amounts, ProblemGroup};

/// Version of every shape in this file.
pub const SCHEMA_VERSION: u32 = 1;

/// Threads, as `rollout ls --json` prints them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ThreadList {
    /// Version of this shape.
    pub schema_version: u32,
    /// The threads in the order that was asked for; with `--tree` each before those that came out of it.
    pub threads: Vec<ListedThread>,
    /// What continues this list, for `--cursor`. Null at its end.
    pub next_cursor: Option<String>,
    /// Damage that was met in the files that were read, by rule.
    pub problems: Vec<ProblemGroup>,
}

/// What recent threads are doing, as `rollout status --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StatusReport {
    /// Version of this shape.
    pub schema_version: u32,
    /// The moment that the states are of.
    pub now: Time,
    /// The threads, the one written last first.
    pub threads: Vec<ThreadState>,
    /// Damage that was met in the files that were read, by rule.
    pub problems: Vec<ProblemGroup>,
}

/// A thread and what it is doing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ThreadState {
    /// What it is doing.
    pub activity: Activity,
    /// The thread.
    #[serde(flatten)]
    pub thread: ListedThread,
}

/// A thread in a list.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ListedThread {
    /// The thread.
    pub id: ThreadId,
    /// The name the user gave it, else the first thing the user said in it.
    pub title: Option<String>,
    /// The name the user gave it.
    pub name: Option<String>,
    /// Working folder at the start.
    pub cwd: Option<String>,
    /// Project: remote of the repository, its root folder, or the working folder.
    pub project: Option<String>,
    /// The branch it was begun on.
    pub branch: Option<String>,
    /// `cli`, `vscode`, `exec`, `subagent:review` and so on.
    pub source: Option<String>,
    /// The program that began it.
    pub originator: Option<String>,
    /// The version of Codex that began it.
    pub cli_version: Option<String>,
    /// The model that was asked last.
    pub model: Option<String>,
    /// All models that it was billed for.
    pub models: Vec<String>,
    /// When it began.
    pub created: Option<Time>,
    /// When its files were last written, as the file system says; for the sample, its last line.
    pub updated: Option<Time>,
    /// Turns of a user that are in force, those inherited by a fork included.
    pub turns: u64,
    /// Messages of the user in them.
    pub user_messages: u64,
    /// What it used itself; what sub-agents and forks used is in their own rows.
    pub own: Amounts,
    /// How its last turn ended.
    pub status: Option<TurnStatus>,
    /// The thread it was forked from.
    pub forked_from: Option<ThreadId>,
    /// The thread that spawned it as a sub-agent.
    pub parent: Option<ThreadId>,
    /// The root of its tree of sub-agents; itself if it is none.
    pub root: ThreadId,
    /// Its path in that tree.
    pub agent_path: Option<String>,
    /// What is special about it.
    pub flags: Vec<Flag>,
    /// Its files, oldest first; then second copies of them.
    pub files: Vec<String>,
    /// Stored bytes of those files.
    pub bytes: u64,
    /// Tools that it called itself.
    pub tools: Tools,
    /// Its place in a tree, with `--tree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<TreePlace>,
}

/// Calls of tools.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Tools {
    /// How many.
    pub calls: u64,
    /// How many of each tool; `shell` stands for every way to run a command.
    pub used: BTreeMap<String, u64>,
    /// Files that patches changed, as the patches name them.
    pub files_touched: Vec<String>,
}

/// What is special about a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// It began as a copy of another thread, or by reference to one.
    Fork,
    /// An agent of another thread spawned it.
    SubAgent,
    /// It is archived.
    Archived,
    /// A file of it is compressed.
    Compressed,
    /// A line or a file of it cannot be read.
    Damaged,
    /// A process has it open.
    Live,
    /// It has no file: others name it, or hold copies of its lines.
    Missing,
}

/// Where a thread stands in a tree.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TreePlace {
    /// Threads above it.
    pub depth: u32,
    /// How it came out of the one above it; null at a root.
    pub relation: Option<Relation>,
    /// What it and all below it used.
    pub total: Amounts,
}

impl ThreadList {
    /// The JSON Schema, as published.
    pub fn schema() -> schemars::Schema {
        let mut schema = schemars::schema_for!(Self);
        rollout_schema::schema::identify(&mut schema, "ThreadList");
        schema
    }
}

impl StatusReport {
    /// The JSON Schema, as published.
    pub fn schema() -> schemars::Schema {
        let mut schema = schemars::schema_for!(Self);
        rollout_schema::schema::identify(&mut schema, "StatusReport");
        schema
    }
}
