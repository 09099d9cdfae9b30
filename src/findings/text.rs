//! For people: the place first, so that editors jump to it, and the text around it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use replay::Severity;
use replay::validate::{FileFindings, ValidationReport};

/// The first `max` findings.
pub(crate) fn text(files: &[FileFindings], max: usize) -> String {
    let dim = Style::new().dimmed();
    let mut text = String::new();
    let all = files.iter().flat_map(|file| file.findings.iter().map(|finding| (&file.path, finding)));
    for (path, finding) in all.take(max) {
        let color = if finding.severity == Severity::Error { AnsiColor::Red } else { AnsiColor::Yellow };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let (line, column) = (finding.line.max(1), finding.column.max(1));
        let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let pointer = pointer.map_or_else(String::new, |pointer| format!("{pointer}: "));
        let rule = finding.rule.id();
        let message = &finding.message;
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}:{line}:{column}: {style}{rule}{style:#}: {pointer}{message}", path.display());
        if let Some(snippet) = &finding.snippet {
            let _ = writeln!(text, "    {dim}{}{dim:#}", snippet.text);
            let _ = writeln!(text, "    {}{style}^{style:#}", " ".repeat(snippet.caret));
        }
    }
    text
}

/// The closing lines: how much was read, and what was found by rule and by version.
pub(crate) fn summary(report: &ValidationReport) -> String {
    let plural = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut text = format!(
        "{} and {} in {}, {}",
        plural(report.errors, "error"),
        plural(report.warnings, "warning"),
        plural(report.lines, "line"),
        plural(report.files, "file"),
    );
    if report.unlisted > 0 {
        let _ = write!(text, "; {} not listed (--max-problems 0 lists all)", report.unlisted);
    }
    let rules: Vec<String> = report.by_rule.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    if !rules.is_empty() {
        let _ = write!(text, "\nby rule: {}", rules.join(", "));
    }
    let versions: Vec<String> = report
        .by_cli_version
        .iter()
        .filter(|(_, counts)| counts.errors + counts.warnings > 0)
        .map(|(version, counts)| {
            let version = if version.is_empty() { "unknown" } else { version };
            format!("{version} {}", counts.errors + counts.warnings)
        })
        .collect();
    if !versions.is_empty() {
        let _ = write!(text, "\nby Codex version: {}", versions.join(", "));
    }
    text
}
