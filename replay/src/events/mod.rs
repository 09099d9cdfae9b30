//! One model of events for every era of the log, and the mapping of records to it.
//!
//! ```text
//! Record ─► mapper    where it stands, which turn it belongs to, what is held back
//!            ├ items     response items: the canonical source of words, calls and outputs
//!            ├ told      events: frames of turns, usage, reviews, what stands in no item
//!            │   └ words    the same words as item and as event are told once
//!            ├ origin    whose lines they are
//!            │   └ copied   lines of another thread
//!            ├ realtime  voice sessions
//!            └ capture   events as older versions sent them to clients
//!          Event
//! ```
//!
//! An event's id is made of the rollout's id and the record's place in decoded bytes: it is the same
//! at every reading, whether the file is plain, compressed, archived or still being written.

mod capture;
mod copied;
mod items;
mod mapper;
mod model;
mod origin;
mod realtime;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod told;
mod wire;
mod words;

pub use mapper::EventMapper;
pub use model::{Event, EventKind, EventPlace, SessionStart, TokenCounts, ToolKind, Usage, UsageSource};
pub use state::MapperState;
pub use text::cut;
