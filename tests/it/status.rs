//! What threads are said to be doing, from how their last turns stand.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::{Outcome, TestHome, program, rollout, run, write};
use crate::thread::{Thread, time};

/// A moment so many seconds ago.
fn ago(seconds: i64) -> String {
    time(Timestamp::now().as_millisecond() - seconds * 1000)
}

fn status(home: &mut TestHome, args: &[&str]) -> Value {
    let path = home.save().path().to_str().unwrap().to_owned();
    rollout(&[&["status", "--json", "--home", &path], args].concat()).json()
}

/// What the only thread of a home is doing: `~active (silent)`.
fn activity(home: &mut TestHome, args: &[&str]) -> String {
    let report = status(home, args);
    let [thread] = &report["threads"].as_array().unwrap()[..] else { panic!("{report:#}") };
    let activity = &thread["activity"];
    let mark = if activity["inferred"] == true { "~" } else { "" };
    let silent = if activity["silent_seconds"].is_null() { "" } else { " (silent)" };
    format!("{mark}{}{silent}", activity["state"].as_str().unwrap())
}

/// Begins a turn so many seconds ago.
fn begin(home: &mut TestHome, seconds: i64) -> &mut Thread {
    home.thread("a").version("0.160.0").at(&ago(seconds)).model("gpt-5.4").answer()
}

fn end(thread: &mut Thread, kind: &str, more: &str) {
    thread.event(&format!(r#"{{"type":"{kind}"{more}}}"#));
}

/// The lock that a process holds while it has the thread open.
fn lock(home: &TestHome) -> std::fs::File {
    let path = home.path().join("thread-writer-locks").join(format!("{}.lock", crate::thread::thread_id("a")));
    write(&path, b"");
    fs_err::File::open(path).unwrap().into()
}

const CALL: &str = r#"{"type":"function_call","name":"NAME","arguments":"ARGUMENTS","call_id":"c1"}"#;

#[test]
fn an_open_turn_is_active_while_its_process_lives() {
    let check = |seconds: i64, args: &[&str], want: &str| {
        let mut home = TestHome::new();
        begin(&mut home, seconds);
        assert_eq!(activity(&mut home, args), want, "{seconds} {args:?}");
    };
    check(10, &[], "active");
    check(120, &[], "~active (silent)");
    check(120, &["--active-within", "5m"], "active");
    check(4000, &[], "~interrupted");
    check(4000, &["--idle-after", "2h"], "~active (silent)");
}

#[cfg(unix)]
#[test]
fn a_lock_tells_whether_the_process_lives() {
    let mut home = TestHome::new();
    begin(&mut home, 4000);
    let lock = lock(&home);
    assert_eq!(activity(&mut home, &[]), "~interrupted");
    lock.lock().unwrap();
    assert_eq!(activity(&mut home, &[]), "active (silent)");
    let flags = status(&mut home, &[])["threads"][0]["flags"].clone();
    assert_eq!(flags, serde_json::json!(["live"]));
    let call = CALL.replace("NAME", "request_user_input").replace("ARGUMENTS", "{}");
    home.thread("a").line("response_item", &call);
    assert_eq!(activity(&mut home, &[]), "waiting");
    drop(lock);
    assert_eq!(activity(&mut home, &[]), "~interrupted");
}

#[test]
fn a_call_that_may_not_run_without_leave_waits_for_it() {
    let check = |policy: &str, arguments: &str, want: &str| {
        let mut home = TestHome::new();
        let thread = begin(&mut home, 60);
        thread
            .line("turn_context", &format!(r#"{{"cwd":"/srv/shop","approval_policy":"{policy}","model":"gpt-5.4"}}"#));
        thread.line("response_item", &CALL.replace("NAME", "exec_command").replace("ARGUMENTS", arguments));
        assert_eq!(activity(&mut home, &[]), want, "{policy} {arguments}");
    };
    let escalated = r#"{\"cmd\":\"make\",\"sandbox_permissions\":\"require_escalated\"}"#;
    check("on-request", escalated, "~waiting");
    check("never", escalated, "~active (silent)");
    check("on-request", r#"{\"cmd\":\"make\",\"with_escalated_permissions\":true}"#, "~waiting");
    check("on-request", r#"{\"cmd\":\"make\"}"#, "~active (silent)");
}

#[test]
fn a_turn_that_is_over_is_what_its_end_says() {
    let check = |seconds: i64, kind: &str, more: &str, want: &str| {
        let mut home = TestHome::new();
        end(begin(&mut home, seconds), kind, more);
        assert_eq!(activity(&mut home, &[]), want, "{seconds} {kind}");
    };
    check(10, "task_complete", "", "ready");
    // The file is new; its last turn is not.
    check(4000, "task_complete", "", "idle");
    check(
        4000,
        "task_complete",
        r#","error":{"message":"usage limit","codex_error_info":"usage_limit_exceeded"}"#,
        "blocked",
    );
    check(4000, "turn_aborted", r#","reason":"interrupted""#, "interrupted");
    let mut home = TestHome::new();
    end(begin(&mut home, 4000), "turn_aborted", r#","reason":"interrupted""#);
    home.thread("a").at(&ago(5)).turn().answer();
    assert_eq!(activity(&mut home, &[]), "active");
    end(home.thread("a"), "task_complete", "");
    assert_eq!(activity(&mut home, &[]), "ready");
    home.forget("a");
    end(begin(&mut home, 20).archived(), "task_complete", "");
    assert_eq!(activity(&mut home, &[]), "ended");
}

#[test]
fn reasons_and_costs_come_along() {
    let mut home = TestHome::new();
    let thread = begin(&mut home, 60);
    thread.response(1000, 0, 10);
    end(thread, "task_complete", r#","error":{"message":"usage limit reached"}"#);
    let report = status(&mut home, &[]);
    let thread = &report["threads"][0];
    assert_eq!(thread["activity"]["reason"], "usage limit reached");
    assert_eq!((&thread["own"]["usage"]["total_tokens"], &thread["status"]), (&1010.into(), &"failed".into()));
    assert!(thread["own"]["cost_usd"].as_f64().unwrap() > 0.0);
}

/// Runs in a folder, so that its threads come first.
fn from(folder: &std::path::Path, home: &mut TestHome, args: &[&str]) -> Outcome {
    let path = home.save().path().to_str().unwrap().to_owned();
    let mut outcome = run(program(folder).current_dir(folder).args(["status", "--home", &path]).args(args));
    // Times differ from run to run.
    outcome.stdout =
        outcome.stdout.lines().map(|line| line.split("   ").take(3).collect::<Vec<_>>().join("   ") + "\n").collect();
    outcome
}

#[test]
fn the_threads_of_the_current_folder_come_first() {
    let here = tempfile::tempdir().unwrap();
    let folder = fs_err::canonicalize(here.path()).unwrap();
    let mut home = TestHome::new();
    home.thread("a").cwd(folder.to_str().unwrap()).at(&ago(4000)).model("gpt-5.4").response(100, 0, 1);
    home.thread("b").cwd("/srv/b").at(&ago(4000)).model("gpt-5.4").response(100, 0, 1);
    let count = |outcome: &Outcome| outcome.stdout.lines().count().saturating_sub(2);
    assert_eq!(count(&from(&folder, &mut home, &[])), 1);
    assert_eq!(count(&from(&folder, &mut home, &["--all"])), 2);
    assert_eq!(count(&from(&folder, &mut home, &["--cwd", "/srv/b"])), 1);
    assert_eq!(count(&from(&folder, &mut home, &["--project", "b"])), 1);
    assert_eq!(count(&from(std::path::Path::new("/"), &mut home, &[])), 2);
    let outcome = from(&folder, &mut home, &["--cwd", "/srv/nobody"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    super::ls::written_at(&home.file("b"), "2026-06-01T10:00:00Z");
    assert_eq!(count(&from(&folder, &mut home, &["--all"])), 1);
    assert_eq!(count(&from(&folder, &mut home, &["--all", "--recent", "99999d"])), 2);
}

#[test]
fn the_sample_as_a_table() {
    let mut outcome = rollout(&["status", "--sample"]);
    // Long ago, wherever clocks go right.
    outcome.stdout = outcome.stdout.replace("ready", "idle ");
    insta::assert_snapshot!(outcome, @r"
    exit 0
    -- stdout
     Title                                                        Thread     Activity              Since   Model              Tokens   Cost (USD)   Branch
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     /root/database: Look for slow queries in the checkout.       00000b02   idle       2026-10-02 23:58   gpt-6-luna         25,710       <$0.01   main
     slow checkout                                                00000b01   idle       2026-10-03 08:15   gpt-6-sol          75,910        $0.09   main
     Why does the price of the blue teapot have three decimals?   00000a02   idle       2026-03-28 16:40   gpt-5.4            36,230        $0.04   main
     Why does the price of the blue teapot have three decimals?   00000a01   idle       2026-03-27 10:05   gpt-5.4-mini +1   106,507        $0.10   main
    ");
}

#[cfg(unix)]
#[test]
fn watching_ends_well() {
    let mut child = program(std::path::Path::new("/"))
        .args(["status", "--sample", "--json", "--watch", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        let report: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(report["schema_version"], 1);
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
