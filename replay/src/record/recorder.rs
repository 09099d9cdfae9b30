//! The recorder itself: a queue of finished lines, and the way from it to the medium.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rollout_schema::wire::{Envelope, HarnessMetadata, RolloutItem, SessionMeta};
use rollout_schema::{Optional, Rest, ThreadId};

use super::ends::{Ends, dialect};
use super::materialise::materialise;
use super::medium::{Disk, End, Medium, Tape};
use super::policy::{Mode, is_persisted};
use super::{Entry, Options, RecordError, Sync};
use crate::discover::{RolloutFile, Storage, home_of, modified};
use crate::layout::rollout_path;
use crate::lock::{LockError, ThreadLock, is_file_name};
use crate::source::open_seekable;
use crate::timestamp::Time;

/// Appends to one rollout.
///
/// What is recorded waits until a flush; one that is dropped before writes nothing more.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    thread: ThreadId,
    mode: Mode,
    options: Options,
    /// The first line of a new file, until something follows it.
    meta: Option<Box<SessionMeta>>,
    /// The ordinal of the next line, in a paginated rollout.
    next: Option<u64>,
    /// Lines that are not written, each with its newline.
    queue: VecDeque<Vec<u8>>,
    /// How far the first of them is written, if it was begun.
    begun: Option<Begun>,
    medium: Box<dyn Medium>,
    /// The open file, as long as it can be written.
    tape: Option<Box<dyn Tape>>,
    /// Whether there is more to write than metadata.
    worthwhile: bool,
    /// Whether the file is there.
    there: bool,
    /// Whether its place in its folders is still to be synced.
    new_place: bool,
    /// Whether the last flush failed.
    out: bool,
    /// Why a line could not be made.
    unfit: Option<serde_json::Error>,
}

/// A line of which a part is written.
#[derive(Clone, Copy, Debug)]
struct Begun {
    /// How much of it.
    written: usize,
    /// Where that part ends in the file.
    end: u64,
}

impl Recorder {
    /// A recorder of a new thread below `home`, dated by the metadata's time.
    ///
    /// Nothing is on disk before the first flush that has more than metadata to write; only then the thread is
    /// locked. Errors are metadata with which no file can be begun.
    pub fn create(home: &Path, meta: SessionMeta, options: Options) -> Result<Self, RecordError> {
        let thread = meta.id.clone();
        let names = [Some(thread.as_str()), options.segment.as_deref()];
        if let Some(id) = names.into_iter().flatten().find(|id| !is_file_name(id)) {
            return Err(LockError::Id { id: id.to_owned() }.into());
        }
        let now = (options.clock)();
        // A segment begins when its thread has long begun.
        let date = options.segment.is_none().then(|| meta.timestamp.parse().ok()).flatten().unwrap_or(now);
        let local = date.to_zoned(options.zone.clone()).datetime();
        let path = rollout_path(home, local, &thread, options.segment.as_deref());
        let medium = Disk::new_in(home, path.clone(), thread);
        Self::new(path, meta, Box::new(medium), options)
    }

    /// A recorder that goes on with a rollout, plain or compressed.
    ///
    /// The thread is locked until the recorder is finished or dropped; a file outside of any home is nobody
    /// else's and takes no lock. A compressed file is made a plain one at once.
    pub fn append(file: &RolloutFile, options: Options) -> Result<Self, RecordError> {
        let path = file.path.to_path_buf();
        if matches!(file.storage, Storage::Memory(_)) {
            return Err(RecordError::NotAFile { path });
        }
        if file.archived {
            return Err(RecordError::Archived { path });
        }
        let thread = read_ends(file)?.thread;
        let lock = home_of(&path).map(|home| ThreadLock::take(home, &thread)).transpose()?;
        let plain = if is_zstd(&path) { path.with_extension("") } else { path };
        let compressed = plain.with_extension("jsonl.zst");
        if !plain.exists() && compressed.exists() {
            materialise(&compressed)?;
        }
        // Read again: only what is read under the lock stays as it is.
        let ends = read_ends(&RolloutFile { path: plain.as_path().into(), storage: Storage::Plain, ..file.clone() })?;
        let medium = Disk::there(plain.clone(), lock)?;
        Ok(Self::over(plain, ends, Box::new(medium), options))
    }

    /// A new rollout on any medium.
    pub(super) fn new(
        path: PathBuf,
        meta: SessionMeta,
        medium: Box<dyn Medium>,
        options: Options,
    ) -> Result<Self, RecordError> {
        let (mode, next) = dialect(&path, &meta.history_mode, meta.history_base.value())?;
        let ends = Ends { thread: meta.id.clone(), mode, next };
        let recorder = Self::over(path, ends, medium, options);
        Ok(Self { meta: Some(Box::new(meta)), worthwhile: false, there: false, new_place: true, ..recorder })
    }

    /// A rollout that is there, on any medium.
    pub(super) fn over(path: PathBuf, ends: Ends, medium: Box<dyn Medium>, options: Options) -> Self {
        Self {
            path,
            thread: ends.thread,
            mode: ends.mode,
            options,
            meta: None,
            next: ends.next,
            queue: VecDeque::new(),
            begun: None,
            medium,
            tape: None,
            worthwhile: true,
            there: true,
            new_place: false,
            out: false,
            unfit: None,
        }
    }

    /// Where the rollout is, or will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose rollout it is.
    pub fn thread_id(&self) -> &ThreadId {
        &self.thread
    }

    /// Lines that wait to be written, the metadata's among them.
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    /// Whether lines are numbered and items kept as they complete.
    pub fn is_paginated(&self) -> bool {
        self.mode == Mode::Paginated
    }

    /// Queues what Codex would keep of `items`, stamped and numbered.
    pub fn record<E: Into<Entry>>(&mut self, items: impl IntoIterator<Item = E>) {
        for entry in items {
            let Entry { item, metadata } = entry.into();
            if !is_persisted(&item, self.mode) {
                continue;
            }
            if let Some(meta) = self.meta.take() {
                self.push(RolloutItem::SessionMeta(meta), Optional::Absent);
            }
            self.push(item, metadata.map_or(Optional::Absent, |metadata| Optional::Given(Some(metadata))));
        }
    }

    fn push(&mut self, item: RolloutItem, metadata: Optional<Option<HarnessMetadata>>) {
        self.worthwhile |= !matches!(item, RolloutItem::SessionMeta(_));
        let timestamp = Time((self.options.clock)().as_millisecond()).to_string().into();
        let ordinal = self.next.map(|ordinal| Some(ordinal.into())).into();
        match serde_json::to_vec(&Envelope { timestamp, ordinal, item, metadata, rest: Rest::default() }) {
            Ok(mut line) => {
                line.push(b'\n');
                self.queue.push_back(line);
                self.next = self.next.map(|ordinal| ordinal.saturating_add(1));
            }
            Err(error) => self.unfit = Some(error),
        }
    }

    /// Hands every line that waits to the operating system.
    ///
    /// A failure is tried again at once in a freshly opened file, then at each later flush. The first flush of an
    /// outage returns why; the later ones return `Ok`, and [`Self::pending`] says that lines still wait.
    pub fn flush(&mut self) -> Result<(), RecordError> {
        if let Some(error) = self.unfit.take() {
            return Err(self.failed(error.into()));
        }
        if !self.worthwhile || self.queue.is_empty() {
            return Ok(());
        }
        let drained = self.drain().or_else(|_| self.drain());
        let was_out = std::mem::replace(&mut self.out, drained.is_err());
        match drained {
            Ok(()) if self.options.sync == Sync::EachFlush => self.make_durable(),
            Err(_) if was_out => Ok(()),
            drained => drained,
        }
    }

    /// Writes what still waits, and returns the file, or `None` if nothing was worth one.
    ///
    /// It is an error if any line is in no file now, or could not be made durable.
    pub fn finish(mut self) -> Result<Option<RolloutFile>, RecordError> {
        self.out = false; // why the last attempt fails is told, even if an outage was
        self.flush().map_err(|source| match self.pending() {
            0 => source,
            lines => RecordError::Lost { path: self.path.clone(), lines, source: Box::new(source) },
        })?;
        if !self.there {
            return Ok(None);
        }
        if self.options.sync == Sync::Finish {
            self.make_durable()?;
        }
        let path: Arc<Path> = self.path.into();
        let (bytes, modified) = fs_err::metadata(&path).map_or((0, None), |found| (found.len(), modified(&found)));
        Ok(Some(RolloutFile { path, storage: Storage::Plain, bytes, modified, archived: false }))
    }

    /// Writes the queue to the file; after an error the file is let go of.
    fn drain(&mut self) -> Result<(), RecordError> {
        let mut tape = match self.tape.take() {
            Some(tape) => tape,
            None => self.medium.open()?,
        };
        self.there = true;
        while !self.queue.is_empty() {
            let end = tape.end().map_err(|error| self.failed(error))?;
            if !end.linked {
                return Err(RecordError::Removed { path: self.path.clone() });
            }
            self.join(&mut *tape, end).and_then(|()| self.write(&mut *tape)).map_err(|error| self.failed(error))?;
        }
        self.tape = Some(tape);
        Ok(())
    }

    /// Makes what comes next follow what is there: the rest of a line that was begun, or a new line.
    fn join(&mut self, tape: &mut dyn Tape, end: End) -> io::Result<()> {
        match self.begun {
            Some(begun) if begun.end == end.length => return Ok(()),
            // Someone wrote after a record that lacked nothing but its newline, so it is whole all the same.
            Some(begun)
                if begun.end < end.length && self.queue.front().is_some_and(|line| begun.written + 1 == line.len()) =>
            {
                self.queue.pop_front();
            }
            _ => {}
        }
        self.begun = None;
        if !end.terminated && !self.queue.is_empty() && tape.write(b"\n")? == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        Ok(())
    }

    /// Writes lines until there is none, or one was only written in part.
    fn write(&mut self, tape: &mut dyn Tape) -> io::Result<()> {
        while let Some(line) = self.queue.front() {
            let from = self.begun.map_or(0, |begun| begun.written);
            let written = from + tape.write(&line[from..])?;
            if written == line.len() {
                self.begun = None;
                self.queue.pop_front();
                continue;
            }
            if written == from {
                return Err(ErrorKind::WriteZero.into());
            }
            self.begun = Some(Begun { written, end: tape.position()? });
            break;
        }
        Ok(())
    }

    fn make_durable(&mut self) -> Result<(), RecordError> {
        let Some(tape) = &mut self.tape else { return Ok(()) };
        let mut synced = tape.sync();
        if synced.is_ok() && self.new_place {
            synced = self.medium.sync_place();
            self.new_place = synced.is_err();
        }
        synced.map_err(|error| self.failed(error))
    }

    fn failed(&self, source: io::Error) -> RecordError {
        RecordError::Write { path: self.path.clone(), source }
    }
}

fn read_ends(file: &RolloutFile) -> Result<Ends, RecordError> {
    let mut opened = open_seekable(file)?;
    if let Some(damage) = opened.damage {
        return Err(damage.into());
    }
    Ends::read(&file.path, &mut *opened.source, opened.length)
}

fn is_zstd(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}
