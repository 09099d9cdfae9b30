//! For documents: Markdown as GitHub draws it. Words of the log are held in quotes, code and folds,
//! so that they cannot end the block they stand in.

mod contain;

use std::fmt::Write as _;
use std::io;

use replay::Problem;
use replay::turns::{FileChange, Item, ItemKind, Outcome, Turn};

use super::fold::{Folded, beginning, fold};
use super::{Format, Look, Strip, ThreadHead, diff, safe, words};
use contain::{contained, escaped, fenced, html, span};

/// Characters of a call that its fold shows.
const CALL: usize = 100;

/// Writes Markdown.
pub(crate) struct Markdown {
    look: Look,
    /// Text of the item at hand.
    page: String,
}

impl Markdown {
    pub(crate) fn new(look: Look) -> Self {
        Self { look, page: String::new() }
    }

    /// A paragraph of our own words. Writing to a string does not fail.
    fn say(&mut self, text: &str) {
        let _ = writeln!(self.page, "{text}\n");
    }

    /// Markdown of somebody else.
    fn prose(&mut self, text: &str) {
        let text = contained(&safe(text));
        self.say(text.trim());
    }

    fn quote(&mut self, text: &str) {
        for line in contained(&safe(text)).trim().lines() {
            let _ = writeln!(self.page, "{}", format!("> {line}").trim_end());
        }
        self.page.push('\n');
    }

    fn code(&mut self, language: &str, text: &str) {
        let text = safe(text);
        let lines: Vec<String> = fold(&text, self.look.full)
            .into_iter()
            .map(|line| match line {
                Folded::Line(line) => line.into_owned(),
                Folded::More(lines) => format!("… {lines} more lines"),
            })
            .collect();
        self.page.push_str(&fenced(language, &lines.join("\n")));
        self.page.push('\n');
    }

    /// What a reader may open: a line, and blocks below it.
    fn folded(&mut self, line: &str, blocks: impl FnOnce(&mut Self)) {
        let _ = writeln!(self.page, "<details><summary>{line}</summary>\n");
        blocks(self);
        self.page.push_str("</details>\n\n");
    }

    /// A call: what was called, how it went, and what came back.
    fn call(&mut self, sign: &str, call: &str, language: &str, arguments: &str, outcome: &Outcome) {
        let how = words::outcome(outcome);
        let badly = if words::went_badly(outcome) { "❌ " } else { "" };
        let first = call.trim().lines().next().unwrap_or_default();
        let line = format!("{badly}<code>{sign}{}</code> {how}", html(&beginning(&safe(first), CALL)));
        let output = outcome.output.as_deref().unwrap_or_default().trim_end();
        let all = call.trim() == first && first.chars().count() <= CALL && arguments.trim().is_empty();
        if all && output.is_empty() {
            return self.say(line.trim_end());
        }
        self.folded(line.trim_end(), |page| {
            if call.trim() != first || first.chars().count() > CALL {
                page.code("sh", call);
            }
            if !arguments.trim().is_empty() {
                page.code(language, arguments);
            }
            if !output.is_empty() {
                page.code("text", output);
            }
        });
    }

    fn patch(&mut self, changes: &[FileChange], outcome: &Outcome) {
        let badly = if words::went_badly(outcome) { format!("❌ {}", words::outcome(outcome)) } else { String::new() };
        let files: Vec<String> = changes
            .iter()
            .map(|change| {
                let (added, removed) = diff::counts(change);
                format!(
                    "{} <code>{}</code> +{added} −{removed}",
                    diff::letter(change),
                    html(&safe(&diff::path(change)))
                )
            })
            .collect();
        self.folded(format!("{badly} {}", files.join(", ")).trim(), |page| {
            changes.iter().for_each(|change| page.code("diff", &change.diff));
        });
    }

    fn context(&mut self, who: &str, text: &str) {
        let line = format!("{}, {} characters", html(&safe(who)), words::count(text.chars().count() as u64));
        if self.look.context {
            self.folded(&line, |page| page.code("text", text));
        } else {
            self.say(&format!("<sub>{line}</sub>"));
        }
    }

    fn kind(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::UserMessage { text, attachments } => {
                self.quote(text);
                attachments.iter().for_each(|what| self.say(&format!("> {}", span(&beginning(&safe(what), CALL)))));
            }
            ItemKind::Context { role, text } => self.context(role, text),
            ItemKind::HookPrompt { run_id: _, text } => self.context("hook", text),
            ItemKind::AssistantMessage { text, phase: _ } => self.prose(text),
            ItemKind::Reasoning { summary, content, encrypted } => {
                let thoughts = if summary.is_empty() { content } else { summary };
                if !thoughts.is_empty() {
                    self.folded("reasoning", |page| page.quote(&thoughts.join("\n\n")));
                } else if *encrypted {
                    self.say("<sub>encrypted reasoning</sub>");
                }
            }
            ItemKind::Command { command, cwd: _, by_user, outcome } => {
                self.call(if *by_user { "! " } else { "$ " }, command, "sh", "", outcome);
            }
            ItemKind::Patch { changes, outcome } => self.patch(changes, outcome),
            ItemKind::McpCall { server, tool, arguments, outcome } => {
                self.call("", &words::tool(Some(server), tool), "json", arguments, outcome);
            }
            ItemKind::ToolCall { namespace, tool, arguments, outcome } => {
                self.call("", &words::tool(namespace.as_deref(), tool), "json", arguments, outcome);
            }
            ItemKind::WebSearch { query, outcome } => self.call("web search: ", query, "text", "", outcome),
            ItemKind::Image { description, made } => {
                self.say(&format!(
                    "Picture {}: {}",
                    if *made { "made" } else { "looked at" },
                    span(&safe(description))
                ));
            }
            ItemKind::SubAgent { activity, agent_path, thread_id } => {
                let who = agent_path.as_ref().or(thread_id.as_ref()).map_or("an agent", String::as_str);
                self.say(&format!("Sub-agent {}: {}", span(&safe(who)), escaped(&safe(activity))));
            }
            ItemKind::AgentMessage { author, recipient, text } => {
                self.say(&format!("{} to {}:", span(&safe(author)), span(&safe(recipient))));
                self.quote(if text.is_empty() { "encrypted" } else { text });
            }
            ItemKind::Compaction { summary, kept } => {
                let kept = kept.map_or_else(String::new, |kept| format!(", {} kept", words::plural(kept, "item")));
                match summary {
                    Some(summary) => {
                        self.folded(&format!("history replaced by a summary{kept}"), |page| page.quote(summary));
                    }
                    None => self.say(&format!("*History replaced by a summary{kept}.*")),
                }
            }
            ItemKind::Rollback { turns } => {
                self.say(&format!("*{} taken out of the history.*", words::plural(*turns, "turn")));
            }
            ItemKind::ReviewStarted { target } => self.say(&format!("**Review of** {}", escaped(&safe(target)))),
            ItemKind::ReviewEnded { text } => {
                self.say("**Review ended**");
                self.prose(text);
            }
            ItemKind::Plan { text } => {
                self.say("**Plan**");
                self.quote(text);
            }
            ItemKind::Notice { level, text } => {
                self.say(&format!("**{}:** {}", escaped(&safe(level)), escaped(&safe(text))));
            }
            ItemKind::Other { kind, json } => {
                self.folded(&format!("<code>{}</code>", html(&safe(kind))), |page| page.code("json", json));
            }
        }
    }
}

impl Format for Markdown {
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()> {
        let title = thread.title.as_deref().unwrap_or("Untitled thread");
        writeln!(out, "# {}\n", escaped(&safe(title)))?;
        let created = thread.created.map(|time| words::moment(time, &self.look.zone));
        let facts = [
            ("Thread", &thread.id),
            ("Began", &created),
            ("Folder", &thread.cwd),
            ("Model", &thread.model),
            ("Codex", &thread.cli_version),
            ("Source", &thread.source),
        ];
        for (name, fact) in facts {
            fact.iter().try_for_each(|fact| writeln!(out, "- {name}: {}", span(&safe(fact))))?;
        }
        thread.files.iter().try_for_each(|file| writeln!(out, "- File: {}", span(&safe(file))))?;
        writeln!(out)
    }

    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, strip: Option<&Strip>) -> io::Result<()> {
        let name = words::name(turn);
        let name = if turn.dropped { format!("~~{name}~~") } else { name };
        let facts = words::facts(turn, strip, &self.look.zone).join(" · ");
        writeln!(out, "## {name}\n")?;
        if !facts.is_empty() {
            writeln!(out, "<sub>{}</sub>\n", escaped(&safe(&facts)))?;
        }
        match &turn.reason {
            Some(reason) => writeln!(out, "**{}**\n", escaped(&safe(reason))),
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
