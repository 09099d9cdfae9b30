//! What is a hit and what is not, and what a hit says of its place.

use std::ops::ControlFlow;
use std::path::Path;

use super::*;
use crate::discover::{RolloutFile, discover};
use crate::scan::Silent;

fn line(kind: &str, payload: &str) -> String {
    format!(r#"{{"timestamp":"2026-06-01T10:00:01.000Z","type":"{kind}","payload":{payload}}}"#) + "\n"
}

fn item(payload: &str) -> String {
    line("response_item", payload)
}

fn user(text: &str) -> String {
    item(&format!(r#"{{"type":"message","role":"user","content":[{{"type":"input_text","text":"{text}"}}]}}"#))
}

fn memory(name: &str, text: &str) -> RolloutFile {
    RolloutFile::memory(name, text.to_owned().into_bytes().leak())
}

fn query(pattern: &str, scopes: &[Scope]) -> Query {
    Query::new(pattern, QueryOptions { scopes: scopes.to_vec(), ..QueryOptions::default() }).unwrap()
}

fn hits(file: &RolloutFile, query: &Query) -> (Vec<Hit>, FileOutcome) {
    let mut hits = Vec::new();
    let outcome = search_file(&mut Searcher::default(), file, query, &Silent, &mut |hit| {
        hits.push(hit);
        ControlFlow::Continue(())
    });
    (hits, outcome)
}

/// What `pattern` finds in `text`: kind, tool, and the lines of each hit.
#[track_caller]
fn check(text: &str, pattern: &str, scopes: &[Scope], want: &[(&str, &str, &str)]) {
    let (hits, outcome) = hits(&memory("rollout-t.jsonl", text), &query(pattern, scopes));
    let said: Vec<_> = hits
        .iter()
        .map(|hit| {
            let lines: Vec<_> = hit.excerpt.iter().map(|line| line.text.as_str()).collect();
            (hit.kind.name(), hit.tool.as_deref().unwrap_or_default(), lines.join("|"))
        })
        .collect();
    let said: Vec<_> = said.iter().map(|(kind, tool, lines)| (*kind, *tool, lines.as_str())).collect();
    assert_eq!((said.as_slice(), outcome.problems.as_slice()), (want, &[][..]), "{pattern} in {text}");
}

#[test]
fn each_kind_of_item_has_its_words() {
    let all = Scope::ALL;
    let call = r#"{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"echo \\\"hi\\\"\"],\"timeout_ms\":9}","call_id":"c"}"#;
    check(&item(call), "\"hi\"", &all, &[("tool", "shell", "echo \"hi\"")]);
    check(&item(call), "shell", &all, &[("tool", "shell", "shell")]);
    check(&item(call), "timeout", &all, &[]);
    check(
        &item(r#"{"type":"function_call","name":"f","arguments":"not JSON","call_id":"c"}"#),
        "json",
        &all,
        &[("tool", "f", "not JSON")],
    );
    check(
        &item(r#"{"type":"local_shell_call","status":"completed","action":{"type":"exec","command":["ls","-la"]}}"#),
        "-la",
        &all,
        &[("tool", "local_shell", "-la")],
    );
    check(
        &item(r#"{"type":"web_search_call","action":{"type":"search","query":"rust zstd"}}"#),
        "zstd",
        &all,
        &[("tool", "web_search", "rust zstd")],
    );
    check(
        &item(
            r#"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"a\\nb: \\\"x\\\"\\n\",\"metadata\":{\"exit_code\":0}}"}"#,
        ),
        "b: \"x\"",
        &all,
        &[("output", "", "b: \"x\"")],
    );
    check(
        &item(
            r#"{"type":"custom_tool_call_output","call_id":"c","output":[{"type":"input_text","text":"seen"},{"type":"input_image","image_url":"seen"}]}"#,
        ),
        "seen",
        &all,
        &[("output", "", "seen")],
    );
    check(
        &item(r#"{"type":"function_call_output","call_id":"c","output":{"content":"seen","success":true}}"#),
        "seen",
        &all,
        &[("output", "", "seen")],
    );
    check(
        &item(
            r#"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"content":null,"encrypted_content":"hm"}"#,
        ),
        "hm",
        &all,
        &[("reasoning", "", "hm")],
    );
    check(
        &item(
            r#"{"type":"agent_message","author":"/root/a","recipient":"/root","content":[{"type":"input_text","text":"done"}]}"#,
        ),
        "done",
        &all,
        &[("assistant", "", "done")],
    );
    check(
        &line("inter_agent_communication", r#"{"author":"/root","recipient":"/root/a","content":"do it"}"#),
        "do",
        &all,
        &[("assistant", "", "do it")],
    );
    check(
        &line(
            "compacted",
            r#"{"message":"so far","replacement_history":[{"type":"message","role":"user","content":"so far"}]}"#,
        ),
        "so far",
        &all,
        &[("compaction", "", "so far")],
    );
}

#[test]
fn what_is_said_again_is_no_hit() {
    for (kind, payload) in [
        ("event_msg", r#"{"type":"user_message","message":"needle"}"#),
        ("event_msg", r#"{"type":"agent_message","message":"needle"}"#),
        ("event_msg", r#"{"type":"item_completed","item":{"type":"Reasoning","summary_text":["needle"]}}"#),
        ("world_state", r#"{"full":true,"state":{"content":"needle"}}"#),
        ("session_meta", r#"{"id":"t","instructions":"needle"}"#),
    ] {
        check(&line(kind, payload), "needle", &Scope::ALL, &[]);
    }
}

#[test]
fn context_is_told_from_the_users_words() {
    let context = "<environment_context>needle</environment_context>";
    let both = item(&format!(
        r#"{{"type":"message","role":"user","content":[{{"type":"input_text","text":"{context}"}},{{"type":"input_text","text":"a needle"}}]}}"#
    ));
    check(&both, "needle", &Scope::DEFAULT, &[("user", "", "a needle")]);
    check(&both, "needle", &[Scope::Context], &[("context", "", context)]);
    let developer = item(r#"{"type":"message","role":"developer","content":[{"type":"input_text","text":"needle"}]}"#);
    check(&developer, "needle", &Scope::DEFAULT, &[]);
    check(&developer, "needle", &Scope::ALL, &[("context", "", "needle")]);
}

#[test]
fn a_hit_names_its_place() {
    let text = [
        &line("session_meta", r#"{"id":"own"}"#)[..],
        &line("session_meta", r#"{"id":"parent"}"#),
        &line("event_msg", r#"{"type":"task_started","turn_id":"u1"}"#),
        &line("turn_context", r#"{"turn_id":"u2","cwd":"/"}"#),
        &user("x").replacen(r#","type""#, r#","ordinal":7,"type""#, 1),
        &line("turn_context", r#"{"cwd":"turn_context"}"#),
        &user("says task_started and xx"),
    ]
    .concat();
    let (hits, outcome) = hits(&memory("d/rollout-other.jsonl", &text), &query("x", &Scope::DEFAULT));
    let places: Vec<_> = hits.iter().map(|hit| (hit.line, hit.turn_id.as_deref(), hit.ordinal, hit.matches)).collect();
    assert_eq!(places, [(5, Some("u2"), Some(7), 1), (7, None, None, 2)]);
    assert!(hits.iter().all(|hit| hit.thread_id.as_deref() == Some("own")));
    assert_eq!(hits[0].timestamp.as_deref(), Some("2026-06-01T10:00:01.000Z"));
    assert_eq!((hits[0].path.as_str(), outcome.bytes), ("d/rollout-other.jsonl", text.len() as u64));
}

#[test]
fn a_file_without_meta_is_named_by_its_name_or_by_its_header() {
    let thread =
        |name: &str, text: &str| hits(&memory(name, text), &query("x", &Scope::DEFAULT)).0[0].thread_id.clone();
    assert_eq!(thread("rollout-t.jsonl", &user("x")).as_deref(), Some("t"));
    assert_eq!(thread("other", &user("x")), None);
    let bare = "{\"id\":\"h\",\"timestamp\":\"t\",\"instructions\":null}\n{\"type\":\"message\",\"role\":\"user\",\"content\":\"x\"}\n";
    assert_eq!(thread("other", bare).as_deref(), Some("h"));
    assert_eq!(thread("rollout-t.jsonl", bare).as_deref(), Some("t"));
}

#[test]
fn damage_costs_itself() {
    let text = [
        &user("x")[..40],
        "\n",
        user("x").trim_end(),
        &user("x"),
        &user("x").replace("user", "us\\xer"),
        user("x").trim_end_matches("\"}]}}\n"),
    ]
    .concat();
    let (hits, outcome) = hits(&memory("rollout-t.jsonl", &text), &query("x", &Scope::ALL));
    assert_eq!(hits.iter().map(|hit| hit.line).collect::<Vec<_>>(), [2, 2]);
    let rules: Vec<_> = outcome.problems.iter().map(|problem| (problem.rule.id(), problem.place.line)).collect();
    assert_eq!(rules, [("glued-records", 2), ("invalid-json", 3), ("torn-tail", 4)]);
}

#[test]
fn compressed_files_are_searched_and_damaged_ones_as_far_as_they_go() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rollout-t.jsonl.zst");
    let text: String = (0..50_000).map(|number| user(&format!("line {number}"))).collect();
    let bytes = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let search = |bytes: &[u8]| {
        fs_err::write(&path, bytes).unwrap();
        hits(&discover(std::slice::from_ref(&path)).files[0], &query("line 99", &Scope::DEFAULT))
    };
    let (hits, outcome) = search(&bytes);
    assert_eq!((hits.len(), outcome.bytes), (111, text.len() as u64));
    let (hits, outcome) = search(&bytes[..bytes.len() / 10]);
    assert!(!hits.is_empty() && hits.len() < 111);
    assert_eq!(outcome.problems.len(), 1);
    assert!(outcome.problems[0].place.line > 1000);
}

#[test]
fn files_that_cannot_be_opened_are_a_problem() {
    let file = RolloutFile { storage: crate::Storage::Plain, path: Path::new("/no/such").into(), ..memory("a", "") };
    let (hits, outcome) = hits(&file, &query("x", &Scope::DEFAULT));
    assert_eq!((hits.len(), outcome.problems.len()), (0, 1));
}

#[test]
fn hits_of_many_files_come_in_their_order_from_any_number_of_threads() {
    // More files than may be ahead, some with more hits than are handed on together.
    let many = user("x").repeat(300);
    let files: Vec<_> = (0..100)
        .map(|number| memory(&format!("rollout-{number}.jsonl"), if number % 9 == 0 { &many } else { "" }))
        .collect();
    let query = query("x", &Scope::DEFAULT);
    let run = |threads: usize, limit: usize| {
        let mut hits = Vec::new();
        let searched = search_on(threads, &files, &query, &Silent, |hit| {
            hits.push((hit.path, hit.line));
            if hits.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        (hits, searched)
    };
    let one = run(1, usize::MAX);
    assert_eq!((one.0.len(), one.1.files), (12 * 300, 100));
    assert_eq!(run(5, usize::MAX), one);
    let some = run(1, 1000);
    assert_eq!((some.0.as_slice(), run(5, 1000)), (&one.0[..1000], some.clone()));
}

#[test]
fn the_search_of_a_file_ends_with_its_last_hit() {
    let text = [user("x"), user("x"), user("x")].concat();
    let options = QueryOptions { max_count: 2, ..QueryOptions::default() };
    let (hits, outcome) = hits(&memory("a", &text), &Query::new("x", options).unwrap());
    assert_eq!((hits.len(), outcome.bytes as usize), (2, text.len() / 3 * 2));
}

#[test]
fn a_file_that_ends_in_the_middle_of_an_escape_ends() {
    let torn = user("é").trim_end().replace('é', "a")
        + r#"
{"timestamp":"t","type":"response_item","payload":{"type":"message","content":[{"text":"\u"#;
    let (hits, outcome) = hits(&memory("rollout-a.jsonl", &torn), &query("é", &Scope::DEFAULT));
    assert_eq!((hits.len(), outcome.problems.len()), (0, 1));
}
