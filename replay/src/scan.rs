//! Many files at once: one task per file, largest first, results in the order of the files.
//!
//! The result of a file never depends on another file nor on the number of threads.

use rayon::prelude::*;

use crate::discover::RolloutFile;
use crate::lines::LineReader;

/// Told how far a scan has come.
pub trait Progress: Sync {
    /// So many more stored bytes are done.
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
/// `files` should be sorted largest first, so that the last task to end is a small one.
pub fn scan<T: Send>(
    files: &[RolloutFile],
    progress: &dyn Progress,
    per_file: impl Fn(&mut LineReader, &RolloutFile) -> T + Sync,
) -> Vec<T> {
    files
        .par_iter()
        .with_max_len(1)
        .map_init(LineReader::default, |reader, file| {
            let result = per_file(reader, file);
            progress.bytes(file.bytes);
            result
        })
        .collect()
}
