//! SARIF 2.1.0, for code scanning and viewers.
//!
//! SARIF measures columns in UTF-16 code units or in code points. Findings count bytes, and only the
//! text of the line could turn them into either, so regions are whole lines; the byte stands in
//! `properties.byteColumn`. `region.byteOffset` counts from the beginning of the file and is not known.

use replay::Rule;
use replay::Severity;
use replay::validate::{ReportedSeverity, ValidationProblem, ValidationReport};
use serde_json::{Map, Value, json};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(crate) fn sarif(report: &ValidationReport) -> anyhow::Result<String> {
    let occurs = |rule: &Rule| report.problems.iter().any(|problem| problem.rule == rule.id());
    let rules: Vec<Rule> = Rule::ALL.iter().copied().filter(occurs).collect();
    let descriptors: Vec<Value> = rules.iter().map(|rule| descriptor(*rule)).collect();
    let results: Vec<Value> = report.problems.iter().map(|problem| result(problem, &rules)).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if report.unlisted > 0 {
        let text = format!("{} more findings are not listed", report.unlisted);
        invocation["toolExecutionNotifications"] = json!([{ "level": "warning", "message": { "text": text } }]);
    }
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "rollout",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": descriptors,
                },
            },
            "invocations": [invocation],
            "results": results,
            "properties": {
                "files": report.files,
                "lines": report.lines,
                "errors": report.errors,
                "warnings": report.warnings,
                "unlisted": report.unlisted,
            },
        }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn descriptor(rule: Rule) -> Value {
    let level = match rule.severity() {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    json!({
        "id": rule.id(),
        "shortDescription": { "text": rule.title() },
        "fullDescription": { "text": rule.why() },
        "help": { "text": rule.why() },
        "defaultConfiguration": { "level": level },
    })
}

fn result(problem: &ValidationProblem, rules: &[Rule]) -> Value {
    let ValidationProblem { path, line, column, pointer, rule, severity, message } = problem;
    let level = match severity {
        ReportedSeverity::Error => "error",
        ReportedSeverity::Warning => "warning",
    };
    let mut place = json!({ "artifactLocation": { "uri": uri(path) } });
    if *line > 0 {
        place["region"] = json!({ "startLine": line });
    }
    let mut properties = Map::new();
    if *column > 0 {
        properties.insert("byteColumn".to_owned(), json!(column));
    }
    let mut text = message.clone();
    if let Some(pointer) = pointer.as_deref() {
        properties.insert("pointer".to_owned(), json!(pointer));
        if !pointer.is_empty() {
            text = format!("{pointer}: {message}");
        }
    }
    let mut result = json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": text },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "rolloutPlace/v1": fingerprint(problem) },
        "properties": properties,
    });
    if let Some(index) = rules.iter().position(|known| known.id() == rule) {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// Tells the finding from others, and knows it again in the next run.
///
/// Logs only grow, so the place within the file is a part of it. The folder is not: it differs between
/// machines, and files move into the archive, while rollouts are named by their thread. The message is,
/// because two members may be missing at one place.
fn fingerprint(problem: &ValidationProblem) -> String {
    let ValidationProblem { path, line, column, pointer, rule, severity: _, message } = problem;
    let name = path.rsplit(std::path::is_separator).next().unwrap_or(path);
    let pointer = pointer.as_deref().unwrap_or_default();
    // FNV-1a: the standard library's hash may change with the compiler.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let text = format!("{rule}\0{name}\0{line}\0{column}\0{pointer}\0{message}");
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// The path as a URI: a relative reference, or `file:` with an absolute path.
fn uri(path: &str) -> String {
    let slashes = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut path = slashes.as_str();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    let encoded = encode(path);
    if cfg!(windows) && path.starts_with("//") {
        return format!("file:{encoded}"); // a share: its host is the URI's
    }
    match path.split_once(':') {
        Some((drive, rest)) if cfg!(windows) && drive.len() == 1 && rest.starts_with('/') => {
            format!("file:///{drive}:{}", encode(rest))
        }
        _ if path.starts_with('/') => format!("file:///{}", encode(path.trim_start_matches('/'))),
        _ => encoded,
    }
}

/// Percent-encodes what is no plain part of a path. A colon is one, because the part before it would
/// be read as a scheme.
fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(byte)),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &str, line: u64, column: u64, pointer: Option<&str>, rule: Rule) -> ValidationProblem {
        ValidationProblem {
            path: path.to_owned(),
            line,
            column,
            pointer: pointer.map(str::to_owned),
            rule: rule.id().to_owned(),
            severity: ReportedSeverity::Error,
            message: "odd".to_owned(),
        }
    }

    fn parsed(problems: Vec<ValidationProblem>, unlisted: u64) -> Value {
        let report = ValidationReport { problems, unlisted, ..ValidationReport::new(&[], 0) };
        serde_json::from_str(&sarif(&report).unwrap()).unwrap()
    }

    #[test]
    fn results_point_at_their_rules_and_places() {
        let document = parsed(
            vec![
                problem("a/b.jsonl", 3, 9, Some("/payload/x"), Rule::WrongType),
                problem("a/b.jsonl", 0, 0, None, Rule::EmptyFile),
                problem("a/b.jsonl", 4, 0, Some(""), Rule::WrongType),
            ],
            2,
        );
        let run = &document["runs"][0];
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
        assert_eq!(driver["rules"].as_array().unwrap().len(), 2);
        let results = run["results"].as_array().unwrap();
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(driver["rules"][index]["id"], result["ruleId"]);
        }
        assert_eq!(results[0]["message"]["text"], "/payload/x: odd");
        assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"], json!({ "startLine": 3 }));
        assert_eq!(results[0]["properties"], json!({ "byteColumn": 9, "pointer": "/payload/x" }));
        assert_eq!(results[1]["locations"][0]["physicalLocation"].get("region"), None);
        assert_eq!(results[2]["message"]["text"], "odd");
        let notes = &run["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(notes[0]["message"]["text"], "2 more findings are not listed");
    }

    #[test]
    fn a_run_without_findings_has_empty_results() {
        let document = parsed(Vec::new(), 0);
        assert_eq!(document["runs"][0]["results"], json!([]));
        assert_eq!(document["runs"][0]["invocations"], json!([{ "executionSuccessful": true }]));
    }

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("a b/ü#?.jsonl", "a%20b/%C3%BC%23%3F.jsonl"),
            ("./a.jsonl", "a.jsonl"),
            ("../a.jsonl", "../a.jsonl"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(path), expected);
        }
        if cfg!(windows) {
            assert_eq!(uri(r"C:\logs\a b.jsonl"), "file:///C:/logs/a%20b.jsonl");
            assert_eq!(uri(r"\\host\logs\a.jsonl"), "file://host/logs/a.jsonl");
        } else {
            assert_eq!(uri("/home/me/a:b.jsonl"), "file:///home/me/a%3Ab.jsonl");
            assert_eq!(uri("x:y\\z"), "x%3Ay%5Cz");
        }
    }

    #[test]
    fn fingerprints_follow_the_file_and_not_the_folder() {
        let fingerprint = |path, line, pointer| fingerprint(&problem(path, line, 1, pointer, Rule::WrongType));
        assert_eq!(fingerprint("a/x.jsonl", 1, None), fingerprint("/b/x.jsonl", 1, None));
        assert_ne!(fingerprint("a/x.jsonl", 1, None), fingerprint("a/x.jsonl", 2, None));
        assert_ne!(fingerprint("a/x.jsonl", 1, Some("/a")), fingerprint("a/x.jsonl", 1, Some("/b")));
        // What was written once stays the same in later versions.
        assert_eq!(fingerprint("x.jsonl", 1, Some("/a")), "faee8ea7df711c12");
    }
}
