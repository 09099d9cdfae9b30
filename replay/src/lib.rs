//! The bytes: find rollout files, read their lines, say where each one stands.
//!
//! ```text
//! homes and paths ── discover() ──► RolloutFile       plain or .zst, largest first
//!                                      │ scan()        rayon, one file per task
//!                                      ▼
//!                   LineReader ──► Line { number, offset, bytes }
//!                                      │ head()        the kind, from the first bytes of the line
//!                                      │ records()     glued records taken apart
//!                                      ▼
//!                                   the caller's sink
//! ```
//!
//! Dirty input is ordinary: a bad line costs itself, a bad file costs itself, and both become a
//! [`Problem`] with path, line and column. Memory is bounded by [`MAX_LINE`] per worker.
//!
//! Beside the readers stand the writers: [`record`] appends, [`fork`] and [`rollback`] begin files, [`shelf`] moves and
//! names them.
//!
//! This crate refuses to print, to read the environment or `$HOME`, to use the network, and to
//! change a byte that is written.

mod chain;
mod context_size;
mod discover;
pub mod drift;
pub mod events;
pub mod follow;
pub mod fork;
mod head;
pub mod history;
mod identity;
pub mod layout;
mod lines;
pub mod lock;
mod map;
mod names;
pub mod playback;
mod problem;
mod publish;
pub mod record;
mod records;
pub mod repair;
mod reverse;
pub mod rollback;
mod rule;
mod scan;
pub mod search;
mod settings;
mod sheet;
pub mod shelf;
mod source;
pub mod status;
pub mod store;
mod timestamp;
pub mod turns;
pub mod validate;

pub use chain::{Chain, MissingBase, Owner, Piece, ThreadRecord};
pub use discover::{Discovered, RolloutFile, RolloutName, Storage, discover, home_of};
pub use head::{Head, head};
pub use identity::Identity;
pub use lines::{Extent, Line, LineReader, LineSink, MAX_LINE, Want};
pub use map::read_record;
pub use names::{parse_thread_names, read_thread_names};
pub use problem::{Place, Problem, ReadError, reason};
pub use records::{Record, holds_record_start, is_single_response_item, records, single_record, token_count_record};
pub use rule::{Rule, Severity};
pub use scan::{Progress, Silent, scan};
pub use source::for_each_line;
pub use timestamp::{Clock, Time, parse_timestamp};
