//! Threads in the archive, back from it, and by another name.

use insta::assert_snapshot;

use crate::support::{Outcome, TestHome, program, run, write};
use crate::thread::thread_id;

fn home() -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").paginated(0).turn().response(1000, 0, 10);
    home.segment("b", "a").turn().response(2000, 0, 10);
    home.thread("c").turn().response(3000, 0, 10);
    home.save();
    home
}

fn of(home: &TestHome, args: &[&str]) -> Outcome {
    let mut outcome = run(program(home.path()).args(args).arg("--home").arg(home.path()));
    for text in [&mut outcome.stdout, &mut outcome.stderr] {
        *text = text.replace(home.path().to_str().unwrap(), "[HOME]");
    }
    outcome
}

/// Where each rollout is, what it says and when it was written.
fn files(home: &TestHome) -> Vec<(String, Vec<u8>, Option<i64>)> {
    let found = replay::discover(&[home.path().to_owned()]).files;
    let of = |file: &replay::RolloutFile| {
        (file.path.display().to_string(), fs_err::read(&file.path).unwrap(), file.modified)
    };
    let mut files: Vec<_> = found.iter().map(of).collect();
    files.sort();
    files
}

#[test]
fn a_thread_goes_to_the_archive_and_comes_back_as_it_was() {
    let mut home = home();
    let (before, tokens) = (files(&home), home.report(&["total"]).0["totals"].clone());
    assert_snapshot!(of(&home, &["archive", &thread_id("a")]), @r"
    exit 0
    -- stdout
    [HOME]/archived_sessions/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl
    [HOME]/archived_sessions/rollout-2026-06-01T10-01-01-019e8000-0000-7000-8000-000000000061_019e8000-0000-7000-8000-000000000062.jsonl
    -- stderr
    019e8000-0000-7000-8000-000000000061 is archived
    ");
    assert_eq!(home.report(&["total"]).0["totals"], tokens);
    assert_snapshot!(of(&home, &["archive", &thread_id("a"), "--json"]), @r#"
    exit 0
    -- stdout
    {"schema_version":1,"thread_id":"019e8000-0000-7000-8000-000000000061","paths":[]}
    -- stderr
    019e8000-0000-7000-8000-000000000061 is already archived
    "#);
    assert_snapshot!(of(&home, &["unarchive", &thread_id("a"), "--json"]), @r#"
    exit 0
    -- stdout
    {"schema_version":1,"thread_id":"019e8000-0000-7000-8000-000000000061","paths":["[HOME]/sessions/2026/06/01/rollout-2026-06-01T10-01-01-019e8000-0000-7000-8000-000000000061_019e8000-0000-7000-8000-000000000062.jsonl","[HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl"]}
    -- stderr
    019e8000-0000-7000-8000-000000000061 is live
    "#);
    assert_eq!(files(&home), before);
    assert_snapshot!(of(&home, &["unarchive", &thread_id("a")]), @r"
    exit 0
    -- stderr
    019e8000-0000-7000-8000-000000000061 is already live
    ");
}

#[test]
fn what_codex_notes_elsewhere_is_said() {
    let home = home();
    write(&home.path().join("state_5.sqlite"), b"");
    assert_snapshot!(of(&home, &["archive", &thread_id("c")]), @r"
    exit 0
    -- stdout
    [HOME]/archived_sessions/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000063.jsonl
    -- stderr
    019e8000-0000-7000-8000-000000000063 is archived
    warning: Codex notes in [HOME]/state_5.sqlite what is archived, and was not told
    hint: `rollout unarchive 019e8000-0000-7000-8000-000000000063` takes it back; late versions of Codex cannot
    ");
    assert_snapshot!(of(&home, &["unarchive", &thread_id("c")]), @r"
    exit 0
    -- stdout
    [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000063.jsonl
    -- stderr
    019e8000-0000-7000-8000-000000000063 is live
    warning: if Codex itself archived the thread, [HOME]/state_5.sqlite still says so
    hint: if it refuses to resume it: `rollout archive 019e8000-0000-7000-8000-000000000063`, then `codex unarchive 019e8000-0000-7000-8000-000000000063`
    ");
    assert_snapshot!(of(&home, &["name", &thread_id("c"), "Third"]), @r"
    exit 0
    -- stdout
    019e8000-0000-7000-8000-000000000063 is named Third
    -- stderr
    Codex finds the thread by this name; a paginated thread it lists by the name in [HOME]/state_5.sqlite, which stays
    ");
}

#[test]
fn what_cannot_be_moved_stays_where_it_is() {
    let home = home();
    let lock = replay::lock::ThreadLock::take(home.path(), &thread_id("c").as_str().into()).unwrap();
    let before = files(&home);
    assert_snapshot!(of(&home, &["archive", &thread_id("c")]), @r"
    exit 2
    -- stderr
    error: another program is writing this thread: it holds [HOME]/thread-writer-locks/019e8000-0000-7000-8000-000000000063.lock
    hint: close the thread there first
    ");
    drop(lock);
    let name = home.file("c").file_name().unwrap().to_owned();
    write(&home.path().join("archived_sessions").join(name), b"not a rollout\n");
    assert_snapshot!(of(&home, &["archive", home.file("c").to_str().unwrap()]), @r"
    exit 2
    -- stderr
    error: [HOME]/archived_sessions/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000063.jsonl is there already
    hint: compare the two files, and move one away
    ");
    assert_eq!(files(&home).len(), before.len() + 1);
    assert!(home.file("c").exists());
    assert_snapshot!(run(program(home.path()).args(["archive", "latest", "--sample"])), @r"
    exit 2
    -- stderr
    error: the sample logs lie in no home
    hint: name a thread of your own
    ");
}

#[test]
fn a_name_is_listed_at_once() {
    let home = home();
    assert_snapshot!(of(&home, &["name", &thread_id("c"), "  Mend the \u{1b}[31mfence  "]), @r"
    exit 0
    -- stdout
    019e8000-0000-7000-8000-000000000063 is named Mend the fence
    ");
    let index = home.path().join("session_index.jsonl");
    fs_err::write(&index, fs_err::read_to_string(&index).unwrap().trim_end()).unwrap();
    assert_snapshot!(of(&home, &["name", &thread_id("c"), "Paint it", "--json"]), @r#"
    exit 0
    -- stdout
    {"schema_version":1,"thread_id":"019e8000-0000-7000-8000-000000000063","name":"Paint it"}
    "#);
    let lines = fs_err::read_to_string(&index).unwrap();
    assert_eq!(lines.lines().count(), 2, "the line that was cut short is closed");
    assert!(lines.starts_with(&format!(r#"{{"id":"{}","thread_name":"Mend the"#, thread_id("c"))));
    let listed = of(&home, &["ls", "--json"]);
    assert!(listed.stdout.contains("Paint it") && !listed.stdout.contains("Mend the"), "{listed}");
    // The thread goes by its name, also in the archive.
    assert_eq!(of(&home, &["archive", "Paint it"]).code, Some(0));
    assert_snapshot!(of(&home, &["name", "Paint it", " "]), @r"
    exit 2
    -- stderr
    error: the name is empty
    hint: a name has at least one letter
    ");
}
