//! The first depth of reading: a line's kind, from its first bytes, without parsing JSON.
//!
//! Every Codex version since 0.34 writes `timestamp`, then `ordinal`, then `type`, then `payload`,
//! and a payload's own `type` first. A line in any other form is left to the JSON parser.

use rollout_schema::{EventKind, LineKind};

use crate::lines::RECORD_START;

/// What the first bytes of a line in the usual form say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Raw JSON value of `timestamp`, quotes included.
    pub timestamp: &'a [u8],
    /// The line's number in a paginated history.
    pub ordinal: Option<u64>,
    /// The envelope's `type`.
    pub kind: LineKind,
    /// The payload's `type`, empty if that is not its first member.
    pub payload_type: &'a [u8],
    /// The line from the payload's brace on; empty if the line is not in the usual form.
    pub payload: &'a [u8],
}

impl Head<'_> {
    /// The kind of event, for an `event_msg` line.
    pub fn event(&self) -> Option<EventKind> {
        (self.kind == LineKind::EventMsg).then(|| EventKind::from_wire(self.payload_type))
    }
}

/// Reads the head of a line, or `None` if it is not in the usual form.
pub fn head(line: &[u8]) -> Option<Head<'_>> {
    let (timestamp, mut rest) = match time(line) {
        Some(usual) => usual,
        None => string(line.strip_prefix(RECORD_START)?)?,
    };
    let mut ordinal = None;
    if let Some(digits) = rest.strip_prefix(b",\"ordinal\":") {
        let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
        ordinal = Some(std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?);
        rest = &digits[length..];
    }
    let (kind, rest) = string(rest.strip_prefix(b",\"type\":")?)?;
    let payload = rest.strip_prefix(b",\"payload\":")?;
    let members = payload.strip_prefix(b"{")?;
    let payload_type = match members.strip_prefix(b"\"type\":") {
        Some(value) => unquote(string(value)?.0),
        None => b"",
    };
    let kind = LineKind::from_wire(unquote(kind));
    // Other programs may put the payload's type elsewhere in it; there the JSON parser finds it.
    let is_typed = !matches!(kind, LineKind::EventMsg | LineKind::ResponseItem) || !payload_type.is_empty();
    is_typed.then_some(Head { timestamp, ordinal, kind, payload_type, payload })
}

/// Whether a line is a `response_item` in the usual form: the one question that most lines answer.
#[inline]
pub(crate) fn is_response_item(line: &[u8]) -> bool {
    time(line).is_some_and(|(_, rest)| rest.starts_with(b",\"type\":\"response_item\",\"payload\":{"))
}

/// The head of a `token_count` line in the usual form without ordinal, by position.
#[inline]
pub(crate) fn token_count_head(line: &[u8]) -> Option<Head<'_>> {
    const REST: &[u8] = b",\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\"";
    const PAYLOAD: usize = b",\"type\":\"event_msg\",\"payload\":".len();
    let (timestamp, rest) = time(line)?;
    rest.starts_with(REST).then(|| Head {
        timestamp,
        ordinal: None,
        kind: LineKind::EventMsg,
        payload_type: b"token_count",
        payload: &rest[PAYLOAD..],
    })
}

/// The time of a line, if it has the length it nearly always has, and what follows it.
#[inline]
fn time(line: &[u8]) -> Option<(&[u8], &[u8])> {
    const END: usize = "{\"timestamp\":\"2026-01-01T00:00:00.000Z\"".len();
    let (beginning, rest) = line.split_at_checked(END)?;
    let timestamp = beginning.strip_prefix(RECORD_START)?;
    let is_usual = timestamp.starts_with(b"\"20") && timestamp.ends_with(b"Z\"") && rest.first() == Some(&b',');
    is_usual.then_some((timestamp, rest))
}

/// A short JSON string without escapes at the beginning of `json`, quotes included, and the rest.
fn string(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = json.strip_prefix(b"\"")?;
    // Names and times are short: a longer string is not one of them.
    let end = body.iter().take(64).position(|byte| matches!(byte, b'"' | b'\\'))?;
    (body[end] == b'"').then(|| json.split_at(end + 2))
}

fn unquote(string: &[u8]) -> &[u8] {
    &string[1..string.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_by_position_is_the_same_head() {
        let line = br#"{"timestamp":"2026-01-01T00:00:00.000Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#;
        assert!(token_count_head(line).is_some());
        assert_eq!(token_count_head(line), head(line));
        for other in [
            &line[..60],
            &line[1..],
            b"",
            br#"{"timestamp":"2026-01-01T00:00:00.000Z","type":"event_msg","payload":{"type":"x"}}"#,
        ] {
            assert_eq!(token_count_head(other), None);
        }
    }

    #[test]
    fn reads_the_usual_form_only() {
        let line = br#"{"timestamp":"2026-01-01T00:00:00.000Z","ordinal":12,"type":"event_msg","payload":{"type":"token_count","info":null}}"#;
        let got = head(line).unwrap();
        assert_eq!((got.ordinal, got.kind, got.event()), (Some(12), LineKind::EventMsg, Some(EventKind::TokenCount)));
        assert!(!is_response_item(line));
        assert!(is_response_item(br#"{"timestamp":"2026-01-01T00:00:00.000Z","type":"response_item","payload":{}}"#));
        assert_eq!(got.timestamp, br#""2026-01-01T00:00:00.000Z""#);

        let line = br#"{"timestamp":"t","type":"turn_context","payload":{"turn_id":"u"}}"#;
        assert_eq!(head(line).map(|head| (head.kind, head.payload_type)), Some((LineKind::TurnContext, &b""[..])));

        for other in [
            &br#"{"type":"event_msg","timestamp":"t","payload":{}}"#[..],
            br#"{"timestamp":1,"type":"event_msg","payload":{}}"#,
            br#"{"timestamp":"t","type":"event_msg","payload":null}"#,
            br#"{"timestamp": "t","type":"event_msg","payload":{}}"#,
            br#"{"timestamp":"t","type":"event\u005fmsg","payload":{}}"#,
            br#"{"id":"t","timestamp":"t","instructions":null}"#,
            b"",
            br#"{"timestamp":"t","ty"#,
        ] {
            assert_eq!(head(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
