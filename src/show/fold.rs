//! Long outputs in short: their first and last lines, and how many are between.

use std::borrow::Cow;

/// Lines kept at either end.
const ENDS: usize = 6;
/// Characters kept of one line.
const LINE: usize = 400;

/// A line of a folded text.
#[derive(Debug, PartialEq)]
pub(crate) enum Folded<'a> {
    /// As it stands, or its beginning.
    Line(Cow<'a, str>),
    /// This many lines are left out here.
    More(usize),
}

/// The text's lines, all of them if `full`.
pub(crate) fn fold(text: &str, full: bool) -> Vec<Folded<'_>> {
    let text = text.trim_end_matches('\n');
    if text.is_empty() {
        return Vec::new();
    }
    if full {
        return text.lines().map(|line| Folded::Line(line.into())).collect();
    }
    let count = text.lines().count();
    // A mark in place of one or two lines would save nothing.
    if count <= 2 * ENDS + 2 {
        return text.lines().map(shorten).collect();
    }
    let head = text.lines().take(ENDS).map(shorten);
    let tail = text.lines().skip(count - ENDS).map(shorten);
    head.chain([Folded::More(count - 2 * ENDS)]).chain(tail).collect()
}

fn shorten(line: &str) -> Folded<'_> {
    Folded::Line(beginning(line, LINE))
}

/// At most `most` characters of a text, and a mark if that is not all.
pub(crate) fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_kept() {
        let lines = |n: usize| (1..=n).map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(fold("\n", false), []);
        assert_eq!(fold(&lines(14), false).len(), 14);
        let text = lines(100);
        let folded = fold(&text, false);
        assert_eq!(folded.len(), 13);
        assert_eq!(
            (&folded[5], &folded[6], &folded[7]),
            (&Folded::Line("6".into()), &Folded::More(88), &Folded::Line("95".into()))
        );
        assert_eq!(fold(&text, true).len(), 100);
        assert_eq!(beginning("äöü", 2), "äö…");
        assert_eq!(beginning("äöü", 3), "äöü");
    }
}
