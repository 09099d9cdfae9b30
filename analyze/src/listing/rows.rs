//! Threads as rows: the store, the ledger and the lines put together.

use std::collections::BTreeMap;

use rayon::prelude::*;
use replay::status::{Signs, Writer};
use replay::store::{Relation, Store};
use replay::{Problem, Progress, Storage, Time};
use rollout_schema::ThreadId;

use super::family::Families;
use super::shape::{Flag, ListedThread, Tools};
use super::story::Story;
use super::writer::writer;
use crate::prices::Prices;
use crate::report::Amounts;
use crate::reports::ReportError;
use crate::summary::ThreadSummary;

/// What rows are made of.
pub(super) struct Rows<'a> {
    pub(super) store: &'a Store,
    pub(super) families: Families,
    pub(super) prices: &'a Prices,
    pub(super) progress: &'a dyn Progress,
    /// Whether the lines of turns are read as well.
    full: bool,
}

/// What was read to make some rows.
#[derive(Default)]
pub(super) struct Read {
    /// Every thread of the families, by id; some have no file.
    pub(super) summaries: BTreeMap<ThreadId, ThreadSummary>,
    /// What could not be used.
    pub(super) problems: Vec<Problem>,
}

/// A thread's row, and what else is known of it.
pub(super) struct Row {
    pub(super) listed: ListedThread,
    pub(super) signs: Signs,
}

impl<'a> Rows<'a> {
    pub(super) fn new(store: &'a Store, prices: &'a Prices, progress: &'a dyn Progress, full: bool) -> Self {
        Self { store, families: Families::new(store), prices, progress, full }
    }

    /// Reads all that decides about `threads`.
    pub(super) fn read(&self, threads: &[usize]) -> Result<Read, ReportError> {
        let analysis = self.families.read(self.store, threads, self.progress);
        let mut problems = self.store.problems.clone();
        problems.extend(analysis.problems().cloned());
        problems.sort_by(|a, b| a.place.cmp(&b.place));
        // A file that cannot be read is met with its head and again as a whole.
        problems.dedup_by(|a, b| a.rule == b.rule && a.place.path == b.place.path && a.message == b.message);
        Ok(Read { summaries: analysis.threads(self.prices)?, problems })
    }

    /// The rows of `threads`, in their order.
    pub(super) fn rows(&self, threads: &[usize], read: &Read) -> Vec<Row> {
        threads.par_iter().map(|&thread| self.row(thread, read)).collect()
    }

    fn row(&self, thread: usize, read: &Read) -> Row {
        let store = self.store;
        let stored = &store.threads[thread];
        let chain = store.chain(thread, false);
        // Where no file system tells when a thread was written, its last line does.
        let story = if self.full || stored.modified.is_none() { Story::read(&chain) } else { Story::glance(&chain) };
        let writer = writer(store, thread);
        let summary = read.summaries.get(&stored.id).cloned().unwrap_or_default();
        let identity = store.first_file(thread).map(|file| file.identity.clone()).unwrap_or_default();
        let related = |relation: Relation| store.parent(thread).filter(|(_, how)| *how == relation).map(|(id, _)| id);
        let (forked_from, parent) =
            (related(Relation::Forked).or(identity.forked_from.clone()), related(Relation::Spawned));
        let files: Vec<&replay::RolloutFile> =
            stored.segments.iter().chain(&stored.twins).map(|&file| &store.files[file].file).collect();
        let damaged = story.damaged || {
            let is_here =
                |problem: &&Problem| problem.loses_record && files.iter().any(|file| file.path == problem.place.path);
            read.problems.iter().find(is_here).is_some()
        };
        let flags = [
            (forked_from.is_some(), Flag::Fork),
            (parent.is_some() || &*identity.source.kind == "subagent", Flag::SubAgent),
            (stored.archived, Flag::Archived),
            (files.iter().any(|file| file.storage == Storage::Zstd), Flag::Compressed),
            (damaged, Flag::Damaged),
            (writer == Writer::Alive, Flag::Live),
        ];
        let root = &store.threads[store.root_agent(thread)].id;
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let listed = ListedThread {
            id: stored.id.clone(),
            title: stored.name.clone().or(summary.title),
            name: stored.name.clone(),
            cwd: text(&identity.cwd),
            project: summary.project,
            branch: story.margin.branch,
            source: Some(identity.source.label()).filter(|label| !label.is_empty()),
            originator: story.margin.originator,
            cli_version: text(&identity.cli_version),
            model: story.model,
            models: summary.models,
            created: identity.created.map(Time),
            updated: stored.modified.or(story.margin.written).map(Time),
            turns: story.turns,
            user_messages: story.user_messages,
            own: summary.own,
            status: story.last_turn.as_ref().map(|turn| turn.status),
            forked_from,
            parent,
            root: identity.root.clone().unwrap_or_else(|| root.clone()),
            agent_path: text(&identity.source.agent_path),
            flags: flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, flag)| flag).collect(),
            files: files.iter().map(|file| file.path.display().to_string()).collect(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            tools: story.tools,
            tree: None,
        };
        let written = story.margin.written.or(stored.modified);
        let signs = Signs { turn: story.last_turn, written, writer, archived: stored.archived };
        Row { listed, signs }
    }
}

impl ListedThread {
    /// A thread that others name, or hold copies of, and that has no file.
    pub(super) fn missing(id: ThreadId, summary: Option<&ThreadSummary>) -> Self {
        Self {
            root: id.clone(),
            id,
            title: None,
            name: None,
            cwd: None,
            project: None,
            branch: None,
            source: None,
            originator: None,
            cli_version: None,
            model: None,
            models: summary.map(|summary| summary.models.clone()).unwrap_or_default(),
            created: None,
            updated: None,
            turns: 0,
            user_messages: 0,
            own: summary.map_or_else(Amounts::nothing, |summary| summary.own.clone()),
            status: None,
            forked_from: None,
            parent: None,
            agent_path: None,
            flags: vec![Flag::Missing],
            files: Vec::new(),
            bytes: 0,
            tools: Tools::default(),
            tree: None,
        }
    }
}
