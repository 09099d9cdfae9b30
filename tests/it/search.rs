//! What `search` finds, in each form, and how it ends.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

use crate::line::{CALL, PROMPT, event, item, line, lines, meta};
use crate::support::{Outcome, program, run, write};

/// A folder with one thread in two files, the newer one of which is damaged, and a compressed one.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let said = r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context>teapot</environment_context>"},{"type":"input_text","text":"Why is the teapot\n\"blue\"?\nSay it.\n"}]}"#;
    let output = r#"{"type":"function_call_output","call_id":"c1","output":"a\nb\n\u001b[31mTeapot\u001b[0m teapot\nc\nd\ne\nf teapot\n"}"#;
    let first = [
        &meta(""),
        &event(r#"{"type":"task_started","turn_id":"u1"}"#),
        &item(said),
        &event(&PROMPT.replace("Do it.", "Why is the teapot")),
        &item(&CALL.replace("{}", r#"{\"command\":[\"bash\",\"-lc\",\"echo \\\"teapot\\\"\"]}"#)),
        &item(output),
    ];
    let second = [
        &meta(""),
        &item(r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A teapot is blue."}]}"#),
    ];
    let torn = &item(said)[..220];
    let third = [&line("compacted", r#"{"message":"They spoke of a teapot."}"#)[..]];
    let write = |name: &str, bytes: &[u8]| write(&home.path().join("sessions/2026/06").join(name), bytes);
    write("rollout-2026-06-01T10-00-00-a.jsonl", lines(first.map(String::as_str)).as_bytes());
    write("rollout-2026-06-02T10-00-00-a_b.jsonl", (lines(second.map(String::as_str)) + torn).as_bytes());
    write("rollout-2026-05-30T10-00-00-c.jsonl.zst", &zstd::encode_all(lines(third).as_bytes(), 3).unwrap());
    home
}

fn search(home: &Path, args: &[&str]) -> Outcome {
    run(program(home).current_dir(home).arg("search").args(args).args(["--home", "."]))
}

#[test]
fn hits_are_lines_for_other_tools() {
    let home = home();
    assert_snapshot!(search(home.path(), &["teapot"]), @r#"
    exit 0
    -- stdout
    ./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl:2:assistant: A teapot is blue.
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:3:user: Why is the teapot
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:5:tool[shell]: echo "teapot"
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:6:output: ␛[31mTeapot␛[0m teapot
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:6:output: f teapot
    ./sessions/2026/06/rollout-2026-05-30T10-00-00-c.jsonl.zst:1:compaction: They spoke of a teapot.
    -- stderr
    1 place is damaged, the first at ./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl:3:1: torn-tail: the last line has no end (220 bytes); `rollout validate` lists them
    "#);
    assert_snapshot!(search(home.path(), &["is the teapot\n\"blue\"", "--in", "user", "-A1"]), @r#"
    exit 0
    -- stdout
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:3:user: Why is the teapot
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:3:user: "blue"?
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl-3-user- Say it.
    "#);
    assert_snapshot!(search(home.path(), &[r"^.{0,6}teapot\b", "--regex", "-i", "-C1", "--in", "output,context"]), @r#"
    exit 0
    -- stdout
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl-6-output- b
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:6:output: ␛[31mTeapot␛[0m teapot
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl-6-output- c
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl-6-output- e
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:6:output: f teapot
    -- stderr
    1 place is damaged, the first at ./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl:3:1: torn-tail: the last line has no end (220 bytes); `rollout validate` lists them
    "#);
    assert_snapshot!(search(home.path(), &["blue", "-w", "-q"]), @r#"
    exit 0
    -- stdout
    ./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl:2:assistant: A teapot is blue.
    ./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl:3:user: "blue"?
    "#);
}

#[test]
fn a_terminal_shows_hits_by_thread() {
    let home = home();
    let outcome = search(home.path(), &["teapot", "--color", "always", "-B1"]);
    let outcome = Outcome { stdout: outcome.stdout.replace('\u{1b}', "^"), ..outcome };
    assert_snapshot!(outcome, @r#"
    exit 0
    -- stdout
    ^[1m019e8000-0000-7000-8000-000000000061^[0m  ^[2m./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl^[0m
    ^[32m      2^[0m:^[36massistant^[0m             ^[2m│^[0m A ^[1m^[31mteapot^[0m is blue.

    ^[1m019e8000-0000-7000-8000-000000000061^[0m  ^[2m./sessions/2026/06/rollout-2026-06-01T10-00-00-a.jsonl^[0m
    ^[32m      3^[0m:^[36muser^[0m                  ^[2m│^[0m Why is the ^[1m^[31mteapot^[0m
    ^[32m      5^[0m:^[36mtool[shell]^[0m           ^[2m│^[0m ^[2m-lc^[0m
                                  ^[2m│^[0m echo "^[1m^[31mteapot^[0m"
    ^[32m      6^[0m:^[36moutput^[0m                ^[2m│^[0m ^[2mb^[0m
                                  ^[2m│^[0m ␛[31m^[1m^[31mTeapot^[0m␛[0m ^[1m^[31mteapot^[0m
                                  ^[2m┆^[0m
                                  ^[2m│^[0m ^[2me^[0m
                                  ^[2m│^[0m f ^[1m^[31mteapot^[0m

    ^[1mc^[0m  ^[2m./sessions/2026/06/rollout-2026-05-30T10-00-00-c.jsonl.zst^[0m
    ^[32m      1^[0m:^[36mcompaction^[0m            ^[2m│^[0m They spoke of a ^[1m^[31mteapot^[0m.
    -- stderr
    1 place is damaged, the first at ./sessions/2026/06/rollout-2026-06-02T10-00-00-a_b.jsonl:3:1: torn-tail: the last line has no end (220 bytes); `rollout validate` lists them
    "#);
}

#[test]
fn threads_are_counted_and_listed() {
    let home = home();
    assert_snapshot!(search(home.path(), &["teapot", "--count", "-q"]), @r#"
    exit 0
    -- stdout
    019e8000-0000-7000-8000-000000000061:4
    c:1
    "#);
    assert_snapshot!(search(home.path(), &["teapot", "-l", "-q"]), @r#"
    exit 0
    -- stdout
    019e8000-0000-7000-8000-000000000061
    c
    "#);
    assert_snapshot!(search(home.path(), &["teapot", "-l", "-q", "--limit", "1"]), @r#"
    exit 0
    -- stdout
    019e8000-0000-7000-8000-000000000061
    "#);
}

#[test]
fn json_is_one_document_and_ndjson_one_line_for_each_hit() {
    let home = home();
    let json = search(home.path(), &["teapot", "--json", "--max-count", "1", "-q"]).json();
    let of = |hit: &Value| ["thread_id", "turn_id", "line", "kind", "tool"].map(|name| hit[name].to_string()).join(" ");
    let hits: Vec<String> = json["hits"].as_array().unwrap().iter().map(of).collect();
    assert_snapshot!(hits.join("\n"), @r#"
    "019e8000-0000-7000-8000-000000000061" null 2 "assistant" null
    "019e8000-0000-7000-8000-000000000061" "u1" 3 "user" null
    "c" null 1 "compaction" null
    "#);
    assert_eq!((&json["schema_version"], &json["query"]), (&1.into(), &"teapot".into()));
    assert_eq!((&json["searched"]["files"], &json["problems"][0]["rule"]), (&3.into(), &Value::Null));
    let outcome = search(home.path(), &["teapot", "--ndjson", "--limit", "2", "--jobs", "1", "-q"]);
    let lines: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all = search(home.path(), &["teapot", "--json", "--jobs", "3", "-q"]).json();
    assert_eq!(lines, all["hits"].as_array().unwrap()[..2]);
    assert_eq!(all["problems"][0]["rule"], "torn-tail");
}

#[test]
fn nothing_found_and_nothing_to_look_for_are_told_apart() {
    let home = home();
    assert_snapshot!(search(home.path(), &["kettle"]), @"exit 1");
    assert_snapshot!(search(home.path(), &["tea(pot", "--regex"]), @r#"
    exit 2
    -- stderr
    error: regex parse error:
        tea(pot
           ^
    error: unclosed group
    hint: without --regex the query is taken letter by letter
    "#);
    assert_snapshot!(search(home.path(), &[""]), @r#"
    exit 2
    -- stderr
    error: an empty query matches everything
    hint: name words to look for
    "#);
}
