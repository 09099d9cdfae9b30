//! Facts as a polars table: one row per billed response, every column a number.
//!
//! Texts live outside in [`Labels`], so that grouping compares integers and needs few of polars'
//! features. Sums of integers do not depend on order, which is what makes reports byte-identical
//! for any number of threads. Money never enters: prices are linear in tokens, so a group is priced
//! after it is summed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::{DataFrame, IntoLazy, NamedFrom, PlSmallStr, PolarsResult, Series, SortMultipleOptions, col};
use rustc_hash::FxHashMap;

use crate::ledger::UsageFact;
use crate::period::{Calendar, day_number, week};
use crate::prices::Prices;

/// Columns that can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Day,
    Week,
    Month,
    Thread,
    Project,
    Model,
    All,
}

impl Key {
    fn column(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Thread => "thread",
            Self::Project => "project",
            Self::Model => "model",
            Self::All => "all",
        }
    }
}

/// Columns that are summed, in the order of [`Group::sums`].
const SUMS: [&str; 8] =
    ["responses", "input", "cached", "cache_write", "output", "reasoning", "total", "uncached"];

/// Texts by number, each once.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    texts: Vec<String>,
    numbers: FxHashMap<String, i32>,
}

impl Labels {
    pub(crate) fn number(&mut self, text: &str) -> i32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = i32::try_from(self.texts.len()).unwrap_or(i32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    pub(crate) fn text(&self, number: i32) -> &str {
        usize::try_from(number).ok().and_then(|index| self.texts.get(index)).map_or("", String::as_str)
    }
}

/// The table and its texts.
pub(crate) struct UsageTable {
    frame: DataFrame,
    pub(crate) threads: Labels,
    pub(crate) projects: Labels,
    pub(crate) models: Labels,
}

/// The sum of all responses with the same key, model and price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// Number of the day, thread, project and so on; `None` for a moment that is not known.
    pub(crate) key: Option<i32>,
    pub(crate) model: i32,
    /// Number of the rate, or `None` if the model has no known price.
    pub(crate) rate: Option<u32>,
    pub(crate) sums: [u64; SUMS.len()],
}

impl UsageTable {
    /// Builds the table. `project_of` names the project of a fact's thread.
    pub(crate) fn new<'a>(
        facts: impl Iterator<Item = &'a UsageFact>,
        zone: &TimeZone,
        prices: &Prices,
        mut project_of: impl FnMut(&UsageFact) -> &'a str,
    ) -> PolarsResult<Self> {
        let (mut threads, mut projects, mut models) = (Labels::default(), Labels::default(), Labels::default());
        let mut calendar = Calendar::new(zone.clone());
        let mut utc = Calendar::new(TimeZone::UTC);
        let mut keys: [Vec<Option<i32>>; 7] = Default::default();
        let mut rates: Vec<Option<i32>> = Vec::new();
        let mut sums: [Vec<i64>; SUMS.len()] = Default::default();
        for fact in facts {
            let model = fact.model.as_deref().unwrap_or("unknown");
            let day = fact.at.and_then(|at| calendar.day(at));
            let rate = prices.rate_of(model, fact.at.and_then(|at| utc.day(at)), fact.usage.input_tokens);
            let row = [
                day.map(day_number),
                day.map(|day| day_number(week(day))),
                day.map(month_number),
                Some(threads.number(fact.thread_id.as_str())),
                Some(projects.number(project_of(fact))),
                Some(models.number(model)),
                Some(0),
            ];
            for (column, value) in keys.iter_mut().zip(row) {
                column.push(value);
            }
            rates.push(rate.and_then(|rate| i32::try_from(rate).ok()));
            let usage = &fact.usage;
            let uncached =
                usage.input_tokens.saturating_sub(usage.cached_input_tokens.saturating_add(usage.cache_write_input_tokens));
            let [input, cached, cache_write, output, reasoning, total] = usage.parts();
            let row = [1, input, cached, cache_write, output, reasoning, total, uncached];
            for (column, value) in sums.iter_mut().zip(row) {
                column.push(i64::try_from(value).unwrap_or(i64::MAX));
            }
        }
        let names = [Key::Day, Key::Week, Key::Month, Key::Thread, Key::Project, Key::Model, Key::All];
        let mut columns: Vec<_> = names
            .iter()
            .zip(keys)
            .map(|(key, values)| Series::new(PlSmallStr::from_static(key.column()), values).into())
            .collect();
        columns.push(Series::new(PlSmallStr::from_static("rate"), rates).into());
        columns.extend(SUMS.iter().zip(sums).map(|(name, values)| Series::new(PlSmallStr::from_static(name), values).into()));
        Ok(Self { frame: DataFrame::new_infer_height(columns)?, threads, projects, models })
    }

    /// Sums by `key`, model and price, sorted by them.
    pub(crate) fn sum_by(&self, key: Key) -> PolarsResult<Vec<Group>> {
        let name = key.column();
        let by: Vec<&str> = if name == "model" { vec!["model", "rate"] } else { vec![name, "model", "rate"] };
        let expressions: Vec<_> = by.iter().map(|name| col(*name)).collect();
        let frame = self
            .frame
            .clone()
            .lazy()
            .group_by(expressions)
            .agg(SUMS.map(|name| col(name).sum()))
            .sort(by, SortMultipleOptions::default())
            .collect()?;
        let keys = frame.column(name)?.i32()?;
        let models = frame.column("model")?.i32()?;
        let rates = frame.column("rate")?.i32()?;
        let sums = SUMS.iter().map(|name| frame.column(name)?.i64()).collect::<PolarsResult<Vec<_>>>()?;
        let group = |row: usize| {
            let mut group = Group {
                key: keys.get(row),
                model: models.get(row).unwrap_or_default(),
                rate: rates.get(row).and_then(|rate| u32::try_from(rate).ok()),
                sums: [0; SUMS.len()],
            };
            for (sum, column) in group.sums.iter_mut().zip(&sums) {
                *sum = column.get(row).and_then(|value| u64::try_from(value).ok()).unwrap_or_default();
            }
            group
        };
        Ok((0..frame.height()).map(group).collect())
    }
}

fn month_number(day: Date) -> i32 {
    day_number(day) / 100
}
