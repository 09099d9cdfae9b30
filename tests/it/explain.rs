//! The decision about each line, and the line itself.

use serde_json::Value;

use crate::support::{Outcome, TestHome, rollout};
use crate::thread::thread_id;

/// A thread with a line of each common kind, and another one on the next day.
fn home() -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4").no_info().response(900, 400, 100);
    thread.count().response(1900, 0, 100).estimate(700);
    home.thread("b").at("2026-06-02T10:00:00.000Z").model("gpt-5.5").response(2900, 0, 100);
    home
}

fn lines(outcome: &Outcome) -> Vec<Value> {
    assert_eq!(outcome.code, Some(0), "{outcome}");
    outcome.json()["lines"].as_array().unwrap().clone()
}

#[test]
fn a_thread_is_explained_line_by_line() {
    insta::assert_snapshot!(home().run(&["explain", &thread_id("a")]), @r"
    exit 0
    -- stdout
    - 2026-06-01T10:00:00.000Z gpt-5.4
      no-info: rate limits only, no usage
      [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:5:1
    + 2026-06-01T10:00:01.000Z gpt-5.4 in 900 (cached 400) out 100 total 1,000
      step: the running total grew by exactly this
      [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:8:1
    - 2026-06-01T10:00:01.000Z gpt-5.4 in 900 (cached 400) out 100 total 1,000
      repeat: the running total did not change
      [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:9:1
    + 2026-06-01T10:00:02.000Z gpt-5.4 in 1,900 (cached 0) out 100 total 2,000
      step: the running total grew by exactly this
      [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:12:1
    - 2026-06-01T10:00:02.000Z gpt-5.4 in 0 (cached 0) out 0 total 700
      estimate: an estimate of the context, not usage
      [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:13:1
    019e8000-0000-7000-8000-000000000061: 2 of 5 lines counted, 2 responses, 3,000 tokens
    ");
}

#[test]
fn json_lists_counted_and_refused_lines_with_their_rules() {
    let outcome = home().run(&["explain", &thread_id("a"), "--json"]);
    let found: Vec<_> = lines(&outcome)
        .iter()
        .map(|line| format!("{} {} {}", line["line"], line["rule"].as_str().unwrap(), line["counted"]))
        .collect();
    assert_eq!(found, ["5 no-info false", "8 step true", "9 repeat false", "12 step true", "13 estimate false"]);
    let json = outcome.json();
    assert_eq!(json["report"], "explain");
    assert_eq!(json["subject"], thread_id("a"));
    assert_eq!(json["totals"]["usage"]["total_tokens"], 3000);
    assert_eq!(json["totals"]["responses"], 2);
}

#[test]
fn a_line_says_where_it_stands_and_what_it_was_counted_as() {
    let mut line = lines(&home().run(&["explain", &thread_id("a"), "--json"])).swap_remove(1);
    // They depend on the lengths of all lines before, and are checked with `--raw`.
    for member in ["offset", "length"] {
        line.as_object_mut().unwrap().remove(member).unwrap();
    }
    insta::assert_snapshot!(format!("{line:#}"), @r#"
    {
      "column": 1,
      "counted": true,
      "effort": null,
      "kind": "token_count",
      "line": 8,
      "model": "gpt-5.4",
      "path": "[HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl",
      "reason": "the running total grew by exactly this",
      "rule": "step",
      "thread_id": "019e8000-0000-7000-8000-000000000061",
      "time": "2026-06-01T10:00:01.000Z",
      "turn_id": "019e82a0-3d00-7000-8000-000000610001",
      "usage": {
        "cache_write_input_tokens": 0,
        "cached_input_tokens": 400,
        "input_tokens": 900,
        "output_tokens": 100,
        "reasoning_output_tokens": 0,
        "total_tokens": 1000
      }
    }
    "#);
}

#[test]
fn any_unique_end_or_beginning_of_an_id_names_a_thread() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    let whole = home.run(&["explain", &thread_id("a")]);
    assert_eq!(whole.code, Some(0));
    assert_eq!(home.run(&["explain", "00000061"]), whole);
    assert_eq!(home.run(&["explain", "019e"]), whole);
}

#[test]
fn a_day_is_explained_over_all_threads() {
    let mut home = home();
    // The fork's copies bear the time of the fork, and its own response the next day's.
    home.fork("c", "a").at("2026-06-02T09:00:00.000Z").turn().response(400, 0, 100);
    let json = home.run(&["explain", "2026-06-02", "--json"]).json();
    let lines = json["lines"].as_array().unwrap();
    let found: Vec<_> = lines.iter().map(|line| (line["thread_id"].clone(), line["rule"].clone())).collect();
    assert_eq!(found, [(thread_id("c").into(), "step".into()), (thread_id("b").into(), "step".into())]);
    assert_eq!(
        (json["subject"].as_str(), &json["totals"]["usage"]["total_tokens"]),
        (Some("2026-06-02"), &3500.into())
    );
    assert_eq!(json["totals"]["usage"], home.report(&["total", "-s", "2026-06-02"]).0["totals"]["usage"]);
}

#[test]
fn a_day_is_the_zones_own() {
    let mut home = home();
    let count = |home: &mut TestHome, zone| lines(&home.run(&["explain", "20260602", "--json", "-z", zone])).len();
    assert_eq!((count(&mut home, "UTC"), count(&mut home, "Pacific/Kiritimati")), (1, 5));
}

#[test]
fn what_was_copied_from_a_missing_thread_is_explained_under_its_id() {
    let mut home = home();
    home.fork("c", "a").turn().response(400, 0, 100);
    home.forget("a");
    let json = home.run(&["explain", &thread_id("a"), "--json"]).json();
    assert_eq!(json["totals"]["usage"]["total_tokens"], 3000);
    // The fork's own lines are no subject, the copies are: they are billed to the missing thread.
    let json = home.run(&["explain", &thread_id("c"), "--json"]).json();
    assert_eq!(json["totals"]["usage"]["total_tokens"], 500);
}

#[test]
fn an_ambiguous_name_is_an_error_that_lists_the_threads() {
    let outcome = home().run(&["explain", "019e8000"]);
    insta::assert_snapshot!(outcome, @r"
    exit 2
    -- stderr
    error: `019e8000` names 2 threads
    hint: one of 019e8000-0000-7000-8000-000000000061, 019e8000-0000-7000-8000-000000000062
    ");
}

#[test]
fn an_unknown_name_is_an_error() {
    insta::assert_snapshot!(home().run(&["explain", "nobody"]), @r"
    exit 2
    -- stderr
    error: no thread and no day is named `nobody`
    hint: `rollout analyze session --json` lists the threads
    ");
}

#[test]
fn a_day_without_lines_says_so_by_its_code() {
    insta::assert_snapshot!(home().run(&["explain", "2020-01-01"]), @r"
    exit 1
    -- stdout
    2020-01-01: 0 of 0 lines counted, 0 responses, 0 tokens
    ");
}

/// The records that a home's explanation shows, cut from their files by hand.
fn assert_raw(home: &mut TestHome, name: &str, file: &[u8]) {
    let args = ["explain", &thread_id(name), "--json", "--raw"];
    let mapped = home.run(&args);
    assert_eq!(home.run(&[&args[..], &["--no-mmap"]].concat()), mapped);
    let file_lines: Vec<&[u8]> = file.split(|byte| *byte == b'\n').collect();
    let lines = lines(&mapped);
    assert!(!lines.is_empty());
    for line in lines {
        let number = |member: &str| usize::try_from(line[member].as_u64().unwrap()).unwrap();
        let raw = line["raw"].as_str().unwrap().as_bytes();
        assert_eq!(raw, &file[number("offset")..][..number("length")]);
        assert_eq!(raw, &file_lines[number("line") - 1][number("column") - 1..][..raw.len()]);
        assert!(raw.starts_with(b"{\"timestamp\":") && raw.ends_with(b"}}"), "{line:#}");
    }
}

#[test]
fn raw_lines_are_the_bytes_of_the_file() {
    let mut home = home();
    let file = home.save().file("a");
    assert_raw(&mut home, "a", &fs_err::read(file).unwrap());
}

#[test]
fn raw_lines_of_a_compressed_file_are_its_decoded_bytes() {
    let mut home = home();
    let file = home.thread("a").compressed().bytes();
    assert_raw(&mut home, "a", &file);
}

#[test]
fn raw_records_of_glued_lines_begin_at_their_column() {
    let mut home = home();
    home.edit("a", |bytes| {
        String::from_utf8(bytes).unwrap().replacen("}}\n{\"timestamp\"", "}}{\"timestamp\"", 20).into_bytes()
    });
    let file = fs_err::read(home.file("a")).unwrap();
    assert!(file.iter().filter(|byte| **byte == b'\n').count() < 3, "the fixture glues its lines");
    assert_raw(&mut home, "a", &file);
}

#[test]
fn raw_lines_of_the_sample_come_from_memory() {
    let outcome = rollout(&["analyze", "explain", "a02", "--sample", "--raw", "--json"]);
    for line in lines(&outcome) {
        let raw: Value = serde_json::from_str(line["raw"].as_str().unwrap()).unwrap();
        assert_eq!(raw["payload"]["type"], "token_count");
    }
}
