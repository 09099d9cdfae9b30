//! A store of its newest threads: what a short list needs, without opening ten thousand files.
//!
//! Which threads are newest, names and times of files tell. Of these and of their relatives the first
//! lines are read, of no others. Where a name does not tell enough, everything is read after all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use rollout_schema::ThreadId;

use super::{Store, head};
use crate::discover::{Discovered, RolloutFile};
use crate::lines::LineReader;
use crate::scan::scan_with;

/// Versions before this one wrote reviews twice, in files that do not name each other.
const REVIEWS_APART: u32 = 79;

impl Store {
    /// Reads the threads that were written last, at least `count` that are not archived, and those that
    /// they came out of. The ids of all others stand in [`Store::unread`].
    pub fn open_newest(found: Discovered, names: Vec<(ThreadId, String)>, count: usize) -> Self {
        let Some(chosen) = Choice::new(&found.files).and_then(|mut choice| choice.choose(&found.files, count)) else {
            return Self::open(found, names);
        };
        let Discovered { files, problems } = found;
        let (mut read, mut unread) = (Vec::new(), Vec::new());
        for (index, file) in files.into_iter().enumerate() {
            if chosen.contains(&index) {
                read.push(file);
            } else {
                unread.extend(file.name().thread_id.map(|id| ThreadId::from(id.as_str())));
            }
        }
        let mut store = Self::open(Discovered { files: read, problems }, names);
        unread.sort_unstable();
        unread.dedup();
        unread.retain(|id| store.thread(id).is_none());
        store.unread = unread;
        store
    }
}

/// What the names of files tell.
struct Choice {
    /// The files of each thread.
    threads: BTreeMap<String, Vec<usize>>,
    /// The thread of each id that a name holds.
    ids: HashMap<String, String>,
}

impl Choice {
    /// `None` if a name does not say whose file it is.
    fn new(files: &[RolloutFile]) -> Option<Self> {
        let mut choice = Self { threads: BTreeMap::new(), ids: HashMap::new() };
        for (index, file) in files.iter().enumerate() {
            let name = file.name();
            let thread = name.thread_id?;
            file.modified?;
            for id in name.rollout_id.iter().chain([&thread]) {
                choice.ids.insert(id.clone(), thread.clone());
            }
            choice.threads.entry(thread).or_default().push(index);
        }
        Some(choice)
    }

    /// The files of the newest threads and of those they came out of; `None` if one of these has no file
    /// that is named like it.
    fn choose(&mut self, files: &[RolloutFile], count: usize) -> Option<HashSet<usize>> {
        let mut newest: Vec<(Option<i64>, &String)> = Vec::new();
        for (thread, indices) in &self.threads {
            let n_archived = indices.iter().filter(|&&index| files[index].archived).count();
            if n_archived > 0 && n_archived < indices.len() {
                return None; // which of its files is in force, first lines tell
            }
            if n_archived == 0 {
                newest.push((indices.iter().filter_map(|&index| files[index].modified).max(), thread));
            }
        }
        newest.sort_unstable_by_key(|&(modified, _)| Reverse(modified));
        // Of threads that were written in the same moment their first lines tell which is the newer.
        let last = newest.get(count.saturating_sub(1)).map(|(modified, _)| *modified);
        let is_newest = |(modified, _): &(Option<i64>, &String)| last.is_none_or(|last| *modified >= last);
        let mut wanted: Vec<String> = newest.into_iter().filter(is_newest).map(|(_, thread)| thread.clone()).collect();
        let mut chosen = HashSet::new();
        while !wanted.is_empty() {
            let indices = wanted.drain(..).filter_map(|thread| self.threads.remove(&thread)).flatten();
            let indices: Vec<usize> = indices.collect();
            let new: Vec<RolloutFile> = indices.iter().map(|&index| files[index].clone()).collect();
            chosen.extend(indices);
            let heads = scan_with(&new, LineReader::for_heads, head::read_head);
            for (file, head) in new.iter().zip(heads) {
                let identity = head.identity?;
                if identity.thread_id.as_ref().map(ThreadId::as_str) != file.name().thread_id.as_deref() {
                    return None;
                }
                if identity.minor_version().is_none_or(|minor| minor < REVIEWS_APART) {
                    return None;
                }
                let threads = [&identity.forked_from, &identity.parent, &head.copied_from];
                let base = identity.history_base.as_ref().map(|base| &*base.thread_id);
                for id in threads.into_iter().flatten().map(ThreadId::as_str).chain(base) {
                    wanted.push(self.ids.get(id)?.clone());
                }
            }
        }
        Some(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &std::path::Path, id: &str, more: &str, seconds: u64) {
        let line = format!(
            r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{{"id":"{id}","cli_version":"0.150.0"{more}}}}}"#
        );
        let path = folder.join(format!("rollout-2026-01-01T00-00-00-{id}.jsonl"));
        fs_err::write(&path, line + "\n").unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn the_newest_threads_come_with_those_they_came_out_of() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sessions");
        fs_err::create_dir_all(&folder).unwrap();
        let open = |count| {
            let store = Store::open_newest(crate::discover(&[home.path().to_owned()]), Vec::new(), count);
            let ids = |list: Vec<&ThreadId>| list.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
            (ids(store.threads.iter().map(|thread| &thread.id).collect()), ids(store.unread.iter().collect()))
        };
        let both = |read: &str, unread: &str| (read.to_owned(), unread.to_owned());
        file(&folder, "a", "", 1);
        file(&folder, "b", "", 2);
        file(&folder, "c", r#","forked_from_id":"a""#, 4);
        file(&folder, "d", "", 3);
        assert_eq!(open(1), both("a c", "b d"));
        assert_eq!(open(2), both("a c d", "b"));
        file(&folder, "e", "", 4);
        assert_eq!(open(1), both("a c e", "b d"), "of two in one moment both are read");
        assert_eq!(open(9), both("a b c d e", ""));
        file(&folder, "f", r#","forked_from_id":"gone""#, 5);
        assert_eq!(open(1), both("a b c d e f", ""), "of siblings of a missing thread nothing but a look tells");
    }
}
