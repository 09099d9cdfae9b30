//! A search finds what another program finds that parses every line and walks through its JSON.
//!
//! Words, spellings in JSON, kinds of lines, damage and the borders of buffers are random.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::chunk::Chunks;
use super::*;
use crate::discover::RolloutFile;
use crate::scan::Silent;

/// What a hit says, for comparison: line, turn, kind, how many matches.
type Found = (u64, Option<String>, HitKind, u64);

/// Pieces of which texts are made: words to look for among what JSON or a regex might trip over.
const WORDS: [&str; 16] = [
    "needle",
    "Needle",
    "NEEDLE",
    "naïve",
    "\"x\"",
    "\\",
    "/",
    "\n",
    "\t",
    "🦀",
    "日本",
    " ",
    "\u{1b}[0m",
    "ſ",
    "\u{212a}",
    "\\u0065",
];

const QUERIES: [&str; 10] = ["needle", "Needle", "naïve", "\"x\"", "le\nn", "🦀", "日", "s", "k", "e\\u0065"];

const PATTERNS: [&str; 6] = ["n[a-e]+dle", "(?:needle)+", r"\\", "^needle", "naï.e", r"e\s+n"];

/// How every enveloped record begins.
const START: &str = "{\"timestamp\":";

/// Writes a string as JSON in one of its many spellings, as `choices` say.
fn spell(text: &str, choices: &[u8]) -> String {
    let spelled = text.chars().zip(choices.iter().cycle()).map(|(character, choice)| {
        if choice % 4 > 0 {
            let json = serde_json::to_string(&character).unwrap();
            return json[1..json.len() - 1].to_owned();
        }
        let units = character.encode_utf16(&mut [0; 2]).to_vec();
        units
            .iter()
            .map(|unit| if choice % 8 > 0 { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") })
            .collect()
    });
    format!("\"{}\"", spelled.collect::<String>())
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..6).prop_map(|words| words.concat())
}

/// A line that holds a text, and whether it is whole.
fn line() -> impl Strategy<Value = String> {
    (text(), prop::collection::vec(any::<u8>(), 1..8), 0..14_u8).prop_map(|(text, choices, kind)| {
        let said = spell(&text, &choices);
        let inner = spell(&format!("{{\"cmd\":[{said}],\"n\":1}}"), &choices);
        let item = |payload: String| {
            format!(r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"response_item","payload":{payload}}}"#)
        };
        let event = |payload: String| {
            format!(r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"event_msg","payload":{payload}}}"#)
        };
        match kind {
            0 => item(format!(r#"{{"type":"message","role":"user","content":[{{"type":"input_text","text":{said}}}]}}"#)),
            1 => item(format!(r#"{{"type":"message","role":"assistant","content":[{{"type":"output_text","text":{said}}},{{"type":"output_text","text":{said}}}]}}"#)),
            2 => item(format!(r#"{{"type":"reasoning","summary":[{{"type":"summary_text","text":{said}}}],"encrypted_content":"needle"}}"#)),
            3 => item(format!(r#"{{"type":"function_call","name":"shell","arguments":{inner},"call_id":"needle"}}"#)),
            4 => item(format!(r#"{{"type":"function_call_output","call_id":"c","output":{said}}}"#)),
            5 => item(format!(r#"{{"type":"custom_tool_call","name":"apply_patch","input":{said},"call_id":"c"}}"#)),
            6 => event(format!(r#"{{"type":"user_message","message":{said}}}"#)),
            7 => format!(r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"turn_context","payload":{{"turn_id":{said}}}}}"#),
            8 => event(format!(r#"{{"type":"task_started","turn_id":{said}}}"#)),
            9 => format!(r#"{{"type":"message","role":"user","content":[{{"type":"input_text","text":{said}}}]}}"#),
            10 => format!(r#"{{"timestamp":"t","type":"compacted","payload":{{"message":{said},"replacement_history":[{said}]}}}}"#),
            11 => format!(r#"{{ "payload": {{"type":"message","role":"assistant","content":[{{"text":{said}}}]}}, "type": "response_item" }}"#),
            12 => format!(r#"{{"timestamp":"t","type":"world_state","payload":{{"full":true,"state":{said}}}}}"#),
            _ => format!("[{said}]"),
        }
    })
}

/// Lines one below the other, some of them torn, some glued to the one before.
fn file() -> impl Strategy<Value = (Vec<String>, bool)> {
    let torn = prop::option::weighted(0.2, 0..300_usize);
    let joint = prop::sample::select(&["\n", "\n", "\n", "\r\n", "\n\n", ""][..]);
    (prop::collection::vec((line(), torn, joint), 0..12), any::<bool>()).prop_map(|(lines, ends)| {
        let mut text = String::new();
        for (line, torn, joint) in lines {
            // Only records with an envelope are known to begin in the middle of a line.
            text += if line.starts_with(START) { joint } else { "\n" };
            text += line.get(..torn.unwrap_or(line.len())).unwrap_or(&line);
        }
        (text.split('\n').map(str::to_owned).collect(), ends)
    })
}

/// The whole records of a line.
fn records(line: &str) -> impl Iterator<Item = Value> {
    let mut starts: Vec<usize> = line.match_indices(START).map(|(at, _)| at).chain([0, line.len()]).collect();
    starts.sort_unstable();
    let pieces: Vec<_> = starts.windows(2).map(|piece| &line[piece[0]..piece[1]]).collect();
    pieces.into_iter().flat_map(|piece| serde_json::Deserializer::from_str(piece).into_iter().map_while(Result::ok))
}

/// What the query finds in the lines, by way of [`Value`]s.
fn oracle(lines: &[String], query: &Query) -> Vec<Found> {
    let mut found = Vec::new();
    let mut turn = None;
    for (index, line) in lines.iter().enumerate() {
        for record in records(line) {
            let (kind, payload) = match record.get("payload") {
                Some(payload) => (record["type"].as_str().unwrap_or_default(), payload),
                None => ("response_item", &record),
            };
            let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let joined = |parts: &Value| {
                let parts = parts.as_array().cloned().unwrap_or_default();
                parts.iter().map(|part| said(&part["text"])).collect::<Vec<_>>().join("\n")
            };
            let (kind, text) = match (kind, payload["type"].as_str().unwrap_or_default()) {
                ("turn_context", _) | ("event_msg", "task_started") => {
                    turn = payload["turn_id"].as_str().map(str::to_owned);
                    continue;
                }
                ("response_item", "message") if payload["role"] == json!("user") => {
                    (HitKind::User, joined(&payload["content"]))
                }
                ("response_item", "message") => (HitKind::Assistant, joined(&payload["content"])),
                ("response_item", "reasoning") => (HitKind::Reasoning, joined(&payload["summary"])),
                ("response_item", "function_call") => {
                    let arguments: Value = serde_json::from_str(&said(&payload["arguments"])).unwrap();
                    (HitKind::Tool, format!("shell\n{}", said(&arguments["cmd"][0])))
                }
                ("response_item", "custom_tool_call") => {
                    (HitKind::Tool, format!("apply_patch\n{}", said(&payload["input"])))
                }
                ("response_item", "function_call_output") => (HitKind::Output, said(&payload["output"])),
                ("compacted", _) => (HitKind::Compaction, said(&payload["message"])),
                _ => continue,
            };
            let matches = query.regex.find_iter(&text).count() as u64;
            if matches > 0 {
                found.push((index as u64 + 1, turn.clone(), kind, matches));
            }
        }
    }
    found
}

fn searched(lines: &[String], ends: bool, query: &Query, size: usize) -> Vec<Found> {
    let text = lines.join("\n") + if ends { "\n" } else { "" };
    let file = RolloutFile::memory("rollout-t.jsonl", text.into_bytes().leak());
    let mut searcher = Searcher { chunks: Chunks::new(size, crate::MAX_LINE) };
    let mut found = Vec::new();
    search_file(&mut searcher, &file, query, &Silent, &mut |hit| {
        assert_eq!(hit.thread_id.as_deref(), Some("t"));
        assert!(!hit.excerpt.is_empty());
        found.push((hit.line, hit.turn_id, hit.kind, hit.matches));
        ControlFlow::Continue(())
    });
    found
}

/// Each pattern with each case, made ready once.
fn queries(patterns: &[&str], regex: bool) -> Vec<Query> {
    let cases = [Case::Smart, Case::Sensitive, Case::Insensitive];
    let options = cases.map(|case| QueryOptions { regex, case, ..QueryOptions::default() });
    let all = patterns.iter().flat_map(|pattern| options.iter().map(move |options| (pattern, options)));
    all.map(|(pattern, options)| Query::new(pattern, options.clone()).unwrap()).collect()
}

static LITERALS: LazyLock<Vec<Query>> = LazyLock::new(|| queries(&QUERIES, false));
static EXPRESSIONS: LazyLock<Vec<Query>> = LazyLock::new(|| queries(&PATTERNS, true));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))] // each with all queries

    #[test]
    fn spellings_mean_the_text(text in text(), choices in prop::collection::vec(any::<u8>(), 1..8)) {
        prop_assert_eq!(serde_json::from_str::<String>(&spell(&text, &choices)).unwrap(), text);
    }

    #[test]
    fn literals_are_found_however_they_are_spelled((lines, ends) in file(), size in 1..2000_usize) {
        for query in &*LITERALS {
            prop_assert_eq!(searched(&lines, ends, query, size), oracle(&lines, query), "{:?}", query);
        }
    }

    #[test]
    fn regular_expressions_are_found_however_they_are_spelled((lines, ends) in file(), size in 1..2000_usize) {
        for query in &*EXPRESSIONS {
            prop_assert_eq!(searched(&lines, ends, query, size), oracle(&lines, query), "{:?}", query);
        }
    }
}
