//! The lock of whoever writes a thread: one writer at a time, Codex (since 0.146) among them.
//!
//! It is advisory and the operating system's own, so a writer that is killed leaves none behind. Refuses to
//! remove the file, which another writer may have open, and to wait.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use rollout_schema::ThreadId;

use crate::layout::lock_path;

/// Why a thread could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Someone else writes the thread.
    #[error("another program is writing this thread: it holds {}", path.display())]
    Busy {
        /// The file that is locked.
        path: PathBuf,
    },
    /// The id cannot be the name of a file.
    #[error("{id:?} is no thread's id")]
    Id {
        /// The id.
        id: String,
    },
    /// The file could not be made or locked.
    #[error("cannot lock {}", path.display())]
    Io {
        /// The file that is locked.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The right to write a thread; given back when it is dropped.
#[derive(Debug)]
pub struct ThreadLock {
    // Locked while it is open.
    _file: fs_err::File,
}

impl ThreadLock {
    /// Locks a thread of `home`, or fails at once if someone else, in this process or another, has.
    pub fn take(home: &Path, thread: &ThreadId) -> Result<Self, LockError> {
        if !is_file_name(thread.as_str()) {
            return Err(LockError::Id { id: thread.to_string() });
        }
        let path = lock_path(home, thread);
        let failed = |source| LockError::Io { path: path.clone(), source };
        fs_err::create_dir_all(path.parent().unwrap_or(home)).map_err(failed)?;
        let mut options = fs_err::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        loop {
            let file = options.open(&path).map_err(failed)?;
            match file.file().try_lock() {
                // Codex removes the file when it archives the thread: a lock on what was removed keeps nobody out.
                Ok(()) if is_still_at(&file, &path).map_err(failed)? => return Ok(Self { _file: file }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Busy { path }),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
    }
}

/// Whether an open file is the one that has its name now.
#[cfg(unix)]
fn is_still_at(file: &fs_err::File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match fs_err::metadata(path) {
        Ok(named) => Ok((open.dev(), open.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_still_at(_: &fs_err::File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Ids come from files that others wrote: one must not lead to another folder.
pub(crate) fn is_file_name(id: &str) -> bool {
    Path::new(id).file_name().is_some_and(|name| name == id) && !id.contains(['\\', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writer_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let (thread, other) = (ThreadId::from("t"), ThreadId::from("u"));
        let lock = ThreadLock::take(home.path(), &thread).unwrap();
        let path = lock_path(home.path(), &thread);
        let error = ThreadLock::take(home.path(), &thread).unwrap_err();
        assert!(matches!(&error, LockError::Busy { path: busy } if *busy == path), "{error}");
        ThreadLock::take(home.path(), &other).unwrap();
        drop(lock);
        assert!(path.exists());
        ThreadLock::take(home.path(), &thread).unwrap();
    }

    #[test]
    fn an_id_does_not_lead_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        for id in ["", ".", "..", "../t", "a/b", "/t", "a\\b", "c:t"] {
            let error = ThreadLock::take(home.path(), &id.into()).unwrap_err();
            assert!(matches!(error, LockError::Id { .. }), "{id}: {error}");
        }
        assert_eq!(fs_err::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_lock_that_cannot_be_made_names_its_file() {
        let home = tempfile::tempdir().unwrap();
        fs_err::write(home.path().join("thread-writer-locks"), "").unwrap();
        let error = ThreadLock::take(home.path(), &"t".into()).unwrap_err();
        assert!(matches!(error, LockError::Io { .. }) && error.to_string().contains("t.lock"), "{error}");
    }
}
