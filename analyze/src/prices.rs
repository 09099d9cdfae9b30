//! What a response cost: a dated price table and exact decimal money.
//!
//! A model that is not in the table has no price, which is not the same as a price of zero. The
//! log never proves which service tier served a response, so standard prices apply.

use jiff::civil::Date;
use rollout_schema::TokenUsage;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// The table that comes with the program.
const EMBEDDED: &str = include_str!("prices.toml");

/// Highest price that is believed, in USD per million tokens; keeps every sum within a `Decimal`.
const MOST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// Why a price table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    /// Not TOML, or not of the documented shape.
    #[error("not a price table: {0}")]
    Format(#[from] toml::de::Error),
    /// A negative or absurd amount.
    #[error("the price of {model} is not between 0 and 1,000,000 USD per million tokens")]
    Amount {
        /// The model.
        model: String,
    },
}

/// A price table file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    snapshot: Option<String>,
    source: Option<String>,
    long_above: Option<u64>,
    #[serde(default)]
    price: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    models: Vec<String>,
    from: Option<Date>,
    #[serde(with = "rust_decimal::serde::str")]
    input: Decimal,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    cached: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    cache_write: Option<Decimal>,
    #[serde(with = "rust_decimal::serde::str")]
    output: Decimal,
    long: Option<Amounts>,
}

/// The same amounts for long responses.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Amounts {
    #[serde(with = "rust_decimal::serde::str")]
    input: Decimal,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    cached: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    cache_write: Option<Decimal>,
    #[serde(with = "rust_decimal::serde::str")]
    output: Decimal,
}

/// USD per million tokens of each kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    input: Decimal,
    cached: Decimal,
    cache_write: Decimal,
    output: Decimal,
}

impl Rate {
    /// `None` if an amount is negative or above [`MOST`].
    fn new(amounts: Amounts) -> Option<Self> {
        let Amounts { input, cached, cache_write, output } = amounts;
        let (cached, cache_write) = (cached.unwrap_or(input), cache_write.unwrap_or(input));
        let is_believed = |amount| (Decimal::ZERO..=MOST).contains(amount);
        let rate = Self { input, cached, cache_write, output };
        [&input, &cached, &cache_write, &output].into_iter().all(is_believed).then_some(rate)
    }

    /// USD for `usage`, which may be the sum of many responses. `uncached` is the input that was
    /// neither read from nor written to the cache.
    pub fn cost(&self, usage: &TokenUsage, uncached: u64) -> Decimal {
        let per_million = self.input * Decimal::from(uncached)
            + self.cached * Decimal::from(usage.cached_input_tokens)
            + self.cache_write * Decimal::from(usage.cache_write_input_tokens)
            + self.output * Decimal::from(usage.output_tokens);
        per_million / Decimal::from(1_000_000)
    }
}

/// Numbers of the rates that hold for one model on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    standard: u32,
    long: Option<u32>,
    long_above: u64,
}

impl Rates {
    /// The number of the rate for a response with so much input.
    pub(crate) fn for_input(self, input_tokens: u64) -> u32 {
        self.long.filter(|_| input_tokens > self.long_above).unwrap_or(self.standard)
    }
}

/// The rates of one model, by day.
#[derive(Clone, Debug)]
struct Dated {
    from: Option<Date>,
    standard: u32,
    long: Option<u32>,
}

/// A price table; the default one is empty.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    rates: Vec<Rate>,
    /// Sorted by day, undated first.
    models: FxHashMap<String, Vec<Dated>>,
    long_above: u64,
    /// The day on which the table was made.
    pub snapshot: String,
    /// Where its figures come from.
    pub source: String,
}

impl Prices {
    /// The table that comes with the program.
    pub fn embedded() -> Result<Self, PriceError> {
        let mut prices = Self::default();
        prices.add(EMBEDDED)?;
        Ok(prices)
    }

    /// Adds a table in the format of `prices.toml`. Models in it lose their earlier prices.
    pub fn add(&mut self, toml: &str) -> Result<(), PriceError> {
        let file: File = toml::from_str(toml)?;
        let mut added: FxHashMap<String, Vec<Dated>> = FxHashMap::default();
        for entry in file.price {
            let Entry { models, from, input, cached, cache_write, output, long } = entry;
            let mut push = |amounts| {
                let rate = Rate::new(amounts).ok_or_else(|| PriceError::Amount { model: models.join(", ") })?;
                Ok::<u32, PriceError>(self.push(rate))
            };
            let standard = push(Amounts { input, cached, cache_write, output })?;
            let long = long.map(push).transpose()?;
            for model in models {
                added.entry(model).or_default().push(Dated { from, standard, long });
            }
        }
        for dated in added.values_mut() {
            dated.sort_by_key(|dated| dated.from);
        }
        self.models.extend(added);
        self.long_above = file.long_above.unwrap_or(self.long_above);
        self.snapshot = file.snapshot.unwrap_or_else(|| std::mem::take(&mut self.snapshot));
        self.source = file.source.unwrap_or_else(|| std::mem::take(&mut self.source));
        Ok(())
    }

    fn push(&mut self, rate: Rate) -> u32 {
        self.rates.push(rate);
        (self.rates.len() - 1) as u32
    }

    /// The rates of `model` on `day` (UTC), if it has any. A day that is not known has them only if
    /// the model's price never changed.
    pub(crate) fn rates_of(&self, model: &str, day: Option<Date>) -> Option<Rates> {
        let model = model.strip_prefix("openai/").unwrap_or(model);
        let dated = self.models.get(model).or_else(|| self.models.get(without_date(model)?))?;
        let entry = match day {
            Some(day) => dated.iter().rev().find(|dated| dated.from.is_none_or(|from| from <= day))?,
            None => dated.first().filter(|_| dated.len() == 1)?,
        };
        Some(Rates { standard: entry.standard, long: entry.long, long_above: self.long_above })
    }

    /// The rate with this number.
    pub fn rate(&self, number: u32) -> Option<&Rate> {
        self.rates.get(number as usize)
    }
}

/// `gpt-5` for the dated name `gpt-5-2025-08-07`, which is the same model.
fn without_date(model: &str) -> Option<&str> {
    let at = model.len().checked_sub("-YYYY-MM-DD".len())?;
    let (name, date) = model.split_at_checked(at)?;
    date.strip_prefix('-')?.parse::<Date>().ok().map(|_| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(model: &str, day: &str, usage: TokenUsage) -> Option<String> {
        let prices = Prices::embedded().unwrap();
        let rate = prices.rates_of(model, Some(day.parse().unwrap()))?.for_input(usage.input_tokens);
        let uncached = usage.input_tokens - usage.cached_input_tokens - usage.cache_write_input_tokens;
        Some(prices.rate(rate).unwrap().cost(&usage, uncached).normalize().to_string())
    }

    fn usage(input: u64, cached: u64, write: u64, output: u64) -> TokenUsage {
        TokenUsage {
            input_tokens: input,
            cached_input_tokens: cached,
            cache_write_input_tokens: write,
            output_tokens: output,
            reasoning_output_tokens: output / 2, // inside the output: costs nothing more
            total_tokens: input + output,
        }
    }

    #[test]
    fn prices_equal_hand_made_sums() {
        let check =
            |model, day, usage, want: &str| assert_eq!(cost(model, day, usage).as_deref(), Some(want), "{model} {day}");
        // 12,000 × 1.25 + 98,000 × 0.125 + 1,100 × 10 per million.
        check("gpt-5-codex", "2026-01-01", usage(110_000, 98_000, 0, 1_100), "0.03825");
        // At the threshold the standard price holds, above it the long one for the whole response.
        check("gpt-5.4", "2026-05-01", usage(272_000, 0, 0, 0), "0.68");
        check("gpt-5.4", "2026-05-01", usage(272_001, 0, 0, 0), "1.360005");
        // Cache writes cost more from the 5.6 family on, and the price fell in September.
        check("gpt-5.6", "2026-09-05", usage(1_000_000 / 4, 0, 250_000, 0), "1.5625");
        check("gpt-5.6", "2026-09-06", usage(1_000_000 / 4, 0, 250_000, 0), "1.25");
        check("gpt-5.4", "2026-05-01", usage(100_000, 0, 100_000, 0), "0.25");
        check("gpt-5-2025-08-07", "2026-01-01", usage(1_000_000 / 8, 0, 0, 0), "0.15625");
        assert_eq!(cost("some-local-model", "2026-01-01", usage(1, 0, 0, 1)), None);
        assert_eq!(cost("gpt-5-turbo", "2026-01-01", usage(1, 0, 0, 1)), None);
    }

    #[test]
    fn a_table_of_the_user_overrides_and_adds() {
        let mut prices = Prices::embedded().unwrap();
        prices.add("[[price]]\nmodels = ['gpt-5', 'mine']\ninput = '2'\noutput = '3'\n").unwrap();
        let rate = *prices.rate(prices.rates_of("gpt-5", None).unwrap().for_input(0)).unwrap();
        let (input, output) = (Decimal::from(2), Decimal::from(3));
        assert_eq!(rate, Rate::new(Amounts { input, cached: None, cache_write: None, output }).unwrap());
        assert!(prices.rates_of("mine", None).is_some());
        assert!(prices.rates_of("gpt-5.4", None).is_some());
        assert_eq!(prices.snapshot, "2026-11-20");
        assert!(prices.rates_of("gpt-5.6", None).is_none(), "a price that changed needs a day");
        assert!(prices.add("[[price]]\nmodels = ['x']\ninput = '-1'\noutput = '3'\n").is_err());
        let long = "[[price]]\nmodels = ['x']\ninput = '1'\noutput = '3'\nlong = { input = '-1', output = '3' }\n";
        assert!(prices.add(long).is_err(), "the long rate is held to the same bounds");
        assert!(prices.add("[[price]]\nmodels = ['x']\ninputs = '1'\n").is_err());
    }
}
