//! What was found, and how often.

use std::path::Path;
use std::sync::Arc;

use crate::rule::{Rule, Severity};

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How grave it is.
    pub severity: Severity,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// The byte within the line, counted from 1; 0 for the line as a whole.
    pub column: u64,
    /// JSON pointer from the line's root, where the rule is about a place in the JSON.
    pub pointer: Option<String>,
    /// What was expected and what was found.
    pub message: String,
    /// The text around the place.
    pub snippet: Option<Snippet>,
}

/// A part of a line around a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The text; control characters are replaced.
    pub text: String,
    /// Characters before the place.
    pub caret: usize,
}

impl Snippet {
    /// Characters shown before and after the place.
    const BEFORE: usize = 36;
    const AFTER: usize = 44;

    /// Cuts a snippet out of `line` around the byte at `at`.
    pub fn new(line: &[u8], at: usize) -> Self {
        let at = at.min(line.len());
        // Four bytes per character at most, and a few more so that no character is cut at the edges.
        let begin = at.saturating_sub(4 * Self::BEFORE);
        let before = String::from_utf8_lossy(&line[begin..at]);
        let after = String::from_utf8_lossy(&line[at..line.len().min(at + 4 * Self::AFTER)]);
        let shown = |text: char| if text.is_control() { '\u{FFFD}' } else { text };
        let skipped = before.chars().count().saturating_sub(Self::BEFORE);
        let mut text = if begin > 0 || skipped > 0 { "…".to_owned() } else { String::new() };
        text.extend(before.chars().skip(skipped).map(shown));
        let caret = text.chars().count();
        text.extend(after.chars().take(Self::AFTER).map(shown));
        if line.len() > at + Self::AFTER {
            text.push('…');
        }
        Self { text, caret }
    }
}

/// How often each rule was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts([u64; Rule::ALL.len()]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; Rule::ALL.len()])
    }
}

impl Counts {
    pub(super) fn add(&mut self, rule: Rule, n: u64) {
        self.0[rule as usize] += n;
    }

    /// Findings of one rule.
    pub fn of(&self, rule: Rule) -> u64 {
        self.0[rule as usize]
    }

    /// The rules that were found, and how often.
    pub fn found(&self) -> impl Iterator<Item = (Rule, u64)> {
        Rule::ALL.iter().map(|rule| (*rule, self.of(*rule))).filter(|(_, n)| *n > 0)
    }
}

/// What was found in one file.
#[derive(Clone, Debug)]
pub struct FileFindings {
    /// The file.
    pub path: Arc<Path>,
    /// Lines that were read.
    pub lines: u64,
    /// The Codex version that began the file, as its first `session_meta` says.
    pub cli_version: Option<Box<str>>,
    /// The first findings by place, without those that are merely counted.
    pub findings: Vec<Finding>,
    /// How often each rule was found.
    pub counts: Counts,
    /// Errors that were found.
    pub errors: u64,
    /// Warnings that were found.
    pub warnings: u64,
}

impl FileFindings {
    pub(super) fn new(path: Arc<Path>) -> Self {
        Self {
            path,
            lines: 0,
            cli_version: None,
            findings: Vec::new(),
            counts: Counts::default(),
            errors: 0,
            warnings: 0,
        }
    }
}
