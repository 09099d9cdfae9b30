//! Forks: what they hold, how they are named, and that the source stays as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::support::{Outcome, TestHome, program, rollout, validate, write};
use crate::thread::thread_id;
use crate::usage::Usage;

/// Every file and folder below a home: its bytes, and when it was last changed.
fn tree(home: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs_err::metadata(&path).unwrap();
            let bytes = if metadata.is_dir() { Vec::new() } else { fs_err::read(&path).unwrap() };
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path, (bytes, metadata.modified().unwrap()));
        }
    }
    found
}

/// A home with a thread of three turns: the second one calls a tool, and each answer was billed.
fn home(is_paginated: bool) -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a").version(if is_paginated { "0.169.0" } else { "0.120.0" });
    if is_paginated {
        thread.paginated(0).lineage(r#""history_mode":"paginated""#);
    }
    for turn in ["t1", "t2", "t3"] {
        thread.begin(turn).user(&format!("question {turn}"));
        if turn == "t2" {
            thread.command("c1", "ls", "a.txt", 0).command("c2", "cat a.txt", "words", 0);
        }
        thread.usage(Usage::new(1000, 600, 50)).count().assistant(&format!("answer {turn}")).done(turn, "");
    }
    home.save();
    home
}

fn on(home: &TestHome, args: &[&str]) -> Outcome {
    rollout(&[args, &["--home", home.path().to_str().unwrap()]].concat())
}

#[track_caller]
fn fork(home: &TestHome, thread: &str, args: &[&str]) -> Value {
    let outcome = on(home, &[&["fork", thread, "--json"], args].concat());
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome}");
    outcome.json()
}

#[track_caller]
fn items(home: &TestHome, thread: &str, at: &str) -> Vec<Value> {
    on(home, &["history", thread, "--at", at, "--json"]).json()["items"].as_array().unwrap().clone()
}

fn lines(path: &str) -> Vec<Value> {
    fs_err::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn id(document: &Value) -> &str {
    document["thread_id"].as_str().unwrap()
}

fn path(document: &Value) -> &str {
    document["path"].as_str().unwrap()
}

#[test]
fn a_fork_holds_what_its_source_held() {
    for is_paginated in [false, true] {
        let mut home = home(is_paginated);
        let before = tree(home.path());
        let total = home.report(&["total"]);
        let source = thread_id("a");
        let mut forks = vec![source.clone()];
        for at in ["end", "turn:1", "turn:2", "before-user:1", "before-user:3", "time:2026-06-01T10:02:00Z"] {
            let made = fork(&home, &source, &["--at", at]);
            assert_eq!(made["forked_from"], json!(source));
            assert!(made["at"].as_str().unwrap().starts_with(at.trim_end_matches('Z')), "{made}");
            assert_eq!(items(&home, id(&made), "end"), items(&home, &source, at), "{at}");
            let written = lines(path(&made));
            assert_eq!(json!(written.len()), made["lines"]);
            assert_eq!(json!(written.iter().filter(|line| line["type"] == "response_item").count()), made["items"]);
            forks.push(id(&made).to_owned());
        }
        // A fork of a fork.
        let made = fork(&home, &forks[2], &[]);
        assert_eq!(items(&home, id(&made), "end"), items(&home, &source, "turn:1"));
        assert_eq!(made["forked_from"], json!(forks[2]));
        // No response is billed twice, and the source is as it was.
        assert_eq!(home.report(&["total"]).0["totals"], total.0["totals"]);
        let after = tree(home.path());
        for (path, (bytes, _)) in before.iter().filter(|(_, (bytes, _))| !bytes.is_empty()) {
            assert_eq!(&after[path].0, bytes);
        }
        let checked = validate(home.path(), &["--deny", "ordinal-gap", "sessions"]);
        assert_eq!(checked.code, Some(0), "{checked}");
        assert!(checked.stderr.contains("0 errors and 0 warnings"), "{checked}");
        // It stands by itself.
        home.forget("a");
        assert_eq!(items(&home, id(&made), "end").len(), items(&home, &forks[2], "end").len());
        let report = home.report(&["total"]);
        assert_eq!((report.tokens(), report.complete()), (0, true));
    }
}

#[test]
fn the_new_thread_says_what_it_is() {
    let home = home(true);
    let there = home.path().join("elsewhere");
    fs_err::create_dir_all(&there).unwrap();
    let there = there.to_str().unwrap();
    let args =
        ["--cwd", there, "--name", " Second try ", "--model-provider", "azure", "--session-source", " App-Server "];
    let stored = fs_err::read_to_string(home.file("a")).unwrap();
    let made = fork(&home, &thread_id("a"), &args);
    let mut meta = lines(path(&made))[0]["payload"].clone();
    let object = meta.as_object_mut().unwrap();
    assert_eq!(object["id"], made["thread_id"]);
    assert!(object.remove("timestamp").is_some() && object.remove("id").is_some());
    assert_eq!(
        meta,
        json!({
            "forked_from_id": thread_id("a"), "cwd": there, "originator": "rollout", "cli_version": "0.169.0",
            "source": "mcp", "model_provider": "azure", "history_mode": "paginated",
            "copied_from": { "rollout_id": thread_id("a"), "end_ordinal_exclusive": stored.lines().count(), "end_byte_offset": stored.len() },
        })
    );
    let listed = on(&home, &["ls", "--json"]).json();
    let row = listed["threads"].as_array().unwrap().iter().find(|row| row["id"] == made["thread_id"]).unwrap();
    assert_eq!((&row["name"], &row["cwd"]), (&json!("Second try"), &json!(there)));
}

#[test]
fn a_fork_by_reference_ends_where_it_says() {
    let home = home(true);
    let source = thread_id("a");
    let made = fork(&home, &source, &["--by-reference", "--at", "turn:2"]);
    let [meta] = &lines(path(&made))[..] else { panic!("one line is enough") };
    let base = &meta["payload"]["history_base"];
    let stored = fs_err::read(home.file("a")).unwrap();
    let end = usize::try_from(base["end_byte_offset"].as_u64().unwrap()).unwrap();
    let kept = std::str::from_utf8(&stored[..end]).unwrap();
    assert!(kept.ends_with('\n') && kept.lines().last().unwrap().contains("task_complete"));
    assert_eq!(base["end_ordinal_exclusive"], json!(kept.lines().count()));
    assert_eq!((&base["thread_id"], &meta["ordinal"]), (&json!(source), &base["end_ordinal_exclusive"]));
    assert_eq!(items(&home, id(&made), "end"), items(&home, &source, "turn:2"));
    // What the source is told later is not the fork's.
    let again = fork(&home, id(&made), &["--by-reference", "--at", "turn:1"]);
    assert_eq!(items(&home, id(&again), "end"), items(&home, &source, "turn:1"));
    let legacy = self::home(false);
    insta::assert_snapshot!(on(&legacy, &["fork", &source, "--by-reference"]).stderr.replace(legacy.path().to_str().unwrap(), "[HOME]"), @r"
    error: [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-01-00-019e8000-0000-7000-8000-000000000061.jsonl is not paginated, so no other file can refer to it
    hint: leave --by-reference away: a copy works for every thread
    ");
}

#[test]
fn a_fork_inside_a_turn_records_that_it_was_broken_off() {
    for is_paginated in [false, true] {
        let home = home(is_paginated);
        let source = thread_id("a");
        // After the second call, before its output.
        let call = lines(home.file("a").to_str().unwrap());
        let at = call.iter().position(|line| line["payload"]["call_id"] == "c2").unwrap() + 1;
        let at = format!("line:{at}");
        let want = items(&home, &source, &at);
        for reference in [&[][..], &["--by-reference"]].iter().take(1 + usize::from(is_paginated)) {
            let made = fork(&home, &source, &[&["--at", &at], *reference].concat());
            let mut got = items(&home, id(&made), "end");
            let marker = got.pop().unwrap();
            assert!(marker["content"][0]["text"].as_str().unwrap().starts_with("<turn_aborted>\n"), "{marker}");
            assert_eq!(got, want);
            assert_eq!(got.last().unwrap()["output"], "aborted");
            let written = lines(path(&made));
            let aborted = &written.last().unwrap()["payload"];
            assert_eq!(aborted, &json!({ "type": "turn_aborted", "turn_id": "t2", "reason": "interrupted" }));
            let states = on(&home, &["show", id(&made), "--format", "json"]).json();
            assert_eq!(states["turns"].as_array().unwrap().last().unwrap()["status"], "interrupted");
        }
    }
}

#[test]
fn an_ephemeral_fork_touches_nothing() {
    let home = home(true);
    let source = thread_id("a");
    for at in ["end", "turn:1", "line:12"] {
        let before = tree(home.path());
        let watched = Watch::on(home.path());
        let made = fork(&home, &source, &["--at", at, "--ephemeral"]);
        let listed = on(&home, &["fork", &source, "--at", at, "--ephemeral", "-q"]);
        watched.saw_nothing();
        assert_eq!(tree(home.path()), before, "{at}");
        let history = made["history"].as_array().unwrap().clone();
        assert_eq!((&made["path"], &made["items"]), (&Value::Null, &json!(history.len())));
        let printed: Vec<Value> = listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(printed, history);
        let persistent = fork(&home, &source, &["--at", at]);
        assert_eq!(items(&home, id(&persistent), "end"), history, "{at}");
        assert!(!on(&home, &["ls", "--all"]).stdout.contains(id(&made)));
    }
    let sample = rollout(&["fork", "00000b01", "--sample", "--ephemeral", "--json"]);
    assert_eq!((sample.code, &sample.json()["path"]), (Some(0), &Value::Null));
}

#[test]
fn what_cannot_be_forked_is_refused() {
    let home = home(false);
    let source = thread_id("a");
    let before = tree(home.path());
    let check = |args: &[&str], want: &str| {
        let outcome = on(&home, &[&["fork", &source], args].concat());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        assert!(outcome.stderr.contains(want), "{outcome}");
    };
    check(&["--at", "turn:4"], "the last is turn:3");
    check(&["--at", "before-user:9"], "the last is before-user:3");
    check(&["--at", "turn:0"], "is not a point");
    check(&["--at", "item:none"], "no item:none");
    check(&["--name", " "], "the name is empty");
    check(&["--session-source", ""], "--session-source is empty");
    let sample = rollout(&["fork", "00000b01", "--sample"]);
    assert!(sample.stderr.contains("lie in no home"), "{sample}");
    let relative = crate::support::run(program(home.path()).current_dir(home.path()).args([
        "fork",
        &source,
        "--home",
        ".",
        "--dry-run",
        "--json",
    ]));
    assert!(Path::new(path(&relative.json())).is_absolute());
    let dry = fork(&home, &source, &["--dry-run"]);
    assert!(!Path::new(path(&dry)).exists());
    assert_eq!(tree(home.path()), before);
    assert_eq!(fork(&home, &source, &[])["lines"], dry["lines"]);
}

#[test]
fn damage_is_left_behind() {
    let mut home = home(false);
    let source = thread_id("a");
    home.edit("a", |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let half = r#"{"timestamp":"2026-06-01T10:00:00.000Z","type":"response_item","payload":{"type":"mess"#;
        let second_turn = text.find("question t2").unwrap();
        let at = text[..second_turn].rfind('\n').unwrap() + 1;
        // A torn line that was closed, one that glues records, bytes that are no text, and a torn tail. A line with
        // a member behind its payload is sound.
        let (start, rest) = text.split_at(at);
        let end = rest.find('\n').unwrap();
        let rest = format!("{},\"more\":1}}{}", &rest[..end - 1], &rest[end..]);
        let rest = rest.replacen("answer t3", "answer \u{1}t3", 1);
        let bytes = [start, half, "\n", half, &rest, half].concat().into_bytes();
        bytes.into_iter().map(|byte| if byte == 1 { 0xFF } else { byte }).collect()
    });
    let outcome = on(&home, &["fork", &source, "--json"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("4 places could not be read as they stand"), "{outcome}");
    let made = outcome.json();
    assert_eq!(items(&home, id(&made), "end"), items(&home, &source, "end"));
    let checked = validate(home.path(), &[path(&made)]);
    assert!(checked.stderr.contains("0 errors and 0 warnings"), "{checked}");
}

#[test]
fn a_file_from_before_there_were_envelopes_becomes_a_thread_that_codex_loads() {
    let home = TestHome::new();
    let bare = "01970000-0000-4000-8000-000000000007";
    let text = [
        &format!(r#"{{"id":"{bare}","timestamp":"2025-07-30T10:11:12.000Z","instructions":"be kind"}}"#),
        r#"{"record_type":"state"}"#,
        r#"{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"hello"}]}"#,
        r#"{"type":"function_call","id":"fc","name":"shell","arguments":"{}","call_id":"c1"}"#,
        r#"{"type":"function_call_output","call_id":"c1","output":"done"}"#,
        r#"{"type":"message","id":null,"role":"assistant","content":[{"type":"output_text","text":"hi"}]}"#,
    ]
    .join("\n");
    write(&home.path().join(format!("sessions/2025/07/30/rollout-2025-07-30T10-11-12-{bare}.jsonl")), text.as_bytes());
    let made = fork(&home, bare, &["--cwd", "/srv/old", "--model-provider", "openai"]);
    let want = items(&home, bare, "end");
    let got = items(&home, id(&made), "end");
    assert_eq!(
        got.iter().map(|item| &item["type"]).collect::<Vec<_>>(),
        want.iter().map(|item| &item["type"]).collect::<Vec<_>>()
    );
    let checked = validate(home.path(), &["--deny", "not-listed,not-loaded", path(&made)]);
    assert_eq!(checked.code, Some(0), "{checked}");
}

#[test]
fn a_fork_that_is_killed_is_not_there() {
    let mut home = home(true);
    home.thread("a").begin("t4").user(&"long ".repeat(1 << 20)).done("t4", "");
    for _ in 0..20 {
        home.thread("a").assistant(&"words ".repeat(1 << 17));
    }
    home.save();
    let whole = fork(&home, &thread_id("a"), &[])["lines"].as_u64().unwrap();
    let folder = home.path().join("sessions");
    let mut killed = 0;
    for attempt in 0..40_u64 {
        let mut child = program(home.path())
            .args(["fork", &thread_id("a"), "-q", "--home", home.path().to_str().unwrap()])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(attempt * 2500));
        killed += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 0);
    for (path, (bytes, _)) in tree(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("rollout-") && !name.contains(&thread_id("a")) {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            assert_eq!(lines, whole, "{name}");
        }
    }
}

/// The kernel's word on what happens below a folder.
#[cfg(target_os = "linux")]
struct Watch(std::os::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl Watch {
    fn on(home: &Path) -> Self {
        use rustix::fs::inotify;
        let watch = inotify::init(inotify::CreateFlags::NONBLOCK).unwrap();
        let folders = tree(home).into_keys().filter(|path| path.is_dir()).chain([home.to_owned()]);
        let changes = inotify::WatchFlags::CREATE
            | inotify::WatchFlags::MODIFY
            | inotify::WatchFlags::ATTRIB
            | inotify::WatchFlags::MOVE
            | inotify::WatchFlags::CLOSE_WRITE
            | inotify::WatchFlags::DELETE;
        for folder in folders {
            inotify::add_watch(&watch, &folder, changes).unwrap();
        }
        Self(watch)
    }

    fn saw_nothing(&self) {
        let mut events = [0; 4096];
        assert_eq!(rustix::io::read(&self.0, &mut events), Err(rustix::io::Errno::AGAIN));
    }
}

#[cfg(not(target_os = "linux"))]
struct Watch;

#[cfg(not(target_os = "linux"))]
impl Watch {
    fn on(_: &Path) -> Self {
        Self
    }

    fn saw_nothing(&self) {}
}
