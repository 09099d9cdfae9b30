//! What the model sees: at the end, at points, after compactions, rollbacks, forks and reverts.

use serde_json::{Value, json};

use crate::support::{Outcome, TestHome, rollout};

const ID: &str = "01a00000-0000-7000-8000-000000000001";
const SEGMENT: &str = "01a00000-0000-7000-8000-0000000000ff";

/// A paginated thread, told line by line.
struct Story {
    lines: Vec<String>,
    first: usize,
}

impl Story {
    fn new(id: &str, more: &str, first: usize) -> Self {
        let mut story = Self { lines: Vec::new(), first };
        let meta = format!(
            r#"{{"id":"{id}","timestamp":"2026-06-01T10:00:00.000Z","cwd":"/srv/x","cli_version":"0.150.0"{more}}}"#
        );
        story.line("session_meta", &meta);
        story
    }

    fn line(&mut self, kind: &str, payload: &str) -> &mut Self {
        let n = self.first + self.lines.len();
        let time = format!("2026-06-01T10:00:{:02}.000Z", n % 60);
        self.lines.push(format!(r#"{{"timestamp":"{time}","ordinal":{n},"type":"{kind}","payload":{payload}}}"#));
        self
    }

    fn message(&mut self, role: &str, text: &str) -> &mut Self {
        let kind = if role == "assistant" { "output_text" } else { "input_text" };
        self.line(
            "response_item",
            &format!(
                r#"{{"type":"message","id":"msg_{text}","role":"{role}","content":[{{"type":"{kind}","text":"{text}"}}]}}"#
            ),
        )
    }

    fn turn(&mut self, name: &str, items: impl FnOnce(&mut Self)) -> &mut Self {
        self.line("event_msg", &format!(r#"{{"type":"task_started","turn_id":"{name}"}}"#));
        self.message("user", name);
        items(self);
        self.line("event_msg", &format!(r#"{{"type":"task_complete","turn_id":"{name}"}}"#))
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn save(&self, home: &TestHome, ids: &str) {
        let folder = home.path().join("sessions/2026/06/01");
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join(format!("rollout-2026-06-01T10-00-00-{ids}.jsonl")), self.text()).unwrap();
    }
}

fn history(home: &TestHome, args: &[&str]) -> Outcome {
    rollout(&[&["history"], args, &["--home", home.path().to_str().unwrap()]].concat())
}

/// The items in short: texts of messages, types of the rest.
fn short(outcome: &Outcome) -> Vec<String> {
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let document = outcome.json();
    assert_eq!(document["schema_version"], 1);
    let name = |item: &Value| {
        let text = item["content"][0]["text"].as_str().or(item["output"].as_str());
        text.or(item["type"].as_str()).unwrap().to_owned()
    };
    document["items"].as_array().unwrap().iter().map(name).collect()
}

/// Three turns, with a compaction between the second and the third.
fn home() -> TestHome {
    let home = TestHome::new();
    let mut story = Story::new(ID, "", 0);
    story.message("developer", "be-kind");
    story.turn("one", |story| {
        story.line(
            "response_item",
            r#"{"type":"function_call","id":"fc_1","name":"f","arguments":"{}","call_id":"call_1"}"#,
        );
        story.line("response_item", r#"{"type":"function_call_output","call_id":"call_1","output":"done"}"#);
        story.message("assistant", "answer-one");
    });
    story.turn("two", |story| {
        story.line(
            "response_item",
            r#"{"type":"function_call","id":"fc_2","name":"f","arguments":"{}","call_id":"call_2"}"#,
        );
    });
    let kept = json!([{ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "summary" }] }]);
    story.line("compacted", &format!(r#"{{"message":"","replacement_history":{kept}}}"#));
    story.turn("three", |story| {
        story.message("assistant", "answer-three");
    });
    story.save(&home, ID);
    home
}

#[test]
fn each_kind_of_point() {
    let home = home();
    let at = |point: &str| short(&history(&home, &[ID, "--json", "--at", point]));
    let one = ["be-kind", "one", "function_call", "done", "answer-one"];
    assert_eq!(at("end"), ["summary", "three", "answer-three"]);
    assert_eq!(at("turn:1"), one);
    assert_eq!(at("turn:2"), ["summary"], "the compaction stands before the third turn");
    assert_eq!(at("turn:3"), at("end"));
    assert_eq!(at("before-user:1"), ["be-kind"]);
    assert_eq!(at("before-user:2"), one);
    assert_eq!(at("item:msg_two"), [&one[..], &["two"]].concat());
    assert_eq!(at("item:call_1"), ["be-kind", "one", "function_call", "done"]);
    assert_eq!(at("item:fc_1"), ["be-kind", "one", "function_call", "aborted"], "a call without output is answered");
    assert_eq!(at("line:2"), ["be-kind"]);
    assert_eq!(at("ordinal:3"), ["be-kind", "one"]);
    assert_eq!(at("time:2026-06-01T10:00:03Z"), ["be-kind", "one"]);
    assert_eq!(at("compaction:1"), ["summary"]);
}

#[test]
fn a_point_that_is_not_there_is_an_error_that_names_the_last() {
    let home = home();
    insta::assert_snapshot!(history(&home, &[ID, "--at", "turn:4"]), @r"
    exit 2
    -- stderr
    error: turn:4 is past the end of the thread; the last is turn:3
    hint: `rollout show` lists turns and items
    ");
    insta::assert_snapshot!(history(&home, &[ID, "--at", "turn"]), @r"
    exit 2
    -- stderr
    error: `turn` is not a point in a thread
    hint: write end, turn:N, before-user:N, item:ID, ordinal:N, line:N, time:2026-01-31T12:00:00Z or compaction:N
    ");
    for point in ["before-user:9", "ordinal:99", "line:99", "compaction:2", "item:none"] {
        assert_eq!(history(&home, &[ID, "--at", point]).code, Some(2), "{point}");
    }
}

#[test]
fn items_are_the_bytes_of_the_log() {
    let home = home();
    let document = history(&home, &[ID, "--json", "--at", "turn:1"]);
    assert!(
        document
            .stdout
            .contains(r#"{"type":"function_call","id":"fc_1","name":"f","arguments":"{}","call_id":"call_1"}"#)
    );
}

#[test]
fn a_revert_and_a_fork_by_reference_begin_with_a_part_of_another_file() {
    let home = home();
    let path = home.path().join(format!("sessions/2026/06/01/rollout-2026-06-01T10-00-00-{ID}.jsonl"));
    let text = fs_err::read_to_string(&path).unwrap();
    // Before the second turn.
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let second = lines.iter().position(|line| line.contains(r#""turn_id":"two""#)).unwrap();
    let bytes: usize = lines[..second].iter().map(|line| line.len()).sum();
    let base = |id: &str, lines: usize, bytes: usize| {
        format!(r#","history_base":{{"thread_id":"{id}","end_ordinal_exclusive":{lines},"end_byte_offset":{bytes}}}"#)
    };
    let mut segment = Story::new(ID, &base(ID, second, bytes), second);
    segment.turn("other", |_| {});
    segment.save(&home, &format!("{ID}_{SEGMENT}"));
    let mut fork = Story::new("fork", &base(SEGMENT, second + 4, segment.text().len()), second + 4);
    fork.turn("mine", |_| {});
    fork.save(&home, "fork");

    let one = ["be-kind", "one", "function_call", "done", "answer-one"];
    assert_eq!(short(&history(&home, &[ID, "--json"])), [&one[..], &["other"]].concat());
    assert_eq!(short(&history(&home, &["fork", "--json"])), [&one[..], &["other", "mine"]].concat());
    assert_eq!(short(&history(&home, &["fork", "--json", "--at", "turn:2"])), [&one[..], &["other"]].concat());
    // A file that is not in force can be named by its path.
    assert_eq!(short(&history(&home, &[path.to_str().unwrap(), "--json"])), ["summary", "three", "answer-three"]);

    fs_err::remove_file(&path).unwrap();
    let outcome = history(&home, &["fork"]);
    assert!(outcome.code == Some(2) && outcome.stderr.contains("begins in rollout"), "{outcome}");
}

#[test]
fn compressed_and_torn_files_are_read() {
    let home = home();
    let path = home.path().join(format!("sessions/2026/06/01/rollout-2026-06-01T10-00-00-{ID}.jsonl"));
    let whole = short(&history(&home, &[ID, "--json"]));
    let mut bytes = fs_err::read(&path).unwrap();
    bytes.extend_from_slice(br#"{"timestamp":"2026-06-01T10:00:59.000Z","ordinal":99,"type":"response_item","payl"#);
    fs_err::write(path.with_extension("jsonl.zst"), zstd::encode_all(&bytes[..], 3).unwrap()).unwrap();
    fs_err::remove_file(&path).unwrap();
    let outcome = history(&home, &[ID, "--json"]);
    assert_eq!(short(&outcome), whole);
    assert_eq!(outcome.json()["problems"].as_array().unwrap().len(), 1);
    assert!(outcome.stderr.contains(":18:1: torn-tail"), "{outcome}");
}

#[test]
fn lists_statistics_and_differences() {
    let home = home();
    insta::assert_snapshot!(history(&home, &[ID]), @r"
    exit 0
    -- stdout
        1 message:user                   21 tokens  summary
        2 message:user                   25 tokens  three
        3 message:assistant              30 tokens  answer-three
    ");
    insta::assert_snapshot!(history(&home, &[ID, "--at", "turn:1", "--stats"]), @r"
    exit 0
    -- stdout
    kind                             items          bytes  tokens (est.)
    function_call                        1             83             21
    function_call_output                 1             66             17
    message:assistant                    1            114             29
    message:developer                    1            107             27
    message:user                         1             94             24
    total                                5            464            118
    ");
    insta::assert_snapshot!(history(&home, &[ID, "--diff", "turn:1", "end"]), @r"
    exit 0
    -- stdout
    - message:developer        be-kind
    - message:user             one
    - function_call            f {}
    - function_call_output     done
    - message:assistant        answer-one
    + message:user             summary
    + message:user             three
    + message:assistant        answer-three
    ");
    let difference = history(&home, &[ID, "--diff", "before-user:1", "turn:1", "--json"]).json();
    assert_eq!(difference["changes"][0], json!({ "op": "keep", "items": 1 }));
    assert_eq!(difference["changes"][1]["op"], "add");
    let sums = history(&home, &[ID, "--stats", "--json"]).json();
    assert_eq!(sums["total"]["items"], 3);
}
