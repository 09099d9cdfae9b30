//! Markdown drawn for a terminal. Code stands as it is written; pictures and raw HTML are text.

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::safe;
use super::wrap::Words;

/// Blocks within blocks beyond this are not indented further.
const DEEPEST: usize = 12;

/// The text, drawn in lines of at most `width` columns.
pub(crate) fn markdown(text: &str, width: usize) -> String {
    let text = safe(text);
    let mut page = Page { width, ..Page::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(&text, options).for_each(|event| page.event(event));
    page.paragraph();
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
    width: usize,
    words: Words,
    styles: Vec<Style>,
    /// Indentation of the blocks around, each for its first line and all others.
    around: Vec<Indent>,
    /// Number of the next item, of each list around.
    lists: Vec<Option<u64>>,
    /// Address of the link around, and where its words began.
    link: Option<String>,
    in_code: bool,
    /// Cells of the table row so far.
    cells: usize,
    /// Whether the next block is set off by an empty line.
    apart: bool,
}

struct Indent {
    first: Option<String>,
    rest: &'static str,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.code(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.say(&text),
            Event::Code(code) => {
                self.words.push(&code, self.style().fg_color(Some(AnsiColor::Cyan.into())));
            }
            Event::SoftBreak => self.say(" "),
            Event::HardBreak => self.say("\n"),
            Event::Rule => {
                self.set_off();
                self.say("────────");
                self.paragraph();
            }
            Event::TaskListMarker(done) => self.say(if done { "☑ " } else { "☐ " }),
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let style = self.style();
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.set_off(),
            Tag::Heading { level, .. } => {
                self.set_off();
                let style = if level == HeadingLevel::H1 { style.underline() } else { style };
                self.styles.push(style.bold());
            }
            Tag::BlockQuote(_) => {
                self.set_off();
                self.around.push(Indent { first: None, rest: "│ " });
            }
            Tag::CodeBlock(kind) => {
                self.set_off();
                self.in_code = true;
                self.around.push(Indent { first: None, rest: "    " });
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.code(&format!("{}:\n", language.split(' ').next().unwrap_or_default()));
                }
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.set_off();
                }
                self.paragraph();
                self.lists.push(first);
            }
            Tag::Item => self.begin_item(),
            Tag::Emphasis => self.styles.push(style.italic()),
            Tag::Strong => self.styles.push(style.bold()),
            Tag::Strikethrough => self.styles.push(style.strikethrough()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link = Some(dest_url.into_string());
                self.styles.push(style.underline());
            }
            Tag::Table(_) => self.set_off(),
            Tag::TableHead => self.styles.push(style.bold()),
            Tag::TableCell => {
                if self.cells > 0 {
                    self.say(" │ ");
                }
                self.cells += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.paragraph();
                self.apart = true;
            }
            TagEnd::Heading(_) => {
                self.paragraph();
                self.styles.pop();
                self.apart = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::CodeBlock => {
                self.paragraph();
                self.in_code = false;
                self.around.pop();
                self.apart = true;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.apart = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.paragraph();
                self.around.pop();
                self.apart = false;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => {
                self.styles.pop();
                if let Some(address) = self.link.take() {
                    self.words.push(&format!(" <{address}>"), self.style().dimmed());
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                self.paragraph();
                self.cells = 0;
                if tag == TagEnd::TableHead {
                    self.styles.pop();
                }
            }
            TagEnd::Table => self.apart = true,
            _ => {}
        }
    }

    fn begin_item(&mut self) {
        let sign = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{:>2}. ", *number - 1)
            }
            _ => "  • ".to_owned(),
        };
        if self.lists.len() == 1 && self.apart {
            self.set_off();
        }
        self.apart = false;
        self.around.push(Indent { first: Some(sign), rest: "    " });
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    fn say(&mut self, text: &str) {
        self.words.push(text, self.style());
    }

    /// Code keeps its blanks and is not broken.
    fn code(&mut self, text: &str) {
        let style = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
        for line in text.lines() {
            let (first, _) = self.indents();
            self.out.push_str(first.trim_end_matches(|_| line.is_empty()));
            self.out.push_str(&format!("{style}{line}{style:#}\n"));
        }
    }

    /// An empty line before the next block, unless an item of a list begins with it.
    fn set_off(&mut self) {
        self.paragraph();
        if std::mem::take(&mut self.apart) && !self.out.is_empty() {
            let (_, rest) = self.indents();
            self.out.push_str(rest.trim_end());
            self.out.push('\n');
        }
    }

    /// Writes the words so far.
    fn paragraph(&mut self) {
        if self.words.is_empty() {
            return;
        }
        let (first, rest) = self.indents();
        std::mem::take(&mut self.words).write(&mut self.out, self.width, &first, &rest);
    }

    /// What the next line and those after it begin with. Signs of items are used up.
    fn indents(&mut self) -> (String, String) {
        let around = self.around.len().min(DEEPEST);
        let (mut first, mut rest) = (String::new(), String::new());
        for indent in &mut self.around[..around] {
            first.push_str(&indent.first.take().unwrap_or_else(|| indent.rest.to_owned()));
            rest.push_str(indent.rest);
        }
        (first, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_drawn() {
        let text = "# Plan\n\nOne **bold** word and `code`.\n\n- a\n- b\n  1. c\n\n```rust\nfn main() {\n\n    x\n}\n```\n> quoted [link](https://example.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<b>raw</b>";
        let drawn = markdown(text, 60);
        let plain = anstream::adapter::strip_str(&drawn).to_string();
        insta::assert_snapshot!(plain, @r"
        Plan

        One bold word and code.

          • a
          • b
             1. c

            rust:
            fn main() {

                x
            }

        │ quoted link <https://example.org>

        a │ b
        1 │ 2

        <b>raw</b>
        ");
        assert!(drawn.contains("\x1b[1mbold\x1b[0m"), "{drawn:?}");
    }

    #[test]
    fn deep_nesting_and_escapes_do_no_harm() {
        let deep = markdown(&"> ".repeat(5000), 60) + &markdown(&"- ".repeat(5000), 60);
        assert!(deep.len() < 1_000_000);
        assert_eq!(markdown("a\x1b[2Jb", 60), "a␛[2Jb\n");
    }
}
