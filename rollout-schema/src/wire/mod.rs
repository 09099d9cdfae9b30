//! The whole of every line: one type per shape, of every era, with the versions that know it.
//!
//! A line that is read and written again is the same JSON. What a type does not know (a member, a
//! kind, a name) is kept verbatim. Types read from text or from `serde_json`'s own deserializers
//! only, because they borrow verbatim values from it.

mod agents;
mod compacted;
mod content;
mod event;
mod event_approval;
mod event_hook;
mod event_message;
mod event_notice;
mod event_tool;
mod event_turn;
mod harness;
mod line;
mod permissions;
mod policy;
mod realtime;
mod response_item;
mod retained;
mod review;
mod session_meta;
mod source;
mod state;
#[cfg(test)]
mod tests;
mod tools;
mod turn_context;
mod turn_item;
mod usage;
mod user_input;

pub use agents::*;
pub use compacted::*;
pub use content::*;
pub use event::*;
pub use event_approval::*;
pub use event_hook::*;
pub use event_message::*;
pub use event_notice::*;
pub use event_tool::*;
pub use event_turn::*;
pub use harness::*;
pub use line::*;
pub use permissions::*;
pub use policy::*;
pub use realtime::*;
pub use response_item::*;
pub use retained::*;
pub use review::*;
pub use session_meta::*;
pub use source::*;
pub use state::*;
pub use tools::*;
pub use turn_context::*;
pub use turn_item::*;
pub use usage::*;
pub use user_input::*;
