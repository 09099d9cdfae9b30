//! From a thread to the parts of files that hold it.

use std::sync::Arc;

use super::{Store, own};
use crate::chain::{Chain, MissingBase, Owner, Piece};

/// Bases of bases that are followed. Real chains are as long as a thread was reverted or forked.
const DEPTH: usize = 256;

impl Store {
    /// The lines of a thread as they are in force, or with `dropped` also those that reverts took out.
    pub fn chain(&self, thread: usize, dropped: bool) -> Chain {
        let segments = self.threads.get(thread).map_or(&[][..], |thread| &thread.segments);
        let Some((&current, older)) = segments.split_last() else { return Chain::default() };
        self.build(current, older, dropped)
    }

    /// The lines that a single file of a thread stands for, its bases included.
    pub fn chain_of_file(&self, file: usize) -> Chain {
        self.build(file, &[], false)
    }

    fn build(&self, current: usize, older: &[usize], dropped: bool) -> Chain {
        let (kept, missing) = self.bases(current);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest: Vec<usize> = older.to_vec();
        for &(index, to) in &kept {
            if index == current {
                // Segments that were reverted as a whole stand before the one that took their place.
                pieces.extend(rest.drain(..).map(|index| self.piece(index, current, (0, None), true)));
            }
            rest.retain(|&older| older != index);
            pieces.push(self.piece(index, current, (0, to), false));
            if let (Some(end), true) = (to, older.contains(&index)) {
                pieces.push(self.piece(index, current, (end, None), true));
            }
        }
        let mut numbers: Vec<Arc<std::path::Path>> = Vec::new();
        for piece in &mut pieces {
            let known = numbers.iter().position(|path| *path == piece.file.path);
            piece.segment = known.unwrap_or_else(|| {
                numbers.push(Arc::clone(&piece.file.path));
                numbers.len() - 1
            }) as u32;
        }
        pieces.retain(|piece| dropped || !piece.dropped);
        Chain { pieces, missing }
    }

    /// The files that precede `current` and `current` itself, with their ends.
    fn bases(&self, current: usize) -> (Vec<(usize, Option<u64>)>, Option<MissingBase>) {
        let mut kept = vec![(current, None)];
        let mut missing = None;
        let mut index = current;
        while let Some(base) = &self.files[index].identity.history_base {
            let next = self.base_file(base).filter(|next| *next != index && kept.len() < DEPTH);
            let Some(next) = next else {
                missing = Some(MissingBase { rollout_id: base.thread_id.to_string() });
                break;
            };
            kept.push((next, Some(base.end_byte_offset.unwrap_or(u64::MAX))));
            index = next;
        }
        kept.reverse();
        (kept, missing)
    }

    fn piece(&self, index: usize, current: usize, (from, to): (u64, Option<u64>), dropped: bool) -> Piece {
        let stored = &self.files[index];
        let owner =
            if stored.thread_id() == self.files[current].thread_id() { own::owner(stored) } else { Owner::Ancestor };
        Piece { file: stored.file.clone(), segment: 0, from, to, owner, dropped }
    }
}
