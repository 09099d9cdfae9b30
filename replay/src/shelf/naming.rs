//! Naming a thread, by a line at the end of `session_index.jsonl`: the newest line for a thread counts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rollout_schema::ThreadId;
use serde::Serialize;

use crate::layout::names_path;

/// Why a thread was not named.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// A name has to say something.
    #[error("the name is empty")]
    Empty,
    /// The index could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The index.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a ThreadId,
    thread_name: &'a str,
    updated_at: String,
}

/// Gives a thread of `home` a name, without the white space around it, and returns that.
pub fn name_thread<'a>(home: &Path, thread: &ThreadId, name: &'a str, at: Timestamp) -> Result<&'a str, NameError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    let path = names_path(home);
    let updated_at = at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string();
    append(&path, &Entry { id: thread, thread_name: name, updated_at })
        .map_err(|source| NameError::Write { path, source })?;
    Ok(name)
}

/// Appends a line at once, so that lines of several writers never mix, after closing one that was cut short.
fn append(path: &Path, entry: &Entry<'_>) -> io::Result<()> {
    // Late versions of Codex hold this lock while they append.
    let lock =
        File::options().read(true).write(true).create(true).truncate(false).open(path.with_extension("jsonl.lock"))?;
    lock.lock()?;
    let mut index = File::options().read(true).append(true).create(true).open(path)?;
    let mut line = Vec::new();
    let mut last = [b'\n'];
    if index.metadata()?.len() > 0 {
        index.seek(SeekFrom::End(-1))?;
        index.read_exact(&mut last)?;
    }
    if last != *b"\n" {
        line.push(b'\n');
    }
    serde_json::to_writer(&mut line, entry)?;
    line.push(b'\n');
    index.write_all(&line)
}
