//! The line engine: bytes in, lines out, pushed to a sink that may stop.
//!
//! One reused buffer holds the lines of a chunk. A line that outgrows it is offered by its
//! beginning, and the sink says whether it wants the rest ([`Want`]): a 30 MB line that cannot
//! matter passes through without being stored.
//!
//! Refuses to interpret. It knows a single thing of the format, [`RECORD_START`], so that a record
//! glued to the end of a line that was passed over is not passed over with it.

use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;

use memchr::{memchr, memmem};

/// Longest line that is ever held in memory, in bytes.
pub const MAX_LINE: usize = 32 << 20;

/// How every enveloped record begins. Inside a JSON string its quotes would be escaped.
pub(crate) const RECORD_START: &[u8] = b"{\"timestamp\":";

/// Bytes read at a time: fits a processor's second-level cache, and larger reads were not faster.
const CHUNK: usize = 256 << 10;

/// Bytes read at a time where only a file's first lines matter, which mostly fit into it.
const HEAD_CHUNK: usize = 32 << 10;

/// One line of a file, without its newline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: u64,
    /// Where `bytes` begin in the line, counted from 1.
    pub column: u64,
    /// Decoded bytes of the file before `bytes`.
    pub offset: u64,
    /// The line; empty if it was passed over.
    pub bytes: &'a [u8],
    /// Whether a newline follows. False for the last line of a file that is torn or being written.
    pub terminated: bool,
    /// Whether the line was passed over, by the sink's wish or for being longer than [`MAX_LINE`].
    pub passed_over: bool,
}

/// What the sink wants of a line that does not fit the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// All of it, up to [`MAX_LINE`].
    Whole,
    /// Nothing more.
    Nothing,
}

/// Receives lines.
pub trait LineSink {
    /// Decides about a long line by its beginning, which is 256 KiB long.
    fn want(&mut self, beginning: &[u8]) -> Want;
    /// Takes one line. `Break` ends the reading.
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()>;
}

/// How much of a source was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Lines, an unterminated last one included.
    pub lines: u64,
    /// Decoded bytes.
    pub bytes: u64,
}

/// Reads lines with a buffer that is kept from file to file.
#[derive(Debug)]
pub struct LineReader {
    buffer: Vec<u8>,
}

impl Default for LineReader {
    fn default() -> Self {
        Self { buffer: vec![0; CHUNK] }
    }
}

impl LineReader {
    /// A reader for files of which only the first lines matter: it reads little at a time.
    pub fn for_heads() -> Self {
        Self { buffer: vec![0; HEAD_CHUNK] }
    }
}

/// The line that is open at the front of the buffer.
#[derive(Default)]
struct Open {
    /// Bytes of the buffer that are filled.
    filled: usize,
    /// Bytes that are known to hold no newline.
    scanned: usize,
    /// Bytes of the same line that came before the buffer.
    passed: u64,
    /// Whether the sink asked for all of it.
    wanted: bool,
}

impl LineReader {
    /// Pushes every line of `source` to `sink`.
    ///
    /// `extent` is right at any moment, so that it tells how far reading came before an error.
    pub fn read(
        &mut self,
        source: &mut impl Read,
        sink: &mut impl LineSink,
        extent: &mut Extent,
    ) -> std::io::Result<()> {
        let mut open = Open::default();
        loop {
            if open.filled < self.buffer.len() {
                let n = read_some(source, &mut self.buffer[open.filled..])?;
                if n == 0 {
                    break;
                }
                open.filled += n;
            } else if !self.make_room(source, sink, extent, &mut open)? {
                break;
            }
            if self.push_lines(sink, extent, &mut open).is_break() {
                return Ok(());
            }
        }
        if open.filled > 0 {
            let bytes = &self.buffer[..open.filled];
            let line = Line {
                number: extent.lines + 1,
                column: open.passed + 1,
                offset: extent.bytes,
                bytes,
                terminated: false,
                passed_over: false,
            };
            extent.lines += 1;
            extent.bytes += bytes.len() as u64;
            // Nothing is left to stop.
            let _: ControlFlow<()> = sink.line(line);
        }
        Ok(())
    }

    /// Pushes the whole lines in the buffer and moves the open rest to its front.
    fn push_lines(&mut self, sink: &mut impl LineSink, extent: &mut Extent, open: &mut Open) -> ControlFlow<()> {
        let mut start = 0;
        let mut scan = open.scanned;
        while let Some(at) = memchr(b'\n', &self.buffer[scan..open.filled]) {
            let end = scan + at;
            extent.lines += 1;
            let line = Line {
                number: extent.lines,
                column: open.passed + 1,
                offset: extent.bytes,
                bytes: &self.buffer[start..end],
                terminated: true,
                passed_over: false,
            };
            extent.bytes += (end + 1 - start) as u64;
            open.passed = 0;
            open.wanted = false;
            start = end + 1;
            scan = start;
            sink.line(line)?;
        }
        self.buffer.copy_within(start..open.filled, 0);
        open.filled -= start;
        open.scanned = open.filled;
        if start > 0 && self.buffer.len() > CHUNK && open.filled < CHUNK {
            self.buffer.truncate(CHUNK);
            self.buffer.shrink_to_fit();
        }
        ControlFlow::Continue(())
    }

    /// The open line fills the buffer: grow, or pass the line over. False at the end of the source.
    fn make_room(
        &mut self,
        source: &mut impl Read,
        sink: &mut impl LineSink,
        extent: &mut Extent,
        open: &mut Open,
    ) -> std::io::Result<bool> {
        if !open.wanted {
            open.wanted = sink.want(&self.buffer[..open.filled]) == Want::Whole;
        }
        if open.wanted && open.filled < MAX_LINE {
            let room = (self.buffer.len() * 2).min(MAX_LINE);
            self.buffer.resize(room, 0);
            return Ok(true);
        }
        let (number, column, offset) = (extent.lines + 1, open.passed + 1, extent.bytes);
        let found = self.pass_over(source, extent, open)?;
        let terminated = found == Some(Found::Newline);
        if found != Some(Found::RecordStart) {
            extent.lines += 1;
        }
        let line = Line { number, column, offset, bytes: &[], terminated, passed_over: true };
        Ok(sink.line(line).is_continue() && found.is_some())
    }

    /// Drops bytes up to the next newline or record start, which then is at the buffer's front.
    fn pass_over(
        &mut self,
        source: &mut impl Read,
        extent: &mut Extent,
        open: &mut Open,
    ) -> std::io::Result<Option<Found>> {
        let starts = memmem::Finder::new(RECORD_START);
        let mut from = 1; // the passed-over line itself begins with a record start
        loop {
            let held = &self.buffer[..open.filled];
            let newline = memchr(b'\n', held);
            let searched = &held[from.min(held.len())..newline.unwrap_or(held.len())];
            let (found, drop) = match (starts.find(searched), newline) {
                (Some(at), _) => (Some(Found::RecordStart), from + at),
                (None, Some(at)) => (Some(Found::Newline), at + 1),
                // A record start may be split between two reads.
                (None, None) => (None, held.len().saturating_sub(RECORD_START.len() - 1)),
            };
            self.buffer.copy_within(drop..open.filled, 0);
            open.filled -= drop;
            open.passed += drop as u64;
            extent.bytes += drop as u64;
            if found.is_some() {
                open.wanted = false;
                open.scanned = 0;
                if found == Some(Found::Newline) {
                    open.passed = 0;
                }
                return Ok(found);
            }
            from = 0;
            let n = read_some(source, &mut self.buffer[open.filled..])?;
            if n == 0 {
                extent.bytes += open.filled as u64;
                open.filled = 0;
                return Ok(None);
            }
            open.filled += n;
        }
    }
}

/// Where passing over ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Newline,
    RecordStart,
}

pub(crate) fn read_some(source: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Owned copy of a [`Line`].
    type Owned = (u64, u64, u64, Vec<u8>, bool, bool);

    struct Collect(Vec<Owned>, Want);

    impl LineSink for Collect {
        fn want(&mut self, _: &[u8]) -> Want {
            self.1
        }

        fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
            let Line { number, column, offset, bytes, terminated, passed_over } = line;
            self.0.push((number, column, offset, bytes.to_vec(), terminated, passed_over));
            ControlFlow::Continue(())
        }
    }

    /// Hands out `data` in pieces of `step` bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn read(data: &[u8], step: usize, want: Want) -> (Vec<Owned>, Extent) {
        let mut collect = Collect(Vec::new(), want);
        let mut extent = Extent::default();
        LineReader::default().read(&mut Pieces(data, step), &mut collect, &mut extent).unwrap();
        (collect.0, extent)
    }

    #[test]
    fn lines_are_what_split_says_at_every_read_size() {
        let data = b"one\n\ntwo\r\nthree";
        for step in 1..20 {
            let (lines, extent) = read(data, step, Want::Whole);
            let want: Vec<Owned> = vec![
                (1, 1, 0, b"one".to_vec(), true, false),
                (2, 1, 4, vec![], true, false),
                (3, 1, 5, b"two\r".to_vec(), true, false),
                (4, 1, 10, b"three".to_vec(), false, false),
            ];
            assert_eq!((lines, extent), (want, Extent { lines: 4, bytes: 15 }), "step {step}");
        }
        assert_eq!(read(b"", 9, Want::Whole), (vec![], Extent::default()));
        assert_eq!(read(b"a\n", 9, Want::Whole).0.len(), 1);
    }

    #[test]
    fn a_long_line_is_held_whole_when_wanted() {
        let long = vec![b'x'; 3 * CHUNK + 17];
        let data = [b"a\n", &long[..], b"\nb\n"].concat();
        let (lines, extent) = read(&data, 100_000, Want::Whole);
        assert_eq!(lines[1], (2, 1, 2, long.clone(), true, false));
        assert_eq!(lines[2], (3, 1, 3 + long.len() as u64, b"b".to_vec(), true, false));
        assert_eq!(extent.bytes, data.len() as u64);
    }

    #[test]
    fn a_long_line_that_is_not_wanted_is_counted_and_nothing_else() {
        let long = vec![b'x'; 3 * CHUNK + 17];
        for step in [7919, CHUNK, usize::MAX] {
            let data = [b"a\n", &long[..], b"\nb\n"].concat();
            let (lines, extent) = read(&data, step, Want::Nothing);
            assert_eq!(lines[1], (2, 1, 2, vec![], true, true));
            assert_eq!(lines[2], (3, 1, 3 + long.len() as u64, b"b".to_vec(), true, false));
            assert_eq!(extent, Extent { lines: 3, bytes: data.len() as u64 });
            let (lines, extent) = read(&data[..data.len() - 3], step, Want::Nothing);
            assert_eq!(lines[1], (2, 1, 2, vec![], false, true));
            assert_eq!(extent, Extent { lines: 2, bytes: data.len() as u64 - 3 });
        }
    }

    #[test]
    fn a_record_glued_to_a_long_line_is_found() {
        let long = [RECORD_START, &vec![b'x'; 2 * CHUNK]].concat();
        let record = [RECORD_START, b"1}"].concat();
        let data = [&long[..], &record, b"\nb\n"].concat();
        for step in [7919, 4096, CHUNK, usize::MAX] {
            let (lines, extent) = read(&data, step, Want::Nothing);
            assert_eq!(lines[0], (1, 1, 0, vec![], false, true));
            assert_eq!(lines[1], (1, long.len() as u64 + 1, long.len() as u64, record.clone(), true, false));
            assert_eq!(lines[2].0, 2);
            assert_eq!(extent, Extent { lines: 2, bytes: data.len() as u64 });
        }
    }
}
