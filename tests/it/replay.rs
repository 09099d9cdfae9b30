//! What `rollout replay` plays: at once, in its own time, as a recording, as events.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::story::UNRULY;
use crate::support::{Outcome, TestHome, program, rollout, rollout_with, run};
use crate::thread::thread_id;

/// The threads of the sample logs.
const SAMPLES: [&str; 4] = [
    "019d2f10-5a00-7a10-8a10-000000000a01",
    "019d2f3c-c800-7a10-8a10-000000000a02",
    "019d8f00-1000-7b10-8b10-000000000b01",
    "019d8f00-9000-7b10-8b10-000000000b02",
];

fn sample(thread: &str, args: &[&str]) -> Outcome {
    rollout(&[&["replay", thread, "--sample"], args].concat())
}

fn replay(home: &mut TestHome, args: &[&str]) -> Outcome {
    home.save();
    run(program(home.path()).current_dir(home.path()).args(["replay", &thread_id("a"), "--home", "."]).args(args))
}

/// A command that takes a while, and a turn that says what no terminal should do.
fn story() -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a");
    thread.begin("one").user("Run it.").command("c1", "cargo test", "red\nvery red", 101);
    thread
        .tool("c2", "update_plan", r#"{"plan":[]}"#, "Plan updated")
        .assistant("It is red.")
        .done("one", "It is red.");
    thread.says_everywhere(UNRULY);
    home
}

/// Events of a recording, which is held against the rules of asciicast 3.
#[track_caller]
fn recording(cast: &Outcome) -> Vec<(f64, String, String)> {
    assert_eq!((cast.code, cast.stderr.as_str()), (Some(0), ""), "{cast}");
    let mut lines = cast.stdout.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(header["version"], 3);
    assert!(header["term"]["cols"].is_u64() && header["term"]["rows"].is_u64(), "{header}");
    assert!(header["timestamp"].is_u64() && header["idle_time_limit"].is_number(), "{header}");
    let event = |line| {
        let (interval, code, data): (f64, String, String) = serde_json::from_str(line).unwrap();
        assert!(interval >= 0.0 && ["o", "m"].contains(&code.as_str()), "{line}");
        // A terminal in a recording returns to the first column only if it is told to.
        assert!(!data.replace("\r\n", "").contains(['\r', '\n']), "{line}");
        (interval, code, data)
    };
    lines.map(event).collect()
}

fn events(outcome: &Outcome) -> Vec<Value> {
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome}");
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn without_a_terminal_everything_is_printed_at_once() {
    insta::assert_snapshot!(sample(SAMPLES[0], &[]), @r"
    exit 0
    -- stdout
    untitled thread
    thread 019d2f10-5a00-7a10-8a10-000000000a01
    began  2026-03-27 09:12:40
    folder /home/ada/teapot
    codex  0.120.0
    source cli

    ── turn 1  completed · gpt-5.4 medium · 2026-03-27 09:12:41 · 220 ms ───────────

    ❯ Why does the price of the blue teapot have three decimals?

    $ cargo test
      │ test result: ok. 12 passed

    The price was read as a float; it is a decimal now.

    ── turn 2  completed · gpt-5.4 medium · 2026-03-27 09:20:03 · 320 ms ───────────

    ❯ Add a test for it.

    $ cargo test
      │ test result: ok. 12 passed

    $ cargo test
      │ test result: ok. 12 passed

    Added price_has_two_decimals.

    ── turn 3  completed · gpt-5.4-mini medium · 2026-03-27 10:02:11 · 120 ms ──────

    ❯ Write the changelog entry.

    Done.

    ── turn of Codex's own  completed · 2026-03-27 10:05:30 · 440 ms ───────────────

    ── history replaced by a summary, 1 item kept
    ");
}

#[test]
fn a_recording_keeps_the_times() {
    insta::assert_snapshot!(sample(SAMPLES[1], &["--format", "asciicast"]), @r##"
    exit 0
    -- stdout
    {"version":3,"term":{"cols":100,"rows":40},"timestamp":1774605668,"idle_time_limit":2.0}
    [0.000,"o","\u001b[1muntitled thread\u001b[0m\r\n\u001b[2mthread \u001b[0m019d2f3c-c800-7a10-8a10-000000000a02\r\n\u001b[2mbegan  \u001b[0m2026-03-27 10:01:08\r\n\u001b[2mfolder \u001b[0m/home/ada/teapot\r\n\u001b[2mcodex  \u001b[0m0.120.0\r\n\u001b[2msource \u001b[0mcli\r\n"]
    [0.000,"m","turn 1"]
    [0.000,"o","\r\n\u001b[2m──\u001b[0m \u001b[1mturn 1\u001b[0m\u001b[2m  completed · gpt-5.4 medium · 2026-03-27 10:01:08 · 0 ms ─────────────────────────────────\u001b[0m\r\n"]
    [0.000,"o","\r\n\u001b[1m\u001b[36m❯ Why does the price of the blue teapot have three decimals?\u001b[0m\r\n"]
    [0.000,"o","\r\n\u001b[1m$ cargo test\u001b[0m\r\n"]
    [0.000,"o","\u001b[2m  │ test result: ok. 12 passed\u001b[0m\r\n"]
    [0.000,"o","\r\nThe price was read as a float; it is a decimal now.\r\n"]
    [0.000,"m","turn 2"]
    [0.000,"o","\r\n\u001b[2m──\u001b[0m \u001b[1mturn 2\u001b[0m\u001b[2m  completed · gpt-5.4 medium · 2026-03-27 10:01:08 · 0 ms ─────────────────────────────────\u001b[0m\r\n"]
    [0.000,"o","\r\n\u001b[1m\u001b[36m❯ Add a test for it.\u001b[0m\r\n"]
    [0.000,"o","\r\n\u001b[1m$ cargo test\u001b[0m\r\n"]
    [0.000,"o","\u001b[2m  │ test result: ok. 12 passed\u001b[0m\r\n"]
    [0.000,"o","\r\n\u001b[1m$ cargo test\u001b[0m\r\n"]
    [0.000,"o","\u001b[2m  │ test result: ok. 12 passed\u001b[0m\r\n"]
    [0.000,"o","\r\nAdded \u001b[36mprice_has_two_decimals\u001b[0m.\r\n"]
    [110351.587,"m","turn 3"]
    [0.000,"o","\r\n\u001b[2m──\u001b[0m \u001b[1mturn 3\u001b[0m\u001b[2m  completed · gpt-5.4 medium · 2026-03-28 16:40:20 · 220 ms ───────────────────────────────\u001b[0m\r\n"]
    [0.020,"o","\r\n\u001b[1m\u001b[36m❯ Try the same with integers of cents instead.\u001b[0m\r\n"]
    [0.080,"o","\r\n\u001b[1m$ cargo test\u001b[0m\r\n"]
    [0.100,"o","\u001b[2m  │ test result: ok. 12 passed\u001b[0m\r\n"]
    [0.000,"o","\r\nCents are simpler: no rounding anywhere.\r\n"]
    "##);
}

#[test]
fn events_have_their_times() {
    insta::assert_snapshot!(sample(SAMPLES[3], &["--format", "events"]), @r##"
    exit 0
    -- stdout
    {"at":0,"time":"2026-10-02T22:48:17.000Z","kind":"turn","turn":{"id":"019d8f00-9800-7000-8000-000000000021","index":1,"number":1,"status":"completed","reason":null,"started":"2026-10-02T22:48:17.000Z","ended":"2026-10-02T23:58:31.100Z","duration_ms":4214100,"model":"gpt-6-luna","effort":"low","dropped":false,"inherited":false,"place":{"segment":0,"line":2,"ordinal":1},"end":{"segment":0,"line":11,"ordinal":10},"answer":"orders.customer_id has no index."}}
    {"at":20,"time":"2026-10-02T22:48:17.020Z","kind":"item","item":{"id":"msg_019d8f00-9800-7000-8000-000000000021","at":"2026-10-02T22:48:17.020Z","place":{"segment":0,"line":4,"ordinal":3},"type":"user_message","text":"Look for slow queries in the checkout.","attachments":[]}}
    {"at":4214000,"time":"2026-10-02T23:58:31.000Z","kind":"item","item":{"id":"msg_a0021","at":"2026-10-02T23:58:31.000Z","place":{"segment":0,"line":10,"ordinal":9},"type":"assistant_message","text":"orders.customer_id has no index.","phase":null}}
    "##);
}

#[test]
fn every_sample_is_played_the_same_each_time_and_everywhere() {
    for thread in SAMPLES {
        for format in ["text", "asciicast", "events"] {
            let args = ["replay", thread, "--sample", "--format", format];
            let first = rollout(&args);
            assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""), "{first}");
            let elsewhere = [("TZ", "Asia/Tokyo"), ("COLUMNS", "40"), ("TERM", "dumb"), ("SHELL", "/bin/fish")];
            let second = rollout_with(&[&args[..], &["--jobs", "1"]].concat(), &elsewhere);
            assert_eq!(first, second);
        }
        recording(&sample(thread, &["--format", "asciicast"]));
    }
}

#[test]
fn events_come_in_the_order_of_the_transcript() {
    let schema = rollout(&["schema", "print", "ReplayEvent"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut home = story();
    let events = events(&replay(&mut home, &["--format", "events"]));
    events.iter().for_each(|event| assert!(validator.is_valid(event), "{event}"));
    let shown = run(program(home.path()).current_dir(home.path()).args([
        "show",
        &thread_id("a"),
        "--home",
        ".",
        "--format",
        "ndjson",
    ]));
    let shown: Vec<Value> = shown.stdout.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    let item = |event: &Value| (event["kind"].clone(), event["item"].clone());
    assert_eq!(events.iter().map(item).collect::<Vec<_>>(), shown.iter().map(item).collect::<Vec<_>>());
    let at: Vec<u64> = events.iter().map(|event| event["at"].as_u64().unwrap()).collect();
    assert!(at.is_sorted() && at[0] == 0, "{at:?}");
}

#[test]
fn an_answer_comes_after_its_call() {
    let cast = recording(&replay(&mut story(), &["--format", "asciicast"]));
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    let index = cast.iter().position(|(_, _, data)| plain(data) == "\r\n$ cargo test\r\n").unwrap();
    let (interval, _, answer) = &cast[index + 1];
    assert_eq!((*interval, &*plain(answer)), (1.5, "  exit 101, 1.5 s\r\n  │ red\r\n  │ very red\r\n"));
}

#[test]
fn nothing_in_a_log_drives_the_terminal() {
    let mut home = story();
    let cast = recording(&replay(&mut home, &["--format", "asciicast", "--full"]));
    for (_, _, data) in &cast {
        // Colours of our own are all that is left of what begins with an escape.
        for after in data.split('\u{1b}').skip(1) {
            let end = after.find(|char: char| !matches!(char, '[' | '0'..='9' | ';')).unwrap();
            assert!(after[end..].starts_with('m'), "{data:?}");
        }
        assert!(!data.contains(|char: char| char.is_control() && !matches!(char, '\r' | '\n' | '\u{1b}')), "{data:?}");
    }
    let events = replay(&mut home, &["--format", "events"]).stdout;
    assert!(!events.contains(|char: char| char.is_control() && char != '\n'));
}

#[test]
fn only_what_stands_between_two_points_is_played() {
    let check = |args: &[&str], want: &[&str]| {
        let outcome = sample(SAMPLES[2], &[args, &["--format", "events"]].concat());
        let seen: Vec<String> = events(&outcome)
            .iter()
            .map(|event| match event["kind"].as_str() {
                Some("turn") => format!("turn {}", event["turn"]["number"]),
                _ => event["item"]["type"].as_str().unwrap().to_owned(),
            })
            .collect();
        assert_eq!(seen, want, "{args:?}");
        assert_eq!(events(&outcome)[0]["at"], 0, "{args:?}");
    };
    let first = ["turn 1", "user_message", "assistant_message", "assistant_message"];
    let second = ["turn 2", "compaction", "user_message", "assistant_message"];
    check(&[], &[first, second].concat());
    check(&["--to", "turn:1"], &first);
    check(&["--from", "turn:1"], &second);
    check(&["--from", "before-user:2"], &["turn 2", "user_message", "assistant_message"]);
    check(&["--from", "line:4", "--to", "line:6"], &["turn 1", "assistant_message"]);
    check(&["--from", "ordinal:5", "--to", "compaction:1"], &["turn 1", "assistant_message", "turn 2", "compaction"]);
    check(&["--to", "time:2026-10-02T23:00:00Z"], &first[..3]);
}

#[test]
fn what_cannot_be_played_is_an_error() {
    let check = |args: &[&str], message: &str| {
        let outcome = sample(SAMPLES[2], args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        assert!(outcome.stderr.contains(message), "{outcome}");
    };
    check(&["--from", "turn:9"], "turn:9 is past the end of the thread; the last is turn:2");
    check(&["--from", "soon"], "`soon` is not a point in a thread");
    check(&["--from", "turn:2"], "nothing stands between turn:2 and end");
    check(&["--from", "turn:1", "--to", "before-user:1"], "nothing stands between turn:1 and before-user:1");
    check(&["--step"], "--step needs a terminal");
    check(&["--speed", "2", "--format", "asciicast"], "--speed is for text");
    check(&["--speed", "0"], "write a number greater than 0");
    check(&["--step", "--speed", "2"], "cannot be used with");
}

#[test]
fn a_speed_is_kept_without_a_terminal_too() {
    let begun = Instant::now();
    let played = sample(SAMPLES[2], &["--speed", "4", "--max-idle", "0.4"]);
    // Six gaps, five of which are longer than what is waited for at most.
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
    assert_eq!(played, sample(SAMPLES[2], &[]));
}

#[test]
fn a_recording_can_be_a_file_of_another_width() {
    let home = tempfile::tempdir().unwrap();
    let args = ["replay", SAMPLES[2], "--sample", "--format", "asciicast", "--cols", "60", "-o", "a.cast"];
    let play = || run(program(home.path()).current_dir(home.path()).args(args));
    let outcome = play();
    assert_eq!(outcome, Outcome { code: Some(0), stdout: String::new(), stderr: String::new() });
    let cast = fs_err::read_to_string(home.path().join("a.cast")).unwrap();
    assert!(cast.starts_with(r#"{"version":3,"term":{"cols":60,"rows":40},"#), "{cast}");
    let outcome = play();
    assert!(outcome.code == Some(2) && outcome.stderr.contains("a.cast exists already"), "{outcome}");
}

/// The program on a terminal of its own.
#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::process::{Child, Stdio};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::fs::{Mode, OFlags, open};
    use rustix::process::{Pid, Signal, kill_process};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

    use super::{SAMPLES, program};

    /// How long anything may take on a busy machine.
    const PATIENCE: Duration = Duration::from_secs(30);

    struct Session {
        keyboard: File,
        screen: Arc<Mutex<String>>,
        child: Child,
    }

    impl Session {
        fn start(args: &[&str]) -> Self {
            let keyboard: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
            grantpt(&keyboard).unwrap();
            unlockpt(&keyboard).unwrap();
            tcsetwinsize(&keyboard, Winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
            let path = ptsname(&keyboard, Vec::new()).unwrap().into_string().unwrap();
            let line = || Stdio::from(open(&*path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
            let home = tempfile::tempdir().unwrap();
            let mut command = program(home.path());
            command.args(["replay", SAMPLES[2], "--sample"]).args(args);
            let child = command.stdin(line()).stdout(line()).stderr(line()).spawn().unwrap();
            // The command holds the other end as well: the screen would never end.
            drop(command);
            let keyboard = File::from(keyboard);
            let screen = Arc::new(Mutex::new(String::new()));
            let (mut reader, shown) = (keyboard.try_clone().unwrap(), Arc::clone(&screen));
            thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(count @ 1..) = reader.read(&mut bytes) {
                    shown.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
                }
            });
            Self { keyboard, screen, child }
        }

        #[track_caller]
        fn until(&self, what: &str, mut is_so: impl FnMut(&str) -> bool) {
            let begun = Instant::now();
            while !is_so(&self.screen.lock().unwrap()) {
                assert!(begun.elapsed() < PATIENCE, "{what}: {}", self.screen.lock().unwrap());
                thread::sleep(Duration::from_millis(5));
            }
        }

        #[track_caller]
        fn shows(&self, text: &str) {
            self.until(text, |screen| screen.contains(text));
        }

        fn lacks(&self, text: &str) {
            assert!(!self.screen.lock().unwrap().contains(text));
        }

        /// Whether keys come one by one and are not shown.
        fn is_raw(&self) -> bool {
            !tcgetattr(&self.keyboard).unwrap().local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
        }

        #[track_caller]
        fn press(&mut self, key: &str) {
            self.until("a raw terminal", |_| self.is_raw());
            self.keyboard.write_all(key.as_bytes()).unwrap();
        }

        /// Waits for the end, which is a good one and leaves the terminal as it was.
        #[track_caller]
        fn ends(mut self) {
            let begun = Instant::now();
            let status = loop {
                match self.child.try_wait().unwrap() {
                    Some(status) => break status,
                    None => assert!(begun.elapsed() < PATIENCE),
                }
                thread::sleep(Duration::from_millis(5));
            };
            assert_eq!(status.code(), Some(0));
            assert!(!self.is_raw());
            self.lacks("error");
        }
    }

    #[test]
    fn keys_show_one_item_after_the_other() {
        let mut session = Session::start(&["--step"]);
        session.shows("turn 1");
        session.lacks("checkout is slow");
        session.press("x");
        session.press("\r");
        session.shows("Find out why checkout is slow.");
        session.lacks("I will have");
        session.press(" ");
        session.shows("I will have the database looked at.");
        session.lacks("missing index");
        session.press("q");
        session.ends();
    }

    #[test]
    fn the_last_key_shows_the_last_item() {
        let mut session = Session::start(&["--step", "--from", "before-user:2"]);
        session.shows("turn 2");
        session.press(" ");
        session.shows("Add the index.");
        session.press(" ");
        session.shows("Migration 0042 adds it.");
        session.ends();
    }

    #[test]
    fn an_interrupt_ends_quietly_at_a_key_and_between_items() {
        let mut session = Session::start(&["--step"]);
        session.shows("turn 1");
        session.press("\u{3}");
        session.ends();
        let session = Session::start(&["--max-idle", "1000"]);
        session.shows("Find out why checkout is slow.");
        kill_process(Pid::from_child(&session.child), Signal::INT).unwrap();
        session.ends();
    }
}
