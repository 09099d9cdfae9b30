//! JUnit XML: each file is a test case, which fails if the file has errors.
//!
//! Nothing of it depends on when or how fast a run was, so that two reports can be compared.

use std::fmt::Write;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use replay::Severity;
use replay::validate::{FileFindings, Finding, ValidationReport};

const NAME: &str = "rollout validate";

pub(crate) fn junit(files: &[FileFindings], report: &ValidationReport) -> anyhow::Result<String> {
    let mut suite = TestSuite::new(NAME);
    for (name, count) in [("lines", report.lines), ("errors", report.errors), ("warnings", report.warnings)] {
        suite.add_property(Property::new(name, count.to_string()));
    }
    // The report lists the first findings of all files; here they stand with their files.
    let mut room = report.problems.len();
    for file in files {
        let listed = &file.findings[..room.min(file.findings.len())];
        room -= listed.len();
        suite.add_test_case(case(file, listed));
    }
    let mut document = Report::new(NAME);
    document.add_test_suite(suite);
    Ok(document.to_string()?)
}

fn case(file: &FileFindings, listed: &[Finding]) -> TestCase {
    let path = clean(&file.path.display().to_string());
    let list = |severity: Severity, count: u64| {
        let mut text = String::new();
        let mut unlisted = count;
        for finding in listed.iter().filter(|finding| finding.severity == severity) {
            let (line, column) = (finding.line.max(1), finding.column.max(1));
            let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
            let pointer = pointer.map_or_else(String::new, |pointer| format!("{pointer}: "));
            let (rule, message) = (finding.rule.id(), &finding.message);
            // Writing to a string does not fail.
            let _ = writeln!(text, "{path}:{line}:{column}: {rule}: {pointer}{message}");
            unlisted = unlisted.saturating_sub(1);
        }
        if unlisted > 0 {
            let _ = writeln!(text, "{} not listed", plural(unlisted, severity));
        }
        clean(&text)
    };
    let status = if file.errors > 0 {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(plural(file.errors, Severity::Error));
        status.set_description(list(Severity::Error, file.errors));
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(path.as_str(), status);
    if file.warnings > 0 {
        case.set_system_out(list(Severity::Warning, file.warnings));
    }
    case
}

fn plural(count: u64, what: Severity) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// XML 1.0 has no place for most control characters and for two others, not even escaped.
/// Replaced here, so that the writer does not drop them and text after them.
fn clean(text: &str) -> String {
    let is_odd = |text: char| (text.is_control() && text != '\n') || matches!(text, '\u{FFFE}' | '\u{FFFF}');
    text.replace(is_odd, "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use replay::Rule;
    use replay::validate::{Levels, Options, validate_stream};

    use super::*;

    fn found(name: &str, text: &str) -> FileFindings {
        let options = Options { levels: &Levels::default(), keep: usize::MAX, snippets: true, schema: None };
        validate_stream(name, &mut text.as_bytes(), options)
    }

    fn with(name: &str, findings: &[(Severity, &str)], errors: u64, warnings: u64) -> FileFindings {
        let mut file = found(name, "");
        file.findings = findings
            .iter()
            .map(|(severity, message)| Finding {
                rule: Rule::WrongType,
                severity: *severity,
                line: 2,
                column: 0,
                pointer: Some("/payload".to_owned()),
                message: (*message).to_owned(),
                snippet: None,
            })
            .collect();
        (file.errors, file.warnings) = (errors, warnings);
        file
    }

    #[test]
    fn each_file_is_a_test_case() {
        let files = [
            with("a.jsonl", &[(Severity::Error, "<b>&\"]]>"), (Severity::Warning, "odd")], 1, 1),
            with("b.jsonl", &[], 0, 0),
            with("c.jsonl", &[(Severity::Error, "unlisted"), (Severity::Warning, "unlisted")], 3, 1),
        ];
        let xml = junit(&files, &ValidationReport::new(&files, 2)).unwrap();
        assert_eq!(
            xml,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rollout validate" tests="3" skipped="0" failures="2" errors="0">
    <testsuite name="rollout validate" tests="3" skipped="0" errors="0" failures="2">
        <properties>
            <property name="lines" value="0"/>
            <property name="errors" value="4"/>
            <property name="warnings" value="2"/>
        </properties>
        <testcase name="a.jsonl">
            <failure message="1 error">a.jsonl:2:1: wrong-type: /payload: &lt;b&gt;&amp;&quot;]]&gt;
</failure>
            <system-out>a.jsonl:2:1: wrong-type: /payload: odd
</system-out>
        </testcase>
        <testcase name="b.jsonl"/>
        <testcase name="c.jsonl">
            <failure message="3 errors">3 errors not listed
</failure>
            <system-out>1 warning not listed
</system-out>
        </testcase>
    </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn replaces_what_xml_cannot_hold() {
        let files = [with("a\u{1b}[1m.jsonl", &[(Severity::Error, "\0\u{1b}]0;x\u{9b}\u{FFFF}y\tz")], 1, 0)];
        let xml = junit(&files, &ValidationReport::new(&files, 9)).unwrap();
        assert!(xml.contains("testcase name=\"a\u{FFFD}[1m.jsonl\""), "{xml}");
        assert!(xml.contains(": \u{FFFD}\u{FFFD}]0;x\u{FFFD}\u{FFFD}y\u{FFFD}z\n"), "{xml}");
    }

    #[test]
    fn counts_what_a_real_stream_holds() {
        let files = [found("<stdin>", "{}\nnot json\n")];
        let report = ValidationReport::new(&files, 0);
        let xml = junit(&files, &report).unwrap();
        assert!(report.errors > 0 && xml.contains("failures=\"1\""), "{xml}");
        assert!(xml.contains("name=\"&lt;stdin&gt;\""), "{xml}");
        assert!(xml.contains(&format!("{} not listed", plural(report.errors, Severity::Error))), "{xml}");
    }
}
