//! Reading single records again, and the history as it is handed out.

use std::borrow::Cow;
use std::io::{Read, SeekFrom};
use std::ops::ControlFlow;

use rollout_schema::LineKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::item::{Class, Entry, HELD, View};
use crate::chain::Chain;
use crate::problem::{Problem, ReadError};
use crate::records::Record;
use crate::source::{Seekable, open_seekable};

/// The items that the model sees.
#[derive(Debug)]
pub struct History {
    pub(super) chain: Chain,
    pub(super) sources: Sources,
    pub(super) entries: Vec<Entry>,
    /// Items that are no line of their own: of a replacement history, or made in rebuilding.
    pub(super) held: Vec<Box<str>>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl History {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the model sees nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an item at the end that stands in no line.
    pub(crate) fn hold(&mut self, json: String) {
        let offset = self.held.len() as u64;
        self.held.push(json.into());
        self.entries.push(Entry { offset, call: 0, length: 0, piece: HELD, class: Class::UserContext });
    }

    /// The JSON of one item, as it stands in the log; `buffer` is where it is read into.
    pub fn get<'a>(&'a mut self, index: usize, buffer: &'a mut Vec<u8>) -> Result<Option<&'a str>, ReadError> {
        let Some(entry) = self.entries.get(index) else { return Ok(None) };
        read(&mut self.sources, &self.chain, &self.held, *entry, buffer).map(Some)
    }

    /// Hands out the JSON of every item in order, as it stands in the log, until `take` breaks.
    pub fn for_each(&mut self, mut take: impl FnMut(&str) -> ControlFlow<()>) -> Result<(), ReadError> {
        let mut buffer = Vec::new();
        for entry in &self.entries {
            let json = read(&mut self.sources, &self.chain, &self.held, *entry, &mut buffer)?;
            if take(json).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The files of a chain, each opened once.
#[derive(Debug)]
pub(crate) struct Sources(Vec<Option<Seekable>>);

impl Sources {
    pub(crate) fn new(chain: &Chain) -> Self {
        Self(chain.pieces.iter().map(|_| None).collect())
    }

    /// The file of a piece.
    pub(crate) fn open(&mut self, chain: &Chain, piece: usize) -> Result<&mut Seekable, ReadError> {
        let slot = &mut self.0[piece];
        Ok(match slot {
            Some(open) => open,
            None => slot.insert(open_seekable(&chain.pieces[piece].file)?),
        })
    }
}

impl Sources {
    /// Lines that end before `offset`.
    pub(super) fn count_lines(&mut self, chain: &Chain, piece: usize, offset: u64) -> Result<u64, ReadError> {
        let source = &mut self.open(chain, piece)?.source;
        source.seek(SeekFrom::Start(0))?;
        let mut buffer = vec![0; 64 << 10];
        let (mut left, mut lines) = (offset, 0);
        while left > 0 {
            let length = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            source.read_exact(&mut buffer[..length])?;
            lines += memchr::memchr_iter(b'\n', &buffer[..length]).count() as u64;
            left -= length as u64;
        }
        Ok(lines)
    }
}

/// The JSON of one item.
pub(super) fn read<'a>(
    sources: &mut Sources,
    chain: &Chain,
    held: &'a [Box<str>],
    entry: Entry,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a str, ReadError> {
    if entry.piece == HELD {
        return Ok(usize::try_from(entry.offset).ok().and_then(|index| held.get(index)).map_or("null", |json| json));
    }
    record(sources, chain, usize::from(entry.piece), entry.offset, entry.length as usize, buffer)?;
    match payload::<&RawValue>(buffer) {
        Ok(raw) => Ok(raw.get()),
        // A line without envelope is its own item.
        Err(_) => std::str::from_utf8(buffer).map_err(|error| std::io::Error::other(error).into()),
    }
}

/// Reads a record into `buffer`.
pub(super) fn record(
    sources: &mut Sources,
    chain: &Chain,
    piece: usize,
    offset: u64,
    length: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), ReadError> {
    let source = &mut sources.open(chain, piece)?.source;
    source.seek(SeekFrom::Start(offset))?;
    buffer.resize(length, 0);
    source.read_exact(buffer)?;
    // Bytes that are no text are read with replacement characters, as everywhere.
    if let Cow::Owned(text) = String::from_utf8_lossy(buffer) {
        *buffer = text.into_bytes();
    }
    Ok(())
}

#[derive(Deserialize)]
struct Enveloped<P> {
    payload: P,
}

/// The payload of a line.
pub(crate) fn payload<'a, P: Deserialize<'a>>(json: &'a [u8]) -> Result<P, serde_json::Error> {
    serde_json::from_slice::<Enveloped<P>>(json).map(|line| line.payload)
}

/// The item in a `response_item` record, as far as rebuilding looks at it.
pub(crate) fn view<'a>(record: &Record<'a>) -> Result<View<'a>, serde_json::Error> {
    debug_assert_eq!(record.head.kind, LineKind::ResponseItem);
    if record.bare { serde_json::from_slice(record.json) } else { payload(record.json) }
}
