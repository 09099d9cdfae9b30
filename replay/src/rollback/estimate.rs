//! How large a context is, as Codex estimates it where no response has told.

use std::ops::ControlFlow;

use memchr::memmem;
use rollout_schema::wire;
use serde::Deserialize;

use crate::history::History;
use crate::problem::ReadError;

/// Bytes that stand for a token.
const TOKEN: usize = 4;

/// Bytes for which an image counts that stands in an item, whatever its size.
const IMAGE: usize = 7373;

/// The tokens of the instructions and of every item.
pub(super) fn context_tokens(meta: &wire::SessionMeta, history: &mut History) -> Result<i64, ReadError> {
    let instructions = meta.base_instructions.value().map_or(0, |instructions| instructions.text.len());
    let mut tokens = instructions.div_ceil(TOKEN);
    history.for_each(|item| {
        tokens += bytes(item).div_ceil(TOKEN);
        ControlFlow::Continue(())
    })?;
    Ok(i64::try_from(tokens).unwrap_or(i64::MAX))
}

#[derive(Deserialize)]
struct Reasoning<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    encrypted_content: Option<&'a str>,
}

/// The bytes of an item that the model sees.
fn bytes(item: &str) -> usize {
    if let Ok(Reasoning { kind: "reasoning", encrypted_content: Some(text) }) = serde_json::from_str(item) {
        // What Base64 and the encryption add.
        return (text.len() * 3 / 4).saturating_sub(650);
    }
    let mut bytes = item.len();
    for at in memmem::find_iter(item.as_bytes(), "\"data:image/") {
        let url = item[at + 1..].split('"').next().unwrap_or_default();
        if let Some((_, image)) = url.split_once(";base64,") {
            bytes = bytes - image.len() + IMAGE;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_item_counts_for() {
        let check = |item: &str, want: usize| assert_eq!(bytes(item), want, "{item}");
        check(r#"{"type":"message"}"#, 18);
        let encrypted =
            |n: usize| format!(r#"{{"type":"reasoning","summary":[],"encrypted_content":"{}"}}"#, "x".repeat(n));
        check(&encrypted(1000), 100);
        check(&encrypted(10), 0);
        check(r#"{"type":"reasoning","summary":[]}"#, 33);
        let image = |n: usize| format!(r#"{{"image_url":"data:image/png;base64,{}"}}"#, "x".repeat(n));
        check(&image(1), image(0).len() + IMAGE);
        check(&image(100_000), image(0).len() + IMAGE);
    }
}
