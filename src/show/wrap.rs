//! Breaks styled words into lines of a terminal. Words longer than a line are left as they are.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

/// Pieces of text in their styles, broken at blanks.
#[derive(Default)]
pub(crate) struct Words {
    lines: Vec<Line>,
}

/// What stands between two line breaks that the text itself has.
#[derive(Default)]
struct Line {
    words: Vec<Word>,
    /// Whether the next piece begins a new word.
    closed: bool,
}

#[derive(Default)]
struct Word {
    text: String,
    width: usize,
}

impl Words {
    /// Adds text that follows what is there without a blank.
    pub(crate) fn push(&mut self, text: &str, style: Style) {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 || self.lines.is_empty() {
                self.lines.push(Line::default());
            }
            if let Some(line) = self.lines.last_mut() {
                line.push(part, style);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Writes the lines, the first one behind `first`, all others behind `rest`.
    pub(crate) fn write(&self, out: &mut String, width: usize, first: &str, rest: &str) {
        let mut prefix = first;
        for line in &self.lines {
            let room = width.saturating_sub(prefix.width()).max(20);
            let mut used = 0;
            out.push_str(prefix);
            for word in &line.words {
                if used > 0 && used + 1 + word.width > room {
                    out.push('\n');
                    out.push_str(rest);
                    used = 0;
                } else if used > 0 {
                    out.push(' ');
                    used += 1;
                }
                out.push_str(&word.text);
                used += word.width;
            }
            out.push('\n');
            prefix = rest;
        }
    }
}

impl Line {
    fn push(&mut self, text: &str, style: Style) {
        for (index, part) in text.split([' ', '\t']).enumerate() {
            self.closed |= index > 0;
            if part.is_empty() {
                continue;
            }
            if std::mem::take(&mut self.closed) || self.words.is_empty() {
                self.words.push(Word::default());
            }
            if let Some(word) = self.words.last_mut() {
                // Writing to a string does not fail.
                let _ = write!(word.text, "{style}{part}{style:#}");
                word.width += part.width();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_only() {
        let mut words = Words::default();
        words.push("a long enough ", Style::new());
        words.push("line", Style::new().bold());
        words.push(", and 漢字 count twice\nnext", Style::new());
        let mut out = String::new();
        words.write(&mut out, 24, "> ", "  ");
        assert_eq!(out, "> a long enough \x1b[1mline\x1b[0m,\n  and 漢字 count twice\n  next\n");
    }
}
