//! The words of a record: which texts it holds, of what kind, as a person would read them.
//!
//! A tool call is its name and each text in its arguments, a line for each; the oldest outputs are
//! JSON in a string, of which the output alone is taken. Events are refused: they say again what
//! items have said.

use std::borrow::Cow;

use memchr::memmem;
use rollout_schema::LineKind;
use rollout_schema::context::is_contextual_user;
use serde::Deserialize;

use super::hit::HitKind;
use super::words::{AllWords, TextWords};
use crate::records::Record;

/// One text of a record.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) kind: HitKind,
    pub(super) tool: Option<Cow<'a, str>>,
    pub(super) call_id: Option<Cow<'a, str>>,
    pub(super) text: Cow<'a, str>,
}

/// What of an item, or of another line's payload, can hold or name words.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    content: TextWords<'a>,
    #[serde(borrow)]
    summary: TextWords<'a>,
    #[serde(borrow)]
    output: TextWords<'a>,
    #[serde(borrow)]
    arguments: AllWords<'a>,
    #[serde(borrow)]
    action: AllWords<'a>,
    #[serde(borrow)]
    input: AllWords<'a>,
    #[serde(borrow)]
    revised_prompt: AllWords<'a>,
    #[serde(borrow)]
    tools: AllWords<'a>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    payload: Item<'a>,
}

/// Whether lines of a kind may hold words; `Other` kinds are told apart by [`for_each_text`].
pub(super) fn may_hold_words(kind: LineKind) -> bool {
    matches!(kind, LineKind::ResponseItem | LineKind::Compacted | LineKind::Other)
}

/// Pushes the texts of a record, none if it is of a kind without words. What is wrong with it is
/// said after those texts that can be read.
///
/// `json` is the record as text: not always its bytes, which may not be UTF-8.
pub(super) fn for_each_text<'a>(
    record: &Record<'_>,
    json: &'a str,
    take: impl FnMut(Text<'a>),
) -> Result<(), serde_json::Error> {
    let of: fn(Item<'a>) -> Vec<Text<'a>> = match record.head.kind {
        LineKind::ResponseItem => item_texts,
        LineKind::Compacted => |item| one(HitKind::Compaction, None, None, item.message.into_iter().collect()),
        LineKind::Other if is_inter_agent(record) => |item| one(HitKind::Assistant, None, None, item.content.0),
        _ => return Ok(()),
    };
    let mut json = serde_json::Deserializer::from_str(json);
    let item = if record.bare { Item::deserialize(&mut json)? } else { Envelope::deserialize(&mut json)?.payload };
    of(item).into_iter().for_each(take);
    // Behind a record that was not taken apart there may stand a piece of another.
    json.end()
}

/// Whether a record is a message between agents on a line of its own.
fn is_inter_agent(record: &Record<'_>) -> bool {
    let envelope = &record.json[..record.json.len() - record.head.payload.len()];
    !record.bare && memmem::find(envelope, b"\"inter_agent_communication\"").is_some()
}

fn item_texts(item: Item<'_>) -> Vec<Text<'_>> {
    let kind = item.kind.as_deref().unwrap_or_default();
    if kind == "message" {
        return message_texts(item.role.as_deref().unwrap_or_default(), item.content.0);
    }
    let (of, tool, words) = match kind {
        "agent_message" => (HitKind::Assistant, None, item.content.0),
        "reasoning" => (HitKind::Reasoning, None, [item.summary.0, item.content.0].concat()),
        "function_call" => {
            let words = item.name.iter().cloned().chain(item.arguments.0.into_iter().flat_map(inner_words));
            (HitKind::Tool, item.name.clone(), words.collect())
        }
        "custom_tool_call" => (HitKind::Tool, item.name.clone(), item.name.into_iter().chain(item.input.0).collect()),
        "local_shell_call" | "web_search_call" | "tool_search_call" | "image_generation_call" => {
            let tool = Cow::Owned(kind.trim_end_matches("_call").to_owned());
            (HitKind::Tool, Some(tool), [item.action.0, item.arguments.0, item.revised_prompt.0].concat())
        }
        "function_call_output" | "custom_tool_call_output" => {
            (HitKind::Output, item.name, item.output.0.into_iter().map(inner_output).collect())
        }
        "tool_search_output" => (HitKind::Output, Some(Cow::Borrowed("tool_search")), item.tools.0),
        _ => return Vec::new(),
    };
    one(of, tool, item.call_id, words)
}

/// A message of the user may come together with context, each in parts of its own.
fn message_texts<'a>(role: &str, parts: Vec<Cow<'a, str>>) -> Vec<Text<'a>> {
    if role == "assistant" {
        return one(HitKind::Assistant, None, None, parts);
    }
    let (context, user) = parts.into_iter().partition(|part| role != "user" || is_contextual_user(part));
    let texts = [(HitKind::Context, context), (HitKind::User, user)];
    texts.into_iter().flat_map(|(kind, parts)| one(kind, None, None, parts)).collect()
}

/// One text of some words, or none of none.
fn one<'a>(
    kind: HitKind,
    tool: Option<Cow<'a, str>>,
    call_id: Option<Cow<'a, str>>,
    mut words: Vec<Cow<'a, str>>,
) -> Vec<Text<'a>> {
    let text = match words.len() {
        0 => return Vec::new(),
        1 => words.swap_remove(0),
        _ => Cow::Owned(words.join("\n")),
    };
    vec![Text { kind, tool, call_id, text }]
}

/// The texts in arguments, which are JSON in a string; if they are none, the string itself.
fn inner_words(arguments: Cow<'_, str>) -> Vec<Cow<'_, str>> {
    match serde_json::from_str::<AllWords<'_>>(&arguments) {
        Ok(words) => words.0.into_iter().map(|word| Cow::Owned(word.into_owned())).collect(),
        Err(_) => vec![arguments],
    }
}

/// In older versions a command's output is JSON in a string: `{"output":…,"metadata":{…}}`.
fn inner_output(output: Cow<'_, str>) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Inner {
        output: String,
    }
    if !output.starts_with("{\"output\":") {
        return output;
    }
    serde_json::from_str(&output).map_or(output, |Inner { output }| Cow::Owned(output))
}
