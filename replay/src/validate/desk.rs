//! The desk where the findings of one file are handed in: levels, counts, and the first of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rollout_schema::check::{Fault, FaultKind};

use super::finding::{FileFindings, Finding, Snippet};
use super::{Levels, Options};
use crate::lines::Line;
use crate::problem::Problem;
use crate::rule::{Rule, Severity};

/// Where findings are handed in.
pub(super) struct Desk<'a> {
    pub(super) levels: &'a Levels,
    keep: usize,
    snippets: bool,
    pub(super) findings: FileFindings,
    /// The first findings, by line, column and the order in which they came. Some are known late
    /// and stand early.
    kept: BTreeMap<(u64, u64, usize), Finding>,
}

impl<'a> Desk<'a> {
    /// The desk of a file of which nothing is known.
    pub(super) fn new(path: &Arc<Path>, options: Options<'a>) -> Self {
        Self::again(&mut FileFindings::new(Arc::clone(path)), options)
    }

    /// Opens the desk of a file again, for findings that need other files.
    pub(super) fn again(found: &mut FileFindings, options: Options<'a>) -> Self {
        let empty = FileFindings::new(Arc::clone(&found.path));
        let mut findings = std::mem::replace(found, empty);
        let earlier = std::mem::take(&mut findings.findings).into_iter().enumerate();
        let kept = earlier.map(|(at, finding)| ((finding.line, finding.column, at), finding)).collect();
        Self { levels: options.levels, keep: options.keep, snippets: options.snippets, findings, kept }
    }

    /// Closes the desk: the findings stand by place.
    pub(super) fn close(mut self) -> FileFindings {
        self.findings.findings = self.kept.into_values().collect();
        self.findings
    }

    /// Takes a finding in, with the severity of its rule.
    pub(super) fn find(&mut self, rule: Rule, line: u64, column: u64, message: impl FnOnce() -> String) {
        self.find_at(rule, line, column, None, message, || None);
    }

    pub(super) fn find_at(
        &mut self,
        rule: Rule,
        line: u64,
        column: u64,
        pointer: Option<String>,
        message: impl FnOnce() -> String,
        snippet: impl FnOnce() -> Option<Snippet>,
    ) {
        let Some(severity) = self.levels.of(rule) else { return };
        self.push(rule, severity, line, column, pointer, message, snippet);
    }

    /// Takes a finding in that is less grave than its rule, because it depends on the file.
    pub(super) fn soften(&mut self, rule: Rule, line: u64, column: u64, message: impl FnOnce() -> String) {
        let Some(severity) = self.levels.of(rule) else { return };
        self.push(rule, severity.min(Severity::Warning), line, column, None, message, || None);
    }

    #[expect(clippy::too_many_arguments, reason = "the members of a finding, two of them made only if it is kept")]
    fn push(
        &mut self,
        rule: Rule,
        severity: Severity,
        line: u64,
        column: u64,
        pointer: Option<String>,
        message: impl FnOnce() -> String,
        snippet: impl FnOnce() -> Option<Snippet>,
    ) {
        let found = &mut self.findings;
        found.counts.add(rule, 1);
        match severity {
            Severity::Info => return,
            Severity::Warning => found.warnings += 1,
            Severity::Error => found.errors += 1,
        }
        let place = (line, column, (found.errors + found.warnings) as usize);
        if self.kept.len() >= self.keep {
            match self.kept.last_entry() {
                Some(last) if place < *last.key() => drop(last.remove()),
                _ => return,
            }
        }
        let (message, snippet) = (message(), if self.snippets { snippet() } else { None });
        self.kept.insert(place, Finding { rule, severity, line, column, pointer, message, snippet });
    }

    /// Corrects the columns of a line that was judged with replacement characters in it.
    pub(super) fn move_columns(&mut self, line: u64, moved: impl Fn(u64) -> u64) {
        let on_line = self.kept.range((line, 0, 0)..(line + 1, 0, 0));
        let judged = on_line.filter(|(_, finding)| finding.rule != Rule::InvalidUtf8);
        for place in judged.map(|(place, _)| *place).collect::<Vec<_>>() {
            if let Some(mut finding) = self.kept.remove(&place) {
                finding.column = moved(finding.column);
                self.kept.insert((line, finding.column, place.2), finding);
            }
        }
    }

    /// Takes in what the framing found.
    pub(super) fn problem(&mut self, problem: Problem, line: Option<Line<'_>>) {
        let Problem { rule, place, message, .. } = problem;
        let snippet = || {
            let line = line?;
            Some(Snippet::new(line.bytes, usize::try_from(place.column.checked_sub(line.column)?).ok()?))
        };
        self.find_at(rule, place.line, place.column, None, || message, snippet);
    }

    /// Takes in what the schema found in one record.
    pub(super) fn fault(&mut self, line: Line<'_>, column: u64, fault: Fault, unreadable: bool) {
        let Fault { kind, pointer, offset, message, minded, .. } = fault;
        let (rule, message) = if unreadable || kind == FaultKind::UnknownField {
            (rule_of(kind), message)
        } else if minded.is_none() {
            (Rule::VersionDependent, format!("{message} (no version's own schema describes it)"))
        } else {
            (Rule::VersionDependent, format!("{message} (refused by {minded})"))
        };
        let snippet = || Some(Snippet::new(line.bytes, (column - line.column) as usize + offset));
        self.find_at(rule, line.number, column + offset as u64, Some(pointer), || message, snippet);
    }
}

fn rule_of(kind: FaultKind) -> Rule {
    match kind {
        FaultKind::WrongType => Rule::WrongType,
        FaultKind::MissingMember => Rule::MissingMember,
        FaultKind::UnknownKind => Rule::UnknownKind,
        FaultKind::UnknownField => Rule::UnknownField,
        FaultKind::ClosedObject => Rule::UnexpectedMember,
        FaultKind::OutOfRange => Rule::OutOfRange,
        FaultKind::DuplicateMember => Rule::DuplicateMember,
    }
}
