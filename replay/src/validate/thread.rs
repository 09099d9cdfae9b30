//! Lines that belong together: one file seen as a thread.
//!
//! Remembers ids, open calls and open turns, never lines. What needs other files is handed on as
//! [`FileFacts`].

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use rollout_schema::check::Checked;
use rollout_schema::{HistoryBase, SessionMeta, SessionSource, TokenCountEvent, TokenUsage};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::Desk;
use crate::discover::{RolloutFile, RolloutName};
use crate::layout::{ARCHIVE, LIVE};
use crate::lines::{Extent, Line};
use crate::rule::Rule;
use crate::timestamp::Clock;

/// What other files need to know of a file, and what the file needs of them.
#[derive(Clone, Debug, Default)]
pub(super) struct FileFacts {
    pub(super) cli_version: Option<Box<str>>,
    pub(super) bytes: u64,
    pub(super) base: Option<HistoryBase>,
    pub(super) forked_from: Option<Box<str>>,
    pub(super) is_paginated: bool,
}

/// Records within which a user's message must stand for a thread to be listed: the session metadata
/// is looked for in the first 10, the message in about 200 more.
const LISTED_WITHIN: u64 = 210;

/// A place in the file.
type At = (u64, u64);

pub(super) struct Thread {
    name: RolloutName,
    is_named: bool,
    store: Option<Store>,
    /// Whether no record was seen yet.
    untouched: bool,
    records: u64,
    clock: Clock,
    id: Option<Box<str>>,
    facts: FileFacts,
    is_bare: bool,
    is_subagent: bool,
    next_ordinal: Option<u64>,
    last_without_ordinal: Option<At>,
    user_message: Option<u64>,
    /// Calls without output and turns without end, by the hash of their id.
    calls: HashMap<u64, At>,
    turns: HashMap<u64, At>,
    /// Hashes of ids that must be unique: eight bytes each, whatever the size of the file.
    ids: HashSet<u64>,
}

/// Where in a home the file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Store {
    /// Below `sessions/`, with the folders between.
    Sessions(Vec<String>),
    /// In `archived_sessions/`.
    Archive,
}

impl Store {
    fn of(path: &Path) -> Option<Self> {
        let parts: Vec<_> = path.parent()?.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if let Some(at) = parts.iter().rposition(|part| part == LIVE) {
            return Some(Self::Sessions(parts[at + 1..].to_vec()));
        }
        parts.iter().any(|part| part == ARCHIVE).then_some(Self::Archive)
    }
}

fn hash(kind: &str, id: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, id).hash(&mut hasher);
    hasher.finish()
}

impl Thread {
    pub(super) fn new(file: &RolloutFile) -> Self {
        let name = file.name();
        Self {
            is_named: name.thread_id.is_some(),
            store: Store::of(&file.path),
            name,
            untouched: true,
            records: 0,
            clock: Clock::default(),
            id: None,
            facts: FileFacts::default(),
            is_bare: false,
            is_subagent: false,
            next_ordinal: None,
            last_without_ordinal: None,
            user_message: None,
            calls: HashMap::new(),
            turns: HashMap::new(),
            ids: HashSet::new(),
        }
    }

    /// Takes in one record, which stands at `column` of `line`.
    pub(super) fn record(&mut self, line: Line<'_>, json: &[u8], column: u64, checked: &Checked, desk: &mut Desk<'_>) {
        let at = (line.number, column);
        self.records += 1;
        let first = std::mem::take(&mut self.untouched);
        let kind = checked.member(json, "type").unwrap_or_default();
        let has_payload = checked.member(json, "payload").is_some();
        if first {
            self.first(json, kind, checked, at, desk);
        }
        if !has_payload {
            return self.item(kind, at, |name| checked.member(json, name), desk);
        }
        self.timestamp(json, checked, at, desk);
        self.ordinal(json, checked, at, desk);
        let payload = |name: &str| checked.payload_member(json, name);
        match kind {
            b"\"response_item\"" => self.item(payload("type").unwrap_or_default(), at, payload, desk),
            b"\"event_msg\"" => {
                let rest = checked.rest_from_payload(json).unwrap_or_default();
                self.event(payload("type").unwrap_or_default(), rest, at, payload, desk);
            }
            b"\"token_usage_record\"" => {
                self.unique("response_id", payload("response_id"), at, desk);
                usage(payload("usage"), at, desk);
            }
            b"\"compacted\"" => {
                metadata_size(payload("replacement_history"), payload("replacement_history_metadata"), at, desk);
            }
            _ => {}
        }
    }

    fn first(&mut self, json: &[u8], kind: &[u8], checked: &Checked, at: At, desk: &mut Desk<'_>) {
        let header = match kind {
            b"\"session_meta\"" => checked.member(json, "payload"),
            b"" if checked.member(json, "id").is_some() => {
                self.is_bare = true;
                Some(json)
            }
            _ => None,
        };
        let Some(header) = header else {
            let shown = String::from_utf8_lossy(kind).into_owned();
            let message = move || match shown.trim_matches('"') {
                "" => "the first record is no `session_meta`".to_owned(),
                kind => format!("the first record is `{kind}`, not `session_meta`"),
            };
            return if self.is_named {
                desk.find(Rule::FirstLine, at.0, at.1, message);
            } else {
                desk.soften(Rule::FirstLine, at.0, at.1, message);
            };
        };
        // A header of an unexpected shape has faults of its own.
        let Ok(meta) = serde_json::from_slice::<SessionMeta<'_>>(header) else { return };
        self.is_subagent = SessionSource::from_wire(meta.source).kind.as_ref() == "subagent";
        self.id = meta.id.as_deref().map(Into::into);
        self.facts.cli_version = meta.cli_version.as_deref().map(Into::into);
        self.facts.forked_from = meta.forked_from_id.as_deref().map(Into::into);
        self.facts.is_paginated = checked.payload_member(json, "history_mode") == Some(b"\"paginated\"");
        self.next_ordinal = meta.history_base.as_ref().map_or(Some(0), |base| base.end_ordinal_exclusive);
        self.facts.base = meta.history_base;
        if let (Some(id), Some(named)) = (&self.id, &self.name.thread_id)
            && **id != **named
        {
            desk.find(Rule::FileNameId, at.0, at.1, || format!("the name says thread {named}, the file {id}"));
        }
    }

    fn timestamp(&mut self, json: &[u8], checked: &Checked, at: At, desk: &mut Desk<'_>) {
        let Some(written) = checked.member(json, "timestamp").filter(|value| value.starts_with(b"\"")) else { return };
        let message = match self.clock.parse(written) {
            Some((_, true)) => return,
            Some((_, false)) => "time in an unusual form",
            None => "not a time",
        };
        desk.find(Rule::OddTimestamp, at.0, at.1, || format!("{message}: {}", String::from_utf8_lossy(written)));
    }

    fn ordinal(&mut self, json: &[u8], checked: &Checked, at: At, desk: &mut Desk<'_>) {
        let ordinal = checked.member(json, "ordinal");
        let ordinal: Option<u64> = ordinal.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        match ordinal {
            None if self.facts.is_paginated => {
                desk.find(Rule::OrdinalMissing, at.0, at.1, || {
                    "a line of a paginated thread has no ordinal".to_owned()
                });
                self.last_without_ordinal = Some(at);
            }
            None => {}
            Some(ordinal) => {
                self.last_without_ordinal = None;
                match self.next_ordinal {
                    Some(expected) if expected != ordinal => {
                        desk.find(Rule::OrdinalGap, at.0, at.1, || format!("ordinal {ordinal}, expected {expected}"));
                    }
                    _ => {}
                }
                self.next_ordinal = ordinal.checked_add(1);
            }
        }
    }

    fn unique(&mut self, what: &'static str, id: Option<&[u8]>, at: At, desk: &mut Desk<'_>) {
        let Some(id) = id.filter(|id| id.len() > 2 && id.starts_with(b"\"")) else { return };
        if !self.ids.insert(hash(what, id)) {
            desk.find(Rule::DuplicateId, at.0, at.1, || format!("{what} {} stands twice", String::from_utf8_lossy(id)));
        }
    }

    /// A response item, in an envelope or bare.
    fn item<'j>(&mut self, kind: &[u8], at: At, member: impl Fn(&str) -> Option<&'j [u8]>, desk: &mut Desk<'_>) {
        match kind {
            b"\"function_call\"" | b"\"custom_tool_call\"" | b"\"local_shell_call\"" => {
                if let Some(id) = member("call_id").filter(is_text) {
                    self.calls.insert(hash("call", id), at);
                }
            }
            b"\"function_call_output\"" | b"\"custom_tool_call_output\"" => {
                let Some(id) = member("call_id").filter(is_text) else { return };
                // The call may stand in the base or in the part of a parent that was left out.
                let is_continued = self.facts.base.is_some() || self.facts.forked_from.is_some() || self.is_subagent;
                let is_known = self.calls.remove(&hash("call", id)).is_some() || !self.ids.insert(hash("output", id));
                if !is_known && !is_continued {
                    let id = String::from_utf8_lossy(id);
                    desk.find(Rule::OrphanOutput, at.0, at.1, || format!("no call has the id {id}"));
                }
            }
            _ => {}
        }
    }

    fn event<'j>(
        &mut self,
        kind: &[u8],
        payload: &[u8],
        at: At,
        member: impl Fn(&str) -> Option<&'j [u8]>,
        desk: &mut Desk<'_>,
    ) {
        match kind {
            b"\"task_started\"" | b"\"turn_started\"" => {
                if let Some(turn) = member("turn_id").filter(is_text) {
                    self.turns.insert(hash("turn", turn), at);
                }
            }
            b"\"task_complete\"" | b"\"turn_complete\"" | b"\"turn_aborted\"" => {
                let Some(turn) = member("turn_id").filter(is_text) else { return };
                if self.turns.remove(&hash("turn", turn)).is_none() {
                    let turn = String::from_utf8_lossy(turn);
                    desk.find(Rule::UnopenedTurn, at.0, at.1, || format!("turn {turn} ends and did not begin here"));
                }
            }
            b"\"user_message\"" => _ = self.user_message.get_or_insert(self.records),
            b"\"item_completed\"" if self.user_message.is_none() && is_user_message(member("item")) => {
                self.user_message = Some(self.records);
            }
            b"\"token_count\"" => {
                if let Some(usual) = TokenCountEvent::from_usual_form(payload) {
                    return usual.vectors.map_or((), |(last, _)| arithmetic(last, at, desk));
                }
                let info = member("info").and_then(|info| serde_json::from_slice::<Info<'_>>(info).ok());
                usage(info.and_then(|info| info.last_token_usage).map(|usage| usage.get().as_bytes()), at, desk);
            }
            _ => {}
        }
    }

    /// Says what only the whole file tells.
    pub(super) fn finish(mut self, extent: Extent, desk: &mut Desk<'_>) -> FileFacts {
        self.facts.bytes = extent.bytes;
        for at in sorted(&self.calls) {
            desk.find(Rule::UnansweredCall, at.0, at.1, || "the call has no output".to_owned());
        }
        for at in sorted(&self.turns) {
            desk.find(Rule::OpenTurn, at.0, at.1, || "the turn does not end".to_owned());
        }
        self.place(desk);
        if self.untouched {
            desk.find(Rule::EmptyFile, 0, 0, || "the file holds no record".to_owned());
        } else if self.is_bare {
            desk.find(Rule::NotLoaded, 1, 1, || "a file of the bare era (up to 0.29)".to_owned());
        } else if self.is_named && self.facts.base.is_none() && !self.is_subagent {
            let late = match self.user_message {
                None => Some("no user message stands as an event"),
                Some(record) if record > LISTED_WITHIN => Some("the first user message stands too far behind"),
                Some(_) => None,
            };
            if let Some(late) = late {
                desk.find(Rule::NotListed, 0, 0, || late.to_owned());
            }
        }
        if let Some(at) = self.last_without_ordinal {
            let message = || "the last record of a paginated thread has no ordinal".to_owned();
            desk.find(Rule::NotResumable, at.0, at.1, message);
        }
        self.facts
    }

    /// The file's name and folder.
    fn place(&self, desk: &mut Desk<'_>) {
        let Some(store) = &self.store else { return };
        let Some(date) = self.name.date.as_deref().filter(|_| self.is_named) else {
            let message = || "not named rollout-<YYYY-MM-DDThh-mm-ss>-<uuid>.jsonl".to_owned();
            return desk.find(Rule::FileName, 0, 0, message);
        };
        if let Store::Sessions(folders) = store
            && folders.join("-") != date
        {
            let place = folders.join("/");
            let shown = if place.is_empty() { "sessions/".to_owned() } else { format!("sessions/{place}/") };
            desk.find(Rule::DateFolder, 0, 0, || format!("in {shown}, but the name says {date}"));
        }
    }
}

fn sorted(open: &HashMap<u64, At>) -> Vec<At> {
    let mut open: Vec<_> = open.values().copied().collect();
    open.sort_unstable();
    open
}

fn is_text(json: &&[u8]) -> bool {
    json.starts_with(b"\"")
}

/// The part of a `token_count` that says what the last response used.
#[derive(Deserialize)]
struct Info<'a> {
    #[serde(borrow, default)]
    last_token_usage: Option<&'a RawValue>,
}

/// The part of a finished item that says whether it is the user's.
#[derive(Deserialize)]
struct ItemKind<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
}

fn is_user_message(item: Option<&[u8]>) -> bool {
    let item = item.and_then(|item| serde_json::from_slice::<ItemKind<'_>>(item).ok());
    item.and_then(|item| item.kind).is_some_and(|kind| kind.get() == "\"UserMessage\"")
}

/// The counts of one response.
fn usage(json: Option<&[u8]>, at: At, desk: &mut Desk<'_>) {
    let Some(json) = json else { return };
    let Ok(wire) = serde_json::from_slice::<rollout_schema::WireUsage>(json) else { return };
    let Some(usage) = wire.valid() else {
        return desk.find(Rule::InvalidCount, at.0, at.1, || "a token count is no number of tokens".to_owned());
    };
    arithmetic(usage, at, desk);
}

/// Whether counts can be true together.
fn arithmetic(usage: TokenUsage, at: At, desk: &mut Desk<'_>) {
    let TokenUsage { input_tokens: input, output_tokens: output, total_tokens: total, .. } = usage;
    // After a compaction only the total is set: an estimate of the context, no usage.
    if input == 0 && output == 0 {
        return;
    }
    let wrong = if usage.cached_input_tokens.saturating_add(usage.cache_write_input_tokens) > input {
        Some(format!("more cached tokens than the {input} of the input"))
    } else if usage.reasoning_output_tokens > output {
        Some(format!("more reasoning tokens than the {output} of the output"))
    } else if input.saturating_add(output) != total {
        Some(format!("input {input} and output {output} are not the total {total}"))
    } else {
        None
    };
    if let Some(wrong) = wrong {
        desk.find(Rule::UsageArithmetic, at.0, at.1, || wrong);
    }
}

/// One entry of metadata for each item.
fn metadata_size(items: Option<&[u8]>, metadata: Option<&[u8]>, at: At, desk: &mut Desk<'_>) {
    let count = |json: Option<&[u8]>| Some(serde_json::from_slice::<Vec<&RawValue>>(json?).ok()?.len());
    if let (Some(items), Some(metadata)) = (count(items), count(metadata))
        && items != metadata
    {
        desk.find(Rule::MetadataSize, at.0, at.1, || format!("{metadata} entries of metadata for {items} items"));
    }
}
