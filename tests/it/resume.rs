//! Going on with a thread: the line that Codex is given, the thread that is meant, and why some are refused.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::line::{PROMPT, event, lines, meta, numbered};
use crate::support::{Outcome, TestHome, program, run, write};
use crate::thread::thread_id;

/// Says what it was given, one thing per line, and ends with 7.
const STUB: &str = "#!/bin/sh
printf '%s\\n' \"update=$CODEX_DISABLE_UPDATE_CHECK\" \"home=${CODEX_HOME-unset}\" \"thread=$ROLLOUT_THREAD_ID\" \"$@\"
exit 7
";

/// A home whose threads worked in folders that are there, and a Codex that only says what it was given.
struct Desk {
    home: TestHome,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Self { home: TestHome::new(), folder };
        for name in ["shop", "other", "bin"] {
            fs_err::create_dir(desk.at(name)).unwrap();
        }
        desk.codex("bin", 0o755);
        desk.thread("a", "shop");
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Puts a Codex into a folder.
    fn codex(&self, folder: &str, mode: u32) {
        let file = self.at(folder).join("codex");
        write(&file, STUB.as_bytes());
        fs_err::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A thread with a turn of high effort in a folder.
    fn thread(&mut self, name: &str, folder: &str) -> &mut crate::thread::Thread {
        let cwd = self.at(folder).to_str().unwrap().to_owned();
        let context = format!(r#"{{"turn_id":"t1","cwd":"{cwd}","model":"gpt-5.2","effort":"high"}}"#);
        self.home.thread(name).cwd(&cwd).event(PROMPT).line("turn_context", &context)
    }

    /// Writes the threads; later ones are newer, by name.
    fn save(&mut self, names: &[&str]) {
        self.home.save();
        for (age, name) in names.iter().rev().enumerate() {
            let time = std::time::SystemTime::now() - std::time::Duration::from_secs(60 * age as u64);
            fs_err::OpenOptions::new()
                .append(true)
                .open(self.home.file(name))
                .unwrap()
                .file()
                .set_modified(time)
                .unwrap();
        }
    }

    /// Runs `rollout resume` in the folder `shop`.
    fn resume(&mut self, args: &[&str]) -> Outcome {
        self.resume_in("shop", args)
    }

    fn resume_in(&mut self, folder: &str, args: &[&str]) -> Outcome {
        let home = self.home.save().path().to_str().unwrap().to_owned();
        let mut command = program(self.folder.path());
        command.arg("resume").args(["--home", &home]).args(args).current_dir(self.at(folder));
        command.env("PATH", format!("{}:/usr/bin:/bin", self.at("bin").display()));
        self.shown(run(&mut command))
    }

    /// Folders whose names differ from run to run.
    fn shown(&self, mut outcome: Outcome) -> Outcome {
        for (folder, shown) in [(self.home.path(), "[HOME]"), (&self.at(""), "[DIR]/"), (self.folder.path(), "[DIR]")] {
            for text in [&mut outcome.stdout, &mut outcome.stderr] {
                *text = text.replace(folder.to_str().unwrap(), shown);
            }
        }
        outcome
    }

    /// The id of the thread that `args` mean, or nothing.
    fn means(&mut self, folder: &str, args: &[&str]) -> Option<String> {
        let outcome = self.resume_in(folder, &[args, &["--json"]].concat());
        (outcome.code == Some(0)).then(|| outcome.json()["thread_id"].as_str().unwrap().to_owned())
    }

    /// How a refused run ends.
    fn refusal(&mut self, args: &[&str]) -> String {
        let outcome = self.resume(args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        outcome.stderr
    }
}

#[test]
fn codex_takes_the_place_of_the_program() {
    let mut desk = Desk::new();
    insta::assert_snapshot!(desk.resume(&[&thread_id("a")]), @r#"
    exit 7
    -- stdout
    update=1
    home=[HOME]
    thread=019e8000-0000-7000-8000-000000000061
    resume
    -c
    check_for_update_on_startup=false
    -C
    [DIR]/shop
    019e8000-0000-7000-8000-000000000061
    "#);
    let args = [
        "0061",
        "--exec",
        "-x $(id) 'q'",
        "--approval",
        "suggest",
        "--model",
        "gpt-6",
        "--profile",
        "work",
        "-c",
        "a.b=1",
        "--cwd",
        "../other",
        "--",
        "--json",
    ];
    insta::assert_snapshot!(desk.resume(&args), @r#"
    exit 7
    -- stdout
    update=1
    home=[HOME]
    thread=019e8000-0000-7000-8000-000000000061
    exec
    -c
    check_for_update_on_startup=false
    -c
    approval_policy="on-request"
    --sandbox
    read-only
    --model
    gpt-6
    -c
    model_reasoning_effort="high"
    --profile
    work
    -c
    a.b=1
    -C
    [DIR]/other
    --json
    resume
    019e8000-0000-7000-8000-000000000061
    --
    -x $(id) 'q'
    "#);
}

#[test]
fn the_line_is_printed_and_can_be_pasted() {
    let mut desk = Desk::new();
    let id = thread_id("a");
    let printed = desk.resume(&[&id, "--print", "--same-model", "--exec", "it's\n$(id)"]);
    insta::assert_snapshot!(printed, @r#"
    exit 0
    -- stdout
    CODEX_HOME=[HOME] [DIR]/bin/codex exec -c 'check_for_update_on_startup=false' -c 'model="gpt-5.2"' -c 'model_reasoning_effort="high"' -C [DIR]/shop resume 019e8000-0000-7000-8000-000000000061 -- "it's
    "'$(id)'
    "#);
    // What a shell makes of it is what would have been run.
    let mut raw = program(desk.folder.path());
    let home = desk.home.path().to_str().unwrap().to_owned();
    raw.args(["resume", &id, "--same-model", "--exec", "it's\n$(id)", "--home", &home]).env("PATH", desk.at("bin"));
    let direct = run(&mut raw);
    let line = run(raw.arg("--print")).stdout;
    let pasted = run(std::process::Command::new("sh").arg("-c").arg(&line));
    let arguments = |text: &str| text.split_once("\nexec\n").unwrap().1.to_owned();
    assert_eq!((pasted.code, arguments(&pasted.stdout)), (direct.code, arguments(&direct.stdout)));
    assert!(pasted.stdout.contains(&format!("\nhome={home}\n")), "{pasted}");
    let document = desk.resume(&[&id, "--json", "--approval", "skip"]).json();
    assert_eq!(document["command"], json!(desk.resume(&[&id, "--print", "--approval", "skip"]).stdout.trim_end()));
    assert_eq!(
        document,
        json!({
            "schema_version": 1, "thread_id": id, "program": "[DIR]/bin/codex", "cwd": "[DIR]/shop",
            "command": document["command"],
            "env": { "CODEX_DISABLE_UPDATE_CHECK": "1", "CODEX_HOME": "[HOME]", "ROLLOUT_THREAD_ID": id },
            "args": [
                "resume", "-c", "check_for_update_on_startup=false", "--dangerously-bypass-approvals-and-sandbox",
                "-C", "[DIR]/shop", id,
            ],
        })
    );
}

#[test]
fn codex_is_told_of_a_home_that_it_would_not_take() {
    let mut desk = Desk::new();
    let home = desk.home.save().path().to_str().unwrap().to_owned();
    let check = |name: &str, value: &str, homes: &[&str], want: &str| {
        let mut command = program(desk.folder.path());
        command.args(["resume", &thread_id("a")]).args(homes).env(name, value).env("PATH", desk.at("bin"));
        let outcome = desk.shown(run(&mut command));
        assert!(outcome.stdout.contains(&format!("\nhome={want}\n")), "{outcome}");
    };
    check("CODEX_HOME", &home, &[], "[HOME]");
    check("UNUSED", "", &["--home", &home], "[HOME]");
    // A list is ours; Codex would take it for one folder.
    check("CODEX_HOME", &format!("/srv/none,{home}"), &[], "[HOME]");
    // The usual one need not be named.
    std::os::unix::fs::symlink(&home, desk.folder.path().join(".codex")).unwrap();
    check("UNUSED", "", &[], "unset");
    check("UNUSED", "", &["--home", &home], "unset");
}

#[test]
fn the_newest_thread_of_a_folder_is_the_last() {
    let mut desk = Desk::new();
    desk.thread("b", "other");
    // It began elsewhere, and went on here.
    let here = desk.at("shop").to_str().unwrap().to_owned();
    desk.thread("c", "other").line("turn_context", &format!(r#"{{"cwd":"{here}/","model":"gpt-5.2"}}"#));
    desk.thread("d", "shop").lineage(r#""parent_thread_id":"x""#);
    desk.thread("e", "shop").archived();
    desk.thread("f", "bin");
    desk.save(&["a", "b", "c", "d", "e", "f"]);
    assert_eq!(desk.means("shop", &["--last"]), Some(thread_id("c")));
    assert_eq!(desk.means("other", &["--last"]), Some(thread_id("c")));
    assert_eq!(desk.means("bin", &["--last"]), Some(thread_id("f")));
    desk.home.forget("c");
    assert_eq!(desk.means("shop", &["--last"]), Some(thread_id("a")));
    assert_eq!(desk.means("other", &["--last"]), Some(thread_id("b")));
    assert_eq!(desk.means("", &["--last", "--all"]), Some(thread_id("f")));
    insta::assert_snapshot!(desk.resume_in("", &["--last"]), @r"
    exit 1
    -- stderr
    warning: no thread in [DIR] to go on with, below [HOME]
    hint: --all looks at all folders
    ");
    for name in ["a", "b", "d", "f"] {
        desk.home.forget(name);
    }
    insta::assert_snapshot!(desk.resume(&["--last", "--all"]), @r"
    exit 1
    -- stderr
    warning: no thread to go on with, below [HOME]
    hint: `rollout ls --all` lists archived threads
    ");
    for args in [&[][..], &["--last", "a"], &["--all", "a"]] {
        assert_eq!(desk.resume(args).code, Some(2), "{args:?}");
    }
}

#[test]
fn a_thread_is_meant_by_id_name_or_file() {
    let mut desk = Desk::new();
    desk.thread("b", "other");
    desk.save(&["a", "b"]);
    let name = format!(r#"{{"id":"{}","thread_name":"Fix it","updated_at":"2026-06-01T10:00:00Z"}}"#, thread_id("a"));
    write(&desk.home.path().join("session_index.jsonl"), name.as_bytes());
    let file = desk.home.file("a").to_str().unwrap().to_owned();
    for selector in [&thread_id("a"), "0061", "Fix it", "fix it", &file] {
        assert_eq!(desk.means("shop", &[selector]), Some(thread_id("a")), "{selector}");
    }
    assert_eq!(desk.means("shop", &["latest"]), Some(thread_id("b")));
    assert!(desk.refusal(&["019f-no-such"]).contains("no thread is named `019f-no-such`"));
}

#[test]
fn codex_is_looked_for_in_order() {
    let mut desk = Desk::new();
    let id = thread_id("a");
    let program = |desk: &mut Desk| desk.resume(&[&id, "--json"]).json()["program"].as_str().unwrap().to_owned();
    assert_eq!(program(&mut desk), "[DIR]/bin/codex");
    desk.codex("bin", 0o644);
    desk.codex(".npm/bin", 0o755);
    if !Path::new("/usr/local/bin/codex").exists() && !Path::new("/opt/homebrew/bin/codex").exists() {
        assert_eq!(program(&mut desk), "[DIR]/.npm/bin/codex");
        desk.codex(".cargo/bin", 0o755);
        assert_eq!(program(&mut desk), "[DIR]/.cargo/bin/codex");
        for folder in [".npm/bin", ".cargo/bin"] {
            fs_err::remove_file(desk.at(folder).join("codex")).unwrap();
        }
        let printed = desk.resume(&[&id, "--print"]);
        assert_eq!(printed.code, Some(0), "{printed}");
        assert!(
            printed.stdout.contains("[HOME] codex resume ") && printed.stderr.contains("there is no codex"),
            "{printed}"
        );
        insta::assert_snapshot!(desk.refusal(&[&id]), @r"
        error: there is no codex that can be run in [DIR]/bin, /usr/bin, /bin, /usr/local/bin, /opt/homebrew/bin, [DIR]/.cargo/bin, [DIR]/.npm/bin, [DIR]/.local/bin, [DIR]/.bun/bin
        hint: install it with `npm install -g @openai/codex`, or name it with --codex
        ");
    }
    let named = desk.at("other/codex");
    desk.codex("other", 0o755);
    assert_eq!(desk.resume(&[&id, "--codex", named.to_str().unwrap()]).code, Some(7));
    assert!(desk.refusal(&[&id, "--codex", "/srv/no/codex"]).contains("cannot run /srv/no/codex"));
}

#[test]
fn what_codex_refuses_is_refused_with_a_reason() {
    let mut desk = Desk::new();
    desk.thread("z", "shop").archived();
    insta::assert_snapshot!(desk.refusal(&[&thread_id("z")]), @r"
    error: thread 019e8000-0000-7000-8000-00000000007a is archived
    hint: `rollout unarchive 019e8000-0000-7000-8000-00000000007a` brings it back
    ");
    let path = desk.home.save().file("a");
    let id = thread_id("a");
    let mut refused = |bytes: &[u8]| {
        write(&path, bytes);
        desk.refusal(&[&id, "--print"])
    };
    let bare = format!("{{\"id\":\"{id}\",\"timestamp\":\"2025-06-01T00:00:00.000Z\",\"instructions\":null}}\n");
    insta::assert_snapshot!(refused(bare.as_bytes()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: a file of the bare era (up to 0.29) (not-loaded)
    hint: `rollout fork 019e8000-0000-7000-8000-000000000061` writes a copy that Codex loads
    ");
    let paginated = numbered(0, &meta(r#","history_mode":"paginated""#));
    insta::assert_snapshot!(refused(lines([&paginated, &event(PROMPT)]).as_bytes()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: the last record of a paginated thread has no ordinal (not-resumable)
    hint: `rollout repair [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl --renumber --out NEW` writes a copy that Codex loads
    ");
    insta::assert_snapshot!(refused(lines([&numbered(9, &crate::line::based("b", 9, 900))]).as_bytes()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: the base 019e8000-0000-7000-8000-000000000062 is not in this home (missing-base)
    hint: put the file of that id back into the home
    ");
    insta::assert_snapshot!(refused(lines([&event(PROMPT), &meta("")]).as_bytes()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: the first record is `event_msg`, not `session_meta` (first-line)
    hint: `rollout validate --explain first-line` says why
    ");
    insta::assert_snapshot!(refused(&[lines([&meta("")]).as_bytes(), b"\xff\n"].concat()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: not UTF-8; read with replacement characters (invalid-utf8)
    hint: `rollout repair [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl --out NEW` writes a copy that Codex loads
    ");
    insta::assert_snapshot!(refused(b""), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: the file holds no record (empty-file)
    hint: `rollout validate --explain empty-file` says why
    ");
    let nameless = lines([&meta("").replacen(&format!(r#""id":"{id}","#), "", 1)]);
    insta::assert_snapshot!(refused(nameless.as_bytes()), @r"
    error: Codex refuses thread 019e8000-0000-7000-8000-000000000061: missing member `id` (missing-member)
    hint: `rollout validate --explain missing-member` says why
    ");
}

#[test]
fn what_hints_promise_is_true() {
    let mut desk = Desk::new();
    let path = desk.home.save().file("a");
    let mend = |broken: &[u8], how: &[&str]| {
        write(&path, broken);
        let new = path.with_extension("new");
        let mut repair = program(&new);
        let mended = run(repair.arg("repair").arg(&path).args(how).arg("--out").arg(&new));
        assert_eq!(mended.code, Some(0), "{mended}");
        fs_err::rename(&new, &path).unwrap();
    };
    let here = desk.at("shop").to_str().unwrap().to_owned();
    let meta = |more: &str| meta(more).replace("/srv/shop", &here);
    let cases: [(Vec<u8>, &[&str]); 3] = [
        ([b"\xef\xbb\xbf", lines([&meta("")]).as_bytes()].concat(), &[]),
        ([lines([&meta("")]).as_bytes(), b"\xff\n"].concat(), &[]),
        (lines([&numbered(0, &meta(r#","history_mode":"paginated""#)), &event(PROMPT)]).into_bytes(), &["--renumber"]),
    ];
    for (broken, how) in cases {
        mend(&broken, how);
        let outcome = desk.resume(&[&thread_id("a")]);
        assert_eq!(outcome.code, Some(7), "{outcome}");
    }
}

#[test]
fn nothing_runs_in_a_folder_that_nobody_chose() {
    let mut desk = Desk::new();
    let id = thread_id("a");
    fs_err::remove_dir(desk.at("shop")).unwrap();
    let mut resume = |args: &[&str]| desk.resume_in("other", &[&[id.as_str()], args].concat());
    insta::assert_snapshot!(resume(&[]), @r"
    exit 2
    -- stderr
    error: the folder [DIR]/shop, in which the thread worked, is not there
    hint: choose another with --cwd
    ");
    // The line may be for another machine.
    let printed = resume(&["--print"]);
    assert_eq!(printed.code, Some(0), "{printed}");
    assert!(printed.stdout.contains(" -C [DIR]/shop ") && printed.stderr.contains("is not there"), "{printed}");
    assert_eq!(resume(&["--cwd", "."]).code, Some(7));
    assert_eq!(resume(&["--cwd", "../none"]).code, Some(2));
    assert_eq!(resume(&["--cwd", ".", "--approval", "skip", "--sandbox", "read-only"]).code, Some(2));
    assert_eq!(resume(&["--cwd", ".", "--approval", "yolo"]).code, Some(2));
}

#[test]
fn only_what_codex_can_find_is_handed_to_it() {
    let mut desk = Desk::new();
    let stray = desk.at("rollout-2026-06-01T10-00-00-stray.jsonl");
    write(&stray, lines([&meta(""), &event(PROMPT)]).as_bytes());
    let mut command = program(desk.folder.path());
    let outcome = desk.shown(run(command.args(["resume", stray.to_str().unwrap()])));
    insta::assert_snapshot!(outcome, @r"
    exit 2
    -- stderr
    error: [DIR]/rollout-2026-06-01T10-00-00-stray.jsonl lies in no Codex home, and Codex looks nowhere else
    hint: `rollout fork` writes a copy into a home
    ");
    desk.home.edit("a", |_| lines([&meta("").replace(&thread_id("a"), "-x"), &event(PROMPT)]).into_bytes());
    insta::assert_snapshot!(desk.refusal(&["latest"]), @r"
    error: thread -x has no id that Codex gives; it would look for one of that name
    hint: `rollout fork` writes a copy with an id of its own
    ");
    let sample = run(program(desk.folder.path()).args(["resume", "latest", "--sample"]));
    assert_eq!(sample.code, Some(2), "{sample}");
    // An older file of a thread that was reverted.
    desk.home.thread("a").paginated(0);
    desk.home.segment("s", "a").event(PROMPT);
    let older = desk.home.save().file("a").to_str().unwrap().to_owned();
    insta::assert_snapshot!(desk.refusal(&[&older]), @r"
    error: [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-019e8000-0000-7000-8000-000000000061.jsonl is not the file in force of thread 019e8000-0000-7000-8000-000000000061
    hint: `rollout resume 019e8000-0000-7000-8000-000000000061` goes on with [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-01-00-019e8000-0000-7000-8000-000000000061_019e8000-0000-7000-8000-000000000073.jsonl
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_that_is_open_elsewhere_is_left_alone() {
    let mut desk = Desk::new();
    let id = thread_id("a");
    let lock = desk.home.path().join(format!("thread-writer-locks/{id}.lock"));
    write(&lock, b"");
    assert_eq!(desk.resume(&[&id]).code, Some(7));
    let file = fs_err::File::open(&lock).unwrap();
    file.file().lock().unwrap();
    insta::assert_snapshot!(desk.refusal(&[&id]), @r"
    error: another Codex has thread 019e8000-0000-7000-8000-000000000061 open, and a thread has one writer
    hint: go on there or end it; `rollout status` says what it is doing
    ");
    assert_eq!(desk.resume(&[&id, "--print"]).code, Some(0), "a line may be for later");
}
