//! Lines that need more than a look at their head: glued records, other key orders, bare lines.
//!
//! A line normally is one record. After a crash Codex up to 0.140 appended the next record to the
//! torn last line, so a line can hold several; each one that is whole is read, each piece that is
//! not becomes a [`Problem`].

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use rollout_schema::{EventKind, LineKind};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::head::{Head, head, is_response_item, token_count_head};
use crate::lines::{Line, RECORD_START};
use crate::{Place, Problem, Rule, reason};

static STARTS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(RECORD_START));

/// One JSON record of a line.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The whole JSON object.
    pub json: &'a [u8],
    /// Decoded bytes of the file before `json`.
    pub offset: u64,
    /// Decoded bytes that `json` takes there: fewer than it has where some that are no text were replaced.
    pub length: usize,
    /// Where `json` begins in its line, counted from 1.
    pub column: u64,
    /// What its envelope says.
    pub head: Head<'a>,
    /// Whether it has no envelope: a file written before 0.34.
    pub bare: bool,
}

impl Record<'_> {
    /// Whether the record has its end, as far as its last bytes tell. One in the usual form was not parsed, and is no
    /// record if its writer died in the middle of it and the next one closed the line.
    pub(crate) fn has_end(&self) -> bool {
        let json = self.json.trim_ascii_end();
        // Nearly all end with their payload; others are asked for good.
        self.head.payload.is_empty() || json.ends_with(b"}}") || serde_json::from_slice::<IgnoredAny>(json).is_ok()
    }
}

/// Pushes each record of `line` to `take`, and each piece that is none to `problem`.
///
/// `take` may itself find that the record is damaged, in parts that only it looks into.
pub fn records(path: &Arc<Path>, line: Line<'_>, mut take: impl FnMut(Record<'_>), mut problem: impl FnMut(Problem)) {
    if let Some(record) = single_record(line) {
        return take(record);
    }
    pieces(path, line, |at, json, column| {
        let offset = line.offset + (column - line.column);
        match json {
            Ok(json) => read_envelope(json, offset, column, &at, &mut take, &mut problem),
            Err(found) => problem(found),
        }
    });
}

/// Takes a line apart that is not a single record: each JSON value in it, and each piece that is
/// none, with its place and its column.
pub(crate) fn pieces(path: &Arc<Path>, line: Line<'_>, mut take: impl FnMut(Place, Result<&[u8], Problem>, u64)) {
    let blank = line.bytes.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    let trimmed = &line.bytes[..line.bytes.len() - blank];
    let mut bytes = trimmed;
    let mut damage = |rule, column, message| {
        let place = place(path, line, column);
        take(place.clone(), Err(Problem { rule, place, message, loses_record: false }), column);
    };
    if line.offset == 0
        && let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF")
    {
        bytes = rest;
        damage(Rule::ByteOrderMark, 1, "the file begins with a byte order mark".to_owned());
    }
    if bytes.is_empty() {
        return;
    }
    let first = trimmed.len() - bytes.len();
    let mut count = 0;
    split(bytes, |from, piece| {
        let column = line.column + (first + from) as u64;
        let at = place(path, line, column);
        match piece {
            Piece::Json(json) => {
                count += 1;
                take(at, Ok(json), column);
            }
            Piece::Broken(broken) => take(at.clone(), Err(describe(broken, line, at)), column),
        }
    });
    if count > 1 {
        let message = format!("{count} records on one line; each was read");
        let (rule, place) = (Rule::GluedRecords, place(path, line, line.column));
        take(place.clone(), Err(Problem { rule, place, message, loses_record: false }), line.column);
    }
}

/// The record of a line that is exactly one, as nearly all are. It is not parsed: parts that nobody
/// looks into may be damaged.
#[inline]
pub fn single_record(line: Line<'_>) -> Option<Record<'_>> {
    let head = head(line.bytes)?;
    is_single(line).then_some(whole(line, head))
}

/// Whether a line is exactly one `response_item`, which most lines are.
#[inline]
pub fn is_single_response_item(line: Line<'_>) -> bool {
    is_response_item(line.bytes) && is_single(line)
}

fn is_single(line: Line<'_>) -> bool {
    line.terminated && !holds_record_start(&line.bytes[1..])
}

/// Whether a record begins somewhere in `bytes`.
#[inline]
pub fn holds_record_start(bytes: &[u8]) -> bool {
    STARTS.find(bytes).is_some()
}

/// A line that begins as a `token_count` does. Whether other records are glued to it is for the
/// caller to find out, who knows how much of it can be nothing else.
#[inline]
pub fn token_count_record(line: Line<'_>) -> Option<Record<'_>> {
    let head = token_count_head(line.bytes)?;
    line.terminated.then_some(whole(line, head))
}

/// The record that takes up all of its line.
fn whole<'a>(line: Line<'a>, head: Head<'a>) -> Record<'a> {
    let (json, length) = (line.bytes, line.bytes.len());
    Record { json, offset: line.offset, length, column: line.column, head, bare: false }
}

fn place(path: &Arc<Path>, line: Line<'_>, column: u64) -> Place {
    Place { path: Arc::clone(path), line: line.number, column }
}

enum Piece<'a> {
    Json(&'a [u8]),
    Broken(&'a [u8]),
}

/// Takes a line apart, so that every whole record is found.
fn split<'a>(bytes: &'a [u8], mut piece: impl FnMut(usize, Piece<'a>)) {
    let next_start = |after: usize| STARTS.find(&bytes[after..]).map_or(bytes.len(), |at| after + at);
    let mut from = 0;
    while from < bytes.len() {
        let rest = &bytes[from..];
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
        from = match values.next() {
            Some(Ok(IgnoredAny)) => {
                let end = from + values.byte_offset();
                piece(from, Piece::Json(&bytes[from..end]));
                end
            }
            Some(Err(_)) => {
                // The piece that is broken ends where the next record begins.
                let end = next_start(from + 1);
                piece(from, Piece::Broken(&bytes[from..end]));
                end
            }
            None => return,
        };
    }
}

/// The problem that a piece which is not JSON stands for.
fn describe(piece: &[u8], line: Line<'_>, mut place: Place) -> Problem {
    let known = head(piece);
    let harmless = known.is_some_and(|head| holds_no_usage(&head));
    let torn = !line.terminated;
    let (rule, message) = if piece.iter().all(|byte| *byte == 0) {
        (Rule::NulBytes, format!("{} NUL bytes", piece.len()))
    } else if torn {
        (Rule::TornTail, format!("the last line has no end ({} bytes)", piece.len()))
    } else {
        match serde_json::from_slice::<IgnoredAny>(piece) {
            Err(error) => {
                place.column += error.column().saturating_sub(1) as u64;
                (Rule::InvalidJson, reason(&error))
            }
            Ok(IgnoredAny) => (Rule::InvalidJson, "no record".to_owned()),
        }
    };
    Problem { rule, place, message, loses_record: !harmless }
}

/// Whether a line of this kind neither holds usage nor says who is billed for it.
fn holds_no_usage(head: &Head<'_>) -> bool {
    match head.kind {
        LineKind::ResponseItem | LineKind::Compacted => true,
        LineKind::EventMsg => !head.payload_type.is_empty() && head.event() != Some(EventKind::TokenCount),
        LineKind::SessionMeta | LineKind::TurnContext | LineKind::TokenUsageRecord | LineKind::Other => false,
    }
}

/// An envelope in any key order, or a line of the time before envelopes.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(default)]
    ordinal: Option<u64>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    record_type: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct PayloadType<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

fn read_envelope(
    json: &[u8],
    offset: u64,
    column: u64,
    at: &Place,
    take: &mut impl FnMut(Record<'_>),
    problem: &mut impl FnMut(Problem),
) {
    if let Some(head) = head(json) {
        return take(Record { json, offset, length: json.len(), column, head, bare: false });
    }
    let text = String::from_utf8_lossy(json);
    if matches!(text, Cow::Owned(_)) {
        problem(Problem::not_utf8(at.clone()));
    }
    let envelope: Envelope<'_> = match serde_json::from_str(&text) {
        Ok(envelope) => envelope,
        Err(error) => {
            let message = reason(&error);
            return problem(Problem { rule: Rule::WrongType, place: at.clone(), message, loses_record: true });
        }
    };
    let timestamp = envelope.timestamp.map_or(&b""[..], |raw| raw.get().as_bytes());
    let kind = envelope.kind.as_deref().unwrap_or_default();
    let bare = envelope.payload.is_none();
    let payload = envelope.payload.and_then(|raw| serde_json::from_str::<PayloadType<'_>>(raw.get()).ok());
    let payload_type = payload.as_ref().and_then(|payload| payload.kind.as_deref()).unwrap_or_default();
    let (kind, payload_type) = if !bare {
        (LineKind::from_wire(kind.as_bytes()), payload_type)
    } else if envelope.record_type.is_some() {
        (LineKind::Other, "")
    } else if kind.is_empty() && envelope.id.is_some() {
        (LineKind::SessionMeta, "")
    } else {
        (LineKind::ResponseItem, kind)
    };
    let payload_type = payload_type.as_bytes();
    let head = Head { timestamp, ordinal: envelope.ordinal, kind, payload_type, payload: b"" };
    take(Record { json: text.as_bytes(), offset, length: json.len(), column, head, bare });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], terminated: bool, want: &[&str]) {
        let line = Line { number: 7, column: 1, offset: 0, bytes, terminated, passed_over: false };
        let path: Arc<Path> = Path::new("f").into();
        let mut records_seen = Vec::new();
        let mut problems = Vec::new();
        records(
            &path,
            line,
            |record| {
                let name = String::from_utf8_lossy(record.head.payload_type).into_owned();
                records_seen.push(format!("{:?} {name} at {}", record.head.kind, record.column));
            },
            |problem| problems.push(problem.to_string()),
        );
        let got = [records_seen, problems].concat();
        assert_eq!(got, want, "{}", String::from_utf8_lossy(bytes));
    }

    const COUNT: &str = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"token_count","info":null}}"#;
    const ITEM: &str = r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","content":[]}}"#;

    #[test]
    fn plain_lines_are_one_record() {
        check(COUNT.as_bytes(), true, &["EventMsg token_count at 1"]);
        check(format!("{COUNT}\r").as_bytes(), true, &["EventMsg token_count at 1"]);
        check(b" ", true, &[]);
        check(
            br#"{ "payload":{"info":null,"type":"token_count"},"type":"event_msg"}"#,
            true,
            &["EventMsg token_count at 1"],
        );
    }

    #[test]
    fn glued_records_are_taken_apart() {
        let torn = &ITEM[..60];
        check(
            format!("{ITEM}{COUNT}").as_bytes(),
            true,
            &[
                "ResponseItem message at 1",
                "EventMsg token_count at 83",
                "f:7:1: glued-records: 2 records on one line; each was read",
            ],
        );
        check(
            format!("{torn}{COUNT}").as_bytes(),
            true,
            &["EventMsg token_count at 61", "f:7:60: invalid-json: EOF while parsing a string"],
        );
        let nested = r#"{"timestamp":"t","type":"x","payload":{"in":{"timestamp":1}}}"#;
        check(nested.as_bytes(), true, &["Other  at 1"]);
    }

    #[test]
    fn damage_is_described() {
        check(&[0; 9], true, &["f:7:1: nul-bytes: 9 NUL bytes"]);
        check(
            &[&[0; 3], COUNT.as_bytes()].concat(),
            true,
            &["EventMsg token_count at 4", "f:7:1: nul-bytes: 3 NUL bytes"],
        );
        check(&COUNT.as_bytes()[..30], false, &["f:7:1: torn-tail: the last line has no end (30 bytes)"]);
        check(COUNT.as_bytes(), false, &["EventMsg token_count at 1"]);
        check(
            &[b"\xEF\xBB\xBF", COUNT.as_bytes()].concat(),
            true,
            &["EventMsg token_count at 4", "f:7:1: byte-order-mark: the file begins with a byte order mark"],
        );
    }

    #[test]
    fn lines_without_envelope_are_read() {
        check(br#"{"id":"a","timestamp":"t","instructions":null}"#, true, &["SessionMeta  at 1"]);
        check(br#"{"record_type":"state"}"#, true, &["Other  at 1"]);
        check(br#"{"type":"message","role":"user","content":[]}"#, true, &["ResponseItem message at 1"]);
    }
}
