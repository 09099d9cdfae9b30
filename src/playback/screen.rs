//! A playback as text: at once, in the log's own time, or one item for each key.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;

use console::{Key, Term};
use replay::playback::{Moment, Scene, Tempo};

use super::{Drawing, Stage};
use crate::show::ThreadHead;
use crate::stream::Stop;

/// When the next scene is shown.
pub(crate) enum Pace {
    /// At once.
    AtOnce,
    /// When its time has come, unless the program shall end.
    Timed(Tempo, Stop),
    /// Items when a key is pressed, unless the program shall end.
    Keys(Stop),
}

/// Text that is written as it happens.
pub(crate) struct Screen<'a> {
    drawing: Drawing,
    pace: Pace,
    out: &'a mut dyn Write,
}

impl<'a> Screen<'a> {
    /// Shows what stands above the first scene.
    pub(crate) fn new(
        mut drawing: Drawing,
        pace: Pace,
        thread: &ThreadHead,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        out.write_all(drawing.head(thread)?.as_bytes())?;
        Ok(Self { drawing, pace, out })
    }

    /// Waits until the scene may be shown.
    fn wait(&mut self, scene: Scene<'_>, gap: u64) -> io::Result<ControlFlow<()>> {
        match &self.pace {
            Pace::AtOnce => Ok(ControlFlow::Continue(())),
            Pace::Timed(tempo, stop) => {
                self.out.flush()?;
                stop.sleep(tempo.wait(gap));
                Ok(if stop.is_wished() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            }
            Pace::Keys(_) if matches!(scene, Scene::Turn(_)) => Ok(ControlFlow::Continue(())),
            Pace::Keys(stop) => {
                self.out.flush()?;
                key(stop)
            }
        }
    }
}

impl Stage for Screen<'_> {
    fn scene(&mut self, scene: Scene<'_>, moment: Moment) -> io::Result<ControlFlow<()>> {
        let flow = self.wait(scene, moment.gap)?;
        if flow.is_continue() {
            self.out.write_all(self.drawing.scene(scene)?.as_bytes())?;
        }
        Ok(flow)
    }
}

/// Waits for a key that means to go on or to end. The terminal is raw only while this waits.
fn key(stop: &Stop) -> io::Result<ControlFlow<()>> {
    let terminal = Term::stdout();
    loop {
        if stop.is_wished() {
            return Ok(ControlFlow::Break(()));
        }
        match terminal.read_key() {
            Ok(Key::Enter | Key::Char(' ')) => return Ok(ControlFlow::Continue(())),
            Ok(Key::Escape | Key::Char('q' | '\u{4}')) => return Ok(ControlFlow::Break(())),
            Ok(_) => {}
            // A signal, or Ctrl-C, which becomes one: whether to end is seen above.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(ControlFlow::Break(())),
            Err(error) => return Err(error),
        }
    }
}
