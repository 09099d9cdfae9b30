//! What a hook is told, and what it may answer: the JSON on its standard input and output.
//!
//! This refuses to run a hook and to say what an answer brings about. An answer with a member that
//! its event does not have is refused as a whole: a misspelt decision must not look like none.

mod input;
mod output;

pub use input::*;
pub use output::*;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

macro_rules! schemas {
    ($($event:ident: $input:ty, $output:ty;)+) => {
        /// JSON Schemas (draft 2020-12) of every event, such as `hooks/PreToolUse.input` and
        /// `hooks/PreToolUse.output`.
        pub fn schemas() -> Vec<(String, Schema)> {
            vec![$(
                (concat!("hooks/", stringify!($event), ".input").to_owned(), input_schema::<$input>(stringify!($event))),
                (concat!("hooks/", stringify!($event), ".output").to_owned(), output_schema::<$output>(stringify!($event))),
            )+]
        }
    };
}

schemas! {
    SessionStart: SessionStartInput, SessionStartOutput;
    SessionEnd: SessionEndInput, PlainOutput;
    UserPromptSubmit: UserPromptSubmitInput, UserPromptSubmitOutput;
    PreToolUse: PreToolUseInput, PreToolUseOutput;
    PermissionRequest: PermissionRequestInput, PermissionRequestOutput;
    PostToolUse: PostToolUseInput, PostToolUseOutput;
    PreCompact: CompactInput, PlainOutput;
    PostCompact: CompactInput, PlainOutput;
    SubagentStart: SubagentStartInput, SubagentStartOutput;
    SubagentStop: SubagentStopInput, StopOutput;
    Stop: StopInput, StopOutput;
    Interrupt: InterruptInput, InterruptOutput;
    PreModelRequest: PreModelRequestInput, PlainOutput;
    PostModelRequest: PostModelRequestInput, PlainOutput;
}

/// The schema of what this toolkit writes to a hook: what may be null is there all the same.
fn input_schema<T: JsonSchema>(event: &str) -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<HookInput<T>>();
    // The enum writes the event's name; the structs inside do not know theirs.
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("hook_event_name".to_owned(), json!({ "const": event, "description": "The event." }));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push("hook_event_name".into());
    }
    schema.insert("title".to_owned(), format!("{event}.input").into());
    schema
}

/// The schema of what this toolkit reads from a hook: only what it could not do without is required.
fn output_schema<T: JsonSchema>(event: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), format!("{event}.output").into());
    schema
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn members(schema: &Value) -> BTreeSet<&str> {
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    fn required(schema: &Value) -> BTreeSet<&str> {
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    #[test]
    fn two_documents_for_each_event() {
        let schemas = schemas();
        assert_eq!(schemas.len(), 28);
        for (name, schema) in schemas {
            let schema = schema.to_value();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            let title = name.strip_prefix("hooks/").unwrap();
            assert_eq!(schema["title"], title);
            if let Some(event) = title.strip_suffix(".input") {
                assert_eq!(schema["properties"]["hook_event_name"]["const"], event);
                let always = ["session_id", "transcript_path", "cwd", "hook_event_name"];
                assert!(required(&schema).is_superset(&always.into()), "{schema:#}");
            } else {
                assert_eq!(schema["additionalProperties"], false, "{name}");
                assert!(members(&schema).contains("systemMessage"), "{name}");
                assert_eq!(required(&schema), [].into(), "{name}");
            }
        }
    }

    #[test]
    fn the_schema_of_a_tool_call() {
        let schema = input_schema::<PreToolUseInput>("PreToolUse").to_value();
        let always = ["turn_id", "model", "permission_mode", "tool_name", "tool_input", "tool_use_id"];
        let common = ["session_id", "transcript_path", "cwd", "hook_event_name"];
        let all: BTreeSet<&str> = always.into_iter().chain(common).collect();
        assert_eq!(required(&schema), all);
        let optional = ["agent_id", "agent_type"];
        assert_eq!(members(&schema), all.into_iter().chain(optional).collect());
    }
}
