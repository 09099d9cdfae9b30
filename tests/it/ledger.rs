//! Which lines of one thread are billed responses. Every home here is small enough to count by hand.

use crate::support::TestHome;
use crate::usage::Usage;

#[test]
fn every_response_counts_once() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(1000, 0, 50).response(2000, 900, 60).turn().response(3000, 0, 70);
    let report = home.check(&[("a", 6180)]);
    assert_eq!(report.0["totals"]["responses"], 3);
    assert_eq!(report.0["totals"]["usage"]["input_tokens"], 6000);
    assert_eq!(report.0["totals"]["usage"]["cached_input_tokens"], 900);
    assert_eq!(report.0["totals"]["usage"]["output_tokens"], 180);
    assert!(report.complete());
}

#[test]
fn equal_responses_in_a_row_all_count() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).response(900, 0, 100).turn().response(900, 0, 100);
    assert_eq!(home.check(&[("a", 3000)]).lines("step"), 3);
}

#[test]
fn a_repeated_count_is_no_response() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).count().count().response(900, 0, 100).count();
    let report = home.check(&[("a", 2000)]);
    assert_eq!(report.lines("repeat"), 3);
    assert_eq!(report.0["totals"]["responses"], 2);
}

#[test]
fn a_repeat_at_the_start_of_a_turn_is_no_response() {
    let mut home = TestHome::new();
    // Since 0.79 totals survive a resume, and the first line of the next turn repeats them.
    home.thread("a").model("gpt-5.4").response(900, 0, 100).turn().count().response(50, 0, 50);
    assert_eq!(home.check(&[("a", 1100)]).lines("repeat"), 1);
}

#[test]
fn rate_limits_without_usage_are_no_response() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").no_info().response(900, 0, 100).no_info();
    assert_eq!(home.check(&[("a", 1000)]).lines("no-info"), 2);
}

#[test]
fn an_estimate_after_a_compaction_is_no_response() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(5000, 0, 100).estimate(700).response(800, 0, 100);
    assert_eq!(home.check(&[("a", 6000)]).lines("estimate"), 1);
}

#[test]
fn a_full_context_overwrites_the_total_and_counts_nothing() {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4");
    thread.response(200_000, 0, 100).overflow(258_400).turn().response(900, 0, 100);
    assert_eq!(home.check(&[("a", 201_100)]).lines("overflow"), 1);
}

#[test]
fn a_response_without_a_line_is_made_up_for_by_the_next_total() {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4").response(900, 0, 100);
    thread.usage(Usage::new(2000, 0, 0)).response(900, 0, 100);
    assert_eq!(home.check(&[("a", 4000)]).lines("growth"), 1);
}

#[test]
fn totals_that_begin_anew_at_a_resume_count_on() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.58.0").model("gpt-5");
    thread.response(5000, 0, 100).response(900, 0, 100).resumed().turn().response(300, 0, 100).response(500, 0, 100);
    assert_eq!(home.check(&[("a", 7100)]).lines("restart"), 1);
}

#[test]
fn the_same_usage_after_an_old_resume_is_a_new_response() {
    let mut home = TestHome::new();
    // The only response of each process: totals restart, so both lines are equal word for word.
    let thread = home.thread("a").version("0.58.0").model("gpt-5").response(900, 0, 100);
    thread.resumed().turn().response(900, 0, 100);
    let report = home.check(&[("a", 2000)]);
    assert_eq!((report.lines("step"), report.lines("restart"), report.lines("repeat")), (1, 1, 0));
}

#[test]
fn the_same_two_responses_after_an_old_resume_are_new_responses() {
    let mut home = TestHome::new();
    // Servers that answer alike use the same each time: totals 1000, 2000, and again 1000, 2000.
    let thread = home.thread("a").version("0.58.0").model("gpt-5").response(900, 0, 100).response(900, 0, 100);
    thread.resumed().turn().response(900, 0, 100).response(900, 0, 100);
    let report = home.check(&[("a", 4000)]);
    assert_eq!((report.lines("restart"), report.lines("repeat")), (1, 0));
}

#[test]
fn the_same_total_in_a_new_turn_is_a_repeat_where_totals_do_not_restart() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.120.0").model("gpt-5").response(900, 0, 100);
    thread.turn().answer().count();
    assert_eq!(home.check(&[("a", 1000)]).lines("repeat"), 1);
}

#[test]
fn two_threads_with_equal_numbers_both_count() {
    let mut home = TestHome::new();
    for name in ["a", "b"] {
        home.thread(name).model("gpt-5.4").response(900, 0, 100).response(1900, 0, 100);
    }
    assert_eq!(home.check(&[("a", 3000), ("b", 3000)]).lines("step"), 4);
}

#[test]
fn two_writers_in_one_file_do_not_disturb_each_other() {
    let mut home = TestHome::new();
    let first = home.thread("a").version("0.130.0").model("gpt-5.4").response(5000, 0, 100).clone();
    let thread = home.thread("a").resumed().turn().response(300, 0, 100).response(400, 0, 100);
    thread.continue_totals(&first).turn().response(700, 0, 100);
    home.check(&[("a", 5100 + 400 + 500 + 800)]);
}

#[test]
fn the_turn_names_the_model_even_where_usage_stands_before_its_settings() {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4").response(900, 0, 100);
    // A compaction at the start of a turn runs before the turn's settings are written.
    thread.begin_turn().usage(Usage::new(4900, 0, 100)).count();
    thread.model_of_turn("gpt-5.5").response(1900, 0, 100);
    let want = [("gpt-5.4".to_owned(), 1000), ("gpt-5.5".to_owned(), 7000)];
    assert_eq!(home.report(&["model"]).tokens_by("model"), want.into());
}

#[test]
fn a_turn_without_settings_runs_with_those_before_it() {
    let mut home = TestHome::new();
    let thread = home.thread("a").model("gpt-5.4").response(900, 0, 100);
    thread.begin_turn().usage(Usage::new(4900, 0, 100)).count();
    assert_eq!(home.report(&["model"]).tokens_by("model"), [("gpt-5.4".to_owned(), 6000)].into());
}

#[test]
fn without_turn_ids_the_settings_before_a_response_name_its_model() {
    let mut home = TestHome::new();
    let thread = home.thread("a").version("0.87.0").model("gpt-5").response(900, 0, 100);
    thread.model("gpt-5-mini").response(1900, 0, 100);
    let want = [("gpt-5".to_owned(), 1000), ("gpt-5-mini".to_owned(), 2000)];
    assert_eq!(home.report(&["model"]).tokens_by("model"), want.into());
}

#[test]
fn a_model_that_no_line_names_is_unknown() {
    let mut home = TestHome::new();
    home.thread("a").version("0.34.0").response(900, 0, 100);
    assert_eq!(home.report(&["model"]).tokens_by("model"), [("unknown".to_owned(), 1000)].into());
}

#[test]
fn a_file_from_before_usage_was_written_is_named_as_a_gap() {
    let mut home = TestHome::new();
    let bare = concat!(
        r#"{"id":"5973b6c0-94b8-487b-a530-2aeb6098ae0e","timestamp":"2025-07-30T10:11:12.000Z","instructions":null}"#,
        "\n",
        r#"{"record_type":"state"}"#,
        "\n",
        r#"{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"Hello"}]}"#,
        "\n",
    );
    let name = "sessions/2025/07/30/rollout-2025-07-30T10-11-12-5973b6c0-94b8-487b-a530-2aeb6098ae0e.jsonl";
    crate::support::write(&home.path().join(name), bare.as_bytes());
    home.thread("a").model("gpt-5.4").response(900, 0, 100);
    let report = home.check(&[("a", 1000)]);
    assert_eq!(report.incomplete(), [format!("no-usage-written: [HOME]/{name}")]);
    assert_eq!(report.problems(), [""; 0]);
}
