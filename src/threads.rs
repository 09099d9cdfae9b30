//! From what was typed to a thread: the store of the homes, and the one thread that is meant.

use std::path::Path;

use analyze::Input;
use replay::store::{SelectError, Selected, Store};
use replay::{Chain, Discovered, Problem, home_of};

use crate::cli::{self, Homes, Source};
use crate::error::Hinted;
use crate::homes;
use crate::ui::Ui;

/// A thread in its store.
pub(crate) struct Selection {
    pub(crate) store: Store,
    pub(crate) selected: Selected,
}

impl Selection {
    /// The thread.
    pub(crate) fn thread(&self) -> &replay::store::Thread {
        &self.store.threads[self.selected.thread]
    }

    /// Its lines; with `dropped` also those that reverts took out.
    pub(crate) fn chain(&self, dropped: bool) -> Chain {
        match self.selected.file {
            Some(file) => self.store.chain_of_file(file),
            None => self.store.chain(self.selected.thread, dropped),
        }
    }
}

/// The store of some homes, folders and files.
pub(crate) fn store(source: &Source, ui: &Ui) -> anyhow::Result<Store> {
    let Input { files, problems, names } = homes::find(source, ui)?;
    Ok(Store::open(Discovered { files, problems }, names))
}

/// The store of the newest threads, at least `count` of them.
pub(crate) fn newest(source: &Source, count: usize, ui: &Ui) -> anyhow::Result<Store> {
    let Input { files, problems, names } = homes::find(source, ui)?;
    Ok(Store::open_newest(Discovered { files, problems }, names, count))
}

/// The thread that is meant, with the store around it.
pub(crate) fn select(args: &cli::Thread, ui: &Ui) -> anyhow::Result<Selection> {
    let store = self::store(&source(&args.selector, &args.homes), ui)?;
    let of = args.of.as_deref().map(|of| find(&store, of, None)).transpose()?;
    let selected = find(&store, &args.selector, of.map(|of| of.thread))?;
    Ok(Selection { store, selected })
}

/// The thread's lines, all of them: without its beginning a history would be wrong.
pub(crate) fn whole_chain(selection: &Selection) -> anyhow::Result<Chain> {
    let chain = selection.chain(false);
    match &chain.missing {
        None => Ok(chain),
        Some(base) => Err(Hinted::error(
            format!("thread {} begins in rollout {}, which is not there", selection.thread().id, base.rollout_id),
            "pass the home that holds it with --home",
        )),
    }
}

/// The thread that `text` means in a store.
pub(crate) fn find(store: &Store, text: &str, of: Option<usize>) -> anyhow::Result<Selected> {
    store.select(text, of).map_err(|error| {
        let hint = match &error {
            SelectError::Unknown { nearest, .. } if nearest.is_empty() => "`rollout ls` lists the threads".to_owned(),
            SelectError::Unknown { nearest, .. } => format!("the nearest are {}", nearest.join(", ")),
            SelectError::Ambiguous { matches, .. } => format!("say more of the id: {}", matches.join(", ")),
            SelectError::NoTree { .. } => "name a thread of that tree with --of".to_owned(),
        };
        Hinted::error(error.to_string(), hint)
    })
}

/// Where a thread is looked for: the homes, or for a file its own home.
pub(crate) fn source(selector: &str, homes: &Homes) -> Source {
    let path = Path::new(selector);
    let mut paths = Vec::new();
    if !homes.sample && homes.homes.is_empty() && path.is_file() {
        // The bases of a fork may lie elsewhere in the home.
        paths.extend(fs_err::canonicalize(path).ok().and_then(|file| Some(home_of(&file)?.to_owned())));
        paths.push(path.to_owned());
    }
    Source { paths, homes: homes.clone() }
}

/// Says on stderr how much of what was read could not be used, and where that began.
pub(crate) fn remark(problems: &[Problem], ui: &Ui) {
    if let Some(first) = problems.first()
        && !ui.quiet
    {
        let many = if problems.len() > 1 { format!("{} places", problems.len()) } else { "one place".to_owned() };
        ui.warn(&format!("{many} could not be read as they stand, first {first}"), "`rollout validate` lists them all");
    }
}
