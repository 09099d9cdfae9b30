//! `rollout rollback`: the newest turns leave a thread's history.

use std::path::Path;
use std::process::ExitCode;

use jiff::Zoned;
use replay::lock::LockError;
use replay::record::RecordError;
use replay::rollback::{Form, Request, RollbackError, RolledBack, roll_back};
use replay::store::Thread;
use rollout_schema::ThreadId;
use serde::Serialize;

use crate::cli::Rollback as Args;
use crate::error::Hinted;
use crate::threads;
use crate::ui::Ui;

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    thread_id: &'a ThreadId,
    num_turns: u32,
    kind: &'static str,
    path: &'a Path,
    turns: u64,
    items: usize,
    dry_run: bool,
}

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let selection = threads::select(&args.thread, ui)?;
    let thread = selection.thread();
    if selection.selected.file.is_some() {
        let what = format!("{} is not the file in force for its thread", args.thread.selector);
        return Err(Hinted::error(what, format!("to roll the thread back name it: {}", thread.id)));
    }
    let chain = threads::whole_chain(&selection)?;
    let now = Zoned::now();
    let request = Request {
        turns: args.turns.into(),
        now: now.timestamp(),
        zone: now.time_zone().clone(),
        dry_run: args.dry_run,
    };
    let rolled_back = roll_back(&chain, &request).map_err(|error| hinted(error, thread))?;
    let RolledBack { form, path, database, forgets, turns, items, problems } = &rolled_back;
    let kind = match form {
        Form::Event => "event",
        Form::Segment => "segment",
    };
    if args.format.json {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            thread_id: &thread.id,
            num_turns: args.turns,
            kind,
            path,
            turns: *turns,
            items: *items,
            dry_run: args.dry_run,
        };
        ui.print_plain(&(serde_json::to_string(&document)? + "\n"))?;
    } else {
        let verb = if args.dry_run { "would drop" } else { "dropped" };
        let (dropped, left) = (counted(args.turns.into(), "turn"), counted(*turns, "turn"));
        let items = counted(*items as u64, "item");
        let line =
            format!("{verb} {dropped} of {}: {left} and {items} are left ({kind} in {})\n", thread.id, path.display());
        ui.print_plain(&line)?;
    }
    threads::remark(problems, ui);
    if *forgets && !ui.quiet {
        let what = "a compaction left with the turns, and Codex does not go back to what stood before it";
        ui.warn(what, &fork_hint(thread, *turns));
    }
    if let (Some(database), false) = (database, ui.quiet) {
        ui.note(&format!(
            "because of {} Codex would not see a new file, so an event drops the turns: the model no longer sees \
             them, Codex's lists of turns still do",
            database.display()
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn counted(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn hinted(error: RollbackError, thread: &Thread) -> anyhow::Error {
    let hint = match &error {
        RollbackError::TooMany { .. } => "`rollout show` lists the turns".to_owned(),
        RollbackError::Incomplete { .. } => "pass the home that holds it with --home".to_owned(),
        RollbackError::Unseen { kept, .. } => fork_hint(thread, *kept),
        RollbackError::Lock(LockError::Busy { .. })
        | RollbackError::Record(RecordError::Lock(LockError::Busy { .. })) => "close the thread there first".to_owned(),
        RollbackError::Record(RecordError::Archived { .. }) => {
            format!("`rollout unarchive {}` brings it back", thread.id)
        }
        _ => return error.into(),
    };
    Hinted::error(error.to_string(), hint)
}

/// How a history is kept that a rollback cannot go back to.
fn fork_hint(thread: &Thread, kept: u64) -> String {
    format!("`rollout fork {} --at turn:{kept}` begins a thread with it", thread.id)
}
