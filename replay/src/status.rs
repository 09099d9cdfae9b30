//! What a thread is doing, from the state of its last turn.
//!
//! A log does not say whether its writer lives: a long silence is a long thought or a dead process.
//! The turn's own state comes first, then the writer's lock, and time only decides how long
//! something stays what it was. What does not follow from the lines is marked as inferred.
//!
//! Refuses to look at anything itself: files, locks and the clock are the caller's.

use schemars::JsonSchema;
use serde::Serialize;

use crate::timestamp::Time;
use crate::turns::TurnStatus;

/// What is known of a thread, in Unix milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// The last turn, if there is one.
    pub turn: Option<LastTurn>,
    /// When the last line was written: its own time, else the file's.
    pub written: Option<i64>,
    /// Whether a process has the thread open.
    pub writer: Writer,
    /// Whether the thread is archived.
    pub archived: bool,
}

/// The turn that is last in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastTurn {
    /// How it ended, if it did.
    pub status: TurnStatus,
    /// When it began.
    pub started: Option<i64>,
    /// When it ended.
    pub ended: Option<i64>,
    /// Why it failed or was interrupted.
    pub reason: Option<String>,
    /// What it is waiting for: its last step is a call without an answer.
    pub asks: Option<Ask>,
}

/// Something that a person has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A question to the user.
    Question,
    /// A call that may not run without leave. Logs do not say whether leave was given.
    Leave,
}

/// Whether a process has a thread open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    /// It holds the thread's lock.
    Alive,
    /// The lock is there, and nobody holds it.
    Gone,
    /// There is no lock: versions before 0.146 took none.
    #[default]
    Unknown,
}

/// How long things stay what they were, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// How long an open turn may be silent before its silence is told.
    pub active_within: i64,
    /// How long a thread is ready after a turn, and an open turn without a known writer passes for alive.
    pub idle_after: i64,
}

/// What a thread is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Activity {
    /// What it is doing.
    pub state: State,
    /// Whether that is concluded from silence or from what a call asks for, and not written anywhere.
    pub inferred: bool,
    /// When it began to.
    pub since: Option<Time>,
    /// For how long an active thread has written nothing, in seconds, if that is long.
    pub silent_seconds: Option<u64>,
    /// Why it is blocked or was interrupted, in the log's own words.
    pub reason: Option<String>,
}

/// The states of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A turn goes on.
    Active,
    /// A turn waits for a person.
    Waiting,
    /// The last turn is done, a short while ago.
    Ready,
    /// The last turn is done, a long while ago.
    Idle,
    /// The last turn failed: an error, a limit.
    Blocked,
    /// The last turn was stopped or its process is gone. The thread can be resumed.
    Interrupted,
    /// The thread is archived.
    Ended,
}

impl State {
    /// The state in one word, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Idle => "idle",
            Self::Blocked => "blocked",
            Self::Interrupted => "interrupted",
            Self::Ended => "ended",
        }
    }
}

/// What a thread is doing at the moment `now`.
pub fn activity(signs: &Signs, now: i64, thresholds: &Thresholds) -> Activity {
    let silent = signs.written.map_or(i64::MAX, |written| now.saturating_sub(written));
    let is = |state, inferred, since: Option<i64>| Activity {
        state,
        inferred,
        since: since.map(Time),
        silent_seconds: None,
        reason: None,
    };
    if signs.archived {
        return is(State::Ended, false, signs.written);
    }
    let Some(turn) = &signs.turn else {
        let state = if silent <= thresholds.idle_after { State::Ready } else { State::Idle };
        return is(state, true, signs.written);
    };
    let ended = turn.ended.or(signs.written);
    match turn.status {
        TurnStatus::Completed => {
            // The turn's own time decides where it is known: a file that is copied or touched is not fresher.
            let age = ended.map_or(i64::MAX, |ended| now.saturating_sub(ended));
            let state = if age <= thresholds.idle_after { State::Ready } else { State::Idle };
            is(state, false, ended)
        }
        TurnStatus::Failed => Activity { reason: turn.reason.clone(), ..is(State::Blocked, false, ended) },
        TurnStatus::Interrupted => Activity { reason: turn.reason.clone(), ..is(State::Interrupted, false, ended) },
        TurnStatus::InProgress => {
            let long = silent > thresholds.active_within;
            let silent_seconds = long.then(|| u64::try_from(silent / 1000).unwrap_or_default());
            match (signs.writer, turn.asks) {
                (Writer::Gone, _) => is(State::Interrupted, true, signs.written),
                (Writer::Alive, Some(ask)) => is(State::Waiting, ask == Ask::Leave, signs.written),
                (Writer::Alive, None) => Activity { silent_seconds, ..is(State::Active, false, turn.started) },
                // Nobody knows whether there is a process; after a while there is none.
                (Writer::Unknown, Some(_)) if silent <= thresholds.idle_after => {
                    is(State::Waiting, true, signs.written)
                }
                (Writer::Unknown, None) if silent <= thresholds.idle_after => {
                    Activity { silent_seconds, ..is(State::Active, long, turn.started) }
                }
                (Writer::Unknown, _) => is(State::Interrupted, true, signs.written),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: Thresholds = Thresholds { active_within: 30_000, idle_after: 300_000 };
    const NOW: i64 = 1_800_000_000_000;

    /// What a thread is doing, `silent` seconds after its last line.
    fn at(status: TurnStatus, asks: Option<Ask>, writer: Writer, silent: i64) -> Activity {
        let written = Some(NOW - silent * 1000);
        let ended = if status == TurnStatus::InProgress { None } else { written };
        let turn = LastTurn { status, started: Some(NOW - 900_000), ended, reason: Some("why".to_owned()), asks };
        activity(&Signs { turn: Some(turn), written, writer, archived: false }, NOW, &THRESHOLDS)
    }

    #[test]
    fn the_last_turn_decides_and_time_only_lets_it_fade() {
        use TurnStatus::{Completed, Failed, InProgress, Interrupted};
        let check = |status, asks, writer, silent, want: &str| {
            let Activity { state, inferred, silent_seconds, .. } = at(status, asks, writer, silent);
            let mark = if inferred { "~" } else { "" };
            let silence = silent_seconds.map_or_else(String::new, |seconds| format!(" (silent {seconds} s)"));
            assert_eq!(format!("{mark}{}{silence}", state.name()), want, "{status:?} {asks:?} {writer:?} {silent}");
        };
        let (alive, gone, unknown) = (Writer::Alive, Writer::Gone, Writer::Unknown);
        let (question, leave) = (Some(Ask::Question), Some(Ask::Leave));
        // Long reasoning is not idle, and a crashed turn is not ready.
        check(InProgress, None, alive, 5, "active");
        check(InProgress, None, alive, 4000, "active (silent 4000 s)");
        check(InProgress, None, unknown, 30, "active");
        check(InProgress, None, unknown, 31, "~active (silent 31 s)");
        check(InProgress, None, unknown, 301, "~interrupted");
        check(InProgress, None, gone, 5, "~interrupted");
        check(InProgress, question, alive, 4000, "waiting");
        check(InProgress, leave, alive, 4000, "~waiting");
        check(InProgress, question, unknown, 40, "~waiting");
        check(InProgress, leave, unknown, 301, "~interrupted");
        check(InProgress, leave, gone, 5, "~interrupted");
        // A turn that is over is over, whoever has the thread open.
        for writer in [alive, gone, unknown] {
            check(Completed, None, writer, 300, "ready");
            check(Completed, None, writer, 301, "idle");
            check(Failed, None, writer, 90_000, "blocked");
            check(Interrupted, None, writer, 90_000, "interrupted");
        }
    }

    /// S: started, C: completed, F: failed, I: interrupted.
    #[test]
    fn no_state_but_the_archive_is_final() {
        let check = |sequence: &str, want: &str| {
            let mut signs = Signs::default();
            for step in sequence.chars() {
                let status = match step {
                    'S' => TurnStatus::InProgress,
                    'C' => TurnStatus::Completed,
                    'F' => TurnStatus::Failed,
                    'I' => TurnStatus::Interrupted,
                    _ => {
                        signs.archived = step == 'A';
                        continue;
                    }
                };
                signs.turn = Some(LastTurn { status, ..LastTurn::default() });
                signs.written = Some(NOW);
            }
            assert_eq!(activity(&signs, NOW, &THRESHOLDS).state.name(), want, "{sequence}");
        };
        check("", "idle");
        check("S", "active");
        check("SC", "ready");
        check("SF", "blocked");
        check("SFS", "active");
        check("SFSC", "ready");
        check("SI", "interrupted");
        check("SIS", "active");
        check("SISC", "ready");
        check("SISI", "interrupted");
        check("SCA", "ended");
        check("SA", "ended");
        check("SCAU", "ready");
        check("SCAUS", "active");
    }

    #[test]
    fn a_touched_file_is_not_fresher_than_its_turn() {
        let ended = Some(NOW - 86_400_000);
        let turn = LastTurn { status: TurnStatus::Completed, ended, ..LastTurn::default() };
        let signs = Signs { turn: Some(turn), written: Some(NOW), ..Signs::default() };
        let Activity { state, since, .. } = activity(&signs, NOW, &THRESHOLDS);
        assert_eq!((state, since), (State::Idle, ended.map(Time)));
    }

    #[test]
    fn reasons_come_with_failures_and_interruptions_only() {
        let check = |status, want: Option<&str>| {
            assert_eq!(at(status, None, Writer::Unknown, 1).reason.as_deref(), want, "{status:?}");
        };
        check(TurnStatus::Failed, Some("why"));
        check(TurnStatus::Interrupted, Some("why"));
        check(TurnStatus::Completed, None);
        check(TurnStatus::InProgress, None);
    }
}
