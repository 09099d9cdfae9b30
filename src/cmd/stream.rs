//! `rollout stream`: canonical events, once or as they are written.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use replay::follow::{Cursor, Follower, Watch, read_events};
use replay::store::Store;
use replay::{LineReader, Problem, RolloutFile, Silent};

use crate::cli::{Source, Stream as Args};
use crate::error::Hinted;
use crate::stream::{Command, CursorFile, Filter, Outbox, Post, Span, Stdout, Stop, Target};
use crate::ui::Ui;
use crate::{homes, threads};

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let filter = Filter {
        types: args.types.clone(),
        span: Span::new(args.since.as_deref(), args.until.as_deref())?,
        own: args.own,
        max_text: args.max_text,
    };
    let target: Box<dyn Target> = match (&args.exec, &args.url) {
        (Some(command), _) => Box::new(Command(command.clone())),
        (_, Some(url)) => Box::new(Post::new(url)?),
        _ => Box::new(Stdout(ui.stdout())),
    };
    let stop = Stop::on_signals()?;
    let mut outbox = Outbox::new(target, filter, &stop, ui);
    outbox.wanted = args.limit.unwrap_or(u64::MAX);
    let problems =
        if args.follow || args.cursor.is_some() { follow(args, outbox, ui)? } else { once(args, outbox, ui)? };
    threads::remark(&problems, ui);
    Ok(ExitCode::SUCCESS)
}

/// Tells everything that is there, thread by thread, the one begun first at first.
fn once(args: &Args, mut outbox: Outbox<'_>, ui: &Ui) -> anyhow::Result<Vec<Problem>> {
    let (source, selectors) = source(args);
    let store = threads::store(&source, ui)?;
    let mut problems = Vec::new();
    let mut reader = LineReader::default();
    for files in selected(&store, &selectors)? {
        if tell(&files, &mut reader, &mut outbox, &mut problems).is_break() {
            break;
        }
    }
    problems.extend(outbox.finish(None)?);
    problems.extend(store.problems);
    Ok(problems)
}

/// Tells one thread, and at its last file that it ended there.
fn tell(
    files: &[&RolloutFile],
    reader: &mut LineReader,
    outbox: &mut Outbox<'_>,
    problems: &mut Vec<Problem>,
) -> ControlFlow<()> {
    for (index, file) in files.iter().enumerate() {
        let (mut mapper, extent, found) = read_events(reader, file, &Silent, |event| outbox.push(event));
        problems.extend(found);
        let mut rest = Vec::new();
        mapper.finish(&mut rest);
        if index + 1 == files.len() {
            let reason = if file.archived { "archived" } else { "end_of_log" };
            rest.push(mapper.session_end(reason, extent.lines, extent.bytes));
        }
        rest.into_iter().try_for_each(|event| outbox.push(event))?;
    }
    ControlFlow::Continue(())
}

/// The files of the threads that are meant, in the order of their beginnings.
fn selected<'a>(store: &'a Store, selectors: &[&str]) -> anyhow::Result<Vec<Vec<&'a RolloutFile>>> {
    let file = |index: &usize| &store.files[*index].file;
    let mut chosen: Vec<(usize, Option<usize>)> = Vec::new();
    for selector in selectors {
        let found = threads::find(store, selector, None)?;
        if !chosen.contains(&(found.thread, found.file)) {
            chosen.push((found.thread, found.file));
        }
    }
    if selectors.is_empty() {
        chosen.extend((0..store.threads.len()).map(|thread| (thread, None)));
    }
    let began = |thread: usize| store.first_file(thread).and_then(|file| file.identity.created);
    chosen.sort_by_cached_key(|&(thread, file)| (began(thread), store.threads[thread].id.to_string(), file));
    let files = chosen.into_iter().map(|(thread, one)| match one {
        Some(one) => vec![file(&one)],
        None => store.threads[thread].segments.iter().map(file).collect(),
    });
    Ok(files.collect())
}

/// Tells what is new since the cursor, and with `--follow` what becomes new.
fn follow(args: &Args, mut outbox: Outbox<'_>, ui: &Ui) -> anyhow::Result<Vec<Problem>> {
    let (source, selectors) = source(args);
    if source.homes.sample {
        return Err(Hinted::error("the sample logs are never written to", "leave out --follow and --cursor"));
    }
    let roots = homes::roots(&source)?;
    let ids = if selectors.is_empty() { BTreeSet::new() } else { thread_ids(&source, &selectors, ui)? };
    let cursor = args.cursor.as_deref().map(load).transpose()?.unwrap_or_default();
    outbox.cursor = args.cursor.clone().map(CursorFile::new);
    let mut follower = Follower::new(roots.clone(), cursor, ids);
    // Watched before the first look, so that nothing happens unseen in between.
    let mut watch = Watch::new(&roots);
    let mut problems = if args.from_now { follower.skip_present() } else { Vec::new() };
    let mut changed = None;
    let mut look = Instant::now();
    loop {
        let is_whole = Instant::now() >= look;
        if is_whole {
            changed = None;
        }
        if is_whole || changed.is_some() {
            if follower.poll(changed.as_ref(), &mut outbox).is_break() {
                break;
            }
            if is_whole {
                look = Instant::now() + args.poll;
            }
        }
        if outbox.caught_up(follower.cursor()).is_break() {
            break;
        }
        let is_idle = args.exit_when_idle.is_some_and(|idle| outbox.busy.elapsed() >= idle);
        if !args.follow || outbox.is_full() || is_idle && is_whole {
            break;
        }
        if is_idle {
            look = Instant::now(); // once more, in case that no notification came
        }
        changed = wait(&mut watch, look, args.exit_when_idle.map(|idle| outbox.busy + idle), &outbox);
    }
    problems.extend(outbox.finish(Some(follower.cursor()))?);
    Ok(problems)
}

/// Waits for a change, for the next look, or for something else to be done. `None` for no change.
fn wait(watch: &mut Watch, look: Instant, idle: Option<Instant>, outbox: &Outbox<'_>) -> Option<BTreeSet<PathBuf>> {
    let deadline = [Some(look), idle, outbox.due()].into_iter().flatten().min().unwrap_or(look);
    loop {
        let changed = watch.wait(Stop::notice(deadline));
        if !changed.is_empty() {
            return Some(changed);
        }
        if outbox.is_full() || Instant::now() >= deadline {
            return None;
        }
    }
}

fn load(path: &Path) -> anyhow::Result<Cursor> {
    Cursor::load(path).map_err(|error| Hinted::error(error.to_string(), "name another file, or remove this one"))
}

/// The logs that are meant, and the selectors that are neither a home nor a folder.
fn source(args: &Args) -> (Source, Vec<&str>) {
    let mut paths = Vec::new();
    let mut selectors = Vec::new();
    for selector in &args.selectors {
        if Path::new(selector).is_dir() {
            paths.push(PathBuf::from(selector));
        } else {
            paths.extend(threads::source(selector, &args.homes).paths);
            selectors.push(&**selector);
        }
    }
    (Source { paths, homes: args.homes.clone() }, selectors)
}

/// The ids of the threads that are meant.
fn thread_ids(source: &Source, selectors: &[&str], ui: &Ui) -> anyhow::Result<BTreeSet<String>> {
    let store = threads::store(source, ui)?;
    let id = |selector: &&str| Ok(store.threads[threads::find(&store, selector, None)?.thread].id.to_string());
    selectors.iter().map(id).collect()
}
