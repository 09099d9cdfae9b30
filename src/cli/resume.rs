//! Arguments of `rollout resume`.

use clap::Args;

use super::Homes;

#[derive(Clone, Debug, Args)]
pub(crate) struct Resume {
    /// A thread: its id or the beginning or end of one, its name, `latest` or a rollout file
    #[arg(value_name = "THREAD")]
    pub(crate) selector: Option<String>,
    /// Print the command line and run nothing
    #[arg(long)]
    pub(crate) print: bool,
    #[command(flatten)]
    pub(crate) homes: Homes,
}
