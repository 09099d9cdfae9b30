//! Facts summed per file: the grain of the usage table.
//!
//! A cell is what one file says about one thread, day, model and price. Files are summed in
//! parallel; cells stand in the order of the files, whatever the number of threads.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use rollout_schema::{ThreadId, TokenUsage};
use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, UNKNOWN};
use crate::ledger::UsageFact;
use crate::period::Calendar;
use crate::prices::{Prices, Rates};

/// What a cell's responses have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CellKey {
    /// The thread, if that is not the file's own.
    billed: Option<ThreadId>,
    /// Day of the report's zone.
    pub(crate) day: Option<Date>,
    model: Option<Arc<str>>,
    /// Number of the rate, or `None` if the model has no known price.
    pub(crate) rate: Option<u32>,
}

/// A sum of responses.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Index of the file.
    rollout: usize,
    pub(crate) key: CellKey,
    pub(crate) responses: u64,
    pub(crate) usage: TokenUsage,
    /// Input that was neither read from nor written to the cache.
    pub(crate) uncached: u64,
    /// Time of the first and the last response, Unix milliseconds.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

impl Cell {
    pub(crate) fn model(&self) -> &str {
        self.key.model.as_deref().unwrap_or(UNKNOWN)
    }

    fn new(rollout: usize, key: CellKey) -> Self {
        Self { rollout, key, responses: 0, usage: TokenUsage::default(), uncached: 0, first: None, last: None }
    }

    fn add(&mut self, fact: &UsageFact<'_>) {
        let usage = &fact.usage;
        let from_cache = usage.cached_input_tokens.saturating_add(usage.cache_write_input_tokens);
        self.responses += 1;
        self.usage += *usage;
        self.uncached += usage.input_tokens.saturating_sub(from_cache);
        self.first = self.first.into_iter().chain(fact.at).min();
        self.last = self.last.max(fact.at);
    }
}

impl Analysis {
    /// The thread that a cell's responses were billed to.
    pub(crate) fn thread_of<'a>(&'a self, cell: &'a Cell) -> Option<&'a ThreadId> {
        cell.key.billed.as_ref().or_else(|| self.ledger.rollouts[cell.rollout].identity.thread_id.as_ref())
    }

    /// Sums the facts of all files.
    pub(crate) fn cells(&self, zone: &TimeZone, prices: &Prices) -> Vec<Cell> {
        let files = 0..self.ledger.rollouts.len();
        files.into_par_iter().flat_map_iter(|rollout| self.cells_of(rollout, zone, prices)).collect()
    }

    fn cells_of(&self, rollout: usize, zone: &TimeZone, prices: &Prices) -> Vec<Cell> {
        let mut calendar = Calendar::new(zone.clone());
        let mut utc = Calendar::new(TimeZone::UTC);
        let mut rates: Option<RatesOfTurn<'_>> = None;
        let mut cells: Vec<Cell> = Vec::new();
        let mut index: FxHashMap<CellKey, usize> = FxHashMap::default();
        self.ledger.for_each_fact(rollout, |fact| {
            let utc_day = fact.at.and_then(|at| utc.day(at));
            let found = match rates {
                // Responses of one turn have the same rates.
                Some((model, day, rates)) if same(model, fact.model) && day == utc_day => rates,
                _ => {
                    let found = prices.rates_of(fact.model.map_or(UNKNOWN, |model| model), utc_day);
                    rates = Some((fact.model, utc_day, found));
                    found
                }
            };
            let rate = found.map(|rates| rates.for_input(fact.usage.input_tokens));
            let day = fact.at.and_then(|at| calendar.day(at));
            let position = match cells.last() {
                Some(Cell { key, .. })
                    if same(key.model.as_ref(), fact.model)
                        && (key.day, key.rate) == (day, rate)
                        && key.billed == fact.billed =>
                {
                    cells.len() - 1
                }
                _ => {
                    let key = CellKey { billed: fact.billed.clone(), day, model: fact.model.cloned(), rate };
                    *index.entry(key).or_insert_with_key(|key| {
                        cells.push(Cell::new(rollout, key.clone()));
                        cells.len() - 1
                    })
                }
            };
            cells[position].add(&fact);
        });
        cells
    }
}

/// The model and UTC day that rates were looked up for last, and the rates.
type RatesOfTurn<'a> = (Option<&'a Arc<str>>, Option<Date>, Option<Rates>);

/// Whether two models are the same text at the same place, as within one file equal ones are.
fn same(a: Option<&Arc<str>>, b: Option<&Arc<str>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}
