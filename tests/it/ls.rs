//! Which threads are listed, in which order, and what is said of each.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::{Outcome, TestHome, rollout, tokens};
use crate::thread::{millis, thread_id};

/// Gives a file the time at which it was last written.
pub(crate) fn written_at(path: &Path, time: &str) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(millis(time)).unwrap());
    fs_err::File::options().write(true).open(path).unwrap().file().set_modified(time).unwrap();
}

/// Runs `rollout ls` over a home.
fn ls(home: &mut TestHome, args: &[&str]) -> Outcome {
    let path = home.save().path().to_str().unwrap().to_owned();
    let mut outcome = rollout(&[&["ls", "--home", &path], args].concat());
    outcome.stdout = outcome.stdout.replace(&path, "[HOME]");
    outcome
}

/// The list as JSON.
pub(crate) fn list(home: &mut TestHome, args: &[&str]) -> Value {
    ls(home, &[args, &["--json"]].concat()).json()
}

/// The names of the listed threads, as tests call them.
pub(crate) fn names(list: &Value) -> Vec<String> {
    let name = |thread: &Value| {
        let digits = &thread["id"].as_str().unwrap()[24..];
        let bytes = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
        String::from_utf8(bytes.filter(|byte| *byte != 0).collect()).unwrap()
    };
    list["threads"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn the_sample_as_a_table() {
    insta::assert_snapshot!(rollout(&["ls", "--sample"]), @r"
    exit 0
    -- stdout
     Title                                                        Thread              Written   Turns   Model              Tokens   Project                  Flags
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     /root/database: Look for slow queries in the checkout.       00000b02   2026-10-02 23:58       1   gpt-6-luna         25,710   github.com/acme/teapot   agent
     slow checkout                                                00000b01   2026-10-03 08:15       2   gpt-6-sol          75,910   github.com/acme/teapot
     Why does the price of the blue teapot have three decimals?   00000a02   2026-03-28 16:40       3   gpt-5.4            36,230   github.com/acme/teapot   fork
     Why does the price of the blue teapot have three decimals?   00000a01   2026-03-27 10:05       3   gpt-5.4-mini +1   106,507   github.com/acme/teapot
    ");
}

#[test]
fn the_sample_as_trees() {
    insta::assert_snapshot!(rollout(&["ls", "--sample", "--tree"]), @r"
    exit 0
    -- stdout
     Title                                                          Thread              Written   Turns   Model              Tokens   With below   Project                  Flags
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     slow checkout                                                  00000b01   2026-10-03 08:15       2   gpt-6-sol          75,910      101,620   github.com/acme/teapot
     └ /root/database: Look for slow queries in the checkout.       00000b02   2026-10-02 23:58       1   gpt-6-luna         25,710       25,710   github.com/acme/teapot   agent
     Why does the price of the blue teapot have three decimals?     00000a01   2026-03-27 10:05       3   gpt-5.4-mini +1   106,507      142,737   github.com/acme/teapot
     └ Why does the price of the blue teapot have three decimals?   00000a02   2026-03-28 16:40       3   gpt-5.4            36,230       36,230   github.com/acme/teapot   fork
    ");
}

#[test]
fn the_sample_as_json() {
    insta::assert_snapshot!(rollout(&["ls", "--sample", "--json", "--limit", "1"]), @r#"
    exit 0
    -- stdout
    {
      "schema_version": 1,
      "threads": [
        {
          "id": "019d8f00-9000-7b10-8b10-000000000b02",
          "title": "Look for slow queries in the checkout.",
          "name": null,
          "cwd": "/home/ada/teapot/shop",
          "project": "github.com/acme/teapot",
          "branch": "main",
          "source": "subagent:thread_spawn",
          "originator": "codex_cli_rs",
          "cli_version": "0.160.0",
          "model": "gpt-6-luna",
          "models": [
            "gpt-6-luna"
          ],
          "created": "2026-10-02T22:48:16.000Z",
          "updated": "2026-10-02T23:58:31.100Z",
          "turns": 1,
          "user_messages": 1,
          "own": {
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
          "status": "completed",
          "forked_from": null,
          "parent": "019d8f00-1000-7b10-8b10-000000000b01",
          "root": "019d8f00-1000-7b10-8b10-000000000b01",
          "agent_path": "/root/database",
          "flags": [
            "sub_agent"
          ],
          "files": [
            "sample/sessions/2026/10/02/rollout-2026-10-02T22-48-16-019d8f00-9000-7b10-8b10-000000000b02.jsonl"
          ],
          "bytes": 5048,
          "tools": {
            "calls": 0,
            "used": {},
            "files_touched": []
          }
        }
      ],
      "next_cursor": "u::1790981296000:019d8f00-9000-7b10-8b10-000000000b02",
      "problems": []
    }
    "#);
}

/// A thread of another folder that was forked here is no thread of its parent's folder.
#[test]
fn a_folder_is_the_threads_own_however_it_is_written() {
    let mut home = TestHome::new();
    home.thread("d").cwd("/srv/d/").model("gpt-5.4").response(100, 0, 1);
    home.thread("a").cwd("/srv/a").model("gpt-5.4").response(100, 0, 1);
    home.fork("b", "a").cwd("/srv/b").turn().response(200, 0, 1);
    home.thread("moved").cwd("/srv/a").model("gpt-5.4").response(100, 0, 1);
    home.thread("moved").line("turn_context", r#"{"cwd":"/srv/./c/","model":"gpt-5.4"}"#);
    let mut check = |args: &[&str], want: &[&str]| {
        let found: BTreeSet<String> = names(&list(&mut home, args)).into_iter().collect();
        assert_eq!(found, want.iter().map(ToString::to_string).collect(), "{args:?}");
    };
    check(&["--cwd", "/srv/d"], &["d"]);
    check(&["--cwd", "/srv//d/./"], &["d"]);
    check(&["--cwd", "/srv/a"], &["a", "moved"]);
    check(&["--cwd", "/srv/b"], &["b"]);
    check(&["--cwd", "/srv/b", "--cwd", "/srv/d/"], &["b", "d"]);
    check(&["--cwd", "/srv"], &[]);
    check(&["--cwd", "/srv/c"], &[]);
    check(&["--cwd", "/srv/c", "--cwd-latest"], &["moved"]);
}

#[test]
fn filters_hold_together() {
    let mut home = TestHome::new();
    home.thread("old").repository("git@github.com:acme/shop.git").model("gpt-5.4").response(100, 0, 1);
    home.thread("new").source(r#""exec""#).model("gpt-5.5").response(100, 0, 1);
    home.thread("gone").archived().model("gpt-5.4").response(100, 0, 1);
    for name in ["old", "new", "gone"] {
        let words = format!(r#"{{"type":"input_text","text":"Do step 2 of {name}."}}"#);
        home.thread(name).line("response_item", &format!(r#"{{"type":"message","role":"user","content":[{words}]}}"#));
    }
    home.save();
    for (name, time) in
        [("old", "2026-06-02T23:30:00Z"), ("new", "2026-06-03T00:30:00Z"), ("gone", "2026-06-04T10:00:00Z")]
    {
        written_at(&home.file(name), time);
    }
    let index = format!("{{\"id\":\"{}\",\"thread_name\":\"Café Teapot\",\"updated_at\":\"x\"}}\n", thread_id("old"));
    crate::support::write(&home.path().join("session_index.jsonl"), index.as_bytes());
    let mut check = |args: &[&str], want: &[&str]| {
        let outcome = ls(&mut home, &[args, &["--json"]].concat());
        assert_eq!(outcome.code, Some(i32::from(want.is_empty())), "{args:?}: {outcome}");
        assert_eq!(names(&outcome.json()), want, "{args:?}");
    };
    check(&[], &["new", "old"]);
    check(&["--archived"], &["gone"]);
    check(&["--all"], &["gone", "new", "old"]);
    check(&["--all", "--limit", "2"], &["gone", "new"]);
    check(&["--all", "--limit", "0"], &["gone", "new", "old"]);
    check(&["--project", "shop"], &["new", "old"]);
    check(&["--project", "github.com/acme/shop"], &["old"]);
    check(&["--source", "exec"], &["new"]);
    check(&["--source", "exec", "--model", "gpt-5.4"], &[]);
    check(&["--all", "--model", "gpt-5.4"], &["gone", "old"]);
    check(&["--since", "2026-06-03"], &["new"]);
    check(&["--until", "20260602"], &["old"]);
    check(&["--until", "20260602", "-z", "Europe/Berlin"], &[]);
    check(&["--since", "2026-06-03", "-z", "Europe/Berlin"], &["new", "old"]);
    check(&["--all", "--grep", "step 2 of GONE"], &["gone"]);
    check(&["--all", "--grep", "do step"], &["gone", "new", "old"]);
    check(&["--all", "--grep", "café"], &["old"]);
    check(&["--all", "--grep", "nothing of the kind"], &[]);
}

#[test]
fn a_thread_is_told_with_all_its_files() {
    let mut home = TestHome::new();
    home.thread("a").version("0.160.0").paginated(0).model("gpt-5.4").response(1000, 0, 10);
    home.segment("a2", "a").version("0.160.0").model("gpt-5.5").response(500, 0, 5);
    home.thread("a2").compressed();
    home.thread("b").model("gpt-5.4").response(100, 0, 1);
    home.thread("b").line("response_item", r#"{"type":"function_call","name":"plan","arguments":"{}","call_id":"c1"}"#);
    home.thread("b").line("response_item", r#"{"type":"function_call_output","call_id":"c1","output":"ok"}"#);
    home.edit("b", |bytes| {
        [&bytes, &b"{\"timestamp\":\"2026-06-01T10:00:00.000Z\",\"type\":\"event_msg\",\"pa\n"[..]].concat()
    });
    let list = list(&mut home, &["--sort", "created"]);
    let [b, a] = &list["threads"].as_array().unwrap()[..] else { panic!("{list:#}") };
    let of = |thread: &Value| {
        (tokens(&thread["own"]), thread["files"].as_array().unwrap().len(), thread["flags"].to_string())
    };
    assert_eq!(of(a), (1515, 2, r#"["compressed"]"#.to_owned()));
    assert_eq!(of(b), (101, 1, r#"["damaged"]"#.to_owned()));
    assert_eq!((&a["model"], &a["turns"]), (&"gpt-5.5".into(), &2.into()));
    assert_eq!(b["tools"], serde_json::json!({"calls": 1, "used": {"plan": 1}, "files_touched": []}));
    assert_eq!(list["problems"][0]["rule"], "invalid-json");
}

/// Pages through a home; `meanwhile` happens between two pages.
fn walk(home: &mut TestHome, args: &[&str], mut meanwhile: impl FnMut(&mut TestHome)) -> Vec<String> {
    let (mut walked, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let continued: Vec<&str> = cursor.iter().flat_map(|cursor| ["--cursor", cursor.as_str()]).collect();
        let page = list(home, &[args, &["--limit", "2"], &continued[..]].concat());
        walked.extend(names(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return walked,
        }
        meanwhile(home);
    }
}

#[test]
fn a_walk_returns_each_thread_once_while_others_are_begun() {
    let mut home = TestHome::new();
    for name in ["a", "b", "c", "d", "e"] {
        home.thread(name).model("gpt-5.4").response(100, 0, 1);
        home.save();
        // Of equals the larger id comes first.
        written_at(&home.file(name), "2026-06-02T10:00:00Z");
    }
    let mut count = 0;
    let walked = walk(&mut home, &[], |home| {
        count += 1;
        home.thread(&format!("new{count}")).at("2026-07-01T10:00:00Z").model("gpt-5.4").response(100, 0, 1);
    });
    assert_eq!(walked, ["e", "d", "c", "b", "a"]);
    assert_eq!(names(&list(&mut home, &[])).len(), 7);
}

#[test]
fn a_walk_by_beginning_does_not_mind_what_is_written() {
    let mut home = TestHome::new();
    for (day, name) in ["a", "b", "c", "d", "e"].iter().enumerate() {
        home.thread(name).at(&format!("2026-06-0{}T10:00:00Z", day + 1)).model("gpt-5.4").response(100, 0, 1);
    }
    home.save();
    let walked = walk(&mut home, &["--sort", "created"], |home| written_at(&home.file("a"), "2026-08-01T10:00:00Z"));
    assert_eq!(walked, ["e", "d", "c", "b", "a"]);
}

#[test]
fn a_cursor_belongs_to_its_order() {
    for cursor in ["x", "u:1:1", "c:1:1:id"] {
        let outcome = rollout(&["ls", "--sample", "--cursor", cursor]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
        let want = format!(
            "error: `{cursor}` is no cursor of a list in this order\nhint: take `next_cursor` of `rollout ls --json` with the same --sort\n"
        );
        assert_eq!(outcome.stderr, want);
    }
}

#[test]
fn an_empty_home_has_no_threads() {
    let mut home = TestHome::new();
    let outcome = ls(&mut home, &["--json"]);
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.json()["threads"], Value::Array(Vec::new()));
    assert_eq!(ls(&mut home, &[]).stdout, "");
    home.thread("a").archived().model("gpt-5.4").response(100, 0, 1);
    let outcome = ls(&mut home, &[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert_eq!(outcome.stderr, "no thread is like that; --all lists archived ones as well\n");
}
