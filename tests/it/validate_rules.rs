//! Every rule of `rollout validate`: a small rollout that breaks it, and where. Beside them, what is
//! odd and breaks none.
//!
//! In the fixtures `§` marks the place of a finding; it is taken out before the file is written.

use replay::{Rule, Severity};
use serde_json::{Value, json};

use crate::line::{
    ANSWER, CALL, OUTPUT, PROMPT, after, based, counts, event, item, line, lines, meta, numbered, paginated,
    token_count, usage_record,
};
use crate::support::{TestHome, validate, write};
use crate::thread::thread_id;

/// The file of the thread `a`.
const FILE: &str = "sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl";

/// A rollout that breaks a rule.
struct Case {
    rule: Rule,
    path: String,
    bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
    pointer: Option<&'static str>,
    /// Other rules that cannot but be broken with it.
    also: &'static [Rule],
}

fn case(rule: Rule, marked: impl Into<Vec<u8>>) -> Case {
    let mut bytes = marked.into();
    let mut places = Vec::new();
    while let Some(at) = bytes.windows(2).position(|two| two == "§".as_bytes()) {
        bytes.drain(at..at + 2);
        let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        places.push((1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count(), 1 + at - begin));
    }
    if places.is_empty() {
        places.push((0, 0)); // the file as a whole
    }
    Case { rule, path: FILE.to_owned(), bytes, places, pointer: None, also: &[] }
}

impl Case {
    fn at(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    fn pointer(self, pointer: &'static str) -> Self {
        Self { pointer: Some(pointer), ..self }
    }

    fn also(self, also: &'static [Rule]) -> Self {
        Self { also, ..self }
    }

    /// The default run counts the rule and lists it by its severity; denied, it is an error at its places.
    fn check(&self) {
        let home = TestHome::new();
        write(&home.path().join(&self.path), &self.bytes);
        let id = self.rule.id();
        let report = validate(home.path(), &[&self.path, "--json"]).json();
        let mut broken: Vec<&str> = self.also.iter().map(|rule| rule.id()).chain([id]).collect();
        broken.sort_unstable();
        let by_rule = report["by_rule"].as_object().unwrap();
        assert_eq!(by_rule.keys().collect::<Vec<_>>(), broken, "{id}: {report:#}");
        assert_eq!(by_rule[id], self.places.len(), "{id}: {report:#}");
        let severity = match self.rule.severity() {
            Severity::Info => None,
            severity => Some(severity.as_str()),
        };
        assert_eq!(
            problems(&report, id).first().map(|problem| &problem["severity"]),
            severity.map(Value::from).as_ref()
        );

        let outcome = validate(home.path(), &[&self.path, "--json", "--deny", id]);
        assert_eq!(outcome.code, Some(1), "{id}: {outcome}");
        let found = problems(&outcome.json(), id);
        let places: Vec<_> = found.iter().map(|problem| json!([problem["line"], problem["column"]])).collect();
        assert_eq!(places, self.places.iter().map(|place| json!(place)).collect::<Vec<_>>(), "{id}: {outcome}");
        for problem in found {
            assert_eq!((&problem["path"], &problem["severity"]), (&json!(self.path), &json!("error")), "{id}");
            assert_eq!(problem["pointer"], json!(self.pointer), "{id}: {outcome}");
        }
    }
}

fn problems(report: &Value, rule: &str) -> Vec<Value> {
    report["problems"].as_array().unwrap().iter().filter(|problem| problem["rule"] == rule).cloned().collect()
}

/// Rules that are not in the tables.
const ELSEWHERE: [Rule; 3] = [
    Rule::LineTooLong,    // needs 32 MiB: see below
    Rule::BaseRange,      // needs a second file: see below
    Rule::SchemaMismatch, // needs `--schema`: see `validate`
];

#[test]
fn every_rule_is_found_where_it_is_broken() {
    let mut cases = framing();
    cases.extend(schema());
    cases.extend(file());
    for rule in Rule::ALL {
        assert_eq!(cases.iter().filter(|case| case.rule == *rule).count() == 0, ELSEWHERE.contains(rule), "{rule:?}");
    }
    cases.iter().for_each(Case::check);
}

/// A third line that is not UTF-8: `?` stands for the bytes that are not.
fn not_text(line: &str) -> Vec<u8> {
    let mut bytes = after([line]).into_bytes();
    bytes.iter_mut().filter(|byte| **byte == b'?').for_each(|byte| *byte = 0xff);
    bytes
}

fn framing() -> Vec<Case> {
    let (prompt, answer) = (event(PROMPT), event(ANSWER));
    let mut cut = zstd::encode_all(after([&answer]).as_bytes(), 3).unwrap();
    cut.truncate(cut.len() / 2);
    vec![
        case(Rule::InvalidUtf8, not_text(&answer.replace("Done", "D§?ne"))),
        case(Rule::ByteOrderMark, format!("§\u{feff}{}", after([]))),
        case(Rule::NulBytes, after(["§\0\0\0\0", &answer])),
        case(Rule::NulBytes, after([&format!("§\0\0\0\0{answer}")])),
        case(Rule::GluedRecords, after([&format!("§{answer}{answer}"), &answer])),
        case(Rule::TornTail, format!("{}§{}", after([&answer]), &answer[..60])),
        case(Rule::UnterminatedLine, format!("{}§{answer}", after([]))),
        case(Rule::BlankLine, after(["§", &answer, "§\t"])),
        case(Rule::CarriageReturn, after([&format!("{answer}§\r"), &answer])),
        case(Rule::InvalidJson, after([r#"{"timestamp":§}"#, &answer])),
        // A record that was torn is named at its last byte.
        case(Rule::InvalidJson, after([&format!("{}§{}{prompt}", &answer[..59], &answer[59..60])])),
        case(Rule::EmptyFile, ""),
        case(Rule::Unreadable, cut).at(&format!("{FILE}.zst")).also(&[Rule::EmptyFile]),
    ]
}

fn schema() -> Vec<Case> {
    let usage = counts([5, 0, 1, 0, 6]);
    let write_tokens = |value: &str| usage.replace('}', &format!(r#","cache_write_input_tokens":{value}}}"#));
    vec![
        case(Rule::WrongType, after([&event(r#"{"type":"agent_message","message":§7}"#)])).pointer("/payload/message"),
        case(Rule::WrongType, after(["§[1]", r#"§"text""#, "§null"])).pointer(""),
        // Columns count the bytes of the file, not those that stand in for them.
        case(Rule::WrongType, not_text(&event(r#"{"type":"agent_message","message":"??é?","phase":§7}"#)))
            .pointer("/payload/phase")
            .also(&[Rule::InvalidUtf8]),
        case(Rule::MissingMember, after([&event(r#"§{"type":"agent_message"}"#)])).pointer("/payload"),
        // No object that all versions look at is closed: what is missing makes the line unreadable.
        case(
            Rule::UnexpectedMember,
            after([&event(r#"{"type":"agent_message","questions":[{"title":"Why?","x":§1}]}"#)]),
        )
        .pointer("/payload/questions/0/x")
        .also(&[Rule::MissingMember]),
        case(Rule::OutOfRange, after([&event(r#"{"type":"thread_rolled_back","num_turns":§-1}"#)]))
            .pointer("/payload/num_turns"),
        case(Rule::DuplicateMember, after([&event(r#"{"type":"agent_message","message":"a","message":§"b"}"#)]))
            .pointer("/payload/message"),
        case(Rule::UnknownKind, after([&event(r#"{"type":§"odd"}"#), &event(r#"{"x":1,"type":§"odd"}"#)]))
            .pointer("/payload/type"),
        case(Rule::UnknownField, after([&event(r#"{"type":"agent_message","message":"a","a/b":§1}"#)]))
            .pointer("/payload/a~1b"),
        case(Rule::VersionDependent, after([&token_count(&write_tokens("§null"))]))
            .pointer("/payload/info/last_token_usage/cache_write_input_tokens"),
        case(
            Rule::OddTimestamp,
            after([&event(ANSWER).replace("{\"timestamp\":\"2026-06-01T10:00:01.000Z", "§{\"timestamp\":\"soon")]),
        ),
        case(
            Rule::OddTimestamp,
            after([&event(ANSWER)
                .replace("{\"timestamp\":\"2026-06-01T10:00:01.000Z", "§{\"timestamp\":\"2026-06-01 10:00")]),
        ),
        case(Rule::InvalidCount, after([&format!("§{}", token_count(&counts([-1, 0, 1, 0, 0])))])),
    ]
}

fn file() -> Vec<Case> {
    let (prompt, answer) = (event(PROMPT), event(ANSWER));
    let (a, b) = (thread_id("a"), thread_id("b"));
    let bare = format!(r#"§{{"id":"{a}","timestamp":"2025-05-01T10:00:00.000Z","instructions":null}}"#);
    let compacted = r#"{"message":"","replacement_history":[{"type":"message","role":"user","content":[]}],"replacement_history_metadata":[]}"#;
    let usage = |numbers| format!("§{}", token_count(&counts(numbers)));
    vec![
        case(Rule::FirstLine, lines([&format!("§{prompt}"), &answer])),
        case(Rule::FileName, after([])).at("sessions/2026/06/01/notes.jsonl"),
        case(Rule::FileName, after([])).at(&format!("sessions/2026/06/01/rollout-{b}.jsonl")).also(&[Rule::FileNameId]),
        case(Rule::FileNameId, format!("§{}", after([]))).at(&FILE.replace(&a, &b)),
        case(Rule::DateFolder, after([])).at(&FILE.replace("06/01/", "06/02/")),
        case(Rule::DateFolder, after([])).at(&FILE.replace("2026/06/01/", "")),
        case(
            Rule::OrdinalGap,
            paginated([&numbered(2, &answer), &format!("§{}", numbered(4, &answer)), &numbered(5, &answer)]),
        ),
        case(Rule::OrdinalGap, paginated([&format!("§{}", numbered(1, &answer)), &numbered(2, &answer)])),
        case(Rule::OrdinalMissing, paginated([&format!("§{answer}"), &numbered(2, &answer)])),
        case(Rule::DuplicateId, after([&usage_record("r1"), &usage_record("r2"), &format!("§{}", usage_record("r1"))])),
        case(Rule::UnansweredCall, after([&format!("§{}", item(CALL)), &answer])),
        case(Rule::OrphanOutput, after([&format!("§{}", item(OUTPUT)), &answer])),
        case(
            Rule::OpenTurn,
            after([
                &format!("§{}", event(r#"{"type":"task_started","turn_id":"t1","model_context_window":1}"#)),
                &answer,
            ]),
        ),
        case(
            Rule::UnopenedTurn,
            after([&format!("§{}", event(r#"{"type":"task_complete","turn_id":"t1","last_agent_message":null}"#))]),
        ),
        case(Rule::UsageArithmetic, after([&usage([5, 6, 1, 0, 6]), &usage([5, 0, 1, 2, 6]), &usage([5, 0, 1, 0, 7])])),
        case(Rule::MetadataSize, after([&format!("§{}", line("compacted", compacted))])),
        case(Rule::MissingBase, lines([&format!("§{}", numbered(9, &based("b", 9, 900))), &numbered(10, &prompt)]))
            .also(&[Rule::NotResumable]),
        case(Rule::MissingParent, lines([&format!("§{}", meta(&format!(r#","forked_from_id":"{b}""#))), &prompt])),
        case(Rule::NotLoaded, lines([&bare, r#"{"type":"message","role":"user","content":[]}"#])),
        case(Rule::NotListed, lines([&meta(""), &answer])),
        case(Rule::NotResumable, paginated([&numbered(2, &answer), &format!("§{answer}")]))
            .also(&[Rule::OrdinalMissing]),
    ]
}

/// The rules that files in one home break, as they are named in `by_rule`.
#[track_caller]
fn check(files: &[(&str, &str)], broken: &[Rule]) -> Value {
    let home = TestHome::new();
    for (path, text) in files {
        write(&home.path().join(path), text.as_bytes());
    }
    let report = validate(home.path(), &["--home", ".", "--json"]).json();
    let mut broken: Vec<&str> = broken.iter().map(|rule| rule.id()).collect();
    broken.sort_unstable();
    assert_eq!(report["by_rule"].as_object().unwrap().keys().collect::<Vec<_>>(), broken, "{report:#}");
    report
}

#[track_caller]
fn check_sound(text: &str) {
    check(&[(FILE, text)], &[]);
}

#[test]
fn what_is_sound_breaks_no_rule() {
    let (prompt, answer) = (event(PROMPT), event(ANSWER));
    let started = event(r#"{"type":"task_started","turn_id":"t1","model_context_window":1}"#);
    let ended = event(r#"{"type":"turn_aborted","turn_id":"t1","reason":"interrupted"}"#);
    let compacted = r#"{"message":"","replacement_history":[],"replacement_history_metadata":[]}"#;
    check_sound(&after([]));
    check_sound(&after([&item(CALL), &answer, &item(OUTPUT)]));
    check_sound(&after([&started, &answer, &ended]));
    check_sound(&after([&usage_record("r1"), &usage_record("r2"), &line("compacted", compacted)]));
    check_sound(&paginated([&numbered(2, &answer), &numbered(3, &answer)]));
    // Cached tokens may be all of the input; after a compaction only the total is there, an estimate.
    check_sound(&after([&token_count(&counts([5, 5, 1, 1, 6])), &token_count(&counts([0, 0, 0, 0, 900]))]));
    // Blanks around a record, and members in another order.
    let other_order = r#"{"payload":{"message":"Done.","type":"agent_message"},"type":"event_msg","timestamp":"2026-06-01T10:00:01.000Z"}"#;
    check_sound(&after([&format!("  {answer}\t"), other_order]));
    // What a sub-agent did not write itself stands in its parent.
    let subagent = meta("").replace(r#""source":"cli""#, r#""source":{"subagent":"review"}"#);
    check_sound(&lines([&subagent, &item(OUTPUT)]));
    let archived = FILE.replace("sessions/2026/06/01", "archived_sessions");
    check(&[(&archived, &lines([&meta(""), &prompt]))], &[]);
}

#[test]
fn a_line_too_long_to_hold_is_passed_over() {
    let long = "[".repeat(33 << 20);
    let report = check(&[(FILE, &after([&long, "[1]"]))], &[Rule::LineTooLong, Rule::WrongType]);
    let found = report["problems"].as_array().unwrap().iter();
    let found: Vec<_> = found.map(|problem| json!([problem["rule"], problem["line"], problem["column"]])).collect();
    assert_eq!(json!(found), json!([["line-too-long", 3, 1], ["wrong-type", 4, 1]]));
}

#[test]
fn a_file_outside_of_a_store_has_any_name_and_folder() {
    let home = TestHome::new();
    write(&home.path().join("notes/june.jsonl"), after([]).as_bytes());
    assert_eq!(validate(home.path(), &["notes", "--json"]).json()["by_rule"], json!({}));
}

#[test]
fn a_file_that_is_not_named_like_a_rollout_may_be_an_excerpt() {
    let home = TestHome::new();
    let text = lines([&event(PROMPT), &event(ANSWER)]);
    for (name, severity, code) in [("excerpt.jsonl", "warning", 0), ("rollout-excerpt.jsonl", "error", 1)] {
        write(&home.path().join(name), text.as_bytes());
        let outcome = validate(home.path(), &[name, "--json"]);
        let found = problems(&outcome.json(), "first-line");
        assert_eq!((outcome.code, found.len(), &found[0]["severity"]), (Some(code), 1, &json!(severity)), "{outcome}");
        assert_eq!(validate(home.path(), &[name, "--allow", "first-line", "--quiet"]).code, Some(0));
    }
}

#[test]
fn a_base_is_looked_for_in_the_home_and_measured_if_it_was_read() {
    let (a, b, c) = (thread_id("a"), thread_id("b"), thread_id("c"));
    let base_file = FILE.replace(&a, &b);
    let base = after([]).replace(&a, &b);
    let thread = |bytes| lines([&numbered(2, &based("b", 2, bytes)), &numbered(3, &event(PROMPT))]);
    let (whole, beyond) = (thread(base.len()), thread(base.len() + 1));

    check(&[(FILE, &whole)], &[Rule::MissingBase, Rule::NotResumable]);
    check(&[(FILE, &whole), (&base_file, &base)], &[]);
    let report = check(&[(FILE, &beyond), (&base_file, &base)], &[Rule::BaseRange]);
    let found = &problems(&report, "base-range")[0];
    assert_eq!([&found["line"], &found["column"], &found["path"]], [&json!(1), &json!(1), &json!(format!("./{FILE}"))]);
    // A segment is found by its own id.
    let segment = FILE.replace(&a, &format!("{c}_{b}"));
    check(&[(FILE, &whole), (&segment, &base.replace(&b, &c))], &[]);

    // Named alone the file still lies in its home, from wherever it is named.
    let home = TestHome::new();
    write(&home.path().join(FILE), beyond.as_bytes());
    write(&home.path().join(format!("{base_file}.zst")), &zstd::encode_all(base.as_bytes(), 3).unwrap());
    let (day, name) = FILE.rsplit_once('/').unwrap();
    for (folder, path) in [(home.path().to_owned(), FILE), (home.path().join(day), name)] {
        assert_eq!(validate(&folder, &[path, "--json"]).json()["by_rule"], json!({}), "{path}");
    }
    // The size of a compressed base is that of its text.
    assert_eq!(validate(home.path(), &["sessions", "--json"]).json()["by_rule"], json!({ "base-range": 1 }));
}

#[test]
fn a_parent_is_looked_for_in_the_home() {
    let (a, b) = (thread_id("a"), thread_id("b"));
    // What the fork did not write itself may be in the parent.
    let fork = lines([&meta(&format!(r#","forked_from_id":"{b}""#)), &event(PROMPT), &item(OUTPUT)]);
    check(&[(FILE, &fork)], &[Rule::MissingParent]);
    check(&[(FILE, &fork), (&FILE.replace(&a, &b), &after([]).replace(&a, &b))], &[]);
}

#[test]
fn each_gap_and_each_repeat_counts_once() {
    let (answer, record) = (event(ANSWER), usage_record("r1"));
    let text =
        paginated([&numbered(2, &answer), &answer, &answer, &numbered(3, &answer), &numbered(9, &answer), &answer]);
    let report = check(&[(FILE, &text)], &[Rule::OrdinalGap, Rule::OrdinalMissing, Rule::NotResumable]);
    assert_eq!(report["by_rule"], json!({ "ordinal-gap": 1, "ordinal-missing": 3, "not-resumable": 1 }));
    let report = check(&[(FILE, &after([&record, &record, &record]))], &[Rule::DuplicateId]);
    assert_eq!(report["by_rule"], json!({ "duplicate-id": 2 }));
}
