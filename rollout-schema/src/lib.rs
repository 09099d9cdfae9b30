//! The words of a Codex rollout: the wire types of its JSON lines.
//!
//! A **rollout** is the JSONL file that Codex keeps for one **thread**. Each line is an envelope
//! `{timestamp, ordinal?, type, payload}`; [`LineKind`] names the `type`, [`EventKind`] the
//! `payload.type` of an `event_msg` line.
//!
//! There are three depths of reading a line: its kind; a narrow view of the few members that a scan
//! needs (the types at the root of this crate); and the whole, in [`wire`], which loses nothing.
//!
//! It refuses to do: any I/O, any knowledge of files, folders or other lines. A line's meaning
//! never depends on another line here.

mod agent_path;
pub mod check;
pub mod context;
mod diff;
mod grammar;
pub mod hook;
pub mod hook_prompt;
mod ids;
mod narrow;
#[cfg(test)]
mod sample;
pub mod schema;
pub mod thread_event;
pub mod wire;

pub use agent_path::{AgentPath, AgentPathError};
pub use diff::{Change, ChangeKind, diff};
pub use grammar::{
    Decimal, Int, Json, NonEmpty, Number, Object, Optional, Positive, Rest, UnknownObject, Unsigned, Versions,
};
pub use ids::{ThreadId, TurnId};
pub use narrow::{
    Count, EventKind, GitInfo, HistoryBase, ItemCompleted, LineKind, SessionMeta, SessionSource, ThreadSettings,
    ThreadSettingsApplied, TokenCountEvent, TokenUsage, TokenUsageInfo, TokenUsageRecord, TurnBoundary, TurnContext,
    UserMessageEvent, UsualCount, WireUsage,
};
