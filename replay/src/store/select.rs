//! Finding the one thread that a person means.
//!
//! In this order: a full id, a name, `latest`, a path of a rollout, an agent's path below another
//! thread, the unique beginning or end of an id. Refuses to guess: what could mean two threads means
//! none.

use std::path::{Path, PathBuf};

use rollout_schema::{AgentPath, ThreadId};

use super::Store;

/// Words for the thread that was written last.
const LATEST: &str = "latest";

/// Threads that an error lists.
const SHOWN: usize = 5;

/// What was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Index into [`Store::threads`].
    pub thread: usize,
    /// Index into [`Store::files`], if one file was named that is not the one in force.
    pub file: Option<usize>,
}

/// Why a selector means no thread, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// No thread goes by it.
    #[error("no thread is named `{text}`")]
    Unknown {
        /// What was asked for.
        text: String,
        /// Ids and names that are close to it.
        nearest: Vec<String>,
    },
    /// Several threads go by it.
    #[error("`{text}` names {count} threads")]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// How many threads go by it.
        count: usize,
        /// The first of them.
        matches: Vec<String>,
    },
    /// A path of an agent was given without the thread in whose tree it lies.
    #[error("`{text}` is the path of an agent, and no thread was named in whose tree it lies")]
    NoTree {
        /// What was asked for.
        text: String,
    },
}

impl Store {
    /// The thread that `text` means; `of` is the thread that agents' paths are relative to.
    pub fn select(&self, text: &str, of: Option<usize>) -> Result<Selected, SelectError> {
        let thread = |thread| Selected { thread, file: None };
        if let Some(found) = self.thread(&ThreadId::from(text)) {
            return Ok(thread(found));
        }
        if let Some(of) = of {
            return self.agent(text, of).map(thread);
        }
        if text.starts_with("/root/") || text == "/root" {
            return Err(SelectError::NoTree { text: text.to_owned() });
        }
        if let Some(file) = self.file_at(Path::new(text)) {
            return Ok(self.selected_file(file));
        }
        let named = |matches: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let of_thread = |index: &usize| self.threads[*index].name.as_deref().is_some_and(matches);
            self.newest_first().into_iter().filter(of_thread).collect()
        };
        let exact = named(&|name| name == text);
        if !exact.is_empty() {
            return self.only(text, &exact).map(thread);
        }
        if text == LATEST
            && let Some(latest) = self.latest()
        {
            return Ok(thread(latest));
        }
        if let Some(&file) = self.by_rollout.get(text) {
            return Ok(self.selected_file(file));
        }
        let mut ids: Vec<usize> = Vec::new();
        if !text.is_empty() {
            let like = |id: &str| id.starts_with(text) || id.ends_with(text);
            ids.extend((0..self.threads.len()).filter(|&index| like(self.threads[index].id.as_str())));
        }
        if ids.is_empty() {
            ids = named(&|name| name.to_lowercase() == text.to_lowercase());
        }
        self.only(text, &ids).map(thread)
    }

    /// The thread that was written last: not archived and not a sub-agent's, if there is such a one.
    pub fn latest(&self) -> Option<usize> {
        let order = self.newest_first();
        let is_main = |&&thread: &&usize| !self.is_subagent(thread) && !self.threads[thread].archived;
        order.iter().find(is_main).or(order.first()).copied()
    }

    /// Whether another thread spawned it.
    pub fn is_subagent(&self, thread: usize) -> bool {
        let first = self.first_file(thread).map(|file| &file.identity);
        first.is_some_and(|identity| identity.parent.is_some() || &*identity.source.kind == "subagent")
    }

    fn only(&self, text: &str, found: &[usize]) -> Result<usize, SelectError> {
        match found {
            [one] => Ok(*one),
            [] => Err(SelectError::Unknown { text: text.to_owned(), nearest: self.nearest(text) }),
            many => Err(SelectError::Ambiguous {
                text: text.to_owned(),
                count: many.len(),
                matches: many.iter().take(SHOWN).map(|&thread| self.describe(thread)).collect(),
            }),
        }
    }

    /// Ids and names that begin like `text`, or else resemble it.
    fn nearest(&self, text: &str) -> Vec<String> {
        let lower = text.to_lowercase();
        let common = |other: &str| other.bytes().zip(lower.bytes()).take_while(|(a, b)| a == b).count();
        let score = |thread: usize| {
            let name = self.threads[thread].name.as_deref().unwrap_or_default().to_lowercase();
            let holds = usize::from(!lower.is_empty() && name.contains(&lower)) * 100;
            holds + common(self.threads[thread].id.as_str()).max(common(&name))
        };
        let mut scored: Vec<(usize, usize)> = (0..self.threads.len()).map(|thread| (score(thread), thread)).collect();
        scored.retain(|(score, _)| *score > 0);
        scored.sort_by_key(|&(score, thread)| (std::cmp::Reverse(score), thread));
        scored.into_iter().take(SHOWN).map(|(_, thread)| self.describe(thread)).collect()
    }

    fn describe(&self, thread: usize) -> String {
        let thread = &self.threads[thread];
        thread.name.as_ref().map_or_else(|| thread.id.to_string(), |name| format!("{} ({name})", thread.id))
    }

    fn selected_file(&self, file: usize) -> Selected {
        let thread = self.thread(self.files[file].thread_id()).unwrap_or_default();
        let in_force = self.threads[thread].segments.last() == Some(&file);
        Selected { thread, file: (!in_force).then_some(file) }
    }

    /// The file at `path`, however the path is written.
    fn file_at(&self, path: &Path) -> Option<usize> {
        let same = |path: &Path| self.files.iter().position(|file| *file.file.path == *path);
        let canonical = |path: &Path| fs_err::canonicalize(path).ok();
        same(path).or_else(|| {
            let wanted: PathBuf = canonical(path)?;
            let name = wanted.file_name()?;
            let alike = |file: &super::StoredFile| {
                file.file.path.file_name() == Some(name) && canonical(&file.file.path).as_ref() == Some(&wanted)
            };
            self.files.iter().position(alike)
        })
    }

    /// The agent at a path, absolute or relative to the agent `of`, in the tree of `of`.
    fn agent(&self, text: &str, of: usize) -> Result<usize, SelectError> {
        let unknown = |nearest| SelectError::Unknown { text: text.to_owned(), nearest };
        let path_of = |thread: usize| {
            let path = self.first_file(thread).and_then(|file| file.identity.source.agent_path.clone());
            path.and_then(|path| AgentPath::parse(&path).ok())
        };
        let root = self.root_agent(of);
        let from = path_of(of).unwrap_or_else(AgentPath::root);
        let wanted = from.resolve(text).map_err(|_| unknown(Vec::new()))?;
        if wanted == AgentPath::root() {
            return Ok(root);
        }
        let family: Vec<usize> = (0..self.threads.len()).filter(|&thread| self.root_agent(thread) == root).collect();
        let found: Vec<usize> =
            family.iter().copied().filter(|&thread| path_of(thread).as_ref() == Some(&wanted)).collect();
        if found.is_empty() {
            let known = family.iter().filter_map(|&thread| Some(path_of(thread)?.to_string()));
            return Err(unknown(known.take(SHOWN).collect()));
        }
        self.only(text, &found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::{Discovered, RolloutFile};

    fn store() -> Store {
        let meta = |id: &str, more: &str| {
            let line = format!(
                r#"{{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{{"id":"{id}"{more}}}}}"#
            );
            let bytes: &'static [u8] = Box::leak((line + "\n").into_bytes().into_boxed_slice());
            RolloutFile::memory(&format!("h/sessions/rollout-{id}.jsonl"), bytes)
        };
        let spawned = |path: &str| {
            format!(
                r#","parent_thread_id":"aa-1","source":{{"subagent":{{"thread_spawn":{{"parent_thread_id":"aa-1","agent_path":"{path}"}}}}}}"#
            )
        };
        let files = vec![
            meta("aa-1", ""),
            meta("ab-2", ""),
            meta("cc-2", &spawned("/root/tester")),
            meta("dd-4", r#","forked_from_id":"aa-1""#),
        ];
        let names = vec![(ThreadId::from("ab-2"), "Fix the build".to_owned())];
        Store::open(Discovered { files, problems: Vec::new() }, names)
    }

    #[test]
    fn each_way_to_name_a_thread() {
        let store = store();
        let check = |text: &str, of: Option<&str>, want: Result<&str, &str>| {
            let of = of.map(|of| store.select(of, None).unwrap().thread);
            let got = store.select(text, of);
            let got = got.as_ref().map(|selected| store.threads[selected.thread].id.as_str());
            match want {
                Ok(id) => assert_eq!(got.unwrap(), id, "{text}"),
                Err(start) => assert!(got.unwrap_err().to_string().contains(start), "{text}"),
            }
        };
        check("aa-1", None, Ok("aa-1"));
        check("aa", None, Ok("aa-1"));
        check("a", None, Err("2 threads"));
        check("-2", None, Err("2 threads"));
        check("d-4", None, Ok("dd-4"));
        check("Fix the build", None, Ok("ab-2"));
        check("fix THE build", None, Ok("ab-2"));
        check("h/sessions/rollout-cc-2.jsonl", None, Ok("cc-2"));
        check("/root/tester", Some("aa-1"), Ok("cc-2"));
        check("tester", Some("aa"), Ok("cc-2"));
        check("/root", Some("cc-2"), Ok("aa-1"));
        check("/root/other", Some("aa-1"), Err("no thread"));
        check("/root/tester", None, Err("path of an agent"));
        check("zz", None, Err("no thread"));
        check("", None, Err("no thread"));
    }

    #[test]
    fn forests_show_forks_and_agents_below_their_parents() {
        let store = store();
        let forest = store.forest();
        let ids: Vec<_> =
            forest.iter().map(|node| (store.threads[node.thread].id.as_str(), node.children.len())).collect();
        assert_eq!(ids, [("aa-1", 2), ("ab-2", 0)]);
        let kinds: Vec<_> = forest[0].children.iter().map(|node| node.relation).collect();
        assert_eq!(kinds, [Some(crate::store::Relation::Spawned), Some(crate::store::Relation::Forked)]);
    }
}
