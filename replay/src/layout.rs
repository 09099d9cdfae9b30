//! Where things lie in a Codex home, and how rollouts are named.
//!
//! Codex shards live rollouts by the local date on which they were begun and archives them flat. It
//! refuses to look at a disk; the caller says which moment, in which zone.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use rollout_schema::ThreadId;
use uuid::Uuid;

/// The folders of a home that hold rollouts: the live ones, and the archived ones.
pub(crate) const STORES: [&str; 2] = [LIVE, ARCHIVE];

/// The folder of live rollouts, by date.
pub(crate) const LIVE: &str = "sessions";

/// The folder of archived rollouts, flat.
pub(crate) const ARCHIVE: &str = "archived_sessions";

/// The name of the index of names.
pub(crate) const NAMES: &str = "session_index.jsonl";

/// An id for a new thread: a UUID of version 7, as all are that Codex makes.
pub fn new_thread_id() -> ThreadId {
    ThreadId::from(&*Uuid::now_v7().to_string())
}

/// The path of a rollout that begins at `local`; `segment` is the id of a file that a revert begins.
pub fn rollout_path(home: &Path, local: DateTime, thread: &ThreadId, segment: Option<&str>) -> PathBuf {
    let (segment, between) = (segment.unwrap_or_default(), if segment.is_some() { "_" } else { "" });
    let folder = dated_folder(home, local.date());
    folder.join(format!("rollout-{}-{thread}{between}{segment}.jsonl", local.strftime("%Y-%m-%dT%H-%M-%S")))
}

/// The folder of live rollouts that were begun on `date`, `2026-01-31`; `None` if it is no date.
pub fn live_folder(home: &Path, date: &str) -> Option<PathBuf> {
    Some(dated_folder(home, date.parse().ok()?))
}

fn dated_folder(home: &Path, date: Date) -> PathBuf {
    home.join(LIVE).join(date.strftime("%Y/%m/%d").to_string())
}

/// Where Codex keeps archived rollouts.
pub fn archive_folder(home: &Path) -> PathBuf {
    home.join(ARCHIVE)
}

/// The file that whoever writes a thread has locked (since 0.146).
pub fn lock_path(home: &Path, thread: &ThreadId) -> PathBuf {
    home.join("thread-writer-locks").join(format!("{thread}.lock"))
}

/// The file that holds the names of threads.
pub fn names_path(home: &Path) -> PathBuf {
    home.join(NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rollouts_are_sharded_by_local_date() {
        let local = jiff::civil::date(2026, 1, 2).at(3, 4, 5, 678_000_000);
        let check = |segment, want: &str| {
            assert_eq!(rollout_path(Path::new("h"), local, &ThreadId::from("t"), segment), Path::new(want));
        };
        check(None, "h/sessions/2026/01/02/rollout-2026-01-02T03-04-05-t.jsonl");
        check(Some("s"), "h/sessions/2026/01/02/rollout-2026-01-02T03-04-05-t_s.jsonl");
        assert_eq!(live_folder(Path::new("h"), "2026-01-02").as_deref(), Some(Path::new("h/sessions/2026/01/02")));
        assert_eq!(live_folder(Path::new("h"), "2026-13-02"), None);
        assert_eq!(lock_path(Path::new("h"), &ThreadId::from("t")), Path::new("h/thread-writer-locks/t.lock"));
    }
}
