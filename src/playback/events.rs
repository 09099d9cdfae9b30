//! A playback for programs: one JSON document per line.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;

use replay::playback::{Moment, ReplayEvent, Scene};

use super::Stage;

/// Writes each scene as an event.
pub(crate) struct Events<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Events<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }
}

impl Stage for Events<'_> {
    fn scene(&mut self, scene: Scene<'_>, moment: Moment) -> io::Result<ControlFlow<()>> {
        let json = serde_json::to_string(&ReplayEvent::new(scene, moment))?;
        writeln!(self.out, "{}", escaped(&json))?;
        Ok(ControlFlow::Continue(()))
    }
}

/// JSON without control characters, which stand in its strings only: JSON itself allows DEL and those
/// above it, and a terminal may obey them.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(char::is_control) {
        return Cow::Borrowed(json);
    }
    let escape = |char: char| if char.is_control() { format!("\\u{:04x}", u32::from(char)) } else { char.into() };
    Cow::Owned(json.chars().map(escape).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_json_drives_a_terminal() {
        let text = "a\u{7f}\u{9b}2J\n\u{1b} é\"";
        let json = serde_json::to_string(text).unwrap();
        assert!(json.contains(char::is_control) && !escaped(&json).contains(char::is_control));
        assert_eq!(serde_json::from_str::<String>(&escaped(&json)).unwrap(), text);
    }
}
