//! Arguments of `rollout rollback`.

use clap::Args;

use super::{Format, Thread};

#[derive(Clone, Debug, Args)]
pub(crate) struct Rollback {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// User turns to drop from the end of the history
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) turns: u32,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}
