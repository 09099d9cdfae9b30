//! The store: which threads there are, which files hold each, and who descends from whom.
//!
//! Only the first lines of each file are read. A thread may have several files: a revert begins a
//! new one for the same thread, and a copy may lie in the archive or in another home. Identity is
//! always a file's first `session_meta`.

mod chains;
mod forest;
mod head;
mod newest;
mod own;
mod select;

use std::cmp::Reverse;
use std::collections::HashMap;

use rollout_schema::{HistoryBase, ThreadId};

pub use forest::{Node, Relation};
pub use select::{SelectError, Selected};

use crate::discover::{Discovered, RolloutFile};
use crate::identity::Identity;
use crate::lines::LineReader;
use crate::problem::Problem;
use crate::scan::scan_with;

/// All threads of some homes.
#[derive(Debug, Default)]
pub struct Store {
    /// The files, by path.
    pub files: Vec<StoredFile>,
    /// The threads, by id.
    pub threads: Vec<Thread>,
    /// Files and folders that could not be looked at.
    pub problems: Vec<Problem>,
    /// Threads that are there and were not read.
    pub unread: Vec<ThreadId>,
    by_thread: HashMap<ThreadId, usize>,
    by_rollout: HashMap<String, usize>,
}

/// A file of a store.
#[derive(Debug)]
pub struct StoredFile {
    /// The file.
    pub file: RolloutFile,
    /// Who its thread is.
    pub identity: Identity,
    /// The id that tells the files of one thread apart: the last one in the name.
    pub rollout_id: String,
    /// The ancestor whose lines it begins with as a copy, if a second `session_meta` says so.
    pub copied_from: Option<ThreadId>,
    /// Whether it was written before there were envelopes.
    pub bare: bool,
}

/// A thread.
#[derive(Debug)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Name that the user gave it.
    pub name: Option<String>,
    /// Its segments as indices into [`Store::files`], oldest first. The last one is in force.
    pub segments: Vec<usize>,
    /// Second copies of those files.
    pub twins: Vec<usize>,
    /// When one of its files was last written, Unix milliseconds.
    pub modified: Option<i64>,
    /// Whether it is archived.
    pub archived: bool,
}

impl Store {
    /// Reads the first lines of every file, on rayon's current pool.
    pub fn open(found: Discovered, names: Vec<(ThreadId, String)>) -> Self {
        let Discovered { mut files, mut problems } = found;
        files.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        let heads = scan_with(&files, LineReader::for_heads, head::read_head);
        let mut stored = Vec::with_capacity(files.len());
        for (file, head) in files.into_iter().zip(heads) {
            problems.extend(head.problem);
            let name = file.name();
            let mut identity = head.identity.unwrap_or_default();
            let named = name.thread_id.as_deref().map(ThreadId::from);
            // A file without an id anywhere is known by its path.
            let of_path = || ThreadId::from(&*file.path.to_string_lossy());
            let thread_id = identity.thread_id.take().or(named).unwrap_or_else(of_path);
            let rollout_id = name.rollout_id.or(name.thread_id).unwrap_or_else(|| thread_id.to_string());
            identity.thread_id = Some(thread_id);
            stored.push(StoredFile { file, identity, rollout_id, copied_from: head.copied_from, bare: head.bare });
        }
        let mut store = Self { files: stored, problems, ..Self::default() };
        store.group(names);
        store
    }

    /// Groups the files by thread, and tells segments from second copies.
    fn group(&mut self, names: Vec<(ThreadId, String)>) {
        let mut names: HashMap<ThreadId, String> = names.into_iter().collect();
        let mut groups: std::collections::BTreeMap<ThreadId, Vec<usize>> = std::collections::BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            groups.entry(file.thread_id().clone()).or_default().push(index);
        }
        for (id, mut indices) in groups {
            // The copy that counts comes first: not archived, then the longer one, then by path.
            indices.sort_by_key(|&index| {
                let file = &self.files[index];
                (file.rollout_id.clone(), file.file.archived, Reverse(file.file.bytes), index)
            });
            let (mut segments, mut twins) = (Vec::new(), Vec::new());
            for index in indices {
                let is_twin = segments
                    .last()
                    .is_some_and(|&last: &usize| self.files[last].rollout_id == self.files[index].rollout_id);
                if is_twin { twins.push(index) } else { segments.push(index) }
            }
            segments.sort_by_key(|&index| self.files[index].age());
            for &index in &segments {
                self.by_rollout.entry(self.files[index].rollout_id.clone()).or_insert(index);
            }
            self.by_thread.insert(id.clone(), self.threads.len());
            let name = names.remove(&id);
            let modified = segments.iter().filter_map(|&index| self.files[index].file.modified).max();
            let archived = segments.last().is_some_and(|&index| self.files[index].file.archived);
            self.threads.push(Thread { id, name, segments, twins, modified, archived });
        }
    }

    /// The index of a thread.
    pub fn thread(&self, id: &ThreadId) -> Option<usize> {
        self.by_thread.get(id).copied()
    }

    /// The file in which a thread began.
    pub fn first_file(&self, thread: usize) -> Option<&StoredFile> {
        self.files.get(*self.threads.get(thread)?.segments.first()?)
    }

    /// The file that is in force for a thread.
    pub fn current_file(&self, thread: usize) -> Option<&StoredFile> {
        self.files.get(*self.threads.get(thread)?.segments.last()?)
    }

    /// The file that a history base names.
    fn base_file(&self, base: &HistoryBase) -> Option<usize> {
        let of_thread = || self.threads.get(self.thread(&ThreadId::from(&*base.thread_id))?)?.segments.first().copied();
        self.by_rollout.get(&*base.thread_id).copied().or_else(of_thread)
    }

    /// Indices of all threads, the one written last first; the later and then the larger id decides
    /// between equals.
    pub fn newest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.threads.len()).collect();
        order.sort_by_key(|&thread| {
            let created = self.first_file(thread).and_then(|file| file.identity.created);
            Reverse((self.threads[thread].modified, created, thread))
        });
        order
    }
}

impl StoredFile {
    /// The thread that the file belongs to.
    pub fn thread_id(&self) -> &ThreadId {
        static NONE: std::sync::LazyLock<ThreadId> = std::sync::LazyLock::new(|| ThreadId::from(""));
        self.identity.thread_id.as_ref().unwrap_or(&NONE)
    }

    /// Sorts the segments of one thread by when they were begun.
    fn age(&self) -> (bool, Option<i64>, String) {
        (self.identity.history_base.is_some(), self.identity.created, self.rollout_id.clone())
    }
}
