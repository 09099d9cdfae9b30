//! Trees: forks and sub-agents below the threads they came out of, with what each branch used.
//!
//! What a thread used itself is counted once over its family, so that the sum of a tree is the sum
//! of its threads. A parent without a file stands above those that name it.

use std::collections::{BTreeMap, BTreeSet};

use replay::store::{Node, Relation};
use rollout_schema::ThreadId;

use super::rows::{Read, Row, Rows};
use super::shape::{ListedThread, TreePlace};
use crate::report::Amounts;

impl Rows<'_> {
    /// The families of some threads as trees, one after the other, each thread before those below it.
    pub(super) fn trees(&self, page: &[usize], read: &Read) -> Vec<ListedThread> {
        let families: Vec<usize> = page.iter().map(|&thread| self.families.of(thread)).collect();
        let members = families.iter().flat_map(|&family| self.families.members(family));
        let threads: Vec<usize> = members.copied().collect();
        let mut rows: BTreeMap<usize, ListedThread> = BTreeMap::new();
        rows.extend(
            threads.iter().copied().zip(self.rows(&threads, read).into_iter().map(|Row { listed, .. }| listed)),
        );
        let mut forest: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
        for node in self.store.forest() {
            forest.entry(self.families.of(node.thread)).or_default().push(node);
        }
        let mut shown = Vec::new();
        let mut placed: BTreeSet<ThreadId> = self.store.threads.iter().map(|thread| thread.id.clone()).collect();
        for family in &families {
            // Roots with the same missing parent have it above them.
            let mut orphans: BTreeMap<ThreadId, Vec<(Node, Relation)>> = BTreeMap::new();
            for node in forest.remove(family).unwrap_or_default() {
                match self.store.parent(node.thread).filter(|(id, _)| self.store.thread(id).is_none()) {
                    Some((id, relation)) => orphans.entry(id).or_default().push((node, relation)),
                    None => self.grow(&node, None, 0, &mut rows, &mut shown),
                }
            }
            for (id, children) in orphans {
                let at = shown.len();
                shown.push(ListedThread::missing(id.clone(), read.summaries.get(&id)));
                for (node, relation) in children {
                    self.grow(&node, Some(relation), 1, &mut rows, &mut shown);
                }
                sum(&mut shown, at, 0, None);
                placed.insert(id);
            }
        }
        // What was billed to threads that only copied lines name.
        for (id, summary) in read.summaries.iter().filter(|(id, _)| !placed.contains(*id)) {
            shown.push(ListedThread::missing(id.clone(), Some(summary)));
            let at = shown.len() - 1;
            sum(&mut shown, at, 0, None);
        }
        shown
    }

    fn grow(
        &self,
        node: &Node,
        relation: Option<Relation>,
        depth: u32,
        rows: &mut BTreeMap<usize, ListedThread>,
        shown: &mut Vec<ListedThread>,
    ) {
        let Some(row) = rows.remove(&node.thread) else { return };
        let at = shown.len();
        shown.push(row);
        for child in &node.children {
            self.grow(child, child.relation, depth + 1, rows, shown);
        }
        sum(shown, at, depth, relation);
    }
}

/// Gives the thread at `at` its place, now that all below it stand behind it.
fn sum(shown: &mut [ListedThread], at: usize, depth: u32, relation: Option<Relation>) {
    let total = Amounts::together(shown[at..].iter().map(|thread| &thread.own));
    shown[at].tree = Some(TreePlace { depth, relation, total });
}
