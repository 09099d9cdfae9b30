//! How hits are printed: in groups for a reader, as lines for other tools, as JSON.
//!
//! Each hit goes out as it comes. What a log says is never sent to a terminal as it stands: control
//! characters are shown, not obeyed.

use std::fmt::Write as _;
use std::io::{self, BufWriter, StdoutLock, Write};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use replay::Problem;
use replay::search::{ExcerptLine, Hit};
use serde_json::json;

use crate::ui::Ui;

/// Columns for the number of a line.
const LINE_WIDTH: usize = 7;

/// Columns for the kind of text.
const KIND_WIDTH: usize = 21;

/// Columns of a terminal that do not go to the text.
pub(super) const MARGIN: usize = LINE_WIDTH + 1 + KIND_WIDTH + 5;

const THREAD: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Green.on_default();
const KIND: Style = AnsiColor::Cyan.on_default();
const MATCH: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// How hits are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By thread, for a terminal.
    Grouped,
    /// `path:line:kind: text`.
    Lines,
    /// How many each thread has.
    Count,
    /// Threads alone.
    Threads,
    /// One document.
    Json,
    /// One object per line.
    Ndjson,
}

/// Prints hits.
pub(super) struct Printer {
    form: Form,
    query: String,
    out: BufWriter<StdoutLock<'static>>,
    /// Whether somebody looks on, who wants to see each hit at once.
    is_watched: bool,
    has_styles: bool,
    hits: u64,
    /// Path of the last hit.
    path: Option<String>,
    /// Threads with hits in the order they were found, and how many.
    threads: Vec<(String, u64)>,
}

impl Printer {
    pub(super) fn new(form: Form, query: &str, ui: &Ui) -> Self {
        Self {
            form,
            query: query.to_owned(),
            out: ui.stdout(),
            is_watched: ui.width().is_some(),
            has_styles: ui.choice() != ColorChoice::Never,
            hits: 0,
            path: None,
            threads: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.form == Form::Json {
            write!(self.out, "{{\"schema_version\":1,\"query\":{},\"hits\":[", json!(self.query))?;
        }
        Ok(())
    }

    /// What was printed so far: threads if those are asked for, else hits.
    pub(super) fn hits(&self) -> u64 {
        if self.form == Form::Threads { self.threads.len() as u64 } else { self.hits }
    }

    pub(super) fn hit(&mut self, hit: Hit) -> io::Result<()> {
        self.hits += 1;
        match self.form {
            Form::Grouped => {
                let text = self.grouped(&hit);
                self.styled(&text)?;
            }
            Form::Lines => self.styled(&lines(&hit))?,
            Form::Count | Form::Threads => self.thread(hit)?,
            Form::Json => {
                let comma = if self.hits > 1 { "," } else { "" };
                write!(self.out, "{comma}\n{}", serde_json::to_string(&hit)?)?;
            }
            Form::Ndjson => writeln!(self.out, "{}", serde_json::to_string(&hit)?)?,
        }
        if self.is_watched { self.out.flush() } else { Ok(()) }
    }

    /// Ends the report and says how many hits there were.
    pub(super) fn finish(mut self, files: u64, bytes: u64, problems: &[Problem]) -> io::Result<u64> {
        match self.form {
            Form::Json => {
                let end = if self.hits > 0 { "\n" } else { "" };
                let searched = json!({ "files": files, "bytes": bytes });
                writeln!(self.out, "{end}],\"searched\":{searched},\"problems\":{}}}", json!(problems))?;
            }
            Form::Count => {
                for (thread, hits) in &self.threads {
                    writeln!(self.out, "{thread}:{hits}")?;
                }
            }
            Form::Grouped | Form::Lines | Form::Threads | Form::Ndjson => {}
        }
        self.out.flush()?;
        Ok(self.hits)
    }

    /// Counts a thread's hits; a file that belongs to no thread stands for itself.
    fn thread(&mut self, hit: Hit) -> io::Result<()> {
        let thread = hit.thread_id.unwrap_or(hit.path);
        // The segments of a thread mostly follow one another.
        if let Some((_, hits)) = self.threads.iter_mut().rev().find(|(known, _)| *known == thread) {
            *hits += 1;
            return Ok(());
        }
        if self.form == Form::Threads {
            writeln!(self.out, "{}", shown(&thread))?;
        }
        self.threads.push((thread, 1));
        Ok(())
    }

    /// Writes text, with its styles if they are wanted.
    fn styled(&mut self, text: &str) -> io::Result<()> {
        if self.has_styles {
            return self.out.write_all(text.as_bytes());
        }
        write!(self.out, "{}", anstream::adapter::strip_str(text))
    }

    /// A hit below the name of its thread.
    fn grouped(&mut self, hit: &Hit) -> String {
        let mut text = String::new();
        if self.path.as_ref() != Some(&hit.path) {
            let gap = if self.path.is_some() { "\n" } else { "" };
            let thread = hit.thread_id.as_deref().map(shown).unwrap_or_default();
            text += &format!("{gap}{THREAD}{thread}{THREAD:#}  {DIM}{}{DIM:#}\n", shown(&hit.path));
            self.path = Some(hit.path.clone());
        }
        let (line, kind) = (hit.line, kind(hit));
        let padding = " ".repeat(KIND_WIDTH.saturating_sub(kind.chars().count()));
        let mut margin = format!("{PLACE}{line:>LINE_WIDTH$}{PLACE:#}:{KIND}{kind}{KIND:#}{padding}");
        let below = " ".repeat(LINE_WIDTH + 1 + KIND_WIDTH);
        let mut last = None;
        for line in &hit.excerpt {
            // What is left out between two parts shows only where lines around a match are wanted.
            if line.spans.is_empty() && last.is_some_and(|last| last + 1 < line.number) {
                text += &format!("{below} {DIM}┆{DIM:#}\n");
            }
            last = Some(line.number);
            text += &format!("{margin} {DIM}│{DIM:#} {}\n", marked(line));
            margin.clone_from(&below);
        }
        text
    }
}

/// A hit as lines that stand for themselves.
fn lines(hit: &Hit) -> String {
    let (path, number, kind) = (shown(&hit.path), hit.line, kind(hit));
    let line = |line: &ExcerptLine| {
        let mark = if line.spans.is_empty() { '-' } else { ':' };
        format!("{path}{mark}{number}{mark}{kind}{mark} {}\n", marked(line))
    };
    hit.excerpt.iter().map(line).collect()
}

/// What kind of text it is, and of which tool.
fn kind(hit: &Hit) -> String {
    match &hit.tool {
        Some(tool) => format!("{}[{}]", hit.kind.name(), shown(tool)),
        None => hit.kind.name().to_owned(),
    }
}

/// A line with its matches in colour.
fn marked(line: &ExcerptLine) -> String {
    let mut marked = String::from(if line.cut_before { "…" } else { "" });
    let plain = if line.spans.is_empty() { DIM } else { Style::new() };
    let mut from = 0;
    for span in &line.spans {
        let found = shown(&line.text[span.start..span.end]);
        marked += &shown(&line.text[from..span.start]);
        let _: std::fmt::Result = write!(marked, "{MATCH}{found}{MATCH:#}");
        from = span.end;
    }
    let _: std::fmt::Result = write!(marked, "{plain}{}{plain:#}", shown(&line.text[from..]));
    marked + if line.cut_after { "…" } else { "" }
}

/// Text without characters that a terminal would obey: those stand as their pictures.
fn shown(text: &str) -> String {
    let picture = |character: char| match character {
        '\t' => '\t',
        '\u{7f}' => '␡',
        _ if character < ' ' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(' '),
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    };
    text.chars().map(picture).collect()
}
