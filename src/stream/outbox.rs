//! One batch of events on its way, and what is remembered when it arrived.
//!
//! A batch that does not arrive is tried again, ever more slowly, and nothing further is read until
//! it does: order is kept, memory is bounded, nothing is dropped.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use replay::Problem;
use replay::events::Event;
use replay::follow::{Cursor, EventSink};

use super::filter::Filter;
use super::stop::Stop;
use super::target::{Refusal, Target};
use crate::ui::Ui;

/// Bytes after which a batch is sent.
const BATCH: usize = 256 << 10;
/// The first wait before a batch is tried again, and the longest.
const WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The shortest time between two savings of a cursor.
const SAVING: Duration = Duration::from_millis(100);
/// A cursor of many rollouts takes longer to save: at most this part of the time is spent on it.
const SHARE: u32 = 20;

/// Where a cursor is kept.
pub(crate) struct CursorFile {
    pub(crate) path: PathBuf,
    next: Instant,
}

impl CursorFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, next: Instant::now() }
    }

    fn save(&mut self, cursor: &Cursor) -> anyhow::Result<()> {
        let before = Instant::now();
        cursor.save(&self.path).with_context(|| format!("cannot save the cursor {}", self.path.display()))?;
        self.next = Instant::now() + SAVING.max(before.elapsed() * SHARE);
        Ok(())
    }
}

/// Events on their way to a target.
pub(crate) struct Outbox<'a> {
    pub(crate) target: Box<dyn Target + 'a>,
    pub(crate) filter: Filter,
    /// How many more events are wanted.
    pub(crate) wanted: u64,
    pub(crate) cursor: Option<CursorFile>,
    pub(crate) stop: &'a Stop,
    pub(crate) ui: &'a Ui,
    batch: Vec<u8>,
    /// Whether something happened that is not yet in the saved cursor.
    is_dirty: bool,
    /// When the last event was handed out.
    pub(crate) busy: Instant,
    failed: Option<anyhow::Error>,
    problems: Vec<Problem>,
}

impl<'a> Outbox<'a> {
    pub(crate) fn new(target: Box<dyn Target + 'a>, filter: Filter, stop: &'a Stop, ui: &'a Ui) -> Self {
        Self {
            target,
            filter,
            wanted: u64::MAX,
            cursor: None,
            stop,
            ui,
            batch: Vec::new(),
            is_dirty: false,
            busy: Instant::now(),
            failed: None,
            problems: Vec::new(),
        }
    }

    /// Whether no further event is wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.wanted == 0 || self.stop.is_wished() || self.failed.is_some()
    }

    /// Takes one event; sends the batch when it is large enough.
    pub(crate) fn push(&mut self, event: Event) -> ControlFlow<()> {
        if self.is_full() {
            return ControlFlow::Break(());
        }
        self.busy = Instant::now();
        self.is_dirty = true;
        let Some(event) = self.filter.take(event) else { return ControlFlow::Continue(()) };
        if let Err(error) = serde_json::to_writer(&mut self.batch, &event) {
            self.failed = Some(error.into());
            return ControlFlow::Break(());
        }
        self.batch.push(b'\n');
        self.wanted -= 1;
        if self.batch.len() >= BATCH { self.deliver() } else { ControlFlow::Continue(()) }
    }

    /// Sends what is on its way. `Break` if it did not arrive before the program shall end.
    fn deliver(&mut self) -> ControlFlow<()> {
        let mut wait = WAIT;
        while !self.batch.is_empty() {
            match self.target.send(&self.batch) {
                Ok(()) => self.batch.clear(),
                Err(Refusal::Never(error)) => {
                    self.failed = Some(error);
                    return ControlFlow::Break(());
                }
                Err(Refusal::Again(why)) => {
                    if wait == WAIT && !self.ui.quiet {
                        self.ui.warn(&why, "it is tried again until it works; nothing is lost meanwhile");
                    }
                    self.stop.sleep(wait);
                    if self.stop.is_wished() {
                        return ControlFlow::Break(());
                    }
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Everything that there is was handed out: sends it, and saves the cursor if that is due.
    pub(crate) fn caught_up(&mut self, cursor: &Cursor) -> ControlFlow<()> {
        self.deliver()?;
        if self.cursor.as_ref().is_some_and(|file| Instant::now() >= file.next) {
            return self.save(cursor);
        }
        ControlFlow::Continue(())
    }

    fn save(&mut self, cursor: &Cursor) -> ControlFlow<()> {
        let saved = match &mut self.cursor {
            Some(file) if self.is_dirty => file.save(cursor),
            _ => Ok(()),
        };
        self.is_dirty = false;
        saved.map_or_else(
            |error| {
                self.failed = Some(error);
                ControlFlow::Break(())
            },
            ControlFlow::Continue,
        )
    }

    /// When the cursor should be saved next, if there is something to save.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.cursor.as_ref().filter(|_| self.is_dirty).map(|file| file.next)
    }

    /// The end: sends the rest, saves the cursor, and gives what failed.
    pub(crate) fn finish(mut self, cursor: Option<&Cursor>) -> anyhow::Result<Vec<Problem>> {
        if self.failed.is_none()
            && self.deliver().is_continue()
            && let Some(cursor) = cursor
        {
            // What fails is told below.
            let _saved = self.save(cursor);
        }
        self.failed.map_or(Ok(self.problems), Err)
    }
}

impl EventSink for Outbox<'_> {
    fn event(&mut self, event: Event) -> ControlFlow<()> {
        self.push(event)
    }

    fn pause(&mut self, cursor: &Cursor) -> ControlFlow<()> {
        self.is_dirty = true;
        let is_due = self.cursor.as_ref().is_some_and(|file| Instant::now() >= file.next);
        if self.is_full() {
            return ControlFlow::Break(());
        }
        if is_due { self.caught_up(cursor) } else { ControlFlow::Continue(()) }
    }

    fn problem(&mut self, problem: Problem) {
        if self.problems.len() < 1000 {
            self.problems.push(problem);
        }
    }

    fn rewritten(&mut self, path: &Path) {
        if !self.ui.quiet {
            let what = format!("{} was rewritten by another program", path.display());
            self.ui.warn(&what, "of what it says, only what is newer than before is told");
        }
    }
}
