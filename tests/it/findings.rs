//! What `rollout validate` found, in each format.

use std::collections::BTreeSet;
use std::path::Path;

use quick_junit::{Report, TestCaseStatus};
use serde_json::{Value, json};

use crate::support::{Outcome, TestHome, rollout, validate, write};
use crate::thread::Thread;

const PROMPT: &str = r#"{"type":"user_message","message":"Do it.","images":[]}"#;
const WRONG: &str = r#"{"type":"agent_message","message":"100% done: é, ü","phase":7}"#;
const ODD: &str = r#"{"type":"token_cuont","info":null}"#;

/// Two errors and two warnings in two files of different versions, and a file in which nothing is found.
/// The name of one of them needs care.
fn home() -> TestHome {
    let home = TestHome::new();
    let write = |name: &str, version: &'static str, payloads: &[&str]| {
        let mut thread = Thread::new("a");
        thread.version(version).event(PROMPT);
        for payload in payloads {
            thread.event(payload);
        }
        write(&home.path().join(name), &thread.bytes());
    };
    write("a/one.jsonl", "0.120.0", &[WRONG, ODD, r#"{"type":"agent_message"}"#]);
    write("a/sound.jsonl", "0.120.0", &[]);
    write("a/two, 50%: <b>.jsonl", "0.145.0", &[r#"{"type":"agent_message","message":"","phase":"Final"}"#, ODD]);
    home
}

fn validate_as(format: &str, args: &[&str]) -> Outcome {
    validate(home().path(), &[&["a", "--format", format], args].concat())
}

#[test]
fn text_shows_the_place_and_what_stands_there() {
    insta::assert_snapshot!(validate_as("text", &[]), @r#"
    exit 1
    -- stdout
    a/one.jsonl:3:132: wrong-type: /payload/phase: expected `commentary`, `final_answer`, `partial_answer` or null, found `7`
        …"message":"100% done: é, ü","phase":7}}
                                             ^
    a/one.jsonl:4:78: unknown-kind: /payload/type: unknown kind `token_cuont`; did you mean `token_count`?
        …type":"event_msg","payload":{"type":"token_cuont","info":null}}
                                             ^
    a/one.jsonl:5:70: missing-member: /payload: missing member `message`
        ….000Z","type":"event_msg","payload":{"type":"agent_message"}}
                                             ^
    a/two, 50%: <b>.jsonl:3:115: unknown-kind: /payload/phase: unknown name `Final`
        …agent_message","message":"","phase":"Final"}}
                                             ^
    a/two, 50%: <b>.jsonl:4:78: unknown-kind: /payload/type: unknown kind `token_cuont`; did you mean `token_count`?
        …type":"event_msg","payload":{"type":"token_cuont","info":null}}
                                             ^
    -- stderr
    2 errors and 3 warnings in 11 lines, 3 files
    by rule: missing-member 1, unknown-kind 3, wrong-type 1
    by Codex version: 0.120.0 3, 0.145.0 2
    "#);
    assert_eq!(validate_as("text", &["--quiet"]).stderr, "");
}

#[test]
fn text_is_coloured_when_asked_for_and_colours_change_no_word() {
    let plain = validate_as("text", &[]).stdout;
    let coloured = validate_as("text", &["--color", "always"]).stdout;
    assert!(coloured.contains("\x1b[1m\x1b[31mwrong-type\x1b[0m: /payload/phase: "), "{coloured}");
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\x1b') {
        stripped += before;
        rest = after.split_once('m').unwrap().1;
    }
    assert_eq!(stripped + rest, plain);
    for format in ["json", "ndjson", "sarif", "junit", "github"] {
        assert_eq!(validate_as(format, &["--color", "always"]), validate_as(format, &[]));
    }
}

/// The document, of the published shape and of no other.
#[track_caller]
fn json_report(args: &[&str]) -> Value {
    let published = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/ValidationReport.json"));
    let schema: Value = serde_json::from_str(&published.unwrap()).unwrap();
    let outcome = validate_as("json", args);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let report = outcome.json();
    let faults: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&report), names(&schema["properties"]));
    for problem in report["problems"].as_array().unwrap() {
        assert_eq!(names(problem), names(&schema["$defs"]["ValidationProblem"]["properties"]));
    }
    report
}

#[test]
fn json_is_of_the_published_shape() {
    let report = json_report(&[]);
    let counts = ["schema_version", "files", "lines", "errors", "warnings", "unlisted"].map(|name| &report[name]);
    assert_eq!(counts, [&json!(1), &json!(3), &json!(11), &json!(2), &json!(3), &json!(0)]);
    assert_eq!(report["by_rule"], json!({ "missing-member": 1, "unknown-kind": 3, "wrong-type": 1 }));
    assert_eq!(
        report["by_cli_version"],
        json!({ "0.120.0": { "files": 2, "errors": 2, "warnings": 1 }, "0.145.0": { "files": 1, "errors": 0, "warnings": 2 } })
    );
    assert_eq!(
        report["problems"][0],
        json!({
            "path": "a/one.jsonl",
            "line": 3,
            "column": 132,
            "pointer": "/payload/phase",
            "rule": "wrong-type",
            "severity": "error",
            "message": "expected `commentary`, `final_answer`, `partial_answer` or null, found `7`",
        })
    );
    assert_eq!(validate_as("text", &["--quiet"]).stdout.matches("jsonl:").count(), 5);
    let short = validate(home().path(), &["a", "--json"]);
    assert_eq!(short, validate_as("json", &[]));
    json_report(&["--max-problems", "2", "--deny", "unknown-kind"]);
}

#[test]
fn a_finding_about_a_file_has_no_pointer() {
    let home = TestHome::new();
    write(&home.path().join("empty.jsonl"), b"");
    let report = validate(home.path(), &["empty.jsonl", "--json"]).json();
    let problem = &report["problems"][0];
    assert_eq!([&problem["line"], &problem["column"], &problem["pointer"]], [&json!(0), &json!(0), &Value::Null]);
    assert_eq!(report["by_cli_version"], json!({ "": { "files": 1, "errors": 0, "warnings": 1 } }));
    insta::assert_snapshot!(validate(home.path(), &["empty.jsonl"]), @r"
    exit 0
    -- stdout
    empty.jsonl:1:1: empty-file: the file holds no record
    -- stderr
    0 errors and 1 warning in 0 lines, 1 file
    by rule: empty-file 1
    by Codex version: unknown 1
    ");
    insta::assert_snapshot!(validate(home.path(), &["empty.jsonl", "--format", "github"]), @r"
    exit 0
    -- stdout
    ::warning file=empty.jsonl,title=empty-file::the file holds no record
    ::notice::0 errors and 1 warning in 0 lines, 1 file%0Aby rule: empty-file 1%0Aby Codex version: unknown 1
    ");
}

#[test]
fn ndjson_is_the_findings_and_then_the_counts() {
    for args in [&[][..], &["--max-problems", "2"]] {
        let mut report = json_report(args);
        let outcome = validate_as("ndjson", args);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
        let mut lines: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let counts = lines.pop().unwrap();
        assert_eq!(json!(lines), report["problems"]);
        report["problems"] = json!([]);
        assert_eq!(counts, report);
    }
}

#[test]
fn sarif_holds_rules_and_results() {
    let report = json_report(&[]);
    let outcome = validate_as("sarif", &[]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let document = outcome.json();
    assert_eq!(document["version"], "2.1.0");
    assert_eq!(document["runs"].as_array().unwrap().len(), 1);
    let run = &document["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!((&driver["name"], &driver["semanticVersion"]), (&json!("rollout"), &json!(env!("CARGO_PKG_VERSION"))));
    let rules: Vec<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules, ["wrong-type", "missing-member", "unknown-kind"]);
    assert_eq!(driver["rules"][2]["defaultConfiguration"]["level"], "warning");

    let results = run["results"].as_array().unwrap();
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(results.len(), problems.len());
    for (result, problem) in results.iter().zip(problems) {
        assert_eq!((&result["ruleId"], &result["level"]), (&problem["rule"], &problem["severity"]));
        assert_eq!(json!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]), problem["rule"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"], json!({ "startLine": problem["line"] }));
        assert_eq!(result["properties"]["byteColumn"], problem["column"]);
        assert_eq!(result["properties"]["pointer"], problem["pointer"]);
        let said = format!("{}: {}", problem["pointer"].as_str().unwrap(), problem["message"].as_str().unwrap());
        assert_eq!(result["message"]["text"], said);
    }
    let uri = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert_eq!(
        (uri(&results[0]), uri(&results[4])),
        (json!("a/one.jsonl"), json!("a/two%2C%2050%25%3A%20%3Cb%3E.jsonl"))
    );
    let prints: BTreeSet<String> = results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), results.len());
}

#[test]
fn sarif_follows_levels_and_says_what_it_leaves_out() {
    let document = validate_as("sarif", &["--deny", "unknown-kind", "--max-problems", "3"]).json();
    let run = &document["runs"][0];
    let levels: Vec<&Value> = run["results"].as_array().unwrap().iter().map(|result| &result["level"]).collect();
    assert_eq!(levels, ["error", "error", "error"]);
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["message"]["text"], "2 more findings are not listed");
}

#[test]
fn junit_holds_a_test_case_for_each_file() {
    let outcome = validate_as("junit", &[]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let report = Report::deserialize_from_str(&outcome.stdout).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.test_suites.len()), (3, 1, 0, 1));
    let cases = &report.test_suites[0].test_cases;
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["a/one.jsonl", "a/sound.jsonl", "a/two, 50%: <b>.jsonl"]);
    let TestCaseStatus::NonSuccess { message, description, .. } = &cases[0].status else { panic!("{outcome}") };
    assert_eq!(message.as_deref(), Some("2 errors"));
    let description = description.as_deref().unwrap();
    assert!(description.starts_with("a/one.jsonl:3:132: wrong-type: /payload/phase: expected "), "{description}");
    assert_eq!(description.trim_end().lines().count(), 2, "{description}");
    assert!(cases[0].system_out.as_deref().unwrap().starts_with("a/one.jsonl:4:78: unknown-kind: "), "{outcome}");
    // Warnings are no failure.
    assert!(matches!(cases[1].status, TestCaseStatus::Success { .. }) && cases[1].system_out.is_none(), "{outcome}");
    assert!(matches!(cases[2].status, TestCaseStatus::Success { .. }) && cases[2].system_out.is_some(), "{outcome}");
}

#[test]
fn github_annotations_are_escaped() {
    insta::assert_snapshot!(validate_as("github", &[]), @r"
    exit 1
    -- stdout
    ::error file=a/one.jsonl,line=3,col=132,title=wrong-type::/payload/phase: expected `commentary`, `final_answer`, `partial_answer` or null, found `7`
    ::warning file=a/one.jsonl,line=4,col=78,title=unknown-kind::/payload/type: unknown kind `token_cuont`; did you mean `token_count`?
    ::error file=a/one.jsonl,line=5,col=70,title=missing-member::/payload: missing member `message`
    ::warning file=a/two%2C 50%25%3A <b>.jsonl,line=3,col=115,title=unknown-kind::/payload/phase: unknown name `Final`
    ::warning file=a/two%2C 50%25%3A <b>.jsonl,line=4,col=78,title=unknown-kind::/payload/type: unknown kind `token_cuont`; did you mean `token_count`?
    ::notice::2 errors and 3 warnings in 11 lines, 3 files%0Aby rule: missing-member 1, unknown-kind 3, wrong-type 1%0Aby Codex version: 0.120.0 3, 0.145.0 2
    ");
}

#[test]
fn no_findings_are_a_document_too() {
    let sample = |format| {
        let outcome = rollout(&["validate", "--sample", "--format", format]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        outcome
    };
    assert_eq!(sample("json").json()["problems"], json!([]));
    assert_eq!(sample("ndjson").json()["files"], 4);
    assert_eq!(sample("sarif").json()["runs"][0]["results"], json!([]));
    assert_eq!(Report::deserialize_from_str(&sample("junit").stdout).unwrap().failures, 0);
    assert_eq!(sample("github").stdout, "::notice::0 errors and 0 warnings in 117 lines, 4 files\n");
}

#[test]
fn formats_contradict_each_other() {
    for args in [&["--json", "--format", "text"][..], &["--format", "xml"], &["--max-problems", "-1"]] {
        let outcome = rollout(&[&["validate", "--sample"], args].concat());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
    }
}
