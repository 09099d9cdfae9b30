//! Arguments of `rollout validate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Homes;

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
