//! Messages: words of persons and models, and what Codex says in their names.
//!
//! A message in the user's name begins a turn of the user's only if no context stands in it.

use rollout_schema::context::{is_contextual_user, is_not_a_persons};
use rollout_schema::hook_prompt;
use serde_json::Value;

use super::super::payload::{take_list, take_text, text};
use super::super::{CallStatus, ItemKind, Outcome};
use super::{Step, command};

/// Longest beginning of an attachment's address, in bytes.
const ATTACHMENT: usize = 64;

/// The items of a `message`.
pub(super) fn steps(mut value: Value) -> Option<Vec<Step>> {
    let role = take_text(&mut value, "role")?;
    let id = take_text(&mut value, "id");
    let phase = take_text(&mut value, "phase");
    let (texts, attachments) = parts(take_list(&mut value, "content"));
    let kinds = match role.as_str() {
        "user" => of_user(texts, attachments),
        "assistant" if texts.iter().any(|text| !text.is_empty()) => {
            vec![ItemKind::AssistantMessage { text: texts.concat(), phase }]
        }
        "assistant" => Vec::new(),
        _ => vec![ItemKind::Context { role, text: texts.join("\n") }],
    };
    Some(kinds.into_iter().map(|kind| Step::Item(id.clone(), kind)).collect())
}

/// The words and the attachments of a message. The marks that Codex puts around an image are neither.
pub(super) fn parts(content: Vec<Value>) -> (Vec<String>, Vec<String>) {
    let mut texts = Vec::new();
    let mut attachments = Vec::new();
    for mut part in content {
        if let Some(text) = take_text(&mut part, "text") {
            texts.push(text);
        } else if let Some(address) = address(&part) {
            attachments.push(shorten(address));
        }
    }
    if !attachments.is_empty() {
        texts.retain(|text| !is_image_mark(text));
    }
    (texts, attachments)
}

fn address(part: &Value) -> Option<&str> {
    if !text(part, "type").is_some_and(|kind| kind.contains("image") || kind.contains("audio")) {
        return None; // such as a file that is mentioned
    }
    ["image_url", "audio_url", "file_id", "path", "url"].iter().find_map(|name| text(part, name))
}

fn is_image_mark(text: &str) -> bool {
    let text = text.trim();
    text == "</image>" || (text.starts_with("<image") && text.ends_with('>') && text.matches('<').count() == 1)
}

/// An address, or the beginning of the data in it.
pub(super) fn shorten(address: &str) -> String {
    if address.len() <= ATTACHMENT {
        return address.to_owned();
    }
    format!("{}…", &address[..address.floor_char_boundary(ATTACHMENT)])
}

fn of_user(texts: Vec<String>, attachments: Vec<String>) -> Vec<ItemKind> {
    let mut items = Vec::new();
    let mut context = Vec::new();
    let mut words = Vec::new();
    for text in texts {
        if let Some(prompt) = hook_prompt::parse_fragment(&text) {
            items.push(ItemKind::HookPrompt { run_id: prompt.run_id, text: prompt.text });
        } else if let Some(command) = element(&text, "user_shell_command").and_then(shell_command) {
            items.push(command);
        } else if let Some(news) = element(&text, "subagent_notification").and_then(notification) {
            items.push(news);
        } else if is_not_a_persons(&text) {
            context.push(text);
        } else {
            words.push(text);
        }
    }
    if !context.is_empty() {
        items.push(ItemKind::Context { role: "user".to_owned(), text: context.join("\n") });
    }
    if words.iter().any(|text| !text.is_empty()) || !attachments.is_empty() {
        items.push(ItemKind::UserMessage { text: words.join("\n"), attachments });
    }
    items
}

/// Whether a message in the user's name begins a turn of the user's, as Codex counts them.
pub(in super::super) fn begins_user_turn(value: &mut Value) -> bool {
    let (texts, attachments) = parts(take_list(value, "content"));
    let has_words = !texts.is_empty() || !attachments.is_empty();
    has_words && !texts.iter().any(|text| is_contextual_user(text))
}

/// The inside of an element that is the whole text.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let inside = text.trim().strip_prefix('<')?.strip_prefix(name)?.strip_prefix('>')?;
    inside.strip_suffix('>')?.strip_suffix(name)?.strip_suffix("</")
}

/// A command that the user typed, as the model was told of it.
fn shell_command(inside: &str) -> Option<ItemKind> {
    let (command, rest) = inside.split_once("<command>\n")?.1.split_once("\n</command>")?;
    let result = rest.split_once("<result>\n")?.1.trim_end().strip_suffix("</result>")?;
    let mut outcome = Outcome { status: CallStatus::Completed, ..Outcome::default() };
    let mut rest = result;
    while let Some((line, below)) = rest.split_once('\n') {
        rest = below;
        if let Some(code) = line.strip_prefix("Exit code: ") {
            outcome.exit_code = code.trim().parse().ok();
        } else if let Some(duration) = line.strip_prefix("Duration: ") {
            outcome.duration_ms = command::seconds(duration);
        } else if line == "Output:" {
            outcome.output = Some(rest.strip_suffix('\n').unwrap_or(rest).to_owned());
            break;
        }
    }
    if outcome.exit_code.is_some_and(|code| code != 0) {
        outcome.status = CallStatus::Failed;
    }
    Some(ItemKind::Command { command: command.to_owned(), cwd: None, by_user: true, outcome })
}

/// News of an agent: its path, or its id where it has no path, and its state with what it said.
fn notification(inside: &str) -> Option<ItemKind> {
    let news: Value = serde_json::from_str(inside.trim()).ok()?;
    let status = news.get("status")?;
    let activity = match status {
        Value::String(state) => state.clone(),
        Value::Object(states) => states.keys().next()?.clone(),
        _ => return None,
    };
    let path = text(&news, "agent_path");
    let id = text(&news, "agent_id").or_else(|| path.filter(|path| !path.starts_with('/')));
    Some(ItemKind::SubAgent {
        activity,
        agent_path: path.filter(|path| path.starts_with('/')).map(str::to_owned),
        thread_id: id.map(str::to_owned),
    })
}
