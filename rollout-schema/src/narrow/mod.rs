//! Narrow views: the few members that a scan over gigabytes looks into, borrowed from the line.
//!
//! Every view reads all known spellings of every era, ignores what it does not name and never fails
//! on an unknown kind. The whole of a line is in [`crate::wire`].

mod count;
mod event;
mod kind;
mod session_meta;
mod turn_context;
mod usage;

pub use count::Count;
pub use event::{ItemCompleted, ThreadSettings, ThreadSettingsApplied, TurnBoundary, UserMessageEvent};
pub use kind::{EventKind, LineKind};
pub use session_meta::{GitInfo, HistoryBase, SessionMeta, SessionSource};
pub use turn_context::TurnContext;
pub use usage::{TokenCountEvent, TokenUsage, TokenUsageInfo, TokenUsageRecord, UsualCount, WireUsage};
