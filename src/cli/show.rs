//! Arguments of `rollout show`.

use clap::{Args, ValueEnum};

use super::Thread;

#[derive(Clone, Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// How the transcript is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: ShowFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For the terminal
    Text,
}
