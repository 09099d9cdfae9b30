//! The one list of the JSON Schemas that are published in `schemas/`.
//!
//! Refuses to know what is in them: each crate describes its own shapes.

use analyze::listing::{StatusReport, ThreadList};
use replay::playback::ReplayEvent;
use replay::repair::RepairReport;
use replay::validate::ValidationReport;
use rollout_schema::schema::{SchemaDocument, documents};

/// Every published document, those about Codex's words first.
pub(crate) fn all() -> Vec<SchemaDocument> {
    let mut all = documents();
    let reports = [
        ("Report", analyze::report::schema()),
        ("ValidationReport", ValidationReport::schema()),
        ("RepairReport", RepairReport::schema()),
        ("ReplayEvent", ReplayEvent::schema()),
        ("ThreadList", ThreadList::schema()),
        ("StatusReport", StatusReport::schema()),
    ];
    all.extend(reports.map(|(name, schema)| SchemaDocument { name: name.to_owned(), schema }));
    all
}

/// A document as it is published.
pub(crate) fn text(document: &SchemaDocument) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&document.schema)? + "\n")
}
