//! What can be typed: clap types and their help, nothing else. No environment is read here.

mod analyze;
mod fork;
mod history;
mod ls;
mod record;
mod repair;
mod replay;
mod resume;
mod rollback;
mod schema;
mod search;
mod shelve;
mod show;
mod status;
mod stream;
mod validate;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use analyze::*;
pub(crate) use fork::*;
pub(crate) use history::*;
pub(crate) use ls::*;
pub(crate) use record::*;
pub(crate) use repair::*;
pub(crate) use replay::*;
pub(crate) use resume::*;
pub(crate) use rollback::*;
pub(crate) use schema::*;
pub(crate) use search::*;
pub(crate) use shelve::*;
pub(crate) use show::*;
pub(crate) use status::*;
pub(crate) use stream::*;
pub(crate) use validate::*;

/// The toolkit for Codex rollout logs
#[derive(Debug, Parser)]
#[command(name = "rollout", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(crate) color: ColorWhen,
    /// Say more on stderr; twice for even more
    #[arg(short = 'v', long, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub(crate) verbose: u8,
    /// Show no progress and no closing line
    #[arg(short = 'q', long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List threads, newest first
    Ls(Box<Ls>),
    /// Show a thread: its turns, tool calls, patches and answers
    Show(Box<Show>),
    /// Print what the model sees: the items of a thread's history at its end or at any point
    History(History),
    /// Play a thread back in its own time
    Replay(Replay),
    /// Print threads as one stream of events, and follow them as they are written
    Stream(Box<Stream>),
    /// Find words in messages, reasoning, tool calls and outputs
    Search(Box<Search>),
    /// Say what the recent threads are doing: active, ready, waiting, blocked, interrupted, ended
    Status(Status),
    /// Begin a new thread with the history of another, up to any point of it
    Fork(Box<Fork>),
    /// Go on with a thread in Codex: find it, build the command line, run it
    Resume(Box<Resume>),
    /// Drop the newest turns from a thread's history, as Codex does: nothing is deleted
    Rollback(Rollback),
    /// Move a thread's files to the archive
    Archive(Shelve),
    /// Move a thread's files back from the archive
    Unarchive(Shelve),
    /// Give a thread a name
    Name(Name),
    /// Record a thread: items on stdin become a rollout that Codex can resume
    Record(Box<Record>),
    /// Say what the threads used and what that cost
    #[command(subcommand)]
    Analyze(Box<Analyze>),
    /// Check logs: bytes, schema, lines that belong together, and what Codex will do with them
    Validate(Box<Validate>),
    /// Write a mended copy of a damaged rollout
    Repair(Repair),
    /// List, print, write and compare the published JSON Schemas
    Schema(Schema),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write one page per command
    Man {
        /// Write the pages into this folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// Which logs are read, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct Source {
    /// Homes, folders or rollout files; without any, the Codex homes are read
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) homes: Homes,
}

/// Where the Codex homes are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Homes {
    /// A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or ~/.codex]
    #[arg(long = "home", value_name = "DIR", help_heading = "Logs")]
    pub(crate) homes: Vec<PathBuf>,
    /// Read the sample logs that come with the program
    #[arg(long, conflicts_with_all = ["homes"], help_heading = "Logs")]
    pub(crate) sample: bool,
    /// Threads that read files [default: one per core]
    #[arg(short = 'J', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Logs")]
    pub(crate) jobs: Option<u16>,
}

/// Which thread is meant.
#[derive(Clone, Debug, Args)]
pub(crate) struct Thread {
    /// A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or with
    /// --of an agent's path such as /root/tester
    #[arg(value_name = "THREAD")]
    pub(crate) selector: String,
    /// The thread in whose tree an agent's path is looked up
    #[arg(long, value_name = "THREAD", help_heading = "Logs")]
    pub(crate) of: Option<String>,
    #[command(flatten)]
    pub(crate) homes: Homes,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Format {
    /// Print JSON
    #[arg(short = 'j', long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Where days begin.
#[derive(Clone, Debug, Args)]
pub(crate) struct Days {
    /// Zone whose days count, by its IANA name [default: the system's]
    #[arg(short = 'z', long, value_name = "ZONE", help_heading = "Filters")]
    pub(crate) timezone: Option<String>,
}
