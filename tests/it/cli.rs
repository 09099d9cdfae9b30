//! Exit codes, errors, colours, and where the logs are looked for.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Outcome, TestHome, program, rollout, rollout_with, run};

/// A thread of 1000 tokens, called `name`.
fn home_with(name: &str) -> TestHome {
    let mut home = TestHome::new();
    home.thread(name).model("gpt-5.4").response(900, 0, 100);
    home.save();
    home
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An error says what is wrong on stderr, and leaves stdout to data.
#[track_caller]
fn assert_error(outcome: &Outcome, message: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
    assert!(outcome.stderr.starts_with(&format!("error: {message}")), "{outcome}");
}

#[test]
fn a_day_that_is_none_is_an_error_with_a_hint() {
    for option in ["--since", "--until"] {
        for day in ["2026-13-01", "soon", "2026-6-1", "tomorrow", ""] {
            let outcome = rollout(&["analyze", "daily", "--sample", option, day]);
            assert_error(&outcome, &format!("`{day}` is not a day\n"));
            assert!(
                outcome
                    .stderr
                    .ends_with("hint: write 2026-11-01, 20261101, today, yesterday, or 7d for seven days ago\n")
            );
        }
    }
}

#[test]
fn a_span_that_ends_before_it_begins_is_an_error_with_a_hint() {
    let outcome = rollout(&["analyze", "daily", "--sample", "-s", "2026-06-02", "-u", "2026-06-01"]);
    insta::assert_snapshot!(outcome, @r"
    exit 2
    -- stderr
    error: --until 2026-06-01 is before --since 2026-06-02
    hint: swap them
    ");
}

#[test]
fn a_zone_that_is_none_is_an_error_with_a_hint() {
    for args in [&["analyze", "daily"][..], &["analyze", "explain", "a02"]] {
        let outcome = rollout(&[args, &["--sample", "-z", "Mars/Olympus"]].concat());
        insta::allow_duplicates!(insta::assert_snapshot!(outcome, @r"
        exit 2
        -- stderr
        error: no zone is named `Mars/Olympus`
        hint: use an IANA name such as Europe/Berlin or UTC
        "));
    }
}

#[test]
fn a_number_that_is_none_is_an_error_with_a_hint() {
    for args in
        [["--last", "x"], ["--last", "-1"], ["--jobs", "0"], ["--jobs", "many"], ["--color", "pink"], ["--order", "up"]]
    {
        let outcome = rollout(&[&["analyze", "daily", "--sample"], &args[..]].concat());
        assert_error(&outcome, "");
        assert!(outcome.stderr.contains(args[1]), "{outcome}");
        assert!(outcome.stderr.contains("For more information, try '--help'."), "{outcome}");
    }
}

#[test]
fn options_that_contradict_each_other_are_an_error() {
    for args in [&["--json", "--csv"][..], &["--no-cost", "--pricing", "x.toml"], &["--sample", "--home", "x"]] {
        assert_error(&rollout(&[&["analyze", "daily"], args].concat()), "the argument '");
    }
    assert_error(&rollout(&["analyse"]), "unrecognized subcommand 'analyse'");
    assert_error(&rollout(&["analyze", "daily", "--since"]), "a value is required for '--since <DAY>'");
}

fn is_coloured(args: &[&str], variables: &[(&str, &str)]) -> bool {
    let outcome = rollout_with(&[&["analyze", "daily", "--sample"], args].concat(), variables);
    assert_eq!(outcome.code, Some(0));
    outcome.stdout.contains('\x1b')
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    assert!(!is_coloured(&[], &[]));
    assert!(!is_coloured(&["--color", "auto"], &[("NO_COLOR", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn colours_change_no_word() {
    let plain = rollout(&["analyze", "daily", "--sample", "-q", "-b"]).stdout;
    let coloured = rollout(&["analyze", "daily", "--sample", "-q", "-b", "--color", "always"]).stdout;
    let mut rest = coloured.as_str();
    let mut stripped = String::new();
    while let Some((before, after)) = rest.split_once("\x1b[") {
        stripped += before;
        rest = after.split_once('m').unwrap().1;
    }
    assert_eq!(stripped + rest, plain);
}

#[test]
fn errors_are_coloured_when_asked_for() {
    let coloured =
        |args: &[&str]| rollout(&[&["analyze", "daily", "--home", "/no"], args].concat()).stderr.contains('\x1b');
    assert!(coloured(&["--color", "always"]));
    assert!(!coloured(&["--color", "never"]));
    assert!(!coloured(&[]));
}

#[test]
fn json_and_csv_are_never_coloured() {
    for format in ["--json", "--csv"] {
        assert!(!is_coloured(&[format, "--color", "always"], &[]));
    }
}

#[test]
fn a_reader_that_stops_ends_the_program_quietly() {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4");
    for n in 0..2000 {
        thread.response(900 + n, 0, 100);
    }
    // More than a pipe holds: the program is still writing when its reader goes away.
    let args = ["analyze", "explain", "2026-06-01", "--home", text(home.save().path())];
    let folder = tempfile::tempdir().unwrap();
    assert!(run(program(folder.path()).args(args)).stdout.len() > 200_000);
    let mut child = program(folder.path()).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

/// Tokens of a report over whatever the arguments and variables name.
#[track_caller]
fn total(args: &[&str], variables: &[(&str, &str)]) -> u64 {
    rollout_with(&[&["analyze", "total", "--json"], args].concat(), variables).report().tokens()
}

#[test]
fn codex_home_is_a_list_of_homes() {
    let (a, b) = (home_with("a"), home_with("b"));
    let (a, b) = (text(a.path()), text(b.path()));
    assert_eq!(total(&[], &[("CODEX_HOME", a)]), 1000);
    assert_eq!(total(&[], &[("CODEX_HOME", &format!("{a},{b}"))]), 2000);
    assert_eq!(total(&[], &[("CODEX_HOME", &format!(" {a} , {b},"))]), 2000);
    assert_eq!(total(&[], &[("CODEX_HOME", &format!("{a},{a}"))]), 1000);
}

#[test]
fn arguments_come_before_codex_home() {
    let (a, b, c) = (home_with("a"), home_with("b"), home_with("c"));
    let variables = [("CODEX_HOME", text(a.path()))];
    assert_eq!(
        rollout_with(&["analyze", "session", "--json", "--home", text(b.path())], &variables).report().rows()[0]["thread_id"],
        crate::thread::thread_id("b")
    );
    assert_eq!(total(&["--home", text(b.path()), "--home", text(c.path())], &variables), 2000);
    assert_eq!(total(&[text(b.path()), "--home", text(c.path())], &variables), 2000);
}

#[test]
fn without_codex_home_the_users_own_is_read() {
    let user = tempfile::tempdir().unwrap();
    let report = |variables: &[(&str, &str)]| {
        let mut command = program(user.path());
        run(command.args(["analyze", "total", "--json"]).envs(variables.iter().copied()))
    };
    assert_error(&report(&[]), &format!("no logs below {}/.codex", text(user.path())));
    let a = home_with("a");
    for folder in [".codex", "other"] {
        fs_err::create_dir_all(user.path().join(folder).join("sessions")).unwrap();
    }
    fs_err::copy(a.file("a"), user.path().join(".codex/sessions/rollout-a.jsonl")).unwrap();
    fs_err::rename(a.file("a"), user.path().join("other/sessions/rollout-a.jsonl")).unwrap();
    assert_eq!(report(&[]).report().tokens(), 1000);
    assert_eq!(report(&[("CODEX_HOME", "")]).report().tokens(), 1000);
    // No shell expands a tilde after a comma.
    assert_eq!(report(&[("CODEX_HOME", "~/other")]).report().tokens(), 1000);
}

/// Threads of 1000 and 2000 tokens, on two days of June.
fn two_days() -> TestHome {
    let mut home = home_with("a");
    home.thread("b").at("2026-06-02T10:00:00.000Z").model("gpt-5.4").response(1900, 0, 100);
    home.save();
    home
}

#[test]
fn folders_can_be_named() {
    let home = two_days();
    let folder = home.path().join("sessions/2026/06");
    assert_eq!(total(&[text(&folder)], &[]), 3000);
    assert_eq!(total(&[text(&folder.join("02"))], &[]), 2000);
    assert_eq!(total(&[text(&folder.join("01")), text(&folder.join("02"))], &[]), 3000);
    // However often it is named, a file counts once.
    assert_eq!(total(&[text(&folder), text(&folder.join("01")), text(home.path())], &[]), 3000);
}

#[test]
fn files_can_be_named() {
    let home = two_days();
    let (a, b) = (home.file("a"), home.file("b"));
    assert_eq!(total(&[text(&a)], &[]), 1000);
    assert_eq!(total(&[text(&a), text(&b)], &[]), 3000);
    assert_eq!(total(&[text(&a), text(home.path())], &[]), 3000);
    // A file that was named is taken at its word, whatever its name.
    let other = home.path().join("copy.log");
    fs_err::copy(&a, &other).unwrap();
    assert_eq!(total(&[text(&other)], &[]), 1000);
}

#[test]
fn names_of_threads_are_read_from_the_home() {
    let mut home = home_with("a");
    let title = |home: &mut TestHome| home.report(&["session"]).rows()[0]["title"].clone();
    assert_eq!(title(&mut home), "Do step 1 of a.");
    let id = crate::thread::thread_id("a");
    let index =
        format!("{{\"id\":\"{id}\",\"thread_name\":\"old\"}}\nnot json\n{{\"id\":\"{id}\",\"thread_name\":\"new\"}}\n");
    crate::support::write(&home.path().join("session_index.jsonl"), index.as_bytes());
    assert_eq!(title(&mut home), "new");
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    for name in ["b", "c", "d", "e", "f"] {
        home.fork(name, "a").turn().response(400, 0, 100);
    }
    home.thread("g").model("local-llm").response(900, 0, 100);
    home.forget("a");
    home.edit("b", |bytes| [&bytes[..], b"torn"].concat());
    for report in ["daily", "session", "project"] {
        for format in ["--json", "--csv", "-q"] {
            let outcomes = ["1", "2", "7"].map(|jobs| home.run(&[report, format, "--jobs", jobs]));
            assert_eq!(outcomes[0].code, Some(0));
            assert_eq!(outcomes[1], outcomes[0], "{report} {format}");
            assert_eq!(outcomes[2], outcomes[0], "{report} {format}");
        }
    }
}
