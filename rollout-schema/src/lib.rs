//! The words of a Codex rollout: the wire types of its JSON lines.
//!
//! A **rollout** is the JSONL file that Codex keeps for one **thread**. Each line is an envelope
//! `{timestamp, ordinal?, type, payload}`; [`LineKind`] names the `type`, [`EventKind`] the
//! `payload.type` of an `event_msg` line.
//!
//! This crate holds the narrow views that accounting needs. Every view reads all known spellings
//! of every era, ignores what it does not name and never fails on an unknown kind.
//!
//! It refuses to do: any I/O, any knowledge of files, folders or other lines. A line's meaning
//! never depends on another line here.

mod count;
mod event;
mod ids;
mod kind;
mod session_meta;
mod turn_context;
mod usage;

pub use count::Count;
pub use event::{ItemCompleted, ThreadSettings, ThreadSettingsApplied, TurnBoundary, UserMessageEvent};
pub use ids::{ThreadId, TurnId};
pub use kind::{EventKind, LineKind};
pub use session_meta::{GitInfo, HistoryBase, SessionMeta, SessionSource};
pub use turn_context::TurnContext;
pub use usage::{TokenCountEvent, TokenUsage, TokenUsageInfo, TokenUsageRecord, UsualCount, WireUsage};
