//! The published schemas, what changed between two, and what logs hold that they do not describe.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::{Outcome, TestHome, program, rollout, run, write};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file below `folder`, by its path there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs_err::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs_err::read(&path).unwrap());
            }
        }
    }
    files
}

/// `UPDATE_SCHEMAS=1 cargo test --test it schemas` writes the files anew.
#[test]
fn the_published_schemas_equal_the_types() {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/folder");
    let outcome = rollout(&["schema", "write", "--out", text(&out), "--quiet"]);
    assert_eq!(outcome, Outcome { code: Some(0), stdout: String::new(), stderr: String::new() });
    let made = files(&out);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        for name in files(&published).keys().filter(|name| **name != *Path::new("README.md")) {
            fs_err::remove_file(published.join(name)).unwrap();
        }
        made.iter().for_each(|(name, bytes)| write(&published.join(name), bytes));
    }
    let mut kept = files(&published);
    kept.remove(Path::new("README.md")).unwrap();
    assert_eq!(kept.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, bytes) in made {
        let kept = String::from_utf8_lossy(&kept[&name]).replace("\r\n", "\n");
        assert!(kept.as_bytes() == bytes, "{} is not what the types say", name.display());
    }
}

#[test]
fn the_list_names_what_can_be_printed_and_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_owned();
    assert_eq!(rollout(&["schema", "write", "--out", text(&out)]).code, Some(0));
    let list = rollout(&["schema", "list", "--json"]).json();
    assert_eq!(list["schema_version"], 1);
    let listed = list["schemas"].as_array().unwrap();
    for schema in listed {
        let name = schema["name"].as_str().unwrap();
        assert!(!schema["description"].as_str().unwrap().is_empty(), "{schema}");
        let printed = rollout(&["schema", "print", name]);
        let document = printed.json();
        // The documents are long: what differs is found by looking at them.
        assert!(fs_err::read(out.join(format!("{name}.json"))).unwrap() == printed.stdout.as_bytes(), "{name}");
        assert_eq!(document["$id"], schema["id"]);
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    let outcome = rollout(&["schema", "list"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), listed.len() + 2, "{outcome}");
    assert_eq!(files(&out).len(), listed.len());
    let rollout_line = ["RolloutLine", "One line of a Codex rollout, of any era", "urn:rollout:schema:RolloutLine:1"];
    assert!(lines.iter().any(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).eq(rollout_line)));
    let ids: BTreeSet<_> = listed.iter().map(|schema| schema["id"].as_str()).collect();
    assert_eq!(ids.len(), listed.len());
}

#[test]
fn a_name_that_is_not_listed_is_an_error_with_the_nearest_names() {
    for (name, hint) in [
        ("rolloutline", "did you mean `RolloutLine`?"),
        ("RolloutLine.json", "did you mean `RolloutLine`?"),
        ("PreToolUse", "did you mean `hooks/PreToolUse.input` or `hooks/PreToolUse.output`?"),
        ("hooks/Stop.inptu", "did you mean `hooks/Stop.input`?"),
        ("what", "`rollout schema list` lists the names"),
    ] {
        let outcome = rollout(&["schema", "print", name]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
        assert_eq!(outcome.stderr, format!("error: no schema is named `{name}`\nhint: {hint}\n"));
    }
}

/// Compares two schemas, which are written to files first.
fn diff(old: &str, new: &str, args: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.json"), folder.path().join("b.json"));
    write(&a, old.as_bytes());
    write(&b, new.as_bytes());
    let mut outcome = rollout(&[&["schema", "diff", text(&a), text(&b)], args].concat());
    outcome.stderr = outcome.stderr.replace(text(folder.path()), "[DIR]");
    outcome
}

const OLD: &str = r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"enum":["x","y"]},"d":{"type":"integer"}},"required":["a"]}"#;
const NEW: &str = r#"{"type":"object","properties":{"a":{"type":"string","minLength":2},"b":{"enum":["x","z"]},"c":{},"d":{"type":"number"}},"required":["a","b"]}"#;
const WIDER: &str =
    r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"enum":["x","y"]},"c":{},"d":{"type":"number"}}}"#;

#[test]
fn changes_stand_by_what_happened_and_those_that_break_are_marked() {
    insta::assert_snapshot!(diff(OLD, NEW, &[]), @r#"
    exit 1
    -- stdout
    added
      /b=z: the value "z" is named
      /c: the optional member is new
    removed
    ! /b=y: the value "y" is gone
    narrowed
    ! /a: `minLength` is 2, was not limited
    ! /b: the member is required, no longer optional
    widened
      /d: accepts any number, not only whole ones
    -- stderr
    6 changes, 3 breaking
    "#);
    insta::assert_snapshot!(diff(OLD, WIDER, &[]), @r"
    exit 0
    -- stdout
    added
      /c: the optional member is new
    widened
      /a: the member is optional, no longer required
      /d: accepts any number, not only whole ones
    -- stderr
    3 changes, 0 breaking
    ");
    insta::assert_snapshot!(diff(OLD, OLD, &[]), @r"
    exit 0
    -- stderr
    no changes
    ");
    insta::assert_snapshot!(diff(OLD, "false", &["--quiet"]), @r"
    exit 1
    -- stdout
    narrowed
    ! (whole document): accepts nothing, not even object
    ");
}

#[test]
fn changes_as_json() {
    let outcome = diff(OLD, NEW, &["--json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    let json = outcome.json();
    let changes = json["changes"].as_array().unwrap();
    assert_eq!((&json["schema_version"], changes.len()), (&json!(1), 6));
    assert_eq!(json["breaking"], changes.iter().filter(|change| change["breaking"] == true).count());
    let message = "`minLength` is 2, was not limited";
    assert!(changes.contains(&json!({ "pointer": "/a", "kind": "narrowed", "breaking": true, "message": message })));
    let none = diff(OLD, OLD, &["--json"]);
    assert_eq!((none.code, none.json()), (Some(0), json!({ "schema_version": 1, "breaking": 0, "changes": [] })));
}

#[test]
fn a_change_deep_inside_of_a_published_schema_is_found() {
    let old = rollout(&["schema", "print", "RolloutLine"]);
    let mut new = old.json();
    new["$defs"]["TurnContext"]["required"] = json!(["brand_new"]);
    let outcome = diff(&old.stdout, &new.to_string(), &["--quiet"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stdout.starts_with("added\n! <type=turn_context>/payload/brand_new: "), "{outcome}");
}

#[test]
fn what_is_no_schema_cannot_be_compared() {
    insta::assert_snapshot!(diff(OLD, "{\"type\":", &[]), @r"
    exit 2
    -- stderr
    error: [DIR]/b.json: EOF while parsing a value at line 1 column 8
    hint: give a JSON Schema document of any draft
    ");
    insta::assert_snapshot!(diff("[]", OLD, &[]), @r"
    exit 2
    -- stderr
    error: [DIR]/a.json: a schema is an object or a boolean
    hint: give a JSON Schema document of any draft
    ");
    let outcome = rollout(&["schema", "diff", "/nowhere/a.json", "/nowhere/b.json"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert!(outcome.stderr.contains("/nowhere/a.json"), "{outcome}");
}

/// Runs in the home, so that paths are the same in each run.
fn drift(home: &mut TestHome, args: &[&str]) -> Outcome {
    let path = home.save().path();
    run(program(path).current_dir(path).args(["schema", "drift", "sessions"]).args(args))
}

/// Two versions, three files, kinds and members of every depth that are not known.
fn drifted() -> TestHome {
    let mut home = TestHome::new();
    let item = r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"","new":1},{"type":"odd_text"}]}"#;
    let patch = r#"{"type":"patch_apply_begin","call_id":"c","auto_approved":true,"changes":{"/srv/a":{"type":"add","content":"","new":1},"/srv/b":{"type":"add","content":"","new":1}}}"#;
    home.thread("a").event(r#"{"type":"odd_event","x":1}"#).line("odd_line", "{}").line("response_item", item);
    home.thread("b").version("0.99.0").event(patch).event(r#"{"type":"odd_event"}"#);
    home.thread("c").event(r#"{"type":"odd_event"}"#).event("{\"type\":\"odd\\u001b[31m\"}").compressed();
    home.save();
    home
}

#[test]
fn drift_is_counted_by_version_and_place() {
    insta::assert_snapshot!(drift(&mut drifted(), &[]), @r"
    exit 1
    -- stdout
     Version   What     Where                                                Name            Count   First
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     0.99.0    kind     event_msg/odd_event /payload/type                    odd_event           1   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000062.jsonl:3:78
     0.99.0    member   event_msg/patch_apply_begin /payload/changes/*/new   new                 2   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000062.jsonl:2:186
     0.120.0   kind     event_msg/odd\u{1b}[31m /payload/type                odd\u{1b}[31m       1   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000063.jsonl.zst:3:78
     0.120.0   kind     event_msg/odd_event /payload/type                    odd_event           2   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:2:78
     0.120.0   kind     odd_line /type                                       odd_line            1   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:3:48
     0.120.0   kind     response_item/message /payload/content/#/type        odd_text            1   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:4:171
     0.120.0   member   response_item/message /payload/content/#/new         new                 1   sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl:4:160
    -- stderr
    3 files, 10 lines; unknown: 4 kinds, 2 members
    ");
}

#[test]
fn drift_as_json_is_the_same_on_any_number_of_threads() {
    let mut home = drifted();
    let outcome = drift(&mut home, &["--json"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""));
    for jobs in ["1", "2", "7"] {
        assert_eq!(drift(&mut home, &["--json", "-J", jobs]), outcome);
    }
    let json = outcome.json();
    assert_eq!((&json["schema_version"], &json["files"], &json["unchecked"]), (&json!(1), &json!(3), &json!([])));
    let file = home.file("a");
    let first = text(file.strip_prefix(home.path()).unwrap());
    let event = json["drift"].as_array().unwrap().iter().find(|drift| drift["count"] == 2 && drift["what"] == "kind");
    assert_eq!(
        event.unwrap(),
        &json!({
            "cli_version": "0.120.0",
            "what": "kind",
            "where": "event_msg/odd_event /payload/type",
            "name": "odd_event",
            "count": 2,
            "first": { "path": first, "line": 2, "column": 78 },
        })
    );
}

#[test]
fn logs_without_drift_are_fine() {
    let outcome = rollout(&["schema", "drift", "--sample"]);
    insta::assert_snapshot!(outcome, @r"
    exit 0
    -- stderr
    4 files, 117 lines; unknown: 0 kinds, 0 members
    ");
}

#[test]
fn what_cannot_be_read_to_its_end_is_named() {
    let mut home = drifted();
    home.edit("c", |bytes| bytes[..bytes.len() / 2].to_vec());
    let outcome = drift(&mut home, &["--json"]);
    assert_eq!(outcome.code, Some(1));
    let unchecked = outcome.json()["unchecked"].as_array().unwrap().clone();
    assert_eq!(unchecked.len(), 1, "{outcome}");
    assert!(unchecked[0]["message"].as_str().unwrap().starts_with("cannot decompress"), "{outcome}");
    let outcome = drift(&mut home, &["--quiet"]);
    assert!(outcome.stderr.starts_with("warning: sessions/2026/06/01/"), "{outcome}");

    let outcome = rollout(&["schema", "drift", "/nowhere"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
}
