//! Reports: facts filtered, summed by a key, priced and put in order.
//!
//! Every report sums the same facts, so the totals of any two reports with the same filters are
//! equal; rows always add up to the report's own totals.

use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use replay::Identity;
use rollout_schema::{ThreadId, TokenUsage};
use tracing::debug;

use crate::analysis::{Analysis, Thread, UNKNOWN};
use crate::cells::Cell;
use crate::period::{day_text, month_text};
use crate::prices::Prices;
use crate::report::{Amounts, ModelAmounts, Pricing, Report, ReportKind, Row, RowKey, SCHEMA_VERSION, ThreadRow, Usd};
use crate::tables::{Group, Key, Labels, UsageTable};

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
        let key = match options.kind {
            ReportKind::Daily => Key::Day,
            ReportKind::Weekly => Key::Week,
            ReportKind::Monthly => Key::Month,
            ReportKind::Session => Key::Thread,
            ReportKind::Project => Key::Project,
            ReportKind::Model => Key::Model,
            ReportKind::Total => Key::All,
        };
        let started = Instant::now();
        let mut cells = self.cells(&options.zone, prices);
        debug!(elapsed = ?started.elapsed(), cells = cells.len(), "summed per file");
        cells.retain(|cell| self.is_wanted(cell, options));
        let name_of = |cell| match key {
            Key::Project => self.project_of(cell),
            _ => self.thread_of(cell).map_or(UNKNOWN, ThreadId::as_str),
        };
        let (groups, keys, models) = UsageTable::new(&cells, key, name_of)?.groups()?;
        debug!(elapsed = ?started.elapsed(), groups = groups.len(), "grouped");
        let price = options.prices.as_ref();
        let labels = RowLabels { kind: options.kind, keys, models };
        let mut rows: Vec<Row> =
            groups.chunk_by(|a, b| a.key == b.key).map(|groups| self.row(&labels, groups, price)).collect();
        if rows.is_empty() && options.kind == ReportKind::Total {
            rows.push(Row { key: RowKey::default(), amounts: Amounts::zero(price), models: Vec::new() });
        }
        sort(&mut rows, options);
        let totals = Amounts::sum(rows.iter().map(|row| &row.amounts), price);
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

    fn is_wanted(&self, cell: &Cell, options: &ReportOptions) -> bool {
        // A response whose day is not known lies in no span of days.
        let from = options.since.is_none_or(|since| cell.key.day.is_some_and(|day| since <= day));
        let to = options.until.is_none_or(|until| cell.key.day.is_some_and(|day| day <= until));
        from && to
            && (options.models.is_empty() || options.models.iter().any(|wanted| wanted == cell.model()))
            && (options.projects.is_empty() || is_one_of(self.project_of(cell), &options.projects))
            && (options.sources.is_empty() || self.has_source(cell, &options.sources))
    }

    fn thread<'a>(&'a self, cell: &'a Cell) -> Option<&'a Thread> {
        self.threads.get(self.thread_of(cell)?)
    }

    fn project_of<'a>(&'a self, cell: &'a Cell) -> &'a str {
        self.thread(cell).and_then(|thread| thread.project.as_deref()).unwrap_or(UNKNOWN)
    }

    fn has_source(&self, cell: &Cell, wanted: &[String]) -> bool {
        self.thread(cell).is_some_and(|thread| is_from(&thread.identity, wanted))
    }

    /// The row of all groups with the same key.
    fn row(&self, labels: &RowLabels, groups: &[Group], prices: Option<&Prices>) -> Row {
        let number = groups[0].key;
        let text = |labels: &Labels| labels.text(number.unwrap_or_default()).to_owned();
        let date = |text: fn(i32) -> String| RowKey { date: Some(number.map(text)), ..RowKey::default() };
        let key = match labels.kind {
            ReportKind::Daily | ReportKind::Weekly => date(day_text),
            ReportKind::Monthly => date(month_text),
            ReportKind::Project => RowKey { project: Some(text(&labels.keys)), ..RowKey::default() },
            ReportKind::Model => RowKey { model: Some(text(&labels.models)), ..RowKey::default() },
            ReportKind::Total => RowKey::default(),
            ReportKind::Session => {
                let id = ThreadId::from(text(&labels.keys).as_str());
                let unknown = Thread::default();
                let thread = self.threads.get(&id).unwrap_or(&unknown);
                let first = groups.iter().filter_map(|group| group.first).min();
                let last = groups.iter().filter_map(|group| group.last).max();
                let row = ThreadRow::new(&id, thread, first, last);
                RowKey { project: thread.project.clone(), thread: Some(row), ..RowKey::default() }
            }
        };
        let mut models: Vec<ModelAmounts> = Vec::new();
        for groups in groups.chunk_by(|a, b| a.model == b.model) {
            let parts: Vec<Amounts> = groups.iter().map(|group| Amounts::of(group, prices)).collect();
            let model = labels.models.text(groups[0].model).to_owned();
            models.push(ModelAmounts { model, amounts: Amounts::sum(&parts, prices) });
        }
        models.sort_by(|a, b| a.model.cmp(&b.model));
        let amounts = Amounts::sum(models.iter().map(|model| &model.amounts), prices);
        Row { key, amounts, models }
    }
}

/// What the numbers in a report's groups stand for.
struct RowLabels {
    kind: ReportKind,
    keys: Labels,
    models: Labels,
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

    /// Nothing, which costs nothing.
    pub(crate) fn nothing() -> Self {
        Self::zero(Some(&Prices::default()))
    }

    /// The sum of priced amounts.
    pub(crate) fn together<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::sum(parts, Some(&Prices::default()))
    }

    fn zero(prices: Option<&Prices>) -> Self {
        Self { cost_usd: prices.map(|_| Some(Usd::default())), ..Self::default() }
    }

    fn sum<'a>(parts: impl IntoIterator<Item = &'a Self>, prices: Option<&Prices>) -> Self {
        let mut sum = Self::zero(prices);
        for part in parts {
            sum.add(part);
        }
        if sum.unpriced_tokens > 0 && sum.unpriced_tokens == sum.usage.total_tokens {
            // Without any price the sum is not zero but unknown.
            sum.cost_usd = prices.map(|_| None);
        }
        sum
    }

    fn add(&mut self, other: &Self) {
        self.responses += other.responses;
        self.usage += other.usage;
        self.unpriced_tokens += other.unpriced_tokens;
        if let (Some(Some(sum)), Some(Some(more))) = (&mut self.cost_usd, other.cost_usd) {
            sum.0 += more.0;
        }
    }
}

impl ThreadRow {
    fn new(id: &ThreadId, thread: &Thread, first: Option<i64>, last: Option<i64>) -> Self {
        let text = |id: &Option<ThreadId>| id.as_ref().map(ToString::to_string);
        let identity = &thread.identity;
        let known = identity.thread_id.is_some();
        Self {
            thread_id: id.to_string(),
            title: thread.title.clone(),
            source: known.then(|| identity.source.label()),
            cwd: identity.cwd.as_deref().map(Into::into),
            first_activity: first.and_then(time_text),
            last_activity: last.and_then(time_text),
            forked_from: text(&identity.forked_from),
            parent_thread_id: text(&identity.parent),
            root_thread_id: text(&thread.root).unwrap_or_else(|| id.to_string()),
            agent_path: identity.source.agent_path.as_deref().map(Into::into),
        }
    }
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

/// Whether a thread's source is among `wanted`, as `cli` or `subagent:review`; `subagent` stands for all of them.
pub(crate) fn is_from(identity: &Identity, wanted: &[String]) -> bool {
    let source = &identity.source;
    wanted.iter().any(|wanted| **wanted == *source.kind || *wanted == source.label())
}

/// Whether a name, or its last part, is among `wanted`.
pub(crate) fn is_one_of(name: &str, wanted: &[String]) -> bool {
    let last = name.rsplit(['/', '\\']).next();
    wanted.iter().any(|wanted| wanted == name || Some(wanted.as_str()) == last)
}
