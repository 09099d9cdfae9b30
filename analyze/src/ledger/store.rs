//! The files as a store: which are one file twice, and where a history's base lies.

use rollout_schema::{HistoryBase, ThreadId, TokenUsage};
use rustc_hash::FxHashMap;

use crate::facts::{Claim, RolloutFacts};

/// Bases of bases that are followed. Real chains are as long as a thread was reverted or forked.
const DEPTH: usize = 256;

/// Indexes over all files. A *rollout id* names one file of a thread, see [`rollout_id`].
#[derive(Debug, Default)]
pub(crate) struct Store {
    by_thread: FxHashMap<ThreadId, Vec<usize>>,
    by_rollout_id: FxHashMap<String, usize>,
    /// For the second and further copies of a file: the copy that counts.
    twin_of: FxHashMap<usize, usize>,
}

/// What tells the files of one thread apart: the last id in the name, else the thread's own.
fn rollout_id(rollout: &RolloutFacts) -> Option<String> {
    let thread_id = || rollout.identity.thread_id.as_ref().map(ToString::to_string);
    rollout.name.rollout_id.clone().or_else(thread_id)
}

impl Store {
    /// Indexes `rollouts`, which are sorted by path.
    pub(crate) fn new(rollouts: &[RolloutFacts]) -> Self {
        let mut store = Self::default();
        let mut copies: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, rollout) in rollouts.iter().enumerate() {
            copies.entry(rollout_id(rollout).unwrap_or_default()).or_default().push(index);
        }
        for (id, indices) in copies {
            // Files without any id have nothing in common.
            let fullest = indices.iter().copied().max_by_key(|&index| {
                let rollout = &rollouts[index];
                (rollout.candidates.len(), !rollout.file.archived, std::cmp::Reverse(index))
            });
            let Some(first) = fullest.filter(|_| !id.is_empty()) else { continue };
            store.twin_of.extend(indices.into_iter().filter(|&index| index != first).map(|index| (index, first)));
            store.by_rollout_id.insert(id, first);
        }
        for (index, rollout) in rollouts.iter().enumerate() {
            if let Some(thread_id) = &rollout.identity.thread_id
                && !store.twin_of.contains_key(&index)
            {
                store.by_thread.entry(thread_id.clone()).or_default().push(index);
            }
        }
        store
    }

    /// The files of a thread, each once.
    pub(crate) fn files_of(&self, thread_id: &ThreadId) -> &[usize] {
        self.by_thread.get(thread_id).map_or(&[], Vec::as_slice)
    }

    /// The copy of the same file that counts, if it is not this one.
    pub(crate) fn twin_of(&self, rollout: usize) -> Option<usize> {
        self.twin_of.get(&rollout).copied()
    }

    /// The file that a history base names.
    pub(crate) fn base_file(&self, base: &HistoryBase) -> Option<usize> {
        let by_thread = || self.files_of(&ThreadId::from(&*base.thread_id)).first().copied();
        self.by_rollout_id.get(&*base.thread_id).copied().or_else(by_thread)
    }

    /// The running total where a history base ends, if its file is there.
    pub(crate) fn total_at(&self, rollouts: &[RolloutFacts], base: &HistoryBase) -> Option<TokenUsage> {
        let mut base = base;
        for _ in 0..DEPTH {
            let file = &rollouts[self.base_file(base)?];
            let end = base.end_byte_offset.unwrap_or(u64::MAX);
            let totals = file.candidates.iter().take_while(|candidate| candidate.span.offset < end);
            let total = totals.filter_map(|candidate| match candidate.claim {
                Claim::Count(count) => count.total,
                _ => None,
            });
            if let Some(total) = total.last() {
                return Some(total);
            }
            match &file.identity.history_base {
                Some(next) => base = next,
                None => return Some(TokenUsage::default()),
            }
        }
        None
    }
}
