//! A human title for a thread: the first thing a person said in it.
//!
//! Codex puts settings, instructions and notices into messages with the role `user`; those are
//! context, not words of a person.

use std::borrow::Cow;

use rollout_schema::context::is_not_a_persons;
use serde::Deserialize;

/// Longest title, in characters.
const LENGTH: usize = 80;

/// `text` on one line and at most 80 characters long, or `None` if nothing is left.
pub(crate) fn shorten(text: &str) -> Option<String> {
    let mut title = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(length > 0);
        let wanted = word.chars().count();
        if length + gap + wanted > LENGTH {
            title.extend(std::iter::repeat_n(' ', gap));
            let room = LENGTH.saturating_sub(length + gap + 1);
            title.extend(word.chars().take(room));
            title.truncate(title.trim_end().len());
            title.push('…');
            return Some(title);
        }
        title.extend(std::iter::repeat_n(' ', gap));
        title.push_str(word);
        length += gap + wanted;
    }
    (!title.is_empty()).then_some(title)
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    payload: Message<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Cow<'a, str>,
    #[serde(borrow, default)]
    content: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
}

/// The title in a `message` item, if a person wrote it.
pub(crate) fn of_item(json: &[u8], bare: bool) -> Option<String> {
    let message = if bare {
        serde_json::from_slice::<Message<'_>>(json).ok()?
    } else {
        serde_json::from_slice::<Envelope<'_>>(json).ok()?.payload
    };
    let text = message.content.iter().find_map(|part| part.text.as_deref())?;
    if message.role != "user" || is_not_a_persons(text) {
        return None;
    }
    shorten(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(shorten(" fix\n the  build "), Some("fix the build".to_owned()));
        assert_eq!(shorten(" \n"), None);
        let long = shorten(&"word ".repeat(40)).unwrap();
        assert_eq!((long.chars().count() <= LENGTH, long.ends_with('…')), (true, true), "{long}");
        assert_eq!(shorten(&"é".repeat(200)).unwrap().chars().count(), LENGTH);
    }

    #[test]
    fn context_is_not_a_title() {
        let item = |text: &str| {
            format!(
                r#"{{"payload":{{"type":"message","role":"user","content":[{{"type":"input_text","text":"{text}"}}]}}}}"#
            )
        };
        assert_eq!(of_item(item("<environment_context>\\n</environment_context>").as_bytes(), false), None);
        assert_eq!(of_item(item("<div> is not centred").as_bytes(), false).as_deref(), Some("<div> is not centred"));
        assert_eq!(of_item(br#"{"payload":{"role":"assistant","content":[{"text":"hi"}]}}"#, false), None);
    }
}
