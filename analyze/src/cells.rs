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
use crate::prices::Prices;

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

    fn add(&mut self, fact: &UsageFact) {
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
        let mut cells: Vec<Cell> = Vec::new();
        let mut index: FxHashMap<CellKey, usize> = FxHashMap::default();
        for fact in self.ledger.facts(rollout) {
            let rate = prices.rate_of(
                fact.model.as_deref().unwrap_or(UNKNOWN),
                fact.at.and_then(|at| utc.day(at)),
                fact.usage.input_tokens,
            );
            let day = fact.at.and_then(|at| calendar.day(at));
            let key = CellKey { billed: fact.billed.clone(), day, model: fact.model.clone(), rate };
            // Responses of one turn have the same key.
            let position = match cells.last() {
                Some(cell) if cell.key == key => cells.len() - 1,
                _ => *index.entry(key.clone()).or_insert(cells.len()),
            };
            if position == cells.len() {
                let nothing = TokenUsage::default();
                cells.push(Cell { rollout, key, responses: 0, usage: nothing, uncached: 0, first: None, last: None });
            }
            cells[position].add(&fact);
        }
        cells
    }
}
