//! The second half of rebuilding: forward from the checkpoint, item by item.

use std::io::SeekFrom;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rollout_schema::LineKind;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::checkpoint::Start;
use super::item::{Class, Entry, HELD, View};
use super::read::{self, History, Sources};
use super::{At, Cut, legacy};
use crate::chain::Chain;
use crate::identity::Identity;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::{Place, Problem, ReadError, reason};
use crate::records::{Record, records};
use crate::rule::Rule;

/// Collects the items of a chain.
pub(super) struct Fold<'a> {
    chain: &'a Chain,
    sources: Sources,
    items: Items,
}

/// The items collected so far.
#[derive(Default)]
pub(super) struct Items {
    pub(super) entries: Vec<Entry>,
    pub(super) held: Vec<Box<str>>,
    problems: Vec<Problem>,
    /// How the version that began the file rebuilt a history without a replacement.
    dialect: legacy::Dialect,
    /// A compaction without replacement: items must be read again before the next line is.
    legacy: Option<LegacyCompaction>,
}

struct LegacyCompaction {
    summary: String,
    /// Where reading goes on.
    resume: Extent,
}

/// A `compacted` payload.
#[derive(Deserialize)]
pub(super) struct Compacted<'a> {
    #[serde(default)]
    message: String,
    #[serde(borrow, default)]
    pub(super) replacement_history: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RolledBack {
    #[serde(default)]
    num_turns: u64,
}

/// A message between agents, as 0.140 to 0.142 wrote it.
#[derive(Deserialize)]
struct InterAgentCommunication {
    author: String,
    recipient: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    encrypted_content: Option<String>,
    #[serde(default)]
    trigger_turn: bool,
}

impl<'a> Fold<'a> {
    pub(super) fn new(chain: &'a Chain, sources: Sources) -> Self {
        Self { chain, sources, items: Items::default() }
    }

    /// Collects the items from `start` up to `cut`.
    pub(super) fn run(&mut self, cut: &Cut, start: Start) -> Result<(), ReadError> {
        if let Start { after: Some(At { piece, offset, length }), survives: true } = start {
            let mut buffer = Vec::new();
            read::record(&mut self.sources, self.chain, piece, offset, length, &mut buffer)?;
            if let Ok(Compacted { replacement_history: Some(list), .. }) = read::payload(&buffer) {
                self.items.replace(list);
            }
        }
        let mut reader = LineReader::default();
        for index in start.after.map_or(0, |at| at.piece)..self.chain.pieces.len() {
            let Some(end) = cut.end_of(index) else { break };
            let piece = &self.chain.pieces[index];
            let after = start.after.filter(|at| at.piece == index).map(|at| at.offset + at.length as u64);
            self.piece(&mut reader, index, after.unwrap_or(piece.from), end.min(piece.to.unwrap_or(u64::MAX)))?;
        }
        Ok(())
    }

    fn piece(&mut self, reader: &mut LineReader, index: usize, from: u64, end: u64) -> Result<(), ReadError> {
        let piece = &self.chain.pieces[index];
        let known = self.items.problems.len();
        let mut extent = Extent { lines: 0, bytes: from };
        loop {
            let seekable = self.sources.open(self.chain, index)?;
            seekable.source.seek(SeekFrom::Start(extent.bytes))?;
            let mut lines = Lines { items: &mut self.items, path: &piece.file.path, index, end };
            reader.read(&mut seekable.source, &mut lines, &mut extent)?;
            let Some(LegacyCompaction { summary, resume }) = self.items.legacy.take() else { break };
            legacy::rebuild(&mut self.items, &summary, &mut self.sources, self.chain)?;
            extent = resume;
        }
        let damage = self.sources.open(self.chain, index)?.damage.take();
        if from > 0 && self.items.problems.len() > known {
            let before = self.sources.count_lines(self.chain, index, from)?;
            self.items.problems[known..].iter_mut().for_each(|problem| problem.place.line += before);
        }
        self.items.problems.extend(damage.map(|error| error.into_problem(&piece.file.path, 0)));
        Ok(())
    }

    /// Drops the newest `turns` user turns.
    pub(super) fn drop_turns(&mut self, turns: u64) {
        self.items.drop_turns(turns);
    }

    pub(super) fn finish(self) -> History {
        let Items { entries, held, problems, .. } = self.items;
        History { chain: self.chain.clone(), sources: self.sources, entries, held, problems }
    }
}

impl Items {
    pub(super) fn dialect(&self) -> legacy::Dialect {
        self.dialect
    }

    /// Adds an item that stands in no line of its own.
    pub(super) fn hold(&mut self, json: String) {
        let class = serde_json::from_str::<View<'_>>(&json).ok().and_then(|view| view.class());
        if let Some((class, call)) = class {
            let offset = self.held.len() as u64;
            self.held.push(json.into());
            self.entries.push(Entry { offset, call, length: 0, piece: HELD, class });
        }
    }

    /// Begins anew with the items of a replacement history.
    fn replace(&mut self, list: &RawValue) {
        self.entries.clear();
        self.held.clear();
        let items: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
        items.into_iter().for_each(|item| self.hold(item.get().to_owned()));
    }

    /// Drops the newest `turns` user turns, and the settings that were told before the first of them.
    fn drop_turns(&mut self, turns: u64) {
        let begins_turn = |entry: &Entry| matches!(entry.class, Class::User | Class::Agent);
        let begins: Vec<usize> = (0..self.entries.len()).filter(|&at| begins_turn(&self.entries[at])).collect();
        let (Some(&first), true) = (begins.first(), turns > 0) else { return };
        let kept = begins.len().saturating_sub(usize::try_from(turns).unwrap_or(usize::MAX));
        let mut end = begins[kept];
        let is_context =
            |class| matches!(class, Class::UserContext | Class::Opening | Class::DeveloperContext | Class::ModelSwitch);
        while end > first && is_context(self.entries[end - 1].class) {
            end -= 1;
        }
        self.entries.truncate(end);
    }
}

/// Takes the lines of one piece.
struct Lines<'a> {
    items: &'a mut Items,
    path: &'a Arc<Path>,
    index: usize,
    end: u64,
}

impl Lines<'_> {
    fn record(&mut self, line: &Line<'_>, record: &Record<'_>) -> Result<(), serde_json::Error> {
        match record.head.kind {
            LineKind::ResponseItem => {
                if let Some((class, call)) = read::view(record)?.class() {
                    let piece = u16::try_from(self.index).unwrap_or(HELD - 1);
                    let length = record.length as u32; // a line has at most 32 MiB
                    self.items.entries.push(Entry { offset: record.offset, call, length, piece, class });
                }
            }
            LineKind::Compacted => {
                let compacted: Compacted<'_> = read::payload(record.json)?;
                match compacted.replacement_history {
                    Some(list) => self.items.replace(list),
                    None => {
                        let bytes = record.offset + record.length as u64;
                        let resume = Extent { lines: line.number - 1, bytes };
                        self.items.legacy = Some(LegacyCompaction { summary: compacted.message, resume });
                    }
                }
            }
            LineKind::EventMsg if record.head.payload_type == b"thread_rolled_back" => {
                let RolledBack { num_turns } = read::payload(record.json)?;
                self.items.drop_turns(num_turns);
            }
            LineKind::SessionMeta if line.number == 1 => {
                self.items.dialect = legacy::Dialect::of(Identity::of_record(record)?.minor_version());
            }
            LineKind::Other if is_inter_agent(record.json) => {
                let message: InterAgentCommunication = read::payload(record.json)?;
                self.items.hold(message.into_item());
            }
            _ => {}
        }
        Ok(())
    }
}

impl LineSink for Lines<'_> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        if line.offset >= self.end {
            return ControlFlow::Break(());
        }
        if line.passed_over {
            self.items.problems.push(Problem::line_too_long(self.path, line));
            return ControlFlow::Continue(());
        }
        let path = Arc::clone(self.path);
        let (mut problems, mut unexpected) = (Vec::new(), Vec::new());
        let take = |record: Record<'_>| {
            if self.items.legacy.is_none()
                && let Err(error) = self.record(&line, &record)
            {
                let place = Place { path: Arc::clone(&path), line: line.number, column: record.column };
                let message = reason(&error);
                unexpected.push(Problem { rule: Rule::WrongType, place, message, loses_record: true });
            }
        };
        records(&path, line, take, |problem| problems.push(problem));
        self.items.problems.extend(problems.into_iter().chain(unexpected));
        if self.items.legacy.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Whether a line of a rare kind is a message between agents: its kind stands at its beginning.
fn is_inter_agent(json: &[u8]) -> bool {
    let beginning = &json[..json.len().min(128)];
    memchr::memmem::find(beginning, b"\"type\":\"inter_agent_communication\"").is_some()
}

impl InterAgentCommunication {
    /// The item that the model sees in its place.
    fn into_item(self) -> String {
        let Self { author, recipient, content, encrypted_content, trigger_turn } = self;
        let parts = match encrypted_content {
            Some(text) => {
                // What is encrypted is introduced in words; what is not has its introduction in it.
                let kind = if trigger_turn { "NEW_TASK" } else { "MESSAGE" };
                let introduction =
                    format!("Message Type: {kind}\nTask name: {recipient}\nSender: {author}\nPayload:\n");
                json!([
                    { "type": "input_text", "text": introduction },
                    { "type": "encrypted_content", "encrypted_content": text },
                ])
            }
            None => json!([{ "type": "input_text", "text": content }]),
        };
        json!({ "type": "agent_message", "author": author, "recipient": recipient, "content": parts }).to_string()
    }
}
