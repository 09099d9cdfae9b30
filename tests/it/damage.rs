//! Broken bytes cost themselves and nothing else, and every loss is named by path, line and column.
//!
//! The truth is always the same: three responses of 1000 tokens each.

use crate::support::{Report, TestHome};
use crate::thread::thread_id;

/// Position of the lines of [`three_responses`] that matter here, counted from 0.
const PROMPT: usize = 3;
const SETTINGS: usize = 2;
const ANSWERS: [usize; 3] = [4, 7, 10];
const COUNTS: [usize; 3] = [6, 9, 12];

pub(crate) fn three_responses() -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(900, 0, 100).response(900, 0, 100).response(900, 0, 100);
    home
}

/// Three responses, in a file whose lines were changed.
fn with_lines(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> TestHome {
    let mut home = three_responses();
    home.edit("a", |bytes| {
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        change(&mut lines);
        lines.concat()
    });
    home
}

/// Puts `to` in place of `from`, which must be there.
fn replace(line: &mut Vec<u8>, from: &str, to: &[u8]) {
    let at = line.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    line.splice(at..at + from.len(), to.iter().copied());
}

fn without_newline(line: &mut Vec<u8>) {
    assert_eq!(line.pop(), Some(b'\n'));
}

/// Runs a report twice; checks that the truth is found and that `--strict` alone changes the code.
#[track_caller]
pub(crate) fn check(home: &mut TestHome) -> Report {
    let report = home.report(&["session"]);
    assert_eq!(report.tokens_by("thread_id"), [(thread_id("a"), 3000)].into(), "{report:#?}");
    let strict = home.run(&["session", "--json", "--strict"]);
    assert_eq!(strict.code, Some(i32::from(!report.complete())), "{strict}");
    report
}

/// The problem of `rule` at a line and column of the thread's file.
fn at(rule: &str, place: &str, what: &str) -> String {
    let id = thread_id("a");
    format!("{rule}: [HOME]/sessions/2026/06/01/rollout-2026-06-01T10-00-00-{id}.jsonl:{place}: {what}")
}

#[track_caller]
pub(crate) fn assert_whole(report: &Report) {
    assert_eq!((report.problems(), report.complete()), (Vec::new(), true));
}

#[track_caller]
fn assert_harmless(report: &Report, problems: &[String]) {
    assert_eq!(report.problems(), problems);
    assert!(report.complete(), "{:?}", report.incomplete());
}

/// One problem, by which something may be lost.
#[track_caller]
fn assert_lost(report: &Report, problem: &str) {
    assert_eq!(report.problems(), [problem]);
    let place = problem.split_once(": ").unwrap().1.split_once(": ").unwrap().0;
    assert_eq!(report.incomplete(), [format!("lost-record: {place}")]);
}

#[test]
fn an_undamaged_file_has_no_problems() {
    assert_whole(&check(&mut three_responses()));
}

#[test]
fn a_byte_order_mark_is_no_loss() {
    let mut home = with_lines(|lines| drop(lines[0].splice(0..0, *b"\xEF\xBB\xBF")));
    assert_harmless(&check(&mut home), &[at("byte-order-mark", "1:1", "the file begins with a byte order mark")]);
}

#[test]
fn invalid_utf8_in_what_the_model_said_is_no_loss() {
    let mut home = with_lines(|lines| replace(&mut lines[ANSWERS[0]], "Done", b"D\xFFne"));
    assert_whole(&check(&mut home));
}

#[test]
fn invalid_utf8_beside_the_counts_is_no_loss() {
    let mut home =
        with_lines(|lines| replace(&mut lines[COUNTS[1]], "\"rate_limits\":null", b"\"rate_limits\":\"\xFF\""));
    assert!(check(&mut home).complete());
}

#[test]
fn invalid_utf8_in_the_prompt_is_no_loss() {
    let mut home = with_lines(|lines| replace(&mut lines[PROMPT], "step", b"st\xFFp"));
    assert_harmless(&check(&mut home), &[at("invalid-utf8", "4:1", "not UTF-8; read with replacement characters")]);
}

#[test]
fn invalid_utf8_beside_the_model_leaves_the_model_readable() {
    let mut home = with_lines(|lines| replace(&mut lines[SETTINGS], "/srv/shop", b"/srv/sh\xFFp"));
    assert_harmless(&check(&mut home), &[at("invalid-utf8", "3:1", "not UTF-8; read with replacement characters")]);
    assert_eq!(home.report(&["model"]).tokens_by("model"), [("gpt-5.4".to_owned(), 3000)].into());
}

#[test]
fn invalid_utf8_in_the_first_line_leaves_the_thread_readable() {
    let mut home = with_lines(|lines| replace(&mut lines[0], "/srv/shop", b"/srv/sh\xFFp"));
    let report = check(&mut home);
    assert_harmless(&report, &[at("invalid-utf8", "1:1", "not UTF-8; read with replacement characters")]);
    assert_eq!(report.rows()[0]["source"], "cli");
}

#[test]
fn invalid_utf8_in_the_first_line_of_a_fork_counts_nothing_twice() {
    let mut home = three_responses();
    home.fork("b", "a").turn().response(400, 0, 100);
    home.edit("b", |mut bytes| {
        replace(&mut bytes, "/srv/shop", b"/srv/sh\xFFp");
        bytes
    });
    home.check(&[("a", 3000), ("b", 500)]);
}

#[test]
fn nul_bytes_in_place_of_a_line_are_named() {
    let mut home = with_lines(|lines| lines.insert(5, [&[0; 4096][..], b"\n"].concat()));
    assert_lost(&check(&mut home), &at("nul-bytes", "6:1", "4096 NUL bytes"));
}

#[test]
fn nul_bytes_before_a_record_leave_the_record_readable() {
    let mut home = with_lines(|lines| drop(lines[COUNTS[1]].splice(0..0, [0; 100])));
    assert_lost(&check(&mut home), &at("nul-bytes", "10:1", "100 NUL bytes"));
}

#[test]
fn a_torn_last_line_is_named() {
    let mut home = three_responses();
    home.thread("a").event(r#"{"type":"token_count","info":{"total_token_usage":{"input_tokens":1"#);
    home.edit("a", |mut bytes| {
        bytes.truncate(bytes.len() - 2); // the brace that the fixture added, and the newline
        bytes
    });
    assert_lost(&check(&mut home), &at("torn-tail", "14:1", "the last line has no end (136 bytes)"));
}

#[test]
fn a_torn_last_line_that_cannot_hold_usage_is_no_loss() {
    let mut home = with_lines(|lines| {
        let mut torn = lines[ANSWERS[0]].clone();
        torn.truncate(100);
        lines.push(torn);
    });
    assert_harmless(&check(&mut home), &[at("torn-tail", "14:1", "the last line has no end (100 bytes)")]);
}

#[test]
fn a_last_line_that_only_lacks_its_newline_counts() {
    let mut home = with_lines(|lines| without_newline(&mut lines[COUNTS[2]]));
    assert_whole(&check(&mut home));
}

#[test]
fn windows_line_ends_are_no_problem() {
    let mut home = with_lines(|lines| {
        for line in lines {
            replace(line, "\n", b"\r\n");
        }
    });
    assert_whole(&check(&mut home));
}

#[test]
fn blank_lines_are_no_problem() {
    let mut home = with_lines(|lines| lines.insert(4, b"\n  \n\r\n".to_vec()));
    assert_whole(&check(&mut home));
}

#[test]
fn a_time_in_milliseconds_is_read() {
    let mut home = with_lines(|lines| replace(&mut lines[COUNTS[1]], "\"2026-06-01T10:00:02.000Z\"", b"1780308002000"));
    assert_harmless(&check(&mut home), &[at("odd-timestamp", "10:1", "unusual time 1780308002000, read as UTC")]);
    assert_eq!(home.report(&["daily"]).tokens_by("date"), [("2026-06-01".to_owned(), 3000)].into());
}

#[test]
fn a_time_with_a_blank_and_no_zone_is_read_as_utc() {
    let mut home =
        with_lines(|lines| replace(&mut lines[COUNTS[1]], "2026-06-01T10:00:02.000Z", b"2026-06-01 23:59:59"));
    let what = "unusual time \"2026-06-01 23:59:59\", read as UTC";
    assert_harmless(&check(&mut home), &[at("odd-timestamp", "10:1", what)]);
    assert_eq!(home.report(&["daily"]).tokens_by("date"), [("2026-06-01".to_owned(), 3000)].into());
}

#[test]
fn a_response_whose_time_cannot_be_read_counts_on_no_day() {
    let mut home = with_lines(|lines| replace(&mut lines[COUNTS[1]], "2026-06-01T10:00:02.000Z", b"yesterday"));
    assert_harmless(&check(&mut home), &[at("odd-timestamp", "10:1", "cannot read the time \"yesterday\"")]);
    let days = [("2026-06-01".to_owned(), 2000), ("null".to_owned(), 1000)];
    assert_eq!(home.report(&["daily"]).tokens_by("date"), days.into());
    assert_eq!(home.report(&["total", "--since", "2000-01-01"]).tokens(), 2000);
}

#[test]
fn records_glued_to_one_line_are_all_read() {
    let mut home = with_lines(|lines| without_newline(&mut lines[COUNTS[0]]));
    assert_harmless(&check(&mut home), &[at("glued-records", "7:1", "2 records on one line; each was read")]);
}

#[test]
fn a_count_glued_to_a_torn_record_is_read() {
    let mut home = with_lines(|lines| lines[COUNTS[1] - 1].truncate(105));
    assert_harmless(&check(&mut home), &[at("invalid-json", "9:105", "EOF while parsing a string")]);
}

#[test]
fn a_torn_count_is_made_up_for_by_the_next_one() {
    let mut home = with_lines(|lines| lines[COUNTS[1]].truncate(150));
    let report = check(&mut home);
    assert_lost(&report, &at("invalid-json", "10:150", "EOF while parsing a string"));
    assert_eq!(report.lines("growth"), 1);
}

#[test]
fn a_negative_count_is_made_up_for_by_the_total() {
    let mut home = with_lines(|lines| {
        replace(
            &mut lines[COUNTS[1]],
            "\"last_token_usage\":{\"input_tokens\":900",
            b"\"last_token_usage\":{\"input_tokens\":-900",
        );
    });
    let what = "a token count is negative, fractional or impossibly large";
    assert_harmless(&check(&mut home), &[at("invalid-count", "10:1", what)]);
}

#[test]
fn a_negative_total_is_made_up_for_by_the_last_response() {
    let mut home = with_lines(|lines| {
        replace(
            &mut lines[COUNTS[1]],
            "\"total_token_usage\":{\"input_tokens\":1800",
            b"\"total_token_usage\":{\"input_tokens\":-1800",
        );
    });
    let what = "a token count is negative, fractional or impossibly large";
    assert_harmless(&check(&mut home), &[at("invalid-count", "10:1", what)]);
}

#[test]
fn counts_that_overflow_are_made_up_for_by_the_next_total() {
    for huge in ["99999999999999999999999", "9223372036854775808", "1e300", "12.5", "\"900\""] {
        let mut home = with_lines(|lines| {
            let line = &mut lines[COUNTS[1]];
            replace(
                line,
                "\"total_token_usage\":{\"input_tokens\":1800",
                format!("\"total_token_usage\":{{\"input_tokens\":{huge}").as_bytes(),
            );
            replace(
                line,
                "\"last_token_usage\":{\"input_tokens\":900",
                format!("\"last_token_usage\":{{\"input_tokens\":{huge}").as_bytes(),
            );
        });
        let report = check(&mut home);
        assert_lost(&report, &at("invalid-count", "10:1", "a token count is negative, fractional or impossibly large"));
        assert_eq!((report.lines("unreadable"), report.lines("growth")), (1, 1), "{huge}");
    }
}

#[test]
fn a_line_of_30_megabytes_is_passed_over() {
    let summary = format!(r#"{{"message":"{}"}}"#, "x".repeat(30 << 20));
    let mut home = three_responses();
    home.thread("a").line("compacted", &summary).estimate(500);
    let report = check(&mut home);
    assert_whole(&report);
    assert_eq!(report.lines("estimate"), 1);
    assert!(report.0["data_quality"]["bytes"].as_u64().unwrap() > 30 << 20);
}

#[test]
fn a_line_too_long_to_hold_is_named() {
    // No member tells early what the line is, so all of it would have to be read.
    let mut home = with_lines(|lines| {
        lines.insert(5, [&vec![b'['; 33 << 20][..], b"\n"].concat());
    });
    assert_lost(&check(&mut home), &at("line-too-long", "6:1", "the line is longer than 32 MiB and was not read"));
}
