//! Text of a log made safe for a terminal: nothing in it can move the cursor, set a title or turn
//! letters round. Colours are dropped, every other control character becomes visible.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a terminal would do something else than show this character.
fn drives(char: char) -> bool {
    match char {
        '\n' | '\t' => false,
        // Marks that change the direction of writing make code look like other code.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => char.is_control(),
    }
}

/// The text with every character that drives a terminal made visible.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(drives) else { return Cow::Borrowed(text) };
    let mut shown = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(char) = rest.chars().next() {
        if let Some(after) = colour(rest) {
            rest = after;
            continue;
        }
        rest = &rest[char.len_utf8()..];
        match char {
            // A carriage return alone writes a line anew, as progress bars do.
            '\r' if rest.starts_with('\n') => {}
            '\r' => shown.push('\n'),
            '\0'..='\u{1f}' if drives(char) => {
                shown.push(char::from_u32(0x2400 + u32::from(char)).unwrap_or('\u{fffd}'));
            }
            '\u{7f}' => shown.push('\u{2421}'),
            _ if drives(char) => {
                // Writing to a string does not fail.
                let _ = write!(shown, "<U+{:04X}>", u32::from(char));
            }
            _ => shown.push(char),
        }
    }
    Cow::Owned(shown)
}

/// The same on one line.
pub(crate) fn safe_line(text: &str) -> String {
    safe(text).replace(['\n', '\t'], " ")
}

/// What stands behind a colour sequence that the text begins with.
fn colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\x1b[")?;
    let after = parameters.trim_start_matches(|char: char| matches!(char, '0'..='9' | ';' | ':'));
    after.strip_prefix('m')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drives_a_terminal() {
        let check = |text: &str, want: &str| {
            assert_eq!(safe(text), want);
            assert!(!safe(text).contains(drives));
        };
        check("plain\ttext\n", "plain\ttext\n");
        check("\x1b[1;31mred\x1b[0m", "red");
        check("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇");
        check("10%\r20%\r\n", "10%\n20%\n");
        check("\u{9b}31m\u{7f}\0", "<U+009B>31m␡␀");
        check("a\u{202e}b", "a<U+202E>b");
        check("\x1b[31", "␛[31");
        check("é → 漢字", "é → 漢字");
    }
}
