//! The JSON that `rollout validate --format json` prints. Published as `ValidationReport.json`.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::{FileFindings, Finding};
use crate::rule::Severity;

/// What was found in all files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ValidationReport {
    /// Version of this shape; grows when a change breaks readers.
    pub schema_version: u32,
    /// Files that were read.
    pub files: u64,
    /// Lines that were read.
    pub lines: u64,
    /// Errors that were found.
    pub errors: u64,
    /// Warnings that were found.
    pub warnings: u64,
    /// Errors and warnings by file and place; the first `--max-problems` of them.
    pub problems: Vec<ValidationProblem>,
    /// Errors and warnings that are not listed.
    pub unlisted: u64,
    /// Findings by rule, those that are merely counted included.
    pub by_rule: BTreeMap<String, u64>,
    /// What was found by the Codex version that began a file; the empty key holds files that name none.
    pub by_cli_version: BTreeMap<String, VersionCounts>,
}

/// What was found in the files that one Codex version began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionCounts {
    /// Files.
    pub files: u64,
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
}

/// One error or warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ValidationProblem {
    /// The file.
    pub path: String,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// The byte within the line, counted from 1; 0 for the line as a whole.
    pub column: u64,
    /// JSON pointer from the line's root; null where the rule is not about a place in the JSON.
    pub pointer: Option<String>,
    /// The rule's name.
    pub rule: String,
    /// How grave it is.
    pub severity: ReportedSeverity,
    /// What was expected and what was found.
    pub message: String,
}

/// How grave a listed finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportedSeverity {
    /// Does no harm to most readers.
    Warning,
    /// Something is lost or refused.
    Error,
}

impl ValidationProblem {
    /// A finding in a file.
    pub fn new(path: &Path, finding: &Finding) -> Self {
        Self {
            path: path.display().to_string(),
            line: finding.line,
            column: finding.column,
            pointer: finding.pointer.clone(),
            rule: finding.rule.id().to_owned(),
            severity: match finding.severity {
                Severity::Error => ReportedSeverity::Error,
                Severity::Info | Severity::Warning => ReportedSeverity::Warning,
            },
            message: finding.message.clone(),
        }
    }
}

impl ValidationReport {
    /// Sums up files, which stand in the order of their findings, and lists at most `max` findings.
    pub fn new(files: &[FileFindings], max: usize) -> Self {
        let mut report = Self {
            schema_version: 1,
            files: files.len() as u64,
            lines: 0,
            errors: 0,
            warnings: 0,
            problems: Vec::new(),
            unlisted: 0,
            by_rule: BTreeMap::new(),
            by_cli_version: BTreeMap::new(),
        };
        for file in files {
            report.lines += file.lines;
            report.errors += file.errors;
            report.warnings += file.warnings;
            for (rule, count) in file.counts.found() {
                *report.by_rule.entry(rule.id().to_owned()).or_default() += count;
            }
            let version = file.cli_version.as_deref().unwrap_or_default();
            let counts = report.by_cli_version.entry(version.to_owned()).or_default();
            counts.files += 1;
            counts.errors += file.errors;
            counts.warnings += file.warnings;
            let room = max - report.problems.len();
            report
                .problems
                .extend(file.findings.iter().take(room).map(|finding| ValidationProblem::new(&file.path, finding)));
        }
        report.unlisted = report.errors + report.warnings - report.problems.len() as u64;
        report
    }

    /// The schema of this shape.
    pub fn schema() -> schemars::Schema {
        let mut schema = schemars::schema_for!(Self);
        rollout_schema::schema::identify(&mut schema, "ValidationReport");
        schema
    }
}
