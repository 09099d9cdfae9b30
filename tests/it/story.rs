//! Threads that say and do a little of everything, or as much as is asked for.

use serde_json::{Value, json};

use crate::thread::Thread;

/// Markup that would run if a page took it for its own.
pub(crate) const HOSTILE: &str = concat!(
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "\"><svg onload=window.hit=1>",
    "<!-- </title></style></textarea> {{script}} {{data}} ",
    "[link](javascript:window.hit=1) [data](data:text/html,<script>window.hit=1</script>) ",
    "![picture](https://example.org/x.png) <a href=\"javascript:window.hit=1\">a</a> \u{2028} &lt;"
);

/// Text that would drive a terminal, and leave a block of Markdown.
pub(crate) const UNRULY: &str =
    "\u{1b}[2J\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}\u{9b}K a\rb \u{202e}txt.exe\n```\n</details>\n# Heading";

/// What a shell gave back, its members in the order in which Codex writes them.
fn ended(output: &str, code: i64) -> String {
    format!(r#"{{"output":{},"metadata":{{"exit_code":{code},"duration_seconds":1.5}}}}"#, json!(output))
}

impl Thread {
    fn item(&mut self, payload: &Value) -> &mut Self {
        self.line("response_item", &payload.to_string())
    }

    /// The user says something, as both lines that hold it.
    pub(crate) fn user(&mut self, text: &str) -> &mut Self {
        self.item(&json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] }));
        self.event(&json!({ "type": "user_message", "message": text, "images": [] }).to_string())
    }

    /// The model says something.
    pub(crate) fn assistant(&mut self, text: &str) -> &mut Self {
        let content = json!([{ "type": "output_text", "text": text }]);
        self.item(&json!({ "type": "message", "role": "assistant", "content": content }));
        self.event(&json!({ "type": "agent_message", "message": text }).to_string())
    }

    /// The model thinks.
    pub(crate) fn reasoning(&mut self, text: &str) -> &mut Self {
        let summary = json!([{ "type": "summary_text", "text": text }]);
        self.item(&json!({ "type": "reasoning", "summary": summary, "encrypted_content": "c2VjcmV0" }))
    }

    /// The model runs a command, which ends with this code.
    pub(crate) fn command(&mut self, id: &str, command: &str, output: &str, code: i64) -> &mut Self {
        let arguments = json!({ "command": ["bash", "-lc", command] }).to_string();
        self.item(&json!({ "type": "function_call", "name": "shell", "arguments": arguments, "call_id": id }));
        self.clock += 1500;
        self.item(&json!({ "type": "function_call_output", "call_id": id, "output": ended(output, code) }))
    }

    /// The model changes a file.
    pub(crate) fn patch(&mut self, id: &str, path: &str, diff: &str) -> &mut Self {
        let input = format!("*** Begin Patch\n*** Update File: {path}\n{diff}\n*** End Patch");
        self.item(&json!({ "type": "custom_tool_call", "name": "apply_patch", "input": input, "call_id": id }));
        self.item(&json!({ "type": "custom_tool_call_output", "call_id": id, "output": ended("Success.", 0) }))
    }

    /// The model calls a tool that is none of the above.
    pub(crate) fn tool(&mut self, id: &str, name: &str, arguments: &str, output: &str) -> &mut Self {
        self.item(&json!({ "type": "function_call", "name": name, "arguments": arguments, "call_id": id }));
        self.item(&json!({ "type": "function_call_output", "call_id": id, "output": output }))
    }

    /// A turn begins, under an id.
    pub(crate) fn begin(&mut self, id: &str) -> &mut Self {
        self.clock += 60_000;
        let started = json!({ "type": "task_started", "turn_id": id, "model_context_window": 258_400 });
        let context = json!({ "turn_id": id, "cwd": "/srv/shop", "approval_policy": "never", "model": "gpt-6-sol",
            "effort": "high", "sandbox_policy": { "type": "read-only" }, "summary": "auto" });
        self.event(&started.to_string()).line("turn_context", &context.to_string())
    }

    /// The turn is done.
    pub(crate) fn done(&mut self, id: &str, answer: &str) -> &mut Self {
        self.clock += 2000;
        self.event(&json!({ "type": "task_complete", "turn_id": id, "last_agent_message": answer }).to_string())
    }

    /// The same words everywhere.
    pub(crate) fn says_everywhere(&mut self, text: &str) -> &mut Self {
        self.begin(text).user(text).reasoning(text).assistant(text);
        self.command("c1", text, text, 1).tool("c2", text, &json!({ "text": text }).to_string(), text);
        self.patch("c3", &text.replace('\n', " "), &format!("@@\n-{0}\n+{0}", text.replace('\n', " ")));
        self.event(&json!({ "type": "error", "message": text }).to_string());
        self.done(text, text)
    }
}
