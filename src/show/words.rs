//! Durations, times, tokens and outcomes in words, the same in each format.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use replay::Time;
use replay::turns::{CallStatus, Outcome, Turn, TurnStatus};

use super::Strip;

/// `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 07 min`.
pub(crate) fn duration(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{seconds}.{} s", millis % 1000 / 100),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A moment in the reader's zone, to the second.
pub(crate) fn moment(time: Time, zone: &TimeZone) -> String {
    let timestamp = Timestamp::from_millisecond(time.0).unwrap_or_default();
    timestamp.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `1 item`, `2 items`.
pub(crate) fn plural(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// `950`, `21.4k`, `1.2M`.
pub(crate) fn count(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        1000..1_000_000 => format!("{}.{}k", number / 1000, number % 1000 / 100),
        _ => format!("{}.{}M", number / 1_000_000, number % 1_000_000 / 100_000),
    }
}

/// `21.4k in (18.9k cached), 640 out (512 reasoning), $0.08`; `$0.08+` if more of it has no price.
pub(crate) fn strip(strip: &Strip) -> String {
    let more = if strip.unpriced_tokens > 0 { "+" } else { "" };
    let cost = strip.cost_usd.map_or_else(|| "unpriced".to_owned(), |cost| format!("${}{more}", cost.rounded()));
    let usage = &strip.usage;
    format!(
        "{} in ({} cached), {} out ({} reasoning), {cost}",
        count(usage.input_tokens),
        count(usage.cached_input_tokens),
        count(usage.output_tokens),
        count(usage.reasoning_output_tokens),
    )
}

/// `turn 3`, or what stands in its place.
pub(crate) fn name(turn: &Turn) -> String {
    match turn.number {
        Some(number) => format!("turn {number}"),
        None if turn.index == 0 => "before the first turn".to_owned(),
        None if turn.dropped => "dropped turn".to_owned(),
        None => "turn of Codex's own".to_owned(),
    }
}

pub(crate) fn status(status: TurnStatus) -> &'static str {
    match status {
        TurnStatus::Completed => "completed",
        TurnStatus::Interrupted => "interrupted",
        TurnStatus::Failed => "failed",
        TurnStatus::InProgress => "no end",
    }
}

/// What is said of a turn beside its name.
pub(crate) fn facts(turn: &Turn, with: Option<&Strip>, zone: &TimeZone) -> Vec<String> {
    let mut facts = Vec::new();
    if turn.index > 0 {
        facts.push(status(turn.status).to_owned());
    }
    facts.extend(turn.inherited.then(|| "inherited".to_owned()));
    match (&turn.model, &turn.effort) {
        (Some(model), Some(effort)) => facts.push(format!("{model} {effort}")),
        (model, _) => facts.extend(model.clone()),
    }
    facts.extend(turn.started.map(|time| moment(time, zone)));
    facts.extend(turn.duration_ms.map(duration));
    facts.extend(with.map(strip));
    facts
}

/// How a call went: `exit 1, 2.3 s`. Nothing is said of one that went well and took no time.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    let mut words = Vec::new();
    match (outcome.exit_code, outcome.status) {
        (Some(code), CallStatus::Completed | CallStatus::Failed) => words.push(format!("exit {code}")),
        (_, CallStatus::Completed) => {}
        (_, CallStatus::Failed) => words.push("failed".to_owned()),
        (_, CallStatus::Declined) => words.push("declined".to_owned()),
        (_, CallStatus::Interrupted) => words.push("interrupted".to_owned()),
        (_, CallStatus::Unanswered) => words.push("no output".to_owned()),
    }
    words.extend(outcome.duration_ms.map(duration));
    words.join(", ")
}

/// Whether a call went badly.
pub(crate) fn went_badly(outcome: &Outcome) -> bool {
    !matches!(outcome.status, CallStatus::Completed | CallStatus::Unanswered)
        || outcome.exit_code.is_some_and(|code| code != 0)
}

/// The tool and where it comes from: `server.tool`.
pub(crate) fn tool(namespace: Option<&str>, tool: &str) -> String {
    namespace.map_or_else(|| tool.to_owned(), |namespace| format!("{namespace}.{tool}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        let spans = [(7, "7 ms"), (4250, "4.2 s"), (185_000, "3 min 05 s"), (7_620_000, "2 h 07 min")];
        for (millis, want) in spans {
            assert_eq!(duration(millis), want);
        }
        for (number, want) in [(999, "999"), (21_449, "21.4k"), (1_250_000, "1.2M")] {
            assert_eq!(count(number), want);
        }
    }
}
