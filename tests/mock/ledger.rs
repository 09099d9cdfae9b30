//! What was asked and what it used. A request enters the ledger when it is answered, so that what stands here was
//! billed; a client that went away while the model was thinking is not.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

/// Why a client asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A turn of a thread.
    Turn,
    /// A summary in place of a thread's history.
    Compaction,
    /// Something beside the threads, such as a title; no rollout tells of it.
    Aside,
}

/// Tokens of one response, or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) responses: u64,
    pub(crate) input: u64,
    pub(crate) cached: u64,
    pub(crate) output: u64,
    pub(crate) reasoning: u64,
}

impl Usage {
    /// What the response number `number` uses if its prompt does not say: different for each, so that no
    /// two can be taken for one.
    pub(crate) fn of_response(number: u64) -> Self {
        Self { responses: 1, input: 1000 + 17 * number, cached: 640, output: 40 + number, reasoning: 8 }
    }

    pub(crate) fn total(self) -> u64 {
        self.input + self.output
    }

    /// As the API writes it.
    pub(crate) fn json(self) -> Value {
        json!({
            "input_tokens": self.input,
            "input_tokens_details": { "cached_tokens": self.cached },
            "output_tokens": self.output,
            "output_tokens_details": { "reasoning_tokens": self.reasoning },
            "total_tokens": self.total(),
        })
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.responses += other.responses;
        self.input += other.input;
        self.cached += other.cached;
        self.output += other.output;
        self.reasoning += other.reasoning;
    }
}

/// One answered request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The thread that asked, as its headers or its body say.
    pub(crate) thread: String,
    /// The request, decoded.
    pub(crate) body: Value,
    pub(crate) usage: Usage,
    /// Id of the first call in the answer.
    pub(crate) call_id: Option<String>,
}

impl Entry {
    /// The items that the model was given.
    pub(crate) fn input(&self) -> &[Value] {
        self.body["input"].as_array().map_or(&[], Vec::as_slice)
    }
}

/// All answered requests, oldest first, and how far each prompt's script is.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) begun: u64,
    pub(super) entries: Vec<Entry>,
    /// By thread and prompt: how many of its steps were answered.
    pub(super) steps: HashMap<(String, String), usize>,
}

impl Ledger {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}
