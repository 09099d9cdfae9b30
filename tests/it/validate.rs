//! `rollout validate`: which files are checked, what is said of a damaged one, and how much is listed.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Outcome, TestHome, program, rollout, rollout_with, run, validate, write};
use crate::thread::Thread;

pub(crate) const ANSWER: &str = r#"{"type":"agent_message","message":"Done."}"#;
/// An error, a warning, and a finding that is only counted.
pub(crate) const WRONG: &str = r#"{"type":"agent_message","message":7}"#;
pub(crate) const ODD: &str = r#"{"type":"odd"}"#;
pub(crate) const MORE: &str = r#"{"type":"agent_message","message":"Done.","new":1}"#;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A thread of three lines in which nothing is found.
pub(crate) fn sound(name: &str) -> Thread {
    let mut thread = Thread::new(name);
    thread.event(r#"{"type":"user_message","message":"Do it.","images":[]}"#).event(ANSWER);
    thread
}

/// A home with the file `x.jsonl` beside its stores, of which the first three lines are sound.
pub(crate) fn home_with(payloads: &[&str]) -> TestHome {
    let home = TestHome::new();
    write(&home.path().join("x.jsonl"), &with(payloads));
    home
}

pub(crate) fn with(payloads: &[&str]) -> Vec<u8> {
    let mut thread = sound("a");
    for payload in payloads {
        thread.event(payload);
    }
    thread.bytes()
}

pub(crate) fn validate_x(home: &TestHome, args: &[&str]) -> Outcome {
    validate(home.path(), &[&["x.jsonl", "--json"], args].concat())
}

/// Each listed finding as `line:column rule severity`.
#[track_caller]
pub(crate) fn found(report: &Value) -> Vec<String> {
    let problems = report["problems"].as_array().unwrap().iter();
    let told = problems.map(|problem| {
        let text = |name: &str| problem[name].as_str().unwrap();
        format!("{}:{} {} {}", problem["line"], problem["column"], text("rule"), text("severity"))
    });
    told.collect()
}

#[test]
fn the_sample_is_sound() {
    insta::assert_snapshot!(rollout(&["validate", "--sample"]), @r"
    exit 0
    -- stderr
    0 errors and 0 warnings in 117 lines, 4 files
    ");
    let outcome = rollout(&["validate", "--sample", "--quiet"]);
    assert_eq!(outcome, Outcome { code: Some(0), stdout: String::new(), stderr: String::new() });
}

#[test]
fn one_bad_line_in_ten_thousand_is_found() {
    let mut thread = sound("a");
    for n in 4..=10_000 {
        thread.event(if n == 7_654 { WRONG } else { ANSWER });
    }
    let home = TestHome::new();
    write(&home.path().join("x.jsonl"), &thread.bytes());
    let outcome = validate_x(&home, &[]);
    assert_eq!((outcome.code, &outcome.json()["lines"]), (Some(1), &json!(10_000)));
    assert_eq!(found(&outcome.json()), ["7654:104 wrong-type error"]);
}

#[test]
fn what_is_not_there_is_an_error_with_a_hint() {
    for paths in [&["/nowhere/x.jsonl"][..], &["x.jsonl", "/nowhere/x.jsonl"], &["-", "/nowhere/x.jsonl"]] {
        let outcome = validate(home_with(&[]).path(), paths);
        insta::allow_duplicates!(insta::assert_snapshot!(outcome, @r"
        exit 2
        -- stderr
        error: /nowhere/x.jsonl does not exist
        hint: name a file, a folder or a home
        "));
    }
    let home = home_with(&[]);
    for args in [&["--home", "/nowhere"][..], &["x.jsonl", "--home", "/nowhere"], &[]] {
        let outcome = validate(home.path(), args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        assert!(outcome.stderr.starts_with("error: "), "{outcome}");
    }
}

/// Paths of the files in which one error was found, in the order of the report.
#[track_caller]
fn paths_found(outcome: &Outcome) -> Vec<String> {
    let report = outcome.json();
    let paths: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((&report["files"], &report["errors"]), (&json!(paths.len()), &json!(paths.len())), "{outcome}");
    paths
}

#[test]
fn files_folders_and_homes_can_be_named() {
    let mut home = TestHome::new();
    for (name, day) in [("a", "2026-06-01T10:00:00.000Z"), ("b", "2026-06-02T10:00:00.000Z")] {
        *home.thread(name) = sound(name);
        home.thread(name).clock = crate::thread::millis(day);
        home.thread(name).event(WRONG);
    }
    home.thread("a").compressed();
    let file = |home: &TestHome, name: &str| text(home.file(name).strip_prefix(home.path()).unwrap()).to_owned();
    let (a, b) = (file(&home, "a"), file(&home, "b"));
    home.save();
    write(&home.path().join("notes.log"), &with(&[WRONG]));
    let check = |args: &[&str], want: &[&str]| {
        assert_eq!(paths_found(&validate(home.path(), &[args, &["--json"]].concat())), want, "{args:?}");
    };
    check(&[&a], &[&a]);
    check(&["sessions/2026/06"], &[&a, &b]);
    check(&[&b, &a], &[&a, &b]);
    // However often it is named, a file is checked once.
    check(&["sessions", &a, "sessions/2026/06/01"], &[&a, &b]);
    // A file that was named is taken at its word, whatever its name.
    check(&["notes.log", &b], &["notes.log", &b]);
    let whole = [format!("./{a}"), format!("./{b}")];
    let whole = [whole[0].as_str(), &whole[1]];
    check(&["."], &whole);
    check(&["--home", "."], &whole);
    let outcome = rollout_with(&["validate", "--json"], &[("CODEX_HOME", text(home.path()))]);
    assert_eq!(paths_found(&outcome).len(), 2);
    // Compressed or not, the findings are the same.
    assert_eq!(found(&validate(home.path(), &["sessions", "--json"]).json()), vec!["4:104 wrong-type error"; 2]);
}

#[test]
fn an_empty_home_is_sound() {
    let outcome = validate(TestHome::new().path(), &["--home", "."]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""));
    assert!(outcome.stderr.ends_with("0 errors and 0 warnings in 0 lines, 0 files\n"), "{outcome}");
}

/// Runs in a home, with these bytes on stdin.
fn validate_stdin(home: &TestHome, bytes: &[u8], args: &[&str]) -> Outcome {
    let path = home.path().join("stdin");
    write(&path, bytes);
    let stdin = fs_err::File::open(path).unwrap().into_parts().0;
    run(program(home.path()).current_dir(home.path()).args(["validate", "--json"]).args(args).stdin(stdin))
}

#[test]
fn a_dash_is_stdin() {
    let home = home_with(&[WRONG]);
    let piped = with(&[ODD, WRONG]);
    let outcome = validate_stdin(&home, &piped, &["-"]);
    let report = outcome.json();
    assert_eq!(
        (outcome.code, &report["files"], &report["problems"][0]["path"]),
        (Some(1), &json!(1), &json!("<stdin>"))
    );
    let (odd, wrong) = ("4:78 unknown-kind warning", "5:104 wrong-type error");
    assert_eq!(found(&report), [odd, wrong]);
    // With others it comes first; it is read once.
    for args in [&["-", "x.jsonl"][..], &["x.jsonl", "-"], &["-", "-", "x.jsonl"]] {
        let report = validate_stdin(&home, &piped, args).json();
        assert_eq!((found(&report).len(), &report["files"]), (3, &json!(2)), "{args:?}");
        assert_eq!(report["problems"][2]["path"], "x.jsonl");
    }
    assert_eq!(validate_stdin(&home, &piped, &["-", "--sample"]).json()["files"], 5);
    assert_eq!(validate_stdin(&home, b"", &["-"]).json()["by_rule"], json!({ "empty-file": 1 }));
}

#[test]
fn a_killed_writer_costs_its_own_record_and_nothing_else() {
    // Codex was killed within the fifth line; the next run wrote the sixth straight after it.
    let bytes = String::from_utf8(with(&[ODD, ANSWER, WRONG, MORE, ODD])).unwrap();
    let lines: Vec<&str> = bytes.lines().collect();
    let torn = [&lines[..4], &[&format!("{}{}", &lines[4][..90], lines[5])], &lines[6..], &[""]].concat().join("\n");
    let home = TestHome::new();
    write(&home.path().join("x.jsonl"), torn.as_bytes());
    insta::assert_snapshot!(validate(home.path(), &["x.jsonl"]), @r#"
    exit 1
    -- stdout
    x.jsonl:4:78: unknown-kind: /payload/type: unknown kind `odd`
        …type":"event_msg","payload":{"type":"odd"}}
                                             ^
    x.jsonl:5:90: invalid-json: EOF while parsing a string
        …_msg","payload":{"type":"agent_messag{"timestamp":"2026-06-01T10:00:00.000Z","ty…
                                             ^
    x.jsonl:5:194: wrong-type: /payload/message: expected a string, found `7`
        …":{"type":"agent_message","message":7}}
                                             ^
    x.jsonl:7:78: unknown-kind: /payload/type: unknown kind `odd`
        …type":"event_msg","payload":{"type":"odd"}}
                                             ^
    -- stderr
    2 errors and 2 warnings in 7 lines, 1 file
    by rule: invalid-json 1, unknown-field 1, unknown-kind 2, wrong-type 1
    by Codex version: 0.120.0 4
    "#);
    assert_eq!(validate_x(&home, &[]).json()["lines"], 7);
    // Torn again, at its end.
    write(&home.path().join("x.jsonl"), &torn.as_bytes()[..torn.len() - 10]);
    let report = validate_x(&home, &[]).json();
    assert_eq!(found(&report)[3..], ["7:1 torn-tail warning"]);
    assert_eq!(report["by_rule"]["wrong-type"], 1);
}

#[test]
fn the_first_findings_are_listed_and_all_are_counted() {
    let home = TestHome::new();
    write(&home.path().join("sessions/a.jsonl"), &with(&[WRONG, ODD, WRONG, MORE]));
    write(&home.path().join("sessions/b.jsonl"), &with(&[WRONG; 150]));
    let run =
        |args: &[&str]| validate(home.path(), &[&["sessions", "--json", "--allow", "file-name"], args].concat()).json();
    let all = run(&["--max-problems", "0"]);
    assert_eq!((&all["errors"], &all["warnings"], &all["unlisted"]), (&json!(152), &json!(1), &json!(0)));
    let problems = all["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 153);
    for (args, n) in [(&[][..], 153), (&["--max-problems", "1"], 1), (&["--max-problems", "4"], 4)] {
        let some = run(args);
        assert_eq!(some["problems"].as_array().unwrap()[..], problems[..n], "{args:?}");
        assert_eq!(some["unlisted"], 153 - n);
        for member in ["files", "lines", "errors", "warnings", "by_rule", "by_cli_version"] {
            assert_eq!(some[member], all[member], "{member}");
        }
    }
    let outcome = validate(home.path(), &["sessions", "--allow", "file-name"]);
    assert_eq!(outcome.stdout.matches("jsonl:").count(), 100, "{outcome}");
    let outcome = validate(home.path(), &["sessions", "--allow", "file-name", "--max-problems", "2"]);
    assert_eq!(outcome.stdout.matches("jsonl:").count(), 2, "{outcome}");
    assert!(outcome.stderr.contains("; 151 not listed (--max-problems 0 lists all)"), "{outcome}");
}

#[test]
fn the_first_findings_are_first_by_place_even_if_they_are_known_late() {
    // That a turn stays open is known at the end of the file.
    let home = home_with(&[r#"{"type":"task_started","turn_id":"t1","model_context_window":1}"#, WRONG, WRONG]);
    let listed = |max| found(&validate_x(&home, &["--deny", "open-turn", "--max-problems", max]).json());
    assert_eq!(listed("1"), ["4:1 open-turn error"]);
    assert_eq!(listed("2"), ["4:1 open-turn error", "5:104 wrong-type error"]);
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let mut home = TestHome::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        *home.thread(name) = sound(name);
        home.thread(name).event(WRONG).event(ODD);
    }
    home.refer("g", "a").event(ODD);
    home.refer("h", "b").event(WRONG);
    home.save().forget("b");
    for format in ["text", "json", "ndjson", "sarif", "junit", "github"] {
        let run = |jobs| validate(home.path(), &["sessions", "--format", format, "--max-problems", "7", "-J", jobs]);
        let one = run("1");
        assert_eq!(one.code, Some(1));
        for jobs in ["2", "4"] {
            assert_eq!(run(jobs), one, "{format}");
        }
    }
}

#[test]
fn a_reader_that_stops_ends_the_program_quietly() {
    let home = home_with(&[WRONG; 2000]);
    let mut command = program(home.path());
    command.current_dir(home.path()).args(["validate", "x.jsonl", "--max-problems", "0"]);
    // More than a pipe holds: the program is still writing when its reader goes away.
    assert!(run(&mut command).stdout.len() > 200_000);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
