//! Arguments of `rollout replay`.

use clap::Args;

use super::Thread;

#[derive(Clone, Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    pub(crate) thread: Thread,
}
