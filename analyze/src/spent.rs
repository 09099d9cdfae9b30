//! What the responses in one file used, summed as the caller groups its lines.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::Path;

use jiff::tz::TimeZone;
use rollout_schema::TurnId;

use crate::analysis::Analysis;
use crate::period::Calendar;
use crate::prices::Prices;
use crate::report::{Amounts, Usd};

impl Analysis {
    /// Adds the billed responses of the file at `path` to the sums of their groups. `group` gets the
    /// turn, if the log names it, and the line, counted from 1.
    pub fn add_spent<K: Eq + Hash>(
        &self,
        path: &Path,
        prices: &Prices,
        sums: &mut HashMap<K, Amounts>,
        group: impl Fn(Option<&TurnId>, u64) -> Option<K>,
    ) {
        let Some(rollout) = self.ledger.rollouts.iter().position(|rollout| *rollout.file.path == *path) else {
            return;
        };
        let mut calendar = Calendar::new(TimeZone::UTC);
        self.ledger.for_each_fact(rollout, |fact| {
            let Some(group) = group(fact.turn_id, fact.line) else { return };
            let usage = fact.usage;
            let day = fact.at.and_then(|at| calendar.day(at));
            let rates = fact.model.and_then(|model| prices.rates_of(model, day));
            let rate = rates.and_then(|rates| prices.rate(rates.for_input(usage.input_tokens)));
            let uncached =
                usage.input_tokens.saturating_sub(usage.cached_input_tokens + usage.cache_write_input_tokens);
            let amounts = Amounts {
                responses: 1,
                usage,
                cost_usd: Some(rate.map(|rate| Usd(rate.cost(&usage, uncached)))),
                unpriced_tokens: if rate.is_none() { usage.total_tokens } else { 0 },
            };
            let sum = sums.entry(group).or_insert_with(Amounts::nothing);
            *sum = Amounts::together([&*sum, &amounts]);
        });
    }
}
