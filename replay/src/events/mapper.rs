//! Records in, events out: the state of one rollout file between two records.
//!
//! An item of the conversation (`response_item`) is the canonical source of words, calls and outputs
//! in every era; what only events tell is in `told.rs`. The state is small and can be kept in a
//! file: texts that are held back are not part of it, they are read again.
//!
//! Refuses to look into other files, and to guess that a silent thread has ended.

use std::borrow::Cow;

use rollout_schema::LineKind;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::model::{Event, EventKind, EventPlace, Usage, UsageSource};
use super::state::{Here, MapperState, Turn};
use super::wire::{Communication, Compacted, Envelope, RealtimeItem, Record as UsageRecord, Settings};
use super::words::{Speaker, Waiting, key};
use super::{capture, text};
use crate::discover::RolloutName;
use crate::records::Record;
use crate::timestamp::{Clock, Time};

/// Longest answer, in bytes, that the end of a turn without frames repeats whole.
const ANSWER: usize = 1 << 20;

/// Makes events of one rollout file's records, in their order.
#[derive(Clone, Debug)]
pub struct EventMapper {
    pub(super) rollout_id: String,
    /// The thread in the file's name.
    named: Option<String>,
    pub(super) state: MapperState,
    pub(super) waiting: Waiting,
    /// The end of a turn without frames, if the model's newest words were its last.
    pub(super) answer: Option<Event>,
    /// Pieces of a voice session's transcript, in a capture.
    pub(super) transcript: super::realtime::Transcript,
    pub(super) clock: Clock,
}

impl EventMapper {
    /// A mapper for a file of this name, at its beginning.
    pub fn new(name: &RolloutName) -> Self {
        Self::resume(name, MapperState::default())
    }

    /// A mapper that goes on where another one, of the same file, stood [at rest](Self::is_at_rest).
    pub fn resume(name: &RolloutName, state: MapperState) -> Self {
        let rollout_id = name.rollout_id.clone().or_else(|| name.thread_id.clone());
        Self {
            rollout_id: rollout_id.or_else(|| state.thread_id.clone()).unwrap_or_default(),
            named: name.thread_id.clone(),
            state,
            waiting: Waiting::default(),
            answer: None,
            transcript: Default::default(),
            clock: Clock::default(),
        }
    }

    /// What is remembered. It is the whole of the mapper only where that is at rest.
    pub fn state(&self) -> &MapperState {
        &self.state
    }

    /// The time of the newest record, in Unix milliseconds.
    pub(crate) fn newest(&self) -> Option<i64> {
        self.state.newest
    }

    /// Whether no text is held back for an event that a later record brings about.
    pub fn is_at_rest(&self) -> bool {
        self.waiting.is_empty() && self.answer.is_none() && self.transcript.is_empty()
    }

    /// Bytes of text that are held back.
    pub fn held(&self) -> usize {
        self.waiting.bytes() + self.answer.as_ref().map_or(0, answer_bytes) + self.transcript.bytes()
    }

    /// Takes the next record. `inherited` is for those who know of a copy that the file does not show.
    pub fn record(&mut self, record: Record<'_>, line: u64, inherited: bool, out: &mut Vec<Event>) {
        let at = self.clock.parse(record.head.timestamp).map(|(millis, _)| Time(millis));
        self.state.newest = self.state.newest.max(at.map(|at| at.0));
        let mut here =
            Here { at, ordinal: record.head.ordinal, line, offset: record.offset, inherited, turn: None, count: 0 };
        let text = String::from_utf8_lossy(record.json);
        // A line that was torn and closed by a later writer is no record: it costs itself.
        if self.read(&record, &text, &mut here, out).is_none() && serde_json::from_str::<IgnoredAny>(&text).is_ok() {
            let kind = kind_of(&record);
            self.emit(&mut here, EventKind::Unknown { kind, json: text.into_owned() }, out);
        }
    }

    /// The end of the file, as far as it was read: tells what was held back, and the end of a turn
    /// that no line ends.
    pub fn finish(&mut self, out: &mut Vec<Event>) {
        let mut here = self.nowhere(0, 0);
        self.end_turn(out);
        if let Some(kind) = self.transcript.flush() {
            self.emit(&mut here, kind, out);
        }
    }

    /// The event that says that the thread ended, at the end of a file of so many lines and bytes.
    pub fn session_end(&self, reason: &str, lines: u64, bytes: u64) -> Event {
        let mut here = self.nowhere(lines, bytes);
        here.at = self.state.newest.map(Time);
        let mut event = self.event(&mut here, EventKind::SessionEnd { reason: reason.to_owned() });
        event.id = format!("{}:{bytes}.end", self.rollout_id);
        event.turn_id = None;
        event
    }

    fn nowhere(&self, line: u64, offset: u64) -> Here {
        Here { at: None, ordinal: None, line, offset, inherited: false, turn: None, count: 0 }
    }

    /// `None` if the record is not what its kind should be, or of no known kind.
    fn read(&mut self, record: &Record<'_>, json: &str, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        if record.bare
            && let Some(capture) = capture::read(json)
        {
            return self.capture(&capture, here, out);
        }
        match record.head.kind {
            LineKind::SessionMeta => self.session_meta(payload(json, record.bare)?, here, out),
            LineKind::ResponseItem => {
                let item: super::wire::Item<'_> = payload(json, record.bare)?;
                here.turn = item.passed.as_ref().and_then(|passed| passed.turn_id.clone());
                self.see(here, None);
                return self.item(&item, here, out);
            }
            LineKind::EventMsg => return self.told(&payload(json, false)?, here, out),
            LineKind::TurnContext => {
                let settings: Settings = payload(json, false)?;
                self.see(here, settings.turn_id.as_deref());
                self.settings(settings.model, settings.effort, here, out);
            }
            LineKind::Compacted => {
                self.see(here, None);
                let Compacted { message, replacement_history } = payload(json, false)?;
                let summary = Some(message).filter(|message| !message.is_empty());
                let kept = replacement_history.map(|items| items.len() as u64);
                self.emit(here, EventKind::Compaction { summary, kept }, out);
            }
            LineKind::TokenUsageRecord => {
                let UsageRecord { turn_id, response_id, usage, thread_token_usage } = payload(json, false)?;
                here.turn = turn_id;
                self.see(here, None);
                let source = UsageSource::TokenUsageRecord;
                let usage = Usage { source, response_id, last: usage, total: thread_token_usage };
                self.emit(here, EventKind::Usage(usage), out);
            }
            LineKind::Other => {
                self.see(here, None);
                return self.other(record, json, here, out);
            }
        }
        Some(())
    }

    /// Lines of the later kinds, most of which say nothing that an event would.
    fn other(&mut self, record: &Record<'_>, json: &str, here: &mut Here, out: &mut Vec<Event>) -> Option<()> {
        match &*kind_of(record) {
            "inter_agent_communication" => {
                let Communication { author, recipient, content: text } = payload(json, false)?;
                self.emit(here, EventKind::AgentMessage { author, recipient, text }, out);
            }
            "realtime_item" => {
                let item: RealtimeItem = payload(json, false)?;
                self.emit(here, super::realtime::of_item(item)?, out);
            }
            "state"
            | "session_state"
            | "inter_agent_communication_metadata"
            | "world_state"
            | "security_risk_score"
            | "retained_context"
            | "dynamic_tools_updated" => {}
            _ => return None,
        }
        Some(())
    }

    /// A turn with a frame of its own begins.
    pub(super) fn begin_turn(&mut self, id: String, here: &mut Here, out: &mut Vec<Event>) {
        self.end_turn(out);
        self.state.turns += 1;
        self.state.turn = Turn::Framed(id);
        self.emit(here, EventKind::TurnStarted, out);
    }

    /// Words of the user begin a turn where no frame did.
    pub(super) fn imply_turn(&mut self, here: &mut Here, out: &mut Vec<Event>) {
        // What has an ordinal has frames too.
        if here.ordinal.is_some() || matches!(self.state.turn, Turn::Framed(_)) {
            return;
        }
        self.end_turn(out);
        self.state.turns += 1;
        self.state.turn = Turn::Implied(format!("turn-{}", self.state.turns));
        self.emit(here, EventKind::TurnStarted, out);
    }

    /// Leaves the open turn: tells what waits, and its end if nothing else will.
    pub(super) fn end_turn(&mut self, out: &mut Vec<Event>) {
        self.leave_turn(out);
        // In a migrated history the user's words stand before the turn that they began.
        if std::mem::take(&mut self.state.turn) != Turn::None {
            self.state.said.forget();
        }
        out.extend(self.answer.take());
    }

    /// Tells what waits. Calls belong to the turn that is over.
    pub(super) fn leave_turn(&mut self, out: &mut Vec<Event>) {
        self.waiting.flush(out);
        self.state.calls.forget();
    }

    /// The model said something; it may be the last of a turn that no line will end.
    pub(super) fn answered(&mut self, words: &str, here: &mut Here) {
        if matches!(self.state.turn, Turn::Implied(_)) {
            let mut answer = words.to_owned();
            text::cut(&mut answer, ANSWER);
            let mut end = self.event(here, EventKind::TurnCompleted { answer: Some(answer) });
            here.count -= 1; // its id is not one of the record's
            end.id = format!("{}:{}.end", self.rollout_id, here.offset);
            self.answer = Some(end);
        }
    }

    /// An item said something that events may have said before or will say again.
    pub(super) fn said(&mut self, speaker: Speaker, words: &str) {
        let key = key(speaker, words);
        // A migrated history repeats earlier thoughts with each later one.
        if !self.waiting.take(key) || speaker == Speaker::Thought {
            self.state.said.remember(key);
        }
    }

    /// An event says something that an item may have said before or will say.
    pub(super) fn repeat(
        &mut self,
        speaker: Speaker,
        words: &str,
        kind: EventKind,
        here: &mut Here,
        out: &mut Vec<Event>,
    ) {
        let key = key(speaker, words);
        let said = match speaker {
            Speaker::Thought => self.state.said.has(key),
            _ => self.state.said.take(key),
        };
        if !words.is_empty() && !said {
            let event = self.event(here, kind);
            self.waiting.push(key, words.len(), event, out);
        }
    }

    pub(super) fn emit(&mut self, here: &mut Here, kind: EventKind, out: &mut Vec<Event>) {
        let event = self.event(here, kind);
        out.push(event);
    }

    pub(super) fn event(&self, here: &mut Here, kind: EventKind) -> Event {
        let id = match here.count {
            0 => format!("{}:{}", self.rollout_id, here.offset),
            count => format!("{}:{}.{count}", self.rollout_id, here.offset),
        };
        here.count += 1;
        let thread_id = self.state.thread_id.as_ref().or(self.named.as_ref());
        Event {
            id,
            thread_id: thread_id.unwrap_or(&self.rollout_id).clone(),
            turn_id: here.turn.clone().or_else(|| self.state.turn.id().map(str::to_owned)),
            at: here.at,
            ordinal: here.ordinal,
            place: EventPlace { rollout_id: self.rollout_id.clone(), line: here.line, offset: here.offset },
            inherited: here.inherited,
            kind,
        }
    }
}

fn answer_bytes(end: &Event) -> usize {
    match &end.kind {
        EventKind::TurnCompleted { answer: Some(answer) } => answer.len(),
        _ => 0,
    }
}

fn payload<'a, T: Deserialize<'a>>(json: &'a str, bare: bool) -> Option<T> {
    if bare {
        return serde_json::from_str(json).ok();
    }
    serde_json::from_str::<Envelope<T>>(json).ok().map(|line| line.payload)
}

/// The kind of a record in the log's own words: that of an event or item, else that of the line.
fn kind_of(record: &Record<'_>) -> String {
    #[derive(Deserialize)]
    struct Line<'a> {
        #[serde(borrow, default, rename = "type")]
        kind: Cow<'a, str>,
        #[serde(borrow, default)]
        record_type: Cow<'a, str>,
    }
    let payload_type = String::from_utf8_lossy(record.head.payload_type);
    if !payload_type.is_empty() && record.head.kind != LineKind::Other {
        return payload_type.into_owned();
    }
    let text = String::from_utf8_lossy(record.json);
    let line: Option<Line<'_>> = serde_json::from_str(&text).ok();
    line.map(|line| if line.kind.is_empty() { line.record_type } else { line.kind }.into_owned()).unwrap_or_default()
}
