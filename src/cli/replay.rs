//! Arguments of `rollout replay`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Thread;

#[derive(Clone, Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    pub(crate) thread: Thread,
    /// Play only what stands behind this point, written as in `rollout history`: turn:2 begins with what
    /// comes after the second turn, before-user:2 with the user's second message
    #[arg(long, value_name = "POINT", help_heading = "Filters")]
    pub(crate) from: Option<String>,
    /// End at this point
    #[arg(long, value_name = "POINT", default_value = "end", help_heading = "Filters")]
    pub(crate) to: String,
    /// Play this many times faster [default: 1 on a terminal; elsewhere all is printed at once]
    #[arg(long, value_name = "FACTOR", value_parser = speed, conflicts_with = "output", help_heading = "Pace")]
    pub(crate) speed: Option<f64>,
    /// Shorten longer gaps to this, before --speed applies; a recording tells its player to do so
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds, help_heading = "Pace")]
    pub(crate) max_idle: Duration,
    /// Show the next item when Enter or space is pressed; q ends
    #[arg(long, conflicts_with_all = ["speed", "output"], help_heading = "Pace")]
    pub(crate) step: bool,
    /// What is played
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: ReplayFormat,
    /// Show outputs and patches to their last line
    #[arg(long, help_heading = "Output")]
    pub(crate) full: bool,
    /// Columns to draw in [default: the terminal's, or 80; 100 in a recording]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..=1000), help_heading = "Output")]
    pub(crate) cols: Option<u16>,
    /// Write into this file, which must not exist
    #[arg(short = 'o', long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file of --output if it exists
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayFormat {
    /// Text for the terminal
    Text,
    /// A recording for asciinema and its players: asciicast, version 3
    Asciicast,
    /// One JSON document per line: each turn, then its items, with their times
    Events,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed: &f64| speed.is_finite() && *speed > 0.0);
    speed.ok_or_else(|| "write a number greater than 0".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "write a number of seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_and_seconds_are_numbers() {
        assert_eq!((speed("0.5"), seconds("0.5")), (Ok(0.5), Ok(Duration::from_millis(500))));
        for wrong in ["", "x", "-1", "NaN", "inf"] {
            assert!(speed(wrong).is_err() && seconds(wrong).is_err(), "{wrong}");
        }
        assert!(speed("0").is_err() && seconds("0").is_ok());
    }
}
