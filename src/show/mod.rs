//! A thread's transcript in each of its formats, written as it is read.
//!
//! A [`Format`] gets turns and items one by one and keeps none of them; [`Showing`] stands between it
//! and the reader: it picks turns, masks secrets, and remembers why writing ended. Nothing is read,
//! decided or printed here.

mod diff;
mod fold;
mod html;
mod json;
mod markdown;
mod redact;
mod safe;
mod showing;
mod terminal;
mod text;
mod words;
mod wrap;

use std::io;

use analyze::report::{Amounts, Usd};
use jiff::tz::TimeZone;
use replay::turns::{Item, Turn};
use replay::{Problem, Time};
use rollout_schema::TokenUsage;
use serde::Serialize;

pub(crate) use html::Html;
pub(crate) use json::{Json, Ndjson};
pub(crate) use markdown::Markdown;
pub(crate) use redact::Redactor;
pub(crate) use safe::{safe, safe_line};
pub(crate) use showing::{Selection, Showing};
pub(crate) use text::Text;

/// What is known of a thread before its first turn.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct ThreadHead {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) cwd: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) cli_version: Option<String>,
    pub(crate) created: Option<Time>,
    /// Files that hold its lines, in order; `LinePlace::segment` counts them.
    pub(crate) files: Vec<String>,
}

/// What a turn used.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Strip {
    #[serde(flatten)]
    pub(crate) usage: TokenUsage,
    /// Null if no price is known.
    pub(crate) cost_usd: Option<Usd>,
    /// Total tokens of responses whose price is not known, which `cost_usd` does not contain.
    pub(crate) unpriced_tokens: u64,
}

impl Strip {
    /// The strip of a turn with these amounts.
    pub(crate) fn of(amounts: &Amounts) -> Self {
        let Amounts { usage, cost_usd, unpriced_tokens, .. } = *amounts;
        Self { usage, cost_usd: cost_usd.flatten(), unpriced_tokens }
    }
}

/// How much is shown, and for whom.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Whether outputs are shown to their last line.
    pub(crate) full: bool,
    /// Whether words that Codex put in the user's name are shown.
    pub(crate) context: bool,
    /// Whose clock times are told by.
    pub(crate) zone: TimeZone,
}

/// A way to write transcripts down.
pub(crate) trait Format {
    /// The transcript begins.
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()>;
    /// A turn begins, or with index 0 what stands before the first.
    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, strip: Option<&Strip>) -> io::Result<()>;
    /// One item of the turn that began last.
    fn item(&mut self, out: &mut dyn io::Write, item: &Item) -> io::Result<()>;
    /// The transcript ends. These are the places that could not be read.
    fn end(&mut self, out: &mut dyn io::Write, problems: &[Problem]) -> io::Result<()>;
}
