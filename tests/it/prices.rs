//! What is priced, what is not, and how a user's table changes that. Costs are worked out by hand.

use serde_json::{Value, json};

use crate::support::{TestHome, write};

/// One response of 10,000 input (4,000 of it cached) and 500 output tokens.
fn priced(model: &str) -> TestHome {
    let mut home = TestHome::new();
    home.thread("a").model(model).response(10_000, 4_000, 500);
    home
}

/// The same, and 1,000 tokens of a model that has no price.
fn mixed() -> TestHome {
    let mut home = priced("gpt-5.4");
    home.thread("a").model("local-llm").response(900, 0, 100);
    home
}

fn cost(home: &mut TestHome, args: &[&str]) -> Value {
    home.report(args).0["totals"]["cost_usd"].clone()
}

#[test]
fn cached_input_costs_less_and_output_more() {
    // 6,000 × 2.50 + 4,000 × 0.25 + 500 × 15.00 per million
    assert_eq!(cost(&mut priced("gpt-5.4"), &["total"]), json!(0.0235));
    // 6,000 × 1.25 + 4,000 × 0.125 + 500 × 10.00 per million
    assert_eq!(cost(&mut priced("gpt-5"), &["total"]), json!(0.013));
}

#[test]
fn a_response_above_the_long_threshold_costs_more_as_a_whole() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(272_000, 0, 0);
    assert_eq!(cost(&mut home, &["total"]), json!(0.68));
    // Two responses below it are together above it, and cost what two cost.
    home.thread("a").response(272_000, 0, 0);
    assert_eq!(cost(&mut home, &["total"]), json!(1.36));
    home.thread("a").response(300_000, 0, 0);
    assert_eq!(cost(&mut home, &["total"]), json!(2.86));
}

#[test]
fn an_unknown_model_has_no_cost_rather_than_none() {
    let report = priced("local-llm").report(&["model"]);
    for amounts in [&report.0["totals"], &report.rows()[0], &report.rows()[0]["models"][0]] {
        assert_eq!(amounts["cost_usd"], Value::Null);
        assert_eq!(amounts["unpriced_tokens"], 10_500);
    }
    // Every response was counted: that nobody knows its price is no gap in the logs.
    assert!(report.complete());
}

#[test]
fn a_mixed_row_keeps_the_part_that_is_known() {
    let report = mixed().report(&["daily"]);
    let row = &report.rows()[0];
    for amounts in [&report.0["totals"], row] {
        assert_eq!(amounts["cost_usd"], json!(0.0235));
        assert_eq!(amounts["unpriced_tokens"], 1000);
        assert_eq!(amounts["usage"]["total_tokens"], 11_500);
    }
    let parts: Vec<_> = row["models"].as_array().unwrap().iter().map(|part| &part["cost_usd"]).collect();
    assert_eq!(parts, [&json!(0.0235), &Value::Null]);
}

#[test]
fn tables_and_csv_mark_what_has_no_price() {
    insta::assert_snapshot!(mixed().run(&["model"]), @r"
    exit 0
    -- stdout
     Model       Responses    Input   Cached   Output   Reasoning    Total   Cost (USD)
    ────────────────────────────────────────────────────────────────────────────────────
     gpt-5.4             1   10,000    4,000      500           0   10,500        $0.02
     local-llm           1      900        0      100           0    1,000     no price
     Total               2   10,900    4,000      600           0   11,500       $0.02+
    -- stderr
    1 files, 13 lines, 0.0 MB in [TIME]; 1,000 tokens without a known price; complete
    ");
    insta::assert_snapshot!(mixed().run(&["model", "--csv"]), @r"
    exit 0
    -- stdout
    model,responses,input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens,total_tokens,cost_usd,unpriced_tokens
    gpt-5.4,1,10000,4000,0,500,0,10500,0.0235,0
    local-llm,1,900,0,0,100,0,1000,,1000
    ");
}

#[test]
fn no_cost_leaves_every_trace_of_money_out() {
    let report = mixed().report(&["session", "--no-cost"]);
    assert!(!report.0.to_string().contains("cost_usd"), "{report:#?}");
    assert_eq!(report.0.get("pricing"), None);
    assert_eq!(report.0["totals"]["unpriced_tokens"], 0);
    assert_eq!(report.tokens(), 11_500);
    let csv = mixed().run(&["total", "--no-cost", "--csv"]).stdout;
    let header = "total,responses,input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens,total_tokens";
    assert_eq!(csv, format!("{header}\ntotal,2,10900,4000,0,600,0,11500\n"));
    assert!(!mixed().run(&["total", "--no-cost"]).stdout.contains("Cost"));
}

/// Runs with a price table of the user's.
fn with_table(home: &mut TestHome, table: &str, args: &[&str]) -> crate::support::Outcome {
    let path = home.path().join("prices.toml");
    write(&path, table.as_bytes());
    home.run(&[args, &["--pricing", path.to_str().unwrap()]].concat())
}

#[test]
fn a_table_of_the_users_overrides_and_adds() {
    let table = r#"
        snapshot = "2026-06-30"
        source = "our contract"
        [[price]]
        models = ["gpt-5.4", "local-llm"]
        input = "1"
        output = "2"
    "#;
    let report = with_table(&mut mixed(), table, &["total", "--json"]).report();
    // Without a price for cached input it costs as much as other input.
    assert_eq!(report.0["totals"]["cost_usd"], json!(0.0121));
    assert_eq!(report.0["totals"]["unpriced_tokens"], 0);
    assert_eq!(report.0["pricing"], json!({"snapshot": "2026-06-30", "source": "our contract"}));
    // Models that it does not name keep their price.
    let report = with_table(&mut priced("gpt-5"), table, &["total", "--json"]).report();
    assert_eq!(report.0["totals"]["cost_usd"], json!(0.013));
}

#[test]
fn a_price_holds_from_its_day_on() {
    let table = "[[price]]\nmodels = ['m']\ninput = '1'\noutput = '0'\n\
                 [[price]]\nmodels = ['m']\nfrom = '2026-06-02'\ninput = '2'\noutput = '0'\n";
    let mut home = TestHome::new();
    home.thread("a").at("2026-06-01T23:59:58.000Z").model("m").response(1_000_000, 0, 0);
    home.thread("b").at("2026-06-01T23:59:59.000Z").model("m").response(1_000_000, 0, 0);
    // Prices change by the UTC day, whatever the zone of the report.
    let report = with_table(&mut home, table, &["session", "--json", "-z", "America/New_York"]).report();
    let costs: Vec<_> = report.rows().iter().map(|row| row["cost_usd"].as_f64().unwrap()).collect();
    assert_eq!(costs, [1.0, 2.0]);
}

#[test]
fn money_is_rounded_to_the_nearest_cent_for_people_only() {
    let table = "[[price]]\nmodels = ['m']\ninput = '1000'\noutput = '0'\n";
    for (tokens, shown, exact) in
        [(14, "$0.01", "0.014"), (16, "$0.02", "0.016"), (999, "$1.00", "0.999"), (1_234_567, "$1,234.57", "1234.567")]
    {
        let mut home = TestHome::new();
        home.thread("a").model("m").response(tokens, 0, 0);
        let csv = with_table(&mut home, table, &["model", "--csv"]).stdout;
        assert!(csv.ends_with(&format!(",{tokens},{exact},0\n")), "{csv}");
        let outcome = with_table(&mut home, table, &["model"]);
        assert!(outcome.stdout.contains(&format!(" {shown} ")), "{tokens} tokens should cost {shown}:\n{outcome}");
    }
}

#[test]
fn a_part_below_a_cent_still_says_that_the_rest_has_no_price() {
    let mut home = TestHome::new();
    home.thread("a").model("gpt-5.4").response(100, 0, 0).model("local-llm").response(900_000, 0, 0);
    let stdout = home.run(&["total", "--quiet"]).stdout;
    assert!(stdout.lines().last().unwrap().trim_end().ends_with('+'), "{stdout}");
}

#[test]
fn a_table_that_cannot_be_used_is_an_error() {
    for table in [
        "price = 1",
        "[[price]]\nmodels = ['m']\ninputs = '1'\noutput = '1'\n",
        "[[price]]\nmodels = ['m']\ninput = '-1'\noutput = '1'\n",
    ] {
        let outcome = with_table(&mut mixed(), table, &["total"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        assert!(outcome.stderr.starts_with("error: [HOME]/prices.toml: "), "{outcome}");
        assert!(outcome.stderr.contains("\nhint: one [[price]] per model: "), "{outcome}");
    }
    let outcome = mixed().run(&["total", "--pricing", "/no/such/table.toml"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert!(outcome.stderr.contains("/no/such/table.toml"), "{outcome}");
}
