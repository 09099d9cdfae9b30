//! The events of a run as `--json` prints them, one JSON object a line.
//!
//! These are not lines of a rollout: they have no time, and their item ids count from `item_0` in
//! each run. Refuses to keep what it does not know, unlike the wire types of a rollout.

mod item;

pub use item::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ThreadId;

/// One line of the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum ThreadEvent {
    /// The first line: which thread runs.
    #[serde(rename = "thread.started")]
    ThreadStarted {
        /// The thread, by which it can be resumed.
        thread_id: ThreadId,
    },
    /// A prompt was sent to the model.
    #[serde(rename = "turn.started")]
    TurnStarted {},
    /// The turn ended as it should.
    #[serde(rename = "turn.completed")]
    TurnCompleted {
        /// What the thread has used up to here.
        usage: Usage,
    },
    /// The turn ended with an error.
    #[serde(rename = "turn.failed")]
    TurnFailed {
        /// What went wrong.
        error: ErrorMessage,
    },
    /// Something began.
    #[serde(rename = "item.started")]
    ItemStarted {
        /// As it is at first.
        item: ThreadItem,
    },
    /// Something changed.
    #[serde(rename = "item.updated")]
    ItemUpdated {
        /// As it is now, whole.
        item: ThreadItem,
    },
    /// Something came to its end, or had no length in time.
    #[serde(rename = "item.completed")]
    ItemCompleted {
        /// As it stays.
        item: ThreadItem,
    },
    /// Something went wrong, not always for good.
    #[serde(rename = "error")]
    Error(ErrorMessage),
}

/// Tokens of all responses of a thread, earlier runs included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// All input, cached or not.
    pub input_tokens: u64,
    /// The part of the input that was read from the cache.
    pub cached_input_tokens: u64,
    /// The part of the input that was written to the cache (since 0.145).
    #[serde(default)]
    pub cache_write_input_tokens: u64,
    /// All output, reasoning included.
    pub output_tokens: u64,
    /// The part of the output that was reasoning (since about 0.130).
    #[serde(default)]
    pub reasoning_output_tokens: u64,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorMessage {
    /// In words; of a refused request, the body of the answer.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `line` and writes it again, byte for byte.
    fn check(line: &str) -> ThreadEvent {
        let event: ThreadEvent = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        event
    }

    fn check_item(item: &str) {
        for event in ["item.started", "item.updated", "item.completed"] {
            check(&format!(r#"{{"type":"{event}","item":{item}}}"#));
        }
    }

    #[test]
    fn events_come_back() {
        check(r#"{"type":"thread.started","thread_id":"01a1f7f4-a6f4-7b33-9844-cdda5bff9a27"}"#);
        check(r#"{"type":"turn.started"}"#);
        check(r#"{"type":"turn.failed","error":{"message":"m"}}"#);
        check(r#"{"type":"error","message":"m"}"#);
        let usage = r#""input_tokens":1,"cached_input_tokens":0,"cache_write_input_tokens":0,"output_tokens":1"#;
        check(&format!(r#"{{"type":"turn.completed","usage":{{{usage},"reasoning_output_tokens":0}}}}"#));
    }

    #[test]
    fn items_come_back() {
        check_item(r#"{"id":"item_1","type":"agent_message","text":"hi"}"#);
        check_item(r#"{"id":"item_1","type":"reasoning","text":"**Thinking**"}"#);
        let command = r#"{"id":"item_0","type":"command_execution","command":"ls","aggregated_output":"","exit_code":"#;
        check_item(&format!(r#"{command}null,"status":"in_progress"}}"#));
        check_item(&format!(r#"{command}-1,"status":"declined"}}"#));
        check_item(concat!(
            r#"{"id":"item_2","type":"file_change","#,
            r#""changes":[{"path":"/w/a.txt","kind":"add"}],"status":"completed"}"#
        ));
        let call =
            r#"{"id":"item_3","type":"mcp_tool_call","server":"s","tool":"echo","arguments":{"text":"a"},"result":"#;
        check_item(&format!(r#"{call}null,"error":{{"message":"m"}},"status":"failed"}}"#));
        let result = r#"{"content":[{"text":"a","type":"text"}],"structured_content":null}"#;
        check_item(&format!(r#"{call}{result},"error":null,"status":"completed"}}"#));
        let spawn = r#"{"id":"item_4","type":"collab_tool_call","tool":"spawn_agent","sender_thread_id":"a","#;
        check_item(&format!(
            r#"{spawn}"receiver_thread_ids":[],"prompt":"p","agents_states":{{}},"status":"in_progress"}}"#
        ));
        let state = r#"{"b":{"status":"pending_init","message":null}}"#;
        check_item(&format!(
            r#"{spawn}"receiver_thread_ids":["b"],"prompt":null,"agents_states":{state},"status":"completed"}}"#
        ));
        check_item(r#"{"id":"item_5","type":"web_search","query":"rust","action":{"query":"rust","type":"search"}}"#);
        check_item(r#"{"id":"item_5","type":"web_search","query":"rust"}"#);
        check_item(r#"{"id":"item_6","type":"todo_list","items":[{"text":"a","completed":true}]}"#);
        check_item(r#"{"id":"item_7","type":"error","message":"m"}"#);
    }

    #[test]
    fn older_forms() {
        let usage = r#"{"input_tokens":3,"cached_input_tokens":2,"output_tokens":1}"#;
        let line = format!(r#"{{"type":"turn.completed","usage":{usage}}}"#);
        let expected = Usage { input_tokens: 3, cached_input_tokens: 2, output_tokens: 1, ..Usage::default() };
        assert_eq!(serde_json::from_str::<ThreadEvent>(&line).unwrap(), ThreadEvent::TurnCompleted { usage: expected });
        let command =
            r#"{"id":"i","type":"command_execution","command":"ls","aggregated_output":"","status":"completed"}"#;
        let item: ThreadItem = serde_json::from_str(command).unwrap();
        assert!(matches!(item.details, ItemDetails::CommandExecution { exit_code: None, .. }));
    }

    #[test]
    fn a_web_search_has_two_ids() {
        let line = r#"{"type":"item.completed","item":{"id":"item_5","type":"web_search","id":"ws_1","query":"q"}}"#;
        let ThreadEvent::ItemCompleted { item } = serde_json::from_str(line).unwrap() else { panic!("{line}") };
        assert_eq!(item.id, "item_5");
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let check = |line: &str| assert!(serde_json::from_str::<ThreadEvent>(line).is_err(), "{line}");
        check(r#"{"type":"turn.dreamt"}"#);
        check(r#"{"type":"item.started","item":{"id":"i","type":"dream"}}"#);
        check(r#"{"type":"item.started","item":{"type":"reasoning","text":"t"}}"#);
        check(r#"{"id":"0","msg":{"type":"task_started"}}"#);
    }
}
