//! One JSON document per finding, then one with the counts.

use replay::validate::ValidationReport;

pub(crate) fn ndjson(report: &ValidationReport) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for problem in &report.problems {
        text += &serde_json::to_string(problem)?;
        text.push('\n');
    }
    let counts = ValidationReport { problems: Vec::new(), ..report.clone() };
    text += &serde_json::to_string(&counts)?;
    text.push('\n');
    Ok(text)
}
