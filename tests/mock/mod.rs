//! A model server for tests: it speaks the Responses API on an own port of this machine, says what the prompt told
//! it to say, and remembers every request. It is no model, and it checks nothing: tests do, by its ledger.
//!
//! - [`server`]: the routes
//! - [`script`]: the directives in a prompt
//! - [`tools`]: calls of the tools that a client offers
//! - [`sse`]: a response as a stream of events
//! - [`ledger`]: what was asked and what it used

mod ledger;
mod script;
mod server;
mod sse;
mod tools;

pub(crate) use ledger::{Entry, Usage};
pub(crate) use server::MockServer;
