//! Which events are told, and how much of their texts.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use replay::Time;
use replay::events::{Event, EventKind, cut};

use crate::error::Hinted;

/// What is told.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Names of kinds; none for all.
    pub(crate) types: Vec<String>,
    pub(crate) span: Span,
    /// Whether copies of an ancestor's events are left out.
    pub(crate) own: bool,
    /// Longest text, in bytes.
    pub(crate) max_text: Option<usize>,
}

impl Filter {
    /// The event as it is told, if it is.
    pub(crate) fn take(&self, mut event: Event) -> Option<Event> {
        let is_told = (self.types.is_empty() || self.types.iter().any(|name| name == event.kind.name()))
            && self.span.holds(event.at)
            && !(self.own && event.inherited);
        if let Some(max) = self.max_text.filter(|_| is_told) {
            texts(&mut event.kind).into_iter().for_each(|text| cut(text, max));
        }
        is_told.then_some(event)
    }
}

/// The texts that can be long.
fn texts(kind: &mut EventKind) -> Vec<&mut String> {
    match kind {
        EventKind::TurnCompleted { answer } => answer.iter_mut().collect(),
        EventKind::UserMessage { text, .. }
        | EventKind::AssistantMessage { text, .. }
        | EventKind::HookPrompt { text, .. }
        | EventKind::Context { text, .. }
        | EventKind::AgentMessage { text, .. }
        | EventKind::ReviewStarted { target: text }
        | EventKind::ReviewEnded { text }
        | EventKind::Notice { text, .. }
        | EventKind::TurnFailed { message: text }
        | EventKind::ToolUse { input: text, .. }
        | EventKind::ToolResult { output: text, .. }
        | EventKind::Unknown { json: text, .. } => vec![text],
        EventKind::Reasoning { summary } => summary.iter_mut().collect(),
        EventKind::Compaction { summary, .. } => summary.iter_mut().collect(),
        EventKind::Realtime { text, .. } => text.iter_mut().collect(),
        EventKind::SessionStart(_)
        | EventKind::TurnStarted
        | EventKind::TurnInterrupted { .. }
        | EventKind::Usage(_)
        | EventKind::Rollback { .. }
        | EventKind::SubAgentActivity { .. }
        | EventKind::Settings { .. }
        | EventKind::SessionEnd { .. } => Vec::new(),
    }
}

/// A span of time, in Unix milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Span {
    from: Option<i64>,
    to: Option<i64>,
}

impl Span {
    /// From one time or day on, to before another time or to the end of a day.
    pub(crate) fn new(since: Option<&str>, until: Option<&str>) -> anyhow::Result<Self> {
        let from = since.map(|text| time(text, 0)).transpose()?;
        let to = until.map(|text| time(text, 1)).transpose()?;
        if let (Some(since), Some(until)) = (since, until)
            && to < from
        {
            return Err(Hinted::error(format!("--until {until} is before --since {since}"), "swap them"));
        }
        Ok(Self { from, to })
    }

    /// Whether a time lies within. What has none lies in no span but the whole of time.
    fn holds(&self, at: Option<Time>) -> bool {
        match at {
            Some(Time(at)) => self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to),
            None => self.from.is_none() && self.to.is_none(),
        }
    }
}

/// Unix milliseconds of a time, or of a day's beginning so many days later.
fn time(text: &str, days: i32) -> anyhow::Result<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    let day = text.parse::<Date>().and_then(|day| day.checked_add(days.days())?.to_zoned(TimeZone::system()));
    let hint = "write 2026-01-31 or 2026-01-31T12:00:00Z";
    Ok(day.map_err(|error| Hinted::error(format!("`{text}` is no time: {error}"), hint))?.timestamp().as_millisecond())
}
