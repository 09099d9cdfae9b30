//! Somebody else's text put into Markdown so that it stays within its block: fences are closed, raw
//! HTML and pictures become text, and headings rank below ours.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Headings of a text rank below those of turns.
const LOWERED: usize = 2;

/// Markdown that means what it meant, but for HTML, pictures and the rank of headings.
pub(super) fn contained(text: &str) -> String {
    let mut edits = Vec::new();
    let mut unclosed = None;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => edits.extend(tags(text, range)),
            Event::Start(Tag::Image { .. }) => edits.push((range.start..range.start, "\\")),
            Event::Start(Tag::Heading { .. }) => edits.extend(lowered(text, range)),
            Event::Start(Tag::CodeBlock(_)) if range.end == text.len() => unclosed = unclosed_fence(&text[range]),
            _ => {}
        }
    }
    let mut contained = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for (Range { start, end }, instead) in edits {
        if start >= done {
            contained.push_str(&text[done..start]);
            contained.push_str(instead);
            done = end;
        }
    }
    contained.push_str(&text[done..]);
    if let Some(fence) = unclosed {
        contained.push('\n');
        contained.push_str(&fence);
    }
    contained
}

/// Every `<` of raw HTML becomes text.
fn tags(text: &str, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &'static str)> {
    let start = range.start;
    text[range].match_indices('<').map(move |(at, _)| (start + at..start + at + 1, "&lt;"))
}

/// A heading of a lower rank; underlined ones lose their line, and are paragraphs then.
fn lowered(text: &str, range: Range<usize>) -> Option<(Range<usize>, &'static str)> {
    let heading = &text[range.clone()];
    let signs = heading.len() - heading.trim_start_matches('#').len();
    if signs > 0 {
        let more = &"######"[..LOWERED.min(6_usize.saturating_sub(signs))];
        return Some((range.start..range.start, more));
    }
    let line = heading.trim_end().rfind('\n')?;
    Some((range.start + line + 1..range.start + heading.trim_end().len(), ""))
}

/// The fence that a code block at the end of a text lacks.
fn unclosed_fence(block: &str) -> Option<String> {
    let sign = block.chars().next().filter(|char| matches!(char, '`' | '~'))?;
    let length = block.len() - block.trim_start_matches(sign).len();
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default().trim();
    let closed = last.len() >= length && last.chars().all(|char| char == sign);
    (!closed).then(|| sign.to_string().repeat(length))
}

/// The longest run of backticks in a text.
fn backticks(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or_default()
}

/// Code between fences that it does not hold itself.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat((backticks(text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Code within a line.
pub(super) fn span(text: &str) -> String {
    let text = text.replace('\n', " ");
    let sign = "`".repeat(backticks(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{sign}{blank}{text}{blank}{sign}")
}

/// Words within a line, none of which is Markdown.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '!' | '&' | '@' | '$' => {
                escaped.extend(['\\', char]);
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

/// Words within HTML. Markdown does not look into a block of HTML before its first empty line.
pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_block() {
        let check = |text: &str, want: &str| assert_eq!(contained(text), want, "{text}");
        check("# Title\ntext", "### Title\ntext");
        check("##### Title", "###### Title");
        check("Title\n=====\ntext", "Title\n\ntext");
        check("a <b>b</b> `<c>`", "a &lt;b>b&lt;/b> `<c>`");
        check("</details>\n<!-- open", "&lt;/details>\n&lt;!-- open");
        check("![x](https://example.org/x.png)", "\\![x](https://example.org/x.png)");
        check("```sh\nls", "```sh\nls\n```");
        check("~~~~\n```\n~~~", "~~~~\n```\n~~~\n~~~~");
        check("```sh\nls\n```\n", "```sh\nls\n```\n");
        assert_eq!(fenced("text", "a ```` b"), "`````text\na ```` b\n`````\n");
        assert_eq!(span("`a"), "`` `a ``");
        assert_eq!(escaped("a_b\n<c>"), "a\\_b \\<c\\>");
    }
}
