//! The lines of a new file on their way to it: numbered, and in the one form in which Codex writes.

use std::borrow::Cow;
use std::io::{self, Write};

use rollout_schema::{LineKind, Optional, wire};

use crate::records::Record;
use crate::timestamp::Time;

/// How lines in the usual form begin.
const START: &[u8] = b"{\"timestamp\":";
const ORDINAL: &[u8] = b",\"ordinal\":";

/// Why a line could not be written.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The file takes no more.
    Write(io::Error),
    /// The record cannot be read into the types that write it.
    Record(serde_json::Error),
}

impl From<Failed> for io::Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Write(error) => error,
            Failed::Record(error) => error.into(),
        }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Takes lines.
pub(crate) struct Sheet<W> {
    out: W,
    /// The ordinal of the next line, in a paginated file.
    next_ordinal: Option<u64>,
    /// Lines written.
    pub(crate) lines: u64,
    /// Response items among them.
    pub(crate) items: u64,
}

impl<W: Write> Sheet<W> {
    pub(crate) fn new(out: W, next_ordinal: Option<u64>) -> Self {
        Self { out, next_ordinal, lines: 0, items: 0 }
    }

    /// Writes a line of the file's own.
    pub(crate) fn own(&mut self, at: Time, item: wire::RolloutItem) -> Result<(), Failed> {
        self.made(at.to_string().into(), item)
    }

    /// Writes a line that belongs to a record of another file, with that record's time.
    pub(crate) fn at_time_of(&mut self, record: &Record<'_>, item: wire::RolloutItem) -> Result<(), Failed> {
        let timestamp = serde_json::from_slice(record.head.timestamp).map_err(Failed::Record)?;
        self.made(timestamp, item)
    }

    fn made(&mut self, timestamp: Box<str>, item: wire::RolloutItem) -> Result<(), Failed> {
        let (ordinal, metadata) = (Optional::Absent, Optional::Absent);
        self.envelope(wire::Envelope { timestamp, ordinal, item, metadata, rest: Default::default() })
    }

    /// Writes a line of another file as it stands there, but for its number.
    pub(crate) fn copied(&mut self, record: &Record<'_>) -> Result<(), Failed> {
        let json = record.json.trim_ascii_end();
        if record.head.payload.is_empty() {
            // Not in the usual form: its members may stand in any order.
            return self.envelope(serde_json::from_slice(json).map_err(Failed::Record)?);
        }
        let text = match std::str::from_utf8(json) {
            Ok(_) => Cow::Borrowed(json),
            Err(_) => Cow::Owned(String::from_utf8_lossy(json).into_owned().into_bytes()),
        };
        let (time, rest) = without_ordinal(&text, record.head.timestamp.len());
        self.out.write_all(time)?;
        if let Some(ordinal) = &mut self.next_ordinal {
            self.out.write_all(ORDINAL)?;
            self.out.write_all(ordinal.to_string().as_bytes())?;
            *ordinal += 1;
        }
        self.out.write_all(rest)?;
        self.out.write_all(b"\n")?;
        self.lines += 1;
        self.items += u64::from(record.head.kind == LineKind::ResponseItem);
        Ok(())
    }

    fn envelope(&mut self, mut envelope: wire::Envelope) -> Result<(), Failed> {
        self.items += u64::from(matches!(envelope.item, wire::RolloutItem::ResponseItem(_)));
        envelope.ordinal = self.next_ordinal.map(|ordinal| Some(ordinal.into())).into();
        let mut line = serde_json::to_vec(&envelope).map_err(Failed::Record)?;
        line.push(b'\n');
        self.out.write_all(&line)?;
        self.next_ordinal = self.next_ordinal.map(|ordinal| ordinal + 1);
        self.lines += 1;
        Ok(())
    }

    /// Hands all lines to the file.
    pub(crate) fn finish(mut self) -> io::Result<(u64, u64)> {
        self.out.flush()?;
        Ok((self.lines, self.items))
    }
}

/// A line in the usual form up to the end of its timestamp, and from the `,` before its type on.
fn without_ordinal(json: &[u8], timestamp: usize) -> (&[u8], &[u8]) {
    let (time, rest) = json.split_at(START.len() + timestamp);
    match rest.strip_prefix(ORDINAL) {
        Some(digits) => (time, &digits[digits.iter().take_while(|byte| byte.is_ascii_digit()).count()..]),
        None => (time, rest),
    }
}
