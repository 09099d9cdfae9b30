//! Arguments of `rollout repair`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;

#[derive(Clone, Debug, Args)]
pub(crate) struct Repair {
    /// The damaged rollout, plain or compressed; it is not changed
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the mended copy is written; must not exist
    #[arg(long, value_name = "NEW")]
    pub(crate) out: PathBuf,
    /// What becomes of a last record that is cut off
    #[arg(long, value_name = "HOW", default_value = "drop")]
    pub(crate) torn_tail: TornTail,
    /// Number the lines anew, from the first ordinal on
    #[arg(long)]
    pub(crate) renumber: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TornTail {
    /// Leave it out
    Drop,
    /// Keep it on a line of its own, which readers skip
    Close,
}
