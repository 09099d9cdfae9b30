//! `rollout validate`: which files, which levels, one report in one format.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use replay::validate::{
    FileFindings, Level, Levels, LineSchema, Options, ValidationReport, unreadable, validate, validate_stream,
};
use replay::{Problem, RolloutFile, Rule};

use crate::cli::{FindingsFormat, Source, Validate as Args};
use crate::error::Hinted;
use crate::ui::Ui;
use crate::{findings, homes};

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    if let Some(rule) = &args.explain {
        return explain(rule, ui);
    }
    let levels = levels(args)?;
    let schema = args.schema.as_deref().map(foreign_schema).transpose()?;
    let format = if args.json { FindingsFormat::Json } else { args.format };
    let max = match args.max_problems {
        Some(0) => usize::MAX,
        Some(max) => max,
        None if matches!(format, FindingsFormat::Text | FindingsFormat::Github) => 100,
        None => 100_000,
    };
    let options = Options {
        levels: &levels,
        keep: max,
        snippets: format == FindingsFormat::Text,
        schema: schema.as_ref().map(|schema| schema as &dyn LineSchema),
    };
    let (files, problems) = files(args, ui)?;
    let bar = ui.progress(files.iter().map(|file| file.bytes).sum());
    let mut found = super::analyze::on_jobs(&args.homes, || validate(&files, options, &bar))?;
    drop(bar);
    found.extend(problems.into_iter().map(|problem| unreadable(problem, options)));
    found.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    if args.paths.iter().any(|path| is_stdin(path)) {
        found.insert(0, validate_stream("<stdin>", &mut std::io::stdin().lock(), options));
    }
    print(format, &found, max, ui)
}

fn print(format: FindingsFormat, found: &[FileFindings], max: usize, ui: &Ui) -> anyhow::Result<ExitCode> {
    let report = ValidationReport::new(found, max);
    match format {
        FindingsFormat::Text => {
            ui.print(&findings::text(found, max))?;
            if !ui.quiet {
                ui.note(&findings::summary(&report));
            }
        }
        FindingsFormat::Json => ui.print_plain(&(serde_json::to_string_pretty(&report)? + "\n"))?,
        FindingsFormat::Ndjson => ui.print_plain(&findings::ndjson(&report)?)?,
        FindingsFormat::Sarif => ui.print_plain(&findings::sarif(&report)?)?,
        FindingsFormat::Junit => ui.print_plain(&findings::junit(found, &report)?)?,
        FindingsFormat::Github => ui.print_plain(&findings::github(&report))?,
    }
    Ok(ExitCode::from(u8::from(report.errors > 0)))
}

/// The files that the arguments mean, without stdin, and what could not be looked at among them.
fn files(args: &Args, ui: &Ui) -> anyhow::Result<(Vec<RolloutFile>, Vec<Problem>)> {
    let paths: Vec<_> = args.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
    let has_homes = args.homes.sample || !args.homes.homes.is_empty();
    if paths.is_empty() && !args.paths.is_empty() && !has_homes {
        return Ok(Default::default());
    }
    if let Some(path) = paths.iter().find(|path| !path.exists()) {
        return Err(Hinted::error(format!("{} does not exist", path.display()), "name a file, a folder or a home"));
    }
    let found = homes::logs(&Source { paths: paths.clone(), homes: args.homes.clone() }, ui)?;
    // What was named must be readable; what was found on the way may be damaged.
    let is_named = |path: &Path| paths.iter().chain(&args.homes.homes).any(|named| named == path);
    match found.problems.iter().find(|problem| is_named(&problem.place.path)) {
        Some(problem) => Err(anyhow::anyhow!("{problem}")),
        None => Ok((found.files, found.problems)),
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Levels of the configuration file, then those of the command line.
fn levels(args: &Args) -> anyhow::Result<Levels> {
    let mut levels = Levels::default();
    let default = Path::new("rollout.toml");
    let config = args.config.as_deref().or_else(|| default.exists().then_some(default));
    if let Some(path) = config {
        let text = fs_err::read_to_string(path)?;
        let config: Config = toml::from_str(&text).map_err(|error| {
            Hinted::error(format!("{}: {error}", path.display()), "write [validate] with deny, warn and allow lists")
        })?;
        let Lists { deny, warn, allow } = config.validate;
        set(&mut levels, &deny, &warn, &allow).with_context(|| path.display().to_string())?;
    }
    set(&mut levels, &args.deny, &args.warn, &args.allow)?;
    Ok(levels)
}

/// `rollout.toml`; other commands may have tables of their own in it.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Config {
    validate: Lists,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Lists {
    deny: Vec<String>,
    warn: Vec<String>,
    allow: Vec<String>,
}

fn set(levels: &mut Levels, deny: &[String], warn: &[String], allow: &[String]) -> anyhow::Result<()> {
    for (level, rules) in [(Level::Allow, allow), (Level::Warn, warn), (Level::Deny, deny)] {
        for id in rules {
            levels.set(rule(id)?, level);
        }
    }
    Ok(())
}

fn rule(id: &str) -> anyhow::Result<Rule> {
    Rule::from_id(id.trim()).ok_or_else(|| {
        Hinted::error(format!("no rule is named `{id}`"), "`rollout validate --explain` lists the rules")
    })
}

fn foreign_schema(path: &Path) -> anyhow::Result<findings::ForeignSchema> {
    let text = fs_err::read_to_string(path)?;
    findings::ForeignSchema::new(&text).map_err(|error| {
        Hinted::error(format!("{}: {error}", path.display()), "give a JSON Schema document of any draft")
    })
}

fn explain(id: &str, ui: &Ui) -> anyhow::Result<ExitCode> {
    let rules = if id == "all" { Rule::ALL.to_vec() } else { vec![rule(id)?] };
    let paragraphs: Vec<String> = rules
        .iter()
        .map(|rule| format!("{} ({} by default)\n{}\n{}\n", rule.id(), rule.severity(), rule.title(), rule.why()))
        .collect();
    ui.print_plain(&paragraphs.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
