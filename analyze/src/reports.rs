//! Reports: facts filtered, summed by a key, priced and put in order.
//!
//! Every report sums the same facts, so the totals of any two reports with the same filters are
//! equal; rows always add up to the report's own totals.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rollout_schema::{ThreadId, TokenUsage};
use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, Thread, UNKNOWN};
use crate::ledger::UsageFact;
use crate::period::{Calendar, day_text};
use crate::prices::Prices;
use crate::report::{Amounts, ModelAmounts, Pricing, Report, ReportKind, Row, RowKey, SCHEMA_VERSION, ThreadRow, Usd};
use crate::tables::{Group, Key, UsageTable};

/// Order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Oldest or smallest first.
    Ascending,
    /// Newest or largest first.
    Descending,
}

/// What a report shows.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// What the rows are about.
    pub kind: ReportKind,
    /// The zone whose days count.
    pub zone: TimeZone,
    /// First day.
    pub since: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Only these models, by exact name.
    pub models: Vec<String>,
    /// Only these projects, by name or by its last part.
    pub projects: Vec<String>,
    /// Only these sources, as `cli` or `subagent:review`; `subagent` stands for all of them.
    pub sources: Vec<String>,
    /// At most so many rows: the newest periods and sessions, the largest projects and models.
    pub last: Option<usize>,
    /// Order of rows; by default time ascends and size descends.
    pub order: Option<Order>,
    /// Prices, or `None` for a report without money.
    pub prices: Option<Prices>,
}

impl ReportOptions {
    /// Everything, without money.
    pub fn new(kind: ReportKind, zone: TimeZone) -> Self {
        Self {
            kind,
            zone,
            since: None,
            until: None,
            models: Vec::new(),
            projects: Vec::new(),
            sources: Vec::new(),
            last: None,
            order: None,
            prices: None,
        }
    }
}

/// A report that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The table engine failed, which no input should cause.
    #[error("cannot sum the usage table")]
    Table(#[from] polars::error::PolarsError),
}

impl Analysis {
    /// Makes a report.
    pub fn report(&self, options: &ReportOptions) -> Result<Report, ReportError> {
        let no_prices = Prices::default();
        let prices = options.prices.as_ref().unwrap_or(&no_prices);
        let facts = self.select(options);
        let table = UsageTable::new(facts.iter().copied(), &options.zone, prices, |fact| self.project_of(fact))?;
        let key = match options.kind {
            ReportKind::Daily => Key::Day,
            ReportKind::Weekly => Key::Week,
            ReportKind::Monthly => Key::Month,
            ReportKind::Session => Key::Thread,
            ReportKind::Project => Key::Project,
            ReportKind::Model => Key::Model,
            ReportKind::Total => Key::All,
        };
        let groups = table.sum_by(key)?;
        let price = options.prices.as_ref();
        let activity = if key == Key::Thread { activity(&facts) } else { FxHashMap::default() };
        let mut rows: Vec<Row> = Vec::new();
        let same_key = |a: &Group, b: &Group| if key == Key::Model { a.model == b.model } else { a.key == b.key };
        for groups in groups.chunk_by(same_key) {
            rows.push(self.row(options.kind, groups, &table, &activity, price));
        }
        if rows.is_empty() && options.kind == ReportKind::Total {
            let nothing = Amounts { cost_usd: price.map(|_| Some(Usd::default())), ..Amounts::default() };
            rows.push(Row { key: RowKey::default(), amounts: nothing, models: Vec::new() });
        }
        sort(&mut rows, options);
        let mut totals = Amounts { cost_usd: price.map(|_| Some(Usd::default())), ..Amounts::default() };
        for row in &rows {
            totals.add(&row.amounts);
        }
        totals.forget_cost_without_price();
        Ok(Report {
            schema_version: SCHEMA_VERSION,
            report: options.kind,
            timezone: zone_name(&options.zone),
            rows,
            totals,
            pricing: price.map(|prices| Pricing { snapshot: prices.snapshot.clone(), source: prices.source.clone() }),
            data_quality: self.data_quality(),
        })
    }

    fn select(&self, options: &ReportOptions) -> Vec<&UsageFact> {
        let mut calendar = Calendar::new(options.zone.clone());
        let mut in_days = |fact: &UsageFact| {
            if options.since.is_none() && options.until.is_none() {
                return true;
            }
            let Some(day) = fact.at.and_then(|at| calendar.day(at)) else { return false };
            options.since.is_none_or(|since| since <= day) && options.until.is_none_or(|until| day <= until)
        };
        let is_wanted = |fact: &&UsageFact| {
            let model = fact.model.as_deref().unwrap_or(UNKNOWN);
            in_days(fact)
                && (options.models.is_empty() || options.models.iter().any(|wanted| wanted == model))
                && (options.projects.is_empty() || is_one_of(self.project_of(fact), &options.projects, ['/', '\\']))
                && (options.sources.is_empty() || self.has_source(fact, &options.sources))
        };
        self.facts.iter().filter(is_wanted).collect()
    }

    fn project_of(&self, fact: &UsageFact) -> &str {
        self.threads.get(&fact.thread_id).and_then(|thread| thread.project.as_deref()).unwrap_or(UNKNOWN)
    }

    fn has_source(&self, fact: &UsageFact, wanted: &[String]) -> bool {
        let Some(thread) = self.threads.get(&fact.thread_id) else { return false };
        let source = &thread.identity.source;
        wanted.iter().any(|wanted| **wanted == *source.kind || *wanted == source.label())
    }

    fn row(
        &self,
        kind: ReportKind,
        groups: &[Group],
        table: &UsageTable,
        activity: &FxHashMap<&ThreadId, (i64, i64)>,
        prices: Option<&Prices>,
    ) -> Row {
        let first = &groups[0];
        let label = first.key.unwrap_or_default();
        let date = |text: fn(i32) -> String| RowKey { date: Some(first.key.map(text)), ..RowKey::default() };
        let key = match kind {
            ReportKind::Daily | ReportKind::Weekly => date(day_text),
            ReportKind::Monthly => date(|month| format!("{:04}-{:02}", month / 100, month % 100)),
            ReportKind::Project => RowKey { project: Some(table.projects.text(label).to_owned()), ..RowKey::default() },
            ReportKind::Model => RowKey { model: Some(table.models.text(first.model).to_owned()), ..RowKey::default() },
            ReportKind::Total => RowKey::default(),
            ReportKind::Session => {
                let id = ThreadId::from(table.threads.text(label));
                let unknown = Thread::default();
                let thread = self.threads.get(&id).unwrap_or(&unknown);
                let row = ThreadRow::new(&id, thread, activity.get(&id).copied());
                RowKey { project: thread.project.clone(), thread: Some(row), ..RowKey::default() }
            }
        };
        let mut models: Vec<ModelAmounts> = Vec::new();
        for groups in groups.chunk_by(|a, b| a.model == b.model) {
            let mut amounts = Amounts { cost_usd: prices.map(|_| Some(Usd::default())), ..Amounts::default() };
            for group in groups {
                amounts.add(&Amounts::of(group, prices));
            }
            amounts.forget_cost_without_price();
            models.push(ModelAmounts { model: table.models.text(groups[0].model).to_owned(), amounts });
        }
        models.sort_by(|a, b| a.model.cmp(&b.model));
        let mut amounts = Amounts { cost_usd: prices.map(|_| Some(Usd::default())), ..Amounts::default() };
        for model in &models {
            amounts.add(&model.amounts);
        }
        amounts.forget_cost_without_price();
        Row { key, amounts, models }
    }
}

impl Amounts {
    /// The amounts of one group of responses with the same price.
    fn of(group: &Group, prices: Option<&Prices>) -> Self {
        let [responses, input, cached, cache_write, output, reasoning, total, uncached] = group.sums;
        let usage = TokenUsage::from_parts([input, cached, cache_write, output, reasoning, total]);
        let rate = prices.and_then(|prices| prices.rate(group.rate?));
        Self {
            responses,
            usage,
            cost_usd: prices.map(|_| rate.map(|rate| Usd(rate.cost(&usage, uncached)))),
            unpriced_tokens: if prices.is_some() && rate.is_none() { total } else { 0 },
        }
    }

    fn add(&mut self, other: &Self) {
        self.responses += other.responses;
        self.usage += other.usage;
        self.unpriced_tokens += other.unpriced_tokens;
        if let (Some(Some(sum)), Some(Some(more))) = (&mut self.cost_usd, other.cost_usd) {
            sum.0 += more.0;
        }
    }

    /// Without any price the sum is not zero but unknown.
    fn forget_cost_without_price(&mut self) {
        if let Some(cost) = &mut self.cost_usd
            && self.unpriced_tokens > 0
            && self.unpriced_tokens == self.usage.total_tokens
        {
            *cost = None;
        }
    }
}

impl ThreadRow {
    fn new(id: &ThreadId, thread: &Thread, activity: Option<(i64, i64)>) -> Self {
        let text = |id: &Option<ThreadId>| id.as_ref().map(ToString::to_string);
        let identity = &thread.identity;
        let known = identity.thread_id.is_some();
        Self {
            thread_id: id.to_string(),
            title: thread.title.clone(),
            source: known.then(|| identity.source.label()),
            cwd: identity.cwd.as_deref().map(Into::into),
            first_activity: activity.and_then(|(first, _)| time_text(first)),
            last_activity: activity.and_then(|(_, last)| time_text(last)),
            forked_from: text(&identity.forked_from),
            parent_thread_id: text(&identity.parent),
            root_thread_id: text(&thread.root).unwrap_or_else(|| id.to_string()),
            agent_path: identity.source.agent_path.as_deref().map(Into::into),
        }
    }
}

/// Time of the first and last fact of each thread.
fn activity<'a>(facts: &[&'a UsageFact]) -> FxHashMap<&'a ThreadId, (i64, i64)> {
    let mut activity = FxHashMap::default();
    for fact in facts {
        let Some(at) = fact.at else { continue };
        let (first, last) = activity.entry(&fact.thread_id).or_insert((at, at));
        *first = at.min(*first);
        *last = at.max(*last);
    }
    activity
}

fn sort(rows: &mut Vec<Row>, options: &ReportOptions) {
    let by_size = matches!(options.kind, ReportKind::Project | ReportKind::Model);
    if by_size {
        let key = |row: &Row| (row.key.project.clone(), row.key.model.clone());
        rows.sort_by(|a, b| {
            let size = a.amounts.usage.total_tokens.cmp(&b.amounts.usage.total_tokens);
            size.then_with(|| key(b).cmp(&key(a)))
        });
    } else {
        // Times are in one form, so that their texts sort as they do; what has none comes last.
        rows.sort_by_cached_key(|row| {
            let date = row.key.date.clone().flatten();
            let thread = row.key.thread.as_ref();
            let last = thread.and_then(|thread| thread.last_activity.clone());
            (date.is_none() && last.is_none(), date, last, thread.map(|thread| thread.thread_id.clone()))
        });
    }
    if let Some(last) = options.last {
        rows.drain(..rows.len().saturating_sub(last));
    }
    let default = if by_size { Order::Descending } else { Order::Ascending };
    if options.order.unwrap_or(default) == Order::Descending {
        rows.reverse();
    }
}

/// RFC 3339 with milliseconds, UTC.
pub(crate) fn time_text(millis: i64) -> Option<String> {
    Timestamp::from_millisecond(millis).ok().map(|time| format!("{time:.3}"))
}

/// The zone's IANA name, or its offset.
fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(
        || zone.to_fixed_offset().map_or_else(|_| UNKNOWN.to_owned(), |offset| offset.to_string()),
        ToOwned::to_owned,
    )
}

/// Whether a name, or its last part, is among `wanted`.
fn is_one_of(name: &str, wanted: &[String], separators: [char; 2]) -> bool {
    let last = name.rsplit(separators).next();
    wanted.iter().any(|wanted| wanted == name || Some(wanted.as_str()) == last)
}
