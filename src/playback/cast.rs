//! A playback as a terminal recording: asciicast, version 3.
//!
//! Gaps stand in it as long as they were, and its header says how much of them is played: so every
//! player may choose. The same thread gives the same bytes, whatever the clock, the terminal and the
//! environment say.

use std::io::{self, Write};
use std::ops::ControlFlow;

use replay::playback::{Moment, Scene};
use replay::turns::Turn;
use serde::Serialize;

use super::{Drawing, Stage};
use crate::show::{ThreadHead, safe};

/// The first line of a recording.
#[derive(Serialize)]
pub(crate) struct Header {
    version: u8,
    term: Size,
    /// Unix seconds of the thread's beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
    /// Seconds.
    idle_time_limit: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// Columns and rows of the terminal that is recorded.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Size {
    pub(crate) cols: u16,
    pub(crate) rows: u16,
}

impl Header {
    pub(crate) fn new(thread: &ThreadHead, term: Size, idle_time_limit: f64) -> Self {
        let timestamp = thread.created.and_then(|time| u64::try_from(time.0.div_euclid(1000)).ok());
        let title = thread.title.as_deref().map(|title| safe(title).replace('\n', " "));
        Self { version: 3, term, timestamp, idle_time_limit, title }
    }
}

/// Writes a recording.
pub(crate) struct Cast<'a> {
    drawing: Drawing,
    out: &'a mut dyn Write,
    /// Milliseconds since the last event.
    passed: u64,
}

impl<'a> Cast<'a> {
    pub(crate) fn new(
        drawing: Drawing,
        header: &Header,
        thread: &ThreadHead,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        writeln!(out, "{}", serde_json::to_string(header)?)?;
        let mut cast = Self { drawing, out, passed: 0 };
        let head = cast.drawing.head(thread)?;
        cast.output(&head)?;
        Ok(cast)
    }

    /// What the terminal is told. It begins a new line only if it is told to return as well.
    fn output(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.event("o", &text.replace('\n', "\r\n")) }
    }

    fn event(&mut self, code: &str, data: &str) -> io::Result<()> {
        let passed = std::mem::take(&mut self.passed);
        let data = serde_json::to_string(data)?;
        writeln!(self.out, "[{}.{:03},\"{code}\",{data}]", passed / 1000, passed % 1000)
    }
}

impl Stage for Cast<'_> {
    fn scene(&mut self, scene: Scene<'_>, moment: Moment) -> io::Result<ControlFlow<()>> {
        self.passed += moment.gap;
        if let Scene::Turn(turn) = scene
            && turn.index > 0
        {
            self.event("m", &label(turn))?;
        }
        let text = self.drawing.scene(scene)?;
        self.output(&text)?;
        Ok(ControlFlow::Continue(()))
    }
}

/// What a marker says: the turn's number, or the id of one that no user began.
fn label(turn: &Turn) -> String {
    turn.number.map_or_else(|| safe(&turn.id).into_owned(), |number| format!("turn {number}"))
}
