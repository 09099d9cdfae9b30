//! Arguments of `rollout record`.

use clap::Args;

use super::Format;

#[derive(Clone, Debug, Args)]
pub(crate) struct Record {
    #[command(flatten)]
    pub(crate) format: Format,
}
