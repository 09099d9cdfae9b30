//! `rollout repair`: a mended copy of one file, and what is different in it.

use std::fmt::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use replay::repair::{Options, RepairError, RepairReport, TornTail, repair};

use crate::cli::{self, Repair as Args};
use crate::error::Hinted;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let torn_tail = match args.torn_tail {
        cli::TornTail::Drop => TornTail::Drop,
        cli::TornTail::Close => TornTail::Close,
    };
    let options = Options { torn_tail, renumber: args.renumber };
    let bar = ui.progress(fs_err::metadata(&args.file)?.len());
    let report = repair(&args.file, &args.out, options, &bar);
    drop(bar);
    let report = report.map_err(explain)?;
    if args.format.json {
        ui.print_plain(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        ui.print(&text(&report))?;
    }
    if report.records_written == 0 && report.bytes_before > 0 {
        ui.warn(&format!("no record was found in {}", report.source), "is it a rollout?");
    }
    if !ui.quiet {
        ui.note(&summary(&report));
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(error: RepairError) -> anyhow::Error {
    let hint = match &error {
        RepairError::Exists(_) => "name a file that does not exist; a rollout is never mended in place",
        RepairError::NotAFile(_) => "name one rollout file",
        RepairError::LineTooLong { .. } => "nothing was written, because the copy would lack the line; mend it by hand",
        RepairError::Read(_) | RepairError::Write { .. } => return error.into(),
    };
    Hinted::error(error.to_string(), hint)
}

/// One line for each change.
fn text(report: &RepairReport) -> String {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
    let mut text = String::new();
    for change in &report.changes {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{}:{}:{}: {style}{}{style:#}: {}",
            report.source, change.line, change.column, change.rule, change.message
        );
    }
    text
}

fn summary(report: &RepairReport) -> String {
    let plural = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let changes: u64 = report.changes.iter().map(|change| change.count).sum();
    let outcome = if changes == 0 { "nothing needed mending".to_owned() } else { plural(changes, "change") };
    let (lines, records) = (plural(report.lines_read, "line"), plural(report.records_written, "record"));
    let (before, after) = (report.bytes_before, report.bytes_after);
    format!("{}: {outcome}; {records} from {lines}, {after} bytes from {before}", report.out)
}
