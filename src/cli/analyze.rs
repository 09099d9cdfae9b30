//! Arguments of `rollout analyze`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Days, Format, Source};

#[derive(Debug, Subcommand)]
pub(crate) enum Analyze {
    /// Cost per day
    Daily(Report),
    /// Cost per week, which begins on Monday
    Weekly(Report),
    /// Cost per month
    Monthly(Report),
    /// Cost per thread, with title and lineage
    Session(Report),
    /// Cost per project: repository, else working folder
    Project(Report),
    /// Cost per model
    Model(Report),
    /// One row for everything
    Total(Report),
    /// Show each line that could be a billed response, and why it was counted or not
    Explain(Explain),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    /// Print CSV
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub(crate) csv: bool,
    /// Show each model's part of every row
    #[arg(short, long, help_heading = "Output")]
    pub(crate) breakdown: bool,
    /// At most N rows: the newest periods and sessions, the largest projects and models
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(crate) last: Option<usize>,
    /// Order of rows [default: time ascends, size descends]
    #[arg(short, long, value_name = "ORDER", help_heading = "Output")]
    pub(crate) order: Option<OrderBy>,
    #[command(flatten)]
    pub(crate) days: Days,
    /// First day: 2026-11-01, 20261101, today, yesterday, or 7d for seven days ago
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) since: Option<String>,
    /// Last day, inclusive
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) until: Option<String>,
    /// Only this model; can be repeated
    #[arg(long = "model", value_name = "NAME", help_heading = "Filters")]
    pub(crate) models: Vec<String>,
    /// Only this project, by full name or its last part; can be repeated
    #[arg(long = "project", value_name = "NAME", help_heading = "Filters")]
    pub(crate) projects: Vec<String>,
    /// Only this source, such as cli, exec, subagent or subagent:review; can be repeated
    #[arg(long = "source", value_name = "NAME", help_heading = "Filters")]
    pub(crate) sources: Vec<String>,
    /// Leave money out
    #[arg(long, help_heading = "Prices")]
    pub(crate) no_cost: bool,
    /// A price table that overrides or adds to the embedded one
    #[arg(long, value_name = "FILE", conflicts_with = "no_cost", help_heading = "Prices")]
    pub(crate) pricing: Option<PathBuf>,
    /// Exit with 1 if a number is incomplete
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderBy {
    Asc,
    Desc,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Explain {
    /// A thread's id (or the beginning or end of one), or a day
    #[arg(value_name = "THREAD|DAY")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) days: Days,
    /// Show the JSON of each line
    #[arg(long, help_heading = "Output")]
    pub(crate) raw: bool,
    /// Read lines by offset instead of mapping files
    #[arg(long, help_heading = "Logs")]
    pub(crate) no_mmap: bool,
}
