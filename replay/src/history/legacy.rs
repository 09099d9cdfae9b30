//! What a compaction without replacement history left: rebuilt as the version of the time did.
//!
//! Codex before 0.105 wrote only the summary. The history after it is the opening context, what the
//! user said, and the summary; up to 0.54 the last two were one message.

use std::ops::ControlFlow;

use serde_json::json;

use super::fold::Items;
use super::item::{Class, Entry, View};
use super::read::{self, Sources};
use crate::chain::Chain;
use crate::problem::ReadError;

/// Tokens of user messages that are kept, the newest ones.
const KEPT_TOKENS: usize = 20_000;

/// Bytes that Codex takes for a token.
const TOKEN: usize = 4;

/// How a summary begins since it says what it is: such a message is not the user's.
const SUMMARY: &str =
    "Another language model started to solve this problem and produced a summary of its thinking process";

/// How a history is rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// One message holds what the user said, and the summary (up to 0.54).
    Bridge,
    /// The user's messages stay messages, and the summary follows them.
    #[default]
    Messages,
}

impl Dialect {
    /// The dialect of the version that began a file.
    pub(super) fn of(minor_version: Option<u32>) -> Self {
        if minor_version.is_some_and(|minor| minor < 55) { Self::Bridge } else { Self::Messages }
    }
}

/// Rebuilds the history at a compaction that says no more than `summary`.
pub(super) fn rebuild(items: &mut Items, summary: &str, sources: &mut Sources, chain: &Chain) -> Result<(), ReadError> {
    let opening = opening(&items.entries);
    let mut said = Vec::new();
    let mut buffer = Vec::new();
    for entry in items.entries.iter().filter(|entry| entry.class == Class::User) {
        let json = read::read(sources, chain, &items.held, *entry, &mut buffer)?;
        let text = serde_json::from_str::<View<'_>>(json).map(|view| view.text()).unwrap_or_default();
        if !text.starts_with(SUMMARY) {
            said.push(text);
        }
    }
    // A later version that resumed the file wrote a summary which says what it is.
    let bridge = items.dialect() == Dialect::Bridge && !summary.starts_with(SUMMARY);
    let summary = if summary.is_empty() { "(no summary available)" } else { summary };
    // The news of another model outlives the compaction that the switch itself caused.
    let switch =
        items.entries.iter().rev().take_while(|entry| is_context(entry)).find(|entry| is_switch(entry)).copied();
    items.entries = opening;
    if bridge {
        items.hold(message(&bridge_text(&said, summary)));
        return Ok(());
    }
    newest(said).iter().for_each(|text| items.hold(message(text)));
    items.hold(message(summary));
    items.entries.extend(switch);
    Ok(())
}

fn is_context(entry: &Entry) -> bool {
    matches!(entry.class, Class::Opening | Class::DeveloperContext | Class::Developer | Class::ModelSwitch)
}

fn is_switch(entry: &Entry) -> bool {
    entry.class == Class::ModelSwitch
}

/// The opening context: the last run of it that is as long as the first, since later ones may hold
/// only what changed.
fn opening(entries: &[Entry]) -> Vec<Entry> {
    let runs = entries.chunk_by(|a, b| is_context(a) == is_context(b)).filter(|run| is_context(&run[0]));
    let mut best: Vec<Entry> = Vec::new();
    for run in runs {
        let run: Vec<Entry> = run.iter().filter(|entry| !is_switch(entry)).copied().collect();
        if run.len() >= best.len() {
            best = run;
        }
    }
    best
}

fn message(text: &str) -> String {
    json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] }).to_string()
}

/// The words with which older versions handed a task on to the next context.
fn bridge_text(said: &[String], summary: &str) -> String {
    let said = if said.is_empty() { "(none)".to_owned() } else { said.join("\n\n") };
    format!(
        "You were originally given instructions from a user over one or more turns. Here were the user messages:\n\n\
         {said}\n\n\
         {SUMMARY}. You also have access to the state of the tools that were used by that language model. Use this to \
         build on the work that has already been done and avoid duplicating work. Here is the summary produced by the \
         other language model, use the information in this summary to assist with your own analysis:\n\n\
         {summary}"
    )
}

/// The newest messages that fit, in order; the one that crosses the limit loses its middle.
fn newest(said: Vec<String>) -> Vec<String> {
    let mut left = KEPT_TOKENS;
    let mut kept = Vec::new();
    let _: ControlFlow<()> = said.into_iter().rev().try_for_each(|text| {
        let tokens = text.len().div_ceil(TOKEN);
        if left == 0 {
            return ControlFlow::Break(());
        }
        if tokens <= left {
            left -= tokens;
            kept.push(text);
            return ControlFlow::Continue(());
        }
        kept.push(without_middle(&text, left));
        ControlFlow::Break(())
    });
    kept.reverse();
    kept
}

/// Keeps the beginning and the end of a text that is too long.
fn without_middle(text: &str, tokens: usize) -> String {
    let bytes = tokens * TOKEN;
    let left = text.floor_char_boundary(bytes / 2);
    let right = text.ceil_char_boundary(text.len() - (bytes - bytes / 2));
    let removed = (text.len() - bytes).div_ceil(TOKEN);
    format!("{}…{removed} tokens truncated…{}", &text[..left], &text[right..])
}
