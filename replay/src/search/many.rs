//! Many files: searched by many threads, heard one after the other.
//!
//! Hits come in the order of the files, whatever the number of threads. What is found ahead of its
//! time waits, so much of it and no more: [`AHEAD`] files with two batches each.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::file::{FileOutcome, Searcher, search_file};
use super::hit::Hit;
use super::query::Query;
use crate::discover::RolloutFile;
use crate::problem::Problem;
use crate::scan::Progress;

/// Files that may be searched ahead of the one that is heard.
const AHEAD: usize = 64;

/// Bytes of hits that are handed on together, more or less.
const BATCH: usize = 64 << 10;

/// What was searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Files that were searched to their end, or as far as they can be read or were asked for.
    pub files: u64,
    /// Decoded bytes of those files.
    pub bytes: u64,
    /// What is wrong with them, in their order.
    pub problems: Vec<Problem>,
}

/// Pushes every hit of all files to `take`, on the calling thread. `Break` ends the search.
///
/// As many other threads search meanwhile as rayon's current pool has.
pub fn search(
    files: &[RolloutFile],
    query: &Query,
    progress: &dyn Progress,
    take: impl FnMut(Hit) -> ControlFlow<()>,
) -> Searched {
    search_on(rayon::current_num_threads(), files, query, progress, take)
}

/// [`search`] on so many threads.
pub fn search_on(
    threads: usize,
    files: &[RolloutFile],
    query: &Query,
    progress: &dyn Progress,
    mut take: impl FnMut(Hit) -> ControlFlow<()>,
) -> Searched {
    let (queue, heard) = sync_channel(AHEAD);
    // Owned by the searching threads alone, so that the queue ends when they do.
    let tasks = Arc::new(Mutex::new(Tasks { files: files.iter(), queue }));
    let mut searched = Searched::default();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let tasks = Arc::clone(&tasks);
            scope.spawn(move || work(&tasks, &query.clone(), progress));
        }
        drop(tasks);
        // A queue that nobody hears any more ends the threads.
        let _: ControlFlow<()> = heard.into_iter().try_for_each(|file| hear(&file, &mut searched, &mut take));
    });
    searched
}

/// What is left to do, and where to announce what is begun.
struct Tasks<'a> {
    files: std::slice::Iter<'a, RolloutFile>,
    queue: SyncSender<Receiver<Batch>>,
}

/// Some hits of a file; with the last ones of a file comes what became of it.
struct Batch {
    hits: Vec<Hit>,
    outcome: Option<FileOutcome>,
}

/// Searches files until there are none, or nobody hears.
fn work(tasks: &Mutex<Tasks<'_>>, query: &Query, progress: &dyn Progress) {
    let mut searcher = Searcher::default();
    loop {
        let (file, batches) = {
            let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(file) = tasks.files.next() else { return };
            let (batches, receiver) = sync_channel(1);
            // Waits while too much is ahead; the others wait for the lock.
            if tasks.queue.send(receiver).is_err() {
                return;
            }
            (file, batches)
        };
        let mut hits = Vec::new();
        let mut held = 0;
        let outcome = search_file(&mut searcher, file, query, progress, &mut |hit| {
            held += weight(&hit);
            hits.push(hit);
            if held < BATCH {
                return ControlFlow::Continue(());
            }
            held = 0;
            match batches.send(Batch { hits: std::mem::take(&mut hits), outcome: None }) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        if batches.send(Batch { hits, outcome: Some(outcome) }).is_err() {
            return;
        }
    }
}

/// Hands on what comes of one file.
fn hear(
    batches: &Receiver<Batch>,
    searched: &mut Searched,
    take: &mut impl FnMut(Hit) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for Batch { hits, outcome } in batches {
        hits.into_iter().try_for_each(&mut *take)?;
        if let Some(FileOutcome { bytes, problems }) = outcome {
            searched.files += 1;
            searched.bytes += bytes;
            searched.problems.extend(problems);
        }
    }
    ControlFlow::Continue(())
}

/// How much memory a hit takes, more or less.
fn weight(hit: &Hit) -> usize {
    size_of::<Hit>() + 200 + hit.excerpt.iter().map(|line| 100 + line.text.len()).sum::<usize>()
}
