//! Many files at once: one task per file, largest first, results in the order of the files.
//!
//! The result of a file never depends on another file nor on the number of threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::discover::RolloutFile;
use crate::lines::LineReader;

/// Told how far a scan has come.
pub trait Progress: Sync {
    /// So many more stored bytes were read.
    fn bytes(&self, n: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn bytes(&self, _: u64) {}
}

/// Runs `per_file` on every rollout, on rayon's current pool.
///
/// Threads take the next file when they are done with one. `files` should be sorted largest first,
/// so that the last task to end is a small one. Each thread keeps one buffer for all its files.
pub fn scan<T: Send>(files: &[RolloutFile], per_file: impl Fn(&mut LineReader, &RolloutFile) -> T + Sync) -> Vec<T> {
    scan_with(files, LineReader::default, per_file)
}

/// [`scan`] with readers of another size.
pub(crate) fn scan_with<T: Send>(
    files: &[RolloutFile],
    reader: impl Fn() -> LineReader + Sync,
    per_file: impl Fn(&mut LineReader, &RolloutFile) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = |_: rayon::BroadcastContext<'_>| {
        let mut reader = reader();
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else { return results };
            results.push((index, per_file(&mut reader, file)));
        }
    };
    let mut results: Vec<(usize, T)> = rayon::broadcast(work).into_iter().flatten().collect();
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_files() {
        let files: Vec<_> = (0..100).map(|n| RolloutFile::memory(&format!("{n}.jsonl"), b"")).collect();
        let names = scan(&files, |_, file| file.path.to_path_buf());
        assert!(files.iter().map(|file| file.path.to_path_buf()).eq(names));
    }
}
