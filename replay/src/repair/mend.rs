//! Line by line: what is written, what is not, and the account of it.
//!
//! A line that is one JSON value goes through as it is. Any other line is taken apart, and the
//! parts that are records are written on lines of their own. Refuses to hold more than one line,
//! and to lose a byte that no change accounts for.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;

use memchr::memchr;
use memchr::memmem::Finder;
use serde::de::IgnoredAny;

use super::numbering::{Edit, Numbering};
use super::report::{RepairAction as Action, RepairChange as Change, RepairReport};
use super::{Options, TornTail};
use crate::lines::{Line, LineSink, RECORD_START, Want};
use crate::problem::reason;
use crate::rule::Rule;
use crate::validate::Snippet;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why mending ended early.
#[derive(Debug)]
pub(super) enum Failed {
    /// The line of this number was passed over.
    LineTooLong(u64),
    /// The copy could not be written.
    Write(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Writes what is whole and keeps account of the rest.
pub(super) struct Mender<W> {
    out: W,
    starts: Finder<'static>,
    torn_tail: TornTail,
    numbering: Option<Numbering>,
    /// A piece that is kept if nothing follows it.
    tail: Option<Tail>,
    records: u64,
    account: Account,
    changes: Vec<Change>,
    frequent: [Option<Change>; Frequent::ALL.len()],
    failed: Option<Failed>,
}

/// Bytes so far. After each line, what was read and put there is what was written and taken away.
#[derive(Clone, Copy, Default)]
struct Account {
    read: u64,
    written: u64,
    taken: u64,
    put: u64,
}

/// The end of a line that is no record and may turn out to be the end of the file.
struct Tail {
    bytes: Vec<u8>,
    /// Whether nothing else stands on the line.
    is_alone: bool,
    /// Whether the line has no newline.
    is_torn: bool,
    /// What is reported if it is not the end of the file.
    dropped: Change,
}

/// Changes that are harmless and may be as many as the lines: one entry sums them up.
#[derive(Clone, Copy)]
enum Frequent {
    CarriageReturn,
    Blank,
    Renumbered,
    Inserted,
}

impl Frequent {
    const ALL: [Self; 4] = [Self::CarriageReturn, Self::Blank, Self::Renumbered, Self::Inserted];

    fn of(self) -> (Rule, Action, &'static str) {
        match self {
            Self::CarriageReturn => {
                (Rule::CarriageReturn, Action::Removed, "lines with a carriage return at their end")
            }
            Self::Blank => (Rule::BlankLine, Action::Removed, "lines without text"),
            Self::Renumbered => (Rule::OrdinalGap, Action::Renumbered, "records numbered anew"),
            Self::Inserted => (Rule::OrdinalMissing, Action::Inserted, "records that had no ordinal"),
        }
    }
}

/// A part of a line that is not one JSON value.
struct Part<'a> {
    /// Bytes of the line before it.
    at: usize,
    bytes: &'a [u8],
    what: What,
}

enum What {
    /// A JSON value.
    Json,
    /// Bytes that carry nothing.
    Filler(Rule),
    /// Not JSON, and why.
    Broken(String),
}

impl<W: Write> Mender<W> {
    pub(super) fn new(out: W, options: Options) -> Self {
        Self {
            out,
            starts: Finder::new(RECORD_START),
            torn_tail: options.torn_tail,
            numbering: options.renumber.then(Numbering::default),
            tail: None,
            records: 0,
            account: Account::default(),
            changes: Vec::new(),
            frequent: [const { None }; Frequent::ALL.len()],
            failed: None,
        }
    }

    /// Decides about the tail and completes the report.
    pub(super) fn finish(mut self, report: &mut RepairReport) -> Result<W, Failed> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        if let Some(tail) = self.tail.take() {
            self.keep(tail)?;
        }
        for (kind, change) in Frequent::ALL.into_iter().zip(self.frequent) {
            if let Some(mut change) = change {
                change.message = format!("{}: {}", kind.of().2, change.count);
                self.changes.push(change);
            }
        }
        self.changes.sort_by_key(|change| (change.line, change.column));
        report.records_written = self.records;
        report.bytes_after = self.account.written;
        report.changes = self.changes;
        Ok(self.out)
    }

    fn mend(&mut self, line: Line<'_>) -> Result<(), Failed> {
        if line.passed_over {
            return Err(Failed::LineTooLong(line.number));
        }
        let place = (line.number, line.column);
        let length = line.bytes.len() + usize::from(line.terminated);
        self.account.read += length as u64;
        let returns = line.bytes.iter().rev().take_while(|byte| **byte == b'\r').count();
        let text = &line.bytes[..line.bytes.len() - returns];
        if text.trim_ascii().is_empty() {
            self.frequent(Frequent::Blank, place, (length, 0));
            return Ok(());
        }
        if returns > 0 {
            self.frequent(Frequent::CarriageReturn, (line.number, line.column + text.len() as u64), (returns, 0));
        }
        if serde_json::from_slice::<IgnoredAny>(text).is_err() {
            return self.mend_parts(line, text);
        }
        self.give_up_tail();
        self.record(place, text)?;
        if !line.terminated {
            self.close(place, text.len());
        }
        Ok(())
    }

    /// Writes the records of a line that is not one JSON value. `text` is the line without the
    /// carriage returns at its end.
    fn mend_parts(&mut self, line: Line<'_>, text: &[u8]) -> Result<(), Failed> {
        let parts = self.take_apart(text);
        let solid: Vec<&Part<'_>> = parts.iter().filter(|part| !matches!(part.what, What::Filler(_))).collect();
        if !solid.is_empty() {
            self.give_up_tail();
        }
        let earlier = self.changes.len();
        let (mut records, mut record_bytes, mut first) = (0, 0, (0, 0));
        for part in &parts {
            let place = (line.number, line.column + part.at as u64);
            let length = part.bytes.len();
            let is_last = solid.last().is_some_and(|last| last.at == part.at);
            match &part.what {
                What::Filler(rule) => {
                    let what = if *rule == Rule::NulBytes { "NUL" } else { "a byte order mark" };
                    self.change(place, *rule, Action::Removed, (length, 0), format!("{} of {what}", counted(length)));
                }
                // Among debris, a number or a word that happens to be JSON is debris.
                What::Json if solid.len() == 1 || part.bytes.starts_with(b"{") => {
                    self.record(place, part.bytes)?;
                    if records == 0 {
                        first = place;
                    }
                    records += 1;
                    record_bytes += length;
                    if is_last && !line.terminated {
                        self.close(place, length);
                    }
                }
                what => {
                    let (rule, reason) = match what {
                        What::Broken(_) if is_last && !line.terminated => (Rule::TornTail, "the last line has no end"),
                        What::Broken(reason) => (Rule::InvalidJson, reason.as_str()),
                        _ => (Rule::InvalidJson, "no record"),
                    };
                    let message =
                        format!("{reason}; dropped {}: {}", counted(length), Snippet::new(part.bytes, 0).text);
                    self.change(place, rule, Action::Dropped, (length, 0), message);
                    if is_last && self.torn_tail == TornTail::Close && matches!(what, What::Broken(_)) {
                        let is_alone = solid.len() == 1;
                        self.tail = self.changes.pop().map(|dropped| Tail {
                            bytes: part.bytes.to_vec(),
                            is_alone,
                            is_torn: !line.terminated,
                            dropped,
                        });
                    }
                }
            }
        }
        if records > 1 {
            let message = format!("{records} records on one line; each got its own");
            let bytes = (record_bytes, record_bytes + records - 1);
            self.change(first, Rule::GluedRecords, Action::Split, bytes, message);
        }
        self.settle(line, text, earlier, !solid.is_empty());
        Ok(())
    }

    /// Takes a line apart as [`crate::records()`] does; blanks between parts belong to none.
    fn take_apart<'a>(&self, text: &'a [u8]) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let (length, what) = if rest[0].is_ascii_whitespace() {
                at += 1;
                continue;
            } else if rest[0] == 0 {
                (rest.iter().take_while(|byte| **byte == 0).count(), What::Filler(Rule::NulBytes))
            } else if rest.starts_with(BOM) {
                (BOM.len(), What::Filler(Rule::ByteOrderMark))
            } else {
                let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
                match values.next() {
                    Some(Ok(IgnoredAny)) => (values.byte_offset(), What::Json),
                    Some(Err(error)) => (self.broken(rest), What::Broken(reason(&error))),
                    None => break,
                }
            };
            parts.push(Part { at, bytes: rest[..length].trim_ascii_end(), what });
            at += length;
        }
        parts
    }

    /// How far a piece reaches that is not JSON: to the next record, or to NUL bytes, which end
    /// whatever they stand in.
    fn broken(&self, text: &[u8]) -> usize {
        let end = self.starts.find(&text[1..]).map_or(text.len(), |at| 1 + at);
        memchr(0, &text[..end]).unwrap_or(end)
    }

    /// Writes one record on a line of its own.
    fn record(&mut self, place: (u64, u64), json: &[u8]) -> Result<(), Failed> {
        let text = self.decode(place, json);
        self.records += 1;
        match self.numbering.as_mut().and_then(|numbering| numbering.next(&text)) {
            Some(Edit { range, text: ordinal }) => {
                let kind = if range.is_empty() { Frequent::Inserted } else { Frequent::Renumbered };
                self.frequent(kind, (place.0, place.1 + range.start as u64), (range.len(), ordinal.len()));
                self.write(&[text[..range.start].as_bytes(), ordinal.as_bytes(), text[range.end..].as_bytes()])
            }
            None => self.write(&[text.as_bytes()]),
        }
    }

    /// The text of bytes that may not be UTF-8.
    fn decode<'a>(&mut self, place: (u64, u64), bytes: &'a [u8]) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(bytes);
        if let Cow::Owned(_) = text {
            let bad: Vec<&[u8]> =
                bytes.utf8_chunks().map(|chunk| chunk.invalid()).filter(|bad| !bad.is_empty()).collect();
            let before: usize = bad.iter().map(|bad| bad.len()).sum();
            let mut shown: Vec<String> =
                bad.iter().copied().flatten().take(8).map(|byte| format!("{byte:02x}")).collect();
            if before > shown.len() {
                shown.push("…".to_owned());
            }
            let message = format!("{} not UTF-8 ({}); replaced by U+FFFD", counted(before), shown.join(" "));
            let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
            let place = (place.0, place.1 + valid as u64);
            let after = bad.len() * char::REPLACEMENT_CHARACTER.len_utf8();
            self.change(place, Rule::InvalidUtf8, Action::Replaced, (before, after), message);
        }
        text
    }

    fn write(&mut self, parts: &[&[u8]]) -> Result<(), Failed> {
        for part in parts.iter().chain(&[&b"\n"[..]]) {
            self.out.write_all(part)?;
            self.account.written += part.len() as u64;
        }
        Ok(())
    }

    /// Reports that the last record, of `length` bytes, got its newline.
    fn close(&mut self, place: (u64, u64), length: usize) {
        let message = "the last record had no newline".to_owned();
        self.change(place, Rule::UnterminatedLine, Action::Closed, (length, length + 1), message);
    }

    /// The tail was not the end of the file.
    fn give_up_tail(&mut self) {
        self.changes.extend(self.tail.take().map(|tail| tail.dropped));
    }

    /// The tail is the end of the file, and stays.
    fn keep(&mut self, tail: Tail) -> Result<(), Failed> {
        let Tail { bytes, is_alone, is_torn, dropped } = tail;
        let place = (dropped.line, dropped.column);
        let text = self.decode(place, &bytes);
        self.write(&[text.as_bytes()])?;
        let bytes_after = dropped.bytes_after + bytes.len() as u64 + 1;
        // A line that was closed before is left as it is.
        if is_torn || !is_alone || dropped.bytes_before != bytes_after {
            let what = if is_torn { "the last line has no end" } else { "the last line ends in a broken record" };
            let message = format!("{what}; kept on a line of its own");
            self.changes.push(Change { action: Action::Closed, bytes_after, message, ..dropped });
        }
        Ok(())
    }

    fn change(&mut self, place: (u64, u64), rule: Rule, action: Action, bytes: (usize, usize), message: String) {
        self.account.taken += bytes.0 as u64;
        self.account.put += bytes.1 as u64;
        self.changes.push(Change::new(place, rule, action, bytes, message));
    }

    fn frequent(&mut self, kind: Frequent, place: (u64, u64), bytes: (usize, usize)) {
        self.account.taken += bytes.0 as u64;
        self.account.put += bytes.1 as u64;
        let one = |(rule, action, _)| Change::new(place, rule, action, bytes, String::new());
        match &mut self.frequent[kind as usize] {
            Some(sum) => {
                sum.count += 1;
                sum.bytes_before += bytes.0 as u64;
                sum.bytes_after += bytes.1 as u64;
            }
            none => *none = Some(one(kind.of())),
        }
    }

    /// Blanks between parts and the line's own newline may have gone, or a newline may have come:
    /// they belong to a change of the line, so that the changes account for every byte.
    fn settle(&mut self, line: Line<'_>, text: &[u8], earlier: usize, has_tail: bool) {
        let Account { read, written, taken, put } = self.account;
        let gone = (read + put).saturating_sub(written + taken);
        let come = (written + taken).saturating_sub(read + put);
        self.account.taken += gone;
        self.account.put += come;
        if gone + come == 0 {
            return;
        }
        let changes = &mut self.changes[earlier..];
        let bearer = changes.iter().rposition(|change| change.action != Action::Removed);
        let bearer = bearer.or(changes.len().checked_sub(1)).and_then(|at| changes.get_mut(at));
        let tail = self.tail.as_mut().filter(|_| has_tail).map(|tail| &mut tail.dropped);
        if let Some(change) = tail.or(bearer) {
            change.bytes_before += gone;
            change.bytes_after += come;
        } else {
            // Such as a form feed after the record.
            let place = (line.number, line.column + text.trim_ascii_end().len() as u64);
            let message = "blanks that are none in JSON".to_owned();
            let change = Change::new(place, Rule::InvalidJson, Action::Removed, (0, 0), message);
            self.changes.push(Change { bytes_before: gone, bytes_after: come, ..change });
        }
    }
}

fn counted(bytes: usize) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

impl<W: Write> LineSink for Mender<W> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        match self.mend(line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failed) => {
                self.failed = Some(failed);
                ControlFlow::Break(())
            }
        }
    }
}
