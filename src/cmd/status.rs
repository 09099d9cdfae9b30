//! `rollout status`: what recent threads are doing.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use analyze::Prices;
use analyze::listing::{Filters, StatusReport, status};
use anyhow::Context;
use jiff::Timestamp;
use replay::status::Thresholds;
use replay::store::Store;

use super::analyze::on_jobs;
use super::ls::folders;
use crate::cli::Status as Args;
use crate::listing::{self, Drawing, ShortIds};
use crate::threads;
use crate::ui::Ui;

/// How long Ctrl-C may wait for an answer.
const PATIENCE: Duration = Duration::from_millis(50);

/// Clears a terminal and goes to its upper left corner.
const CLEAR: &str = "\x1b[2J\x1b[H";

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let prices = Prices::embedded().context("the embedded price table is damaged")?;
    let look = || on_jobs(&args.source.homes, || look(args, &prices, ui))?;
    let Some(seconds) = args.watch else {
        let (store, report) = look()?;
        let text =
            if args.format.json { serde_json::to_string_pretty(&report)? + "\n" } else { draw(&store, &report, ui) };
        ui.print(&text)?;
        if report.threads.is_empty() && !args.format.json && !ui.quiet {
            ui.note("no thread was written lately; --recent 7d looks further back, --all into every folder");
        }
        threads::remark(&store.problems, ui);
        return Ok(ExitCode::from(u8::from(report.threads.is_empty())));
    };
    let stopped = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stopped))?;
    while !stopped.load(Ordering::Relaxed) {
        let (store, report) = look()?;
        let text = match (args.format.json, ui.width()) {
            (true, _) => serde_json::to_string(&report)? + "\n",
            (false, Some(_)) => CLEAR.to_owned() + &draw(&store, &report, ui),
            (false, None) => draw(&store, &report, ui) + "\n",
        };
        ui.print(&text)?;
        let until = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < until && !stopped.load(Ordering::Relaxed) {
            std::thread::sleep(PATIENCE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What the threads are doing now.
fn look(args: &Args, prices: &Prices, ui: &Ui) -> anyhow::Result<(Store, StatusReport)> {
    let store = threads::store(&args.source, ui)?;
    let now = Timestamp::now().as_millisecond();
    let thresholds = Thresholds { active_within: millis(args.active_within), idle_after: millis(args.idle_after) };
    let filters = Filters {
        cwds: folders(&args.cwds)?,
        projects: args.projects.clone(),
        // The sample was never written.
        written_after: (!args.source.homes.sample).then(|| now - millis(args.recent)),
        ..Filters::default()
    };
    let of = |filters: &Filters| status(&store, filters, &thresholds, now, prices, &replay::Silent);
    // Who names logs or folders means them; else the folder one stands in comes first.
    let is_named = args.all || args.source.homes.sample;
    let is_named = is_named || !(args.source.paths.is_empty() && args.cwds.is_empty() && args.projects.is_empty());
    if !is_named {
        let here = of(&Filters { cwds: folders(&[PathBuf::from(".")])?, ..filters.clone() })?;
        if !here.threads.is_empty() {
            return Ok((store, here));
        }
    }
    let report = of(&filters)?;
    Ok((store, report))
}

fn draw(store: &Store, report: &StatusReport, ui: &Ui) -> String {
    let drawing = Drawing { ids: &ShortIds::new(store), width: ui.width(), now: report.now.0 };
    if report.threads.is_empty() { String::new() } else { listing::states(report, &drawing) }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
