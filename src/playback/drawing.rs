//! Scenes as text, the way `show` draws them. What a call's answer adds is drawn apart from the call.

use std::io;

use replay::playback::Scene;

use crate::show::{Format, Look, Text, ThreadHead};

/// Draws one scene after the other.
pub(crate) struct Drawing {
    text: Text,
    /// The item that was drawn last.
    last: String,
}

impl Drawing {
    pub(crate) fn new(look: Look) -> Self {
        Self { text: Text::new(look), last: String::new() }
    }

    /// What stands above the first scene.
    pub(crate) fn head(&mut self, thread: &ThreadHead) -> io::Result<String> {
        let text = &mut self.text;
        drawn(|out| text.begin(out, thread))
    }

    pub(crate) fn scene(&mut self, scene: Scene<'_>) -> io::Result<String> {
        let text = &mut self.text;
        match scene {
            Scene::Turn(turn) => drawn(|out| text.turn(out, turn, None)),
            Scene::Item(item) => {
                self.last = drawn(|out| text.item(out, item))?;
                Ok(self.last.clone())
            }
            Scene::Answer(item) => Ok(beyond(&self.last, &drawn(|out| text.item(out, item))?)),
        }
    }
}

fn drawn(draw: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<String> {
    let mut bytes = Vec::new();
    draw(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// What the drawing of a call with its answer has beyond that of the call alone: the ends of lines, and
/// the lines behind.
fn beyond(call: &str, whole: &str) -> String {
    let mut known = call.lines();
    let ends = whole.lines().map(|line| line.strip_prefix(known.next().unwrap_or_default()).unwrap_or(line));
    // A line that both have is not told twice; empty lines that only one has are.
    let count = call.lines().count();
    let told = ends.enumerate().filter(|(index, end)| *index >= count || !end.is_empty());
    told.fold(String::new(), |text, (_, end)| text + end + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_the_call_did_not_have() {
        let check = |call, whole, want| assert_eq!(beyond(call, whole), want);
        check("\n$ ls\n", "\n$ ls  exit 1\n  │ a\n\n  │ b\n", "  exit 1\n  │ a\n\n  │ b\n");
        check("\n$ ls\n  pwd\n", "\n$ ls\n  pwd\n", "");
        check("", "\n", "\n");
    }
}
