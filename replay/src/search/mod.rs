//! Search: where a text stands in what was said, thought, called and given back.
//!
//! ```text
//! Query ── prefilter: which lines can hold a match, by bytes       no line is missed
//!   │        └ chunk: whole buffers, not line after line           most files end here
//!   └ regex: what matches, in the text as it was before JSON
//!        └ text: the words of a record, each of them once
//!             └ Hit { thread, turn, place, kind, excerpt }
//! ```
//!
//! What is said twice in a log counts once: items are searched, the events that repeat them are
//! not, and neither is the history that a compaction repeats. Refuses to rank: hits stand in the
//! order of the files that were given and of the lines in each.

mod chunk;
mod excerpt;
mod file;
mod hit;
mod many;
mod prefilter;
#[cfg(test)]
mod property;
mod query;
#[cfg(test)]
mod tests;
mod text;
mod turn;
mod words;

pub use file::{FileOutcome, Searcher, search_file};
pub use hit::{ExcerptLine, Hit, HitKind, Scope, Span};
pub use many::{Searched, search, search_on};
pub use query::{Case, Query, QueryError, QueryOptions};
