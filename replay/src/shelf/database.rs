//! Codex's database of threads: only whether there is one.
//!
//! Since 0.110 Codex keeps in it where a thread's file is, whether the thread is archived and what it is
//! called, and trusts it more than the files. Its tables change with every version, so nothing here opens it.

use std::path::{Path, PathBuf};

/// The database of a home, if Codex keeps one there.
pub fn database_of(home: &Path) -> Option<PathBuf> {
    let entries = fs_err::read_dir(home).ok()?;
    let is_database = |name: &str| {
        let version = name.strip_prefix("state_").and_then(|rest| rest.strip_suffix(".sqlite"));
        version.is_some_and(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let named = entries.filter_map(Result::ok).filter(|entry| entry.file_name().to_str().is_some_and(is_database));
    named.map(|entry| entry.path()).max()
}
