//! Arguments of `rollout archive`, `rollout unarchive` and `rollout name`.

use clap::Args;

use super::{Format, Thread};

#[derive(Clone, Debug, Args)]
pub(crate) struct Shelve {
    #[command(flatten)]
    pub(crate) thread: Thread,
    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Name {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// The new name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) format: Format,
}
