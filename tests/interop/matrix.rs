//! Every kind of thread, forked at every kind of point, in every version: one table, versions by cells.

use std::fmt::Write;

use anyhow::Context;

use crate::cell::{Bench, Cut};
use crate::codex::Codex;
use crate::home::Home;
use crate::rollout::Rollout;
use crate::sources::{Maker, Source};

/// What came of a cell.
enum Outcome {
    Ok,
    NotApplicable(String),
    Failed(anyhow::Error),
}

impl Outcome {
    fn word(&self) -> &str {
        match self {
            Self::Ok => "ok",
            Self::NotApplicable(_) => "n/a",
            Self::Failed(_) => "FAIL",
        }
    }
}

/// A line of the table.
fn line<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: String = cells.map(|cell| format!(" {cell:>9}")).collect();
    format!("{name:<24}{cells}\n")
}

/// The cells of one version, in order.
struct Column<'a> {
    bench: Bench<'a>,
    outcomes: Vec<(&'static str, Outcome)>,
}

impl Column<'_> {
    /// Fills a cell, and returns the fork for others to build on.
    fn cell(&mut self, name: &'static str, source: &anyhow::Result<Source>, cut: Cut<'_>) -> anyhow::Result<Source> {
        let made = match source {
            Ok(Source::Thread(thread)) => self.bench.fork(thread, cut).map(Source::Thread),
            Ok(Source::Absent(why)) => Ok(Source::Absent(why.clone())),
            Err(error) => Err(anyhow::anyhow!("the thread to fork: {error:#}")),
        };
        let (outcome, made) = match made {
            Ok(Source::Thread(thread)) => (Outcome::Ok, Ok(Source::Thread(thread))),
            Ok(Source::Absent(why)) => (Outcome::NotApplicable(why.clone()), Ok(Source::Absent(why))),
            Err(error) => {
                let told = anyhow::anyhow!("the cell `{name}` failed");
                (Outcome::Failed(error), Err(told))
            }
        };
        self.outcomes.push((name, outcome));
        made
    }
}

fn column(codex: &Codex) -> anyhow::Result<Vec<(&'static str, Outcome)>> {
    let home = Home::new()?;
    let maker = Maker { home: &home, codex };
    let mut column = Column { bench: Bench { home: &home, codex }, outcomes: Vec::new() };
    let plain = maker.plain();

    let said = ["First.", "Second.", "Third."];
    let on = ["First.", "Second.", "Third.", "Go on."];
    let fork = column.cell("end", &plain, Cut::after("end", &said));
    column.cell("turn", &plain, Cut::after("turn:1", &said[..1])).ok();
    column.cell("before a message", &plain, Cut::after("before-user:2", &said[..1])).ok();
    let call = call(&home, &plain).unwrap_or_else(|error| format!("{error:#}"));
    let inside = Cut { inside: true, ..Cut::after(&call, &said[..2]) };
    column.cell("inside a turn", &plain, inside).ok();
    column.cell("fork of our fork", &fork, Cut::after("end", &on)).ok();
    let fork = of(&plain, |thread| maker.fork_of(thread));
    column.cell("fork of Codex' fork", &fork, Cut::after("end", &["First.", "Second.", "Third.", "Own."])).ok();
    let by_reference = |said| Cut { options: &["--by-reference"], ..Cut::after("end", said) };
    let paginated = |source: &_| of(source, |thread| paginated(&home, thread));
    let fork = column.cell("by reference", &paginated(&plain), by_reference(&said));
    column.cell("by reference, twice", &fork, by_reference(&on)).ok();
    column.cell("copy of a reference", &fork, Cut::after("end", &on)).ok();
    let compacted = maker.compacted();
    column.cell("after a compaction", &compacted, Cut::after("compaction:1", &said[..2])).ok();
    column.cell("turn after a compaction", &compacted, Cut::after("end", &said)).ok();
    let again = ["First.", "Second.", "Third again."];
    column.cell("after a rollback", &maker.rolled_back(), Cut::after("end", &again)).ok();
    let reverted = maker.reverted();
    column.cell("after a revert", &reverted, Cut::after("end", &again)).ok();
    column.cell("revert by reference", &paginated(&reverted), by_reference(&again)).ok();
    column.cell("sub-agent", &maker.sub_agent(), Cut::after("end", &["Do the half of it."])).ok();
    column.cell("interrupted", &maker.interrupted(), Cut::after("end", &said[..2])).ok();
    let killed = Cut { inside: true, ..Cut::after("end", &said[..1]) };
    column.cell("killed in a call", &maker.killed(), killed).ok();
    let unanswered = maker.unanswered();
    let cut = Cut { inside: tells_turns(&home, &unanswered), ..Cut::after("end", &said[..1]) };
    column.cell("killed unanswered", &unanswered, cut).ok();
    Ok(column.outcomes)
}

/// A source that is made of another.
fn of(source: &anyhow::Result<Source>, make: impl FnOnce(&str) -> anyhow::Result<Source>) -> anyhow::Result<Source> {
    match source {
        Ok(Source::Thread(thread)) => make(thread),
        Ok(Source::Absent(why)) => Ok(Source::Absent(why.clone())),
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    }
}

/// The point after the output of a thread's first call.
fn call(home: &Home, source: &anyhow::Result<Source>) -> anyhow::Result<String> {
    let Ok(Source::Thread(thread)) = source else { anyhow::bail!("no thread") };
    let history = Rollout(home).history(thread, "end")?;
    history.iter().find_map(|item| Some(format!("item:{}", item["call_id"].as_str()?))).context("no call")
}

/// Whether the thread's version writes where turns begin. Others leave no trace of a turn that came to nothing.
fn tells_turns(home: &Home, source: &anyhow::Result<Source>) -> bool {
    let Ok(Source::Thread(thread)) = source else { return false };
    home.rollout(thread).is_ok_and(|text| text.contains(r#""task_started""#))
}

/// The thread, if its version writes files that others may refer to.
fn paginated(home: &Home, thread: &str) -> anyhow::Result<Source> {
    Ok(match home.session_meta(thread)?["history_mode"].as_str() {
        Some("paginated") => Source::Thread(thread.to_owned()),
        _ => Source::Absent("its threads are not paginated".to_owned()),
    })
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn every_fork_is_a_thread_of_its_own_for_every_version() {
    let versions = Codex::versions();
    let columns: Vec<_> = std::thread::scope(|scope| {
        let columns: Vec<_> = versions.iter().map(|codex| scope.spawn(|| column(codex).unwrap())).collect();
        columns.into_iter().map(|column| column.join().unwrap()).collect()
    });
    let mut table = line("", versions.iter().map(|codex| &*codex.version));
    let (mut failures, mut reasons) = (String::new(), String::new());
    for (row, (name, _)) in columns[0].iter().enumerate() {
        let outcomes = columns.iter().map(|column| &column[row].1);
        for (codex, outcome) in versions.iter().zip(outcomes.clone()) {
            let version = &codex.version;
            match outcome {
                Outcome::Ok => {}
                Outcome::NotApplicable(why) => writeln!(reasons, "n/a  {version}, {name}: {why}").unwrap(),
                Outcome::Failed(error) => writeln!(failures, "FAIL {version}, {name}: {error:#}\n").unwrap(),
            }
        }
        table += &line(name, outcomes.map(Outcome::word));
    }
    #[expect(clippy::print_stdout, reason = "the table is what this test is for")]
    {
        println!("\n{table}\n{reasons}");
    }
    assert!(failures.is_empty(), "\n{failures}");
}
