//! `rollout analyze <report>`: arguments into plain options, one report, one output format.

use std::process::ExitCode;
use std::time::Instant;

use analyze::report::{Report, ReportKind};
use analyze::{Analysis, Order, Prices, ReportOptions, parse_day};
use anyhow::Context;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::{Days, Homes, OrderBy, Report as Args, Source};
use crate::error::Hinted;
use crate::ui::Ui;
use crate::{homes, table};

pub(crate) fn run(kind: ReportKind, args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let options = options(kind, args)?;
    let started = Instant::now();
    let analysis = read(&args.source, ui)?;
    let report = analysis.report(&options)?;
    // The process ends soon: taking a million facts apart one by one would only delay it.
    std::mem::forget(analysis);
    let elapsed = started.elapsed();
    if args.format.json {
        ui.print_plain(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else if args.csv {
        ui.print_plain(&table::csv(&report, args.breakdown)?)?;
    } else {
        ui.print(&table::render(&report, args.breakdown, ui.width()))?;
        if !ui.quiet {
            ui.note(&table::footer(&report, elapsed));
        }
    }
    Ok(exit_code(&report, args.strict))
}

/// Reads everything the arguments name, on as many threads as they say.
pub(crate) fn read(source: &Source, ui: &Ui) -> anyhow::Result<Analysis> {
    let input = homes::find(source, ui)?;
    let bar = ui.progress(input.files.iter().map(|file| file.bytes).sum());
    on_jobs(&source.homes, || Analysis::read(input, &bar))
}

/// Runs `work` on as many threads as the arguments say.
pub(crate) fn on_jobs<T: Send>(homes: &Homes, work: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
    let Some(jobs) = homes.jobs else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build().context("cannot start threads")?;
    Ok(pool.install(work))
}

/// The zone whose days count.
pub(crate) fn zone(days: &Days) -> anyhow::Result<TimeZone> {
    match &days.timezone {
        None => Ok(TimeZone::system()),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Hinted::error(format!("no zone is named `{name}`"), "use an IANA name such as Europe/Berlin or UTC")
        }),
    }
}

/// The first and the last day that are wanted.
pub(crate) fn span(
    zone: &TimeZone,
    since: Option<&str>,
    until: Option<&str>,
) -> anyhow::Result<(Option<Date>, Option<Date>)> {
    let today = Zoned::now().with_time_zone(zone.clone()).date();
    let day = |text: Option<&str>| {
        let hint = "write 2026-11-01, 20261101, today, yesterday, or 7d for seven days ago";
        text.map(|text| parse_day(text, today).map_err(|error| Hinted::error(error.to_string(), hint))).transpose()
    };
    let (since, until) = (day(since)?, day(until)?);
    if let (Some(since), Some(until)) = (since, until)
        && until < since
    {
        return Err(Hinted::error(format!("--until {until} is before --since {since}"), "swap them"));
    }
    Ok((since, until))
}

fn options(kind: ReportKind, args: &Args) -> anyhow::Result<ReportOptions> {
    let zone = zone(&args.days)?;
    let (since, until) = span(&zone, args.since.as_deref(), args.until.as_deref())?;
    Ok(ReportOptions {
        since,
        until,
        models: args.models.clone(),
        projects: args.projects.clone(),
        sources: args.sources.clone(),
        last: args.last,
        order: args.order.map(|order| match order {
            OrderBy::Asc => Order::Ascending,
            OrderBy::Desc => Order::Descending,
        }),
        prices: if args.no_cost { None } else { Some(prices(args)?) },
        ..ReportOptions::new(kind, zone)
    })
}

fn prices(args: &Args) -> anyhow::Result<Prices> {
    let mut prices = Prices::embedded().context("the embedded price table is damaged")?;
    if let Some(path) = &args.pricing {
        let table = fs_err::read_to_string(path)?;
        prices.add(&table).map_err(|error| {
            let hint =
                "one [[price]] per model: models = [\"name\"], input = \"1.25\", cached = \"0.125\", output = \"10\"";
            Hinted::error(format!("{}: {error}", path.display()), hint)
        })?;
    }
    Ok(prices)
}

fn exit_code(report: &Report, strict: bool) -> ExitCode {
    ExitCode::from(u8::from(strict && !report.data_quality.complete))
}
