//! Findings of a validation in each of their formats. Nothing is judged here.

mod foreign;
mod github;
mod junit;
mod ndjson;
mod sarif;
mod text;

pub(crate) use foreign::ForeignSchema;
pub(crate) use github::github;
pub(crate) use junit::junit;
pub(crate) use ndjson::ndjson;
pub(crate) use sarif::sarif;
pub(crate) use text::{summary, text};
