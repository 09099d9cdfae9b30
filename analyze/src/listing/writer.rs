//! Whether a process has a thread open: since 0.146 Codex holds a lock while it does.
//!
//! The lock file is opened for reading and tried without waiting; a lock that was free is given back
//! at once. Refuses to create one.

use std::fs::TryLockError;
use std::path::Path;

use replay::status::Writer;
use replay::store::Store;

/// The folder of the locks in a home.
const LOCKS: &str = "thread-writer-locks";

/// Who has a thread open.
pub(super) fn writer(store: &Store, thread: usize) -> Writer {
    let home = store.current_file(thread).and_then(|file| home(&file.file.path));
    // Elsewhere locks are of another kind.
    let Some(home) = home.filter(|_| cfg!(unix)) else { return Writer::Unknown };
    let path = home.join(LOCKS).join(format!("{}.lock", store.threads[thread].id));
    let Ok(file) = fs_err::File::open(path) else { return Writer::Unknown };
    let file: std::fs::File = file.into();
    match file.try_lock_shared() {
        Ok(()) => Writer::Gone,
        Err(TryLockError::WouldBlock) => Writer::Alive,
        Err(TryLockError::Error(_)) => Writer::Unknown,
    }
}

/// The home that a rollout lies in, if its folders say so.
fn home(file: &Path) -> Option<&Path> {
    let is_store =
        |folder: &&Path| folder.file_name().is_some_and(|name| name == "sessions" || name == "archived_sessions");
    file.ancestors().find(is_store)?.parent()
}
