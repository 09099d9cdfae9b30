//! Forks, segments and sub-agents: a response counts once, in the thread that asked for it.

use crate::support::{Report, TestHome};
use crate::thread::{Thread, thread_id};

/// A thread of 1000 and 2000 tokens, and a fork of it that goes on with 500.
fn parent_and_fork() -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).turn().response(1900, 0, 100);
    home.fork("b", "a").turn().response(400, 0, 100);
    home
}

#[track_caller]
fn assert_missing(report: &Report, files_of: &[&str], ancestor: &str) {
    let gaps = report.incomplete();
    assert!(!report.complete());
    assert_eq!(gaps.len(), files_of.len(), "{gaps:?}");
    for (gap, name) in gaps.iter().zip(files_of) {
        assert!(gap.starts_with("missing-ancestor: [HOME]/sessions/"), "{gap}");
        assert!(gap.ends_with(&format!("{}.jsonl: {}", thread_id(name), thread_id(ancestor))), "{gap}");
    }
}

#[test]
fn a_fork_by_copy_counts_its_own_responses_only() {
    let mut home = parent_and_fork();
    // The parent goes on after the fork.
    home.thread("a").at("2026-06-01T12:00:00.000Z").turn().response(200, 0, 100);
    let report = home.check(&[("a", 3300), ("b", 500)]);
    assert_eq!(report.lines("copied"), 2);
    assert!(report.complete());
}

#[test]
fn a_fork_of_an_archived_parent_counts_its_own_responses_only() {
    let mut home = parent_and_fork();
    home.thread("a").archived();
    assert!(home.check(&[("a", 3000), ("b", 500)]).complete());
}

#[test]
fn a_fork_of_a_compressed_parent_counts_its_own_responses_only() {
    let mut home = parent_and_fork();
    home.thread("a").compressed();
    assert!(home.check(&[("a", 3000), ("b", 500)]).complete());
}

#[test]
fn compressed_forks_are_read_too() {
    let mut home = parent_and_fork();
    home.thread("a").compressed().archived();
    home.thread("b").compressed().archived();
    assert!(home.check(&[("a", 3000), ("b", 500)]).complete());
}

#[test]
fn the_copy_of_a_missing_parent_counts_once_under_the_parents_id() {
    let mut home = parent_and_fork();
    home.forget("a");
    let report = home.check(&[("a", 3000), ("b", 500)]);
    assert_eq!(report.lines("copy-of-missing"), 2);
    assert_missing(&report, &["b"], "a");
}

#[test]
fn a_fork_that_has_not_answered_yet_has_no_row() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    home.fork("b", "a");
    assert!(home.check(&[("a", 1000)]).complete());
}

#[test]
fn equal_responses_after_a_fork_are_the_forks_own() {
    let mut home = TestHome::new();
    // Parent and fork go on with the same numbers: same totals, but in turns of their own.
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    home.fork("b", "a").turn().response(400, 0, 100);
    home.thread("a").at("2026-06-01T12:00:00.000Z").turn().response(400, 0, 100);
    assert!(home.check(&[("a", 1500), ("b", 500)]).complete());
}

/// Parent and fork from before turns had ids; both go on with the same numbers.
fn without_turn_ids() -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").version("0.98.0").model("gpt-5.2").response(900, 0, 100).turn().response(1900, 0, 100);
    home.fork("b", "a").version("0.98.0").turn().response(400, 0, 100);
    home.thread("a").at("2026-06-01T12:00:00.000Z").turn().response(400, 0, 100);
    home
}

#[test]
fn prompts_tell_turns_apart_where_they_have_no_ids() {
    assert!(without_turn_ids().check(&[("a", 3500), ("b", 500)]).complete());
}

#[test]
fn the_copy_of_a_missing_parent_is_known_by_its_time_where_turns_have_no_ids() {
    let mut home = without_turn_ids();
    home.forget("a");
    let report = home.check(&[("a", 3000), ("b", 500)]);
    assert_missing(&report, &["b"], "a");
}

#[test]
fn a_fork_by_copy_of_a_thread_whose_totals_restarted_counts_its_own_responses_only() {
    let mut home = TestHome::new();
    let parent = home.thread("a").version("0.58.0").model("gpt-5").response(900, 0, 100).response(1900, 0, 100);
    parent.resumed().turn().response(900, 0, 100);
    home.fork("b", "a").turn().response(400, 0, 100);
    assert!(home.check(&[("a", 4000), ("b", 500)]).complete());
    home.forget("a");
    assert!(!home.check(&[("a", 4000), ("b", 500)]).complete());
}

/// A thread of three counts, one of which is gone from its file, and a fork that copied all three.
fn fork_of_a_damaged_parent(lost: &str) -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).response(1900, 0, 100).response(2900, 0, 100);
    home.fork("b", "a").turn().response(400, 0, 100);
    home.edit("a", |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(lost));
        text.split_inclusive('\n').filter(|line| !line.contains(lost)).collect::<String>().into_bytes()
    });
    home
}

#[test]
fn a_count_that_the_parent_lost_is_not_counted_again_in_its_copy() {
    // In the parent the third total makes up for the second count.
    fork_of_a_damaged_parent(r#""last_token_usage":{"input_tokens":1900"#).check(&[("a", 6000), ("b", 500)]);
}

#[test]
fn a_count_that_only_a_copy_still_holds_counts_under_the_parents_id() {
    fork_of_a_damaged_parent(r#""last_token_usage":{"input_tokens":2900"#).check(&[("a", 6000), ("b", 500)]);
}

#[test]
fn a_fork_in_another_home_counts_its_own_responses_only() {
    let (mut first, mut second) = (parent_and_fork(), parent_and_fork());
    first.forget("b");
    second.forget("a");
    let other = second.save().path().to_str().unwrap().to_owned();
    let report = first.report(&["session", "--home", &other]);
    assert_eq!(report.tokens_by("thread_id"), [(thread_id("a"), 3000), (thread_id("b"), 500)].into());
    assert!(report.complete());
}

#[test]
fn a_fork_of_a_fork_counts_its_own_responses_only() {
    let mut home = parent_and_fork();
    home.fork("c", "b").turn().response(600, 0, 100);
    assert!(home.check(&[("a", 3000), ("b", 500), ("c", 700)]).complete());
}

#[test]
fn a_fork_of_a_missing_fork_counts_the_missing_part_once() {
    let mut home = parent_and_fork();
    home.fork("c", "b").turn().response(600, 0, 100);
    home.forget("b");
    let report = home.check(&[("a", 3000), ("b", 500), ("c", 700)]);
    assert_missing(&report, &["c"], "b");
}

#[test]
fn siblings_of_a_missing_parent_count_its_part_once() {
    let mut home = parent_and_fork();
    home.fork("c", "a").turn().response(600, 0, 100);
    home.forget("a");
    let report = home.check(&[("a", 3000), ("b", 500), ("c", 700)]);
    assert_eq!((report.lines("copy-of-missing"), report.lines("copied")), (2, 2));
    assert_missing(&report, &["b"], "a");
}

#[test]
fn siblings_that_were_forked_at_different_points_count_the_longest_part() {
    let mut home = parent_and_fork();
    home.thread("a").at("2026-06-01T12:00:00.000Z").turn().response(200, 0, 100);
    home.fork("c", "a").turn().response(600, 0, 100);
    home.forget("a");
    let report = home.check(&[("a", 3300), ("b", 500), ("c", 700)]);
    assert_missing(&report, &["b", "c"], "a");
}

#[test]
fn the_order_of_siblings_does_not_matter() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    // Named so that the shorter copy is read last.
    home.fork("z", "a").turn().response(400, 0, 100);
    home.thread("a").at("2026-06-01T10:00:30.000Z").turn().response(1900, 0, 100);
    home.fork("b", "a").turn().response(600, 0, 100);
    home.forget("a");
    assert!(!home.check(&[("a", 3000), ("b", 700), ("z", 500)]).complete());
}

#[test]
fn a_fork_by_reference_counts_its_own_responses_only() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100).response(1900, 0, 100);
    home.refer("b", "a").version("0.150.0").model("gpt-5.5").response(400, 0, 100);
    home.thread("a").turn().response(200, 0, 100);
    let report = home.check(&[("a", 3300), ("b", 500)]);
    assert_eq!(report.lines("step"), 4);
    assert!(report.complete());
}

#[test]
fn a_fork_by_reference_to_a_missing_file_names_the_gap() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100);
    home.refer("b", "a").version("0.150.0").model("gpt-5.5").response(400, 0, 100);
    home.forget("a");
    let report = home.check(&[("b", 500)]);
    assert_missing(&report, &["b"], "a");
}

#[test]
fn both_segments_of_a_reverted_thread_count() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100);
    // What is told after this is taken back, but was billed.
    home.segment("a2", "a").version("0.150.0").at("2026-06-01T11:00:00.000Z").model("gpt-5.5").response(400, 0, 100);
    home.thread("a").turn().response(1900, 0, 100);
    let report = home.check(&[("a", 3500)]);
    assert_eq!((report.rows().len(), report.lines("step")), (1, 3));
    assert!(report.complete());
}

#[test]
fn a_fork_by_reference_to_a_segment_finds_it_by_its_own_id() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100);
    home.segment("a2", "a").version("0.150.0").at("2026-06-01T11:00:00.000Z").model("gpt-5.5").response(400, 0, 100);
    home.refer("b", "a2").version("0.150.0").model("gpt-5.5").response(300, 0, 100);
    let report = home.check(&[("a", 1500), ("b", 400)]);
    assert_eq!(report.lines("step"), 3);
    assert!(report.complete());
}

fn spawned_by(thread: &mut Thread, parent: &str) {
    thread.source(&format!(
        r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{}","depth":1,"agent_path":"/root/tester"}}}}}}"#,
        thread_id(parent)
    ));
}

#[test]
fn a_sub_agent_that_inherits_counts_its_own_responses_only() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).response(1900, 0, 100);
    spawned_by(home.inherit("b", "a").turn().response(400, 0, 100), "a");
    let report = home.check(&[("a", 3000), ("b", 500)]);
    assert!(report.complete());
    let agent = report.rows().iter().find(|row| row["thread_id"] == thread_id("b")).unwrap();
    assert_eq!(agent["source"], "subagent:thread_spawn");
    assert_eq!(agent["parent_thread_id"], thread_id("a"));
    assert_eq!(agent["root_thread_id"], thread_id("a"));
    assert_eq!(agent["agent_path"], "/root/tester");
}

#[test]
fn a_sub_agent_that_inherits_in_the_midst_of_a_turn_counts_its_own_responses_only() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    spawned_by(home.inherit("b", "a").turn().response(400, 0, 100), "a");
    home.thread("a").at("2026-06-01T10:30:00.000Z").response(1900, 0, 100);
    assert!(home.check(&[("a", 3000), ("b", 500)]).complete());
}

#[test]
fn ordinals_tell_what_a_sub_agent_inherited() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100);
    let agent = home.inherit("b", "a").version("0.150.0").paginated(0);
    let own_from = format!(r#""subagent_history_start_ordinal":{}"#, agent.n_lines());
    spawned_by(agent.lineage(&own_from).turn().response(400, 0, 100), "a");
    home.forget("a");
    let report = home.check(&[("a", 1000), ("b", 500)]);
    assert_missing(&report, &["b"], "a");
}

#[test]
fn a_sub_agent_without_inheritance_begins_at_zero() {
    let mut home = TestHome::new();
    home.thread("a").version("0.150.0").paginated(0).model("gpt-5.5").response(900, 0, 100);
    spawned_by(home.thread("b").version("0.150.0").paginated(0).model("gpt-5.5").response(400, 0, 100), "a");
    assert!(home.check(&[("a", 1000), ("b", 500)]).complete());
}
