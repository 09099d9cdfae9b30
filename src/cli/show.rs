//! Arguments of `rollout show`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Thread;

#[derive(Clone, Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// Show only these turns, as N, A..B, A.. or ..B, both ends included
    #[arg(long, visible_alias = "turn", value_name = "TURNS", value_parser = turns, help_heading = "Filters")]
    pub(crate) turns: Option<RangeInclusive<u32>>,
    /// Also show turns that were dropped from the history by a rollback or a revert
    #[arg(long, help_heading = "Filters")]
    pub(crate) all: bool,
    /// Mask what looks like a secret, and show only the beginning of outputs; look over the result
    /// before you publish it
    #[arg(long, help_heading = "Filters")]
    pub(crate) redact: bool,
    /// How the transcript is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: ShowFormat,
    /// Show outputs and patches to their last line; for text and markdown, the other formats hold all
    #[arg(long, help_heading = "Output")]
    pub(crate) full: bool,
    /// Show what Codex told the model in the user's name; for text and markdown
    #[arg(long, help_heading = "Output")]
    pub(crate) context: bool,
    /// Write into this file, which must not exist
    #[arg(short = 'o', long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file of --output if it exists
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(crate) force: bool,
    /// Print to the terminal itself, not through $PAGER
    #[arg(long, help_heading = "Output")]
    pub(crate) no_pager: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For the terminal
    Text,
    /// A document for GitHub and its like
    Markdown,
    /// One page for a browser, which needs no network
    Html,
    /// One JSON document
    Json,
    /// One JSON document per line: the thread, each turn, its items
    Ndjson,
}

/// `N`, `A..B`, `A..` or `..B`.
fn turns(text: &str) -> Result<RangeInclusive<u32>, String> {
    let number = |text: &str, open: u32| match text {
        "" => Ok(open),
        text => text.parse().map_err(|_| format!("`{text}` is not a number of a turn")),
    };
    let range = match text.split_once("..") {
        Some((first, last)) => number(first, 1)?..=number(last, u32::MAX)?,
        None => {
            let number = text.parse().map_err(|_| "write N, A..B, A.. or ..B".to_owned())?;
            number..=number
        }
    };
    if range.is_empty() { Err("the first turn comes after the last".to_owned()) } else { Ok(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_one_or_a_range() {
        assert_eq!(turns("3"), Ok(3..=3));
        assert_eq!(turns("2..5"), Ok(2..=5));
        assert_eq!(turns("2.."), Ok(2..=u32::MAX));
        assert_eq!(turns("..5"), Ok(1..=5));
        for wrong in ["", "x", "5..2", "1..x", "-1"] {
            assert!(turns(wrong).is_err(), "{wrong}");
        }
    }
}
