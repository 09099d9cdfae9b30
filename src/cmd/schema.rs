//! `rollout schema`: the published schemas, what changed between two, and what logs hold beyond them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use replay::drift::{Drift, DriftKind, DriftReport};
use rollout_schema::schema::SchemaDocument;
use rollout_schema::{Change, ChangeKind};
use serde::Serialize;
use serde_json::Value;

use crate::cli::{Schema as Args, SchemaCommand, Source};
use crate::error::Hinted;
use crate::ui::Ui;
use crate::{homes, schemas, table};

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let Some(command) = &args.command else {
        return args.out.as_deref().map_or_else(|| list(false, ui), |out| write(out, ui));
    };
    match command {
        SchemaCommand::List { format } => list(format.json, ui),
        SchemaCommand::Print { name } => print(name, ui),
        SchemaCommand::Write { out } => write(out, ui),
        SchemaCommand::Diff { old, new, format } => diff(old, new, format.json, ui),
        SchemaCommand::Drift { source, format } => drift(source, format.json, ui),
    }
}

/// What `--json` prints.
fn print_json(document: &impl Serialize, ui: &Ui) -> anyhow::Result<()> {
    Ok(ui.print_plain(&(serde_json::to_string_pretty(document)? + "\n"))?)
}

#[derive(Serialize)]
struct SchemaList {
    schema_version: u32,
    schemas: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    name: String,
    id: String,
    description: String,
}

impl Listed {
    fn new(document: SchemaDocument) -> Self {
        let text = |key| document.schema.get(key).and_then(Value::as_str);
        let description = text("description").or_else(|| text("title")).unwrap_or_default().to_owned();
        Self { id: text("$id").unwrap_or_default().to_owned(), description, name: document.name }
    }

    /// The description up to its first full stop, on one line.
    fn sentence(&self) -> String {
        let text = self.description.split_whitespace().collect::<Vec<_>>().join(" ");
        text.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
    }
}

fn list(json: bool, ui: &Ui) -> anyhow::Result<ExitCode> {
    let schemas: Vec<Listed> = schemas::all().into_iter().map(Listed::new).collect();
    if json {
        print_json(&SchemaList { schema_version: 1, schemas }, ui)?;
    } else {
        let rows = schemas.iter().map(|schema| vec![schema.name.clone(), schema.sentence(), schema.id.clone()]);
        ui.print(&table::list(&["Name", "What it describes", "$id"], &[], rows, ui.width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(name: &str, ui: &Ui) -> anyhow::Result<ExitCode> {
    let all = schemas::all();
    let Some(document) = all.iter().find(|document| document.name == name) else {
        return Err(Hinted::error(format!("no schema is named `{name}`"), nearest(name, &all)));
    };
    ui.print_plain(&schemas::text(document)?)?;
    Ok(ExitCode::SUCCESS)
}

/// A hint at the names that are most like one that is not there.
fn nearest(name: &str, all: &[SchemaDocument]) -> String {
    const MOST: usize = 3;
    let typed = name.trim_end_matches(".json").to_lowercase();
    let mut near: Vec<(usize, &str)> = all
        .iter()
        .filter_map(|document| {
            let known = document.name.to_lowercase();
            // A hook's documents are looked for by the event as well.
            let event = known.trim_start_matches("hooks/").split('.').next().unwrap_or_default();
            let distance = [&*known, event]
                .iter()
                .map(|known| strsim::damerau_levenshtein(&typed, known))
                .min()
                .unwrap_or_default();
            (distance <= 1.max(typed.len() / 3)).then_some((distance, &*document.name))
        })
        .collect();
    near.sort_unstable();
    let least = near.first().map(|(distance, _)| *distance);
    let nearest = near.iter().take_while(|(distance, _)| Some(*distance) == least).take(MOST);
    let names: Vec<String> = nearest.map(|(_, name)| format!("`{name}`")).collect();
    if names.is_empty() {
        "`rollout schema list` lists the names".to_owned()
    } else {
        format!("did you mean {}?", names.join(" or "))
    }
}

fn write(out: &Path, ui: &Ui) -> anyhow::Result<ExitCode> {
    let all = schemas::all();
    for document in &all {
        let path = out.join(format!("{}.json", document.name));
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(path, schemas::text(document)?)?;
    }
    if !ui.quiet {
        ui.note(&format!("{} schemas written to {}", all.len(), out.display()));
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct SchemaDiff {
    schema_version: u32,
    breaking: usize,
    changes: Vec<Change>,
}

fn diff(old: &Path, new: &Path, json: bool, ui: &Ui) -> anyhow::Result<ExitCode> {
    let changes = rollout_schema::diff(&read_schema(old)?, &read_schema(new)?);
    let breaking = changes.iter().filter(|change| change.breaking).count();
    if json {
        print_json(&SchemaDiff { schema_version: 1, breaking, changes }, ui)?;
    } else {
        ui.print(&diff_text(&changes))?;
        if !ui.quiet {
            ui.note(&match changes.len() {
                0 => "no changes".to_owned(),
                1 => format!("1 change, {breaking} breaking"),
                n => format!("{} changes, {} breaking", table::thousands(n as u64), table::thousands(breaking as u64)),
            });
        }
    }
    Ok(ExitCode::from(u8::from(breaking > 0)))
}

fn read_schema(path: &Path) -> anyhow::Result<Value> {
    let text = fs_err::read_to_string(path)?;
    let hint = "give a JSON Schema document of any draft";
    let failed = |what: String| Hinted::error(format!("{}: {what}", path.display()), hint);
    match serde_json::from_str(&text).map_err(|error| failed(error.to_string()))? {
        schema @ (Value::Object(_) | Value::Bool(_)) => Ok(schema),
        _ => Err(failed("a schema is an object or a boolean".to_owned())),
    }
}

/// The changes by what happened; `!` marks those that break readers.
fn diff_text(changes: &[Change]) -> String {
    let bold = Style::new().bold();
    let red = bold.fg_color(Some(AnsiColor::Red.into()));
    let mut text = String::new();
    let groups = [
        ("added", ChangeKind::Added),
        ("removed", ChangeKind::Removed),
        ("narrowed", ChangeKind::Narrowed),
        ("widened", ChangeKind::Widened),
    ];
    for (title, kind) in groups {
        let mut group = changes.iter().filter(|change| change.kind == kind).peekable();
        if group.peek().is_some() {
            text += &format!("{bold}{title}{bold:#}\n");
        }
        for Change { pointer, breaking, message, .. } in group {
            let mark = if *breaking { format!("{red}!{red:#}") } else { " ".to_owned() };
            let place = if pointer.is_empty() { "(whole document)" } else { pointer };
            text += &format!("{mark} {place}: {message}\n");
        }
    }
    text
}

fn drift(source: &Source, json: bool, ui: &Ui) -> anyhow::Result<ExitCode> {
    let found = homes::logs(source, ui)?;
    if let Some(problem) = found.problems.first() {
        return Err(anyhow::anyhow!("{problem}"));
    }
    let bar = ui.progress(found.files.iter().map(|file| file.bytes).sum());
    let report = super::analyze::on_jobs(&source.homes, || replay::drift::drift(&found.files, &bar))?;
    drop(bar);
    if json {
        print_json(&report, ui)?;
    } else {
        print_drift(&report, ui)?;
    }
    Ok(ExitCode::from(u8::from(!(report.drift.is_empty() && report.unchecked.is_empty()))))
}

fn print_drift(report: &DriftReport, ui: &Ui) -> anyhow::Result<()> {
    let row = |drift: &Drift| {
        let what = match drift.what {
            DriftKind::Kind => "kind",
            DriftKind::Member => "member",
        };
        let first = format!("{}:{}:{}", drift.first.path, drift.first.line, drift.first.column);
        let version = drift.cli_version.as_deref().unwrap_or("unknown");
        let count = table::thousands(drift.count);
        [version, what, &drift.place, &drift.name, &count, &first].map(printable).to_vec()
    };
    if !report.drift.is_empty() {
        let titles = ["Version", "What", "Where", "Name", "Count", "First"];
        ui.print(&table::list(&titles, &[4], report.drift.iter().map(row), ui.width()))?;
    }
    for unchecked in &report.unchecked {
        let hint = "`rollout validate` says more";
        ui.warn(&format!("{}:{}: {}", unchecked.path, unchecked.line, unchecked.message), hint);
    }
    if !ui.quiet {
        // The same in two versions is one thing to learn.
        let count = |what| {
            let of = report.drift.iter().filter(|drift| drift.what == what);
            let distinct: BTreeSet<_> = of.map(|drift| (&drift.place, &drift.name)).collect();
            table::thousands(distinct.len() as u64)
        };
        ui.note(&format!(
            "{} files, {} lines; unknown: {} kinds, {} members",
            table::thousands(report.files),
            table::thousands(report.lines),
            count(DriftKind::Kind),
            count(DriftKind::Member)
        ));
    }
    Ok(())
}

/// A text of a log with its control characters escaped, so that it cannot steer the terminal.
fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut printable, letter| {
        if letter.is_control() {
            printable.extend(letter.escape_default());
        } else {
            printable.push(letter);
        }
        printable
    })
}
