//! For browsers: one page that needs nothing else and asks nobody.
//!
//! The transcript stands in the page as JSON that no browser runs, in pieces small enough to be
//! drawn one by one when the reader comes to them. Words of the log reach the page as text only.

use std::io;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use replay::Problem;
use replay::turns::{Item, ItemKind, Turn};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::fold::beginning;
use super::json::TurnHead;
use super::{Format, Strip, ThreadHead, words};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = concat!(
    "'use strict';\n",
    include_str!("page/build.js"),
    include_str!("page/markdown.js"),
    include_str!("page/items.js"),
    include_str!("page/turns.js"),
    include_str!("page/search.js"),
    include_str!("page/page.js"),
);

/// Bytes of items that are drawn at once, and how many at most.
const PIECE: usize = 128 << 10;
const PIECE_ITEMS: u32 = 50;
/// Characters of a prompt that the list of turns shows.
const PROMPT: usize = 120;

/// Writes a page.
#[derive(Default)]
pub(crate) struct Html {
    turn: Option<Summary>,
    piece: String,
    piece_items: u32,
}

/// A turn's head as JSON, and what only its items tell.
struct Summary {
    head: serde_json::Value,
    counts: Counts,
}

#[derive(Default, Serialize)]
struct Counts {
    /// The beginning of the user's words.
    prompt: Option<String>,
    items: u32,
    calls: u32,
    failed: u32,
}

impl Html {
    /// Items so far, before the head of their turn: only then its counts are known.
    fn end_piece(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if self.piece_items > 0 {
            self.piece.push(']');
            data(out, "items", &self.piece)?;
            self.piece.clear();
            self.piece_items = 0;
        }
        Ok(())
    }

    fn end_turn(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.end_piece(out)?;
        let Some(Summary { mut head, counts }) = self.turn.take() else { return Ok(()) };
        head["counts"] = serde_json::to_value(counts)?;
        data(out, "turn", &head.to_string())
    }
}

impl Format for Html {
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()> {
        let (before, _) = halves();
        let title = thread.title.as_deref().unwrap_or("Untitled thread");
        // Browsers allow what has exactly these bytes, and nothing else.
        let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)));
        let mut rest = before;
        while let Some((text, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            out.write_all(text.as_bytes())?;
            match name {
                "title" => out.write_all(escaped(title).as_bytes())?,
                "style" => out.write_all(STYLE.as_bytes())?,
                "style-hash" => out.write_all(hash(STYLE).as_bytes())?,
                "script-hash" => out.write_all(hash(SCRIPT).as_bytes())?,
                _ => {}
            }
            rest = after;
        }
        out.write_all(rest.as_bytes())?;
        data(out, "thread", &serde_json::to_string(thread)?)
    }

    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, usage: Option<&Strip>) -> io::Result<()> {
        self.end_turn(out)?;
        let mut head = serde_json::to_value(TurnHead { turn, usage })?;
        head["name"] = words::name(turn).into();
        self.turn = Some(Summary { head, counts: Counts::default() });
        Ok(())
    }

    fn item(&mut self, out: &mut dyn io::Write, item: &Item) -> io::Result<()> {
        if let Some(turn) = &mut self.turn {
            turn.counts.count(&item.kind);
        }
        self.piece.push(if self.piece_items == 0 { '[' } else { ',' });
        self.piece.push_str(&serde_json::to_string(item)?);
        self.piece_items += 1;
        if self.piece.len() >= PIECE || self.piece_items >= PIECE_ITEMS {
            self.end_piece(out)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn io::Write, problems: &[Problem]) -> io::Result<()> {
        self.end_turn(out)?;
        data(out, "problems", &serde_json::to_string(problems)?)?;
        let (_, after) = halves();
        let (before_script, after_script) = after.split_once("{{script}}").unwrap_or((after, ""));
        [before_script, SCRIPT, after_script].iter().try_for_each(|text| out.write_all(text.as_bytes()))
    }
}

impl Counts {
    fn count(&mut self, kind: &ItemKind) {
        self.items += 1;
        match kind {
            ItemKind::UserMessage { text, .. } if self.prompt.is_none() => {
                let first = text.trim().lines().next().unwrap_or_default();
                self.prompt = Some(beginning(first, PROMPT).into_owned());
            }
            ItemKind::Command { outcome, .. }
            | ItemKind::Patch { outcome, .. }
            | ItemKind::McpCall { outcome, .. }
            | ItemKind::ToolCall { outcome, .. }
            | ItemKind::WebSearch { outcome, .. } => {
                self.calls += 1;
                self.failed += u32::from(words::went_badly(outcome));
            }
            _ => {}
        }
    }
}

/// The page before and after the transcript.
fn halves() -> (&'static str, &'static str) {
    PAGE.split_once("{{data}}").unwrap_or((PAGE, ""))
}

/// JSON in an element that no browser runs. Its letters cannot end the element: `<` and its kin
/// stand in strings only, where JSON has another way to write them.
fn data(out: &mut dyn io::Write, name: &str, json: &str) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" data-kind=\"{name}\">")?;
    let mut rest = json;
    while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        let (text, found) = rest.split_at(at);
        let char = found.chars().next().unwrap_or_default();
        write!(out, "{text}\\u{:04x}", u32::from(char))?;
        rest = &found[char.len_utf8()..];
    }
    writeln!(out, "{rest}</script>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_its_element() {
        let text = "</script><!-- & \u{2028}é\"";
        let mut out = Vec::new();
        data(&mut out, "items", &serde_json::to_string(text).unwrap()).unwrap();
        let element = String::from_utf8(out).unwrap();
        let json = element.split_once('>').unwrap().1.strip_suffix("</script>\n").unwrap();
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
    }
}
