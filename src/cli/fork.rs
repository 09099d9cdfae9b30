//! Arguments of `rollout fork`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, Thread};

#[derive(Clone, Debug, Args)]
pub(crate) struct Fork {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// The point up to which history is kept: end, turn:N (just after the Nth user turn), before-user:N (just
    /// before the Nth message of the user), item:ID, ordinal:N, line:N, time:RFC3339 or compaction:N
    #[arg(long, value_name = "POINT", default_value = "end")]
    pub(crate) at: String,
    /// Refer to the source's file instead of copying it; for paginated threads, which cannot lose that file
    #[arg(long, conflicts_with = "ephemeral")]
    pub(crate) by_reference: bool,
    /// Write nothing: print the fork's history, one item per line, or with --json as one document
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Working folder of the new thread [default: the source's]
    #[arg(long, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
    /// Name of the new thread
    #[arg(long, value_name = "NAME", conflicts_with = "ephemeral")]
    pub(crate) name: Option<String>,
    /// Provider that serves the new thread's model [default: the source's]
    #[arg(long, value_name = "ID")]
    pub(crate) model_provider: Option<String>,
    /// Who started the new thread: cli, vscode, exec, mcp, unknown or a name of your own
    #[arg(long, value_name = "SOURCE", default_value = "cli")]
    pub(crate) session_source: String,
    /// Wait until the new file is on the disk; otherwise it is handed to the system, as Codex does
    #[arg(long, conflicts_with = "ephemeral")]
    pub(crate) sync: bool,
    /// Say what would be written, and write nothing
    #[arg(long, conflicts_with = "ephemeral")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}
