//! Voice sessions: entries of a history, and the pieces of a transcript in a capture, which are
//! joined until another side speaks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::model::EventKind;
use super::wire::{RealtimeItem, Told};

/// What one side has said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Transcript {
    speaking: Option<(&'static str, String)>,
}

/// What stands in a piece of the stream, whichever kind it is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Piece {
    delta: String,
    text: Option<String>,
    input_transcript: Option<String>,
}

impl Transcript {
    pub(super) fn is_empty(&self) -> bool {
        self.speaking.is_none()
    }

    pub(super) fn bytes(&self) -> usize {
        self.speaking.as_ref().map_or(0, |(_, text)| text.len())
    }

    /// What was said to its end.
    pub(super) fn flush(&mut self) -> Option<EventKind> {
        let (role, text) = self.speaking.take()?;
        Some(step("words", Some(role), Some(text)))
    }

    /// Takes an event of a conversation and gives what it completes.
    pub(super) fn take(&mut self, told: &Told<'_>) -> Vec<EventKind> {
        let own = match &*told.kind {
            "realtime_conversation_started" => Some(step("started", None, None)),
            "realtime_conversation_closed" => Some(step("closed", None, told.reason.clone())),
            _ => return told.payload.map(|payload| self.piece(payload)).unwrap_or_default(),
        };
        self.flush().into_iter().chain(own).collect()
    }

    fn piece(&mut self, payload: &RawValue) -> Vec<EventKind> {
        let pieces: BTreeMap<String, &RawValue> = serde_json::from_str(payload.get()).unwrap_or_default();
        let Some((name, json)) = pieces.into_iter().next() else { return Vec::new() };
        let piece: Piece = serde_json::from_str(json.get()).unwrap_or_default();
        let done = match &*name {
            "InputTranscriptDelta" => self.add("user", &piece.delta),
            "OutputTranscriptDelta" => self.add("assistant", &piece.delta),
            "InputTranscriptDone" => self.say("user", piece.text),
            "OutputTranscriptDone" => self.say("assistant", piece.text),
            "HandoffRequested" => {
                let handoff = step("handoff", None, piece.input_transcript);
                return self.flush().into_iter().chain([handoff]).collect();
            }
            "HistoryItemCompleted" => serde_json::from_str(json.get()).ok().and_then(of_item),
            "Error" => {
                let text = serde_json::from_str(json.get()).unwrap_or_default();
                Some(EventKind::Notice { level: "error".to_owned(), text })
            }
            _ => None,
        };
        done.into_iter().collect()
    }

    /// A piece of one side's words. Gives the other side's, which then are complete.
    fn add(&mut self, role: &'static str, delta: &str) -> Option<EventKind> {
        match &mut self.speaking {
            Some((speaking, text)) if *speaking == role => {
                text.push_str(delta);
                None
            }
            _ => {
                let before = self.flush();
                self.speaking = Some((role, delta.to_owned()));
                before
            }
        }
    }

    /// The whole of one side's words.
    fn say(&mut self, role: &'static str, text: Option<String>) -> Option<EventKind> {
        if self.speaking.as_ref().is_some_and(|(speaking, _)| *speaking == role) {
            self.speaking = None;
        }
        Some(step("words", Some(role), text))
    }
}

/// The event of an entry in a thread's history.
pub(super) fn of_item(item: RealtimeItem) -> Option<EventKind> {
    Some(match &*item.kind {
        "realtime_session_started" => step("started", None, None),
        "transcript_segment" => step("words", item.role.as_deref(), item.text),
        "bem_item_promoted" => step("promoted", None, item.item_id),
        "realtime_session_closed" => step("closed", None, item.outcome),
        _ => return None,
    })
}

fn step(step: &str, role: Option<&str>, text: Option<String>) -> EventKind {
    EventKind::Realtime { step: step.to_owned(), role: role.map(str::to_owned), text }
}
