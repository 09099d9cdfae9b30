//! From files to an analysis: everything that reports and explanations draw on.

use std::collections::BTreeMap;
use std::time::Instant;

use replay::{Identity, Problem, Progress, RolloutFile, scan};
use rollout_schema::ThreadId;
use rustc_hash::FxHashMap;
use tracing::debug;

use crate::extract::extract;
use crate::facts::RolloutFacts;
use crate::ledger::{Decisions, Ledger};
use crate::project::project;

/// Under this name stand projects and models that the log does not tell.
pub(crate) const UNKNOWN: &str = "unknown";

/// What is analysed.
#[derive(Debug, Default)]
pub struct Input {
    /// The rollouts, largest first.
    pub files: Vec<RolloutFile>,
    /// What went wrong while they were looked for.
    pub problems: Vec<Problem>,
    /// Names that users gave to threads; later ones replace earlier ones.
    pub names: Vec<(ThreadId, String)>,
}

/// A thread as reports name it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thread {
    pub(crate) identity: Identity,
    pub(crate) title: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) root: Option<ThreadId>,
}

/// Everything that was read, decided and counted.
#[derive(Debug)]
pub struct Analysis {
    pub(crate) ledger: Ledger,
    pub(crate) threads: BTreeMap<ThreadId, Thread>,
    /// Problems of the search for files, which belong to no rollout.
    pub(crate) problems: Vec<Problem>,
}

impl Analysis {
    /// Reads all files on rayon's current pool and decides about every line.
    pub fn read(input: Input, progress: &dyn Progress) -> Self {
        let started = Instant::now();
        let rollouts = scan(&input.files, |reader, file| extract(reader, file, progress));
        debug!(elapsed = ?started.elapsed(), files = rollouts.len(), "read");
        Self::of_facts(rollouts, input.names, input.problems)
    }

    /// Decides about every line of files that are read already.
    pub(crate) fn of_facts(
        rollouts: Vec<RolloutFacts>,
        names: Vec<(ThreadId, String)>,
        problems: Vec<Problem>,
    ) -> Self {
        let started = Instant::now();
        let ledger = Ledger::build(rollouts);
        debug!(elapsed = ?started.elapsed(), "decided");
        let threads = threads(&ledger.rollouts, names);
        debug!(elapsed = ?started.elapsed(), threads = threads.len(), "named");
        Self { ledger, threads, problems }
    }

    /// The threads whose id is, begins or ends with `text`.
    pub fn threads_like(&self, text: &str) -> Vec<&ThreadId> {
        let billed = self.ledger.decisions.iter().flat_map(Decisions::billed);
        let mut ids: Vec<&ThreadId> = self.threads.keys().chain(billed).collect();
        ids.sort();
        ids.dedup();
        if let Some(exact) = ids.iter().find(|id| id.as_str() == text) {
            return vec![exact];
        }
        ids.retain(|id| id.as_str().starts_with(text) || id.as_str().ends_with(text));
        ids
    }
}

fn threads(rollouts: &[RolloutFacts], names: Vec<(ThreadId, String)>) -> BTreeMap<ThreadId, Thread> {
    let names: FxHashMap<ThreadId, String> = names.into_iter().collect();
    let mut projects: FxHashMap<(Option<&str>, Option<&str>), Option<String>> = FxHashMap::default();
    let mut first: BTreeMap<&ThreadId, &RolloutFacts> = BTreeMap::new();
    for rollout in rollouts {
        let Some(id) = &rollout.identity.thread_id else { continue };
        let known = first.entry(id).or_insert(rollout);
        // The file in which the thread began says who it is; later segments repeat it.
        let key =
            |rollout: &RolloutFacts| (rollout.identity.created.unwrap_or(i64::MAX), rollout.name.rollout_id.is_some());
        if key(rollout) < key(known) {
            *known = rollout;
        }
    }
    let roots: FxHashMap<&ThreadId, &ThreadId> =
        first.iter().filter_map(|(id, rollout)| Some((*id, rollout.identity.parent.as_ref()?))).collect();
    let mut threads = BTreeMap::new();
    for (&id, &rollout) in &first {
        let identity = rollout.identity.clone();
        let place = (rollout.identity.repository_url.as_deref(), rollout.identity.cwd.as_deref());
        let project = projects.entry(place).or_insert_with(|| project(&identity)).clone();
        let title = names.get(id).cloned().or_else(|| rollout.first_user_message.clone());
        let root = identity.root.clone().or_else(|| root_of(id, &roots));
        threads.insert(id.clone(), Thread { identity, title, project, root });
    }
    threads
}

/// The first ancestor by spawning, for files that do not name it.
fn root_of(id: &ThreadId, parents: &FxHashMap<&ThreadId, &ThreadId>) -> Option<ThreadId> {
    let mut root = id;
    // Damaged files could name each other as parents: no tree is deeper than there are threads.
    for _ in 0..parents.len() {
        match parents.get(root) {
            Some(parent) => root = parent,
            None => break,
        }
    }
    (root != id).then(|| root.clone())
}
