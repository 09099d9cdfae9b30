//! Old and new spellings read as one value, and nothing is lost on the way back.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::*;
use crate::check::Checker;
use crate::sample::Sampler;

fn line(text: &str) -> RolloutLine {
    RolloutLine::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Reads `text` as `T`, and holds that it is written as the same JSON.
fn round_trip<T: serde::de::DeserializeOwned + Serialize>(text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    value
}

#[test]
fn a_line_keeps_its_letters() {
    for text in [
        r#"{"timestamp":"t","ordinal":9223372036854775808,"type":"world_state","payload":{"full":true,"state":{"x":1e400,"y":[12.50,-0]}}}"#,
        r#"{"timestamp":"t","type":"turn_context","payload":{"cwd":"/w","approval_policy":"never","model":"m","summary":"auto","sandbox_policy":{"mode":"read-only"},"brand_new":{"a":[1.0,2e5]}}}"#,
        r#"{"timestamp":"t","type":"brand_new","payload":[1,{"n":1e400}],"extra":0.10}"#,
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"brand_new","n":12.5}}"#,
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":{"primary":{"used_percent":12.50,"window_minutes":300,"resets_in_seconds":7}}}}"#,
        r#"{"timestamp":"t","type":"session_meta","payload":{"id":"i","timestamp":"t","cwd":"/w","originator":"o","cli_version":"0.42.0","instructions":null}}"#,
        r#"{"id":"i","timestamp":"t","instructions":null}"#,
        r#"{"record_type":"state"}"#,
        r#"{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"hi"}]}"#,
        r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"brand_new","x":[]}]},"metadata":{"client_authored":true,"new":1.10}}"#,
        r#"{"timestamp":"t","type":"session_meta","payload":{"id":"i","timestamp":"t","cwd":"/w","originator":"o","cli_version":"1","source":{"brand_new":{"a":1}}}}"#,
    ] {
        assert_eq!(serde_json::to_string(&line(text)).unwrap(), text);
    }
}

#[test]
fn the_payload_may_stand_before_the_type() {
    let usual = line(r#"{"timestamp":"t","type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":1}}"#);
    let odd = line(r#"{"payload":{"num_turns":1,"type":"thread_rolled_back"},"type":"event_msg","timestamp":"t"}"#);
    assert_eq!(usual, odd);
}

#[test]
fn both_spellings_are_one_value() {
    fn same<T: serde::de::DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(old: &str, new: &str) {
        assert_eq!(round_trip::<T>(old), round_trip::<T>(new));
    }
    same::<AskForApproval>(
        r#"{"reject":{"sandbox_approval":false,"rules":true,"mcp_elicitations":false}}"#,
        r#"{"granular":{"sandbox_approval":true,"rules":false,"mcp_elicitations":true}}"#,
    );
    same::<EventMsg>(
        r#"{"type":"turn_started","turn_id":"u","model_context_window":null}"#,
        r#"{"type":"task_started","turn_id":"u","model_context_window":null}"#,
    );
    same::<EventMsg>(
        r#"{"type":"turn_complete","turn_id":"u","last_agent_message":null}"#,
        r#"{"type":"task_complete","turn_id":"u","last_agent_message":null}"#,
    );
    same::<ResponseItem>(
        r#"{"type":"compaction_summary","encrypted_content":"x"}"#,
        r#"{"type":"compaction","encrypted_content":"x"}"#,
    );
    same::<SandboxPolicy>(r#"{"mode":"read-only"}"#, r#"{"type":"read-only"}"#);
    let meta = |role: &str| {
        format!(r#"{{"id":"i","timestamp":"t","cwd":"/w","originator":"o","cli_version":"1","{role}":"tester"}}"#)
    };
    same::<SessionMeta>(&meta("agent_type"), &meta("agent_role"));
    same::<DynamicToolSpec>(
        r#"{"name":"n","description":"d","inputSchema":{},"exposeToContext":false}"#,
        r#"{"name":"n","description":"d","inputSchema":{},"deferLoading":true}"#,
    );
    same::<DynamicToolSpec>(
        r#"{"name":"n","description":"d","inputSchema":{}}"#,
        r#"{"type":"function","name":"n","description":"d","inputSchema":{}}"#,
    );
}

#[test]
fn a_window_id_is_a_number_or_a_text() {
    let compacted = |id: &str| round_trip::<Compacted>(&format!(r#"{{"message":"","window_id":{id}}}"#)).window_id;
    assert!(matches!(compacted("3").value(), Some(WindowId::Number(number)) if number.as_u64() == Some(3)));
    assert!(matches!(compacted("\"w\"").value(), Some(WindowId::Uuid(id)) if **id == "w"));
}

/// What deriving serde for the type in Codex' memory would read and write.
#[derive(Debug, Serialize, Deserialize)]
struct NaiveOutput {
    call_id: String,
    output: NaiveOutputBody,
}

#[derive(Debug, Serialize, Deserialize)]
struct NaiveOutputBody {
    body: String,
    success: Option<bool>,
}

#[test]
fn an_output_is_its_body_and_not_the_struct_in_memory() {
    for output in [r#""done""#, r#"[{"type":"input_text","text":"done"}]"#, r#"{"content":"done","success":true}"#] {
        let text = format!(r#"{{"type":"function_call_output","call_id":"c","output":{output}}}"#);
        assert!(serde_json::from_str::<NaiveOutput>(&text).is_err(), "the naive derive reads it: {text}");
        let item = round_trip::<ResponseItem>(&text);
        let ResponseItem::FunctionCallOutput(item) = item else { panic!("{item:?}") };
        let is_right = match item.output {
            FunctionCallOutputBody::Text(text) => *text == "done",
            FunctionCallOutputBody::Items(items) => items.len() == 1,
            FunctionCallOutputBody::Object(object) => object.content == "done",
        };
        assert!(is_right, "{text}");
    }
}

/// What deriving serde for reasoning would demand.
#[derive(Debug, Serialize, Deserialize)]
struct NaiveReasoning {
    id: String,
    summary: Vec<Value>,
}

#[test]
fn reasoning_has_an_id_only_where_one_was_written() {
    let without = r#"{"type":"reasoning","summary":[],"encrypted_content":"x"}"#;
    assert!(serde_json::from_str::<NaiveReasoning>(without).is_err(), "the naive derive reads it");
    let ResponseItem::Reasoning(item) = round_trip(without) else { panic!("no reasoning") };
    assert_eq!(item.id, crate::Optional::Absent);
    round_trip::<ResponseItem>(r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":null}"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// Serialise, validate, parse: the identity for lines of every kind that the schema describes.
    #[test]
    fn every_line_of_the_schema_is_read_and_written_again(seed in any::<u64>()) {
        let value = Sampler::new(seed).line();
        let text = value.to_string();
        let parsed = line(&text);
        let again = serde_json::to_string(&parsed).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), value);
        prop_assert_eq!(&line(&again), &parsed);
        let checked = Checker::default().check(again.as_bytes()).unwrap();
        prop_assert!(checked.mixes_versions || checked.faults.is_empty(), "{:?}", checked.faults);
        prop_assert_eq!(checked.end, again.len());
    }
}
