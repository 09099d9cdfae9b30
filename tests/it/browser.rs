//! `rollout show --format html` in a real browser. These tests need Chromium, so they are run by
//! `cargo test -- --include-ignored`, as the gate does.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chromium::Chromium;
use crate::story::HOSTILE;
use crate::support::{TestHome, program, run};
use crate::thread::thread_id;

/// How long a big page may take until its first turn can be read, and until a search answers.
const PROMPT: Duration = Duration::from_secs(5);

const ANSWER: &str = "## What I found\n\nThe query scans **all** of `orders`:\n\n1. it filters by customer,\n2. the planner picks a *sequential scan*:\n   - 1.2 M rows\n   - 840 ms\n\n```sql\nCREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);\n```\n\n> An index on such a table takes a minute.\n\n| query | before | after |\n|---|---:|---:|\n| checkout | 840 ms | 3 ms |\n\nSee [the documentation](https://www.postgresql.org/docs/current/indexes.html), not [this](javascript:window.hit=1).";
const DIFF: &str = "@@\n use shop::db;\n-    let orders = db.scan(\"orders\");\n+    // The index makes this a lookup.\n+    let orders = db.lookup(\"orders\", customer_id);\n     Ok(orders)";

/// Writes the thread `a` of a home as a page.
fn page(home: &mut TestHome, args: &[&str]) -> PathBuf {
    home.save();
    let path = home.path().join("page.html");
    let (id, file) = (thread_id("a"), path.to_str().unwrap());
    let folder = home.path().to_str().unwrap();
    let args = [&["show", &id, "--home", folder, "--format", "html", "--output", file][..], args].concat();
    let outcome = run(program(home.path()).args(args));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""), "{outcome}");
    path
}

/// A thread of a few turns with one of each kind of item.
fn story(turns: usize) -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a");
    for n in 1..=turns {
        let id = format!("turn-{n}");
        thread.begin(&id).user(&format!("Find out why checkout is slow, part {n}."));
        thread.reasoning("**Looking at the query plan**\n\nIt filters by customer.");
        thread.assistant("I will look at the query first.");
        thread.command(&format!("c{n}"), "rg -n orders src/checkout.rs", &format!("12: needle-{n}"), 0);
        thread.command(&format!("d{n}"), "cargo test checkout", "test checkout::slow ... FAILED", 101);
        thread.patch(&format!("e{n}"), "src/checkout.rs", DIFF).assistant(ANSWER).done(&id, ANSWER);
    }
    home
}

/// Looks at what must hold for every page: it is quiet, alone, and nothing of the log has run.
#[track_caller]
fn check_quiet(chromium: &mut Chromium) {
    assert_eq!(chromium.value("window.hit ?? null"), json!(null));
    assert_eq!(
        chromium.value("document.querySelectorAll('main img, main svg, main script, main [onerror]').length"),
        0
    );
    let links = "[...document.querySelectorAll('a[href]')].filter((a) => !/^(https?:|#)/.test(a.getAttribute('href')))";
    assert_eq!(chromium.value(&format!("{links}.length")), 0);
    assert_eq!(chromium.complaints(), [&json!(null); 0]);
    let requests = chromium.requests();
    assert!(requests.len() == 1 && requests[0].starts_with("file://"), "{requests:?}");
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium"]
fn a_page_can_be_read_searched_and_driven_by_keys() {
    let mut home = story(5);
    let page = page(&mut home, &[]);
    let mut chromium = Chromium::start();
    chromium.open(&page);
    assert_eq!(chromium.value("document.querySelectorAll('#turns li').length"), 5);
    assert_eq!(
        chromium.value("document.querySelectorAll('#turns .prompt')[4].textContent"),
        "Find out why checkout is slow, part 5."
    );
    assert_eq!(chromium.value("document.querySelector('.assistant_message td').textContent"), "checkout");

    // Calls are closed and open at a click; those that went badly say so.
    let fold = "document.querySelectorAll('.command details')[1]";
    assert_eq!(chromium.value(&format!("{fold}.open")), false);
    assert_eq!(chromium.value(&format!("{fold}.querySelector('.badge.bad').textContent")), "exit 101");
    chromium.value(&format!("{fold}.querySelector('summary').click()"));
    chromium.wait(&format!("{fold}.querySelector('.output')?.textContent === 'test checkout::slow ... FAILED'"));
    assert_eq!(chromium.value("document.querySelector('.diff').querySelectorAll('.added').length"), 2);

    // Keys walk over turns, and open and close what belongs to one.
    let at = "document.querySelector('[aria-current] .number').textContent";
    assert_eq!(chromium.value(at), "1");
    chromium.press("jj");
    assert_eq!(chromium.value(at), "3");
    chromium.press("k");
    assert_eq!(chromium.value(at), "2");
    chromium.press("o");
    chromium.wait("[...turns[1].section.querySelectorAll('details')].every((fold) => fold.open)");
    chromium.press("o");
    chromium.wait("[...turns[1].section.querySelectorAll('details')].every((fold) => !fold.open)");
    chromium.press("?");
    assert_eq!(chromium.value("document.getElementById('keys').open"), true);
    chromium.value("document.querySelector('#keys button').click()");
    chromium.wait("!document.getElementById('keys').open");

    // The search looks into what is folded, opens it, and leaves turns without a match out of the list.
    chromium.press("/");
    assert_eq!(chromium.value("document.activeElement.id"), "query");
    chromium.press("NEEDLE-4");
    chromium.wait("document.getElementById('found').textContent === '1 of 1'");
    assert_eq!(chromium.value("[...document.querySelectorAll('#turns li')].filter((li) => !li.hidden).length"), 1);
    assert_eq!(chromium.value("document.querySelector('.item.here .output').textContent"), "12: needle-4");
    assert_eq!(chromium.value("CSS.highlights.get('hit').size"), 1);
    chromium.key("Escape", "");
    chromium.wait("[...document.querySelectorAll('#turns li')].every((li) => !li.hidden)");
    chromium.press("/checkout::slow");
    chromium.wait("document.getElementById('found').textContent === '1 of 5'");
    chromium.key("Enter", "\r");
    chromium.wait("document.getElementById('found').textContent === '2 of 5'");
    chromium.key("Escape", "");

    // Light or dark, as the system says or as is asked for.
    let light = "parseInt(getComputedStyle(document.body).backgroundColor.slice(4)) > 128";
    chromium.prefer("light");
    assert_eq!(chromium.value(light), true);
    chromium.press("t");
    assert_eq!(chromium.value(light), false);
    check_quiet(&mut chromium);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium"]
fn nothing_in_a_log_runs() {
    let mut home = TestHome::new();
    home.thread("a").cwd(&HOSTILE.replace('"', "\\\"")).says_everywhere(HOSTILE);
    let index = json!({ "id": thread_id("a"), "thread_name": HOSTILE, "updated_at": "2026-06-01T10:00:00Z" });
    fs_err::write(home.path().join("session_index.jsonl"), format!("{index}\n")).unwrap();
    let page = page(&mut home, &["--all"]);
    let mut chromium = Chromium::start();
    chromium.open(&page);
    chromium.value("turns.forEach((turn) => { show(turn); expand(); })");
    chromium.value("find('window.hit')");
    chromium.wait("search.hits.length > 5");
    // All of it is there, as text.
    let shown = |place: &str| format!("document.querySelector('{place}').textContent.includes('</script><script>')");
    for place in ["h1", ".thread dd:nth-of-type(3)", ".says", ".prompt", ".command .what", ".command .output", ".diff"]
    {
        assert_eq!(chromium.value(&shown(place)), true, "{place}");
    }
    assert_eq!(chromium.value("document.title.includes('</script><script>')"), true);
    chromium
        .value("document.querySelectorAll('main a, main summary, main button').forEach((element) => element.click())");
    std::thread::sleep(Duration::from_millis(300));
    check_quiet(&mut chromium);
}

#[test]
#[ignore = "needs Chromium: apt-get install chromium"]
fn a_big_page_is_there_at_once() {
    let mut home = TestHome::new();
    let thread = home.thread("a");
    let output: String = (0..200).map(|n| format!("{n:04} src/checkout.rs: <T as Into<U>> && orders\n")).collect();
    for n in 0..640 {
        let id = format!("turn-{n}");
        thread.begin(&id).user(&format!("Step {n}"));
        for call in 0..5 {
            thread.command(&format!("c{n}-{call}"), "cargo test", &output, 0).assistant(ANSWER);
        }
        thread.done(&id, &format!("The end of step {n}."));
    }
    thread.begin("last").user("And now the haystack's last straw").done("last", "");
    let page = page(&mut home, &[]);
    let megabytes = fs_err::metadata(&page).unwrap().len() / 1_000_000;
    assert!(megabytes >= 50, "{megabytes} MB");

    let mut chromium = Chromium::start();
    let opened = chromium.open(&page);
    assert_eq!(chromium.value("document.querySelector('.says').textContent"), "Step 0");
    assert_eq!(chromium.value("document.querySelectorAll('#turns li').length"), 641);
    // Little of it is drawn.
    assert!(chromium.value("document.querySelectorAll('.item').length").as_u64().unwrap() < 500);
    let began = Instant::now();
    chromium.press("/");
    chromium.press("last straw");
    chromium.wait("document.getElementById('found').textContent === '1 of 1'");
    let found = began.elapsed();
    chromium.wait("document.querySelector('.item.here').getBoundingClientRect().top > 0");
    chromium.wait("document.querySelector('.item.here').getBoundingClientRect().top < innerHeight");
    assert!(opened < PROMPT && found < PROMPT, "opened in {opened:?}, searched in {found:?}");
    check_quiet(&mut chromium);
}

/// Pictures of the page for a person to look at: `SCREENSHOTS=folder cargo test pictures -- --ignored`.
#[test]
#[ignore = "needs Chromium: apt-get install chromium"]
fn pictures_can_be_taken() {
    let mut home = story(8);
    let page = page(&mut home, &[]);
    let folder = std::env::var("SCREENSHOTS").map_or_else(|_| home.path().join("pictures"), PathBuf::from);
    fs_err::create_dir_all(&folder).unwrap();
    let mut chromium = Chromium::start();
    for scheme in ["light", "dark"] {
        chromium.prefer(scheme);
        chromium.open(&page);
        for (name, step) in [
            ("top", ""),
            ("open", "expand()"),
            ("answer", "document.querySelector('table').scrollIntoView({ block: 'center' })"),
            ("found", "find('needle-6')"),
            ("keys", "showKeys()"),
        ] {
            chromium.value(step);
            std::thread::sleep(Duration::from_millis(400));
            let picture = chromium.picture();
            assert!(picture.len() > 20_000, "{name}");
            fs_err::write(folder.join(format!("{name}-{scheme}.png")), picture).unwrap();
        }
    }
    check_quiet(&mut chromium);
}
