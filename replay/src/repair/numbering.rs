//! Contiguous ordinals: which records have or need one, and where its digits stand.
//!
//! Refuses to touch anything else of a record, and records that say something twice.

use std::borrow::Cow;
use std::ops::Range;

use rollout_schema::HistoryBase;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Numbers the records of one file.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The first record was seen.
    begun: bool,
    is_paginated: bool,
    /// Where a file begins whose first record has no ordinal.
    base: u64,
    next: Option<u64>,
}

/// A change within a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// What goes; empty where an ordinal is missing.
    pub(super) range: Range<usize>,
    /// What comes in its place.
    pub(super) text: String,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "even_null")]
    ordinal: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default)]
    history_mode: Option<&'a RawValue>,
    #[serde(default)]
    history_base: Option<HistoryBase>,
}

/// A member that is `null` is there all the same: a second one beside it would be a repeat.
fn even_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

impl Numbering {
    /// What has to change in the next record so that its ordinal follows the one before it.
    pub(super) fn next(&mut self, json: &str) -> Option<Edit> {
        let first = !std::mem::replace(&mut self.begun, true);
        let envelope: Envelope<'_> = serde_json::from_str(json).ok()?;
        // Lines without a payload are not in an envelope and never had ordinals.
        let payload = envelope.payload?;
        if first && envelope.kind.as_deref() == Some("session_meta") {
            self.begin(payload);
        }
        let number: Option<u64> = envelope.ordinal.and_then(|digits| digits.get().parse().ok());
        if number.is_none() && !self.is_paginated {
            return None;
        }
        let wanted = self.next.or(number).unwrap_or(self.base);
        self.next = Some(wanted.saturating_add(1));
        if number == Some(wanted) {
            return None;
        }
        if let Some(ordinal) = envelope.ordinal {
            return Some(Edit { range: range_in(json, ordinal), text: wanted.to_string() });
        }
        let (at, text) = match envelope.timestamp {
            Some(timestamp) => (range_in(json, timestamp).end, format!(",\"ordinal\":{wanted}")),
            None => (json.find('{')? + 1, format!("\"ordinal\":{wanted},")),
        };
        Some(Edit { range: at..at, text })
    }

    fn begin(&mut self, payload: &RawValue) {
        // A header of an unexpected shape says nothing about ordinals.
        let Ok(meta) = serde_json::from_str::<Meta<'_>>(payload.get()) else { return };
        self.is_paginated = meta.history_mode.is_some_and(|mode| mode.get() == "\"paginated\"");
        self.base = meta.history_base.and_then(|base| base.end_ordinal_exclusive).unwrap_or(0);
    }
}

/// Where a value that was borrowed from `json` stands in it.
fn range_in(json: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr().addr() - json.as_ptr().addr();
    start..start + value.get().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: &[&str]) -> Vec<String> {
        let mut numbering = Numbering::default();
        let number = |line: &&str| {
            let mut text = (*line).to_owned();
            if let Some(edit) = numbering.next(line) {
                text.replace_range(edit.range, &edit.text);
            }
            text
        };
        lines.iter().map(number).collect()
    }

    const PAGINATED: &str = r#"{"timestamp":"t","type":"session_meta","payload":{"history_mode":"paginated"}}"#;

    #[test]
    fn a_paginated_file_is_numbered_throughout() {
        let lines = [
            PAGINATED,
            r#"{"timestamp":"t","ordinal":1,"type":"x","payload":{"ordinal":7}}"#,
            r#"{"timestamp":"t","type":"x","payload":{}}"#,
            r#"{"type":"x", "ordinal": 17 ,"payload":{}}"#,
            r#" {"type":"x","payload":{}}"#,
            r#"{"ordinal":null,"type":"x","payload":{}}"#,
            r#"{"record_type":"state"}"#,
            r#"{"ordinal":1,"ordinal":2,"payload":{}}"#, // refused by Codex whatever is done
            r#"{"timestamp":"t","ordinal":6,"type":"x","payload":{}}"#,
        ];
        assert_eq!(
            numbered(&lines),
            [
                r#"{"timestamp":"t","ordinal":0,"type":"session_meta","payload":{"history_mode":"paginated"}}"#,
                lines[1],
                r#"{"timestamp":"t","ordinal":2,"type":"x","payload":{}}"#,
                r#"{"type":"x", "ordinal": 3 ,"payload":{}}"#,
                r#" {"ordinal":4,"type":"x","payload":{}}"#,
                r#"{"ordinal":5,"type":"x","payload":{}}"#,
                lines[6],
                lines[7],
                lines[8],
            ]
        );
    }

    #[test]
    fn numbers_begin_with_the_first_one_or_the_base() {
        let based = r#"{"timestamp":"t","type":"session_meta","payload":{"history_mode":"paginated","history_base":{"thread_id":"x","end_ordinal_exclusive":41}}}"#;
        assert!(numbered(&[based])[0].contains(r#""t","ordinal":41,"type""#));
        let own = based.replace(r#""t","#, r#""t","ordinal":50,"#);
        let line = r#"{"timestamp":"t","ordinal":52,"type":"x","payload":{}}"#;
        assert_eq!(numbered(&[&own, line]), [own.clone(), line.replace("52", "51")]);
    }

    #[test]
    fn a_legacy_file_gets_no_ordinals() {
        let lines = [
            r#"{"timestamp":"t","type":"session_meta","payload":{}}"#,
            r#"{"timestamp":"t","type":"x","payload":{}}"#,
            r#"{"timestamp":"t","ordinal":5,"type":"x","payload":{}}"#,
            r#"{"timestamp":"t","ordinal":9,"type":"x","payload":{}}"#,
            r#"{"timestamp":"t","ordinal":"9","type":"x","payload":{}}"#,
        ];
        let mut want = lines.map(str::to_owned);
        want[3] = lines[3].replace('9', "6");
        assert_eq!(numbered(&lines), want);
    }
}
