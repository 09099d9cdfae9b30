//! Files that are empty, cut, of another kind or not there at all.

use crate::damage::{assert_whole, check, three_responses};
use crate::support::{Outcome, TestHome, rollout, write};

#[test]
fn empty_files_are_no_problem() {
    let mut home = three_responses();
    write(&home.path().join("sessions/2026/06/01/rollout-empty.jsonl"), b"");
    write(&home.path().join("sessions/2026/06/01/rollout-blank.jsonl"), b"\n");
    let report = check(&mut home);
    assert_whole(&report);
    assert_eq!(report.0["data_quality"]["files"], 3);
}

#[test]
fn a_home_of_empty_files_used_nothing() {
    let mut home = TestHome::new();
    write(&home.path().join("sessions/rollout-empty.jsonl"), b"");
    let report = home.report(&["total"]);
    assert_eq!((report.tokens(), report.rows().len()), (0, 1));
    assert_whole(&report);
}

#[test]
fn a_folder_with_the_name_of_a_rollout_is_a_folder() {
    let mut home = three_responses();
    let file = home.save().file("a");
    let folder = home.path().join("sessions/x.jsonl");
    fs_err::create_dir(&folder).unwrap();
    fs_err::rename(&file, folder.join(file.file_name().unwrap())).unwrap();
    assert_whole(&check(&mut home));
}

#[test]
fn a_compressed_file_that_is_not_compressed_is_named() {
    let mut home = three_responses();
    write(&home.path().join("sessions/rollout-b.jsonl.zst"), b"this is no frame");
    let report = check(&mut home);
    let problems = report.problems();
    assert!(
        problems[0].starts_with("unreadable: [HOME]/sessions/rollout-b.jsonl.zst: cannot decompress"),
        "{problems:?}"
    );
    assert_eq!((problems.len(), report.incomplete().len(), report.complete()), (1, 1, false));
}

#[test]
fn a_cut_compressed_file_counts_up_to_its_cut() {
    let mut home = three_responses();
    let noise: String = (0..200_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    home.thread("a").compressed().line("compacted", &format!(r#"{{"message":"{noise}"}}"#)).response(900, 0, 100);
    home.edit("a", |mut bytes| {
        bytes.truncate(bytes.len() / 2);
        bytes
    });
    let report = check(&mut home);
    let problems = report.problems();
    assert!(
        problems.iter().any(|problem| problem.starts_with("unreadable: [HOME]/sessions/2026/06/01/rollout-")),
        "{problems:?}"
    );
    assert!(!report.complete());
}

#[test]
fn a_home_that_is_not_there_is_an_error() {
    let outcome: Outcome = rollout(&["analyze", "daily", "--home", "/no/such/home"]);
    insta::assert_snapshot!(outcome, @r"
    exit 2
    -- stderr
    error: no logs below /no/such/home (No such file or directory (os error 2))
    hint: set CODEX_HOME or pass --home; try --sample
    ");
}

#[test]
fn a_home_without_logs_has_cost_nothing() {
    let mut home = TestHome::new();
    insta::assert_snapshot!(home.run(&["model", "--csv"]), @r"
    exit 0
    -- stdout
    model,responses,input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens,total_tokens,cost_usd,unpriced_tokens
    -- stderr
    warning: no logs below [HOME]
    hint: set CODEX_HOME or pass --home; try --sample
    ");
}

#[test]
fn one_bad_path_beside_a_good_one_is_named() {
    let mut home = three_responses();
    let report = home.report(&["session", "--home", "/no/such/home"]);
    assert_eq!(report.tokens(), 3000);
    assert_eq!(report.problems().len(), 1);
    assert!(report.problems()[0].starts_with("unreadable: /no/such/home: "), "{:?}", report.problems());
    assert!(!report.complete());
}
