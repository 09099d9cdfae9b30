//! Words that stand twice in a log, as an item of the conversation and as an event, and are told once.
//!
//! The item counts. An event before its item waits for it, one after it is known; what is still
//! waiting when the turn ends stands as an event alone and is told then. So a review's words in the
//! file that asked for it are not lost, nor those of a turn whose process was killed.
//!
//! Bounded: of what was said, hashes of the newest; of what waits, so many events and bytes.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::model::Event;

/// Most hashes that are remembered of a turn.
const SAID: usize = 32;
/// Most events that wait.
const WAITING: usize = 32;
/// Most bytes that wait; what is beyond is told although it may come again.
const BYTES: usize = 1 << 20;

/// Whose words they are. The same words of two are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    User,
    Assistant,
    Thought,
    /// A call, by its id.
    Call,
}

/// What was said in this turn by items that no event repeated yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Said(VecDeque<u64>);

impl Said {
    pub(super) fn remember(&mut self, key: u64) {
        if self.0.len() == SAID {
            self.0.pop_front();
        }
        self.0.push_back(key);
    }

    /// Whether it was said; each saying answers once.
    pub(super) fn take(&mut self, key: u64) -> bool {
        let found = self.0.iter().position(|said| *said == key);
        found.is_some_and(|at| self.0.remove(at).is_some())
    }

    pub(super) fn has(&self, key: u64) -> bool {
        self.0.contains(&key)
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Events that wait for their item.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    events: VecDeque<(u64, usize, Event)>,
    bytes: usize,
}

impl Waiting {
    /// Lets an event wait. What there is no room for is told.
    pub(super) fn push(&mut self, key: u64, size: usize, event: Event, out: &mut Vec<Event>) {
        if self.events.iter().any(|(waiting, ..)| *waiting == key) {
            return; // a review's events are written twice
        }
        self.bytes += size;
        self.events.push_back((key, size, event));
        while self.events.len() > WAITING || self.bytes > BYTES {
            let Some((_, size, event)) = self.events.pop_front() else { break };
            self.bytes -= size;
            out.push(event);
        }
    }

    /// Whether an event waited for this item; it does no more.
    pub(super) fn take(&mut self, key: u64) -> bool {
        let Some(at) = self.events.iter().position(|(waiting, ..)| *waiting == key) else { return false };
        if let Some((_, size, _)) = self.events.remove(at) {
            self.bytes -= size;
        }
        true
    }

    /// Tells all that waits.
    pub(super) fn flush(&mut self, out: &mut Vec<Event>) {
        out.extend(self.events.drain(..).map(|(_, _, event)| event));
        self.bytes = 0;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// A stable number for words: FNV-1a, which is the same in every build and so can be kept in a file.
pub(super) fn key(speaker: Speaker, words: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    words.trim().bytes().fold(step(0xcbf2_9ce4_8422_2325, speaker as u8), step)
}
