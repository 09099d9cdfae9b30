//! Who a thread is and where it came from, as a `session_meta` says.
//!
//! Refuses to look beyond that line: what other files make of it is the store's business.

use rollout_schema::{HistoryBase, SessionMeta, SessionSource, ThreadId};
use serde::Deserialize;

use crate::records::Record;
use crate::timestamp::parse_timestamp;

/// Who a thread is and where it came from.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// From `session_meta.id`, else from the file's name.
    pub thread_id: Option<ThreadId>,
    /// When the thread began, Unix milliseconds.
    pub created: Option<i64>,
    /// The version that began the file.
    pub cli_version: Option<Box<str>>,
    /// Working folder at the start.
    pub cwd: Option<Box<str>>,
    /// Remote of the repository at the start.
    pub repository_url: Option<Box<str>>,
    /// Who talks to the agent.
    pub source: SessionSource,
    /// The thread this one was forked from, if the file says so.
    pub forked_from: Option<ThreadId>,
    /// The thread that spawned this sub-agent.
    pub parent: Option<ThreadId>,
    /// The root of the tree of sub-agents.
    pub root: Option<ThreadId>,
    /// The part of another file that precedes this one.
    pub history_base: Option<HistoryBase>,
    /// First ordinal that is a sub-agent's own.
    pub own_from_ordinal: Option<u64>,
}

#[derive(Deserialize)]
struct Enveloped<'a> {
    #[serde(borrow)]
    payload: SessionMeta<'a>,
}

impl Identity {
    /// Reads a `session_meta`, or the bare header of a file written before 0.34.
    pub fn of_record(record: &Record<'_>) -> Result<Self, serde_json::Error> {
        let meta = if record.bare {
            serde_json::from_slice::<SessionMeta<'_>>(record.json)
        } else {
            serde_json::from_slice::<Enveloped<'_>>(record.json).map(|enveloped| enveloped.payload)
        }?;
        let mut source = SessionSource::from_wire(meta.source);
        source.agent_path = meta.agent_path.as_deref().map(Into::into).or(source.agent_path);
        let created = meta.timestamp.as_deref().and_then(|time| parse_timestamp(format!("\"{time}\"").as_bytes()));
        let thread = |id: Option<&str>| id.map(ThreadId::from);
        Ok(Self {
            thread_id: thread(meta.id.as_deref()),
            created: created.map(|(millis, _)| millis),
            cli_version: meta.cli_version.as_deref().map(Into::into),
            cwd: meta.cwd.as_deref().map(Into::into),
            repository_url: meta.git.and_then(|git| git.repository_url).as_deref().map(Into::into),
            forked_from: thread(meta.forked_from_id.as_deref()),
            parent: thread(meta.parent_thread_id.as_deref().or(source.parent_thread_id.as_deref())),
            root: thread(meta.session_id.as_deref()),
            history_base: meta.history_base,
            own_from_ordinal: meta.subagent_history_start_ordinal,
            source,
        })
    }

    /// Whether the file says that its history began elsewhere.
    pub fn has_lineage(&self) -> bool {
        self.forked_from.is_some() || self.parent.is_some() || self.history_base.is_some()
    }

    /// The minor version of Codex that began the file, 0 for 0.x.
    pub fn minor_version(&self) -> Option<u32> {
        let mut parts = self.cli_version.as_deref().unwrap_or_default().split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next()) {
            (Some(Ok(0)), Some(Ok(minor))) => Some(minor),
            _ => None,
        }
    }

    /// Whether the version that began the file restarts its running totals at every resume, as all
    /// did before 0.79. A file without a readable version is not assumed to.
    pub fn totals_restart(&self) -> bool {
        self.minor_version().is_some_and(|minor| minor < 79)
    }
}
