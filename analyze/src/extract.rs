//! One rollout in, its facts out: the second depth of reading.
//!
//! Most lines end at their head: they are items of the conversation and hold no usage. The few
//! kinds that matter are parsed into the narrow views of `rollout-schema`.
//!
//! Refuses to decide what is billed, and to look at any other file.

use std::borrow::Cow;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::ops::ControlFlow;
use std::sync::Arc;

use replay::{
    Clock, Head, Identity, Line, LineReader, LineSink, MAX_LINE, Place, Problem, Progress, Record, RolloutFile, Rule,
    Want, for_each_line, head, holds_record_start, is_single_response_item, reason, records, single_record,
    token_count_record,
};
use rollout_schema::context::is_not_a_persons;
use rollout_schema::{
    EventKind, ItemCompleted, LineKind, ThreadId, ThreadSettingsApplied, TokenCountEvent, TokenUsage, TokenUsageRecord,
    TurnBoundary, TurnContext, TurnId, UserMessageEvent,
};
use rustc_hash::{FxHashMap, FxHasher};
use serde::Deserialize;

use crate::candidates::Candidates;
use crate::facts::{Ancestor, Candidate, Claim, Count, Record as UsageRecord, Review, RolloutFacts, Span, Turn};
use crate::title;

/// Reads one rollout, and tells `progress` how far it is.
pub fn extract(reader: &mut LineReader, file: &RolloutFile, progress: &dyn Progress) -> RolloutFacts {
    let mut extractor = Extractor::new(file);
    let mut extent = replay::Extent::default();
    if let Err(error) = for_each_line(reader, file, progress, &mut extractor, &mut extent) {
        let problem = error.into_problem(&file.path, extent.lines);
        extractor.facts.problems.push(problem);
    }
    extractor.facts.extent = extent;
    extractor.finish()
}

/// The envelope around a payload of a known kind.
#[derive(Deserialize)]
struct Enveloped<T> {
    payload: T,
}

/// Settings that hold until they are changed, for turns without a `turn_context` of their own.
#[derive(Clone, Default)]
struct Settings {
    model: Option<Arc<str>>,
    effort: Option<Arc<str>>,
}

struct Extractor {
    facts: RolloutFacts,
    identified: bool,
    turn_index: FxHashMap<TurnId, u32>,
    turn: Option<u32>,
    /// Settings in force, which a turn without context, such as a manual compaction, runs with.
    settings: Settings,
    /// The latest `turn_context` from behind its turn id on, as long as `settings` come from it.
    context: Option<Box<[u8]>>,
    /// Models and efforts repeat: each text is held once.
    texts: FxHashMap<Box<str>, Arc<str>>,
    open_review: Option<u16>,
    context_since_count: bool,
    output_since_context: bool,
    item_title: Option<String>,
    /// Whether the long line that is being read was asked for.
    wants_long_line: bool,
    clock: Clock,
}

impl Extractor {
    fn new(file: &RolloutFile) -> Self {
        Self {
            facts: RolloutFacts {
                file: file.clone(),
                name: file.name(),
                identity: Identity::default(),
                ancestors: Vec::new(),
                turns: Vec::new(),
                candidates: Candidates::default(),
                reviews: Vec::new(),
                first_user_message: None,
                bare: false,
                extent: replay::Extent::default(),
                problems: Vec::new(),
            },
            identified: false,
            turn_index: FxHashMap::default(),
            turn: None,
            settings: Settings::default(),
            context: None,
            texts: FxHashMap::default(),
            open_review: None,
            context_since_count: false,
            output_since_context: false,
            item_title: None,
            wants_long_line: false,
            clock: Clock::default(),
        }
    }

    fn finish(mut self) -> RolloutFacts {
        self.facts.turns.shrink_to_fit();
        self.facts.first_user_message = self.facts.first_user_message.or(self.item_title);
        if self.facts.identity.thread_id.is_none() {
            self.facts.identity.thread_id = self.facts.name.thread_id.as_deref().map(ThreadId::from);
        }
        self.facts
    }

    fn record(&mut self, line: u64, record: &Record<'_>) {
        self.facts.bare |= record.bare;
        match record.head.kind {
            LineKind::EventMsg => self.event(line, record),
            LineKind::TokenUsageRecord => self.usage_record(line, record),
            LineKind::TurnContext => self.turn_context(line, record),
            LineKind::SessionMeta => self.session_meta(line, record),
            LineKind::ResponseItem => self.response_item(record),
            LineKind::Compacted | LineKind::Other => {}
        }
    }

    fn event(&mut self, line: u64, record: &Record<'_>) {
        match EventKind::from_wire(record.head.payload_type) {
            EventKind::TokenCount => self.token_count(line, record),
            EventKind::TurnStarted => {
                let usual = record.head.payload.strip_prefix(br#"{"type":"task_started","turn_id":""#);
                if let Some((id, _)) = usual.and_then(plain_text) {
                    self.turn = Some(self.turn_by_id(id));
                } else if let Some(TurnBoundary { turn_id: Some(id) }) = self.parse(line, record) {
                    self.turn = Some(self.turn_by_id(&id));
                }
            }
            // Where turns have ids only the first message is wanted, for its words.
            EventKind::UserMessage if self.facts.first_user_message.is_some() && self.turn_has_id() => {}
            EventKind::UserMessage => {
                if let Some(UserMessageEvent { message: Some(text) }) = self.parse(line, record) {
                    self.user_message(&text);
                }
            }
            EventKind::ItemCompleted => {
                // Other items have other shapes, and only the user's words are wanted.
                if let Ok(event) = serde_json::from_slice::<Enveloped<ItemCompleted<'_>>>(record.json)
                    && let Some(text) = event.payload.user_text()
                {
                    self.user_message(&text);
                }
            }
            EventKind::ModelOutput => self.output_since_context = true,
            EventKind::EnteredReviewMode => {
                let from = self.time(line, record);
                self.open_review = u16::try_from(self.facts.reviews.len()).ok();
                self.facts.reviews.push(Review { from, to: None });
            }
            EventKind::ExitedReviewMode => self.leave_review(line, record),
            EventKind::ThreadSettingsApplied => {
                if let Some(ThreadSettingsApplied { thread_settings: Some(settings) }) = self.parse(line, record) {
                    self.context = None;
                    self.settings = Settings {
                        model: settings.model.map(|model| self.text(&model)),
                        effort: settings.reasoning_effort.map(|effort| self.text(&effort)),
                    };
                }
            }
            EventKind::Other => {}
        }
    }

    fn token_count(&mut self, line: u64, record: &Record<'_>) {
        let vectors = match TokenCountEvent::from_usual_form(record.head.payload) {
            Some(count) => count.vectors.map(|(last, total)| (Some(last), Some(total))),
            None => {
                let Some(event) = self.parse::<TokenCountEvent>(line, record) else { return };
                event.info.map(|info| (info.last_token_usage.valid(), info.total_token_usage.valid()))
            }
        };
        self.count(line, record, vectors);
    }

    /// Notes a `token_count` with its latest usage and its running total.
    fn count(&mut self, line: u64, record: &Record<'_>, vectors: Option<(Option<TokenUsage>, Option<TokenUsage>)>) {
        let claim = match vectors {
            None => Claim::NoInfo,
            Some((last, total)) => {
                if last.is_none() || total.is_none() {
                    self.invalid_count(line, record, last.is_none() && total.is_none());
                }
                Claim::Count(Count { last, total, fresh_turn: self.context_since_count && self.output_since_context })
            }
        };
        self.context_since_count = false;
        self.push(line, record, claim, self.turn);
    }

    fn usage_record(&mut self, line: u64, record: &Record<'_>) {
        let Some(payload) = self.parse::<TokenUsageRecord<'_>>(line, record) else { return };
        let usage = payload.usage.and_then(|usage| usage.valid());
        if usage.is_none() {
            self.invalid_count(line, record, true);
        }
        let turn = payload.turn_id.as_deref().map(|id| self.turn_by_id(id)).or(self.turn);
        let claim = Claim::Record(UsageRecord {
            thread_id: payload.thread_id.as_deref().map(ThreadId::from),
            response_id: payload.response_id.as_deref().map(Into::into),
            usage,
        });
        self.push(line, record, claim, turn);
    }

    fn push(&mut self, line: u64, record: &Record<'_>, claim: Claim, turn: Option<u32>) {
        let at = self.time(line, record);
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let own_from = self.facts.identity.own_from_ordinal;
        self.facts.candidates.push(Candidate {
            span: Span {
                offset: record.offset,
                line: small(line),
                length: small(record.json.len() as u64),
                column: small(record.column),
            },
            at,
            turn,
            review: self.open_review,
            inherited: record.head.ordinal.zip(own_from).map(|(ordinal, own)| ordinal < own),
            claim,
        });
    }

    fn leave_review(&mut self, line: u64, record: &Record<'_>) {
        let Some(index) = self.open_review.take() else { return };
        let to = self.time(line, record);
        if let Some(review) = self.facts.reviews.get_mut(usize::from(index)) {
            review.to = to;
        }
    }

    fn turn_context(&mut self, line: u64, record: &Record<'_>) {
        // A review writes no context into this file: one that was cut short is over by now.
        self.leave_review(line, record);
        let usual = record.head.payload.strip_prefix(br#"{"turn_id":""#).and_then(plain_text);
        match usual {
            // Consecutive turns differ in their id only: what follows it was parsed already.
            Some((id, rest)) if self.context.as_deref() == Some(rest) => {
                let index = self.turn_by_id(id);
                self.begin_turn(index, self.settings.clone());
            }
            _ => {
                let Some(context) = self.parse::<TurnContext<'_>>(line, record) else { return };
                let index = match &context.turn_id {
                    Some(id) => self.turn_by_id(id),
                    None => {
                        // The prompt stands before the context in versions without turn ids.
                        let prompt = self.turn.and_then(|turn| self.facts.turns.get(turn as usize)?.prompt);
                        self.new_turn(Turn { prompt, ..Turn::default() })
                    }
                };
                let model = context.model.map(|model| self.text(&model));
                let effort = context.effort.map(|effort| self.text(&effort));
                self.begin_turn(index, Settings { model, effort });
                self.context = usual.map(|(_, rest)| rest.into());
            }
        }
    }

    fn begin_turn(&mut self, index: u32, settings: Settings) {
        if let Some(turn) = self.facts.turns.get_mut(index as usize) {
            turn.model = settings.model.clone();
            turn.effort = settings.effort.clone();
        }
        self.settings = settings;
        self.turn = Some(index);
        self.context_since_count = true;
        self.output_since_context = false;
    }

    fn session_meta(&mut self, line: u64, record: &Record<'_>) {
        let at = self.time(line, record);
        let meta = Identity::of_record(record);
        let meta = match meta {
            Ok(meta) => meta,
            Err(_) if self.read_lossily(line, record) => return,
            Err(error) => return self.unexpected(line, record, &error),
        };
        if self.identified {
            self.facts.ancestors.extend(meta.thread_id.map(|thread_id| Ancestor { thread_id, at }));
            return;
        }
        self.identified = true;
        self.facts.identity = Identity { created: meta.created.or(at), ..meta };
    }

    /// Whether an item of the conversation could matter: for the title, or as a sign of a new turn.
    fn wants_items(&self) -> bool {
        !self.has_title() || self.awaits_output()
    }

    fn has_title(&self) -> bool {
        self.facts.first_user_message.is_some() || self.item_title.is_some()
    }

    /// Whether a turn began and the model has not answered in it yet.
    fn awaits_output(&self) -> bool {
        self.context_since_count && !self.output_since_context
    }

    fn response_item(&mut self, record: &Record<'_>) {
        if self.awaits_output() {
            self.output_since_context =
                matches!(record.head.payload_type, b"reasoning" | b"function_call" | b"custom_tool_call");
        }
        if record.head.payload_type == b"message" && !self.has_title() {
            self.item_title = title::of_item(record.json, record.bare);
        }
    }

    fn user_message(&mut self, text: &str) {
        let prompt = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        let index = match self.turn {
            Some(turn) if self.turn_has_id() => turn,
            // Without turn ids a prompt begins a turn.
            _ => self.new_turn(Turn::default()),
        };
        if let Some(turn) = self.facts.turns.get_mut(index as usize) {
            turn.prompt = Some(prompt);
        }
        self.turn = Some(index);
        if self.facts.first_user_message.is_none() && !is_not_a_persons(text) {
            self.facts.first_user_message = title::shorten(text);
        }
    }

    fn turn_has_id(&self) -> bool {
        let turn = self.turn.and_then(|turn| self.facts.turns.get(turn as usize));
        turn.and_then(|turn| turn.id.as_ref()).is_some_and(|id| id.began().is_some())
    }

    fn turn_by_id(&mut self, id: &str) -> u32 {
        let id = TurnId::from(id);
        // Lines of one turn stand together.
        let latest = self
            .turn
            .filter(|&turn| self.facts.turns.get(turn as usize).is_some_and(|turn| turn.id.as_ref() == Some(&id)));
        if let Some(index) = latest.or_else(|| self.turn_index.get(&id).copied()) {
            return index;
        }
        let index = self.new_turn(Turn { id: Some(id.clone()), ..Turn::default() });
        self.turn_index.insert(id, index);
        index
    }

    fn new_turn(&mut self, turn: Turn) -> u32 {
        let Settings { model, effort } = self.settings.clone();
        self.facts.turns.push(Turn { model, effort, ..turn });
        u32::try_from(self.facts.turns.len() - 1).unwrap_or(u32::MAX)
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(text.into(), Arc::clone(&shared));
        shared
    }

    /// The payload, or `None` with a problem.
    fn parse<'a, T: Deserialize<'a>>(&mut self, line: u64, record: &Record<'a>) -> Option<T> {
        match serde_json::from_slice::<Enveloped<T>>(record.json) {
            Ok(enveloped) => Some(enveloped.payload),
            Err(error) => {
                if !self.read_lossily(line, record) {
                    self.unexpected(line, record, &error);
                }
                None
            }
        }
    }

    /// Reads a record that is not UTF-8 with replacement characters. False if it is UTF-8.
    fn read_lossily(&mut self, line: u64, record: &Record<'_>) -> bool {
        let Cow::Owned(text) = String::from_utf8_lossy(record.json) else { return false };
        let place = self.place(line, record.column);
        self.facts.problems.push(Problem::not_utf8(place));
        let head = head(text.as_bytes()).unwrap_or(Head { payload: b"", ..record.head });
        self.record(line, &Record { json: text.as_bytes(), head, ..*record });
        true
    }

    fn time(&mut self, line: u64, record: &Record<'_>) -> Option<i64> {
        if record.bare && record.head.timestamp.is_empty() {
            return None;
        }
        let parsed = self.clock.parse(record.head.timestamp);
        if !matches!(parsed, Some((_, true))) {
            let raw = String::from_utf8_lossy(record.head.timestamp);
            let message = match parsed {
                Some(_) => format!("unusual time {raw}, read as UTC"),
                None if raw.is_empty() => "no time".to_owned(),
                None => format!("cannot read the time {raw}"),
            };
            self.problem(Rule::OddTimestamp, line, record.column, message, false);
        }
        parsed.map(|(millis, _)| millis)
    }

    fn invalid_count(&mut self, line: u64, record: &Record<'_>, loses_record: bool) {
        let message = "a token count is negative, fractional or impossibly large".to_owned();
        self.problem(Rule::InvalidCount, line, record.column, message, loses_record);
    }

    fn unexpected(&mut self, line: u64, record: &Record<'_>, error: &serde_json::Error) {
        let column = record.column + error.column().saturating_sub(1) as u64;
        let rule = if error.is_data() { Rule::WrongType } else { Rule::InvalidJson };
        self.problem(rule, line, column, reason(error), true);
    }

    fn problem(&mut self, rule: Rule, line: u64, column: u64, message: String, loses_record: bool) {
        let place = self.place(line, column);
        self.facts.problems.push(Problem { rule, place, message, loses_record });
    }

    fn place(&self, line: u64, column: u64) -> Place {
        Place { path: Arc::clone(&self.facts.file.path), line, column }
    }
}

/// A JSON string without escapes, whose opening quote is already read, and what follows it.
fn plain_text(json: &[u8]) -> Option<(&str, &[u8])> {
    let end = json.iter().take(64).position(|byte| matches!(byte, b'"' | b'\\'))?;
    let text = std::str::from_utf8(&json[..end]).ok()?;
    (json[end] == b'"').then_some((text, &json[end + 1..]))
}

impl LineSink for Extractor {
    fn want(&mut self, beginning: &[u8]) -> Want {
        self.wants_long_line = head(beginning).is_none_or(|head| match head.kind {
            LineKind::SessionMeta | LineKind::TurnContext | LineKind::TokenUsageRecord => true,
            // A message of that length is not read for its words.
            LineKind::EventMsg => {
                matches!(head.event(), Some(EventKind::TokenCount | EventKind::ThreadSettingsApplied))
            }
            LineKind::ResponseItem | LineKind::Compacted | LineKind::Other => false,
        });
        if self.wants_long_line { Want::Whole } else { Want::Nothing }
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        if line.passed_over {
            if std::mem::take(&mut self.wants_long_line) {
                let message = format!("the line is longer than {} MiB and was not read", MAX_LINE >> 20);
                self.problem(Rule::LineTooLong, line.number, line.column, message, true);
            }
            return ControlFlow::Continue(());
        }
        // Half of what matters are these lines, and what was read of them cannot hold another record.
        if let Some(record) = token_count_record(line)
            && let Some(count) = TokenCountEvent::from_usual_form(record.head.payload)
            && !holds_record_start(count.rest)
        {
            self.count(line.number, &record, count.vectors.map(|(last, total)| (Some(last), Some(total))));
            return ControlFlow::Continue(());
        }
        if !self.wants_items() && is_single_response_item(line) {
            return ControlFlow::Continue(());
        }
        if let Some(record) = single_record(line) {
            self.record(line.number, &record);
            return ControlFlow::Continue(());
        }
        let path = Arc::clone(&self.facts.file.path);
        let mut problems = Vec::new();
        records(&path, line, |record| self.record(line.number, &record), |problem| problems.push(problem));
        self.facts.problems.append(&mut problems);
        ControlFlow::Continue(())
    }
}
