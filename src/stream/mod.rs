//! Where events go: which of them, in which form, and how it is known that they arrived.
//!
//! ```text
//! Event ─► Filter ─► Outbox: one batch of lines ─► Target   stdout │ a command │ an address
//!                     └ tries again until it arrived; nothing is read meanwhile, nothing dropped
//!                     └ then the cursor may be saved
//! ```

mod filter;
mod outbox;
mod stop;
mod target;

pub(crate) use filter::{Filter, Span};
pub(crate) use outbox::{CursorFile, Outbox};
pub(crate) use stop::Stop;
pub(crate) use target::{Command, Post, Stdout, Target};
