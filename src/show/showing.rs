//! Stands between the reader of turns and a format: picks turns, masks secrets, keeps write errors.

use std::io;
use std::ops::{ControlFlow, RangeInclusive};

use replay::Problem;
use replay::turns::{Item, TranscriptSink, Turn};

use analyze::report::Amounts;

use super::{Format, Redactor, Strip, ThreadHead};

/// Which turns are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Numbers of turns; without any, all turns.
    pub(crate) numbers: Option<RangeInclusive<u32>>,
}

impl Selection {
    fn holds(&self, turn: &Turn) -> bool {
        self.numbers.as_ref().is_none_or(|numbers| turn.number.is_some_and(|number| numbers.contains(&number)))
    }

    fn is_past(&self, turn: &Turn) -> bool {
        self.numbers.as_ref().is_some_and(|numbers| turn.number.is_some_and(|number| number > *numbers.end()))
    }
}

/// A transcript on its way out.
pub(crate) struct Showing<'a> {
    format: &'a mut dyn Format,
    out: &'a mut dyn io::Write,
    selection: Selection,
    redactor: Option<Redactor>,
    /// What turns used, by their index.
    amounts: Vec<(u32, Amounts)>,
    /// What is written before the first turn that is shown.
    thread: Option<ThreadHead>,
    within: bool,
    shown: u64,
    error: Option<io::Error>,
}

impl<'a> Showing<'a> {
    /// Nothing is written before a turn is shown.
    pub(crate) fn new(
        format: &'a mut dyn Format,
        out: &'a mut dyn io::Write,
        thread: ThreadHead,
        amounts: Vec<(u32, Amounts)>,
        selection: Selection,
        redactor: Option<Redactor>,
    ) -> Self {
        let thread = Some(thread);
        Self { format, out, selection, redactor, amounts, thread, within: false, shown: 0, error: None }
    }

    /// Writes the end, and tells how many turns were shown. If none of those that were picked is
    /// there, nothing is written at all.
    pub(crate) fn end(mut self, problems: &[Problem]) -> io::Result<u64> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.shown == 0 && self.selection.numbers.is_some() {
            return Ok(0);
        }
        self.begin(None)?;
        match &self.redactor {
            Some(redactor) => {
                let mut problems = problems.to_vec();
                problems.iter_mut().for_each(|problem| redactor.mask(&mut problem.message));
                self.format.end(self.out, &problems)?;
            }
            None => self.format.end(self.out, problems)?,
        }
        self.out.flush()?;
        Ok(self.shown)
    }

    /// Writes the beginning, once.
    fn begin(&mut self, first: Option<&Turn>) -> io::Result<()> {
        let Some(mut thread) = self.thread.take() else { return Ok(()) };
        thread.model = thread.model.or_else(|| first?.model.clone());
        if let Some(redactor) = &self.redactor {
            redactor.thread(&mut thread);
        }
        self.format.begin(self.out, &thread)
    }

    fn keep(&mut self, written: io::Result<()>) -> ControlFlow<()> {
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

impl TranscriptSink for Showing<'_> {
    fn turn(&mut self, turn: &Turn) -> ControlFlow<()> {
        if self.selection.is_past(turn) {
            return ControlFlow::Break(());
        }
        self.within = self.selection.holds(turn);
        if !self.within {
            return ControlFlow::Continue(());
        }
        self.shown += 1;
        let known = self.amounts.binary_search_by_key(&turn.index, |(index, _)| *index).ok();
        let strip = known.map(|at| Strip::of(&self.amounts[at].1));
        let written = self.begin(Some(turn)).and_then(|()| match &self.redactor {
            Some(redactor) => self.format.turn(self.out, &redactor.turn(turn), strip.as_ref()),
            None => self.format.turn(self.out, turn, strip.as_ref()),
        });
        self.keep(written)
    }

    fn item(&mut self, mut item: Item) -> ControlFlow<()> {
        if !self.within {
            return ControlFlow::Continue(());
        }
        if let Some(redactor) = &self.redactor {
            redactor.item(&mut item);
        }
        let written = self.format.item(self.out, &item);
        self.keep(written)
    }
}
