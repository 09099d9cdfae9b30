//! Arguments of `rollout stream`.

use clap::Args;

use super::Homes;

#[derive(Clone, Debug, Args)]
pub(crate) struct Stream {
    /// Threads, as in other commands; without any, all of them
    #[arg(value_name = "THREAD")]
    pub(crate) selectors: Vec<String>,
    #[command(flatten)]
    pub(crate) homes: Homes,
}
