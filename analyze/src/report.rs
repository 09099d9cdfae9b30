//! The shapes of a report, as `--json` prints them.
//!
//! Token counts are whole tokens as Codex writes them: cached and cache-write tokens are part of
//! the input, reasoning tokens part of the output. Money is USD. Any change of these shapes that
//! could break a reader raises [`SCHEMA_VERSION`].

use std::collections::BTreeMap;

use rollout_schema::TokenUsage;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// Version of every shape in this file.
pub const SCHEMA_VERSION: u32 = 1;

/// What the rows of a report are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// One row per day of the zone.
    Daily,
    /// One row per week, named by its Monday.
    Weekly,
    /// One row per month.
    Monthly,
    /// One row per thread.
    Session,
    /// One row per project.
    Project,
    /// One row per model.
    Model,
    /// A single row.
    Total,
}

/// An exact amount of USD, rounded only where it is printed for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(pub Decimal);

impl Usd {
    /// Dollars and cents for people, half a cent away from zero: `12.35`.
    pub fn rounded(self) -> String {
        format!("{:.2}", self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Up to 15 significant digits an f64 prints as the decimal it was made from.
        serializer.serialize_f64(self.0.to_f64().unwrap_or(f64::NAN))
    }
}

/// Usage and cost of any group of responses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Amounts {
    /// Billed responses: those with any usage.
    pub responses: u64,
    /// What they used.
    pub usage: TokenUsage,
    /// What they cost, as far as prices are known; null if no price is known. Absent with
    /// `--no-cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>")]
    pub cost_usd: Option<Option<Usd>>,
    /// Total tokens of responses whose price is not known, which `cost_usd` does not contain.
    pub unpriced_tokens: u64,
}

/// One model's part of a row.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ModelAmounts {
    /// The model that was asked; `unknown` if the log does not say.
    pub model: String,
    /// Its part.
    #[serde(flatten)]
    pub amounts: Amounts,
}

/// Who a row is about. Only the members that fit the report are present.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct RowKey {
    /// Day, or Monday of the week (`YYYY-MM-DD`), or month (`YYYY-MM`). Null for responses whose
    /// line has no readable time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub date: Option<Option<String>>,
    /// Project: remote of the repository, its root folder, or a working folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Model, in a report by model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The thread, in a report by session.
    #[serde(flatten)]
    pub thread: Option<ThreadRow>,
}

/// A thread, with where it came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ThreadRow {
    /// The thread.
    pub thread_id: String,
    /// The name the user gave it, else the first thing the user said in it.
    pub title: Option<String>,
    /// `cli`, `vscode`, `exec`, `subagent:review` and so on.
    pub source: Option<String>,
    /// Working folder at the start.
    pub cwd: Option<String>,
    /// Time of its first billed response in the report, UTC.
    pub first_activity: Option<String>,
    /// Time of its last billed response in the report, UTC.
    pub last_activity: Option<String>,
    /// The thread it was forked from.
    pub forked_from: Option<String>,
    /// The thread that spawned it as a sub-agent.
    pub parent_thread_id: Option<String>,
    /// The root of its tree of sub-agents; itself if it is none.
    pub root_thread_id: String,
    /// Its path in that tree.
    pub agent_path: Option<String>,
}

/// One row of a report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Row {
    /// What the row is about.
    #[serde(flatten)]
    pub key: RowKey,
    /// Its own amounts; what sub-agents and forks used is in their own rows.
    #[serde(flatten)]
    pub amounts: Amounts,
    /// The same by model.
    pub models: Vec<ModelAmounts>,
}

/// The price table that was used.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Pricing {
    /// The day on which the table was made.
    pub snapshot: String,
    /// Where its figures come from.
    pub source: String,
}

/// Damage of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProblemGroup {
    /// The rule's name.
    pub rule: String,
    /// How often it was met.
    pub count: u64,
    /// The first places, as `path:line:column: what`.
    pub places: Vec<String>,
}

/// Something the files themselves cannot tell.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Incomplete {
    /// `lost-record`, `missing-ancestor`, `no-usage-written` or `unreadable`.
    pub reason: String,
    /// How often.
    pub count: u64,
    /// The first places.
    pub places: Vec<String>,
}

/// How far the numbers can be trusted, and why.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DataQuality {
    /// Whether every billed response that was written could be counted.
    pub complete: bool,
    /// Why not.
    pub incomplete: Vec<Incomplete>,
    /// Files read.
    pub files: u64,
    /// Decoded bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Lines that could have been billed responses and were counted, by rule.
    pub counted: BTreeMap<String, u64>,
    /// Lines that could have been billed responses and were not counted, by rule.
    pub refused: BTreeMap<String, u64>,
    /// Damage that was met, by rule.
    pub problems: Vec<ProblemGroup>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// What the rows are about.
    pub report: ReportKind,
    /// The zone whose days were used.
    pub timezone: String,
    /// The rows. They add up to `totals`.
    pub rows: Vec<Row>,
    /// All rows together.
    pub totals: Amounts,
    /// The price table that was used; absent with `--no-cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
    /// About the whole scan, whatever was filtered.
    pub data_quality: DataQuality,
}

/// One line that could be a billed response, and what was decided about it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedLine {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// Where the record begins in the line, counted from 1.
    pub column: u64,
    /// Decoded bytes of the file before the record.
    pub offset: u64,
    /// Length of the record in bytes.
    pub length: u64,
    /// Its time, UTC.
    pub time: Option<String>,
    /// `token_count` or `token_usage_record`.
    pub kind: String,
    /// Whether it was counted.
    pub counted: bool,
    /// The rule that decided.
    pub rule: String,
    /// The rule in words.
    pub reason: String,
    /// The usage it was counted with; for a line that was not counted, the usage it names.
    pub usage: Option<TokenUsage>,
    /// The thread that is billed.
    pub thread_id: Option<String>,
    /// The turn it belongs to.
    pub turn_id: Option<String>,
    /// The model of that turn; `unknown` if the log does not say.
    pub model: String,
    /// Reasoning effort of that turn, if not the model's default.
    pub effort: Option<String>,
    /// The JSON of the line, with `--raw`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// Every decision about a thread or a day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Version of this shape.
    pub schema_version: u32,
    /// Always `explain`.
    pub report: String,
    /// The thread or day that is explained.
    pub subject: String,
    /// The lines in order: of a thread by file and line, of a day by time.
    pub lines: Vec<ExplainedLine>,
    /// What was counted.
    pub totals: Amounts,
    /// About the whole scan.
    pub data_quality: DataQuality,
}

/// Every shape that `rollout analyze … --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Output {
    /// From `daily`, `weekly`, `monthly`, `session`, `project`, `model` and `total`.
    Report(Report),
    /// From `explain`.
    Explanation(Explanation),
}

/// The JSON Schema of [`Output`], as published in `schemas/Report.json`.
pub fn schema() -> schemars::Schema {
    let mut schema = schemars::schema_for!(Output);
    let id = format!("urn:rollout:schema:report:{SCHEMA_VERSION}");
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), "Output of `rollout analyze --json`".into());
    schema
}
