//! `rollout analyze explain`: the ledger's decisions, line by line.

use std::fmt::Write;
use std::process::ExitCode;

use analyze::report::Explanation;
use analyze::{Analysis, Subject, parse_day};
use anstyle::{AnsiColor, Style};
use jiff::Zoned;

use super::analyze::{read, zone};
use crate::cli::Explain;
use crate::error::Hinted;
use crate::table::thousands;
use crate::ui::Ui;

pub(crate) fn run(args: &Explain, ui: &Ui) -> anyhow::Result<ExitCode> {
    let zone = zone(&args.days)?;
    let today = Zoned::now().with_time_zone(zone.clone()).date();
    let analysis = read(&args.source, ui)?;
    let subject = match parse_day(&args.subject, today) {
        Ok(day) => Subject::Day(day),
        Err(_) => thread(&analysis, &args.subject)?,
    };
    let mut explanation = analysis.explain(&subject, &zone);
    if args.raw {
        analysis.add_raw(&mut explanation, !args.no_mmap)?;
    }
    if args.format.json {
        ui.print_plain(&(serde_json::to_string_pretty(&explanation)? + "\n"))?;
    } else {
        ui.print(&render(&explanation))?;
    }
    Ok(ExitCode::from(u8::from(explanation.lines.is_empty())))
}

fn thread(analysis: &Analysis, text: &str) -> anyhow::Result<Subject> {
    match analysis.threads_like(text).as_slice() {
        [id] => Ok(Subject::Thread((*id).clone())),
        [] => Err(Hinted::error(
            format!("no thread and no day is named `{text}`"),
            "`rollout analyze session --json` lists the threads",
        )),
        ids => {
            let shown: Vec<&str> = ids.iter().take(5).map(|id| id.as_str()).collect();
            Err(Hinted::error(format!("`{text}` names {} threads", ids.len()), format!("one of {}", shown.join(", "))))
        }
    }
}

fn render(explanation: &Explanation) -> String {
    let mut text = String::new();
    let (yes, no) = (Style::new().fg_color(Some(AnsiColor::Green.into())), Style::new().dimmed());
    for line in &explanation.lines {
        let (style, mark) = if line.counted { (yes, '+') } else { (no, '-') };
        let time = line.time.as_deref().unwrap_or("no time");
        let usage = line.usage.map_or_else(String::new, |usage| {
            format!(
                " in {} (cached {}) out {} total {}",
                thousands(usage.input_tokens),
                thousands(usage.cached_input_tokens),
                thousands(usage.output_tokens),
                thousands(usage.total_tokens)
            )
        });
        let effort = line.effort.as_ref().map_or_else(String::new, |effort| format!("/{effort}"));
        let place = format!("{}:{}:{}", line.path, line.line, line.column);
        // Writing to a string cannot fail.
        let _: std::fmt::Result = writeln!(
            text,
            "{style}{mark} {time} {}{effort}{usage}\n  {}: {}{style:#}\n  {place}",
            line.model, line.rule, line.reason
        );
        if let Some(raw) = &line.raw {
            let _: std::fmt::Result = writeln!(text, "  {raw}");
        }
    }
    let counted = explanation.lines.iter().filter(|line| line.counted).count();
    let totals = &explanation.totals;
    let _: std::fmt::Result = writeln!(
        text,
        "{}: {counted} of {} lines counted, {} responses, {} tokens",
        explanation.subject,
        explanation.lines.len(),
        thousands(totals.responses),
        thousands(totals.usage.total_tokens)
    );
    text
}
