//! Arguments of `rollout status`.

use clap::Args;

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
}
