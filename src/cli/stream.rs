//! Arguments of `rollout stream`.

use std::path::PathBuf;

use clap::Args;

use super::Homes;

#[derive(Clone, Debug, Args)]
pub(crate) struct Stream {
    /// Threads, as in other commands, or homes and folders; without any, all threads
    #[arg(value_name = "THREAD")]
    pub(crate) selectors: Vec<String>,
    #[command(flatten)]
    pub(crate) homes: Homes,
    /// Go on with what is being written
    #[arg(short = 'f', long, help_heading = "Following")]
    pub(crate) follow: bool,
    /// Tell only what is written from now on
    #[arg(long, requires = "follow", help_heading = "Following")]
    pub(crate) from_now: bool,
    /// Remember in FILE what was delivered, and go on from there; without --follow, tell what is new
    /// since the last time
    #[arg(long, value_name = "FILE", help_heading = "Following")]
    pub(crate) cursor: Option<PathBuf>,
    /// Look for changes at least this often
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "5",
        value_parser = seconds,
        requires = "follow",
        help_heading = "Following"
    )]
    pub(crate) poll: std::time::Duration,
    /// End when nothing was written for this long
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "follow", help_heading = "Following")]
    pub(crate) exit_when_idle: Option<std::time::Duration>,
    /// Only events of these types, such as user_message,assistant_message
    #[arg(long, value_name = "TYPE", value_delimiter = ',', value_parser = types(), help_heading = "Filters")]
    pub(crate) types: Vec<String>,
    /// Only events from this time on: 2026-01-31, or 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    pub(crate) since: Option<String>,
    /// Only events before this time, or to the end of this day
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    pub(crate) until: Option<String>,
    /// Leave out what was copied from the thread that another was forked from
    #[arg(long, help_heading = "Filters")]
    pub(crate) own: bool,
    /// End after so many events
    #[arg(long, value_name = "N", help_heading = "Filters")]
    pub(crate) limit: Option<u64>,
    /// Cut texts to so many bytes, and say how many are left out
    #[arg(long, value_name = "BYTES", help_heading = "Output")]
    pub(crate) max_text: Option<usize>,
    /// Run CMD with the shell for each batch of events, which it gets on standard input; a batch is
    /// delivered when CMD ends with 0, and is tried again until then
    #[arg(long, value_name = "CMD", help_heading = "Output")]
    pub(crate) exec: Option<String>,
    /// Post each batch of events to an http:// address; a batch is delivered when the answer is 2xx, and
    /// is tried again until then
    #[arg(long, value_name = "URL", conflicts_with = "exec", help_heading = "Output")]
    pub(crate) url: Option<String>,
}

fn types() -> clap::builder::PossibleValuesParser {
    replay::events::EventKind::NAMES.into()
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    std::time::Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
