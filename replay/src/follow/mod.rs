//! Events of logs that are still being written.
//!
//! ```text
//! Watch: something changed ─► Follower::poll ─► files whose size, time or name is another
//!                                                └ tail   from where the position stands to the last newline
//!                                                   └ EventMapper ─► EventSink
//!                                              Cursor ◄─ positions, to be kept in a file
//! ```
//!
//! Notifications only hasten: what is read is decided by positions alone, so nothing is lost when a
//! notification is. A position belongs to a rollout's id, not to a path, and counts decoded bytes:
//! moving, archiving, compressing and decompressing a file change nothing.
//!
//! Rules for files that do not only grow:
//!
//! - A line without its newline waits, unless it is one whole JSON value already.
//! - A file whose consumed beginning is another than before was rewritten by another program. It is
//!   read again from its beginning, and what is newer than anything that was told before is told; the
//!   rest says the same under other places.
//! - A rollout that is gone keeps its position: it may come back.
//! - Silence ends nothing. Only archiving is told as the end of a session.
//!
//! Refuses to write anything but the cursor.

mod cursor;
mod decoded;
mod fingerprint;
mod follower;
mod tail;
#[cfg(test)]
mod tests;
mod watch;

pub use cursor::{Cursor, CursorError, Position};
pub use follower::{EventSink, Follower};
pub use tail::read_events;
pub use watch::Watch;
