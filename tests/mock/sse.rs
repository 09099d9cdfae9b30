//! A response as a stream of events, in the order and with the members of the real API.
//!
//! The stream is made as a whole: a model that takes its time takes it before the first byte.

use serde_json::{Value, json};

/// The events of a response, each `event:` and `data:`.
#[derive(Default)]
pub(super) struct Events {
    text: String,
    number: u64,
}

impl Events {
    /// A completed response with these items.
    pub(super) fn of_response(id: &str, model: &Value, items: &[Value], usage: &Value) -> String {
        let mut events = Self::default();
        let response = |status: &str, output: &[Value], usage: &Value| {
            json!({ "id": id, "object": "response", "created_at": 1_790_000_000, "status": status, "model": model,
                "output": output, "usage": usage, "error": null, "parallel_tool_calls": true })
        };
        let begun = response("in_progress", &[], &Value::Null);
        events.push("response.created", json!({ "response": begun }));
        events.push("response.in_progress", json!({ "response": begun }));
        for (index, item) in items.iter().enumerate() {
            events.item(index, item);
        }
        events.push("response.completed", json!({ "response": response("completed", items, usage) }));
        events.text
    }

    fn item(&mut self, index: usize, item: &Value) {
        let mut begun = item.clone();
        for (member, empty) in [("content", json!([])), ("summary", json!([])), ("arguments", json!(""))] {
            if let Some(value) = begun.get_mut(member) {
                *value = empty;
            }
        }
        if let Some(status) = begun.get_mut("status") {
            *status = json!("in_progress");
        }
        self.push("response.output_item.added", json!({ "output_index": index, "item": begun }));
        let place = json!({ "item_id": item["id"], "output_index": index });
        match item["type"].as_str() {
            Some("message") => self.parts(&place, "content_index", "content_part", "output_text", &item["content"]),
            Some("reasoning") => {
                let name = "reasoning_summary_text";
                self.parts(&place, "summary_index", "reasoning_summary_part", name, &item["summary"]);
            }
            Some("function_call") => {
                let (name, text) = ("response.function_call_arguments", &item["arguments"]);
                self.push(&format!("{name}.delta"), with(&place, json!({ "delta": text })));
                self.push(&format!("{name}.done"), with(&place, json!({ "arguments": text })));
            }
            _ => {}
        }
        self.push("response.output_item.done", json!({ "output_index": index, "item": item }));
    }

    /// The parts of a message or of a summary, each told in two pieces.
    fn parts(&mut self, place: &Value, index_name: &str, part_name: &str, text_name: &str, parts: &Value) {
        for (index, part) in parts.as_array().into_iter().flatten().enumerate() {
            let place = with(place, json!({ index_name: index }));
            let text = part["text"].as_str().unwrap();
            let mut empty = part.clone();
            empty["text"] = json!("");
            self.push(&format!("response.{part_name}.added"), with(&place, json!({ "part": empty })));
            let middle = text.floor_char_boundary(text.len() / 2);
            for piece in [&text[..middle], &text[middle..]] {
                self.push(&format!("response.{text_name}.delta"), with(&place, json!({ "delta": piece })));
            }
            self.push(&format!("response.{text_name}.done"), with(&place, json!({ "text": text })));
            self.push(&format!("response.{part_name}.done"), with(&place, json!({ "part": part })));
        }
    }

    fn push(&mut self, kind: &str, members: Value) {
        let event = with(&json!({ "type": kind, "sequence_number": self.number }), members);
        self.number += 1;
        self.text += &format!("event: {kind}\ndata: {event}\n\n");
    }
}

/// The members of both objects.
fn with(object: &Value, members: Value) -> Value {
    let (Value::Object(mut object), Value::Object(members)) = (object.clone(), members) else { unreachable!() };
    object.extend(members);
    object.into()
}
