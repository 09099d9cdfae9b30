//! Forks at any line of generated threads: what they hold is what the source held there.

use std::path::Path;

use proptest::prelude::*;
use rollout_schema::wire;
use serde_json::Value;

use super::*;
use crate::discover::{RolloutFile, Storage};
use crate::history::tests::{Step, chain, collect, items, lines, step};
use crate::scan::Silent;

fn request(home: &Path, by_reference: bool) -> Request {
    Request {
        thread_id: ThreadId::from("01a00000-0000-7000-8000-00000000000f"),
        forked_from: ThreadId::from("a"),
        home: home.to_owned(),
        now: Time(1_800_000_000_000),
        local: jiff::civil::date(2027, 1, 15).at(9, 0, 0, 0),
        source: wire::SessionSource::Cli,
        cwd: None,
        fallback_cwd: "/srv/app".to_owned(),
        model_provider: None,
        by_reference,
        sync: false,
        dry_run: false,
    }
}

const META: &str = r#"{"session_id":"a","id":"a","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/srv/x","originator":"o","cli_version":"0.169.0","history_mode":"MODE"}"#;

/// A thread over files that each begin with their own `session_meta`, in one of the two modes.
fn thread(framed: bool, is_paginated: bool, steps: &[Step], splits: &[usize]) -> Chain {
    let meta = META.replace("MODE", if is_paginated { "paginated" } else { "legacy" });
    let first = format!(r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{meta}}}"#);
    let mut lines = lines(framed, steps);
    lines.remove(0);
    // A mark that no step writes shows where a file begins.
    for at in splits.iter().chain(&[0]) {
        lines.insert(at % (lines.len() + 1), first.clone());
    }
    if is_paginated {
        // A torn line has no number that counts.
        let whole = lines.iter_mut().filter(|line| serde_json::from_str::<Value>(line).is_ok());
        for (ordinal, line) in whole.enumerate() {
            *line = line.replacen(",\"type\":", &format!(",\"ordinal\":{ordinal},\"type\":"), 1);
        }
    }
    let begins: Vec<usize> = (1..lines.len()).filter(|at| lines[*at].contains("session_meta")).collect();
    chain(&lines, &begins, "")
}

/// A cut before a line of the chain.
fn cut(chain: &Chain, at: usize) -> Cut {
    let mut starts = Vec::new();
    for (index, piece) in chain.pieces.iter().enumerate() {
        let Storage::Memory(bytes) = piece.file.storage else { continue };
        let kept = &bytes[..piece.to.map_or(bytes.len(), |to| to as usize)];
        let begins = std::iter::once(0).chain(memchr::memchr_iter(b'\n', kept).map(|newline| newline + 1));
        starts.extend(begins.filter(|begin| *begin < kept.len()).map(|begin| (index, begin as u64)));
    }
    match starts.get(at % (starts.len() + 1)) {
        Some(&(piece, offset)) if (piece, offset) != (0, 0) => Cut::before(piece, offset),
        _ => Cut::END,
    }
}

fn file(path: &Path) -> RolloutFile {
    let bytes = fs_err::metadata(path).unwrap().len();
    RolloutFile { path: path.into(), storage: Storage::Plain, bytes, modified: None, archived: false }
}

/// Takes the news of the interruption off the end.
fn without_marker(mut items: Vec<Value>) -> (Vec<Value>, bool) {
    let is_marker = |item: &Value| {
        item["content"][0]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("<turn_aborted>\nThe thread was forked"))
    };
    let marked = items.last().is_some_and(is_marker);
    items.truncate(items.len() - usize::from(marked));
    (items, marked)
}

fn values(path: &Path) -> Vec<Value> {
    let text = fs_err::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Whether a turn with work in it is under way after `lines`, for threads whose turns have frames.
fn is_at_work(lines: &[Value]) -> bool {
    let began = lines.iter().rposition(|line| line["payload"]["type"] == "task_started");
    let Some(began) = began else { return false };
    lines[began..]
        .iter()
        .all(|line| !["task_complete", "turn_aborted"].iter().any(|end| line["payload"]["type"] == *end))
        && lines[began..].iter().any(|line| {
            let (kind, text) = (line["payload"]["type"].as_str(), line["payload"]["content"][0]["text"].as_str());
            let spoken = line["payload"]["role"] == "user" && !text.unwrap_or_default().starts_with('<');
            line["type"] == "response_item"
                && (spoken || kind.is_some_and(|kind| kind.contains("_call") || kind == "agent_message"))
        })
}

/// Whether the lines that follow a cut begin a turn before they say anything.
fn another_turn_begins(lines: &[Value]) -> bool {
    let says = |line: &&Value| {
        let (kind, text) = (line["payload"]["type"].as_str(), line["payload"]["content"][0]["text"].as_str());
        match line["type"].as_str() {
            Some("response_item") => kind != Some("ghost_snapshot") && !text.is_some_and(|text| text.starts_with('<')),
            _ => matches!(kind, Some("task_started" | "task_complete" | "turn_aborted")),
        }
    };
    lines.iter().find(says).is_some_and(|line| line["payload"]["type"] == "task_started")
}

fn lines_of(chain: &Chain) -> Vec<Value> {
    let mut lines = Vec::new();
    chain.for_each_record(&mut crate::LineReader::default(), &Silent, |at| {
        lines.extend(serde_json::from_slice::<Value>(at.record.json));
        std::ops::ControlFlow::Continue(())
    });
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_copy_has_the_history_of_its_point(
        (framed, is_paginated) in any::<(bool, bool)>(),
        steps in prop::collection::vec(step(), 0..7),
        splits in prop::collection::vec(any::<usize>(), 0..3),
        at in any::<usize>(),
    ) {
        let home = tempfile::tempdir().unwrap();
        let chain = thread(framed, is_paginated, &steps, &splits);
        let cut = cut(&chain, at);
        let forked = fork(&chain, &cut, &request(home.path(), false), &Silent).unwrap();
        let got = items(&Chain::of_file(file(&forked.path)), &Cut::END);
        prop_assert_eq!(&collect(&mut ephemeral(&chain, &cut).unwrap()), &got);
        let (got, marked) = without_marker(got);
        prop_assert_eq!(got, items(&chain, &cut));
        if framed {
            let goes_on = !another_turn_begins(&lines_of(&chain.after(&cut)));
            prop_assert_eq!(marked, goes_on && is_at_work(&lines_of(&chain.until(&cut))));
        }
        let written = values(&forked.path);
        prop_assert_eq!(written.len() as u64, forked.lines);
        for (number, line) in written.iter().enumerate() {
            prop_assert_eq!(line.get("ordinal").and_then(Value::as_u64), is_paginated.then_some(number as u64));
            prop_assert_eq!(line["type"] == "session_meta", number == 0);
        }
        prop_assert_eq!(&written[0]["payload"]["forked_from_id"], "a");
        let dry = Request { dry_run: true, ..request(home.path(), false) };
        prop_assert_eq!(fork(&chain, &cut, &dry, &Silent).unwrap().lines, forked.lines);
    }

    #[test]
    fn a_reference_has_the_history_of_its_point(
        steps in prop::collection::vec(step(), 0..7),
        splits in prop::collection::vec(any::<usize>(), 0..3),
        at in any::<usize>(),
    ) {
        let home = tempfile::tempdir().unwrap();
        let chain = thread(true, true, &steps, &splits);
        let cut = cut(&chain, at);
        let request = request(home.path(), true);
        let forked = fork(&chain, &cut, &request, &Silent).unwrap();
        let meta = &values(&forked.path)[0];
        let base = &meta["payload"]["history_base"];
        prop_assert_eq!(&base["end_ordinal_exclusive"], &meta["ordinal"]);
        prop_assert_eq!(&meta["payload"]["forked_from_ordinal_exclusive"], &meta["ordinal"]);
        // What Codex does with it: the named part of the base, then the file itself.
        let end = base["end_byte_offset"].as_u64().unwrap();
        let (kept, _) = edge::find(&chain, &cut).unwrap();
        prop_assert_eq!(kept.pieces.last().unwrap().to, Some(end));
        let mut whole = kept;
        whole.pieces.extend(Chain::of_file(file(&forked.path)).pieces);
        let (mut got, _) = without_marker(items(&whole, &Cut::END));
        let mut want = items(&chain, &cut);
        // Outputs of broken off calls follow all of them, where in a copy each follows its call.
        got.sort_by_key(ToString::to_string);
        want.sort_by_key(ToString::to_string);
        prop_assert_eq!(got, want);
    }
}
