//! Arguments of `rollout schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Schema {
    #[command(subcommand)]
    pub(crate) command: Option<SchemaCommand>,
    /// Write all schemas into this folder; without it they are listed
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// List the published schemas
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Print a schema
    Print {
        /// Its name, such as RolloutLine
        name: String,
    },
    /// Write all schemas into a folder
    Write {
        /// The folder; it is created
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Compare two schema files, of any tool; exit code 1 if a change breaks readers
    Diff {
        /// The older schema
        old: PathBuf,
        /// The newer schema
        new: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Count kinds and members that this toolkit does not know, by the Codex version that began the
    /// file; exit code 1 if there are any
    Drift {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        format: Format,
    },
}
