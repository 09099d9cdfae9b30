//! Masks what looks like a secret, and keeps only the beginning of what tools were given and gave.
//!
//! It knows the usual forms of keys and passwords. It cannot know a secret without such a form, one
//! that is encoded, or one that is spread over several items.

use std::borrow::Cow;

use regex::{Captures, Regex};
use replay::turns::{FileChange, Item, ItemKind, Outcome, Turn};

use super::ThreadHead;
use super::fold::beginning;

/// Characters that are kept of an output or of arguments.
const PREVIEW: usize = 2000;

/// Forms of secrets. What the group `keep` holds stays, all else of a match is masked.
const FORMS: [(&str, &str); 11] = [
    ("private-key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"),
    ("api-key", r"\bsk-[A-Za-z0-9_-]{16,}"),
    ("github-token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("aws-key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("google-key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("slack-token", r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ("bearer", r"(?P<keep>\b(?i:bearer)\s+)[A-Za-z0-9._~+/=-]{8,}"),
    ("password", r"(?P<keep>://[^/\s:@]*:)[^/\s@]+(?P<after>@)"),
    (
        "password",
        r#"(?ix)(?P<keep> [a-z0-9_-]* (?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)
           (?:\\*["'])? \s*[=:]\s* (?:\\*["'])? ) [^\s"'\\,;&<>\[\]{}()]+"#,
    ),
];

/// Masks secrets.
pub(crate) struct Redactor {
    forms: Vec<(&'static str, Regex)>,
}

impl Redactor {
    pub(crate) fn new() -> Result<Self, regex::Error> {
        let compile = |&(kind, form): &(&'static str, &str)| Ok((kind, Regex::new(form)?));
        Ok(Self { forms: FORMS.iter().map(compile).collect::<Result<_, regex::Error>>()? })
    }

    /// Puts `[redacted:KIND]` for every secret. The same text is masked the same way each time.
    pub(crate) fn mask(&self, text: &mut String) {
        for (kind, form) in &self.forms {
            let replace = |found: &Captures<'_>| {
                let kept = |name| found.name(name).map_or("", |group| group.as_str());
                format!("{}[redacted:{kind}]{}", kept("keep"), kept("after"))
            };
            if let Cow::Owned(masked) = form.replace_all(text, replace) {
                *text = masked;
            }
        }
    }

    /// Masks what is known of a thread.
    pub(crate) fn thread(&self, thread: &mut ThreadHead) {
        let ThreadHead { id, title, cwd, model, source, cli_version, created: _, files } = thread;
        let texts = [id, title, cwd, model, source, cli_version].into_iter().flatten();
        texts.chain(files).for_each(|text| self.mask(text));
    }

    /// A turn's beginning with its words masked.
    pub(crate) fn turn(&self, turn: &Turn) -> Turn {
        let mut turn = turn.clone();
        let Turn { id, reason, model, effort, answer, .. } = &mut turn;
        [reason, model, effort, answer].into_iter().flatten().chain([id]).for_each(|text| self.mask(text));
        turn
    }

    /// Masks every text of an item.
    pub(crate) fn item(&self, item: &mut Item) {
        self.mask(&mut item.id);
        each_text(&mut item.kind, &mut |text, is_preview| {
            self.mask(text);
            if is_preview && let Cow::Owned(short) = beginning(text, PREVIEW) {
                let left_out = text.chars().count() - PREVIEW;
                *text = format!("{short} [{left_out} characters left out]");
            }
        });
    }
}

/// Visits every text of an item, and says of each whether its beginning is enough.
fn each_text(kind: &mut ItemKind, visit: &mut dyn FnMut(&mut String, bool)) {
    let mut words = |texts: &mut [&mut String]| texts.iter_mut().for_each(|text| visit(text, false));
    match kind {
        ItemKind::UserMessage { text, attachments } => {
            words(&mut [text]);
            attachments.iter_mut().for_each(|text| visit(text, true));
        }
        ItemKind::Context { role: _, text } | ItemKind::HookPrompt { run_id: _, text } => visit(text, true),
        ItemKind::AssistantMessage { text, phase: _ }
        | ItemKind::ReviewEnded { text }
        | ItemKind::Plan { text }
        | ItemKind::Notice { level: _, text }
        | ItemKind::ReviewStarted { target: text }
        | ItemKind::Image { description: text, made: _ } => words(&mut [text]),
        ItemKind::Reasoning { summary, content, encrypted: _ } => {
            summary.iter_mut().chain(content).for_each(|text| visit(text, false));
        }
        ItemKind::Command { command, cwd, by_user: _, outcome } => {
            words(&mut [command]);
            cwd.iter_mut().for_each(|text| visit(text, false));
            output(outcome, visit);
        }
        ItemKind::Patch { changes, outcome } => {
            for FileChange { path, moved_to, kind: _, diff } in changes {
                [path, diff].into_iter().chain(moved_to).for_each(|text| visit(text, false));
            }
            output(outcome, visit);
        }
        ItemKind::McpCall { server, tool, arguments, outcome } => {
            words(&mut [server, tool]);
            visit(arguments, true);
            output(outcome, visit);
        }
        ItemKind::ToolCall { namespace, tool, arguments, outcome } => {
            [tool].into_iter().chain(namespace).for_each(|text| visit(text, false));
            visit(arguments, true);
            output(outcome, visit);
        }
        ItemKind::WebSearch { query, outcome } => {
            words(&mut [query]);
            output(outcome, visit);
        }
        ItemKind::SubAgent { activity, agent_path, thread_id: _ } => {
            [activity].into_iter().chain(agent_path).for_each(|text| visit(text, false));
        }
        ItemKind::AgentMessage { author, recipient, text } => words(&mut [author, recipient, text]),
        ItemKind::Compaction { summary, kept: _ } => summary.iter_mut().for_each(|text| visit(text, false)),
        ItemKind::Rollback { turns: _ } => {}
        ItemKind::Other { kind, json } => {
            words(&mut [kind]);
            visit(json, true);
        }
    }
}

fn output(outcome: &mut Outcome, visit: &mut dyn FnMut(&mut String, bool)) {
    outcome.output.iter_mut().for_each(|text| visit(text, true));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_words_are_not() {
        let redactor = Redactor::new().unwrap();
        let check = |text: &str, want: &str| {
            let mut masked = text.to_owned();
            redactor.mask(&mut masked);
            assert_eq!(masked, want);
            redactor.mask(&mut masked);
            assert_eq!(masked, want, "masking twice");
        };
        check("use sk-proj-abcdefghijklmnop1234 now", "use [redacted:api-key] now");
        check("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted:github-token]");
        check("id AKIAIOSFODNN7EXAMPLE.", "id [redacted:aws-key].");
        check("Authorization: Bearer abc.def-ghi~1", "Authorization: Bearer [redacted:bearer]");
        check("postgres://ada:hunter2@db/shop", "postgres://ada:[redacted:password]@db/shop");
        check("DB_PASSWORD=hunter2 ./run", "DB_PASSWORD=[redacted:password] ./run");
        check(r#"{\"password\": \"hunter2\"}"#, r#"{\"password\": \"[redacted:password]\"}"#);
        check("a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", "a [redacted:private-key] b");
        check("-----BEGIN PRIVATE KEY-----\ncut off", "[redacted:private-key]");
        for harmless in ["the token count is 7", "max_tokens: 100", "task-list", "https://example.org/a:b@c"] {
            check(harmless, harmless);
        }
    }

    #[test]
    fn outputs_are_cut_and_messages_are_not() {
        let redactor = Redactor::new().unwrap();
        let long = "ü".repeat(PREVIEW + 5);
        let outcome = Outcome { output: Some(long.clone()), ..Outcome::default() };
        let query = long.clone();
        let mut item = Item {
            id: String::new(),
            at: None,
            place: Default::default(),
            kind: ItemKind::WebSearch { query, outcome },
        };
        redactor.item(&mut item);
        let ItemKind::WebSearch { query, outcome } = item.kind else { panic!() };
        assert_eq!(query, long);
        assert!(outcome.output.unwrap().ends_with("ü… [5 characters left out]"));
    }
}
