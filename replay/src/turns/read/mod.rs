//! A record as steps of a turn: the same steps for every era.
//!
//! One record at a time: what belongs to a call, and whether an event repeats what an item says, is
//! found out elsewhere.

mod call;
mod command;
mod event;
mod message;
mod output;
mod patch;
mod response;
mod turn_item;

pub(super) use command::same_command;
pub(super) use message::begins_user_turn;
pub(super) use output::merge;
pub(super) use response::is_item;

use rollout_schema::LineKind;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::ItemKind;
use super::payload::{payload, take_text};
use super::words::number;
use crate::records::Record;

/// What a record tells of a turn.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The steps.
    pub(super) steps: Vec<Step>,
    /// The turn that it names.
    pub(super) turn_id: Option<String>,
}

/// What a record does.
#[derive(Debug)]
pub(super) enum Step {
    /// It is an item.
    Item(Option<String>, ItemKind),
    /// It is an item, unless another one of the turn says the same.
    Echo(Option<String>, ItemKind),
    /// It is a call, and others may tell how it went.
    Call(CallKey, Option<String>, ItemKind),
    /// It is the output of a call, as the model was told it.
    Output(CallKey, Option<String>, ItemKind),
    /// It is an event's account of a call.
    Report(CallKey, Option<String>, ItemKind),
}

/// What joins a call and its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CallKey(u64);

impl CallKey {
    fn new(id: &str) -> Self {
        Self(number(id))
    }
}

/// Reads a record. Fails only if its payload is not JSON.
pub(super) fn read(record: &Record<'_>) -> serde_json::Result<Reading> {
    let head = &record.head;
    match head.kind {
        LineKind::ResponseItem if response::is_item(head.payload_type) => {
            let kind = String::from_utf8_lossy(head.payload_type);
            Ok(steps(match response::steps(&kind, payload(record)?) {
                Some(steps) => steps,
                None => vec![other(&kind, record)?],
            }))
        }
        LineKind::EventMsg if head.payload_type == b"item_completed" => {
            let mut value: Value = payload(record)?;
            let turn_id = take_text(&mut value, "turn_id");
            let item = value.get_mut("item").map_or(Value::Null, Value::take);
            let steps = match turn_item::steps(item) {
                Ok(steps) => steps,
                Err(kind) => vec![other(&kind, record)?],
            };
            Ok(Reading { steps, turn_id })
        }
        LineKind::EventMsg if event::is_step(head.payload_type) => {
            let mut value: Value = payload(record)?;
            let turn_id = take_text(&mut value, "turn_id");
            let steps = event::step(head.payload_type, value).into_iter().collect();
            Ok(Reading { steps, turn_id })
        }
        LineKind::Compacted => Ok(steps(vec![compaction(payload(record)?)])),
        LineKind::Other if is_inter_agent(record) => Ok(steps(vec![response::agent_message(payload(record)?)])),
        _ => Ok(Reading::default()),
    }
}

fn steps(steps: Vec<Step>) -> Reading {
    Reading { steps, turn_id: None }
}

/// Whether a line is a message between agents (0.140 to 0.142).
pub(super) fn is_inter_agent(record: &Record<'_>) -> bool {
    const KIND: &[u8] = b"\"inter_agent_communication\"";
    let beginning = &record.json[..record.json.len().min(160)];
    record.head.kind == LineKind::Other && memchr::memmem::find(beginning, KIND).is_some()
}

fn other(kind: &str, record: &Record<'_>) -> serde_json::Result<Step> {
    let json = payload::<Box<RawValue>>(record)?.get().to_owned();
    Ok(Step::Item(None, ItemKind::Other { kind: kind.to_owned(), json }))
}

/// The history that replaces the old one is counted, not read: it can be as long as a line can.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Compacted {
    message: Option<String>,
    replacement_history: Option<Vec<IgnoredAny>>,
}

fn compaction(line: Compacted) -> Step {
    let summary = line.message.filter(|message| !message.is_empty());
    let kept = line.replacement_history.map(|items| items.len() as u64);
    Step::Item(None, ItemKind::Compaction { summary, kept })
}
