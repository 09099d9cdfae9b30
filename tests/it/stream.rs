//! Events of logs: once, while they are written, and over kills of the writer and of the follower.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Outcome, program, rollout, run, write};

const A: &str = "01a1f7b5-4c35-7281-b769-00000000000a";
const B: &str = "01a1f7b5-4c35-7281-b769-00000000000b";
const SEGMENT: &str = "01a1f7b5-5000-7281-b769-00000000000c";

/// A home in which rollouts are written.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs_err::create_dir_all(home.0.path().join("sessions/2026/06/01")).unwrap();
        fs_err::create_dir_all(home.0.path().join("archived_sessions")).unwrap();
        home
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn file(&self, ids: &str) -> PathBuf {
        self.0.path().join(format!("sessions/2026/06/01/rollout-2026-06-01T10-00-00-{ids}.jsonl"))
    }

    fn append(&self, ids: &str, bytes: &[u8]) {
        OpenOptions::new().create(true).append(true).open(self.file(ids)).unwrap().write_all(bytes).unwrap();
    }

    /// Runs the program to its end.
    fn stream(&self, args: &[&str]) -> Outcome {
        rollout(&[&["stream", "--home", self.path()], args].concat())
    }

    fn events(&self, args: &[&str]) -> Vec<Value> {
        let outcome = self.stream(args);
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{outcome}");
        parse(&outcome.stdout)
    }

    /// Starts a follower whose events go to `out`.
    fn follow(&self, args: &[&str], out: impl Into<Stdio>) -> Child {
        let mut command = program(self.0.path());
        command.args(["stream", "--follow", "--home", self.path(), "--poll", "0.1"]).args(args);
        command.stdout(out).stderr(Stdio::null()).spawn().unwrap()
    }
}

fn parse(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn of<'a>(events: &'a [Value], member: &str) -> Vec<&'a str> {
    events.iter().map(|event| event[member].as_str().unwrap()).collect()
}

fn line(second: usize, kind: &str, payload: &str) -> String {
    let (minute, second) = (second / 60 % 60, second % 60);
    format!(
        "{{\"timestamp\":\"2026-06-01T10:{minute:02}:{second:02}.000Z\",\"type\":\"{kind}\",\"payload\":{payload}}}\n"
    )
}

/// A thread of some turns, in which words stand twice and a tool is called.
fn log(id: &str, turns: usize) -> String {
    let mut text =
        line(0, "session_meta", &format!(r#"{{"id":"{id}","timestamp":"2026-06-01T09:59:59.990Z","cwd":"/srv/x"}}"#));
    for turn in 0..turns {
        let mut add = |kind: &str, payload: String| text += &line(turn, kind, &payload);
        add("event_msg", format!(r#"{{"type":"task_started","turn_id":"T{turn}"}}"#));
        add(
            "response_item",
            format!(r#"{{"type":"message","role":"user","content":[{{"type":"input_text","text":"do {turn}"}}]}}"#),
        );
        add("event_msg", format!(r#"{{"type":"user_message","message":"do {turn}"}}"#));
        add("event_msg", format!(r#"{{"type":"agent_message","message":"on it {turn}"}}"#));
        add(
            "response_item",
            format!(
                r#"{{"type":"message","role":"assistant","content":[{{"type":"output_text","text":"on it {turn}"}}]}}"#
            ),
        );
        add(
            "response_item",
            format!(r#"{{"type":"function_call","name":"shell","arguments":"{{}}","call_id":"c{turn}"}}"#),
        );
        add(
            "response_item",
            format!(r#"{{"type":"function_call_output","call_id":"c{turn}","output":"Exit code: 0\nOutput:\nhé"}}"#),
        );
        add(
            "event_msg",
            format!(r#"{{"type":"task_complete","turn_id":"T{turn}","last_agent_message":"on it {turn}"}}"#),
        );
    }
    text
}

const TURN: [&str; 6] =
    ["turn_started", "user_message", "assistant_message", "tool_use", "tool_result", "turn_completed"];

#[test]
fn a_thread_is_told_in_its_order() {
    let home = Home::new();
    write(&home.file(A), log(A, 2).as_bytes());
    let events = home.events(&[]);
    let want = [&["session_start"][..], &TURN, &TURN, &["session_end"]].concat();
    assert_eq!(of(&events, "type"), want);
    assert_eq!(events[2]["text"], "do 0");
    assert_eq!(events[5]["exit_code"], 0);
    assert_eq!(events[2]["place"]["line"], 3);
    assert_eq!(events[13]["reason"], "end_of_log");

    // The same however it is stored, wherever it lies, and with any number of jobs.
    let plain = home.stream(&[]).stdout;
    assert_eq!(home.stream(&["--jobs", "3"]).stdout, plain);
    let compressed = home.file(A).with_extension("jsonl.zst");
    fs_err::write(&compressed, zstd::encode_all(log(A, 2).as_bytes(), 3).unwrap()).unwrap();
    fs_err::remove_file(home.file(A)).unwrap();
    assert_eq!(home.stream(&[]).stdout, plain);
    fs_err::rename(&compressed, home.0.path().join("archived_sessions").join(compressed.file_name().unwrap())).unwrap();
    assert_eq!(home.stream(&[A]).stdout, plain.replace("end_of_log", "archived"));
}

#[test]
fn threads_follow_one_another() {
    let home = Home::new();
    write(&home.file(B), log(B, 1).replace("09:59:59.990", "09:00:00.000").as_bytes());
    write(&home.file(A), log(A, 1).as_bytes());
    let segment = log(A, 1).replace(
        "\"cwd\"",
        &format!(
            "\"history_base\":{{\"thread_id\":\"{A}\",\"end_ordinal_exclusive\":1,\"end_byte_offset\":1}},\"cwd\""
        ),
    );
    write(&home.file(&format!("{A}_{SEGMENT}")), segment.as_bytes());
    let events = home.events(&["--types", "session_start,session_end"]);
    let rollouts: Vec<&str> = events.iter().map(|event| event["place"]["rollout_id"].as_str().unwrap()).collect();
    assert_eq!(rollouts, [B, B, A, SEGMENT, SEGMENT]);
    assert_eq!(events[3]["continues"], A);
    let one = home.events(&[B]);
    assert!(one.iter().all(|event| event["thread_id"] == B));
}

#[test]
fn filters() {
    let home = Home::new();
    write(&home.file(A), log(A, 90).as_bytes());
    let texts = |args: &[&str]| {
        home.events(args).iter().map(|event| event["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let users = ["--types", "user_message"];
    assert_eq!(texts(&users).len(), 90);
    assert_eq!(texts(&[&users[..], &["--limit", "2"]].concat()), ["do 0", "do 1"]);
    let span = ["--since", "2026-06-01T10:01:00Z", "--until", "2026-06-01T10:01:02Z"];
    assert_eq!(texts(&[&users[..], &span].concat()), ["do 60", "do 61"]);
    assert_eq!(texts(&[&users[..], &["--since", "2026-06-01", "--until", "2026-06-01"]].concat()).len(), 90);
    assert_eq!(texts(&[&users[..], &["--max-text", "1", "--limit", "1"]].concat()), ["d… [3 bytes left out]"]);
    for (args, hint) in [
        (&["--types", "words"][..], "user_message"),
        (&["--since", "soon"], "2026-01-31"),
        (&["--until", "2026-01-01", "--since", "2026-01-03"], "swap"),
        (&["--from-now"], "--follow"),
        (&["--url", "https://example.com"], "--exec"),
        (&["nobody"], "nobody"),
    ] {
        let outcome = home.stream(args);
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stderr.contains(hint), "{outcome}");
    }
}

#[test]
fn a_live_log_is_told_as_it_is_in_the_end() {
    let home = Home::new();
    let out = home.0.path().join("out");
    let mut follower = home.follow(&["--exit-when-idle", "1.5"], fs_err::File::create(&out).unwrap().into_parts().0);
    let log = log(A, 12);
    let pause = || std::thread::sleep(Duration::from_millis(40));
    let (first, second) = log.split_at(log.len() / 2);
    for piece in first.as_bytes().chunks(97) {
        home.append(A, piece);
        if piece[0] % 4 == 0 {
            pause();
        }
    }
    // The writer is killed within a line; another process goes on behind it.
    pause();
    home.append(A, b"\n");
    home.append(B, log.replace(A, B).as_bytes());
    pause();
    // The first log is compressed, and decompressed to be written on.
    let compressed = home.file(A).with_extension("jsonl.zst");
    fs_err::write(&compressed, zstd::encode_all(&*fs_err::read(home.file(A)).unwrap(), 3).unwrap()).unwrap();
    fs_err::remove_file(home.file(A)).unwrap();
    pause();
    fs_err::write(home.file(A), zstd::decode_all(&*fs_err::read(&compressed).unwrap()).unwrap()).unwrap();
    fs_err::remove_file(&compressed).unwrap();
    pause();
    let rest = &second[second.find('\n').unwrap() + 1..];
    for piece in rest.as_bytes().chunks(331) {
        home.append(A, piece);
    }
    // A revert begins a new file.
    home.append(&format!("{A}_{SEGMENT}"), log.as_bytes());
    assert!(follower.wait().unwrap().success());

    let told = parse(&fs_err::read_to_string(&out).unwrap());
    let want: Vec<Value> = parse(&home.stream(&[]).stdout).into_iter().filter(not_end).collect();
    assert_eq!(by_rollout(&told), by_rollout(&want));
}

/// A follower cannot know that a log ended.
fn not_end(event: &Value) -> bool {
    event["type"] != "session_end"
}

/// Ids in their order, by rollout.
fn by_rollout(events: &[Value]) -> BTreeMap<&str, Vec<&str>> {
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for event in events {
        let rollout = event["place"]["rollout_id"].as_str().unwrap();
        ids.entry(rollout).or_default().push(event["id"].as_str().unwrap());
    }
    ids
}

#[test]
fn a_killed_follower_loses_nothing() {
    kill_follower(50);
}

#[test]
#[ignore = "takes minutes"]
fn a_follower_that_is_killed_a_thousand_times_loses_nothing() {
    kill_follower(1000);
}

/// Kills a follower at random moments while two logs are written, one of which is compressed and
/// decompressed now and then.
fn kill_follower(times: u32) {
    let home = Arc::new(Home::new());
    let done = Arc::new(AtomicBool::new(false));
    let turns = times as usize * 4;
    let writer = std::thread::spawn({
        let (home, done) = (Arc::clone(&home), Arc::clone(&done));
        move || {
            let logs = [(A, log(A, turns)), (B, log(B, turns))];
            let mut written = 0;
            let mut random = Random(7);
            while written < logs[0].1.len() {
                // Slow while followers are killed, and then the rest at once.
                let next = if done.load(Ordering::Relaxed) { logs[0].1.len() } else { written + random.below(900) };
                let next = next.min(logs[0].1.len());
                logs.iter().for_each(|(id, log)| home.append(id, &log.as_bytes()[written..next]));
                written = next;
                if random.below(200) == 0 {
                    recompress(&home.file(B));
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    });
    let (cursor, out) = (home.0.path().join("cursor"), home.0.path().join("out"));
    let cursor = ["--cursor", cursor.to_str().unwrap()];
    let mut random = Random(11);
    let mut seen = Seen::default();
    let mut repeats = 0;
    for _ in 0..times {
        let mut follower = home.follow(&cursor, fs_err::File::create(&out).unwrap().into_parts().0);
        std::thread::sleep(Duration::from_millis(random.below(150) as u64));
        follower.kill().unwrap();
        follower.wait().unwrap();
        repeats += seen.take(&out);
    }
    done.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    let last = fs_err::File::create(&out).unwrap().into_parts().0;
    let idle = [&cursor[..], &["--exit-when-idle", "0.5"]].concat();
    assert!(home.follow(&idle, last).wait().unwrap().success());
    repeats += seen.take(&out);

    let want: Vec<Value> = home.events(&[]).into_iter().filter(not_end).collect();
    assert_eq!(seen.ids.len(), want.len(), "{repeats} repeats");
    for (rollout, ids) in by_rollout(&want) {
        assert_eq!(seen.order[rollout], ids, "every event once, in its order; {repeats} repeats");
    }
    // A cursor that nobody writes to tells nothing new.
    assert_eq!(home.stream(&cursor).stdout, "");
    if times > 50 {
        let mut stderr = std::io::stderr().lock();
        writeln!(stderr, "{times} kills: {} events, {repeats} repeats", want.len()).unwrap();
    }
}

/// What followers told so far.
#[derive(Default)]
struct Seen {
    ids: BTreeSet<String>,
    /// By rollout, each once.
    order: BTreeMap<String, Vec<String>>,
}

impl Seen {
    /// Takes what one follower told; its last line may be torn. Gives how many events were told before.
    fn take(&mut self, out: &Path) -> usize {
        let text = fs_err::read_to_string(out).unwrap();
        let events = parse(&text[..text.rfind('\n').map_or(0, |at| at + 1)]);
        let mut repeats = 0;
        for event in &events {
            let id = event["id"].as_str().unwrap();
            if self.ids.insert(id.to_owned()) {
                let rollout = event["place"]["rollout_id"].as_str().unwrap();
                self.order.entry(rollout.to_owned()).or_default().push(id.to_owned());
            } else {
                repeats += 1;
            }
        }
        repeats
    }
}

fn recompress(path: &Path) {
    let compressed = path.with_extension("jsonl.zst");
    fs_err::write(&compressed, zstd::encode_all(&*fs_err::read(path).unwrap(), 1).unwrap()).unwrap();
    fs_err::remove_file(path).unwrap();
    std::thread::sleep(Duration::from_millis(15));
    let temporary = path.with_extension("tmp");
    fs_err::write(&temporary, zstd::decode_all(&*fs_err::read(&compressed).unwrap()).unwrap()).unwrap();
    fs_err::rename(temporary, path).unwrap();
    fs_err::remove_file(&compressed).unwrap();
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[test]
fn only_what_is_new() {
    let home = Home::new();
    home.append(A, log(A, 1).as_bytes());
    let mut follower = home.follow(&["--from-now", "--limit", "1"], Stdio::piped());
    std::thread::sleep(Duration::from_millis(1000));
    home.append(A, line(70, "event_msg", r#"{"type":"thread_rolled_back","num_turns":1}"#).as_bytes());
    let mut text = String::new();
    follower.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(follower.wait().unwrap().success());
    assert_eq!(of(&parse(&text), "type"), ["rollback"]);
}

#[test]
fn signals_and_closed_pipes_end_it_quietly() {
    let home = Home::new();
    home.append(A, log(A, 3).as_bytes());
    let cursor = home.0.path().join("cursor");
    let mut follower = home.follow(&["--cursor", cursor.to_str().unwrap()], Stdio::piped());
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("session_start"));
    assert!(run(std::process::Command::new("kill").arg(follower.id().to_string())).code == Some(0));
    assert_eq!(follower.wait().unwrap().code(), Some(0));
    assert_eq!(lines.count(), 18);
    assert_eq!(home.stream(&["--cursor", cursor.to_str().unwrap()]).stdout, "");

    let mut follower = home.follow(&[], Stdio::piped());
    drop(follower.stdout.take());
    assert_eq!(follower.wait().unwrap().code(), Some(0));
}

#[test]
fn a_command_acknowledges_batches() {
    let home = Home::new();
    home.append(A, log(A, 40).as_bytes());
    let got = home.0.path().join("got");
    // The first two times the command reads all and fails.
    let command = format!(
        "cat > {0}.try; [ -e {0}.2 ] && cat {0}.try >> {0} && exit 0; [ -e {0}.1 ] && touch {0}.2; touch {0}.1; exit 1",
        got.display()
    );
    let outcome = home.stream(&["--exec", &command]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("tried again"), "{outcome}");
    assert_eq!(fs_err::read_to_string(&got).unwrap(), home.stream(&[]).stdout);
}

#[test]
fn an_address_acknowledges_batches() {
    let home = Home::new();
    home.append(A, log(A, 400).as_bytes());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/events", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(String::new()));
    std::thread::spawn({
        let got = Arc::clone(&got);
        move || {
            for (index, stream) in listener.incoming().enumerate() {
                answer(stream.unwrap(), index, &got);
            }
        }
    });
    let outcome = home.stream(&["--url", &url]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let want = home.stream(&[]).stdout;
    assert!(want.len() > 600_000, "more than one batch");
    assert_eq!(*got.lock().unwrap(), want);
}

/// Serves a connection: takes one request, and refuses every second one.
fn answer(stream: std::net::TcpStream, index: usize, got: &Mutex<String>) {
    let mut reader = BufReader::new(stream);
    let (mut length, mut header) = (0, String::new());
    while reader.read_line(&mut header).unwrap() > 2 {
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        header.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let refused = index.is_multiple_of(2);
    if !refused {
        got.lock().unwrap().push_str(std::str::from_utf8(&body).unwrap());
    }
    let status = if refused { "503 Service Unavailable" } else { "200 OK" };
    write!(reader.get_mut(), "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
}

#[test]
fn an_event_is_told_once_by_id() {
    let outcome = rollout(&["stream", "--sample"]);
    let events = parse(&outcome.stdout);
    let ids: BTreeSet<&str> = of(&events, "id").into_iter().collect();
    assert_eq!(ids.len(), events.len());
    assert!(!events.is_empty());
}
