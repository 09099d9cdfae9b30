//! Whether Codex sent a history as we rebuilt it.
//!
//! A request begins with the history of its thread, item by item. Codex leaves out what is its own: the instructions
//! and the list of tools, which newer versions send as items, stand in no history, and [`KEPT`] names the members of
//! items that it may keep to itself. Everything else must be there, and every member that is sent must be equal.

use anyhow::{bail, ensure};
use serde_json::Value;

use crate::home::INSTRUCTIONS;

/// Members that stand in a rollout and may be missing in a request: ids and states that the provider gave, and what
/// Codex noted about an item.
const KEPT: [&str; 4] = [ID, "status", "internal_chat_message_metadata_passthrough", "metadata"];

/// It may be missing in a history as well: an output that no rollout holds, because its program was killed, gets one
/// when it is sent.
const ID: &str = "id";

/// An error if the items of a request do not begin with this history.
pub(crate) fn begins_with(sent: &[Value], history: &[Value]) -> anyhow::Result<()> {
    let sent: Vec<_> = sent.iter().filter(|item| !is_codex_own(item)).collect();
    for (index, logged) in history.iter().enumerate() {
        let Some(item) = sent.get(index) else { bail!("sent {} items of {}", sent.len(), history.len()) };
        ensure!(
            same(item, logged),
            "item {index} of {}: sent {}, in the history {}",
            history.len(),
            short(item),
            short(logged)
        );
    }
    Ok(())
}

/// A value as people want to see it when it is not what it should be.
pub(crate) fn short(value: &Value) -> String {
    const SHOWN: usize = 300;
    let mut text = value.to_string();
    if text.len() > SHOWN {
        text.truncate(text.floor_char_boundary(SHOWN));
        text.push('…');
    }
    text
}

fn is_codex_own(item: &Value) -> bool {
    let instructions = item["role"] == "developer" && item["content"][0]["text"] == INSTRUCTIONS;
    instructions || item["type"] == "additional_tools"
}

fn same(sent: &Value, logged: &Value) -> bool {
    match (sent, logged) {
        (Value::Object(sent), Value::Object(logged)) => {
            let missing = |member: &String| logged[member].is_null() || KEPT.contains(&member.as_str());
            sent.iter().all(|(member, value)| match logged.get(member) {
                Some(logged) => same(value, logged),
                None => member == ID || value.is_null(),
            }) && logged.keys().all(|member| sent.contains_key(member) || missing(member))
        }
        (Value::Array(sent), Value::Array(logged)) => {
            sent.len() == logged.len() && sent.iter().zip(logged).all(|(sent, logged)| same(sent, logged))
        }
        _ => sent == logged,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(text: &str) -> Value {
        json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] })
    }

    #[test]
    fn only_what_codex_keeps_may_be_missing() {
        let check = |sent: &[Value], history: &[Value], want: bool| {
            assert_eq!(begins_with(sent, history).is_ok(), want, "{sent:?} {history:?}");
        };
        let (mut with_id, mut other_id) = (message("a"), message("a"));
        with_id["id"] = json!("msg_1");
        other_id["id"] = json!("msg_2");
        let mut phased = message("a");
        phased["phase"] = json!("final_answer");
        let instructions = json!({ "role": "developer", "content": [{ "text": INSTRUCTIONS }] });
        check(&[instructions, message("a"), message("b")], &[message("a")], true);
        check(&[message("a")], &[with_id.clone()], true);
        check(&[with_id.clone()], &[message("a")], true);
        check(&[other_id], &[with_id], false);
        check(&[message("a")], &[phased.clone()], false);
        check(&[phased], &[message("a")], false);
        check(&[message("b")], &[message("a")], false);
        check(&[message("a")], &[message("a"), message("b")], false);
    }
}
