//! Recording: what becomes of items on stdin, and that writers and readers of one home do not disturb each other.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Outcome, program, run, validate, write};

/// Lines that each of two writers records at once.
const MANY: usize = 100_000;

fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(home.path().join("sessions")).unwrap();
    home
}

fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = program(home);
    command.current_dir(home).args(["record", "--home", home.to_str().unwrap()]).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `rollout record` with these lines.
fn record(home: &Path, args: &[&str], lines: &[&str]) -> Outcome {
    finish(feed(command(home, args).spawn().unwrap(), lines))
}

fn feed(mut child: Child, lines: &[&str]) -> Child {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    // One that refuses to begin reads nothing.
    let _fed: std::io::Result<()> = child.stdin.as_mut().unwrap().write_all(text.as_bytes());
    child
}

fn finish(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn rollouts(home: &Path) -> Vec<PathBuf> {
    let folders = walkdir(&home.join("sessions"));
    folders.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect()
}

fn walkdir(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs_err::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["payload"]["type"].as_str().or(line["type"].as_str()).unwrap()).collect()
}

const USER: &str = r#"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}}"#;
const HEARD: &str = r#"{"type":"event_msg","payload":{"type":"user_message","message":"hi"}}"#;
const DONE: &str = r#"{"type":"event_msg","payload":{"type":"item_completed","thread_id":"t","turn_id":"u","item":{"type":"UserMessage","id":"i","content":[{"type":"text","text":"hi"}]},"completed_at_ms":1}}"#;
const DELTA: &str = r#"{"type":"event_msg","payload":{"type":"agent_message_delta","delta":"h"}}"#;
const ANSWER: &str = r#"{"timestamp":"2020-01-01T00:00:00.000Z","ordinal":77,"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ho"}]},"metadata":{"client_authored":true}}"#;

#[test]
fn a_thread_is_recorded_in_its_dialect() {
    let check = |mode: &str, want: &[&str]| {
        let home = home();
        let args =
            ["--json", "--history-mode", mode, "--model-provider", "p", "--originator", "o", "--cwd", "/srv/app"];
        let outcome = record(home.path(), &args, &[USER, HEARD, DONE, DELTA, ANSWER]);
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome}");
        let files = rollouts(home.path());
        let [file] = &files[..] else { panic!("{files:?}") };
        let lines = lines(file);
        assert_eq!(kinds(&lines), want);
        let meta = &lines[0]["payload"];
        let document = outcome.json();
        assert_eq!(
            document,
            json!({ "schema_version": 1, "thread_id": meta["id"], "path": file, "lines": want.len() })
        );
        assert_eq!(
            (&meta["cwd"], &meta["originator"], &meta["model_provider"], &meta["source"], &meta["history_mode"]),
            (&json!("/srv/app"), &json!("o"), &json!("p"), &json!("cli"), &json!(mode))
        );
        for (number, line) in lines.iter().enumerate() {
            let members: Vec<_> = line.as_object().unwrap().keys().map(|key| &**key).collect();
            let ordinal = if mode == "paginated" { json!(number) } else { Value::Null };
            assert_eq!(line["ordinal"], ordinal, "{members:?}");
            assert!(line["timestamp"].as_str().unwrap() > "2026", "the recorder stamps");
        }
        assert_eq!(lines.last().unwrap()["metadata"], json!({ "client_authored": true }));
        let judged = validate(home.path(), &[home.path().to_str().unwrap()]);
        assert_eq!(judged.code, Some(0), "{judged}");
        assert!(judged.to_string().contains("0 errors and 0 warnings"), "{judged}");
    };
    check("paginated", &["session_meta", "message", "item_completed", "message"]);
    check("legacy", &["session_meta", "message", "user_message", "message"]);
}

#[test]
fn metadata_may_come_in_and_what_they_lack_is_filled_in() {
    let home = home();
    let id = "01a1f7b5-4c35-7281-b769-00000000000a";
    let meta = format!(
        r#"{{"type":"session_meta","payload":{{"id":"{id}","timestamp":"2026-01-02T03:04:05.000Z","cwd":"/srv/x","git":{{"branch":"b"}}}}}}"#
    );
    let outcome = record(home.path(), &["--session-source", " App-Server"], &[&meta, HEARD]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let path = home.path().join(format!("sessions/2026/01/02/rollout-2026-01-02T03-04-05-{id}.jsonl"));
    assert_eq!(outcome.stdout, format!("{}\n", path.display()));
    let lines = lines(&path);
    assert_eq!(kinds(&lines), ["session_meta", "user_message"], "without a mode it is legacy");
    let meta = &lines[0]["payload"];
    assert_eq!((&meta["session_id"], &meta["source"], &meta["cwd"]), (&json!(id), &json!("mcp"), &json!("/srv/x")));
    assert_eq!(meta["git"], json!({ "branch": "b" }));

    // The place is taken now: nothing is lost, and nothing written.
    let before = fs_err::read(&path).unwrap();
    let outcome = record(
        home.path(),
        &[],
        &[
            &format!(r#"{{"type":"session_meta","payload":{{"id":"{id}","timestamp":"2026-01-02T03:04:05.000Z"}}}}"#),
            USER,
        ],
    );
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("2 lines could not be written"), "{outcome}");
    assert_eq!(fs_err::read(&path).unwrap(), before);
}

#[test]
fn a_line_that_is_no_item_costs_itself() {
    let home = home();
    let bad = [
        USER,
        "bad",
        r#"{"type":"event_msg","payload":{"type":"token_count","info":7}}"#,
        "",
        r#"{"type":"x"}"#,
        HEARD,
    ];
    let outcome = record(home.path(), &["--history-mode", "legacy"], &bad);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let places: Vec<_> =
        outcome.stderr.lines().map(|line| line.splitn(4, ':').take(3).collect::<Vec<_>>().join(":")).collect();
    assert_eq!(places, ["stdin:2:1", "stdin:3:60", "stdin:5:12"], "{outcome}");
    assert_eq!(kinds(&lines(&rollouts(home.path())[0])), ["session_meta", "message", "user_message"]);
}

#[test]
fn what_cannot_begin_a_thread_begins_none() {
    let check = |args: &[&str], lines: &[&str], code: i32, said: &str| {
        let home = home();
        let outcome = record(home.path(), args, lines);
        assert_eq!(outcome.code, Some(code), "{outcome}");
        assert!(outcome.stderr.contains(said), "{outcome}");
        assert_eq!(rollouts(home.path()), [] as [PathBuf; 0]);
    };
    check(&[], &[], 1, "nothing was recorded");
    check(&[], &[DELTA], 1, "nothing was recorded");
    check(&["--session-source", " "], &[USER], 2, "--session-source is empty");
    check(&[], &[r#"{"type":"session_meta","payload":{"id":7}}"#, USER], 2, "cannot begin a thread: invalid type");
    check(&[], &[r#"{"type":"session_meta","payload":{"id":"../x"}}"#, USER], 2, "is no thread's id");
    check(&["--append", "latest"], &[USER], 2, "");
    check(&["--append", "latest", "--cwd", "/"], &[USER], 2, "cannot be used with");
}

#[test]
fn a_thread_is_gone_on_with_and_by_one_writer_only() {
    let home = home();
    assert_eq!(record(home.path(), &[], &[USER]).code, Some(0));
    let mut first = feed(command(home.path(), &["--append", "latest"]).spawn().unwrap(), &[ANSWER]);
    let path = rollouts(home.path()).remove(0);
    wait_for(|| fs_err::read_to_string(&path).unwrap().lines().count() == 3);
    let second = record(home.path(), &["--append", "latest"], &[ANSWER]);
    assert_eq!(second.code, Some(2), "{second}");
    assert!(second.stderr.contains("another program is writing this thread"), "{second}");
    drop(first.stdin.take());
    assert_eq!(finish(first).code, Some(0));
    let outcome = record(home.path(), &["--append", path.to_str().unwrap(), "--json", "--sync", "each-flush"], &[USER]);
    assert_eq!((outcome.code, &outcome.json()["lines"]), (Some(0), &json!(1)), "{outcome}");
    let ordinals: Vec<_> = lines(&path).iter().map(|line| line["ordinal"].as_u64().unwrap()).collect();
    assert_eq!(ordinals, [0, 1, 2, 3]);

    // An older version went on with the thread, without ordinals.
    let mut text = fs_err::read_to_string(&path).unwrap();
    text += &format!("{}\n", HEARD.replacen('{', r#"{"timestamp":"2026-01-01T00:00:00.000Z","#, 1));
    write(&path, text.as_bytes());
    let outcome = record(home.path(), &["--append", "latest"], &[USER]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("not-resumable: the last record of the paginated thread"), "{outcome}");
    assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
}

fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..400 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not happen");
}

/// A limit on the size of files stands for a disk that gets full and has room again later; it holds for root, too.
#[cfg(target_os = "linux")]
#[test]
fn a_line_that_did_not_fit_is_finished_when_there_is_room() {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

    let home = home();
    assert_eq!(record(home.path(), &["--history-mode", "legacy"], &[USER]).code, Some(0));
    let path = rollouts(home.path()).remove(0);
    let before = fs_err::read_to_string(&path).unwrap();
    let room = before.len() as u64 + 50;
    let append = |args: &[&str]| {
        // Beyond the limit a process is killed by a signal, unless it is ignored.
        let mut shell = program(home.path());
        shell.args(["-c", r#"trap "" XFSZ; exec "$0" "$@""#, env!("CARGO_BIN_EXE_rollout")]).args(args);
        let mut command = Command::new("/bin/sh");
        command.env_clear().env("HOME", home.path()).args(shell.get_args());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let limit = |child: &Child, current: Option<u64>| {
        let maximum = getrlimit(Resource::Fsize).maximum;
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).unwrap();
    };
    let args = ["record", "--home", home.path().to_str().unwrap(), "--append", path.to_str().unwrap()];

    let child = append(&args);
    limit(&child, Some(room));
    let mut child = feed(child, &[USER]);
    wait_for(|| fs_err::metadata(&path).unwrap().len() == room);
    std::thread::sleep(Duration::from_millis(200)); // the rest of the line fails as well
    assert!(child.try_wait().unwrap().is_none());
    limit(&child, getrlimit(Resource::Fsize).maximum);
    let outcome = finish(feed(child, &[HEARD]));
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("cannot write"), "{outcome}");
    assert_eq!(kinds(&lines(&path)), ["session_meta", "message", "message", "user_message"], "nothing is torn");

    // One that ends before there is room says what is lost; the next one closes its torn line.
    let torn = fs_err::metadata(&path).unwrap().len() + 50;
    let child = append(&args);
    limit(&child, Some(torn));
    let outcome = finish(feed(child, &[USER, HEARD]));
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("2 lines could not be written"), "{outcome}");
    assert_eq!(fs_err::metadata(&path).unwrap().len(), torn);
    assert_eq!(record(home.path(), &args[3..], &[HEARD]).code, Some(0));
    let text = fs_err::read_to_string(&path).unwrap();
    let broken: Vec<_> = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_err()).collect();
    assert_eq!(broken.iter().map(|line| line.len()).collect::<Vec<_>>(), [50]);
    assert_eq!(text.lines().count(), 6);
}

#[test]
fn writers_and_readers_of_one_home_do_not_disturb_each_other() {
    let home = home();
    let seen = home.path().join("seen");
    let stream = ["stream", "--home", home.path().to_str().unwrap(), "--types", "assistant_message,session_start"];
    let mut follower = program(home.path())
        .args(stream)
        .args(["--follow", "--poll", "0.5", "--exit-when-idle", "3"])
        .stdout(fs_err::File::create(&seen).unwrap().into_file())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut writers: Vec<Child> =
        ["a", "b"].map(|_| command(home.path(), &["--sync", "never"]).spawn().unwrap()).into_iter().collect();
    let feeders: Vec<_> = writers.iter_mut().map(|writer| pour(writer.stdin.take().unwrap())).collect();

    let mut looks = 0;
    while writers.iter_mut().any(|writer| writer.try_wait().unwrap().is_none()) {
        let read = |args: &[&str]| run(program(home.path()).args(args).args(["--home", home.path().to_str().unwrap()]));
        let report = read(&["analyze", "daily", "--json"]);
        assert_eq!(report.code, Some(0), "{report}");
        assert_eq!(report.json()["data_quality"]["problems"], json!([]), "{report}");
        let listed = read(&["ls", "--json"]);
        assert!(listed.code == Some(0) || listed.json()["threads"] == json!([]), "{listed}");
        looks += 1;
    }
    assert!(looks > 0);
    feeders.into_iter().for_each(|feeder| feeder.join().unwrap());
    assert!(writers.into_iter().all(|writer| finish(writer).code == Some(0)));

    let files = rollouts(home.path());
    assert_eq!(files.len(), 2);
    for file in &files {
        let text = fs_err::read_to_string(file).unwrap();
        let mut lines = text.lines();
        assert!(lines.next().unwrap().contains(r#""ordinal":0,"type":"session_meta","#));
        let count = lines
            .enumerate()
            .map(|(n, line)| {
                let line: Line<'_> = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
                assert_eq!((line.ordinal, line.payload.get()), (n + 1, &*payload(n)));
            })
            .count();
        assert_eq!(count, MANY);
    }

    assert!(follower.wait().unwrap().success());
    let seen = fs_err::read_to_string(&seen).unwrap();
    let at_once = run(program(home.path()).args(stream));
    assert_eq!(at_once.code, Some(0));
    assert_eq!(ids(&seen).len(), 2 * MANY + 2);
    assert_eq!(ids(&seen), ids(&at_once.stdout));
}

/// A line as far as it is looked at; parsing it holds that it is whole.
#[derive(serde::Deserialize)]
struct Line<'a> {
    ordinal: usize,
    #[serde(borrow)]
    payload: &'a serde_json::value::RawValue,
}

fn payload(n: usize) -> String {
    format!(r#"{{"type":"message","role":"assistant","content":[{{"type":"output_text","text":"{n} é"}}]}}"#)
}

/// Feeds a writer its lines, each of which says its number.
fn pour(stdin: ChildStdin) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut stdin = std::io::BufWriter::new(stdin);
        for n in 0..MANY {
            writeln!(stdin, r#"{{"type":"response_item","payload":{}}}"#, payload(n)).unwrap();
        }
        stdin.flush().unwrap();
    })
}

/// The ids of events, each of which is told once.
fn ids(events: &str) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    for event in events.lines() {
        let id = event.strip_prefix(r#"{"id":""#).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(event.ends_with('}') && ids.insert(id), "{event}");
    }
    ids
}
