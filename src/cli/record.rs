//! Arguments of `rollout record`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, Homes};

#[derive(Clone, Debug, Args)]
pub(crate) struct Record {
    #[command(flatten)]
    pub(crate) homes: Homes,
    /// Go on with a thread instead of beginning one: its id or the beginning or end of one, its name, `latest` or
    /// a rollout file
    #[arg(long, value_name = "THREAD", conflicts_with_all = ["cwd", "model_provider", "session_source", "history_mode", "originator"])]
    pub(crate) append: Option<String>,
    /// Working folder of the new thread [default: this one]
    #[arg(long, value_name = "DIR", help_heading = "New thread")]
    pub(crate) cwd: Option<PathBuf>,
    /// Provider that serves the thread's model
    #[arg(long, value_name = "ID", help_heading = "New thread")]
    pub(crate) model_provider: Option<String>,
    /// Who started the thread: cli, vscode, exec, mcp, unknown or a name of your own [default: cli]
    #[arg(long, value_name = "SOURCE", help_heading = "New thread")]
    pub(crate) session_source: Option<String>,
    /// Dialect of the file [default: paginated; legacy if a session_meta comes in that names none]
    #[arg(long, value_name = "MODE", help_heading = "New thread")]
    pub(crate) history_mode: Option<HistoryMode>,
    /// Program that writes the thread [default: rollout]
    #[arg(long, value_name = "NAME", help_heading = "New thread")]
    pub(crate) originator: Option<String>,
    /// When lines are made to outlive a loss of power; they outlive this program at once
    #[arg(long, value_name = "WHEN", default_value = "finish", help_heading = "Writing")]
    pub(crate) sync: SyncWhen,
    /// Lines of stdin between two flushes
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Writing")]
    pub(crate) flush_every: u64,
    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistoryMode {
    /// Lines without ordinals; what was said stands in events as well
    Legacy,
    /// Numbered lines; what was said and done stands in completed items as well
    Paginated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SyncWhen {
    /// When the system sees fit, as Codex does
    Never,
    /// At the end
    Finish,
    /// At every flush
    EachFlush,
}
