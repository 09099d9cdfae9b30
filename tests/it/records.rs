//! Usage that is written more than once: records and their counts, reviews, second copies of files.

use crate::support::{TestHome, write};
use crate::thread::thread_id;

#[test]
fn a_record_and_its_count_are_one_response() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.160.0").model("gpt-5.5");
    thread.record("resp_1", 900, 0, 100).count().record("resp_2", 1900, 0, 100).count();
    let report = home.check(&[("a", 3000)]);
    assert_eq!((report.lines("usage-record"), report.lines("recorded")), (2, 2));
}

#[test]
fn a_record_whose_process_was_killed_counts() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    // Killed in a tool call: no count was written, and the next process counts on without it.
    let before = thread.clone();
    thread.record("resp_2", 1900, 0, 100);
    thread.continue_totals(&before).turn().record("resp_3", 400, 0, 100).count();
    let report = home.check(&[("a", 3500)]);
    assert_eq!((report.lines("usage-record"), report.lines("recorded")), (3, 2));
}

#[test]
fn a_thread_that_ends_with_a_killed_turn_counts_its_record() {
    let mut home = TestHome::new();
    home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100);
    assert!(home.check(&[("a", 1000)]).complete());
}

#[test]
fn counts_from_before_records_were_written_still_count() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.130.0").model("gpt-5.5").response(900, 0, 100);
    thread.turn().record("resp_1", 1900, 0, 100).count();
    let report = home.check(&[("a", 3000)]);
    assert_eq!((report.lines("step"), report.lines("usage-record"), report.lines("recorded")), (1, 1, 1));
}

#[test]
fn a_remote_compaction_has_a_record_only() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    let before = thread.clone();
    thread
        .begin_turn()
        .record("resp_2", 5000, 0, 100)
        .line("compacted", r#"{"message":"","compaction_response_id":"resp_2"}"#);
    thread.continue_totals(&before).estimate(300).context().record("resp_3", 400, 0, 100).count();
    assert_eq!(home.check(&[("a", 1000 + 5100 + 500)]).lines("usage-record"), 3);
}

#[test]
fn records_in_a_fork_by_copy_count_in_the_parent() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.160.0").model("gpt-5.5");
    thread.record("resp_1", 900, 0, 100).count().record("resp_2", 1900, 0, 100).count();
    home.fork("b", "a").version("0.160.0").turn().record("resp_3", 400, 0, 100).count();
    let report = home.check(&[("a", 3000), ("b", 500)]);
    assert_eq!((report.lines("usage-record"), report.lines("copied")), (3, 4));
    assert!(report.complete());
}

#[test]
fn records_of_a_missing_parent_count_once_over_all_its_forks() {
    let mut home = TestHome::new();
    home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    home.fork("b", "a").version("0.160.0").turn().record("resp_2", 400, 0, 100).count();
    home.fork("c", "a").version("0.160.0").turn().record("resp_3", 600, 0, 100).count();
    home.forget("a");
    let report = home.check(&[("a", 1000), ("b", 500), ("c", 700)]);
    assert_eq!((report.lines("usage-record"), report.lines("copy-of-missing")), (2, 1));
    assert!(!report.complete());
}

#[test]
fn one_response_id_in_two_threads_is_two_responses() {
    let mut home = TestHome::new();
    // Servers other than OpenAI's count their ids from one.
    for name in ["a", "b"] {
        home.thread(name).version("0.160.0").model("local").record("resp_1", 900, 0, 100).count();
    }
    assert_eq!(home.check(&[("a", 1000), ("b", 1000)]).lines("usage-record"), 2);
}

#[test]
fn one_record_twice_in_a_file_is_one_response() {
    let mut home = TestHome::new();
    home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    // A writer that ran out of space in the middle of a batch writes lines of it again.
    home.edit("a", |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        [&lines[..], &lines[lines.len() - 2..], &[""]].concat().join("\n").into_bytes()
    });
    let report = home.check(&[("a", 1000)]);
    assert_eq!((report.lines("duplicate-record"), report.lines("repeat")), (1, 1));
}

#[test]
fn a_review_in_its_parents_file_counts_in_its_own() {
    let mut home = TestHome::new();
    let parent = home.thread("a").version("0.63.0").model("gpt-5").response(900, 0, 100);
    parent.event(r#"{"type":"entered_review_mode","target":{"type":"uncommittedChanges"}}"#);
    let begun = parent.clock;
    home.thread("r").clock = begun;
    let review = home.thread("r").version("0.63.0").source(r#"{"subagent":"review"}"#).model("gpt-5-codex");
    review.response(300, 0, 100).response(500, 0, 100);
    // The parent's file repeats the review's counts, whose totals begin at zero.
    let parent = home.thread("a");
    let before = parent.clone();
    parent.resumed().response(300, 0, 100).response(500, 0, 100);
    parent.event(r#"{"type":"exited_review_mode","review_output":null}"#);
    parent.continue_totals(&before).response(1900, 0, 100);
    let report = home.check(&[("a", 3000), ("r", 1000)]);
    assert_eq!(report.lines("review-twin"), 2);
    let models = [("gpt-5".to_owned(), 3000), ("gpt-5-codex".to_owned(), 1000)];
    assert_eq!(home.report(&["model"]).tokens_by("model"), models.into());
}

#[test]
fn a_review_without_a_file_of_its_own_counts_in_its_parents() {
    let mut home = TestHome::new();
    let parent = home.thread("a").version("0.63.0").model("gpt-5").response(900, 0, 100);
    let before = parent.clone();
    parent.event(r#"{"type":"entered_review_mode","target":{"type":"uncommittedChanges"}}"#);
    parent.resumed().response(300, 0, 100).event(r#"{"type":"exited_review_mode","review_output":null}"#);
    parent.continue_totals(&before).response(1900, 0, 100);
    home.check(&[("a", 3400)]);
    // Which model reviewed is not written in the parent's file.
    let models = [("gpt-5".to_owned(), 3000), ("unknown".to_owned(), 400)];
    assert_eq!(home.report(&["model"]).tokens_by("model"), models.into());
}

#[test]
fn a_review_that_was_cut_short_does_not_claim_the_turns_after_it() {
    let mut home = TestHome::new();
    let parent = home.thread("a").version("0.87.0").model("gpt-5").response(900, 0, 100);
    parent.event(r#"{"type":"entered_review_mode","target":{"type":"uncommittedChanges"}}"#);
    parent.turn().response(1900, 0, 100);
    home.check(&[("a", 3000)]);
    assert_eq!(home.report(&["model"]).tokens_by("model"), [("gpt-5".to_owned(), 3000)].into());
}

#[test]
fn a_file_in_both_stores_counts_once() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).response(1900, 0, 100);
    let file = home.save().file("a");
    let copy = home.path().join("archived_sessions").join(file.file_name().unwrap());
    write(&copy, &fs_err::read(&file).unwrap());
    let report = home.check(&[("a", 3000)]);
    assert_eq!((report.lines("step"), report.lines("twin")), (2, 2));
    assert!(report.complete());
}

#[test]
fn a_compressed_copy_in_the_other_store_counts_once() {
    let mut home = TestHome::new();
    home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    let file = home.save().file("a");
    let packed = zstd::encode_all(&fs_err::read(&file).unwrap()[..], 3).unwrap();
    let name = file.with_extension("jsonl.zst");
    write(&home.path().join("archived_sessions").join(name.file_name().unwrap()), &packed);
    let report = home.check(&[("a", 1000)]);
    assert_eq!((report.lines("usage-record"), report.lines("twin")), (1, 2));
}

#[test]
fn of_two_copies_the_longer_one_counts_wherever_it_is() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    let file = home.save().file("a");
    let old = fs_err::read(&file).unwrap();
    home.thread("a").response(1900, 0, 100);
    let new = fs_err::read(home.save().file("a")).unwrap();
    let copy = home.path().join("archived_sessions").join(file.file_name().unwrap());
    for (live, archived) in [(&old, &new), (&new, &old)] {
        write(&file, live);
        write(&copy, archived);
        assert_eq!(home.check(&[("a", 3000)]).lines("twin"), 1);
    }
}

#[test]
fn a_plain_file_hides_its_compressed_twin() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    let plain = home.save().file("a");
    let packed = zstd::encode_all(&fs_err::read(&plain).unwrap()[..], 3).unwrap();
    write(&plain.with_extension("jsonl.zst"), &packed);
    let report = home.check(&[("a", 1000)]);
    assert_eq!(report.0["data_quality"]["files"], 1);
    assert_eq!(report.lines("twin"), 0);
}

#[test]
fn a_record_copied_into_another_home_counts_once() {
    let (mut first, mut second) = (TestHome::new(), TestHome::new());
    for home in [&mut first, &mut second] {
        home.thread("a").version("0.160.0").model("gpt-5.5").record("resp_1", 900, 0, 100).count();
    }
    let other = second.save().path().to_str().unwrap().to_owned();
    let report = first.report(&["session", "--home", &other]);
    assert_eq!(report.tokens_by("thread_id"), [(thread_id("a"), 1000)].into());
}
