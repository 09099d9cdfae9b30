//! The JSON that `rollout repair --json` prints. Published as `RepairReport.json`.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::Rule;

/// What a mended copy has in common with its source, and where it differs.
///
/// The changes account for every byte: `bytes_before` minus what they took away plus what they put
/// there is `bytes_after`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepairReport {
    /// Version of this shape; grows when a change breaks readers.
    pub schema_version: u32,
    /// The file that was read. It was not changed.
    pub source: String,
    /// The file that was written.
    pub out: String,
    /// Lines of the source.
    pub lines_read: u64,
    /// Records of the copy. A torn tail that was closed has a line there and is no record.
    pub records_written: u64,
    /// Bytes of the source, decompressed.
    pub bytes_before: u64,
    /// Bytes of the copy before compression.
    pub bytes_after: u64,
    /// What was changed, by place.
    pub changes: Vec<RepairChange>,
}

/// One change, or all of a kind that is harmless and frequent: carriage returns, blank lines, ordinals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepairChange {
    /// The line of the source, counted from 1; the first one if there are several.
    pub line: u64,
    /// The byte within the line, counted from 1.
    pub column: u64,
    /// The rule that asks for the change.
    pub rule: String,
    /// What was done.
    pub action: RepairAction,
    /// How many places were changed; above 1 only where like changes are summed up.
    pub count: u64,
    /// Bytes of the source that the change is about.
    pub bytes_before: u64,
    /// Bytes that the copy has in their place.
    pub bytes_after: u64,
    /// What was found and what became of it.
    pub message: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RepairAction {
    /// Records of one line got lines of their own.
    Split,
    /// Text that is no record was left out.
    Dropped,
    /// A last line got its newline.
    Closed,
    /// Bytes that carry nothing were left out.
    Removed,
    /// Bytes that are not UTF-8 became replacement characters.
    Replaced,
    /// A record got another ordinal.
    Renumbered,
    /// A record that had no ordinal got one.
    Inserted,
}

impl RepairAction {
    /// The action's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Dropped => "dropped",
            Self::Closed => "closed",
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Renumbered => "renumbered",
            Self::Inserted => "inserted",
        }
    }
}

impl RepairChange {
    /// A change of `bytes` (before, after) at `place` (line, column).
    pub(super) fn new(
        place: (u64, u64),
        rule: Rule,
        action: RepairAction,
        bytes: (usize, usize),
        message: String,
    ) -> Self {
        Self {
            line: place.0,
            column: place.1,
            rule: rule.id().to_owned(),
            action,
            count: 1,
            bytes_before: bytes.0 as u64,
            bytes_after: bytes.1 as u64,
            message,
        }
    }
}

impl RepairReport {
    /// A report about a copy in which nothing is changed yet.
    pub(super) fn new(source: &Path, out: &Path) -> Self {
        Self {
            schema_version: 1,
            source: source.display().to_string(),
            out: out.display().to_string(),
            lines_read: 0,
            records_written: 0,
            bytes_before: 0,
            bytes_after: 0,
            changes: Vec::new(),
        }
    }

    /// The schema of this shape.
    pub fn schema() -> schemars::Schema {
        let mut schema = schemars::schema_for!(Self);
        rollout_schema::schema::identify(&mut schema, "RepairReport");
        schema
    }
}
