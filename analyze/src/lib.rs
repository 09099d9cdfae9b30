//! The numbers.
pub mod extract;
pub mod facts;
pub mod ledger;
pub mod rule;
mod title;
