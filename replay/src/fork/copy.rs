//! A fork that stands by itself: the retained records, copied.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use memchr::memmem::Finder;
use rollout_schema::{LineKind, wire};
use serde_json::json;

use super::edge::Unanswered;
use super::interruption::{self, Interruption};
use super::{Leave, meta};
use crate::chain::{Chain, ThreadRecord};
use crate::context_size::estimated;
use crate::history::{Class, view};
use crate::lines::LineReader;
use crate::problem::{Place, Problem, reason};
use crate::records::Record;
use crate::rule::Rule;
use crate::scan::Progress;
use crate::settings;
use crate::sheet::{Failed, Sheet};
use crate::timestamp::Time;

/// How a `token_count` names the counts of a thread.
const INFO: &[u8] = b"\"info\":{";

/// Writes a fork of `kept`, whose first line is `meta`. Gives lines, items, and what was not taken along.
pub(super) fn write(
    kept: &Chain,
    meta: wire::SessionMeta,
    leave: &Leave<'_>,
    progress: &dyn Progress,
    out: impl Write,
) -> Result<((u64, u64), Vec<Problem>), Failed> {
    let Leave { request, edge, at, .. } = *leave;
    let is_paginated = meta::is_paginated(&meta);
    let mut copier = Copier {
        sheet: Sheet::new(out, is_paginated.then_some(0)),
        unanswered: &edge.unanswered,
        began: leave.began,
        has_info: Finder::new(INFO),
        usage: Vec::new(),
        settings: Vec::new(),
        unread: Vec::new(),
        kept,
    };
    copier.sheet.own(at, wire::RolloutItem::SessionMeta(Box::new(meta)))?;
    let mut failed = None;
    let mut problems =
        kept.for_each_record(&mut LineReader::default(), progress, |record| match copier.take(&record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        });
    if let Some(failed) = failed {
        return Err(failed);
    }
    if let Some(usage) = usage(&copier.usage) {
        copier.sheet.own(at, estimated(usage, None))?;
    }
    if let Some(interruption) = Interruption::of(edge) {
        interruption.write(at, &mut copier.sheet)?;
    }
    if let Some(settings) = settings::of_line(&copier.settings) {
        copier.sheet.own(at, settings::applied(request.settings(settings), &request.thread_id))?;
    }
    problems.append(&mut copier.unread);
    Ok((copier.sheet.finish()?, problems))
}

struct Copier<'a, W> {
    sheet: Sheet<W>,
    /// Calls that are answered where they stand.
    unanswered: &'a [Unanswered],
    /// When the source began: the time of lines that have none.
    began: Time,
    has_info: Finder<'static>,
    /// The newest `token_count` with counts, and the newest settings.
    usage: Vec<u8>,
    settings: Vec<u8>,
    unread: Vec<Problem>,
    kept: &'a Chain,
}

impl<W: Write> Copier<'_, W> {
    fn take(&mut self, at: &ThreadRecord<'_>) -> Result<(), Failed> {
        let record = &at.record;
        match record.head.kind {
            LineKind::SessionMeta | LineKind::TokenUsageRecord => return Ok(()),
            LineKind::EventMsg => match record.head.payload_type {
                b"token_count" => {
                    if self.has_info.find(record.json).is_some() {
                        record.json.clone_into(&mut self.usage);
                    }
                    return Ok(());
                }
                // A fork has no name until it is given one.
                b"thread_name_updated" => return Ok(()),
                b"thread_settings_applied" => record.json.clone_into(&mut self.settings),
                _ => {}
            },
            _ => {}
        }
        if record.bare {
            return self.bare(record);
        }
        if !record.has_end() {
            self.unread(at, Rule::InvalidJson, "the line has no end".to_owned());
            return Ok(());
        }
        match self.sheet.copied(record) {
            Err(Failed::Record(error)) => self.unread(at, Rule::WrongType, reason(&error)),
            other => other?,
        }
        let answers = |call: &&Unanswered| call.at.piece == at.piece && call.at.offset == record.offset;
        if let Some(call) = self.unanswered.iter().find(answers) {
            self.sheet.at_time_of(record, interruption::item(&call.output)?)?;
        }
        Ok(())
    }

    /// A line from before there were envelopes gets one.
    fn bare(&mut self, record: &Record<'_>) -> Result<(), Failed> {
        if record.head.kind != LineKind::ResponseItem {
            return Ok(()); // a marker
        }
        let item = interruption::item(&String::from_utf8_lossy(record.json))?;
        let words = view(record).ok().filter(|view| matches!(view.class(), Some((Class::User, _))));
        self.sheet.own(self.began, item)?;
        if let Some(view) = words {
            // Codex lists a thread if a user's message stands in it as an event.
            let event = json!({ "type": "user_message", "message": view.text() });
            let event = serde_json::from_str(&event.to_string()).map_err(Failed::Record)?;
            self.sheet.own(self.began, wire::RolloutItem::EventMsg(Box::new(event)))?;
        }
        Ok(())
    }

    fn unread(&mut self, at: &ThreadRecord<'_>, rule: Rule, message: String) {
        let path = self.kept.file(at.place.segment).map_or_else(|| Path::new("").into(), |file| file.path.clone());
        let place = Place { path, line: at.place.line, column: at.record.column };
        self.unread.push(Problem { rule, place, message, loses_record: true });
    }
}

/// The counts in a line; `None` for no line, and for one that no type fits.
fn usage(json: &[u8]) -> Option<wire::TokenCountEvent> {
    match serde_json::from_slice::<wire::Envelope>(json).ok()?.item {
        wire::RolloutItem::EventMsg(event) => match *event {
            wire::EventMsg::TokenCount(count) => Some(*count),
            _ => None,
        },
        _ => None,
    }
}
