//! Turns: what happened in a thread, step by step, rebuilt from the lines of any era.

mod model;

pub use model::*;
