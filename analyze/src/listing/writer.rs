//! Whether a process has a thread open: since 0.146 Codex holds a lock while it does.
//!
//! The kernel is asked which locks are held. Trying a lock would tell as well, but a Codex that
//! started at this instant would find it taken: this refuses to touch one.

use std::path::Path;

use replay::home_of;
use replay::layout::lock_path;
use replay::status::Writer;
use replay::store::Store;

/// Who has a thread open.
pub fn writer(store: &Store, thread: usize) -> Writer {
    let home = store.current_file(thread).and_then(|file| home_of(&file.file.path));
    let lock = home.map(|home| lock_path(home, &store.threads[thread].id));
    match lock.and_then(|lock| is_held(&lock)) {
        Some(true) => Writer::Alive,
        Some(false) => Writer::Gone,
        None => Writer::Unknown,
    }
}

/// Whether a file is locked; `None` if there is no such file, or nobody to ask.
#[cfg(target_os = "linux")]
fn is_held(lock: &Path) -> Option<bool> {
    use std::os::unix::fs::MetadataExt;
    let inode = fs_err::metadata(lock).ok()?.ino();
    let held = fs_err::read_to_string("/proc/locks").ok()?;
    Some(held.lines().any(|line| inode_of(line) == Some(inode)))
}

#[cfg(not(target_os = "linux"))]
fn is_held(_: &Path) -> Option<bool> {
    None
}

/// The file in a line such as `1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`. The number of the device
/// before it is not that of the file on every file system.
#[cfg(target_os = "linux")]
fn inode_of(line: &str) -> Option<u64> {
    let mut words = line.split_whitespace().skip_while(|word| *word != "FLOCK");
    words.nth(4)?.rsplit_once(':')?.1.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_seen_and_not_touched() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(is_held(file.path()), Some(false));
        file.as_file().lock().unwrap();
        assert_eq!(is_held(file.path()), Some(true));
        assert_eq!(is_held(Path::new("/srv/no/such.lock")), None);
        assert_eq!(inode_of("12: -> FLOCK  ADVISORY  WRITE 1 00:1f:77 0 EOF"), Some(77));
        assert_eq!(inode_of("3: POSIX  ADVISORY  READ 5 fd:01:99 128 128"), None);
    }
}
