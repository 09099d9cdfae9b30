//! The lines of a text that match, those around them, and no more of each than is wanted.

use super::hit::{ExcerptLine, Span};
use super::query::QueryOptions;

/// The excerpt of `text` for its matches, which are in order.
pub(super) fn excerpt(text: &str, matches: &[(usize, usize)], options: &QueryOptions) -> Vec<ExcerptLine> {
    let lines = lines(text);
    let mut matching = matching(&lines, matches).into_iter().peekable();
    let mut excerpt = Vec::new();
    let mut next = 0;
    while let Some((index, spans)) = matching.next() {
        let mut push = |index: usize, spans| {
            let (start, end) = lines[index];
            excerpt.push(cut(index, &text[start..end], spans, options.max_width));
        };
        (index.saturating_sub(options.before).max(next)..index).for_each(|index| push(index, Vec::new()));
        push(index, spans);
        let following = matching.peek().map_or(lines.len(), |(index, _)| *index);
        next = index.saturating_add(options.after).saturating_add(1).min(following);
        (index + 1..next).for_each(|index| push(index, Vec::new()));
    }
    excerpt
}

/// The lines that match, by their index, and where in each line.
fn matching(lines: &[(usize, usize)], matches: &[(usize, usize)]) -> Vec<(usize, Vec<Span>)> {
    let mut found: Vec<(usize, Vec<Span>)> = Vec::new();
    for &(from, to) in matches {
        let first = lines.partition_point(|(_, end)| *end < from);
        // A match that takes in the newline alone does not reach the next line.
        let touched = lines.iter().enumerate().skip(first).take_while(|(_, (start, _))| *start < to);
        for (index, &(start, end)) in touched {
            let span = Span { start: from.clamp(start, end) - start, end: to.clamp(start, end) - start };
            match found.last_mut() {
                Some((last, spans)) if *last == index => spans.push(span),
                _ => found.push((index, vec![span])),
            }
        }
    }
    found
}

/// Where the lines of a text begin and end.
fn lines(text: &str) -> Vec<(usize, usize)> {
    let mut start = 0;
    let mut lines = Vec::new();
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        lines.push((start, end));
        start = end + 1;
    }
    if start < text.len() {
        lines.push((start, text.len()));
    }
    lines
}

/// A line with at most `width` characters around its first match.
fn cut(index: usize, line: &str, mut spans: Vec<Span>, width: usize) -> ExcerptLine {
    let number = index as u64 + 1;
    let fits = line.len() <= width || line.char_indices().nth(width).is_none();
    if fits {
        return ExcerptLine { number, text: line.to_owned(), spans, cut_before: false, cut_after: false };
    }
    let focus = spans.first().map_or(0, |span| span.start);
    let before = line[..focus].char_indices().rev().take(width / 4).last();
    let start = before.map_or(focus, |(at, _)| at);
    let end = line[start..].char_indices().nth(width).map_or(line.len(), |(at, _)| start + at);
    spans.retain_mut(|span| {
        let is_seen = span.start < end;
        (span.start, span.end) = (span.start.clamp(start, end) - start, span.end.clamp(start, end) - start);
        is_seen
    });
    let text = line[start..end].to_owned();
    ExcerptLine { number, text, spans, cut_before: start > 0, cut_after: end < line.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt, one line each: its number, `:` or `-`, the text with its matches in brackets.
    fn check(text: &str, query: &str, around: (usize, usize), max_width: usize, want: &[&str]) {
        let matches: Vec<_> = text.match_indices(query).map(|(at, found)| (at, at + found.len())).collect();
        let options = QueryOptions { before: around.0, after: around.1, max_width, ..QueryOptions::default() };
        let got: Vec<_> = excerpt(text, &matches, &options)
            .iter()
            .map(|line| {
                let mut marked = line.text.clone();
                for span in line.spans.iter().rev() {
                    marked.insert(span.end, ']');
                    marked.insert(span.start, '[');
                }
                let mark = if line.spans.is_empty() { '-' } else { ':' };
                let (before, after) = (["", "…"][usize::from(line.cut_before)], ["", "…"][usize::from(line.cut_after)]);
                format!("{}{mark}{before}{marked}{after}", line.number)
            })
            .collect();
        assert_eq!(got, want, "{query:?} in {text:?}");
    }

    #[test]
    fn lines_that_match_and_those_around_them() {
        let text = "a\nx x\nb\nc\nd\ne\nx";
        check(text, "x", (0, 0), 99, &["2:[x] [x]", "7:[x]"]);
        check(text, "x", (1, 1), 99, &["1-a", "2:[x] [x]", "3-b", "6-e", "7:[x]"]);
        check(text, "x", (2, 3), 99, &["1-a", "2:[x] [x]", "3-b", "4-c", "5-d", "6-e", "7:[x]"]);
        check(text, "q", (2, 3), 99, &[]);
        check("x\n\nx\n", "x", (0, 9), 99, &["1:[x]", "2-", "3:[x]"]);
    }

    #[test]
    fn a_match_over_several_lines_marks_each() {
        check("ab\ncd\nef\ng", "b\ncd\ne", (0, 0), 99, &["1:a[b]", "2:[cd]", "3:[e]f"]);
        check("a\n\nb", "\n\n", (0, 0), 99, &["1:a[]", "2:[]"]);
        check("a\nb", "\n", (0, 0), 99, &["1:a[]"]);
        check("a\nbx", "\nb", (0, 0), 99, &["1:a[]", "2:[b]x"]);
    }

    #[test]
    fn long_lines_are_cut_around_the_first_match() {
        check("0123456789x0123456789x", "x", (0, 0), 8, &["1:…89[x]01234…"]);
        check("éééééééééx", "x", (0, 0), 8, &["1:…éé[x]"]);
        check("xééééééééé", "x", (0, 0), 8, &["1:[x]ééééééé…"]);
        check("éxé", "x", (0, 0), 3, &["1:é[x]é"]);
        check("long line\nx", "x", (1, 0), 4, &["1-long…", "2:[x]"]);
        check("abcdefgh", "abcdef", (0, 0), 3, &["1:[abc]…"]);
    }
}
