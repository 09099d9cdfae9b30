//! Annotations of GitHub Actions: one workflow command per finding, then one with the counts.

use std::fmt::Write;

use replay::validate::{ReportedSeverity, ValidationProblem, ValidationReport};

pub(crate) fn github(report: &ValidationReport) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        command(&mut text, problem);
    }
    // Writing to a string does not fail.
    let _ = writeln!(text, "::notice::{}", data(&super::summary(report)));
    text
}

fn command(text: &mut String, problem: &ValidationProblem) {
    let ValidationProblem { path, line, column, pointer, rule, severity, message } = problem;
    let command = match severity {
        ReportedSeverity::Error => "error",
        ReportedSeverity::Warning => "warning",
    };
    let _ = write!(text, "::{command} file={}", property(path));
    if *line > 0 {
        let _ = write!(text, ",line={line}");
    }
    if *column > 0 {
        let _ = write!(text, ",col={column}");
    }
    let pointer = pointer.as_deref().filter(|pointer| !pointer.is_empty());
    let pointer = pointer.map_or_else(String::new, |pointer| format!("{pointer}: "));
    let _ = writeln!(text, ",title={}::{}", property(rule), data(&format!("{pointer}{message}")));
}

/// What stands behind the second `::`. The percent sign comes first, it begins the others' escapes.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_one_command_per_finding_and_one_notice() {
        let mut report = ValidationReport::new(&[], 1);
        let problem = |line, column, pointer: Option<&str>, severity| ValidationProblem {
            path: "a,b:c%.jsonl".to_owned(),
            line,
            column,
            pointer: pointer.map(str::to_owned),
            rule: "wrong-type".to_owned(),
            severity,
            message: "expected: a, b\r\n::error::100%".to_owned(),
        };
        report.problems = vec![
            problem(3, 7, Some("/payload/a,b"), ReportedSeverity::Error),
            problem(0, 0, Some(""), ReportedSeverity::Warning),
        ];
        report.errors = 1;
        report.warnings = 1;
        report.by_rule.insert("wrong-type".to_owned(), 2);
        assert_eq!(
            github(&report),
            "::error file=a%2Cb%3Ac%25.jsonl,line=3,col=7,title=wrong-type::/payload/a,b: expected: a, \
             b%0D%0A::error::100%25\n\
             ::warning file=a%2Cb%3Ac%25.jsonl,title=wrong-type::expected: a, b%0D%0A::error::100%25\n\
             ::notice::1 error and 1 warning in 0 lines, 0 files%0Aby rule: wrong-type 2\n"
        );
    }
}
