//! What real Codex makes of what we write, and we of what it writes. These tests need several versions of Codex from
//! npm, so they are run by `cargo test --test interop -- --ignored`, as the gate does after installing them.
//!
//! - [`sources`]: threads as real Codex writes them, one of each kind
//! - [`home`]: a Codex home with a model server of its own
//! - [`codex`]: the installed versions
//! - [`app_server`]: Codex as editors drive it
//! - [`rollout`]: our own program
//! - [`process`]: programs that end in time and with the test
//! - [`mock`]: the model server
//! - [`sent`]: whether Codex sent a history as we rebuilt it
//! - [`cell`]: one fork, held against everything that is promised of it
//! - [`matrix`]: every kind of thread, forked at every kind of point
//! - [`verbs`]: what else is done to threads
//! - [`recorded`]: threads of other programs, recorded
//! - [`upgrade`]: a thread on its way through versions

// What clippy.toml's leave to unwrap in tests looks for.
#![cfg(test)]
// Programs are ended as process groups.
#![cfg(unix)]

#[path = "../mock/mod.rs"]
mod mock;

mod app_server;
mod cell;
mod codex;
mod home;
mod matrix;
mod process;
mod recorded;
mod rollout;
mod sent;
mod sources;
mod upgrade;
mod verbs;
