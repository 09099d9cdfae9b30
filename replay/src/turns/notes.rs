//! What pass two has to know beforehand of steps: when a call has its last answer, which answers come
//! too late to wait for, and which events say what nothing else says.
//!
//! Keeps numbers, not texts, apart from late answers.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::budget::Budget;
use super::frames::{At, Frames};
use super::read::{CallKey, Reading, Step, merge, read};
use super::words::words;
use super::{Item, ItemKind};
use crate::records::Record;

/// Bytes between a call and an answer that is waited for.
const REACH: u64 = 16 << 20;

/// Calls that are remembered before those that are over are forgotten.
const MANY: usize = 4096;

/// The notes.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// For each call, by the number of its record: the last record that answers it.
    answered: HashMap<u32, u32>,
    /// Answers that come too late, by the call's record.
    pub(super) late: HashMap<u64, ItemKind>,
    /// Items that come too late, by their turn's index in order.
    pub(super) trailing: HashMap<usize, Vec<Item>>,
    /// Records whose step is in `late` or `trailing`, or nothing new in a turn that is over.
    pub(super) skip: HashSet<u64>,
    /// Records whose event says what nothing else in its turn says.
    pub(super) alone: HashSet<u64>,
    calls: HashMap<CallKey, Call>,
    turn: Turnwise,
    bytes: u64,
    budget: Budget,
}

#[derive(Clone, Copy, Debug)]
struct Call {
    seq: u64,
    /// Turns up to the call.
    turn: usize,
    bytes: u64,
}

/// What is said in the turn that goes on.
#[derive(Debug, Default)]
struct Turnwise {
    turns: usize,
    items: Vec<u64>,
    /// What is said where the next turn may have begun already.
    early: Vec<u64>,
    events: Vec<(u64, Vec<u64>)>,
}

impl Notes {
    /// Takes note of a record that `frames` has seen.
    pub(super) fn record(&mut self, record: &Record<'_>, at: At, frames: &Frames) {
        self.bytes += record.json.len() as u64;
        if self.turn.turns != frames.len() {
            self.settle();
            self.turn.turns = frames.len();
            // What was answered two turns ago is over; there can be a million calls.
            let (calls, answered) = (&mut self.calls, &self.answered);
            if calls.len() > MANY {
                calls.retain(|_, call| call.turn + 2 > frames.len() || !answered.contains_key(&short(call.seq)));
            }
        }
        if !frames.in_gap() {
            self.turn.items.append(&mut self.turn.early);
        }
        let Ok(Reading { steps, turn_id }) = read(record) else { return };
        let over = turn_id.and_then(|id| frames.find(&id)).filter(|index| index + 1 != frames.len() || frames.in_gap());
        for step in steps {
            self.step(step, at, over, frames.in_gap());
        }
    }

    /// The last record that answers the call of a record.
    pub(super) fn answer_of(&self, seq: u64) -> Option<u64> {
        self.answered.get(&short(seq)).copied().map(u64::from)
    }

    /// Ends the last turn.
    pub(super) fn finish(&mut self) {
        self.settle();
        self.calls = HashMap::new();
    }

    fn step(&mut self, step: Step, at: At, over: Option<usize>, in_gap: bool) {
        match step {
            Step::Item(id, kind) => match over {
                Some(turn) => self.trail(turn, at, id, kind),
                None if in_gap => self.turn.early.extend(words(id.as_deref(), &kind)),
                None => self.turn.items.extend(words(id.as_deref(), &kind)),
            },
            Step::Echo(id, kind) => match over {
                Some(_) => {
                    self.skip.insert(at.seq);
                }
                None => self.turn.events.push((at.seq, words(id.as_deref(), &kind))),
            },
            Step::Call(key, id, kind) => {
                self.turn.items.extend(words(id.as_deref(), &kind));
                self.call(key, at);
            }
            Step::Output(key, _, kind) => {
                if !self.answer(key, at, kind, true, in_gap) {
                    self.call(key, at);
                }
            }
            Step::Report(key, id, kind) => {
                let said = words(id.as_deref(), &kind);
                if self.calls.contains_key(&key) {
                    self.answer(key, at, kind, false, in_gap);
                } else if let Some(turn) = over {
                    self.trail(turn, at, id, kind);
                } else {
                    self.turn.events.push((at.seq, said));
                }
            }
        }
    }

    fn call(&mut self, key: CallKey, at: At) {
        self.calls.insert(key, Call { seq: at.seq, turn: self.turn.turns, bytes: self.bytes });
    }

    /// Notes an answer. False if its call is not known.
    fn answer(&mut self, key: CallKey, at: At, mut kind: ItemKind, told: bool, in_gap: bool) -> bool {
        let Some(&call) = self.calls.get(&key) else { return false };
        if call.turn == self.turn.turns && !in_gap && self.bytes - call.bytes <= REACH {
            self.answered.insert(short(call.seq), short(at.seq));
            return true;
        }
        self.skip.insert(at.seq);
        self.shorten(&mut kind);
        match self.late.entry(call.seq) {
            Entry::Occupied(mut known) => merge(known.get_mut(), kind, told),
            Entry::Vacant(none) => {
                none.insert(kind);
            }
        }
        true
    }

    fn trail(&mut self, turn: usize, at: At, id: Option<String>, mut kind: ItemKind) {
        self.skip.insert(at.seq);
        self.shorten(&mut kind);
        let item = Item { id: id.unwrap_or_default(), at: at.time, place: at.place, kind };
        self.trailing.entry(turn).or_default().push(item);
    }

    fn shorten(&mut self, kind: &mut ItemKind) {
        for text in texts(kind) {
            self.budget.cut(text);
        }
    }

    /// Finds the events of a turn that say something new.
    fn settle(&mut self) {
        let mut known: HashSet<u64> = self.turn.items.drain(..).collect();
        for (seq, said) in self.turn.events.drain(..) {
            // Nothing to compare is something new.
            if said.is_empty() || said.iter().any(|word| !known.contains(word)) {
                self.alone.insert(seq);
                known.extend(said);
            }
        }
    }
}

/// The number of a record in half the room: there can be a million answers, and no file has four
/// thousand million lines.
fn short(seq: u64) -> u32 {
    u32::try_from(seq).unwrap_or(u32::MAX)
}

/// The texts of a step that can come late, as far as they can be long.
fn texts(kind: &mut ItemKind) -> Vec<&mut String> {
    let (text, outcome) = match kind {
        ItemKind::Command { command, outcome, .. } => (Some(command), outcome),
        ItemKind::Patch { changes, outcome } => {
            let diffs = changes.iter_mut().map(|change| &mut change.diff);
            return diffs.chain(outcome.output.as_mut()).collect();
        }
        ItemKind::McpCall { arguments, outcome, .. } | ItemKind::ToolCall { arguments, outcome, .. } => {
            (Some(arguments), outcome)
        }
        ItemKind::WebSearch { query, outcome } => (Some(query), outcome),
        ItemKind::Plan { text } | ItemKind::ReviewEnded { text } | ItemKind::Notice { text, .. } => return vec![text],
        ItemKind::Other { json, .. } => return vec![json],
        _ => return Vec::new(),
    };
    text.into_iter().chain(outcome.output.as_mut()).collect()
}
