//! Which threads a list is about: first by what heads and the file system say, then by content.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use replay::search::{Case, Query, QueryError, QueryOptions, Scope, search};
use replay::status::Writer;
use replay::store::Store;
use replay::{LineReader, Progress, RolloutFile};

use super::margin::Margin;
use super::writer::writer;
use crate::project::{normalize, project};
use crate::reports::{is_from, is_one_of};

/// Which threads a list is about. All conditions hold together.
#[derive(Clone, Debug)]
pub struct Filters {
    /// Only threads begun in one of these folders.
    pub cwds: Vec<String>,
    /// Whether the folder of the last turn counts as well.
    pub latest_cwd: bool,
    /// Only these projects, by name or by its last part.
    pub projects: Vec<String>,
    /// Only these sources, as `cli` or `subagent:review`; `subagent` stands for all of them.
    pub sources: Vec<String>,
    /// Only threads that were billed for one of these models, by exact name.
    pub models: Vec<String>,
    /// First day on which a thread was last written.
    pub since: Option<Date>,
    /// Last day on which a thread was last written.
    pub until: Option<Date>,
    /// The zone whose days count.
    pub zone: TimeZone,
    /// The earliest moment at which a thread was last written, Unix milliseconds. One that a process
    /// has open is let through in any case.
    pub written_after: Option<i64>,
    /// Whether archived threads are wanted, or the others; `None` for both.
    pub archived: Option<bool>,
    /// Words in the name or in the user's messages.
    pub words: Option<Words>,
}

impl Default for Filters {
    fn default() -> Self {
        Self {
            cwds: Vec::new(),
            latest_cwd: false,
            projects: Vec::new(),
            sources: Vec::new(),
            models: Vec::new(),
            since: None,
            until: None,
            zone: TimeZone::UTC,
            written_after: None,
            archived: None,
            words: None,
        }
    }
}

/// Words that a thread's name or its user's messages hold; upper and lower case are alike.
#[derive(Clone, Debug)]
pub struct Words {
    text: String,
    query: Query,
}

impl Words {
    /// Fails if there are none.
    pub fn new(text: &str) -> Result<Self, QueryError> {
        let options = QueryOptions {
            case: Case::Insensitive,
            scopes: vec![Scope::User],
            max_count: 1,
            ..QueryOptions::default()
        };
        Ok(Self { text: text.to_lowercase(), query: Query::new(text, options)? })
    }
}

impl Filters {
    /// The threads that heads and the file system let through.
    pub(super) fn by_head(&self, store: &Store, mut threads: Vec<usize>) -> Vec<usize> {
        let cwds: Vec<String> = self.cwds.iter().map(|cwd| normalize(cwd)).collect();
        let mut projects: HashMap<(Option<&str>, Option<&str>), Option<String>> = HashMap::new();
        threads.retain(|&thread| {
            let Some(first) = store.first_file(thread) else { return false };
            let identity = &first.identity;
            self.archived.is_none_or(|archived| store.threads[thread].archived == archived)
                && self.in_time(store, thread)
                && (cwds.is_empty() || self.latest_cwd || is_in(identity.cwd.as_deref(), &cwds))
                && (self.sources.is_empty() || is_from(identity, &self.sources))
                && (self.projects.is_empty() || {
                    // Looking for a repository asks the disk, and most threads share their folders.
                    let place = (identity.repository_url.as_deref(), identity.cwd.as_deref());
                    let found = projects.entry(place).or_insert_with(|| project(identity));
                    found.as_deref().is_some_and(|found| is_one_of(found, &self.projects))
                })
        });
        threads
    }

    fn in_time(&self, store: &Store, thread: usize) -> bool {
        let at = store.threads[thread].modified.or_else(|| store.created(thread));
        let is_late = |after: i64| at.is_some_and(|at| at >= after) || writer(store, thread) == Writer::Alive;
        if !self.written_after.is_none_or(is_late) {
            return false;
        }
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let moment = at.and_then(|at| Timestamp::from_millisecond(at).ok());
        let day = moment.map(|moment| self.zone.to_datetime(moment).date());
        // A moment that is not known lies in no span of days.
        day.is_some_and(|day| {
            self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
        })
    }

    /// The threads whose lines are let through, models aside.
    pub(super) fn by_lines(&self, store: &Store, mut threads: Vec<usize>, progress: &dyn Progress) -> Vec<usize> {
        if self.latest_cwd && !self.cwds.is_empty() {
            let cwds: Vec<String> = self.cwds.iter().map(|cwd| normalize(cwd)).collect();
            let is_there = |thread: &usize| {
                let own = store.first_file(*thread).and_then(|file| file.identity.cwd.as_deref());
                let latest = || Margin::read(&store.chain(*thread, false), &mut LineReader::default(), &[]).cwd;
                is_in(own, &cwds) || is_in(latest().as_deref(), &cwds)
            };
            threads = threads.into_par_iter().filter(is_there).collect();
        }
        if let Some(words) = &self.words {
            let found = words.find(store, &threads, progress);
            threads.retain(|thread| found.contains(thread));
        }
        threads
    }
}

impl Words {
    /// The threads whose names or messages hold the words.
    fn find(&self, store: &Store, threads: &[usize], progress: &dyn Progress) -> HashSet<usize> {
        let named = |thread: &&usize| {
            store.threads[**thread].name.as_ref().is_some_and(|name| name.to_lowercase().contains(&self.text))
        };
        let mut found: HashSet<usize> = threads.iter().filter(named).copied().collect();
        let mut files: Vec<RolloutFile> = Vec::new();
        let mut owners: HashMap<Arc<Path>, usize> = HashMap::new();
        for &thread in threads.iter().filter(|thread| !found.contains(thread)) {
            for &file in &store.threads[thread].segments {
                let file = &store.files[file].file;
                owners.insert(Arc::clone(&file.path), thread);
                files.push(file.clone());
            }
        }
        // What cannot be read says nothing; whoever lists the thread tells of it.
        drop(search(&files, &self.query, progress, |hit| {
            found.extend(owners.get(Path::new(&hit.path)));
            ControlFlow::Continue(())
        }));
        found
    }
}

/// Whether a folder is one of `wanted`, which are normal already.
fn is_in(folder: Option<&str>, wanted: &[String]) -> bool {
    folder.is_some_and(|folder| wanted.contains(&normalize(folder)))
}
