//! Families: the threads whose files together decide what each of them used.
//!
//! A copied line is counted where it was copied from, so that a fork's own usage cannot be told
//! without its parent's file, nor without its siblings' if the parent's file is gone. Threads that
//! name each other, or both name a third, are one family; what lies outside a family changes
//! nothing in it. Refuses to know what the lines say: heads name relatives, and where only a copied
//! `session_meta` further down names one, the facts do.

use std::collections::{BTreeMap, HashMap, HashSet};

use replay::store::{Store, StoredFile};
use replay::{Progress, RolloutFile, scan};

use crate::analysis::Analysis;
use crate::extract::extract;
use crate::facts::RolloutFacts;

/// A review's own file may be begun a moment before its parent's, in milliseconds.
const TOLERANCE: i64 = 2000;

/// The families of a store.
#[derive(Debug)]
pub(super) struct Families {
    /// The number of each thread's family.
    of: Vec<usize>,
    /// The threads of each family.
    members: BTreeMap<usize, Vec<usize>>,
}

impl Families {
    /// Groups the threads by what the first lines of their files name.
    pub(super) fn new(store: &Store) -> Self {
        // Every id is a node, also one without a file: siblings have it in common.
        let mut nodes: HashMap<&str, usize> = HashMap::new();
        for (index, thread) in store.threads.iter().enumerate() {
            nodes.insert(thread.id.as_str(), index);
        }
        for (index, thread) in store.threads.iter().enumerate() {
            for &file in &thread.segments {
                nodes.entry(&store.files[file].rollout_id).or_insert(index);
            }
        }
        let mut groups = Groups((0..store.threads.len()).collect());
        for (index, thread) in store.threads.iter().enumerate() {
            for &file in thread.segments.iter().chain(&thread.twins) {
                for relative in relatives(&store.files[file]) {
                    let node = *nodes.entry(relative).or_insert_with(|| groups.add());
                    groups.join(index, node);
                }
            }
        }
        let of: Vec<usize> = (0..store.threads.len()).map(|thread| groups.find(thread)).collect();
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (thread, &family) in of.iter().enumerate() {
            members.entry(family).or_default().push(thread);
        }
        Self { of, members }
    }

    /// The number of a thread's family.
    pub(super) fn of(&self, thread: usize) -> usize {
        self.of[thread]
    }

    /// The threads of a family.
    pub(super) fn members(&self, family: usize) -> &[usize] {
        self.members.get(&family).map_or(&[], Vec::as_slice)
    }

    /// Reads all that decides about `threads`, on rayon's current pool.
    pub(super) fn read(&self, store: &Store, threads: &[usize], progress: &dyn Progress) -> Analysis {
        let mut seen: HashSet<usize> = HashSet::new();
        let mut facts: Vec<RolloutFacts> = Vec::new();
        let mut wanted: Vec<usize> = threads.to_vec();
        wanted.extend(reviews(store, threads));
        loop {
            let families: HashSet<usize> = wanted.drain(..).map(|thread| self.of(thread)).collect();
            let new: Vec<usize> = families
                .into_iter()
                .flat_map(|family| self.members(family))
                .copied()
                .filter(|&t| seen.insert(t))
                .collect();
            if new.is_empty() {
                break;
            }
            let read = scan(&files(store, &new), |reader, file| extract(reader, file, progress));
            let further = read.iter().flat_map(|rollout| &rollout.ancestors);
            wanted.extend(further.filter_map(|ancestor| store.thread(&ancestor.thread_id)));
            facts.extend(read);
        }
        let name = |&thread: &usize| Some((store.threads[thread].id.clone(), store.threads[thread].name.clone()?));
        Analysis::of_facts(facts, seen.iter().filter_map(name).collect(), Vec::new())
    }
}

impl Analysis {
    /// Reads all that decides what one thread of a store used, on rayon's current pool.
    pub fn of_thread(store: &Store, thread: usize, progress: &dyn Progress) -> Self {
        Families::new(store).read(store, &[thread], progress)
    }
}

/// The ids that a file's first lines name: of threads, or of single files.
fn relatives(file: &StoredFile) -> impl Iterator<Item = &str> {
    let identity = &file.identity;
    let threads = [&identity.forked_from, &identity.parent, &file.copied_from];
    let base = identity.history_base.as_ref().map(|base| &*base.thread_id);
    threads.into_iter().flatten().map(rollout_schema::ThreadId::as_str).chain(base)
}

/// The files of some threads, largest first.
fn files(store: &Store, threads: &[usize]) -> Vec<RolloutFile> {
    let indices = threads.iter().map(|&thread| &store.threads[thread]);
    let indices = indices.flat_map(|thread| thread.segments.iter().chain(&thread.twins));
    let mut files: Vec<RolloutFile> = indices.map(|&file| store.files[file].file.clone()).collect();
    files.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.as_os_str().cmp(b.path.as_os_str())));
    files
}

/// Reviews that may repeat lines of `threads`: up to 0.75 their lines stand in two files, and
/// neither names the other.
fn reviews(store: &Store, threads: &[usize]) -> Vec<usize> {
    let first = |thread: usize| store.first_file(thread).map(|file| &file.identity);
    let is_old = |identity: &replay::Identity| identity.minor_version().is_none_or(|minor| minor < 79);
    let began = threads.iter().filter_map(|&thread| first(thread).filter(|identity| is_old(identity))?.created).min();
    let Some(began) = began else { return Vec::new() };
    let may_repeat = |thread: &usize| {
        first(*thread).is_some_and(|identity| {
            identity.source.is_review()
                && is_old(identity)
                && identity.created.is_some_and(|at| at >= began - TOLERANCE)
        })
    };
    (0..store.threads.len()).filter(may_repeat).collect()
}

/// Groups of nodes: each names another of its group, the first one itself.
struct Groups(Vec<usize>);

impl Groups {
    fn find(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    /// A new node, alone in its group.
    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use replay::Discovered;

    use super::*;

    #[test]
    fn threads_that_name_each_other_or_a_third_are_one_family() {
        let file = |id: &str, more: &str| {
            let line = format!(
                r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{{"id":"{id}"{more}}}}}"#
            );
            RolloutFile::memory(&format!("h/sessions/rollout-{id}.jsonl"), line.leak().as_bytes())
        };
        let files = vec![
            file("a", ""),
            file("b", r#","forked_from_id":"a""#),
            file("c", r#","forked_from_id":"gone""#),
            file("d", ""),
            file("e", r#","history_base":{"thread_id":"gone"}"#),
            file("f", r#","parent_thread_id":"b""#),
        ];
        let store = Store::open(Discovered { files, problems: Vec::new() }, Vec::new());
        let families = Families::new(&store);
        let members = |thread: usize| families.members(families.of(thread)).to_vec();
        assert_eq!([members(0), members(2), members(3)], [vec![0, 1, 5], vec![2, 4], vec![3]]);
    }
}
