//! Any bytes as a file: judging ends, counts each line, and names places that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;
use replay::validate::{Levels, Options, validate_stream};

fuzz_target!(|data: &[u8]| {
    let options = Options { levels: &Levels::default(), keep: usize::MAX, snippets: true, schema: None };
    let found = validate_stream("rollout-2026-01-01T00-00-00-0.jsonl", &mut &data[..], options);
    let mut lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    assert_eq!(found.lines, lines.len() as u64);
    assert_eq!(found.findings.len() as u64, found.errors + found.warnings);
    for finding in found.findings {
        assert!(finding.line <= found.lines, "{finding:?}");
        if finding.line > 0 {
            // Text that is not UTF-8 is shown with replacement characters, which are longer.
            let line = String::from_utf8_lossy(lines[finding.line as usize - 1]);
            assert!(finding.column <= line.len() as u64 + 1, "{finding:?}");
        }
    }
});
