//! Reads what is new in every rollout below some folders, again and again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::cursor::{Cursor, Position, Stamp};
use super::decoded::Decoded;
use super::tail::{Reached, Tail};
use crate::discover::{Discovered, RolloutFile, Storage, discover};
use crate::events::{Event, EventMapper};
use crate::lines::{Extent, LineReader};
use crate::problem::{Problem, ReadError};

/// Bytes of a file after which the cursor may be saved in between.
const SLICE: u64 = 8 << 20;
/// Bytes of text that mappers may hold back between two polls. Beyond it, they read them again.
const HELD: usize = 16 << 20;

/// Receives events in the order of each rollout.
pub trait EventSink {
    /// Takes one event. `Break` ends the poll; the event is handed out again then.
    fn event(&mut self, event: Event) -> ControlFlow<()>;
    /// Every event so far is before `cursor`. It may be saved as soon as they are all delivered.
    fn pause(&mut self, cursor: &Cursor) -> ControlFlow<()>;
    /// Something could not be read.
    fn problem(&mut self, problem: Problem);
    /// A file was rewritten by another program; of what it says, only what is newer will be told.
    fn rewritten(&mut self, path: &Path);
}

/// Follows rollouts.
pub struct Follower {
    roots: Vec<PathBuf>,
    cursor: Cursor,
    /// Threads that are followed; none for all.
    threads: BTreeSet<String>,
    /// Mappers that hold something back.
    live: HashMap<String, Reached>,
    reader: LineReader,
}

impl Follower {
    /// Follows what is below `roots` from `cursor` on: all threads, or only those of the given ids.
    pub fn new(roots: Vec<PathBuf>, cursor: Cursor, threads: BTreeSet<String>) -> Self {
        Self { roots, cursor, threads, live: HashMap::new(), reader: LineReader::default() }
    }

    /// How far everything was told.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Takes what is there for told, in files that the cursor does not know. Only whole lines count.
    pub fn skip_present(&mut self) -> Vec<Problem> {
        let (files, mut problems) = self.find(None);
        for (id, file) in files {
            if self.cursor.rollouts.contains_key(&id) {
                continue;
            }
            match Decoded::open(&file).and_then(|mut source| source.end_of_lines()) {
                Ok(told) => {
                    let position = Position { told, ended: file.archived, ..Position::default() };
                    self.cursor.rollouts.insert(id, position);
                }
                Err(error) => problems.push(ReadError::from(error).into_problem(&file.path, 0)),
            }
        }
        problems
    }

    /// Reads what is new: in all files, or if `paths` are given, in those that they are or are near to.
    pub fn poll(&mut self, paths: Option<&BTreeSet<PathBuf>>, sink: &mut dyn EventSink) -> ControlFlow<()> {
        let (files, problems) = self.find(paths);
        problems.into_iter().for_each(|problem| sink.problem(problem));
        for (id, file) in &files {
            self.read(id, file, sink)?;
            // Which file of a thread is the last can only be told of all of them.
            if paths.is_none() && file.archived && is_last(file, &files) {
                self.end(id, file, sink)?;
            }
        }
        if self.live.values().map(|reached| reached.mapper.held()).sum::<usize>() > HELD {
            self.live.clear();
        }
        ControlFlow::Continue(())
    }

    /// The files to look at, each rollout once.
    fn find(&self, paths: Option<&BTreeSet<PathBuf>>) -> (BTreeMap<String, RolloutFile>, Vec<Problem>) {
        let Discovered { files, problems } = match paths {
            // A home may begin to be while it is followed.
            None => discover(&self.roots.iter().filter(|root| root.exists()).cloned().collect::<Vec<_>>()),
            // A file may have become its twin, or be hidden by it. Files of other names are looked at with all.
            Some(paths) => {
                let twins = paths.iter().filter(|path| is_named_rollout(path)).flat_map(|path| {
                    let plain = if is_zstd(path) { path.with_extension("") } else { path.clone() };
                    [plain.with_extension("jsonl.zst"), plain]
                });
                discover(&twins.filter(|path| path.is_file()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
            }
        };
        let mut by_id: BTreeMap<String, RolloutFile> = BTreeMap::new();
        for file in files {
            let name = file.name();
            let is_wanted = |id: &String| self.threads.is_empty() || self.threads.contains(id);
            if !name.thread_id.as_ref().is_none_or(is_wanted) || !is_rollout(&file.path) {
                continue;
            }
            let id = name.rollout_id.or(name.thread_id).unwrap_or_else(|| file.path.to_string_lossy().into_owned());
            // A second copy, in the archive or another home, says nothing new.
            match by_id.get(&id) {
                Some(other) if rank(other) <= rank(&file) => {}
                _ => drop(by_id.insert(id, file)),
            }
        }
        (by_id, problems)
    }

    fn read(&mut self, id: &str, file: &RolloutFile, sink: &mut dyn EventSink) -> ControlFlow<()> {
        let stamp = Stamp::of(file);
        let mut position = self.cursor.rollouts.get(id).cloned().unwrap_or_default();
        position.ended &= file.archived;
        if position.stamp == Some(stamp) {
            return ControlFlow::Continue(());
        }
        if position.offset > 0 || position.told > 0 {
            match Decoded::open(file).and_then(|mut source| position.fingerprint.agrees(&mut source)) {
                Ok(true) => {}
                Ok(false) => {
                    self.live.remove(id);
                    let known = position.newest.max(position.known);
                    position = Position { known, newest: known, ..Position::default() };
                    sink.rewritten(&file.path);
                }
                Err(error) => return self.unreadable(id, file, error, sink),
            }
        }
        loop {
            let mut reached = self.live.remove(id).unwrap_or_else(|| Reached {
                mapper: EventMapper::resume(&file.name(), position.state.clone()),
                offset: position.offset,
                line: position.line,
            });
            let from = reached.offset;
            let end = self.slice(file, &mut position, &mut reached, sink);
            let (is_done, is_stopped) = match end {
                Ok(stopped) => (reached.offset < from.saturating_add(SLICE), stopped),
                Err(error) => {
                    self.keep(id, position, Some(reached));
                    return self.unreadable(id, file, error, sink);
                }
            };
            if is_done && !is_stopped {
                position.stamp = Some(stamp);
            }
            self.keep(id, position.clone(), (!is_stopped).then_some(reached));
            if is_stopped {
                return ControlFlow::Break(());
            }
            sink.pause(&self.cursor)?;
            if is_done {
                return ControlFlow::Continue(());
            }
        }
    }

    /// Reads a part of a file that is not too long. True if the sink wants no more.
    fn slice(
        &mut self,
        file: &RolloutFile,
        position: &mut Position,
        reached: &mut Reached,
        sink: &mut dyn EventSink,
    ) -> std::io::Result<bool> {
        let mut source = Decoded::open(file)?;
        source.skip_to(reached.offset)?;
        // A compressed file has no places to begin at: it is read in one go.
        let until = if file.storage == Storage::Plain { reached.offset.saturating_add(SLICE) } else { u64::MAX };
        let base = (reached.offset, reached.line);
        let mut problems = Vec::new();
        let mut tail = Tail {
            path: &file.path,
            position,
            reached,
            base,
            is_last: false,
            until,
            is_past: false,
            take: |event| sink.event(event),
            problems: &mut problems,
            stopped: false,
        };
        let mut extent = Extent::default();
        let end = self.reader.read(&mut source, &mut tail, &mut extent);
        tail.end(extent);
        let stopped = tail.stopped;
        problems.into_iter().for_each(|problem| sink.problem(problem));
        end.map(|()| stopped)
    }

    fn keep(&mut self, id: &str, position: Position, reached: Option<Reached>) {
        self.cursor.rollouts.insert(id.to_owned(), position);
        if let Some(reached) = reached.filter(|reached| !reached.mapper.is_at_rest()) {
            self.live.insert(id.to_owned(), reached);
        }
    }

    /// A file that cannot be read now may be readable later: it is tried again when it changes.
    fn unreadable(
        &mut self,
        id: &str,
        file: &RolloutFile,
        error: std::io::Error,
        sink: &mut dyn EventSink,
    ) -> ControlFlow<()> {
        if error.kind() != std::io::ErrorKind::NotFound {
            let position = self.cursor.rollouts.entry(id.to_owned()).or_default();
            position.stamp = Some(Stamp::of(file));
            sink.problem(ReadError::from(error).into_problem(&file.path, 0));
        }
        ControlFlow::Continue(())
    }

    /// Tells that an archived thread ended, and what its mapper holds back.
    fn end(&mut self, id: &str, file: &RolloutFile, sink: &mut dyn EventSink) -> ControlFlow<()> {
        let Some(position) = self.cursor.rollouts.get_mut(id).filter(|position| !position.ended) else {
            return ControlFlow::Continue(());
        };
        if position.offset < position.end && !self.live.contains_key(id) {
            position.stamp = None;
            self.read(id, file, sink)?; // to have back what is held
        }
        let Some(position) = self.cursor.rollouts.get_mut(id) else { return ControlFlow::Continue(()) };
        let mut mapper = match self.live.get(id) {
            Some(reached) => reached.mapper.clone(),
            None => EventMapper::resume(&file.name(), position.state.clone()),
        };
        let mut events = Vec::new();
        mapper.finish(&mut events);
        events.push(mapper.session_end("archived", position.end_line, position.end));
        events.into_iter().try_for_each(|event| sink.event(event))?;
        position.ended = true;
        sink.pause(&self.cursor)
    }
}

/// Which of several copies of a rollout is read: one in use, then a plain one, then the longest.
fn rank(file: &RolloutFile) -> (bool, bool, std::cmp::Reverse<u64>) {
    (file.archived, file.storage == Storage::Zstd, std::cmp::Reverse(file.bytes))
}

/// Whether no other file of the same thread is younger, by its name.
fn is_last(file: &RolloutFile, files: &BTreeMap<String, RolloutFile>) -> bool {
    let thread = file.name().thread_id;
    let younger =
        |other: &&RolloutFile| other.name().thread_id == thread && other.path.file_name() > file.path.file_name();
    !files.values().any(|other| younger(&other))
}

fn is_rollout(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.trim_end_matches(".zst").ends_with(".jsonl")
}

fn is_named_rollout(path: &Path) -> bool {
    is_rollout(path) && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rollout-"))
}

fn is_zstd(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}
