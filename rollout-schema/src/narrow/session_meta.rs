//! `session_meta`: who a thread is and where it came from.
//!
//! Reads both the enveloped form (since 0.34) and the bare header of older files, which has the
//! same `id` and `timestamp` at top level.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Payload of a `session_meta` line. Only the first one of a file is its identity.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SessionMeta<'a> {
    /// The thread.
    #[serde(borrow)]
    pub id: Option<Cow<'a, str>>,
    /// When the thread began, UTC; a few milliseconds before the line's own time.
    #[serde(borrow)]
    pub timestamp: Option<Cow<'a, str>>,
    /// Working folder at the start.
    #[serde(borrow)]
    pub cwd: Option<Cow<'a, str>>,
    /// The program that started the thread: free text.
    #[serde(borrow)]
    pub originator: Option<Cow<'a, str>>,
    /// The Codex version that began the file; any later version may have appended to it.
    #[serde(borrow)]
    pub cli_version: Option<Cow<'a, str>>,
    /// Who talks to the agent; a string or an object, see [`SessionSource`].
    #[serde(borrow)]
    pub source: Option<&'a RawValue>,
    /// The thread this one was forked from (since 0.98).
    #[serde(borrow)]
    pub forked_from_id: Option<Cow<'a, str>>,
    /// The thread that spawned this sub-agent (since 0.137).
    #[serde(borrow)]
    pub parent_thread_id: Option<Cow<'a, str>>,
    /// The root thread of a tree of sub-agents (since 0.142).
    #[serde(borrow)]
    pub session_id: Option<Cow<'a, str>>,
    /// Path of a sub-agent such as `/root/tester` (since 0.117).
    #[serde(borrow)]
    pub agent_path: Option<Cow<'a, str>>,
    /// The part of another file that precedes this one (since 0.145).
    pub history_base: Option<HistoryBase>,
    /// First ordinal that is a sub-agent's own (since 0.145).
    pub subagent_history_start_ordinal: Option<u64>,
    /// Where the working folder stood in version control.
    #[serde(borrow)]
    pub git: Option<GitInfo<'a>>,
}

/// A prefix of another rollout file that counts as the beginning of this one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HistoryBase {
    /// The *rollout* id: the last UUID in the base file's name, not always a thread id.
    pub thread_id: Box<str>,
    /// Ordinal of the first line that is not part of the base.
    #[serde(default)]
    pub end_ordinal_exclusive: Option<u64>,
    /// Length of the prefix in decoded bytes.
    #[serde(default)]
    pub end_byte_offset: Option<u64>,
}

/// Version control at the start of the thread.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GitInfo<'a> {
    /// Address of the remote.
    #[serde(borrow)]
    pub repository_url: Option<Cow<'a, str>>,
}

/// `session_meta.source`, reduced to what reports tell apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionSource {
    /// `cli`, `vscode`, `exec`, `mcp`, `subagent`, `custom`, `internal` or `unknown`.
    pub kind: Box<str>,
    /// What stands inside: `review`, `thread_spawn`, a custom name and so on.
    pub detail: Option<Box<str>>,
    /// The spawning thread of a sub-agent.
    pub parent_thread_id: Option<Box<str>>,
    /// Path of a sub-agent.
    pub agent_path: Option<Box<str>>,
}

impl SessionSource {
    /// Reads the string and the object form; what it does not know becomes `unknown`.
    pub fn from_wire(source: Option<&RawValue>) -> Self {
        let kind = |kind: &str| Self { kind: kind.into(), ..Self::default() };
        match source.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok()) {
            Some(Value::String(name)) => kind(&name),
            Some(Value::Object(object)) => match object.iter().next() {
                Some((name, inner)) => Self { kind: name.as_str().into(), ..Self::from_inner(inner) },
                None => kind("unknown"),
            },
            _ => kind("unknown"),
        }
    }

    fn from_inner(inner: &Value) -> Self {
        match inner {
            Value::String(detail) => Self { detail: Some(detail.as_str().into()), ..Self::default() },
            Value::Object(object) => {
                let Some((detail, fields)) = object.iter().next() else { return Self::default() };
                let text = |name: &str| fields.get(name).and_then(Value::as_str).map(Into::into);
                Self {
                    detail: Some(fields.as_str().unwrap_or(detail).into()),
                    parent_thread_id: text("parent_thread_id"),
                    agent_path: text("agent_path"),
                    ..Self::default()
                }
            }
            _ => Self::default(),
        }
    }

    /// Whether the thread is a review sub-agent.
    pub fn is_review(&self) -> bool {
        &*self.kind == "subagent" && self.detail.as_deref() == Some("review")
    }

    /// `kind` or `kind:detail`, as reports print and filter it.
    pub fn label(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}:{detail}", self.kind),
            None => self.kind.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_reads_every_spelling() {
        let check = |json: &str, label: &str, parent: Option<&str>| {
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            let source = SessionSource::from_wire(Some(&raw));
            assert_eq!((source.label().as_str(), source.parent_thread_id.as_deref()), (label, parent), "{json}");
        };
        check(r#""cli""#, "cli", None);
        check(r#"{"custom":"bot"}"#, "custom:bot", None);
        check(r#"{"subagent":"review"}"#, "subagent:review", None);
        check(r#"{"subagent":{"other":"guardian"}}"#, "subagent:guardian", None);
        check(
            r#"{"subagent":{"thread_spawn":{"parent_thread_id":"p","depth":1}}}"#,
            "subagent:thread_spawn",
            Some("p"),
        );
        check("null", "unknown", None);
        check("{}", "unknown", None);
    }

    #[test]
    fn the_bare_header_is_a_session_meta() {
        let header = r#"{"id":"t","timestamp":"2025-07-30T10:11:12.000Z","instructions":null}"#;
        let meta: SessionMeta<'_> = serde_json::from_str(header).unwrap();
        assert_eq!((meta.id.as_deref(), meta.timestamp.as_deref()), (Some("t"), Some("2025-07-30T10:11:12.000Z")));
    }
}
