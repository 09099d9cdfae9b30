//! Reports for people and for spreadsheets: a table that fits the terminal, and CSV.

use std::time::Duration;

use analyze::report::{Amounts, Report, ReportKind, Row, ThreadRow, Usd};
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};

/// A line below the titles, and nothing else.
const LOOK: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Digits in groups of three.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Dollars and cents; `+` marks a sum that lacks responses without a known price.
pub(crate) fn cost(amounts: &Amounts) -> Option<String> {
    let Some(usd) = amounts.cost_usd? else { return Some("no price".to_owned()) };
    let more = if amounts.unpriced_tokens > 0 { "+" } else { "" };
    let text = usd.rounded();
    if text == "0.00" && usd > Usd::default() {
        return Some(format!("<$0.01{more}"));
    }
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), thousands);
    Some(format!("${whole}.{cents}{more}"))
}

struct Columns {
    kind: ReportKind,
    room: Room,
    money: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    /// Totals only.
    Tiny,
    /// Without the columns that can be worked out from others.
    Narrow,
    Wide,
}

impl Room {
    fn of(width: Option<u16>, kind: ReportKind) -> Self {
        // Titles of threads need room of their own.
        let (narrow, wide) = if kind == ReportKind::Session { (100, 170) } else { (72, 110) };
        match width {
            Some(width) if width < narrow => Self::Tiny,
            Some(width) if width < wide => Self::Narrow,
            _ => Self::Wide,
        }
    }
}

impl Columns {
    fn titles(&self) -> Vec<&'static str> {
        let mut titles = match self.kind {
            ReportKind::Daily => vec!["Day"],
            ReportKind::Weekly => vec!["Week of"],
            ReportKind::Monthly => vec!["Month"],
            ReportKind::Session => vec!["Thread", "Title"],
            ReportKind::Project => vec!["Project"],
            ReportKind::Model => vec!["Model"],
            ReportKind::Total => vec![""],
        };
        if self.kind == ReportKind::Session && self.room == Room::Wide {
            titles.extend(["Last activity", "From"]);
        }
        if self.shows_models() {
            titles.push("Models");
        }
        titles.extend(match self.room {
            Room::Wide => &["Responses", "Input", "Cached", "Output", "Reasoning"][..],
            Room::Narrow => &["Input", "Output"],
            Room::Tiny => &[],
        });
        titles.push("Total");
        titles.extend(self.money.then_some("Cost (USD)"));
        titles
    }

    fn shows_models(&self) -> bool {
        self.kind != ReportKind::Model && self.room > Room::Tiny
    }

    fn names(&self, row: &Row) -> Vec<String> {
        let key = &row.key;
        let mut names = match self.kind {
            ReportKind::Daily | ReportKind::Weekly | ReportKind::Monthly => {
                vec![key.date.clone().flatten().unwrap_or_else(|| "unknown".to_owned())]
            }
            ReportKind::Session => key.thread.as_ref().map_or_else(Vec::new, |thread| self.thread(thread)),
            ReportKind::Project => vec![key.project.clone().unwrap_or_default()],
            ReportKind::Model => vec![key.model.clone().unwrap_or_default()],
            ReportKind::Total => vec!["All".to_owned()],
        };
        if self.shows_models() {
            let models: Vec<&str> = row.models.iter().map(|part| part.model.as_str()).collect();
            names.push(models.join("\n"));
        }
        names
    }

    fn thread(&self, thread: &ThreadRow) -> Vec<String> {
        // Ids begin with their time; the tail tells threads of one day apart.
        let tail = |id: &str| id.get(id.len().saturating_sub(8)..).unwrap_or(id).to_owned();
        let mut cells = vec![tail(&thread.thread_id), thread.title.clone().unwrap_or_default()];
        if self.room == Room::Wide {
            let last = thread.last_activity.as_deref().unwrap_or("unknown");
            cells.push(last.get(..16).unwrap_or(last).replace('T', " "));
            cells.push(match (&thread.parent_thread_id, &thread.forked_from) {
                (Some(parent), _) => format!("agent of {}", tail(parent)),
                (None, Some(parent)) => format!("fork of {}", tail(parent)),
                (None, None) => String::new(),
            });
        }
        cells
    }

    fn numbers(&self, amounts: &Amounts) -> Vec<String> {
        let usage = &amounts.usage;
        let counts = match self.room {
            Room::Wide => vec![
                amounts.responses,
                usage.input_tokens,
                usage.cached_input_tokens,
                usage.output_tokens,
                usage.reasoning_output_tokens,
                usage.total_tokens,
            ],
            Room::Narrow => vec![usage.input_tokens, usage.output_tokens, usage.total_tokens],
            Room::Tiny => vec![usage.total_tokens],
        };
        counts.into_iter().map(thousands).chain(cost(amounts)).collect()
    }
}

/// The report as a table of at most `width` columns.
pub(crate) fn render(report: &Report, breakdown: bool, width: Option<u16>) -> String {
    let room = Room::of(width, report.report);
    let columns = Columns { kind: report.report, room, money: report.totals.cost_usd.is_some() };
    let titles = columns.titles();
    let mut table = Table::new();
    table.load_style(LOOK).enforce_styling();
    if let Some(width) = width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(titles.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    let n_names = titles.len() - columns.numbers(&report.totals).len();
    for (index, (column, title)) in table.column_iter_mut().zip(&titles).enumerate() {
        if index >= n_names {
            column.set_cell_alignment(CellAlignment::Right);
        }
        // Only words may be broken into lines; half a number would be another number.
        if !matches!(*title, "Title" | "Project") {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    for row in &report.rows {
        table.add_row(columns.names(row).into_iter().chain(columns.numbers(&row.amounts)));
        let parts = if breakdown && report.report != ReportKind::Model { &row.models[..] } else { &[] };
        for part in parts {
            let mut names = vec![String::new(); n_names];
            if let Some(last) = names.last_mut() {
                *last = format!("└ {}", part.model);
            }
            let cells = names.into_iter().chain(columns.numbers(&part.amounts));
            table.add_row(cells.map(|cell| Cell::new(cell).add_attribute(Attribute::Dim)));
        }
    }
    let mut names = vec![String::new(); n_names];
    names[0] = "Total".to_owned();
    let cells = names.into_iter().chain(columns.numbers(&report.totals));
    table.add_row(cells.map(|cell| Cell::new(cell).add_attribute(Attribute::Bold)));
    format!("{table}\n")
}

/// Plain rows below titles, in at most `width` columns; the columns in `numbers` are aligned right.
pub(crate) fn list(
    titles: &[&str],
    numbers: &[usize],
    rows: impl IntoIterator<Item = Vec<String>>,
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    table.load_style(LOOK).enforce_styling();
    if let Some(width) = width {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(titles.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for (index, column) in table.column_iter_mut().enumerate() {
        if numbers.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows {
        table.add_row(row);
    }
    format!("{table}\n")
}

/// One line about what was read, how fast, and what the numbers lack.
pub(crate) fn footer(report: &Report, elapsed: Duration) -> String {
    let quality = &report.data_quality;
    let seconds = elapsed.as_secs_f64();
    let megabytes = quality.bytes as f64 / 1e6;
    let mut text = format!(
        "{} files, {} lines, {megabytes:.1} MB in {seconds:.2} s ({:.1} GB/s)",
        thousands(quality.files),
        thousands(quality.lines),
        megabytes / 1e3 / seconds.max(1e-6)
    );
    if report.totals.unpriced_tokens > 0 {
        text += &format!("; {} tokens without a known price", thousands(report.totals.unpriced_tokens));
    }
    if quality.complete {
        return text + "; complete";
    }
    let reasons: Vec<String> =
        quality.incomplete.iter().map(|gap| format!("{} × {}", thousands(gap.count), gap.reason)).collect();
    text + &format!("; incomplete: {} (--json shows where)", reasons.join(", "))
}

/// The report as CSV, one record per row, or per row and model.
pub(crate) fn csv(report: &Report, breakdown: bool) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let keys: &[&str] = match report.report {
        ReportKind::Daily | ReportKind::Weekly | ReportKind::Monthly => &["date"],
        ReportKind::Session => &[
            "thread_id",
            "title",
            "project",
            "source",
            "last_activity",
            "forked_from",
            "parent_thread_id",
            "root_thread_id",
        ],
        ReportKind::Project => &["project"],
        ReportKind::Model => &["model"],
        ReportKind::Total => &["total"],
    };
    let by_model = breakdown && report.report != ReportKind::Model;
    let mut header: Vec<&str> = keys.to_vec();
    header.extend(by_model.then_some("model"));
    header.extend([
        "responses",
        "input_tokens",
        "cached_input_tokens",
        "cache_write_input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
        "total_tokens",
    ]);
    if report.totals.cost_usd.is_some() {
        header.extend(["cost_usd", "unpriced_tokens"]);
    }
    writer.write_record(&header)?;
    for row in &report.rows {
        if by_model {
            for part in &row.models {
                let names = csv_key(report.report, row).into_iter().chain([part.model.clone()]);
                writer.write_record(names.chain(csv_numbers(&part.amounts)))?;
            }
        } else {
            writer.write_record(csv_key(report.report, row).into_iter().chain(csv_numbers(&row.amounts)))?;
        }
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn csv_key(kind: ReportKind, row: &Row) -> Vec<String> {
    let key = &row.key;
    match kind {
        ReportKind::Daily | ReportKind::Weekly | ReportKind::Monthly => {
            vec![key.date.clone().flatten().unwrap_or_default()]
        }
        ReportKind::Project => vec![key.project.clone().unwrap_or_default()],
        ReportKind::Model => vec![key.model.clone().unwrap_or_default()],
        ReportKind::Total => vec!["total".to_owned()],
        ReportKind::Session => {
            let thread = key.thread.clone().unwrap_or_default();
            let texts = [
                Some(thread.thread_id),
                thread.title,
                key.project.clone(),
                thread.source,
                thread.last_activity,
                thread.forked_from,
                thread.parent_thread_id,
                Some(thread.root_thread_id),
            ];
            texts.into_iter().map(Option::unwrap_or_default).collect()
        }
    }
}

fn csv_numbers(amounts: &Amounts) -> Vec<String> {
    let mut numbers: Vec<String> =
        std::iter::once(amounts.responses).chain(amounts.usage.parts()).map(|n| n.to_string()).collect();
    if let Some(cost) = amounts.cost_usd {
        // An unknown price is an empty field, not zero.
        numbers.push(cost.map(|usd| usd.0.normalize().to_string()).unwrap_or_default());
        numbers.push(amounts.unpriced_tokens.to_string());
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
