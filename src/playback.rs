//! A playback as it is seen: on a screen, in a recording, or as events for programs.
//!
//! A [`Stage`] shows one scene after the other and keeps none of them. Which scenes there are and when
//! they happen is decided elsewhere; words of the log are drawn by `show`, which makes them safe.

mod cast;
mod drawing;
mod events;
mod screen;

use std::io;
use std::ops::ControlFlow;

use replay::playback::{Moment, Scene};

pub(crate) use cast::{Cast, Header, Size};
pub(crate) use drawing::Drawing;
pub(crate) use events::Events;
pub(crate) use screen::{Pace, Screen};

/// Where a playback is seen.
pub(crate) trait Stage {
    /// Shows a scene; breaks if nobody wants to see more.
    fn scene(&mut self, scene: Scene<'_>, moment: Moment) -> io::Result<ControlFlow<()>>;
}
