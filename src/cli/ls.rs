//! Arguments of `rollout ls`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Days, Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    /// At most N threads, or with --tree N families; 0 for all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30, help_heading = "Output")]
    pub(crate) limit: usize,
    /// Go on where an earlier list ended: its `next_cursor`. Threads begun meanwhile are not in it
    #[arg(long, value_name = "CURSOR", help_heading = "Output")]
    pub(crate) cursor: Option<String>,
    /// What is newest: what was written last, or what began last. A thread that is written while a
    /// list is continued moves to its front in the first order, and stays in its place in the second
    #[arg(long, value_name = "ORDER", default_value = "updated", help_heading = "Output")]
    pub(crate) sort: SortBy,
    /// Show whole families: forks and sub-agents below the threads they came out of, with what each
    /// branch used
    #[arg(long, conflicts_with = "cursor", help_heading = "Output")]
    pub(crate) tree: bool,
    /// Only threads begun in this folder; can be repeated
    #[arg(long = "cwd", value_name = "DIR", help_heading = "Filters")]
    pub(crate) cwds: Vec<PathBuf>,
    /// Or whose last turn ran in it
    #[arg(long, requires = "cwds", help_heading = "Filters")]
    pub(crate) cwd_latest: bool,
    /// Only this project, by full name or its last part; can be repeated
    #[arg(long = "project", value_name = "NAME", help_heading = "Filters")]
    pub(crate) projects: Vec<String>,
    /// Only this source, such as cli, exec, subagent or subagent:review; can be repeated
    #[arg(long = "source", value_name = "NAME", help_heading = "Filters")]
    pub(crate) sources: Vec<String>,
    /// Only threads that were billed for this model; can be repeated
    #[arg(long = "model", value_name = "NAME", help_heading = "Filters")]
    pub(crate) models: Vec<String>,
    /// Only threads written on this day or later: 2026-11-01, 20261101, today, yesterday, or 7d for
    /// seven days ago
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) since: Option<String>,
    /// Only threads last written on this day or earlier
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) until: Option<String>,
    #[command(flatten)]
    pub(crate) days: Days,
    /// Only threads whose name or user's messages hold this text; upper and lower case are alike
    #[arg(long, value_name = "TEXT", help_heading = "Filters")]
    pub(crate) grep: Option<String>,
    /// Only archived threads [default: only those that are not]
    #[arg(long, help_heading = "Filters")]
    pub(crate) archived: bool,
    /// Archived threads as well
    #[arg(long, conflicts_with = "archived", help_heading = "Filters")]
    pub(crate) all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortBy {
    Updated,
    Created,
}
