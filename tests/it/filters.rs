//! Which responses a report is about, in which order its rows stand, and that all reports agree.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{TestHome, tokens};

const REPORTS: [&str; 7] = ["daily", "weekly", "monthly", "session", "project", "model", "total"];

/// Five responses of 1000, 2000, 3000, 4000 and 5000 tokens.
fn home() -> TestHome {
    let mut home = TestHome::new();
    let shop = home.thread("a").repository("git@github.com:acme/shop.git").at("2026-06-01T00:00:00.000Z");
    shop.model("gpt-5.4").response(900, 0, 100);
    shop.at("2026-06-02T23:29:59.000Z").model("gpt-5.5").response(1900, 500, 100);
    let api = home.thread("b").cwd("/srv/api").source(r#""exec""#).at("2026-06-03T01:59:59.000Z");
    api.model("gpt-5.4").response(2900, 0, 100);
    let review = home.thread("r").cwd("/srv/api").source(r#"{"subagent":"review"}"#).at("2026-06-07T23:59:58.000Z");
    review.model("gpt-5.5").response(3900, 0, 100);
    let local = home.thread("v").cwd("/home/ada/toys").source(r#""vscode""#).at("2026-07-01T12:00:00.000Z");
    local.model("local-llm").response(4900, 0, 100);
    home
}

fn map(rows: &[(&str, u64)]) -> BTreeMap<String, u64> {
    rows.iter().map(|(name, tokens)| ((*name).to_owned(), *tokens)).collect()
}

#[test]
fn days_weeks_and_months_are_those_of_the_zone() {
    let mut home = home();
    let days =
        [("2026-06-01", 1000), ("2026-06-02", 2000), ("2026-06-03", 3000), ("2026-06-07", 4000), ("2026-07-01", 5000)];
    assert_eq!(home.report(&["daily"]).tokens_by("date"), map(&days));
    // The seventh of June is a Sunday.
    let weeks = [("2026-06-01", 10_000), ("2026-06-29", 5000)];
    assert_eq!(home.report(&["weekly"]).tokens_by("date"), map(&weeks));
    assert_eq!(home.report(&["monthly"]).tokens_by("date"), map(&[("2026-06", 10_000), ("2026-07", 5000)]));
}

#[test]
fn a_zone_to_the_east_moves_a_late_response_to_the_next_day() {
    let mut home = home();
    let days = [("2026-06-01", 1000), ("2026-06-03", 5000), ("2026-06-08", 4000), ("2026-07-01", 5000)];
    assert_eq!(home.report(&["daily", "-z", "Asia/Tokyo"]).tokens_by("date"), map(&days));
    let weeks = [("2026-06-01", 6000), ("2026-06-08", 4000), ("2026-06-29", 5000)];
    assert_eq!(home.report(&["weekly", "--timezone", "Asia/Tokyo"]).tokens_by("date"), map(&weeks));
    // Berlin is two hours ahead of UTC in June: only the half past eleven moves, and Sunday's end.
    let days = [("2026-06-01", 1000), ("2026-06-03", 5000), ("2026-06-08", 4000), ("2026-07-01", 5000)];
    assert_eq!(home.report(&["daily", "-z", "Europe/Berlin"]).tokens_by("date"), map(&days));
}

#[test]
fn a_zone_to_the_west_moves_an_early_response_to_the_day_before() {
    let days = [("2026-05-31", 1000), ("2026-06-02", 5000), ("2026-06-07", 4000), ("2026-07-01", 5000)];
    assert_eq!(home().report(&["daily", "-z", "America/New_York"]).tokens_by("date"), map(&days));
}

#[test]
fn without_a_zone_the_systems_days_count() {
    let mut home = home();
    let home = home.save().path();
    let args = ["analyze", "daily", "--json", home.to_str().unwrap()];
    let report = crate::support::rollout_with(&args, &[("TZ", "Asia/Tokyo")]).report();
    assert_eq!(report.0["timezone"], "Asia/Tokyo");
    assert_eq!(report.tokens_by("date")["2026-06-03"], 5000);
}

#[test]
fn since_and_until_are_inclusive() {
    let mut home = home();
    for (args, want) in [
        (&["--since", "2026-06-02"][..], 14_000),
        (&["--since", "20260602", "--until", "20260602"], 2000),
        (&["-u", "2026-06-02"], 3000),
        (&["-s", "2026-06-02", "-u", "2026-06-07"], 9000),
        (&["--since", "2026-06-04", "--until", "2026-06-06"], 0),
        // The borders are those of the zone, too.
        (&["--since", "2026-06-03", "--until", "2026-06-03", "-z", "Asia/Tokyo"], 5000),
    ] {
        assert_eq!(home.report(&[&["total"], args].concat()).tokens(), want, "{args:?}");
    }
}

#[test]
fn days_can_be_told_from_today() {
    let mut home = TestHome::new();
    let ago = |hours: i64| jiff::Timestamp::now().checked_sub(jiff::Span::new().hours(hours)).unwrap();
    for (name, hours) in [("a", 24 * 3), ("b", 24 * 30)] {
        home.thread(name).at(&ago(hours).to_string()).model("gpt-5.4").response(900, 0, 100);
    }
    for (since, want) in [("7d", 1000), ("90d", 2000), ("yesterday", 0), ("today", 0)] {
        assert_eq!(home.report(&["total", "--since", since]).tokens(), want, "{since}");
    }
}

#[test]
fn models_projects_and_sources_select() {
    let mut home = home();
    for (args, want) in [
        (&["--model", "gpt-5.4"][..], 4000),
        (&["--model", "gpt-5.4", "--model", "local-llm"], 9000),
        (&["--model", "gpt-5"], 0), // a name, not the beginning of one
        (&["--project", "github.com/acme/shop"], 3000),
        (&["--project", "shop"], 3000),
        (&["--project", "/srv/api"], 7000),
        (&["--project", "api", "--project", "toys"], 12_000),
        (&["--project", "srv"], 0), // the last part of a name, not any part
        (&["--source", "exec"], 3000),
        (&["--source", "subagent"], 4000),
        (&["--source", "subagent:review"], 4000),
        (&["--source", "subagent:thread_spawn"], 0),
        (&["--source", "cli", "--source", "vscode"], 8000),
        (&["--model", "gpt-5.4", "--project", "api", "--source", "exec", "--since", "2026-06-03"], 3000),
    ] {
        assert_eq!(home.report(&[&["total"], args].concat()).tokens(), want, "{args:?}");
    }
}

#[track_caller]
fn assert_rows(home: &mut TestHome, args: &[&str], key: &str, want: &[(&str, u64)]) {
    let report = home.report(args);
    let rows: Vec<_> = report.rows().iter().map(|row| (row[key].as_str().unwrap(), tokens(row))).collect();
    assert_eq!(rows, want, "{args:?}");
    assert_eq!(report.tokens(), want.iter().map(|(_, tokens)| tokens).sum::<u64>(), "{args:?}");
}

#[test]
fn time_ascends_and_size_descends_unless_told_otherwise() {
    let mut home = home();
    let (june, july) = (("2026-06", 10_000), ("2026-07", 5000));
    assert_rows(&mut home, &["monthly"], "date", &[june, july]);
    assert_rows(&mut home, &["monthly", "--order", "asc"], "date", &[june, july]);
    assert_rows(&mut home, &["monthly", "--order", "desc"], "date", &[july, june]);
    let (api, toys, shop) = (("/srv/api", 7000), ("/home/ada/toys", 5000), ("github.com/acme/shop", 3000));
    assert_rows(&mut home, &["project"], "project", &[api, toys, shop]);
    assert_rows(&mut home, &["project", "-o", "desc"], "project", &[api, toys, shop]);
    assert_rows(&mut home, &["project", "-o", "asc"], "project", &[shop, toys, api]);
}

#[test]
fn last_keeps_the_newest_periods_and_sessions_and_the_largest_rest() {
    let mut home = home();
    assert_rows(&mut home, &["daily", "--last", "2"], "date", &[("2026-06-07", 4000), ("2026-07-01", 5000)]);
    assert_rows(&mut home, &["daily", "--last", "1", "-o", "desc"], "date", &[("2026-07-01", 5000)]);
    assert_rows(&mut home, &["session", "--last", "1"], "cwd", &[("/home/ada/toys", 5000)]);
    assert_rows(&mut home, &["project", "--last", "1"], "project", &[("/srv/api", 7000)]);
    assert_rows(&mut home, &["model", "--last", "2"], "model", &[("gpt-5.5", 6000), ("local-llm", 5000)]);
    assert_rows(&mut home, &["model", "--last", "2", "-o", "asc"], "model", &[("local-llm", 5000), ("gpt-5.5", 6000)]);
    assert_rows(&mut home, &["model", "--last", "0"], "model", &[]);
}

/// The counts that must agree wherever they are added up.
fn counts(amounts: &Value) -> Vec<u64> {
    let usage = amounts["usage"].as_object().unwrap().values();
    usage.chain([&amounts["responses"], &amounts["unpriced_tokens"]]).map(|count| count.as_u64().unwrap()).collect()
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Value>) -> Vec<u64> {
    parts.into_iter().fold(vec![0; 8], |sum, part| sum.iter().zip(counts(part)).map(|(a, b)| a + b).collect())
}

#[test]
fn rows_add_up_and_all_reports_have_the_same_totals() {
    let mut home = home();
    for filter in [
        &[][..],
        &["--since", "2026-06-02"],
        &["--until", "2026-06-03", "-z", "America/New_York"],
        &["--model", "gpt-5.5"],
        &["--project", "api"],
        &["--source", "subagent", "--source", "vscode"],
        &["--model", "local-llm"],
        &["--no-cost"],
        &["--since", "2030-01-01"],
    ] {
        let reports = REPORTS.map(|name| home.report(&[&[name], filter].concat()));
        for report in &reports {
            let rows = report.rows();
            assert_eq!(sum(rows), counts(&report.0["totals"]), "{filter:?}: rows");
            for row in rows {
                assert_eq!(sum(row["models"].as_array().unwrap()), counts(row), "{filter:?}: models of a row");
            }
            assert_eq!(report.0["totals"], reports[0].0["totals"], "{filter:?}: totals");
            assert_eq!(report.0["data_quality"], reports[0].0["data_quality"], "{filter:?}: quality");
        }
    }
}
