//! `rollout archive`, `rollout unarchive` and `rollout name`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use replay::home_of;
use replay::lock::LockError;
use replay::shelf::{self, NameError, ShelfError, database_of, name_thread};
use replay::store::Store;
use rollout_schema::ThreadId;
use serde::Serialize;

use crate::cli::{Name, Shelve, Thread};
use crate::error::Hinted;
use crate::show::safe_line;
use crate::threads::{self, Selection};
use crate::ui::Ui;

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// What `archive` and `unarchive` print with `--json`.
#[derive(Serialize)]
struct Moved<'a> {
    schema_version: u32,
    thread_id: &'a ThreadId,
    /// Where the files that were moved are now; none if there was nothing to do.
    paths: &'a [PathBuf],
}

/// What `name` prints with `--json`.
#[derive(Serialize)]
struct Named<'a> {
    schema_version: u32,
    thread_id: &'a ThreadId,
    name: &'a str,
}

pub(crate) fn archive(args: &Shelve, ui: &Ui) -> anyhow::Result<ExitCode> {
    let (selection, home) = select(&args.thread, ui)?;
    let id = &selection.thread().id;
    let paths = shelve(args, &selection, shelf::archive, "archived", ui)?;
    if let (Some(database), false) = (database_of(&home), ui.quiet || paths.is_empty()) {
        let what = format!("Codex notes in {} what is archived, and was not told", database.display());
        ui.warn(&what, &format!("`rollout unarchive {id}` takes it back; late versions of Codex cannot"));
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn unarchive(args: &Shelve, ui: &Ui) -> anyhow::Result<ExitCode> {
    let (selection, home) = select(&args.thread, ui)?;
    let id = &selection.thread().id;
    let paths = shelve(args, &selection, shelf::unarchive, "live", ui)?;
    if let (Some(database), false) = (database_of(&home), ui.quiet || paths.is_empty()) {
        let what = format!("if Codex itself archived the thread, {} still says so", database.display());
        let remedy = format!("if it refuses to resume it: `rollout archive {id}`, then `codex unarchive {id}`");
        ui.warn(&what, &remedy);
    }
    Ok(ExitCode::SUCCESS)
}

/// Moves a thread's files and says so.
fn shelve(
    args: &Shelve,
    selection: &Selection,
    shelve: fn(&Store, usize) -> Result<Vec<PathBuf>, ShelfError>,
    state: &str,
    ui: &Ui,
) -> anyhow::Result<Vec<PathBuf>> {
    let thread_id = &selection.thread().id;
    let paths = shelve(&selection.store, selection.selected.thread).map_err(hinted)?;
    if args.format.json {
        let document = Moved { schema_version: SCHEMA_VERSION, thread_id, paths: &paths };
        ui.print_plain(&(serde_json::to_string(&document)? + "\n"))?;
    } else if !paths.is_empty() {
        let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
        ui.print_plain(&lines)?;
    }
    if !ui.quiet {
        let already = if paths.is_empty() { "already " } else { "" };
        ui.note(&format!("{thread_id} is {already}{state}"));
    }
    Ok(paths)
}

pub(crate) fn name(args: &Name, ui: &Ui) -> anyhow::Result<ExitCode> {
    let (selection, home) = select(&args.thread, ui)?;
    let thread_id = &selection.thread().id;
    let name = name_thread(&home, thread_id, &args.name, Timestamp::now()).map_err(|error| match error {
        NameError::Empty => Hinted::error(error.to_string(), "a name has at least one letter"),
        NameError::Write { .. } => error.into(),
    })?;
    if args.format.json {
        let document = Named { schema_version: SCHEMA_VERSION, thread_id, name };
        ui.print_plain(&(serde_json::to_string(&document)? + "\n"))?;
    } else {
        ui.print_plain(&format!("{thread_id} is named {}\n", safe_line(name)))?;
    }
    if let (Some(database), false) = (database_of(&home), ui.quiet) {
        ui.note(&format!(
            "Codex finds the thread by this name; a paginated thread it lists by the name in {}, which stays",
            database.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The thread that is meant, and the home that it lies in.
fn select(args: &Thread, ui: &Ui) -> anyhow::Result<(Selection, PathBuf)> {
    if args.homes.sample {
        return Err(Hinted::error("the sample logs lie in no home", "name a thread of your own"));
    }
    let selection = threads::select(args, ui)?;
    let file = selection.store.current_file(selection.selected.thread);
    let home = file.and_then(|file| home_of(&file.file.path)).map(Path::to_owned);
    match home {
        Some(home) => Ok((selection, home)),
        None => Err(Hinted::error(format!("{} lies in no Codex home", args.selector), "pass the home with --home")),
    }
}

fn hinted(error: ShelfError) -> anyhow::Error {
    let hint = match &error {
        ShelfError::Lock(LockError::Busy { .. }) => "close the thread there first",
        ShelfError::Exists { .. } => "compare the two files, and move one away",
        ShelfError::Undated { .. } => "name the file as Codex does: rollout-2026-01-31T12-00-00-<id>.jsonl",
        _ => return error.into(),
    };
    Hinted::error(error.to_string(), hint)
}
