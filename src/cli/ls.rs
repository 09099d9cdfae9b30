//! Arguments of `rollout ls`.

use clap::Args;

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
}
