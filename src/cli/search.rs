//! Arguments of `rollout search`.

use clap::{Args, ValueEnum};

use super::{Format, Source};

#[derive(Clone, Debug, Args)]
pub(crate) struct Search {
    /// What to look for: words as they were said, with any quotes and line breaks in them
    #[arg(value_name = "QUERY")]
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// Read the query as a regular expression
    #[arg(long, help_heading = "Query")]
    pub(crate) regex: bool,
    /// Let upper and lower case be the same [default: only if the query has no upper case]
    #[arg(short = 'i', long, conflicts_with = "case_sensitive", help_heading = "Query")]
    pub(crate) ignore_case: bool,
    /// Tell upper from lower case
    #[arg(short = 's', long, help_heading = "Query")]
    pub(crate) case_sensitive: bool,
    /// Find whole words only
    #[arg(short = 'w', long, help_heading = "Query")]
    pub(crate) word: bool,
    /// Where to look; context is what Codex adds in the user's or the developer's name
    #[arg(
        long = "in",
        value_name = "WHERE,…",
        value_delimiter = ',',
        default_value = "user,assistant,reasoning,tool,output",
        help_heading = "Query"
    )]
    pub(crate) scopes: Vec<In>,
    /// End a file's search after so many hits
    #[arg(short = 'm', long, value_name = "N", value_parser = at_least_one(), help_heading = "Query")]
    pub(crate) max_count: Option<u64>,
    /// End the search after so many hits in all
    #[arg(long, value_name = "N", value_parser = at_least_one(), help_heading = "Query")]
    pub(crate) limit: Option<u64>,
    /// Show so many lines of the text before each line that matches
    #[arg(short = 'B', long, value_name = "N", help_heading = "Output")]
    pub(crate) before: Option<usize>,
    /// Show so many lines of the text after each line that matches
    #[arg(short = 'A', long, value_name = "N", help_heading = "Output")]
    pub(crate) after: Option<usize>,
    /// Show so many lines of the text before and after
    #[arg(short = 'C', long, value_name = "N", default_value_t = 0, help_heading = "Output")]
    pub(crate) context: usize,
    /// Print how many hits each thread has
    #[arg(short = 'c', long, conflicts_with_all = ["threads_with_matches", "json", "ndjson"], help_heading = "Output")]
    pub(crate) count: bool,
    /// Print the ids of threads with hits and nothing else
    #[arg(short = 'l', long, conflicts_with_all = ["json", "ndjson"], help_heading = "Output")]
    pub(crate) threads_with_matches: bool,
    /// Print one JSON object per hit and line
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub(crate) ndjson: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum In {
    User,
    Assistant,
    Reasoning,
    Tool,
    Output,
    Context,
    All,
}

fn at_least_one() -> impl clap::builder::TypedValueParser<Value = u64> {
    clap::value_parser!(u64).range(1..)
}
