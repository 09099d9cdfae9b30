//! What the seven reports print for the sample logs.
//!
//! The sample has a thread with a compaction, its fork by copy, a thread with usage records, and a
//! sub-agent of that. Counted by hand: 106,507 + 36,230 + 75,910 + 25,710 = 244,357 tokens.

use crate::support::{Outcome, rollout};

fn sample(args: &[&str]) -> Outcome {
    rollout(&[&["analyze"], args, &["--sample"]].concat())
}

#[test]
fn daily() {
    insta::assert_snapshot!(sample(&["daily"]), @r"
    exit 0
    -- stdout
     Day          Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ───────────────────────────────────────────────────────────────────────────────────────────────────────
     2026-03-27   gpt-5.4                7   103,716    70,400    2,791         640   106,507        $0.10
                  gpt-5.4-mini
     2026-03-28   gpt-5.4                2    34,510    31,616    1,720         640    36,230        $0.04
     2026-10-02   gpt-6-luna             4    70,970    30,336    2,050       1,024    73,020        $0.08
                  gpt-6-sol
     2026-10-03   gpt-6-sol              2    28,130    24,832      470          64    28,600        $0.02
     Total                              15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn weekly() {
    insta::assert_snapshot!(sample(&["weekly"]), @r"
    exit 0
    -- stdout
     Week of      Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ───────────────────────────────────────────────────────────────────────────────────────────────────────
     2026-03-23   gpt-5.4                9   138,226   102,016    4,511       1,280   142,737        $0.14
                  gpt-5.4-mini
     2026-09-28   gpt-6-luna             6    99,100    55,168    2,520       1,088   101,620        $0.10
                  gpt-6-sol
     Total                              15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn monthly() {
    insta::assert_snapshot!(sample(&["monthly"]), @r"
    exit 0
    -- stdout
     Month     Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     2026-03   gpt-5.4                9   138,226   102,016    4,511       1,280   142,737        $0.14
               gpt-5.4-mini
     2026-10   gpt-6-luna             6    99,100    55,168    2,520       1,088   101,620        $0.10
               gpt-6-sol
     Total                           15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn session() {
    insta::assert_snapshot!(sample(&["session"]), @r"
    exit 0
    -- stdout
     Thread     Title                                                        Last activity      From                Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     00000a01   Why does the price of the blue teapot have three decimals?   2026-03-27 10:05                       gpt-5.4                7   103,716    70,400    2,791         640   106,507        $0.10
                                                                                                                    gpt-5.4-mini
     00000a02   Why does the price of the blue teapot have three decimals?   2026-03-28 16:40   fork of 00000a01    gpt-5.4                2    34,510    31,616    1,720         640    36,230        $0.04
     00000b02   Look for slow queries in the checkout.                       2026-10-02 23:58   agent of 00000b01   gpt-6-luna             2    24,680     9,088    1,030         384    25,710       <$0.01
     00000b01   slow checkout                                                2026-10-03 08:15                       gpt-6-sol              4    74,420    46,080    1,490         704    75,910        $0.09
     Total                                                                                                                                15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn project() {
    insta::assert_snapshot!(sample(&["project"]), @r"
    exit 0
    -- stdout
     Project                  Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     github.com/acme/teapot   gpt-5.4               15   237,326   157,184    7,031       2,368   244,357        $0.24
                              gpt-5.4-mini
                              gpt-6-luna
                              gpt-6-sol
     Total                                          15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn model() {
    insta::assert_snapshot!(sample(&["model"]), @r"
    exit 0
    -- stdout
     Model          Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ──────────────────────────────────────────────────────────────────────────────────────────
     gpt-5.4                7   105,046    85,632    3,561       1,280   108,607        $0.12
     gpt-6-sol              4    74,420    46,080    1,490         704    75,910        $0.09
     gpt-5.4-mini           2    33,180    16,384      950           0    34,130        $0.02
     gpt-6-luna             2    24,680     9,088    1,030         384    25,710       <$0.01
     Total                 15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn total() {
    insta::assert_snapshot!(sample(&["total"]), @r"
    exit 0
    -- stdout
             Models         Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ──────────────────────────────────────────────────────────────────────────────────────────────────
     All     gpt-5.4               15   237,326   157,184    7,031       2,368   244,357        $0.24
             gpt-5.4-mini
             gpt-6-luna
             gpt-6-sol
     Total                         15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn breakdown_shows_each_models_part_of_a_row() {
    insta::assert_snapshot!(sample(&["monthly", "--breakdown"]), @r"
    exit 0
    -- stdout
     Month     Models           Responses     Input    Cached   Output   Reasoning     Total   Cost (USD)
    ──────────────────────────────────────────────────────────────────────────────────────────────────────
     2026-03   gpt-5.4                  9   138,226   102,016    4,511       1,280   142,737        $0.14
               gpt-5.4-mini
               └ gpt-5.4                7   105,046    85,632    3,561       1,280   108,607        $0.12
               └ gpt-5.4-mini           2    33,180    16,384      950           0    34,130        $0.02
     2026-10   gpt-6-luna               6    99,100    55,168    2,520       1,088   101,620        $0.10
               gpt-6-sol
               └ gpt-6-luna             2    24,680     9,088    1,030         384    25,710       <$0.01
               └ gpt-6-sol              4    74,420    46,080    1,490         704    75,910        $0.09
     Total                             15   237,326   157,184    7,031       2,368   244,357        $0.24
    -- stderr
    4 files, 117 lines, 0.0 MB in [TIME]; complete
    ");
}

#[test]
fn csv_has_one_record_per_row() {
    insta::assert_snapshot!(sample(&["session", "--csv"]), @r"
    exit 0
    -- stdout
    thread_id,title,project,source,last_activity,forked_from,parent_thread_id,root_thread_id,responses,input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens,total_tokens,cost_usd,unpriced_tokens
    019d2f10-5a00-7a10-8a10-000000000a01,Why does the price of the blue teapot have three decimals?,github.com/acme/teapot,cli,2026-03-27T10:05:30.400Z,,,019d2f10-5a00-7a10-8a10-000000000a01,7,103716,70400,0,2791,640,106507,0.1005198,0
    019d2f3c-c800-7a10-8a10-000000000a02,Why does the price of the blue teapot have three decimals?,github.com/acme/teapot,cli,2026-03-28T16:40:20.310Z,019d2f10-5a00-7a10-8a10-000000000a01,,019d2f3c-c800-7a10-8a10-000000000a02,2,34510,31616,0,1720,640,36230,0.040939,0
    019d8f00-9000-7b10-8b10-000000000b02,Look for slow queries in the checkout.,github.com/acme/teapot,subagent:thread_spawn,2026-10-02T23:58:30.200Z,,019d8f00-1000-7b10-8b10-000000000b01,019d8f00-1000-7b10-8b10-000000000b01,2,24680,9088,13312,1030,384,25710,0.00249788,0
    019d8f00-1000-7b10-8b10-000000000b01,slow checkout,github.com/acme/teapot,cli,2026-10-03T08:15:06.200Z,,,019d8f00-1000-7b10-8b10-000000000b01,4,74420,46080,24832,1490,704,75910,0.093212,0
    ");
}

#[test]
fn csv_with_breakdown_has_one_record_per_row_and_model() {
    insta::assert_snapshot!(sample(&["daily", "--csv", "--breakdown"]), @r"
    exit 0
    -- stdout
    date,model,responses,input_tokens,cached_input_tokens,cache_write_input_tokens,output_tokens,reasoning_output_tokens,total_tokens,cost_usd,unpriced_tokens
    2026-03-27,gpt-5.4,5,70536,54016,0,1841,640,72377,0.082419,0
    2026-03-27,gpt-5.4-mini,2,33180,16384,0,950,0,34130,0.0181008,0
    2026-03-28,gpt-5.4,2,34510,31616,0,1720,640,36230,0.040939,0
    2026-10-02,gpt-6-luna,2,24680,9088,13312,1030,384,25710,0.00249788,0
    2026-10-02,gpt-6-sol,2,46290,21248,22016,1020,640,47310,0.0755416,0
    2026-10-03,gpt-6-sol,2,28130,24832,2816,470,64,28600,0.0176704,0
    ");
}

#[test]
fn json() {
    insta::assert_snapshot!(sample(&["total", "--json"]), @r#"
    exit 0
    -- stdout
    {
      "schema_version": 1,
      "report": "total",
      "timezone": "UTC",
      "rows": [
        {
          "responses": 15,
          "usage": {
            "input_tokens": 237326,
            "cached_input_tokens": 157184,
            "cache_write_input_tokens": 38144,
            "output_tokens": 7031,
            "reasoning_output_tokens": 2368,
            "total_tokens": 244357
          },
          "cost_usd": 0.23716868,
          "unpriced_tokens": 0,
          "models": [
            {
              "model": "gpt-5.4",
              "responses": 7,
              "usage": {
                "input_tokens": 105046,
                "cached_input_tokens": 85632,
                "cache_write_input_tokens": 0,
                "output_tokens": 3561,
                "reasoning_output_tokens": 1280,
                "total_tokens": 108607
              },
              "cost_usd": 0.123358,
              "unpriced_tokens": 0
            },
            {
              "model": "gpt-5.4-mini",
              "responses": 2,
              "usage": {
                "input_tokens": 33180,
                "cached_input_tokens": 16384,
                "cache_write_input_tokens": 0,
                "output_tokens": 950,
                "reasoning_output_tokens": 0,
                "total_tokens": 34130
              },
              "cost_usd": 0.0181008,
              "unpriced_tokens": 0
            },
            {
              "model": "gpt-6-luna",
              "responses": 2,
              "usage": {
                "input_tokens": 24680,
                "cached_input_tokens": 9088,
                "cache_write_input_tokens": 13312,
                "output_tokens": 1030,
                "reasoning_output_tokens": 384,
                "total_tokens": 25710
              },
              "cost_usd": 0.00249788,
              "unpriced_tokens": 0
            },
            {
              "model": "gpt-6-sol",
              "responses": 4,
              "usage": {
                "input_tokens": 74420,
                "cached_input_tokens": 46080,
                "cache_write_input_tokens": 24832,
                "output_tokens": 1490,
                "reasoning_output_tokens": 704,
                "total_tokens": 75910
              },
              "cost_usd": 0.093212,
              "unpriced_tokens": 0
            }
          ]
        }
      ],
      "totals": {
        "responses": 15,
        "usage": {
          "input_tokens": 237326,
          "cached_input_tokens": 157184,
          "cache_write_input_tokens": 38144,
          "output_tokens": 7031,
          "reasoning_output_tokens": 2368,
          "total_tokens": 244357
        },
        "cost_usd": 0.23716868,
        "unpriced_tokens": 0
      },
      "pricing": {
        "snapshot": "2026-11-20",
        "source": "LiteLLM 1.109.1, genai-prices 0.2.3, platform.openai.com/docs/pricing"
      },
      "data_quality": {
        "complete": true,
        "incomplete": [],
        "files": 4,
        "bytes": 37956,
        "lines": 117,
        "counted": {
          "step": 9,
          "usage-record": 6
        },
        "refused": {
          "copied": 8,
          "estimate": 1,
          "recorded": 5,
          "repeat": 4
        },
        "problems": []
      }
    }
    "#);
}

#[test]
fn json_names_every_thread_with_its_lineage() {
    let report = sample(&["session", "--json"]).report();
    let mut row = report.rows()[2].clone();
    for amounts in ["models", "usage", "cost_usd", "unpriced_tokens", "responses"] {
        row.as_object_mut().unwrap().remove(amounts).unwrap();
    }
    insta::assert_snapshot!(format!("{row:#}"), @r#"
    {
      "agent_path": "/root/database",
      "cwd": "/home/ada/teapot/shop",
      "first_activity": "2026-10-02T22:48:21.200Z",
      "forked_from": null,
      "last_activity": "2026-10-02T23:58:30.200Z",
      "parent_thread_id": "019d8f00-1000-7b10-8b10-000000000b01",
      "project": "github.com/acme/teapot",
      "root_thread_id": "019d8f00-1000-7b10-8b10-000000000b01",
      "source": "subagent:thread_spawn",
      "thread_id": "019d8f00-9000-7b10-8b10-000000000b02",
      "title": "Look for slow queries in the checkout."
    }
    "#);
}

#[test]
fn the_fork_in_the_sample_counts_nothing_twice() {
    let report = sample(&["session", "--json"]).report();
    let want = [
        ("019d2f10-5a00-7a10-8a10-000000000a01", 106_507),
        ("019d2f3c-c800-7a10-8a10-000000000a02", 36_230),
        ("019d8f00-1000-7b10-8b10-000000000b01", 75_910),
        ("019d8f00-9000-7b10-8b10-000000000b02", 25_710),
    ];
    assert_eq!(report.tokens_by("thread_id"), want.map(|(id, tokens)| (id.to_owned(), tokens)).into());
    // Eight token_counts were copied into the fork: five responses and three repeats.
    assert_eq!((report.lines("copied"), report.lines("step"), report.lines("usage-record")), (8, 9, 6));
}

#[test]
fn quiet_leaves_out_the_closing_line_only() {
    let (loud, quiet) = (sample(&["daily"]), sample(&["daily", "--quiet"]));
    assert_eq!((quiet.stdout, quiet.stderr.as_str(), quiet.code), (loud.stdout, "", Some(0)));
}

#[test]
fn data_for_programs_comes_without_a_closing_line() {
    for format in ["--json", "--csv"] {
        assert_eq!(sample(&["daily", format]).stderr, "");
    }
}
