//! `rollout fork`: a new thread with the history of another, up to any point of it.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use jiff::{Timestamp, Zoned};
use replay::fork::{ForkError, Forked, Request, ephemeral, fork};
use replay::history::{Point, Resolved};
use replay::layout::new_thread_id;
use replay::shelf::name_thread;
use replay::{Chain, Time, home_of};
use rollout_schema::ThreadId;
use rollout_schema::wire::SessionSource;
use serde::Serialize;

use super::history::{parse, resolved};
use crate::cli::{Fork as Args, Source};
use crate::error::Hinted;
use crate::homes;
use crate::threads::{self, Selection};
use crate::ui::Ui;

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    thread_id: &'a ThreadId,
    path: Option<&'a Path>,
    forked_from: &'a ThreadId,
    at: String,
    items: u64,
    lines: u64,
}

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let selection = threads::select(&args.thread, ui)?;
    let chain = threads::whole_chain(&selection)?;
    let point = parse(&args.at)?;
    let resolved = resolved(&chain, &point)?;
    if args.ephemeral {
        return print_ephemeral(args, &selection, &chain, &point, &resolved, ui);
    }
    let request = request(args, &selection, &chain)?;
    let bytes = if args.by_reference { 0 } else { chain.pieces.iter().map(|piece| piece.file.bytes).sum() };
    let forked = fork(&chain, &resolved.cut, &request, &ui.progress(bytes)).map_err(hinted)?;
    let Forked { path, items, lines, problems } = &forked;
    if let (Some(name), false) = (&args.name, args.dry_run) {
        let name_it = name_thread(&request.home, &request.thread_id, name, Timestamp::now());
        name_it.with_context(|| format!("{} was written and has no name", path.display()))?;
    }
    let (thread_id, forked_from) = (&request.thread_id, &request.forked_from);
    if args.format.json {
        let at = point.to_string();
        let (items, lines, schema_version) = (*items, *lines, SCHEMA_VERSION);
        let document = Document { schema_version, thread_id, path: Some(path), forked_from, at, items, lines };
        ui.print_plain(&(serde_json::to_string(&document)? + "\n"))?;
    } else {
        ui.print_plain(&format!("{thread_id}\n"))?;
        if !ui.quiet {
            let verb = if args.dry_run { "would write" } else { "wrote" };
            ui.note(&format!("{verb} {}: {items} items, {lines} lines, from {forked_from} at {point}", path.display()));
        }
    }
    threads::remark(problems, ui);
    Ok(ExitCode::SUCCESS)
}

fn request(args: &Args, selection: &Selection, chain: &Chain) -> anyhow::Result<Request> {
    if args.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Hinted::error("the name is empty", "leave --name away"));
    }
    let Some(source) = SessionSource::from_flag(&args.session_source) else {
        return Err(Hinted::error("--session-source is empty", "leave it away for `cli`"));
    };
    let now = Zoned::now();
    let here = std::env::current_dir().unwrap_or_default();
    let absolute = |folder: &PathBuf| here.join(folder).to_string_lossy().into_owned();
    Ok(Request {
        thread_id: new_thread_id(),
        forked_from: selection.thread().id.clone(),
        home: std::path::absolute(home(args, chain)?)?,
        now: Time(now.timestamp().as_millisecond()),
        local: now.datetime(),
        source,
        cwd: args.cwd.as_ref().map(absolute),
        fallback_cwd: here.to_string_lossy().into_owned(),
        model_provider: args.model_provider.clone(),
        by_reference: args.by_reference,
        sync: args.sync,
        dry_run: args.dry_run,
    })
}

/// The home that the fork goes to: the source's, or the first one there is.
fn home(args: &Args, chain: &Chain) -> anyhow::Result<PathBuf> {
    let of_source = chain.pieces.last().and_then(|piece| home_of(&piece.file.path));
    if args.thread.homes.sample && !args.dry_run {
        return Err(Hinted::error("the sample logs lie in no home", "try --ephemeral or --dry-run"));
    }
    if let Some(home) = of_source {
        return Ok(home.to_owned());
    }
    let roots = homes::roots(&Source { paths: Vec::new(), homes: args.thread.homes.clone() })?;
    roots.into_iter().next().ok_or_else(|| Hinted::error("there is no home to write to", "pass one with --home"))
}

fn hinted(error: ForkError) -> anyhow::Error {
    match &error {
        ForkError::NotPaginated(_) => {
            Hinted::error(error.to_string(), "leave --by-reference away: a copy works for every thread")
        }
        _ => error.into(),
    }
}

/// Prints the history that a fork would have. Nothing is written anywhere.
fn print_ephemeral(
    args: &Args,
    selection: &Selection,
    chain: &Chain,
    point: &Point,
    resolved: &Resolved,
    ui: &Ui,
) -> anyhow::Result<ExitCode> {
    let mut history = ephemeral(chain, &resolved.cut).map_err(hinted)?;
    let thread_id = new_thread_id();
    let forked_from = &selection.thread().id;
    let items = history.len() as u64;
    let mut out = ui.stdout();
    let (mut between, end) = match args.format.json {
        true => ("\n", "\n]}\n"),
        false => ("", "\n"),
    };
    if args.format.json {
        let (at, schema_version) = (point.to_string(), SCHEMA_VERSION);
        let document = Document { schema_version, thread_id: &thread_id, path: None, forked_from, at, items, lines: 0 };
        let head = serde_json::to_string(&document)?;
        write!(out, "{},\"history\":[", head.trim_end_matches('}'))?;
    }
    let mut written = Ok(());
    history.for_each(|item| {
        written = write!(out, "{between}{item}");
        between = if args.format.json { ",\n" } else { "\n" };
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    if args.format.json || items > 0 {
        write!(out, "{end}")?;
    }
    out.flush()?;
    if !args.format.json && !ui.quiet {
        ui.note(&format!("thread {thread_id}: {items} items from {forked_from} at {point}; nothing was written"));
    }
    threads::remark(&history.problems, ui);
    Ok(ExitCode::SUCCESS)
}
