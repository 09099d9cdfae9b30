//! For the terminal: who said what, what ran and how it went. Text of the log is made safe first.

use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Color, Style};
use replay::Problem;
use replay::turns::{FileChange, Item, ItemKind, Outcome, Turn};
use unicode_width::UnicodeWidthStr;

use super::fold::{Folded, beginning, fold};
use super::terminal::markdown;
use super::{Format, Look, Strip, ThreadHead, diff, safe, safe_line, words};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const USER: Style = color(AnsiColor::Cyan).bold();
const GOOD: Style = color(AnsiColor::Green);
const BAD: Style = color(AnsiColor::Red);
const MARK: Style = color(AnsiColor::Yellow);

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// Characters that are shown of a tool's arguments.
const ARGUMENTS: usize = 160;

/// Draws for a terminal.
pub(crate) struct Text {
    look: Look,
    /// Lines of the item at hand.
    page: String,
}

impl Text {
    pub(crate) fn new(look: Look) -> Self {
        Self { look, page: String::new() }
    }

    /// One line in one style. Writing to a string does not fail.
    fn line(&mut self, style: Style, text: &str) {
        let _ = writeln!(self.page, "{style}{}{style:#}", safe(text));
    }

    /// Markdown behind an empty line.
    fn prose(&mut self, text: &str) {
        let drawn = markdown(text.trim(), self.look.width);
        self.page.push('\n');
        self.page.push_str(&drawn);
    }

    /// Lines behind a mark, in one style.
    fn marked(&mut self, mark: &str, style: Style, text: &str) {
        for line in safe(text.trim_end()).lines() {
            let _ = writeln!(self.page, "{style}{mark}{line}{style:#}");
        }
    }

    fn output(&mut self, outcome: &Outcome) {
        let output = safe(outcome.output.as_deref().unwrap_or_default());
        for line in fold(&output, self.look.full) {
            let _ = match line {
                Folded::Line(line) => writeln!(self.page, "{DIM}  │ {line}{DIM:#}"),
                Folded::More(lines) => writeln!(self.page, "{DIM}  ┊ … {lines} more lines (--full){DIM:#}"),
            };
        }
    }

    /// A call's line: what was called, and how it went.
    fn call(&mut self, sign: &str, what: &str, outcome: &Outcome) {
        let style = if words::went_badly(outcome) { BAD } else { DIM };
        let how = words::outcome(outcome);
        let how = if how.is_empty() { how } else { format!("  {style}{how}{style:#}") };
        let what = safe(what);
        let mut lines = what.trim_end().lines();
        let _ = writeln!(self.page, "\n{BOLD}{sign}{}{BOLD:#}{how}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(self.page, "{BOLD}  {line}{BOLD:#}");
        }
    }

    fn tool(&mut self, tool: &str, arguments: &str, outcome: &Outcome) {
        let most = if self.look.full { usize::MAX } else { ARGUMENTS };
        let arguments = if self.look.full { arguments.to_owned() } else { arguments.replace('\n', " ") };
        self.call("⚙ ", &format!("{} {}", safe_line(tool), beginning(arguments.trim(), most)), outcome);
        self.output(outcome);
    }

    fn change(&mut self, change: &FileChange) {
        let (added, removed) = diff::counts(change);
        let path = safe_line(&diff::path(change));
        let letter = diff::letter(change);
        let _ = writeln!(self.page, "  {letter} {path} {GOOD}+{added}{GOOD:#} {BAD}-{removed}{BAD:#}");
        for line in fold(&safe(&change.diff), self.look.full) {
            let line = match line {
                Folded::Line(line) => line,
                Folded::More(lines) => format!("… {lines} more lines (--full)").into(),
            };
            let style = match line.chars().next() {
                Some('+') => GOOD,
                Some('-') => BAD,
                Some('@') => color(AnsiColor::Cyan),
                _ => DIM,
            };
            let _ = writeln!(self.page, "    {style}{line}{style:#}");
        }
    }

    /// Words of Codex's own: one line, unless they are asked for.
    fn context(&mut self, who: &str, text: &str) {
        let first = text.trim().lines().next().unwrap_or_default();
        let length = words::count(text.chars().count() as u64);
        self.line(DIM, &format!("· {who}, {length} characters: {}", beginning(first, 60)));
        if self.look.context {
            self.marked("  ", DIM, text);
        }
    }

    fn kind(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::UserMessage { text, attachments } => {
                self.page.push('\n');
                self.marked("❯ ", USER, text);
                attachments.iter().for_each(|what| self.line(DIM, &format!("  + {}", beginning(what, 80))));
            }
            ItemKind::Context { role, text } => self.context(role, text),
            ItemKind::HookPrompt { run_id: _, text } => self.context("hook", text),
            ItemKind::AssistantMessage { text, phase: _ } => self.prose(text),
            ItemKind::Reasoning { summary, content, encrypted } => {
                let thoughts = if content.is_empty() || !self.look.full { summary } else { content };
                self.page.push('\n');
                thoughts.iter().for_each(|text| self.marked("∴ ", DIM.italic(), text));
                if thoughts.is_empty() && *encrypted {
                    self.line(DIM.italic(), "∴ encrypted reasoning");
                }
            }
            ItemKind::Command { command, cwd: _, by_user, outcome } => {
                self.call(if *by_user { "! " } else { "$ " }, command, outcome);
                self.output(outcome);
            }
            ItemKind::Patch { changes, outcome } => {
                let files = words::plural(changes.len() as u64, "file");
                self.call("± ", &format!("patch of {files}"), outcome);
                changes.iter().for_each(|change| self.change(change));
                if words::went_badly(outcome) || self.look.full {
                    self.output(outcome);
                }
            }
            ItemKind::McpCall { server, tool, arguments, outcome } => {
                self.tool(&words::tool(Some(server), tool), arguments, outcome);
            }
            ItemKind::ToolCall { namespace, tool, arguments, outcome } => {
                self.tool(&words::tool(namespace.as_deref(), tool), arguments, outcome);
            }
            ItemKind::WebSearch { query, outcome } => {
                self.call("⌕ ", query, outcome);
                self.output(outcome);
            }
            ItemKind::Image { description, made } => {
                self.line(DIM, &format!("▣ {}: {description}", if *made { "made" } else { "looked at" }));
            }
            ItemKind::SubAgent { activity, agent_path, thread_id } => {
                let who = agent_path.as_ref().or(thread_id.as_ref()).map_or("an agent", String::as_str);
                self.line(MARK, &format!("⑂ {who}: {activity}"));
            }
            ItemKind::AgentMessage { author, recipient, text } => {
                self.line(MARK, &format!("\n⑂ {author} → {recipient}"));
                self.marked("  ", Style::new(), if text.is_empty() { "encrypted" } else { text });
            }
            ItemKind::Compaction { summary, kept } => {
                let kept = kept.map_or_else(String::new, |kept| format!(", {} kept", words::plural(kept, "item")));
                self.line(MARK, &format!("\n── history replaced by a summary{kept}"));
                summary.iter().for_each(|text| self.marked("  ", DIM, text));
            }
            ItemKind::Rollback { turns } => {
                self.line(MARK, &format!("\n── {} taken out of the history", words::plural(*turns, "turn")));
            }
            ItemKind::ReviewStarted { target } => self.line(MARK, &format!("\n── review of {target}")),
            ItemKind::ReviewEnded { text } => {
                self.line(MARK, "\n── review ended");
                self.prose(text);
            }
            ItemKind::Plan { text } => {
                self.line(MARK, "\nplan");
                self.prose(text);
            }
            ItemKind::Notice { level, text } => {
                self.marked(&format!("{}: ", safe(level)), if level == "error" { BAD } else { MARK }, text);
            }
            ItemKind::Other { kind, json } => {
                self.line(DIM, &format!("· {kind} {}", beginning(json, if self.look.full { usize::MAX } else { 100 })));
            }
        }
    }
}

impl Format for Text {
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()> {
        writeln!(out, "{BOLD}{}{BOLD:#}", safe_line(thread.title.as_deref().unwrap_or("untitled thread")))?;
        let created = thread.created.map(|time| words::moment(time, &self.look.zone));
        let facts = [
            ("thread", &thread.id),
            ("began", &created),
            ("folder", &thread.cwd),
            ("model", &thread.model),
            ("codex", &thread.cli_version),
            ("source", &thread.source),
        ];
        for (name, fact) in facts {
            fact.iter().try_for_each(|fact| writeln!(out, "{DIM}{name:<7}{DIM:#}{}", safe_line(fact)))?;
        }
        thread.files.iter().try_for_each(|file| writeln!(out, "{DIM}file   {}{DIM:#}", safe_line(file)))
    }

    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, strip: Option<&Strip>) -> io::Result<()> {
        let name = words::name(turn);
        let facts = safe_line(&words::facts(turn, strip, &self.look.zone).join(" · "));
        let style = if turn.dropped { DIM.strikethrough() } else { BOLD };
        let used = 3 + name.width() + 2 + facts.width() + 1;
        let rule = "─".repeat(self.look.width.saturating_sub(used));
        writeln!(out, "\n{DIM}──{DIM:#} {style}{name}{style:#}{DIM}  {facts} {rule}{DIM:#}")?;
        match &turn.reason {
            Some(reason) => writeln!(out, "{BAD}{}{BAD:#}", safe(reason)),
            None => Ok(()),
        }
    }

    fn item(&mut self, out: &mut dyn io::Write, item: &Item) -> io::Result<()> {
        self.page.clear();
        self.kind(&item.kind);
        out.write_all(self.page.as_bytes())
    }

    fn end(&mut self, _: &mut dyn io::Write, _: &[Problem]) -> io::Result<()> {
        Ok(())
    }
}
