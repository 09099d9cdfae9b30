//! Texts of messages and outputs, in whichever JSON form an era wrote them.
//!
//! Refuses to decode pictures and sounds: they are named in the text and stay in the log.

use serde::Deserialize;
use serde_json::value::RawValue;

/// One part of a message or an output.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

/// The parts of a message.
#[derive(Default)]
pub(super) struct Parts {
    /// Texts in their order.
    pub(super) texts: Vec<String>,
    /// Pictures and sounds.
    pub(super) attachments: u32,
}

/// The parts of a message's `content`: a list, or plain text.
pub(super) fn parts(content: Option<&RawValue>) -> Parts {
    let mut parts = Parts::default();
    let Some(content) = content else { return parts };
    for part in read_list::<Part>(content) {
        match part.text {
            Some(text) => parts.texts.push(text),
            None if part.kind != "encrypted_content" => parts.attachments += 1,
            None => {}
        }
    }
    if let Ok(text) = serde_json::from_str(content.get()) {
        parts.texts.push(text);
    }
    if parts.attachments > 0 {
        // Codex wraps each picture into an element of its own making.
        parts.texts.retain(|text| !is_wrapper(text.trim()));
    }
    parts
}

fn is_wrapper(text: &str) -> bool {
    let names = ["image", "audio"];
    names.iter().any(|name| {
        let open = text.strip_prefix('<').and_then(|rest| rest.strip_prefix(name));
        text == format!("</{name}>")
            || open.is_some_and(|rest| rest == ">" || rest.starts_with(" name=") && rest.ends_with('>'))
    })
}

/// The texts of a reasoning item's `summary`, or of its `content`.
pub(super) fn sections(list: Option<&RawValue>) -> Vec<String> {
    list.map(read_list::<Part>).unwrap_or_default().into_iter().filter_map(|part| part.text).collect()
}

/// An output as one text: text, a list of parts, or up to 0.29 an object with the text inside.
pub(super) fn output(output: Option<&RawValue>) -> String {
    #[derive(Deserialize)]
    struct Wrapped {
        content: String,
    }
    let Some(json) = output else { return String::new() };
    if let Ok(text) = serde_json::from_str::<String>(json.get()) {
        return text;
    }
    if let Ok(Wrapped { content }) = serde_json::from_str(json.get()) {
        return content;
    }
    let parts: Vec<Part> = read_list(json);
    if parts.is_empty() {
        return json.get().to_owned();
    }
    let told = |part: Part| part.text.unwrap_or_else(|| format!("[{}]", part.kind.trim_start_matches("input_")));
    parts.into_iter().map(told).collect::<Vec<_>>().join("\n")
}

/// A value that is text or JSON, as text.
pub(super) fn plain(json: &RawValue) -> String {
    serde_json::from_str(json.get()).unwrap_or_else(|_| json.get().to_owned())
}

fn read_list<T: for<'de> Deserialize<'de>>(json: &RawValue) -> Vec<T> {
    serde_json::from_str(json.get()).unwrap_or_default()
}

/// The exit code that an output tells, in the wording of any era.
pub(super) fn exit_code(output: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Told {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        exit_code: i64,
    }
    if output.starts_with('{') {
        return serde_json::from_str::<Told>(output).ok().map(|told| told.metadata.exit_code);
    }
    // What follows `Output:` is the command's own.
    let lines = output.lines().take(8).take_while(|line| *line != "Output:");
    lines.into_iter().find_map(|line| {
        let code = line.strip_prefix("Exit code: ").or_else(|| line.strip_prefix("Process exited with code "))?;
        code.trim().parse().ok()
    })
}

/// Cuts `text` to at most `max` bytes and says how many are left out.
pub fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        let end = (0..=max).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let left_out = text.len() - end;
        text.truncate(end);
        text.push_str(&format!("… [{left_out} bytes left out]"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn every_form_of_an_output_is_text() {
        let check = |json: &str, want: &str| assert_eq!(output(Some(&raw(json))), want, "{json}");
        check(r#""a\nb""#, "a\nb");
        check(r#"{"content":"old","success":true}"#, "old");
        check(r#"[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:"}]"#, "a\n[image]");
        check(r#"{"x":1}"#, r#"{"x":1}"#);
        assert_eq!(output(None), "");
    }

    #[test]
    fn exit_codes_of_every_era() {
        let check = |text: &str, want: Option<i64>| assert_eq!(exit_code(text), want, "{text}");
        check(r#"{"output":"","metadata":{"exit_code":3,"duration_seconds":0.0}}"#, Some(3));
        check("Exit code: 0\nWall time: 0 seconds\nOutput:\nx", Some(0));
        check("Chunk ID: a\nWall time: 0.1 seconds\nProcess exited with code 127\nOutput:\n", Some(127));
        check("Wall time: 0 seconds\nOutput:\nExit code: 5\n", None);
        check("hello", None);
    }

    #[test]
    fn pictures_are_counted_and_their_wrappers_left_out() {
        let json = raw(
            r#"[{"type":"input_text","text":"<image name=[Image #1]>"},{"type":"input_image","image_url":"data:"},{"type":"input_text","text":"</image>"},{"type":"input_text","text":"look"}]"#,
        );
        let parts = parts(Some(&json));
        assert_eq!((parts.texts, parts.attachments), (vec!["look".to_owned()], 1));
    }

    #[test]
    fn cuts_fall_between_characters() {
        let mut text = "aéz".to_owned();
        cut(&mut text, 4);
        assert_eq!(text, "aéz");
        cut(&mut text, 2);
        assert_eq!(text, "a… [3 bytes left out]");
    }
}
