//! `rollout ls`: the threads of the store, newest first.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analyze::Prices;
use analyze::listing::{Filters, ListOptions, Order, ThreadList, Words, list};
use anyhow::Context;
use jiff::Timestamp;
use replay::store::Store;

use super::analyze::{on_jobs, span, zone};
use crate::cli::{Ls as Args, SortBy};
use crate::error::Hinted;
use crate::listing::{self, Drawing, ShortIds};
use crate::threads;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let options = options(args)?;
    let prices = Prices::embedded().context("the embedded price table is damaged")?;
    let (store, list) = on_jobs(&args.source.homes, || -> anyhow::Result<(Store, ThreadList)> {
        let store = match newest(args) {
            Some(count) => threads::newest(&args.source, count, ui)?,
            None => threads::store(&args.source, ui)?,
        };
        let bar = ui.progress(store.files.iter().map(|file| file.file.bytes).sum());
        let list = list(&store, &options, &prices, &bar)?;
        Ok((store, list))
    })??;
    if args.format.json {
        ui.print_plain(&(serde_json::to_string_pretty(&list)? + "\n"))?;
    } else if !list.threads.is_empty() {
        let drawing =
            Drawing { ids: &ShortIds::new(&store), width: ui.width(), now: Timestamp::now().as_millisecond() };
        ui.print(&listing::threads(&list, &drawing))?;
        if list.next_cursor.is_some() && !ui.quiet {
            ui.note(&format!(
                "{} of {} threads; --limit 0 lists all",
                list.threads.len(),
                store.threads.len() + store.unread.len()
            ));
        }
    } else if store.threads.len() + store.unread.len() > 0 && !ui.quiet {
        ui.note("no thread is like that; --all lists archived ones as well");
    }
    threads::remark(&store.problems, ui);
    Ok(ExitCode::from(u8::from(list.threads.is_empty())))
}

/// How many of the newest threads are asked for, if nothing but their time picks them.
fn newest(args: &Args) -> Option<usize> {
    let lists = [args.projects.is_empty(), args.sources.is_empty(), args.models.is_empty(), args.cwds.is_empty()];
    let texts = [&args.days.timezone, &args.since, &args.until, &args.grep, &args.cursor];
    let is_picky = lists.contains(&false)
        || texts.iter().any(|given| given.is_some())
        || args.tree
        || args.archived
        || args.all
        || args.sort == SortBy::Created;
    // One more tells whether there are any further.
    (!is_picky && args.limit > 0).then_some(args.limit + 1)
}

fn options(args: &Args) -> anyhow::Result<ListOptions> {
    let zone = zone(&args.days)?;
    let (since, until) = span(&zone, args.since.as_deref(), args.until.as_deref())?;
    let order = match args.sort {
        SortBy::Updated => Order::Updated,
        SortBy::Created => Order::Created,
    };
    let after = args.cursor.as_deref().map(|text| order.parse(text)).transpose();
    let after = after.map_err(|error| {
        Hinted::error(error.to_string(), "take `next_cursor` of `rollout ls --json` with the same --sort")
    })?;
    let words = args.grep.as_deref().map(Words::new).transpose();
    let words = words.map_err(|error| Hinted::error(error.to_string(), "say what --grep looks for"))?;
    let filters = Filters {
        cwds: folders(&args.cwds)?,
        latest_cwd: args.cwd_latest,
        projects: args.projects.clone(),
        sources: args.sources.clone(),
        models: args.models.clone(),
        since,
        until,
        zone,
        archived: if args.all { None } else { Some(args.archived) },
        words,
        ..Filters::default()
    };
    Ok(ListOptions {
        filters,
        order,
        limit: (args.limit > 0).then_some(args.limit),
        after,
        trees: args.tree,
        full: args.format.json,
    })
}

/// Folders as logs may name them: as they are typed, and with links followed.
pub(crate) fn folders(typed: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut folders = Vec::new();
    for folder in typed {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        folders.push(text(&std::path::absolute(folder).with_context(|| folder.display().to_string())?));
        folders.extend(fs_err::canonicalize(folder).ok().as_deref().map(text));
    }
    Ok(folders)
}
