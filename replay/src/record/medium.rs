//! What is written to: a file on disk, or whatever stands for one in tests.
//!
//! Refuses to decide: when a file is opened again and what is written to it is the recorder's business.

use std::fmt::Debug;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rollout_schema::ThreadId;

use super::RecordError;
use crate::lock::ThreadLock;
use crate::publish::sync_folder;

/// Where a rollout is or will be.
pub(super) trait Medium: Debug + Send {
    /// Opens the rollout for appending. One that is to be new is created, once.
    fn open(&mut self) -> Result<Box<dyn Tape>, RecordError>;
    /// Makes the rollout's place in its folders outlive a loss of power.
    fn sync_place(&mut self) -> io::Result<()>;
}

/// An open rollout: whatever is written comes to stand at its end.
pub(super) trait Tape: Debug + Send {
    /// Writes some of `bytes`, with one call of the system, and says how many.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Where the last write ended.
    fn position(&mut self) -> io::Result<u64>;
    /// How the rollout ends now, whoever wrote last.
    fn end(&mut self) -> io::Result<End>;
    /// Makes what was written outlive a loss of power.
    fn sync(&mut self) -> io::Result<()>;
}

/// How a rollout ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Its bytes.
    pub(super) length: u64,
    /// Whether its last line has its newline, or there is no line.
    pub(super) terminated: bool,
    /// Whether it lies in some folder: what is written to a removed file is lost.
    pub(super) linked: bool,
}

/// A file.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    /// Where and whose it is to be, if it is new.
    new: Option<(PathBuf, ThreadId)>,
    /// The file, held open: only as long as it is, no other one can be mistaken for it.
    held: Option<File>,
    lock: Option<ThreadLock>,
}

impl Disk {
    /// A file that is to be created, and not before its thread is locked.
    pub(super) fn new_in(home: &Path, path: PathBuf, thread: ThreadId) -> Self {
        Self { path, new: Some((home.to_owned(), thread)), held: None, lock: None }
    }

    /// A file that is there.
    pub(super) fn there(path: PathBuf, lock: Option<ThreadLock>) -> Result<Self, RecordError> {
        let held = fs_err::File::open(&path).map_err(crate::ReadError::Io)?.into();
        Ok(Self { path, new: None, held: Some(held), lock })
    }

    fn failed(&self, source: io::Error) -> RecordError {
        RecordError::Write { path: self.path.clone(), source }
    }

    fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        options
    }

    fn create(&mut self, home: &Path, thread: &ThreadId) -> Result<File, RecordError> {
        if self.lock.is_none() {
            self.lock = Some(ThreadLock::take(home, thread)?);
        }
        let folder = self.path.parent().unwrap_or(home);
        std::fs::create_dir_all(folder).map_err(|source| RecordError::Write { path: folder.to_owned(), source })?;
        Self::options().create_new(true).open(&self.path).map_err(|error| self.failed(error))
    }
}

impl Medium for Disk {
    fn open(&mut self) -> Result<Box<dyn Tape>, RecordError> {
        if let Some((home, thread)) = self.new.clone() {
            self.held = Some(self.create(&home, &thread)?);
            self.new = None;
        }
        let failed = |error| self.failed(error);
        let removed = || RecordError::Removed { path: self.path.clone() };
        let opened = Self::options().open(&self.path);
        let file =
            opened.map_err(|error| if error.kind() == ErrorKind::NotFound { removed() } else { failed(error) })?;
        let known = self.held.as_ref().map(File::metadata).transpose().map_err(failed)?;
        if identity(&file.metadata().map_err(failed)?) != known.as_ref().and_then(identity) {
            return Err(removed());
        }
        Ok(Box::new(file))
    }

    fn sync_place(&mut self) -> io::Result<()> {
        // The date's folders may be new as well; above `sessions` there is the home.
        let folders = self.path.ancestors().skip(1).take(5);
        folders.filter(|folder| !folder.as_os_str().is_empty()).try_for_each(sync_folder)
    }
}

impl Tape for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match Write::write(self, bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn position(&mut self) -> io::Result<u64> {
        self.stream_position()
    }

    fn end(&mut self) -> io::Result<End> {
        let metadata = self.metadata()?;
        let length = metadata.len();
        let mut last = [b'\n'];
        if length > 0 {
            self.seek(SeekFrom::Start(length - 1))?;
            self.read_exact(&mut last)?;
        }
        Ok(End { length, terminated: last == [b'\n'], linked: is_linked(&metadata) })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// What tells one file from another.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file cannot be replaced.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<Identity> {
    None
}

#[cfg(unix)]
fn is_linked(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 0
}

#[cfg(not(unix))]
fn is_linked(_: &Metadata) -> bool {
    true
}
