//! Arguments of `rollout search`.

use clap::Args;

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Search {
    /// What to look for
    #[arg(value_name = "QUERY")]
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
}
