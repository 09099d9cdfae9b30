//! The usage table: cells as polars columns, every one a number.
//!
//! Texts live outside in [`Labels`], so that grouping compares integers and needs few of polars'
//! features. Sums of integers do not depend on order, which is what makes reports byte-identical
//! for any number of threads. Money never enters: prices are linear in tokens, so a group is priced
//! after it is summed.

use jiff::civil::Date;
use polars::prelude::{
    Column, DataFrame, IntoLazy, NamedFrom, PlSmallStr, PolarsResult, Series, SortMultipleOptions, col,
};
use rustc_hash::FxHashMap;

use crate::cells::Cell;
use crate::period::{day_number, week};

/// What rows are grouped by.
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

/// Columns that are summed, in the order of [`Group::sums`].
const SUMS: [&str; 8] = ["responses", "input", "cached", "cache_write", "output", "reasoning", "total", "uncached"];

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

/// The sum of all responses with the same key, model and price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// Number of the day, thread, project and so on; `None` for a moment that is not known.
    pub(crate) key: Option<i32>,
    pub(crate) model: i32,
    /// Number of the rate, or `None` if the model has no known price.
    pub(crate) rate: Option<u32>,
    pub(crate) sums: [u64; SUMS.len()],
    /// Time of the first and the last response, Unix milliseconds.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

/// The table and its texts.
pub(crate) struct UsageTable {
    frame: DataFrame,
    pub(crate) keys: Labels,
    pub(crate) models: Labels,
}

impl UsageTable {
    /// Builds the table with the key column of a report. `name_of` gives a cell's thread or
    /// project, if that is the key.
    pub(crate) fn new<'a>(cells: &'a [Cell], key: Key, name_of: impl Fn(&'a Cell) -> &'a str) -> PolarsResult<Self> {
        let (mut labels, mut models) = (Labels::default(), Labels::default());
        let key_of = |cell: &'a Cell, labels: &mut Labels, models: &mut Labels| match key {
            Key::Day => cell.key.day.map(day_number),
            Key::Week => cell.key.day.map(|day| day_number(week(day))),
            Key::Month => cell.key.day.map(month_number),
            Key::Thread | Key::Project => Some(labels.number(name_of(cell))),
            Key::Model => Some(models.number(cell.model())),
            Key::All => Some(0),
        };
        let keys: Vec<Option<i32>> = cells.iter().map(|cell| key_of(cell, &mut labels, &mut models)).collect();
        let names: Vec<i32> = cells.iter().map(|cell| models.number(cell.model())).collect();
        let rates: Vec<Option<i32>> = cells.iter().map(|cell| i32::try_from(cell.key.rate?).ok()).collect();
        let mut columns = vec![
            column("key", Series::new(PlSmallStr::EMPTY, keys)),
            column("model", Series::new(PlSmallStr::EMPTY, names)),
            column("rate", Series::new(PlSmallStr::EMPTY, rates)),
            column("first", Series::new(PlSmallStr::EMPTY, cells.iter().map(|cell| cell.first).collect::<Vec<_>>())),
            column("last", Series::new(PlSmallStr::EMPTY, cells.iter().map(|cell| cell.last).collect::<Vec<_>>())),
        ];
        for (index, name) in SUMS.iter().enumerate() {
            let values: Vec<i64> =
                cells.iter().map(|cell| i64::try_from(sums(cell)[index]).unwrap_or(i64::MAX)).collect();
            columns.push(column(name, Series::new(PlSmallStr::EMPTY, values)));
        }
        Ok(Self { frame: DataFrame::new_infer_height(columns)?, keys: labels, models })
    }

    /// Sums by key, model and price, sorted by them.
    pub(crate) fn groups(self) -> PolarsResult<(Vec<Group>, Labels, Labels)> {
        let by = ["key", "model", "rate"];
        let mut aggregates = SUMS.map(|name| col(name).sum()).to_vec();
        aggregates.extend([col("first").min(), col("last").max()]);
        let grouped = self.frame.lazy().group_by(by.map(col)).agg(aggregates);
        let frame = grouped.sort(by, SortMultipleOptions::default()).collect()?;
        let (keys, models, rates) =
            (frame.column("key")?.i32()?, frame.column("model")?.i32()?, frame.column("rate")?.i32()?);
        let (first, last) = (frame.column("first")?.i64()?, frame.column("last")?.i64()?);
        let sums = SUMS.iter().map(|name| frame.column(name)?.i64()).collect::<PolarsResult<Vec<_>>>()?;
        let group = |row: usize| {
            let mut group = Group {
                key: keys.get(row),
                model: models.get(row).unwrap_or_default(),
                rate: rates.get(row).and_then(|rate| u32::try_from(rate).ok()),
                sums: [0; SUMS.len()],
                first: first.get(row),
                last: last.get(row),
            };
            for (sum, column) in group.sums.iter_mut().zip(&sums) {
                *sum = column.get(row).and_then(|value| u64::try_from(value).ok()).unwrap_or_default();
            }
            group
        };
        let groups = (0..frame.height()).map(group).collect();
        Ok((groups, self.keys, self.models))
    }
}

fn column(name: &'static str, series: Series) -> Column {
    series.with_name(PlSmallStr::from_static(name)).into()
}

fn sums(cell: &Cell) -> [u64; SUMS.len()] {
    let [input, cached, cache_write, output, reasoning, total] = cell.usage.parts();
    [cell.responses, input, cached, cache_write, output, reasoning, total, cell.uncached]
}

fn month_number(day: Date) -> i32 {
    day_number(day) / 100
}
