//! Where the logs are: arguments, then `CODEX_HOME`, then `~/.codex`.

use std::path::{Path, PathBuf};

use agent::codex::{Finder, well_known};
use analyze::Input;
use replay::Discovered;

use crate::cli::Source;
use crate::error::Hinted;
use crate::sample;
use crate::ui::Ui;

/// Finds the logs that the arguments mean, and the names of their threads.
pub(crate) fn find(source: &Source, ui: &Ui) -> anyhow::Result<Input> {
    if source.homes.sample {
        return Ok(sample::input());
    }
    let roots = roots(source)?;
    let Discovered { files, problems } = discover(&roots, ui)?;
    let mut names = Vec::new();
    for root in &roots {
        names.extend(replay::read_thread_names(root)?);
    }
    Ok(Input { files, problems, names })
}

/// Finds the logs alone, for commands that name no thread.
pub(crate) fn logs(source: &Source, ui: &Ui) -> anyhow::Result<Discovered> {
    if source.homes.sample {
        let Input { files, problems, .. } = sample::input();
        return Ok(Discovered { files, problems });
    }
    discover(&roots(source)?, ui)
}

fn discover(roots: &[PathBuf], ui: &Ui) -> anyhow::Result<Discovered> {
    let found = replay::discover(roots);
    if found.files.is_empty() {
        let names: Vec<String> = roots.iter().map(|root| root.display().to_string()).collect();
        let what = format!("no logs below {}", names.join(", "));
        let remedy = "set CODEX_HOME or pass --home; try --sample";
        match found.problems.first() {
            Some(problem) => return Err(Hinted::error(format!("{what} ({})", problem.message), remedy)),
            // A home in which nothing was done yet has cost nothing: that is a report as well.
            None => ui.warn(&what, remedy),
        }
    }
    Ok(found)
}

/// The homes, folders and files that the arguments mean.
pub(crate) fn roots(source: &Source) -> anyhow::Result<Vec<PathBuf>> {
    let mut roots = source.paths.clone();
    roots.extend(source.homes.homes.iter().cloned());
    if !roots.is_empty() {
        return Ok(roots);
    }
    if let Some(list) = std::env::var_os("CODEX_HOME").filter(|list| !list.is_empty()) {
        // A path that is not UTF-8 cannot be a list written by hand: it is one home.
        let Some(list) = list.to_str() else { return Ok(vec![list.into()]) };
        return Ok(list.split(',').map(str::trim).filter(|home| !home.is_empty()).map(expand).collect());
    }
    match std::env::home_dir() {
        Some(home) => Ok(vec![home.join(".codex")]),
        None => Err(Hinted::error("there is no home folder", "set CODEX_HOME or pass --home; try --sample")),
    }
}

/// The home that Codex takes by itself, which knows no lists.
pub(crate) fn of_codex() -> Option<PathBuf> {
    let named = std::env::var_os("CODEX_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(".codex")))
}

/// Looks for Codex itself: in PATH, then where installers put it.
pub(crate) fn codex() -> anyhow::Result<PathBuf> {
    let others = well_known(std::env::home_dir().as_deref());
    let finder = Finder::new(std::env::var_os("PATH").as_deref(), others, &std::env::current_dir()?);
    let hint = "install it with `npm install -g @openai/codex`, or name it with --codex";
    finder.find().map(Path::to_owned).map_err(|error| Hinted::error(error.to_string(), hint))
}

/// `~/x` in a list is not expanded by the shell.
fn expand(home: &str) -> PathBuf {
    match (home.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(folder)) => folder.join(rest),
        _ => PathBuf::from(home),
    }
}
