//! Arguments of `rollout history`.

use clap::Args;

use super::{Format, Thread};

#[derive(Clone, Debug, Args)]
pub(crate) struct History {
    #[command(flatten)]
    pub(crate) thread: Thread,
    #[command(flatten)]
    pub(crate) format: Format,
}
