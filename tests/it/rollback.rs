//! Rollbacks: what leaves the history, what is written for it, and what stays as it is.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Outcome, TestHome, program, rollout, run, write};
use crate::thread::thread_id;

/// Three turns of the thread `a`; in the second one the user speaks twice.
fn home(paginated: bool) -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a").version(if paginated { "0.169.0" } else { "0.140.0" });
    if paginated {
        thread.lineage(r#""history_mode":"paginated""#).paginated(0);
    }
    for (turn, messages) in [(1, 1), (2, 2), (3, 1)] {
        thread.model("gpt-5.5");
        for message in 1..=messages {
            thread.line("response_item", &message_of("user", &format!("question {turn}.{message}")));
            thread.response(1000 * turn, 100, 10);
        }
    }
    home.save();
    home
}

fn message_of(role: &str, text: &str) -> String {
    json!({ "type": "message", "role": role, "content": [{ "type": "input_text", "text": text }] }).to_string()
}

fn rollback(home: &TestHome, args: &[&str]) -> Outcome {
    redacted(home, run(program(home.path()).arg("rollback").args(args).arg("--home").arg(home.path())))
}

/// Puts `[HOME]` for the home, and `[SEGMENT]` and `[NOW]` for what differs from run to run.
fn redacted(home: &TestHome, mut outcome: Outcome) -> Outcome {
    for text in [&mut outcome.stdout, &mut outcome.stderr] {
        *text = text.replace(home.path().to_str().unwrap(), "[HOME]");
        if let Some((before, rest)) = text.split_once(&format!("{}_", thread_id("a"))) {
            let (date, after) = (before.rfind("/sessions/").unwrap(), rest.split_once(".jsonl").unwrap().1);
            *text = format!("{}/sessions/[NOW]_[SEGMENT].jsonl{after}", &before[..date]);
        }
    }
    outcome
}

fn of(home: &TestHome, args: &[&str]) -> Outcome {
    rollout(&[args, &["--home", home.path().to_str().unwrap()]].concat())
}

fn history(home: &TestHome, at: &str) -> Vec<Value> {
    let outcome = of(home, &["history", &thread_id("a"), "--at", at, "--json"]);
    outcome.json()["items"].as_array().unwrap_or_else(|| panic!("{outcome}")).clone()
}

/// What each rollout below the home says, by its path.
fn files(home: &Path) -> Vec<(String, String)> {
    let found = replay::discover(&[home.to_owned()]).files;
    let mut files: Vec<_> = found.iter().map(|file| (file.path.display().to_string(), text(&file.path))).collect();
    files.sort();
    files
}

fn text(path: &Path) -> String {
    fs_err::read_to_string(path).unwrap()
}

#[test]
fn a_legacy_thread_gets_an_event() {
    let home = home(false);
    let before = text(&home.file("a"));
    let want = history(&home, "before-user:4");
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "1"]), @r"
    exit 0
    -- stdout
    dropped 1 turn of 019e8000-0000-7000-8000-000000000061: 2 turns and 6 items are left (event in [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl)
    ");
    assert_eq!(history(&home, "end"), want);
    assert_eq!(files(home.path()).len(), 1);
    let added = text(&home.file("a")).strip_prefix(&before).unwrap().to_owned();
    let added: Vec<Value> = added.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(added[0]["payload"]["type"], "token_count");
    assert_eq!(added[1]["payload"], json!({ "type": "thread_rolled_back", "num_turns": 1 }));
    // Codex counts messages: the second turn loses its second one alone.
    let want = history(&home, "before-user:3");
    assert_eq!(rollback(&home, &[&thread_id("a"), "1", "--json"]).json()["items"], want.len());
    assert_eq!(history(&home, "end"), want);
}

#[test]
fn a_paginated_thread_gets_a_file() {
    let home = home(true);
    let before = files(home.path());
    let want = history(&home, "turn:1");
    let outcome = rollback(&home, &[&thread_id("a"), "2", "--json"]);
    assert_snapshot!(outcome, @r#"
    exit 0
    -- stdout
    {"schema_version":1,"thread_id":"019e8000-0000-7000-8000-000000000061","num_turns":2,"kind":"segment","path":"[HOME]/sessions/[NOW]_[SEGMENT].jsonl","turns":1,"items":2,"dry_run":false}
    "#);
    assert_eq!(history(&home, "end"), want);
    let after = files(home.path());
    assert_eq!(after.len(), 2);
    assert!(after.contains(&before[0]), "the old file stays as it is");
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "1"]), @r"
    exit 0
    -- stdout
    dropped 1 turn of 019e8000-0000-7000-8000-000000000061: 0 turns and 0 items are left (segment in [HOME]/sessions/[NOW]_[SEGMENT].jsonl)
    ");
    assert_eq!(files(home.path()).len(), 3);
    assert!(history(&home, "end").is_empty());
}

#[test]
fn where_codex_keeps_a_database_a_paginated_thread_gets_an_event_too() {
    let home = home(true);
    write(&home.path().join("state_5.sqlite"), b"");
    let want = history(&home, "turn:1");
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "2"]), @r"
    exit 0
    -- stdout
    dropped 2 turns of 019e8000-0000-7000-8000-000000000061: 1 turn and 2 items are left (event in [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl)
    -- stderr
    because of [HOME]/state_5.sqlite Codex would not see a new file, so an event drops the turns: the model no longer sees them, Codex's lists of turns still do
    ");
    assert_eq!(files(home.path()).len(), 1);
    assert_eq!(history(&home, "end"), want);
    let last: Value = serde_json::from_str(text(&home.file("a")).lines().last().unwrap()).unwrap();
    assert_eq!(last["payload"]["num_turns"], 3, "the second turn has two messages");
    assert_eq!(last["ordinal"], text(&home.file("a")).lines().count() - 1);
}

#[test]
fn nothing_that_was_spent_is_forgotten_and_nothing_is_out_of_order() {
    for (paginated, has_database) in [(false, false), (true, false), (true, true)] {
        let mut home = home(paginated);
        if has_database {
            write(&home.path().join("state_5.sqlite"), b"");
        }
        let tokens = home.report(&["total"]).0["totals"].clone();
        let findings = |home: &TestHome| {
            of(home, &["validate", home.path().to_str().unwrap(), "--json"]).json()["summary"].clone()
        };
        let clean = findings(&home);
        for _ in 0..2 {
            let outcome = rollback(&home, &[&thread_id("a"), "1"]);
            assert_eq!(outcome.code, Some(0), "{outcome}");
            assert_eq!(home.report(&["total"]).0["totals"], tokens);
            assert_eq!(findings(&home)["errors"], clean["errors"]);
        }
    }
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    for paginated in [false, true] {
        let home = home(paginated);
        let before = files(home.path());
        let dry = rollback(&home, &[&thread_id("a"), "2", "--dry-run", "--json"]).json();
        assert_eq!(files(home.path()), before);
        let mut wet = rollback(&home, &[&thread_id("a"), "2", "--json"]).json();
        assert_eq!(dry["dry_run"], true);
        wet["dry_run"] = json!(true);
        assert_eq!(wet, dry);
    }
}

#[test]
fn what_cannot_be_rolled_back_stays_as_it_is() {
    let mut home = home(true);
    home.thread("z").archived().turn().line("response_item", &message_of("user", "x")).response(10, 0, 1);
    home.save();
    let before = files(home.path());
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "4"]), @r"
    exit 2
    -- stderr
    error: 4 user turns are more than the thread has: 3
    hint: `rollout show` lists the turns
    ");
    assert_snapshot!(rollback(&home, &[&thread_id("z"), "1"]), @r"
    exit 2
    -- stderr
    error: [HOME]/archived_sessions/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-00000000007a.jsonl is archived
    hint: `rollout unarchive 019e8000-0000-7000-8000-00000000007a` brings it back
    ");
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "0"]), @r"
    exit 2
    -- stderr
    error: invalid value '0' for '<N>': 0 is not in 1..=4294967295

    For more information, try '--help'.
    ");
    assert_eq!(files(home.path()), before);
    let lock = replay::lock::ThreadLock::take(home.path(), &thread_id("a").as_str().into()).unwrap();
    assert_snapshot!(rollback(&home, &[&thread_id("a"), "1"]), @r"
    exit 2
    -- stderr
    error: another program is writing this thread: it holds [HOME]/thread-writer-locks/019e8000-0000-7000-8000-000000000061.lock
    hint: close the thread there first
    ");
    assert_eq!(files(home.path()), before);
    drop(lock);
    assert_eq!(rollback(&home, &[&thread_id("a"), "1"]).code, Some(0));
    let old = home.file("a");
    assert_snapshot!(rollback(&home, &[old.to_str().unwrap(), "1"]), @r"
    exit 2
    -- stderr
    error: [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl is not the file in force for its thread
    hint: to roll the thread back name it: 019e8000-0000-7000-8000-000000000061
    ");
}
