//! The shelf: a thread's files in the archive and back, and the thread's name.
//!
//! Files are moved as they are, with their times; what they say never changes. At every moment the file in
//! force lies where readers look for it: it is the last to go and the first to come back. So a thread whose
//! move was cut short is still whole, and moving it again completes the move.
//!
//! Refuses to replace a file, to move a thread that is being written, and to touch Codex's database.

mod database;
mod naming;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use rollout_schema::ThreadId;
use tempfile::TempPath;

pub use database::database_of;
pub use naming::{NameError, name_thread};

use crate::discover::{RolloutFile, RolloutName, home_of};
use crate::layout::{archive_folder, live_folder};
use crate::lock::{LockError, ThreadLock};
use crate::publish::sync_folder;
use crate::store::Store;

/// Why a thread was not moved.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The thread is not ours to move.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file lies outside of any home.
    #[error("{} lies in no Codex home", path.display())]
    NoHome {
        /// The file.
        path: PathBuf,
    },
    /// Live rollouts lie in folders by date, and the name has none.
    #[error("the name of {} does not say its date, so it has no place among live rollouts", path.display())]
    Undated {
        /// The file.
        path: PathBuf,
    },
    /// Another file is where one would go.
    #[error("{} is there already", path.display())]
    Exists {
        /// That file.
        path: PathBuf,
    },
    /// A file could not be moved. Those before it were.
    #[error("cannot move {} to {}", from.display(), to.display())]
    Move {
        /// Where it is.
        from: PathBuf,
        /// Where it should be.
        to: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Moves the files of a thread to the archive of their home, and says where they are; none if all were there.
pub fn archive(store: &Store, thread: usize) -> Result<Vec<PathBuf>, ShelfError> {
    let files: Vec<RolloutFile> = files(store, thread).filter(|file| !file.archived).cloned().collect();
    shelve(&files, &store.threads[thread].id, |home, _| Some(archive_folder(home)))
}

/// Moves the files of a thread back from the archive to the folder of their date.
pub fn unarchive(store: &Store, thread: usize) -> Result<Vec<PathBuf>, ShelfError> {
    let mut files: Vec<RolloutFile> = files(store, thread).filter(|file| file.archived).cloned().collect();
    files.reverse();
    let live = |home: &Path, name: &RolloutName| live_folder(home, name.date.as_deref()?);
    shelve(&files, &store.threads[thread].id, live)
}

/// A thread's files: second copies, then segments, the one in force last.
fn files(store: &Store, thread: usize) -> impl Iterator<Item = &RolloutFile> {
    let thread = &store.threads[thread];
    thread.twins.iter().chain(&thread.segments).map(|&index| &store.files[index].file)
}

/// A file, and where it goes.
struct Step {
    from: PathBuf,
    to: PathBuf,
}

fn shelve(
    files: &[RolloutFile],
    thread: &ThreadId,
    folder: impl Fn(&Path, &RolloutName) -> Option<PathBuf>,
) -> Result<Vec<PathBuf>, ShelfError> {
    let mut steps = Vec::new();
    let mut homes: Vec<&Path> = Vec::new();
    for file in files {
        let path = || file.path.to_path_buf();
        let home = home_of(&file.path).ok_or_else(|| ShelfError::NoHome { path: path() })?;
        let folder = folder(home, &file.name()).ok_or_else(|| ShelfError::Undated { path: path() })?;
        // A compressed file beside a plain one is hidden by it and goes with it.
        let hidden = file.path.with_extension("jsonl.zst");
        let is_hidden = hidden != *file.path && hidden.exists();
        for from in is_hidden.then_some(hidden).into_iter().chain([path()]) {
            let to = folder.join(from.file_name().unwrap_or_default());
            steps.push(Step { from, to });
        }
        if !homes.contains(&home) {
            homes.push(home);
        }
    }
    let _locks = homes.iter().map(|home| ThreadLock::take(home, thread)).collect::<Result<Vec<_>, _>>()?;
    if let Some(Step { to, .. }) = steps.iter().find(|step| step.to.exists()) {
        return Err(ShelfError::Exists { path: to.clone() });
    }
    for step in &steps {
        step.take().map_err(|source| ShelfError::Move { from: step.from.clone(), to: step.to.clone(), source })?;
    }
    Ok(steps.into_iter().map(|step| step.to).collect())
}

impl Step {
    fn take(&self) -> io::Result<()> {
        let (Some(old), Some(new)) = (self.from.parent(), self.to.parent()) else { return Ok(()) };
        fs_err::create_dir_all(new)?;
        // The one portable way to a rename that replaces nothing. The file is not a temporary one.
        let mut file = TempPath::try_from_path(&self.from)?;
        file.disable_cleanup(true);
        file.persist_noclobber(&self.to).map_err(|failed| failed.error)?;
        sync_folder(new)?;
        sync_folder(old)
    }
}
