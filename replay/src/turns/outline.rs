//! Pass one: the turns of a thread, and what pass two has to know beforehand.
//!
//! The list alone looks only into lines that frame a turn or hold a message; most lines are told apart
//! by their head.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use rollout_schema::LineKind;
use serde_json::Value;

use super::frames::{At, End, Framed, Frames, Settings};
use super::notes::Notes;
use super::payload::{payload, take_text, text, turn_item_type};
use super::read::{begins_user_turn, is_inter_agent, is_item};
use super::{Turn, TurnStatus};
use crate::chain::{Chain, ThreadRecord};
use crate::lines::LineReader;
use crate::problem::Problem;
use crate::records::Record;
use crate::scan::Progress;
use crate::timestamp::{Clock, Time};

/// How far two clocks of one event may be apart, in milliseconds.
const SAME_MOMENT: i64 = 2000;

/// The turns of a thread, without their items.
#[derive(Debug, Default)]
pub struct Outline {
    /// All turns in order, dropped ones included. Long answers are cut.
    pub turns: Vec<Turn>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What pass two works by.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The turns that have not begun yet.
    pub(super) turns: VecDeque<Box<Framed>>,
    /// Records that were read.
    pub(super) records: u64,
    pub(super) notes: Notes,
}

/// The turns of a thread: how each began and ended, and what the model answered.
pub fn outline(chain: &Chain, reader: &mut LineReader, progress: &dyn Progress) -> Outline {
    let mut pass = Pass::default();
    let problems = chain.for_each_record(reader, progress, |record| {
        pass.record(&record);
        ControlFlow::Continue(())
    });
    Outline { turns: pass.frames.finish().into_iter().map(|framed| framed.turn).collect(), problems }
}

/// The turns of a thread and the notes for pass two.
pub(super) fn plan(chain: &Chain, reader: &mut LineReader, progress: &dyn Progress) -> Plan {
    let mut pass = Pass::default();
    let mut notes = Notes::default();
    let problems = chain.for_each_record(reader, progress, |record| {
        pass.record(&record);
        notes.record(&record.record, pass.at, &pass.frames);
        ControlFlow::Continue(())
    });
    drop(problems); // pass two finds them again
    notes.finish();
    Plan { turns: pass.frames.finish().into(), records: pass.records, notes }
}

#[derive(Debug, Default)]
struct Pass {
    frames: Frames,
    clock: Clock,
    records: u64,
    at: At,
    /// Whether the message between agents that comes next begins a turn; unknown up to 0.142.
    triggers: Option<bool>,
}

impl Pass {
    fn record(&mut self, record: &ThreadRecord<'_>) {
        let ThreadRecord { record, place, inherited, dropped, .. } = *record;
        let time = self.clock.parse(record.head.timestamp).map(|(millis, _)| Time(millis));
        self.at = At { seq: self.records, place, time, inherited, dropped, bare: record.bare };
        self.records += 1;
        self.frames.record(self.at);
        // A line that is damaged inside frames nothing; pass two tells of it.
        let _: Option<()> = self.take(&record);
        self.frames.settle();
    }

    fn take(&mut self, record: &Record<'_>) -> Option<()> {
        match record.head.kind {
            LineKind::ResponseItem => self.response_item(record),
            LineKind::EventMsg => self.event(record),
            LineKind::TurnContext => {
                let mut value: Value = payload(record).ok()?;
                let mut member = |name| take_text(&mut value, name);
                let settings =
                    Settings { turn_id: member("turn_id"), model: member("model"), effort: member("effort") };
                self.frames.settings(settings);
                Some(())
            }
            LineKind::Compacted => {
                self.frames.compacted();
                Some(())
            }
            LineKind::Other if is_inter_agent(record) => {
                let value: Value = payload(record).ok()?;
                self.agent_message(value.get("trigger_turn").and_then(Value::as_bool));
                Some(())
            }
            LineKind::Other if record.json.len() < 512 => {
                // Only the short line that goes before a message between agents has this member.
                self.triggers = payload::<Value>(record).ok()?.get("trigger_turn")?.as_bool();
                Some(())
            }
            _ => None,
        }
    }

    fn response_item(&mut self, record: &Record<'_>) -> Option<()> {
        match record.head.payload_type {
            b"message" => self.message(payload(record).ok()?)?,
            b"agent_message" => {
                let triggers = self.triggers.take();
                self.agent_message(triggers);
            }
            b"compaction" | b"compaction_summary" | b"context_compaction" => self.frames.compacted(),
            kind if !is_item(kind) => {}
            _ => self.frames.work(),
        }
        Some(())
    }

    fn message(&mut self, mut value: Value) -> Option<()> {
        match take_text(&mut value, "role")?.as_str() {
            "assistant" => {
                let is_final = text(&value, "phase") == Some("final_answer");
                let parts = value.get("content")?.as_array()?;
                let words: String = parts.iter().filter_map(|part| text(part, "text")).collect();
                self.frames.assistant(words, is_final);
            }
            "user" if begins_user_turn(&mut value) => self.frames.user(),
            _ => self.frames.context(),
        }
        Some(())
    }

    fn agent_message(&mut self, triggers: Option<bool>) {
        self.frames.work();
        if triggers != Some(false) {
            self.frames.by_user();
        }
    }

    fn event(&mut self, record: &Record<'_>) -> Option<()> {
        match record.head.payload_type {
            b"task_started" | b"turn_started" => {
                let mut value: Value = payload(record).ok()?;
                let started = self.told(&value, "started_at");
                self.frames.start(take_text(&mut value, "turn_id")?, started);
            }
            b"task_complete" | b"turn_complete" => {
                let value = payload(record).ok()?;
                self.end(value, TurnStatus::Completed, None);
            }
            b"turn_aborted" => {
                let mut value: Value = payload(record).ok()?;
                let reason = take_text(&mut value, "reason");
                self.end(value, TurnStatus::Interrupted, reason);
            }
            b"thread_rolled_back" => {
                let value: Value = payload(record).ok()?;
                self.frames.roll_back(value.get("num_turns")?.as_u64()?);
            }
            b"error" => {
                let mut value: Value = payload(record).ok()?;
                self.frames.error(take_text(&mut value, "message")?);
            }
            b"user_message" => self.frames.by_user(),
            b"entered_review_mode" => self.frames.context(),
            b"item_completed" => match turn_item_type(record)? {
                b"UserMessage" => self.frames.by_user(),
                b"EnteredReviewMode" => self.frames.context(),
                _ => {}
            },
            _ => {}
        }
        Some(())
    }

    fn end(&mut self, mut value: Value, status: TurnStatus, reason: Option<String>) {
        let failure = value.get("error").and_then(|error| text(error, "message")).map(str::to_owned);
        let status = match failure {
            Some(_) if status == TurnStatus::Completed => TurnStatus::Failed,
            _ => status,
        };
        self.frames.end(End {
            at: self.told(&value, "completed_at"),
            duration_ms: value.get("duration_ms").and_then(Value::as_u64),
            turn_id: take_text(&mut value, "turn_id"),
            status,
            reason: if status == TurnStatus::Failed { failure } else { reason },
            answer: take_text(&mut value, "last_agent_message"),
        });
    }

    /// A moment that an event tells in seconds. The line's own time is finer, unless the line is a copy.
    fn told(&self, value: &Value, name: &str) -> Option<Time> {
        let told = Time(value.get(name)?.as_i64()?.checked_mul(1000)?);
        match self.at.time {
            Some(line) if (line.0 - told.0).abs() < SAME_MOMENT => Some(line),
            _ => Some(told),
        }
    }
}
