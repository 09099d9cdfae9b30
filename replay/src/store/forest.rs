//! Who descends from whom: forks and sub-agents as trees.

use std::collections::HashMap;

use rollout_schema::ThreadId;

use super::Store;

/// How a thread came out of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// An agent of the other thread spawned it.
    Spawned,
    /// It began as a copy of the other's history, or by reference to it.
    Forked,
}

/// A thread in its tree.
#[derive(Debug)]
pub struct Node {
    /// Index into [`Store::threads`].
    pub thread: usize,
    /// How it came out of its parent; `None` at a root.
    pub relation: Option<Relation>,
    /// Threads that came out of it, by when they began.
    pub children: Vec<Self>,
}

impl Store {
    /// The thread that this one came out of, which need not be in the store.
    pub fn parent(&self, thread: usize) -> Option<(ThreadId, Relation)> {
        let first = self.first_file(thread)?;
        let identity = &first.identity;
        let of_base = || {
            let base = identity.history_base.as_ref()?;
            let file = self.base_file(base)?;
            Some(self.files[file].thread_id().clone())
        };
        let spawned = identity.parent.clone().map(|id| (id, Relation::Spawned));
        let forked = || {
            let id = identity.forked_from.clone().or_else(|| first.copied_from.clone()).or_else(of_base)?;
            Some((id, Relation::Forked))
        };
        spawned.or_else(forked).filter(|(id, _)| id != first.thread_id())
    }

    /// All threads as trees, by when their roots began. A thread whose parent is not in the store is
    /// a root.
    pub fn forest(&self) -> Vec<Node> {
        let mut children: HashMap<usize, Vec<(usize, Relation)>> = HashMap::new();
        let mut roots = Vec::new();
        for thread in 0..self.threads.len() {
            match self.parent(thread).and_then(|(id, relation)| Some((self.thread(&id)?, relation))) {
                Some((parent, relation)) if !self.is_below(parent, thread) => {
                    children.entry(parent).or_default().push((thread, relation));
                }
                _ => roots.push((thread, None)),
            }
        }
        let by_age = |&(thread, _): &(usize, _)| (self.created(thread), thread);
        roots.sort_by_key(|&(thread, _)| (self.created(thread), thread));
        for list in children.values_mut() {
            list.sort_by_key(by_age);
        }
        roots.into_iter().map(|(thread, relation)| grow(thread, relation, &mut children)).collect()
    }

    /// When a thread began, Unix milliseconds.
    pub fn created(&self, thread: usize) -> Option<i64> {
        self.first_file(thread)?.identity.created
    }

    /// The thread at the root of the tree of sub-agents that this one belongs to.
    pub fn root_agent(&self, thread: usize) -> usize {
        let mut root = thread;
        // Damaged files could name each other as parents: no tree is deeper than there are threads.
        for _ in 0..self.threads.len() {
            match self.parent(root) {
                Some((id, Relation::Spawned)) => match self.thread(&id) {
                    Some(parent) => root = parent,
                    None => break,
                },
                _ => break,
            }
        }
        root
    }

    /// Whether `thread` is `ancestor` or descends from it: then it cannot be its parent.
    fn is_below(&self, thread: usize, ancestor: usize) -> bool {
        let mut at = thread;
        for _ in 0..self.threads.len() {
            if at == ancestor {
                return true;
            }
            match self.parent(at).and_then(|(id, _)| self.thread(&id)) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        true
    }
}

fn grow(thread: usize, relation: Option<Relation>, children: &mut HashMap<usize, Vec<(usize, Relation)>>) -> Node {
    let below = children.remove(&thread).unwrap_or_default();
    let children = below.into_iter().map(|(child, relation)| grow(child, Some(relation), children)).collect();
    Node { thread, relation, children }
}
