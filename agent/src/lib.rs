//! Codex as a program: where it is, how it is told to go on with a thread or to begin one, and what it finds in its
//! environment.
//!
//! Refuses to run anything, to read the environment and to look for the user's home folder: all three are the
//! caller's.

pub mod codex;
