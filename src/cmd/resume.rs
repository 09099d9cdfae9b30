//! `rollout resume`: goes on with a thread in Codex, which takes this program's place.
//!
//! Refuses to hand Codex what it would refuse, or answer with a new thread: then it says why, and what helps.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use agent::codex::{Approval, CommandLine, LastUsed, Options, environment, exec_resume, resume};
use analyze::listing::writer;
use anyhow::Context;
use rayon::prelude::*;
use replay::status::Writer;
use replay::store::{Selected, Store, StoredFile};
use replay::validate::{Refusal, refusal};
use replay::{Rule, Storage, home_of};
use serde_json::json;

use super::analyze::on_jobs;
use super::ls::folders;
use crate::cli::{Resume as Args, Source};
use crate::error::Hinted;
use crate::homes;
use crate::threads::{self, Selection};
use crate::ui::Ui;

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    if args.approval == Approval::Skip && args.sandbox.is_some() {
        return Err(Hinted::error("--approval skip leaves the sandbox away", "leave --sandbox away, or use auto-edit"));
    }
    let Some(selection) = on_jobs(&args.homes, || select(args, ui))?? else { return Ok(ExitCode::from(1)) };
    let chain = selection.chain(false);
    let home = home(&selection)?;
    on_jobs(&args.homes, || refusal(&chain))?.map_or(Ok(()), |why| Err(refused(&selection, &why)))?;
    let last = LastUsed::read(&chain);
    let only_shown = args.print || args.format.json;
    let options = Options {
        approval: args.approval.clone(),
        sandbox: args.sandbox.clone(),
        model: args.model.clone(),
        effort: args.effort.clone(),
        same_model: args.same_model,
        profile: args.profile.clone(),
        config: args.config.clone(),
        cwd: cwd(args, &last, only_shown, ui)?,
        more: args.more.clone(),
    };
    let program = match (&args.codex, homes::codex()) {
        (Some(program), _) => program.clone(),
        (None, Ok(program)) => program,
        // The line may be for another machine.
        (None, Err(error)) if only_shown => {
            ui.warn(&error.to_string(), "the line names `codex` as it is");
            PathBuf::from("codex")
        }
        (None, Err(error)) => return Err(error),
    };
    let id = &selection.thread().id;
    let mut line = match &args.exec {
        Some(prompt) => exec_resume(program, &options, &last, id, prompt),
        None => resume(program, &options, &last, id),
    };
    let variables = environment(id, home.as_deref());
    if only_shown {
        // Of the variables a shell needs the one without which Codex would look elsewhere.
        line.variables.extend(home.map(|home| ("CODEX_HOME", home.into())));
        let command = line.quoted()?;
        if args.print {
            ui.print_plain(&(command + "\n"))?;
        } else {
            print_json(&selection, &options, &line, &variables, &command, ui)?;
        }
        Ok(ExitCode::SUCCESS)
    } else {
        line.variables = variables;
        if writer(&selection.store, selection.selected.thread) == Writer::Alive {
            let what = format!("another Codex has thread {id} open, and a thread has one writer");
            return Err(Hinted::error(what, "go on there or end it; `rollout status` says what it is doing"));
        }
        replace_with(line.command()).with_context(|| format!("cannot run {}", line.program.display()))
    }
}

/// The thread that is meant, or `None` with a remark if there is none.
fn select(args: &Args, ui: &Ui) -> anyhow::Result<Option<Selection>> {
    if let Some(selector) = &args.selector {
        let store = threads::store(&threads::source(selector, &args.homes), ui)?;
        let selected = threads::find(&store, selector, None)?;
        return Ok(Some(Selection { store, selected }));
    }
    let here = if args.all { Vec::new() } else { folders(&[std::env::current_dir()?])? };
    let here: Vec<PathBuf> = here.into_iter().map(PathBuf::from).collect();
    let source = Source { paths: Vec::new(), homes: args.homes.clone() };
    let store = threads::store(&source, ui)?;
    let mut candidates = store.newest_first();
    candidates.retain(|&thread| !store.threads[thread].archived && !store.is_subagent(thread));
    // The newest one counts; of those that began elsewhere, lines tell whether they went on here.
    let found = candidates.into_par_iter().find_first(|&thread| args.all || worked_in(&store, thread, &here));
    if let Some(thread) = found {
        return Ok(Some(Selection { store, selected: Selected { thread, file: None } }));
    }
    let place = here.first().map_or_else(String::new, |folder| format!(" in {}", folder.display()));
    let hint = if args.all { "`rollout ls --all` lists archived threads" } else { "--all looks at all folders" };
    let homes: Vec<String> = homes::roots(&source)?.iter().map(|home| home.display().to_string()).collect();
    ui.warn(&format!("no thread{place} to go on with, below {}", homes.join(", ")), hint);
    Ok(None)
}

/// Whether a thread began in one of the folders, or its last turn ran there.
fn worked_in(store: &Store, thread: usize, folders: &[PathBuf]) -> bool {
    let is_here = |cwd: &str| {
        let is_one = |path: &Path| folders.iter().any(|folder| folder == path);
        is_one(Path::new(cwd)) || fs_err::canonicalize(cwd).is_ok_and(|path| is_one(&path))
    };
    let began = store.first_file(thread).and_then(|file| file.identity.cwd.as_deref());
    began.is_some_and(is_here) || LastUsed::read(&store.chain(thread, false)).cwd.is_some_and(|cwd| is_here(&cwd))
}

/// The home that Codex has to be told of. Codex goes on with threads, not with files: what is not the file in force of
/// a thread in a home, it cannot be told of.
fn home(selection: &Selection) -> anyhow::Result<Option<PathBuf>> {
    let Selection { store, selected } = selection;
    let Some(StoredFile { file, .. }) = store.current_file(selected.thread) else {
        return Err(Hinted::error("the thread has no file", "`rollout ls` lists the threads"));
    };
    let id = &selection.thread().id;
    if let Some(named) = selected.file {
        let what = format!("{} is not the file in force of thread {id}", store.files[named].file.path.display());
        return Err(Hinted::error(what, format!("`rollout resume {id}` goes on with {}", file.path.display())));
    }
    if !id.is_uuid() {
        let what = format!("thread {id} has no id that Codex gives; it would look for one of that name");
        return Err(Hinted::error(what, "`rollout fork` writes a copy with an id of its own"));
    }
    if selection.thread().archived {
        return Err(Hinted::error(
            format!("thread {id} is archived"),
            format!("`rollout unarchive {id}` brings it back"),
        ));
    }
    let path = std::path::absolute(&file.path).with_context(|| file.path.display().to_string())?;
    let Some(home) = home_of(&path).filter(|_| !matches!(file.storage, Storage::Memory(_))) else {
        let what = format!("{} lies in no Codex home, and Codex looks nowhere else", file.path.display());
        return Err(Hinted::error(what, "`rollout fork` writes a copy into a home"));
    };
    let of_codex = homes::of_codex().and_then(|home| fs_err::canonicalize(home).ok());
    let is_usual = of_codex.is_some_and(|usual| fs_err::canonicalize(home).is_ok_and(|home| home == usual));
    Ok((!is_usual).then(|| home.to_owned()))
}

/// What a person can do about a thread that Codex refuses.
fn refused(selection: &Selection, Refusal { path, rule, message }: &Refusal) -> anyhow::Error {
    let id = &selection.thread().id;
    let repair =
        |how: &str| format!("`rollout repair {}{how} --out NEW` writes a copy that Codex loads", path.display());
    let hint = match rule {
        Rule::NotLoaded => format!("`rollout fork {id}` writes a copy that Codex loads"),
        Rule::NotResumable => repair(" --renumber"),
        Rule::ByteOrderMark | Rule::InvalidUtf8 => repair(""),
        Rule::MissingBase => "put the file of that id back into the home".to_owned(),
        rule => format!("`rollout validate --explain {}` says why", rule.id()),
    };
    Hinted::error(format!("Codex refuses thread {id}: {message} ({})", rule.id()), hint)
}

/// The folder to work in: the one that is named, else the thread's. Nothing runs in a folder that nobody chose.
fn cwd(args: &Args, last: &LastUsed, only_shown: bool, ui: &Ui) -> anyhow::Result<Option<PathBuf>> {
    let (folder, whose, hint) = match (&args.cwd, &last.cwd) {
        (Some(named), _) => (fs_err::canonicalize(named).unwrap_or_else(|_| named.clone()), "", "name another"),
        (None, Some(cwd)) => (PathBuf::from(cwd), ", in which the thread worked,", "choose another with --cwd"),
        (None, None) => return Ok(None),
    };
    if folder.is_dir() {
        return Ok(Some(folder));
    }
    let what = format!("the folder {}{whose} is not there", folder.display());
    if only_shown {
        ui.warn(&what, hint);
        return Ok(Some(folder));
    }
    Err(Hinted::error(what, hint))
}

fn print_json(
    selection: &Selection,
    options: &Options,
    line: &CommandLine,
    variables: &[(&'static str, OsString)],
    command: &str,
    ui: &Ui,
) -> anyhow::Result<()> {
    // Words that are not UTF-8 have failed before this.
    let args: Vec<_> = line.args.iter().map(|arg| arg.to_string_lossy()).collect();
    let env: BTreeMap<_, _> = variables.iter().map(|(name, value)| (*name, value.to_string_lossy())).collect();
    let document = json!({
        "schema_version": SCHEMA_VERSION, "thread_id": selection.thread().id, "program": line.program.to_string_lossy(),
        "args": args, "env": env, "cwd": options.cwd, "command": command,
    });
    Ok(ui.print_plain(&(serde_json::to_string_pretty(&document)? + "\n"))?)
}

/// Codex gets this process: its terminal, its signals, its exit code.
#[cfg(unix)]
fn replace_with(mut command: Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// Runs Codex and ends as it ends.
#[cfg(not(unix))]
fn replace_with(mut command: Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(1);
    std::process::exit(code)
}
