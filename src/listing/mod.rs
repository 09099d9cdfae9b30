//! Lists of threads for people: rows that fit the terminal.

mod fit;
mod ids;
mod table;

pub(crate) use ids::ShortIds;
pub(crate) use table::{Drawing, states, threads};
