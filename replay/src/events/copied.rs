//! Which leading lines of a file were copied from the thread that it was forked from, as far as the
//! file alone tells.
//!
//! Sub-agents since 0.145 say where their own history begins. In other copies a turn of the
//! thread's own has a younger id than the thread (ids of version 7 sort by time); where turns have no
//! ids, the copy was written in one go and a pause follows it. Refuses to look into other files.

use serde::{Deserialize, Serialize};

/// Longest pause within a copy, in milliseconds.
const PAUSE: i64 = 25;

/// How far the copied beginning goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) enum Copied {
    /// Nothing is copied, or all of it is behind.
    #[default]
    Nothing,
    /// Everything before this ordinal.
    Until(u64),
    /// Everything to the first sign of an own line.
    Open {
        /// When the newest line was written.
        newest: Option<i64>,
        /// Whether a turn with an id was copied: then the next that is the thread's own has one too.
        has_turns: bool,
    },
}

impl Copied {
    /// A line told that a copy follows.
    pub(super) fn begin(&mut self) {
        if *self == Self::Nothing {
            *self = Self::Open { newest: None, has_turns: false };
        }
    }

    /// Whether the line is copied. `turn` is the turn that it begins, if it begins one.
    pub(super) fn holds(&mut self, ordinal: Option<u64>, at: Option<i64>, turn: Option<&str>, thread: &str) -> bool {
        let own = match self {
            Self::Nothing => return false,
            Self::Until(first) => ordinal.is_none_or(|ordinal| ordinal >= *first),
            Self::Open { newest, has_turns } => {
                let pause = newest.zip(at).is_some_and(|(newest, at)| at - newest > PAUSE);
                *newest = at.or(*newest);
                match turn {
                    Some(turn) if is_version_7(turn) && is_version_7(thread) => {
                        *has_turns = true;
                        turn >= thread
                    }
                    _ => pause && !*has_turns,
                }
            }
        };
        if own {
            *self = Self::Nothing;
        }
        !own
    }
}

/// Whether an id sorts by the time it was made at.
fn is_version_7(id: &str) -> bool {
    id.len() == 36 && id.as_bytes()[14] == b'7'
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = "01a1f7b5-4c35-7281-b769-05c136017a0a";
    const OLDER: &str = "01a1f7b5-4b89-7e33-8a4c-87fdb127f19a";
    const YOUNGER: &str = "01a1f7b5-4c7d-71e3-811e-adf1ea334e62";

    #[test]
    fn a_copy_ends_where_the_threads_own_lines_begin() {
        let mut copied = Copied::default();
        assert!(!copied.holds(Some(0), Some(0), None, THREAD));
        copied.begin();
        assert!(copied.holds(None, Some(1000), Some(OLDER), THREAD));
        assert!(copied.holds(None, Some(1010), None, THREAD));
        assert!(!copied.holds(None, Some(1011), Some(YOUNGER), THREAD));
        assert!(!copied.holds(None, Some(1011), Some(OLDER), THREAD));

        copied.begin();
        assert!(copied.holds(None, Some(1000), None, THREAD));
        assert!(!copied.holds(None, Some(1074), None, THREAD));

        copied = Copied::Until(9);
        assert!(copied.holds(Some(8), Some(5000), Some(YOUNGER), THREAD));
        assert!(!copied.holds(Some(9), Some(5000), None, THREAD));
    }
}
