//! `session_index.jsonl`: the names that users gave to threads.

use std::io::ErrorKind;
use std::path::Path;

use rollout_schema::ThreadId;
use serde::Deserialize;

use crate::layout::names_path;

#[derive(Deserialize)]
struct Entry {
    id: String,
    thread_name: Option<String>,
}

/// Names by thread, in file order: a later entry for the same thread replaces an earlier one.
///
/// A missing index is an empty one, and a bad line costs itself: names only decorate.
pub fn read_thread_names(home: &Path) -> std::io::Result<Vec<(ThreadId, String)>> {
    let bytes = match fs_err::read(names_path(home)) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(parse_thread_names(&bytes))
}

/// The names in the bytes of an index.
pub fn parse_thread_names(index: &[u8]) -> Vec<(ThreadId, String)> {
    let entries = index.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Entry>(line).ok());
    entries.filter_map(|entry| Some((ThreadId::from(entry.id.as_str()), entry.thread_name?))).collect()
}
