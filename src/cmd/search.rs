//! `rollout search`: words in the logs, the newest thread first, printed as they are found.

mod print;

use std::io;
use std::ops::ControlFlow;
use std::process::ExitCode;

use anstream::ColorChoice;
use replay::RolloutFile;
use replay::search::{Case, Query, QueryError, QueryOptions, Scope, Searched, search_on};

use self::print::{Form, Printer};
use crate::cli::{In, Search as Args};
use crate::error::Hinted;
use crate::homes;
use crate::ui::Ui;

/// Longest line of a text in reports for people that do not go to a terminal, in characters.
const WIDTH: usize = 200;

/// The same in reports for programs, which may want more of it.
const JSON_WIDTH: usize = 2000;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let form = form(args, ui);
    let query = Query::new(&args.query, options(args, form, ui)).map_err(|error| explain(&error))?;
    let found = homes::logs(&args.source, ui)?;
    let mut files = found.files;
    // The beginning of a file's name is the time when it was begun.
    files.sort_by(|a, b| b.path.file_name().cmp(&a.path.file_name()).then_with(|| a.path.cmp(&b.path)));
    let mut printer = Printer::new(form, &args.query, ui);
    let searched = search_all(args, &files, &query, &mut printer, ui)?;
    let problems = [found.problems, searched.problems].concat();
    let hits = printer.finish(searched.files, searched.bytes, &problems)?;
    if let Some(first) = problems.first().filter(|_| !ui.quiet) {
        let count = problems.len();
        let places = if count == 1 { "1 place is" } else { &format!("{count} places are") };
        ui.note(&format!("{places} damaged, the first at {first}; `rollout validate` lists them"));
    }
    Ok(ExitCode::from(u8::from(hits == 0)))
}

/// Prints hits while they are found, on the one thread that prints.
fn search_all(
    args: &Args,
    files: &[RolloutFile],
    query: &Query,
    printer: &mut Printer,
    ui: &Ui,
) -> io::Result<Searched> {
    let bar = ui.progress(files.iter().map(|file| file.bytes).sum());
    let threads = args.source.homes.jobs.map_or_else(rayon::current_num_threads, usize::from);
    let limit = args.limit.unwrap_or(u64::MAX);
    let mut printed = printer.begin();
    let searched = search_on(threads, files, query, &bar, |hit| {
        printed = printer.hit(hit);
        if printed.is_ok() && printer.hits() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    printed?;
    Ok(searched)
}

fn form(args: &Args, ui: &Ui) -> Form {
    match args {
        Args { count: true, .. } => Form::Count,
        Args { threads_with_matches: true, .. } => Form::Threads,
        Args { ndjson: true, .. } => Form::Ndjson,
        Args { format, .. } if format.json => Form::Json,
        _ if ui.width().is_some() || ui.choice() != ColorChoice::Never => Form::Grouped,
        _ => Form::Lines,
    }
}

fn options(args: &Args, form: Form, ui: &Ui) -> QueryOptions {
    let case = match (args.case_sensitive, args.ignore_case) {
        (true, _) => Case::Sensitive,
        (_, true) => Case::Insensitive,
        _ => Case::Smart,
    };
    let max_width = match form {
        Form::Json | Form::Ndjson => JSON_WIDTH,
        Form::Grouped => ui.width().map_or(WIDTH, |width| usize::from(width).saturating_sub(print::MARGIN).max(20)),
        Form::Lines | Form::Count | Form::Threads => WIDTH,
    };
    // To know that a thread has hits, one is enough.
    let most = if form == Form::Threads { Some(1) } else { args.max_count };
    QueryOptions {
        regex: args.regex,
        case,
        word: args.word,
        scopes: args.scopes.iter().copied().flat_map(scopes).collect(),
        before: args.before.unwrap_or(args.context),
        after: args.after.unwrap_or(args.context),
        max_width,
        max_count: most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX),
    }
}

fn scopes(place: In) -> Vec<Scope> {
    match place {
        In::User => vec![Scope::User],
        In::Assistant => vec![Scope::Assistant],
        In::Reasoning => vec![Scope::Reasoning],
        In::Tool => vec![Scope::Tool],
        In::Output => vec![Scope::Output],
        In::Context => vec![Scope::Context],
        In::All => Scope::ALL.to_vec(),
    }
}

fn explain(error: &QueryError) -> anyhow::Error {
    let hint = match error {
        QueryError::Empty => "name words to look for",
        QueryError::Syntax(_) => "without --regex the query is taken letter by letter",
        QueryError::Regex(_) => "make the expression smaller",
    };
    Hinted::error(error.to_string(), hint)
}
