//! The numbers: what the threads of a store used, and what that cost.
//!
//! ```text
//! rollouts ── extract() ──► RolloutFacts     per file: identity, turns, candidates with places
//!                              │ Ledger       over all files: a verdict for every candidate
//!                              ▼
//!                          UsageFact          one per billed response
//!                              │ cells()      sums per file
//!                              │ UsageTable   polars: sums by day, thread, project, model
//!                              ▼
//!                    Report, Explanation      the shapes that `--json` prints
//!                    listing                  threads as rows, each with what it used
//! ```
//!
//! Numbers are right or marked: what the files cannot tell stands in [`report::DataQuality`] with
//! its place, and a price that is not known is null.
//!
//! This crate refuses to print, to read the environment, and to keep anything between two runs.

mod analysis;
mod candidates;
mod cells;
mod explain;
mod extract;
mod facts;
mod ledger;
pub mod listing;
mod period;
mod prices;
mod project;
mod quality;
pub mod report;
mod reports;
mod rule;
mod spent;
mod summary;
mod tables;
mod title;

pub use analysis::{Analysis, Input};
pub use explain::Subject;
pub use extract::extract;
pub use facts::RolloutFacts;
pub use ledger::{Decision, Decisions, Ledger, UsageFact};
pub use period::{DayError, parse_day};
pub use prices::{PriceError, Prices};
pub use reports::{Order, ReportError, ReportOptions};
pub use rule::Verdict;
pub use summary::ThreadSummary;
