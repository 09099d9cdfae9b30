//! Arguments of `rollout history`.

use clap::Args;

use super::{Format, Thread};

#[derive(Clone, Debug, Args)]
pub(crate) struct History {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// The point in the thread: end, turn:N (just after the Nth user turn), before-user:N (just before
    /// the Nth message of the user), item:ID, ordinal:N, line:N, time:RFC3339 or compaction:N; turns and
    /// messages are counted from 1, after rollbacks
    #[arg(long, value_name = "POINT", default_value = "end", conflicts_with = "diff")]
    pub(crate) at: String,
    /// Compare the histories at two points
    #[arg(long, num_args = 2, value_names = ["POINT", "POINT"], conflicts_with = "stats")]
    pub(crate) diff: Option<Vec<String>>,
    /// Count items, bytes and estimated tokens by kind
    #[arg(long)]
    pub(crate) stats: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}
