//! Laws that hold for any home.

use std::collections::BTreeMap;
use std::process::Command;

use proptest::prelude::*;

use crate::support::TestHome;
use crate::thread::thread_id;

/// With `arbitrary_precision` serde_json hands a number to visitors as a map, and every token
/// count would be read as damaged. Features are united over a whole build, so that one dependency
/// far away could switch it on.
#[test]
fn no_dependency_switches_on_arbitrary_precision() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["tree", "--workspace", "--locked", "--offline", "--all-features"]);
    command.args(["--edges", "features", "--invert", "serde_json"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let features = String::from_utf8(output.stdout).unwrap();
    assert!(features.contains(r#"serde_json feature "raw_value""#), "{features}");
    assert!(!features.contains("arbitrary_precision"), "{features}");
}

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const MODELS: [&str; 4] = ["gpt-5.4", "gpt-5.5", "gpt-5-mini", "local-llm"];
const PROJECTS: [&str; 3] = ["/srv/shop", "/srv/api", "/home/ada/toys"];

/// What happens next in a home. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Event {
    /// A new thread begins in a project, with or without usage records.
    Begin { project: usize, recorded: bool },
    /// A thread is forked by copy.
    Fork { parent: usize, project: usize },
    /// A thread gets a turn of some responses.
    Turn { thread: usize, model: usize, responses: Vec<Response> },
    /// Time passes.
    Wait { hours: i64 },
    /// A thread's file is archived or compressed.
    Store { thread: usize, archived: bool, compressed: bool },
}

#[derive(Clone, Debug)]
struct Response {
    input: u64,
    cached: u64,
    output: u64,
    repeats: usize,
    no_info: bool,
    estimate: bool,
    /// The process dies after the record, if it writes records.
    killed: bool,
}

fn response() -> impl Strategy<Value = Response> {
    // Small numbers among large ones, so that equal responses in different threads occur.
    let input = prop_oneof![1..4_u64, 1..300_000_u64];
    (input, 0..=100_u64, 0..4_u64, 0..3_usize, any::<bool>(), any::<bool>(), 0..8_u8).prop_map(
        |(input, percent, output, repeats, no_info, estimate, killed)| Response {
            input,
            cached: input * percent / 100,
            output,
            repeats,
            no_info,
            estimate,
            killed: killed == 0,
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let index = || 0..64_usize;
    prop_oneof![
        2 => (index(), any::<bool>()).prop_map(|(project, recorded)| Event::Begin { project, recorded }),
        2 => (index(), index()).prop_map(|(parent, project)| Event::Fork { parent, project }),
        6 => (index(), index(), proptest::collection::vec(response(), 1..4))
            .prop_map(|(thread, model, responses)| Event::Turn { thread, model, responses }),
        1 => (1..60_i64).prop_map(|hours| Event::Wait { hours }),
        1 => (index(), any::<bool>(), any::<bool>())
            .prop_map(|(thread, archived, compressed)| Event::Store { thread, archived, compressed }),
    ]
}

type Sums = BTreeMap<String, u64>;

/// What was used, by the ways in which reports ask for it.
#[derive(Debug, Default, PartialEq)]
struct Truth {
    threads: Sums,
    models: Sums,
    days: Sums,
    projects: Sums,
    responses: u64,
}

/// Fills a home, and adds up what was used while it happens.
fn happen(events: &[Event]) -> (TestHome, Truth) {
    let (mut home, mut truth) = (TestHome::new(), Truth::default());
    // Project of each thread, and whether it writes usage records.
    let mut threads: Vec<(&str, bool)> = Vec::new();
    let mut now = "2026-06-01T10:00:00Z".parse::<jiff::Timestamp>().unwrap();
    for event in [&[Event::Begin { project: 0, recorded: false }], events].concat() {
        // Nothing lasts longer than a minute, so that no two events overlap.
        now += jiff::Span::new().minutes(2);
        let (clock, n_threads) = (now.to_string(), threads.len());
        match event {
            Event::Begin { .. } | Event::Fork { .. } if n_threads == NAMES.len() => {}
            Event::Begin { project, recorded } => {
                threads.push((PROJECTS[project % PROJECTS.len()], recorded));
                home.thread(NAMES[n_threads]).cwd(threads[n_threads].0).at(&clock).turn();
            }
            Event::Fork { parent, project } => {
                let parent = parent % n_threads;
                threads.push((PROJECTS[project % PROJECTS.len()], threads[parent].1));
                home.thread(NAMES[n_threads]).cwd(threads[n_threads].0).at(&clock);
                home.fork(NAMES[n_threads], NAMES[parent]);
            }
            Event::Turn { thread, model, responses } => {
                let (index, model) = (thread % n_threads, MODELS[model % MODELS.len()]);
                let (project, recorded) = threads[index];
                let thread = home.thread(NAMES[index]).at(&clock).model(model);
                for Response { input, cached, output, repeats, no_info, estimate, killed } in responses {
                    let before = thread.clone();
                    match recorded {
                        false => thread.response(input, cached, output),
                        true => thread.record(&format!("resp_{}", truth.responses), input, cached, output),
                    };
                    match recorded {
                        true if killed => thread.continue_totals(&before),
                        true => thread.count(),
                        false => thread,
                    };
                    for _ in 0..repeats {
                        thread.count();
                    }
                    if no_info {
                        thread.no_info();
                    }
                    if estimate {
                        thread.estimate(input + 1);
                    }
                    let mut add = |sums: fn(&mut Truth) -> &mut Sums, name: &str| {
                        *sums(&mut truth).entry(name.to_owned()).or_default() += input + output;
                    };
                    add(|truth| &mut truth.threads, &thread_id(NAMES[index]));
                    add(|truth| &mut truth.models, model);
                    add(|truth| &mut truth.projects, project);
                    add(|truth| &mut truth.days, &crate::thread::time(thread.clock)[..10]);
                    truth.responses += 1;
                }
            }
            Event::Wait { hours } => now += jiff::Span::new().hours(hours),
            Event::Store { thread, archived, compressed } => {
                let thread = home.thread(NAMES[thread % n_threads]);
                (thread.archived, thread.compressed) = (archived, compressed);
            }
        }
    }
    (home, truth)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reports_equal_the_truth_of_any_home(events in proptest::collection::vec(event(), 1..24)) {
        let (mut home, truth) = happen(&events);
        let total = truth.threads.values().sum::<u64>();
        for (report, key, want) in [
            ("session", "thread_id", &truth.threads),
            ("model", "model", &truth.models),
            ("daily", "date", &truth.days),
            ("project", "project", &truth.projects),
        ] {
            let report = home.report(&[report]);
            prop_assert_eq!(&report.tokens_by(key), want);
            prop_assert_eq!(report.tokens(), total);
            prop_assert_eq!(&report.0["totals"]["responses"], truth.responses);
            prop_assert!(report.complete(), "{:?}", report.incomplete());
            prop_assert_eq!(report.problems(), Vec::<String>::new());
        }
        let report = home.report(&["total"]);
        prop_assert_eq!((report.tokens(), report.rows().len()), (total, 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Up to 0.77 every resume restarts the totals. The few sizes make totals of one process come
    /// up again in another one, which must not pass for repeats.
    #[test]
    fn old_resumes_lose_nothing(
        processes in proptest::collection::vec(proptest::collection::vec((1..3_u64, 0..2_usize), 1..4), 1..4),
    ) {
        let mut home = TestHome::new();
        let thread = home.thread("a").version("0.58.0");
        for process in &processes {
            thread.resumed().model("gpt-5");
            for (size, repeats) in process {
                thread.response(size * 100, 0, 0);
                for _ in 0..*repeats {
                    thread.count();
                }
            }
        }
        let total: u64 = processes.iter().flatten().map(|(size, _)| size * 100).sum();
        prop_assert_eq!(home.report(&["total"]).tokens(), total);
    }
}
