//! Lines of a rollout, one by one and as text: for what breaks a rule at a place.

use crate::thread::thread_id;

pub(crate) const PROMPT: &str = r#"{"type":"user_message","message":"Do it.","images":[]}"#;
pub(crate) const ANSWER: &str = r#"{"type":"agent_message","message":"Done."}"#;
pub(crate) const CALL: &str = r#"{"type":"function_call","name":"shell","arguments":"{}","call_id":"c1"}"#;
pub(crate) const OUTPUT: &str = r#"{"type":"function_call_output","call_id":"c1","output":"ok"}"#;

pub(crate) fn line(kind: &str, payload: &str) -> String {
    format!(r#"{{"timestamp":"2026-06-01T10:00:01.000Z","type":"{kind}","payload":{payload}}}"#)
}

pub(crate) fn event(payload: &str) -> String {
    line("event_msg", payload)
}

pub(crate) fn item(payload: &str) -> String {
    line("response_item", payload)
}

/// The first line of the thread `a`, with more members.
pub(crate) fn meta(more: &str) -> String {
    let id = thread_id("a");
    line(
        "session_meta",
        &format!(
            r#"{{"id":"{id}","timestamp":"2026-06-01T10:00:00.000Z","cwd":"/srv/shop","originator":"codex_cli_rs","cli_version":"0.120.0","source":"cli"{more}}}"#
        ),
    )
}

/// The first line of a thread whose history stands in a base.
pub(crate) fn based(on: &str, lines: usize, bytes: usize) -> String {
    let base = thread_id(on);
    meta(&format!(
        r#","history_mode":"paginated","history_base":{{"thread_id":"{base}","end_ordinal_exclusive":{lines},"end_byte_offset":{bytes}}}"#
    ))
}

pub(crate) fn numbered(ordinal: u64, line: &str) -> String {
    line.replacen(r#""type""#, &format!(r#""ordinal":{ordinal},"type""#), 1)
}

pub(crate) fn lines<const N: usize>(lines: [&str; N]) -> String {
    lines.map(|line| line.to_owned() + "\n").concat()
}

/// A first line and a prompt, then these lines: the first of them is line 3.
pub(crate) fn after<const N: usize>(more: [&str; N]) -> String {
    lines([&meta(""), &event(PROMPT)]) + &lines(more)
}

pub(crate) fn paginated<const N: usize>(more: [&str; N]) -> String {
    lines([&numbered(0, &meta(r#","history_mode":"paginated""#)), &numbered(1, &event(PROMPT))]) + &lines(more)
}

/// Counts of tokens: input, cached, output, reasoning, total.
pub(crate) fn counts(counts: [i64; 5]) -> String {
    let names = ["input", "cached_input", "output", "reasoning_output", "total"];
    let members = names.iter().zip(counts).map(|(name, count)| format!(r#""{name}_tokens":{count}"#));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

pub(crate) fn token_count(last: &str) -> String {
    let total = counts([1, 0, 1, 0, 2]);
    event(&format!(
        r#"{{"type":"token_count","info":{{"total_token_usage":{total},"last_token_usage":{last},"model_context_window":258400}},"rate_limits":null}}"#
    ))
}

pub(crate) fn usage_record(response: &str) -> String {
    let (thread, usage) = (thread_id("a"), counts([5, 0, 1, 0, 6]));
    line(
        "token_usage_record",
        &format!(
            r#"{{"thread_id":"{thread}","turn_id":"t","session_id":"{thread}","root_turn_id":"t","response_id":"{response}","usage":{usage},"turn_token_usage":{usage},"thread_token_usage":{usage}}}"#
        ),
    )
}
