//! How grave a finding is: levels of rules, versions that disagree, and another schema.

use serde_json::{Value, json};

use crate::support::{TestHome, rollout, validate, write};
use crate::usage::Usage;
use crate::validate::{MORE, ODD, WRONG, found, home_with, sound, validate_x, with};

/// Checks the code, the listed findings and the counts of a run over `x.jsonl`.
#[track_caller]
fn check(home: &TestHome, args: &[&str], code: i32, listed: &[&str], by_rule: &Value) {
    let outcome = validate_x(home, args);
    let report = outcome.json();
    assert_eq!(found(&report), listed, "{args:?}");
    assert_eq!((outcome.code, &report["by_rule"]), (Some(code), by_rule), "{args:?}");
}

#[test]
fn levels_of_rules_are_set_one_by_one_or_as_lists() {
    let home = home_with(&[ODD, MORE]);
    let by_rule = json!({ "unknown-field": 1, "unknown-kind": 1 });
    let check = |args: &[&str], code, listed: &[&str]| check(&home, args, code, listed, &by_rule);
    let (odd, odd_error) = ("4:78 unknown-kind warning", "4:78 unknown-kind error");
    let (more, more_error) = ("5:118 unknown-field warning", "5:118 unknown-field error");
    // What is only counted is counted all the same.
    check(&[], 0, &[odd]);
    check(&["--deny", "unknown-kind"], 1, &[odd_error]);
    check(&["--warn", "unknown-field"], 0, &[odd, more]);
    check(&["--deny", "unknown-kind,unknown-field"], 1, &[odd_error, more_error]);
    check(&["--deny", "unknown-kind", "--deny", " unknown-field"], 1, &[odd_error, more_error]);
    // The strictest level wins.
    check(&["--deny", "unknown-kind", "--warn", "unknown-kind", "--allow", "unknown-kind"], 1, &[odd_error]);
}

#[test]
fn a_rule_that_is_allowed_is_not_counted() {
    let home = home_with(&[ODD, MORE]);
    check(&home, &["--allow", "unknown-kind"], 0, &[], &json!({ "unknown-field": 1 }));
    check(&home, &["--allow", "unknown-kind,unknown-field"], 0, &[], &json!({}));
    let home = home_with(&[WRONG]);
    check(&home, &["--warn", "wrong-type"], 0, &["4:104 wrong-type warning"], &json!({ "wrong-type": 1 }));
    check(&home, &["--allow", "wrong-type"], 0, &[], &json!({}));
}

#[test]
fn levels_are_read_from_a_file_and_changed_by_the_command_line() {
    let home = home_with(&[ODD, MORE]);
    let by_rule = json!({ "unknown-field": 1, "unknown-kind": 1 });
    let set = |name: &str, text: &str| write(&home.path().join(name), text.as_bytes());
    set("rollout.toml", "[other]\nx = 1\n[validate]\ndeny = [\"unknown-kind\"]\nwarn = [\"unknown-field\"]\n");
    let (odd, odd_error) = ("4:78 unknown-kind warning", "4:78 unknown-kind error");
    let more = "5:118 unknown-field warning";
    check(&home, &[], 1, &[odd_error, more], &by_rule);
    check(&home, &["--warn", "unknown-kind"], 0, &[odd, more], &by_rule);
    check(&home, &["--allow", "unknown-kind,unknown-field"], 0, &[], &json!({}));
    // A file that is named takes the place of the usual one.
    set("my/levels.toml", "[validate]\nallow = [\"unknown-field\"]\n");
    check(&home, &["--config", "my/levels.toml"], 0, &[odd], &json!({ "unknown-kind": 1 }));
    set("my/levels.toml", "");
    check(&home, &["--config", "my/levels.toml"], 0, &[odd], &by_rule);
}

#[test]
fn a_file_of_levels_that_cannot_be_used_is_an_error() {
    let home = home_with(&[]);
    let run = |text: &str| {
        write(&home.path().join("rollout.toml"), text.as_bytes());
        validate_x(&home, &[])
    };
    insta::assert_snapshot!(run("[validate]\ndeny = [\"odd-rule\"]\n"), @r"
    exit 2
    -- stderr
    error: rollout.toml: no rule is named `odd-rule`
    hint: `rollout validate --explain` lists the rules
    ");
    insta::assert_snapshot!(run("[validate]\ndenied = [\"unknown-kind\"]\n"), @r#"
    exit 2
    -- stderr
    error: rollout.toml: TOML parse error at line 2, column 1
      |
    2 | denied = ["unknown-kind"]
      | ^^^^^^
    unknown field `denied`, expected one of `deny`, `warn`, `allow`

    hint: write [validate] with deny, warn and allow lists
    "#);
    for text in ["[validate]\ndeny = \"unknown-kind\"\n", "validate = 1\n", "[validate\n"] {
        assert_eq!(run(text).code, Some(2), "{text}");
    }
    let outcome = validate_x(&home, &["--config", "none.toml"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert!(outcome.stderr.contains("none.toml"), "{outcome}");
}

#[test]
fn what_some_versions_read_is_a_warning_that_names_the_others() {
    let mut thread = sound("a");
    thread.usage(Usage::new(900, 0, 100)).count();
    let bytes = String::from_utf8(thread.bytes()).unwrap();
    let count = |member: &str| {
        let home = TestHome::new();
        // The last place is `last_token_usage`.
        let (before, after) = bytes.rsplit_once(r#""input_tokens":900"#).unwrap();
        write(&home.path().join("x.jsonl"), format!("{before}{member}{after}").as_bytes());
        validate(home.path(), &["x.jsonl", "--allow", "invalid-count"])
    };
    insta::assert_snapshot!(count(r#""input_tokens":900,"cache_write_input_tokens":"none""#), @r#"
    exit 0
    -- stdout
    x.jsonl:4:299: version-dependent: /payload/info/last_token_usage/cache_write_input_tokens: expected a whole number, found `"none"` (refused by 0.145 to 0.169)
        …ens":900,"cache_write_input_tokens":"none","cached_input_tokens":0,"output_token…
                                             ^
    -- stderr
    0 errors and 1 warning in 4 lines, 1 file
    by rule: version-dependent 1
    by Codex version: 0.120.0 1
    "#);
    insta::assert_snapshot!(count(r#""input_tokens":"none""#), @r#"
    exit 1
    -- stdout
    x.jsonl:4:268: wrong-type: /payload/info/last_token_usage/input_tokens: expected a whole number, found `"none"`
        …,"last_token_usage":{"input_tokens":"none","cached_input_tokens":0,"output_token…
                                             ^
    -- stderr
    1 error and 0 warnings in 4 lines, 1 file
    by rule: wrong-type 1
    by Codex version: 0.120.0 1
    "#);
}

#[test]
fn lines_can_be_held_against_another_schema() {
    let home = home_with(&[ODD, WRONG, MORE]);
    let schema =
        r#"{"properties":{"type":{"const":"event_msg"},"payload":{"properties":{"message":{"type":"string"}}}}}"#;
    write(&home.path().join("tiny.json"), schema.as_bytes());
    // Only this schema counts; what is said of the bytes and of the whole file stays.
    let mut bytes = fs_err::read(home.path().join("x.jsonl")).unwrap();
    bytes.extend_from_slice(b"{]\n");
    write(&home.path().join("x.jsonl"), &bytes);
    insta::assert_snapshot!(validate(home.path(), &["x.jsonl", "--schema", "tiny.json"]), @r#"
    exit 1
    -- stdout
    x.jsonl:1:48: schema-mismatch: /type: "event_msg" was expected
        …":"2026-06-01T10:00:00.000Z","type":"session_meta","payload":{"id":"019e8000-000…
                                             ^
    x.jsonl:5:104: schema-mismatch: /payload/message: 7 is not of type "string"
        …":{"type":"agent_message","message":7}}
                                             ^
    x.jsonl:7:2: invalid-json: key must be a string
        {]
         ^
    -- stderr
    3 errors and 0 warnings in 7 lines, 1 file
    by rule: invalid-json 1, schema-mismatch 2
    by Codex version: 0.120.0 3
    "#);
    let report = validate_x(&home, &["--schema", "tiny.json", "--warn", "schema-mismatch"]).json();
    assert_eq!(found(&report)[..2], ["1:48 schema-mismatch warning", "5:104 schema-mismatch warning"]);
    assert_eq!(report["problems"][1]["pointer"], "/payload/message");
    // The built-in one, printed, finds nothing in what is sound.
    let own = rollout(&["schema", "print", "RolloutLine"]).stdout;
    write(&home.path().join("own.json"), own.as_bytes());
    write(&home.path().join("x.jsonl"), &with(&[]));
    check(&home, &["--schema", "own.json"], 0, &[], &json!({}));
}

#[test]
fn what_is_no_schema_is_an_error_with_a_hint() {
    let home = home_with(&[]);
    let run = |text: &str| {
        write(&home.path().join("schema.json"), text.as_bytes());
        validate(home.path(), &["x.jsonl", "--schema", "schema.json"])
    };
    insta::assert_snapshot!(run(r#"{"properties":{"type":{"type":"text"}}}"#), @r#"
    exit 2
    -- stderr
    error: schema.json: not a usable JSON Schema: /properties/type/type: "text" is not valid under any of the schemas listed in the 'anyOf' keyword
    hint: give a JSON Schema document of any draft
    "#);
    insta::assert_snapshot!(run("{"), @r"
    exit 2
    -- stderr
    error: schema.json: not JSON: EOF while parsing an object at line 1 column 1
    hint: give a JSON Schema document of any draft
    ");
    assert_eq!(validate(home.path(), &["x.jsonl", "--schema", "none.json"]).code, Some(2));
}
