//! The directives in a prompt, one step per response:
//!
//! ```text
//! [[say: TEXT]]      a message, which ends the turn
//! [[shell: COMMAND]] a call of the shell, by whatever tool the client offers
//! [[spawn: TEXT]]    a call that starts a sub-agent with this message
//! [[wait: SECONDS]]  the next step takes that long
//! [[usage: IN OUT]]  input and output tokens of the next step
//! ```
//!
//! Directives do not nest. A prompt without any, and one whose steps are used up, is answered with a message.

use std::time::Duration;

use serde_json::Value;

/// What the model does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Say(String),
    Shell(String),
    Spawn(String),
}

/// One response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) wait: Duration,
    /// Input and output tokens.
    pub(super) usage: Option<(u64, u64)>,
}

impl Step {
    pub(super) fn say(text: &str) -> Self {
        Self { act: Act::Say(text.to_owned()), wait: Duration::ZERO, usage: None }
    }
}

/// The steps of a prompt; an unknown directive is a mistake in the test, and panics.
pub(super) fn steps(prompt: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut wait, mut usage) = (Duration::ZERO, None);
    for directive in prompt.split("[[").skip(1).filter_map(|rest| Some(rest.split_once("]]")?.0)) {
        let (name, value) = directive.split_once(": ").unwrap_or_else(|| panic!("`{directive}` has no value"));
        let act = match name {
            "say" => Act::Say(value.to_owned()),
            "shell" => Act::Shell(value.to_owned()),
            "spawn" => Act::Spawn(value.to_owned()),
            "wait" => {
                wait = Duration::from_secs_f64(value.parse().unwrap());
                continue;
            }
            "usage" => {
                let (input, output) = value.split_once(' ').unwrap();
                usage = Some((input.parse().unwrap(), output.parse().unwrap()));
                continue;
            }
            _ => panic!("unknown directive `{name}`"),
        };
        steps.push(Step { act, wait: std::mem::take(&mut wait), usage: usage.take() });
    }
    steps
}

/// The newest message of the user that holds directives.
pub(super) fn prompt(input: &[Value]) -> Option<String> {
    let users = input.iter().rev().filter(|item| item["role"] == "user");
    users.map(text).find(|text| text.contains("[[") && text.contains("]]"))
}

/// All text of a message.
pub(super) fn text(item: &Value) -> String {
    match &item["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_belong_to_the_next_step() {
        let found = steps("go [[usage: 7000 20]][[shell: ls | wc]] and [[wait: 0.5]][[say: it: done]]");
        let shell = Step { act: Act::Shell("ls | wc".to_owned()), wait: Duration::ZERO, usage: Some((7000, 20)) };
        let say = Step { act: Act::Say("it: done".to_owned()), wait: Duration::from_millis(500), usage: None };
        assert_eq!(found, [shell, say]);
        assert_eq!(steps("nothing [here]"), []);
    }
}
