//! Forks and sub-agents below the threads they came out of: what each used adds up.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use crate::ls::{list, names};
use crate::support::{TestHome, tokens};
use crate::thread::thread_id;

/// Depth, name, own tokens and tokens with all below, of each row of the trees.
fn trees(home: &mut TestHome) -> Vec<String> {
    let list = list(home, &["--tree", "--all", "--limit", "0", "--sort", "created"]);
    let row = |(thread, name): (&Value, String)| {
        let tree = &thread["tree"];
        let mark = if thread["flags"].to_string().contains("missing") { "?" } else { "" };
        let relation = tree["relation"].as_str().unwrap_or("root");
        format!("{} {mark}{name} {relation} {} {}", tree["depth"], tokens(&thread["own"]), tokens(&tree["total"]))
    };
    list["threads"].as_array().unwrap().iter().zip(names(&list)).map(row).collect()
}

#[test]
fn trees_add_up() {
    let mut home = TestHome::new();
    home.thread("a").at("2026-06-02T10:00:00Z").version("0.160.0").paginated(0).model("gpt-5.4").response(1000, 0, 0);
    home.refer("b", "a").version("0.160.0").turn().response(200, 0, 0);
    let spawned = format!(r#""parent_thread_id":"{}","source_note":0"#, thread_id("b"));
    home.thread("c").at("2026-06-02T11:00:00Z").lineage(&spawned).model("gpt-5.4").response(30, 0, 0);
    home.thread("p").at("2026-06-01T10:00:00Z").model("gpt-5.4").response(4, 0, 0);
    home.fork("q", "p").turn().response(500, 0, 0);
    home.fork("r", "p").turn().response(6000, 0, 0);
    let whole = ["0 a root 1000 1230", "1 b forked 200 230", "2 c spawned 30 30"];
    let family = ["0 p root 4 6504", "1 q forked 500 500", "1 r forked 6000 6000"];
    assert_eq!(trees(&mut home), [whole, family].concat());
    // Without the parent its turns are counted from a copy, and stay the parent's.
    home.forget("p");
    assert_eq!(trees(&mut home)[3..], ["0 ?p root 4 6504", "1 q forked 500 500", "1 r forked 6000 6000"]);
    let total = home.report(&["total"]).tokens();
    assert_eq!(total, 1230 + 6504);
}

#[derive(Clone, Debug)]
enum Step {
    Begin,
    Fork(usize),
    Spawn(usize),
    Turn(usize, u64),
    Archive(usize),
    Forget(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let index = || 0..64_usize;
    prop_oneof![
        2 => Just(Step::Begin),
        3 => index().prop_map(Step::Fork),
        2 => index().prop_map(Step::Spawn),
        6 => (index(), 1..5_u64).prop_map(|(thread, size)| Step::Turn(thread, size * 100)),
        1 => index().prop_map(Step::Archive),
        1 => index().prop_map(Step::Forget),
    ]
}

/// A home in which threads come out of others, and some files are gone.
fn happen(steps: &[Step]) -> TestHome {
    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut home = TestHome::new();
    let (mut n_threads, mut forgotten, mut clock) = (0, BTreeSet::new(), 0);
    for step in [&[Step::Begin, Step::Turn(0, 7)], steps].concat() {
        clock += 1;
        let now = format!("2026-06-{:02}T{:02}:00:00Z", 1 + clock / 24, clock % 24);
        let name = |index: usize| NAMES[index % n_threads.max(1)];
        match step {
            Step::Begin | Step::Fork(_) | Step::Spawn(_) if n_threads == NAMES.len() => continue,
            Step::Begin => drop(home.thread(NAMES[n_threads]).at(&now).turn()),
            Step::Fork(parent) => {
                home.thread(NAMES[n_threads]).at(&now);
                home.fork(NAMES[n_threads], name(parent));
            }
            Step::Spawn(parent) => {
                let lineage = format!(r#""parent_thread_id":"{}""#, thread_id(name(parent)));
                home.thread(NAMES[n_threads]).at(&now).lineage(&lineage).turn();
            }
            Step::Turn(thread, size) => drop(home.thread(name(thread)).at(&now).model("gpt-5.4").response(size, 0, 0)),
            Step::Archive(thread) => drop(home.thread(name(thread)).archived()),
            Step::Forget(thread) => drop(forgotten.insert(name(thread))),
        }
        n_threads += usize::from(matches!(step, Step::Begin | Step::Fork(_) | Step::Spawn(_)));
    }
    forgotten.into_iter().for_each(|name| home.forget(name));
    home
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// A page reads a part of the home only, and says the same as a report over all of it.
    #[test]
    fn own_tokens_do_not_depend_on_the_page_and_add_up(steps in proptest::collection::vec(step(), 1..24)) {
        let mut home = happen(&steps);
        home.save();
        if !home.path().join("sessions/2026").exists() && !home.path().join("archived_sessions").exists() {
            return Ok(()); // every file is gone
        }
        let report = home.report(&["session"]);
        let mut billed = report.tokens_by("thread_id");
        let mut walked: BTreeMap<String, u64> = BTreeMap::new();
        let mut cursor = None::<String>;
        loop {
            let continued: Vec<&str> = cursor.iter().flat_map(|cursor| ["--cursor", cursor.as_str()]).collect();
            let page = list(&mut home, &[&["--all", "--limit", "1"], &continued[..]].concat());
            for thread in page["threads"].as_array().unwrap() {
                walked.insert(thread["id"].as_str().unwrap().to_owned(), tokens(&thread["own"]));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        let all = list(&mut home, &["--all", "--tree", "--limit", "0"]);
        let threads = all["threads"].as_array().unwrap();
        let own: u64 = threads.iter().map(|thread| tokens(&thread["own"])).sum();
        let roots = threads.iter().filter(|thread| thread["tree"]["depth"] == 0);
        let total: u64 = roots.map(|root| tokens(&root["tree"]["total"])).sum();
        prop_assert_eq!((own, total), (report.tokens(), report.tokens()));
        // The report has no rows for threads that used nothing, and some for those without files.
        billed.retain(|id, _| walked.contains_key(id));
        walked.retain(|_, tokens| *tokens > 0);
        prop_assert_eq!(walked, billed);
    }
}
