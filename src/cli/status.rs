//! Arguments of `rollout status`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    /// Draw anew every so many seconds, until Ctrl-C; with --json one line of JSON each time
    #[arg(short, long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", help_heading = "Output",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) watch: Option<u64>,
    /// Only threads begun in this folder; can be repeated [default: the current folder, if there are
    /// any]
    #[arg(long = "cwd", value_name = "DIR", help_heading = "Filters")]
    pub(crate) cwds: Vec<PathBuf>,
    /// Only this project, by full name or its last part; can be repeated
    #[arg(long = "project", value_name = "NAME", help_heading = "Filters")]
    pub(crate) projects: Vec<String>,
    /// Threads of every folder
    #[arg(long, conflicts_with_all = ["cwds", "projects"], help_heading = "Filters")]
    pub(crate) all: bool,
    /// Only threads written so short a time ago, such as 90s, 15m, 24h or 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = span, help_heading = "Filters")]
    pub(crate) recent: Duration,
    /// How long an open turn may write nothing before that is said
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = span, help_heading = "Filters")]
    pub(crate) active_within: Duration,
    /// How long after its turn a thread is ready; and how long an open turn passes for active where
    /// nothing tells whether its process lives
    #[arg(long, value_name = "TIME", default_value = "300s", value_parser = span, help_heading = "Filters")]
    pub(crate) idle_after: Duration,
}

/// Reads `90s`, `15m`, `24h` or `7d`; a number alone is seconds.
fn span(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("write 90s, 15m, 24h or 7d".to_owned()),
    };
    let seconds = digits.parse::<u32>().map_err(|_| "write 90s, 15m, 24h or 7d".to_owned())?;
    Ok(Duration::from_secs(u64::from(seconds) * unit))
}
