//! What can be typed: clap types and their help, nothing else. No environment is read here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

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

#[derive(Debug, Subcommand)]
pub(crate) enum Analyze {
    /// Cost per day
    Daily(Report),
    /// Cost per week, which begins on Monday
    Weekly(Report),
    /// Cost per month
    Monthly(Report),
    /// Cost per thread, with title and lineage
    Session(Report),
    /// Cost per project: repository, else working folder
    Project(Report),
    /// Cost per model
    Model(Report),
    /// One row for everything
    Total(Report),
    /// Show each line that could be a billed response, and why it was counted or not
    Explain(Explain),
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

/// How a report is printed.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Format {
    /// Print JSON
    #[arg(short = 'j', long, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    /// Print CSV
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub(crate) csv: bool,
    /// Show each model's part of every row
    #[arg(short, long, help_heading = "Output")]
    pub(crate) breakdown: bool,
    /// At most N rows: the newest periods and sessions, the largest projects and models
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(crate) last: Option<usize>,
    /// Order of rows [default: time ascends, size descends]
    #[arg(short, long, value_name = "ORDER", help_heading = "Output")]
    pub(crate) order: Option<OrderBy>,
    #[command(flatten)]
    pub(crate) days: Days,
    /// First day: 2026-11-01, 20261101, today, yesterday, or 7d for seven days ago
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) since: Option<String>,
    /// Last day, inclusive
    #[arg(short, long, value_name = "DAY", help_heading = "Filters")]
    pub(crate) until: Option<String>,
    /// Only this model; can be repeated
    #[arg(long = "model", value_name = "NAME", help_heading = "Filters")]
    pub(crate) models: Vec<String>,
    /// Only this project, by full name or its last part; can be repeated
    #[arg(long = "project", value_name = "NAME", help_heading = "Filters")]
    pub(crate) projects: Vec<String>,
    /// Only this source, such as cli, exec, subagent or subagent:review; can be repeated
    #[arg(long = "source", value_name = "NAME", help_heading = "Filters")]
    pub(crate) sources: Vec<String>,
    /// Leave money out
    #[arg(long, help_heading = "Prices")]
    pub(crate) no_cost: bool,
    /// A price table that overrides or adds to the embedded one
    #[arg(long, value_name = "FILE", conflicts_with = "no_cost", help_heading = "Prices")]
    pub(crate) pricing: Option<PathBuf>,
    /// Exit with 1 if a number is incomplete
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,
}

/// Where days begin.
#[derive(Clone, Debug, Args)]
pub(crate) struct Days {
    /// Zone whose days count, by its IANA name [default: the system's]
    #[arg(short = 'z', long, value_name = "ZONE", help_heading = "Filters")]
    pub(crate) timezone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderBy {
    Asc,
    Desc,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Explain {
    /// A thread's id (or the beginning or end of one), or a day
    #[arg(value_name = "THREAD|DAY")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) days: Days,
    /// Show the JSON of each line
    #[arg(long, help_heading = "Output")]
    pub(crate) raw: bool,
    /// Read lines by offset instead of mapping files
    #[arg(long, help_heading = "Logs")]
    pub(crate) no_mmap: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Validate {
    /// Homes, folders, rollout files, or - for stdin; without any, the Codex homes are read
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) homes: Homes,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: FindingsFormat,
    /// Print JSON; the same as --format json
    #[arg(short = 'j', long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) json: bool,
    /// List at most N findings; 0 lists all. All are counted [default: 100 for people, 100000 for programs]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(crate) max_problems: Option<usize>,
    /// Treat a rule as an error; can be repeated or a comma-separated list
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(crate) deny: Vec<String>,
    /// Treat a rule as a warning
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(crate) warn: Vec<String>,
    /// Switch a rule off
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    pub(crate) allow: Vec<String>,
    /// Read levels of rules from this file [default: rollout.toml, if it is there]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(crate) config: Option<PathBuf>,
    /// Hold lines against this JSON Schema in place of the built-in one
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(crate) schema: Option<PathBuf>,
    /// Explain a rule, or all of them, and check nothing
    #[arg(long, value_name = "RULE", num_args = 0..=1, default_missing_value = "all", help_heading = "Rules")]
    pub(crate) explain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// For people: path:line:column, rule, message, and the text around the place
    Text,
    /// One JSON document
    Json,
    /// One JSON document per finding, then one with the counts
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Repair {
    /// The damaged rollout, plain or compressed; it is not changed
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the mended copy is written; must not exist
    #[arg(long, value_name = "NEW")]
    pub(crate) out: PathBuf,
    /// What becomes of a last record that is cut off
    #[arg(long, value_name = "HOW", default_value = "drop")]
    pub(crate) torn_tail: TornTail,
    /// Number the lines anew, from the first ordinal on
    #[arg(long)]
    pub(crate) renumber: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TornTail {
    /// Leave it out
    Drop,
    /// Keep it on a line of its own, which readers skip
    Close,
}

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
