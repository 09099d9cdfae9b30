//! Outputs of calls in the forms of every era, and how two accounts of one call become one.

use serde_json::Value;

use super::super::payload::{from_seconds, take, take_text, text};
use super::super::{CallStatus, ItemKind, Outcome};
use super::command::take_header;

/// How outputs begin that say that a call came to nothing.
const FAILURES: [&str; 9] = [
    "apply_patch verification failed",
    "unsupported call: ",
    "unsupported custom tool call: ",
    "failed to parse function arguments",
    "failed to parse exec_command arguments",
    "execution error: ",
    "exec_command failed",
    "write_stdin failed",
    "error: ",
];

/// Reads what a call gave back.
pub(super) fn outcome(output: Value) -> Outcome {
    let (text, success) = body(output);
    let mut outcome = Outcome { output: text, ..Outcome::default() };
    open(&mut outcome);
    // What a header frames can be JSON itself.
    if outcome.exit_code.is_none() && outcome.duration_ms.is_some() {
        open_json(&mut outcome);
    }
    let text = outcome.output.as_deref().unwrap_or_default();
    outcome.status = match (outcome.exit_code, success) {
        _ if is_abort(text) => CallStatus::Interrupted,
        (Some(0), _) | (None, Some(true)) => CallStatus::Completed,
        (Some(_), _) | (None, Some(false)) => CallStatus::Failed,
        _ if is_refusal(text) => CallStatus::Declined,
        _ if FAILURES.iter().any(|failure| text.starts_with(failure)) => CallStatus::Failed,
        _ => CallStatus::Completed,
    };
    if outcome.status == CallStatus::Interrupted {
        outcome.output = None;
    }
    outcome
}

fn is_abort(text: &str) -> bool {
    text == "aborted" || (text.starts_with("aborted by user") && text.len() < 64)
}

fn is_refusal(text: &str) -> bool {
    text.starts_with("Command blocked by PreToolUse hook")
        || text.lines().next().is_some_and(|line| line.contains("rejected by user"))
}

/// The text of an output: text, a list of parts, or up to 0.29 an object with the text inside.
pub(super) fn body(output: Value) -> (Option<String>, Option<bool>) {
    match output {
        Value::Null => (None, None),
        Value::Array(parts) => (Some(joined(parts)), None),
        Value::Object(ref members) if members.contains_key("content") => {
            let mut output = output;
            let success = output.get("success").and_then(Value::as_bool);
            (body(take(&mut output, "content")).0, success)
        }
        Value::String(text) => match as_parts(&text) {
            Some(parts) => (Some(joined(parts)), None),
            None => (Some(text), None),
        },
        other => (Some(other.to_string()), None),
    }
}

/// Results of MCP tools stood as JSON text up to 0.130.
fn as_parts(output: &str) -> Option<Vec<Value>> {
    if !output.starts_with("[{") {
        return None;
    }
    let parts: Vec<Value> = serde_json::from_str(output).ok()?;
    parts.iter().all(|part| text(part, "type").is_some()).then_some(parts)
}

/// The texts of a list of parts; what is no text has its kind in its place.
pub(super) fn joined(parts: Vec<Value>) -> String {
    let one = |mut part: Value| {
        take_text(&mut part, "text").unwrap_or_else(|| {
            let kind = text(&part, "type").unwrap_or("part");
            format!("[{}]", kind.trim_start_matches("input").trim_matches('_').trim_end_matches("_content"))
        })
    };
    parts.into_iter().map(one).collect::<Vec<_>>().join("\n")
}

fn open(outcome: &mut Outcome) {
    open_json(outcome);
    let Some(text) = outcome.output.take() else { return };
    let rest = take_header(&text, outcome);
    outcome.output = Some(if rest.len() == text.len() { text } else { rest.to_owned() });
}

/// `{"output":…,"metadata":{"exit_code":…,"duration_seconds":…}}`, up to 0.58 and later for patches.
fn open_json(outcome: &mut Outcome) {
    let Some(text) = outcome.output.as_deref() else { return };
    if !text.starts_with("{\"output\":") {
        return;
    }
    let Ok(mut value) = serde_json::from_str::<Value>(text) else { return };
    let metadata = take(&mut value, "metadata");
    let Some(output) = take_text(&mut value, "output").filter(|_| metadata.is_object()) else { return };
    outcome.exit_code = metadata.get("exit_code").and_then(Value::as_i64);
    outcome.duration_ms = metadata.get("duration_seconds").and_then(Value::as_f64).and_then(from_seconds);
    outcome.output = Some(output);
}

/// Adds another account of a call to what is known of it. `told` says that it is the output that the
/// model was told, which counts unless only the other one has come to an end.
pub(in super::super) fn merge(call: &mut ItemKind, mut account: ItemKind, told: bool) {
    if let (ItemKind::ToolCall { .. }, ItemKind::McpCall { .. }) = (&*call, &account) {
        let known = std::mem::replace(call, account);
        return merge(call, known, false);
    }
    match (&mut *call, &mut account) {
        (ItemKind::Command { cwd, .. }, ItemKind::Command { cwd: known, .. }) if cwd.is_none() => {
            *cwd = known.take();
        }
        (ItemKind::Patch { changes, .. }, ItemKind::Patch { changes: known, .. }) if changes.is_empty() => {
            *changes = std::mem::take(known);
        }
        (ItemKind::Image { description, .. }, ItemKind::Image { description: known, .. }) if !known.is_empty() => {
            *description = std::mem::take(known);
        }
        _ => {}
    }
    let (Some(known), Some(more)) = (call.outcome(), account.outcome().map(std::mem::take)) else { return };
    let counts = match told {
        true => more.exit_code.is_some() || known.exit_code.is_none(),
        false => more.exit_code.is_some() && known.exit_code.is_none(),
    };
    if more.output.is_some() && (known.output.is_none() || (counts && more.output.as_deref() != Some(""))) {
        known.output = more.output;
    }
    known.exit_code = known.exit_code.or(more.exit_code);
    known.duration_ms = known.duration_ms.or(more.duration_ms);
    known.status = weightier(known.status, more.status);
}

/// Of two states the one that tells more.
fn weightier(one: CallStatus, other: CallStatus) -> CallStatus {
    let weight = |status| match status {
        CallStatus::Unanswered => 0,
        CallStatus::Completed => 1,
        CallStatus::Failed => 2,
        CallStatus::Interrupted => 3,
        CallStatus::Declined => 4,
    };
    if weight(other) > weight(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn outputs_of_every_era() {
        let check = |output: Value, status: CallStatus, exit: Option<i64>, ms: Option<u64>, text: Option<&str>| {
            let got = outcome(output.clone());
            let want = Outcome { status, exit_code: exit, duration_ms: ms, output: text.map(str::to_owned) };
            assert_eq!(got, want, "{output}");
        };
        use CallStatus::{Completed, Declined, Failed, Interrupted};
        let old = r#"{"output":"hi\n","metadata":{"exit_code":3,"duration_seconds":0.3}}"#;
        check(json!(old), Failed, Some(3), Some(300), Some("hi\n"));
        check(json!(format!("Wall time: 1.0 seconds\nOutput:\n{old}")), Failed, Some(3), Some(300), Some("hi\n"));
        check(json!("Exit code: 0\nWall time: 2 seconds\nOutput:\nx"), Completed, Some(0), Some(2000), Some("x"));
        check(json!("plain"), Completed, None, None, Some("plain"));
        check(json!({"content": "no", "success": false}), Failed, None, None, Some("no"));
        check(json!("Wall time: 2.4 seconds\naborted by user"), Interrupted, None, Some(2400), None);
        check(json!("aborted by user after 2.4s"), Interrupted, None, None, None);
        check(json!("aborted"), Interrupted, None, None, None);
        let hook = "Command blocked by PreToolUse hook: no. Command: rm";
        check(json!(hook), Declined, None, None, Some(hook));
        check(json!("exec command rejected by user"), Declined, None, None, Some("exec command rejected by user"));
        check(json!("unsupported call: x"), Failed, None, None, Some("unsupported call: x"));
        let image = json!([{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": "data:"}]);
        check(image, Completed, None, None, Some("a\n[image]"));
        check(json!(r#"[{"type":"text","text":"boom"}]"#), Completed, None, None, Some("boom"));
        let mcp = json!([{"type": "input_text", "text": "Wall time: 0.5 seconds\nOutput:"}, {"type": "input_text", "text": "boom"}]);
        check(mcp, Completed, None, Some(500), Some("boom"));
        check(json!(r#"{"output":1}"#), Completed, None, None, Some(r#"{"output":1}"#));
    }

    #[test]
    fn two_accounts_become_one() {
        let command = |status, exit_code, output: &str| ItemKind::Command {
            command: "ls".to_owned(),
            cwd: None,
            by_user: false,
            outcome: Outcome { status, exit_code, duration_ms: None, output: Some(output.to_owned()) },
        };
        let check = |told: (CallStatus, Option<i64>, &str), event: (CallStatus, Option<i64>, &str), want| {
            let made = |(status, exit, output)| command(status, exit, output);
            for (first, second, told_first) in [(told, event, true), (event, told, false)] {
                let mut call = command(CallStatus::Unanswered, None, "");
                if let ItemKind::Command { outcome, .. } = &mut call {
                    *outcome = Outcome::default();
                }
                merge(&mut call, made(first), told_first);
                merge(&mut call, made(second), !told_first);
                assert_eq!(call, made(want), "{told_first}");
            }
        };
        use CallStatus::{Completed, Failed, Interrupted};
        check((Completed, Some(0), "cut"), (Completed, Some(0), "whole"), (Completed, Some(0), "cut"));
        check((Completed, None, "so far"), (Failed, Some(2), "all"), (Failed, Some(2), "all"));
        check((Interrupted, None, ""), (Failed, Some(-1), "some"), (Interrupted, Some(-1), "some"));
    }
}
