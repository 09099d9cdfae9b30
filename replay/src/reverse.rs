//! Lines from the end of a file to its beginning, for what the newest lines decide.
//!
//! Offsets are known at once; line numbers are not, since nothing before a line has been read.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use memchr::memrchr;

use crate::lines::{Line, MAX_LINE};

/// Bytes read at a time.
const BLOCK: usize = 64 << 10;

/// A source that can be read from any place.
pub(crate) trait ReadSeek: Read + Seek + std::fmt::Debug + Send {}
impl<T: Read + Seek + std::fmt::Debug + Send> ReadSeek for T {}

/// Pushes the lines of `source` that begin in `from..to` to `take`, the last one first.
///
/// Each has its offset and no number. A line that is longer than [`MAX_LINE`] is pushed without its
/// bytes, as passed over.
pub(crate) fn for_each_line_reversed(
    source: &mut dyn ReadSeek,
    from: u64,
    to: u64,
    mut take: impl FnMut(Line<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    // The bytes from `start` on that are not pushed yet: the end of one line, and what stands before it.
    let mut held: Vec<u8> = Vec::new();
    let mut start = to;
    // Bytes at the front of `held` that may hold a newline.
    let mut searched = 0;
    let mut terminated = false;
    let mut step = BLOCK;
    let mut too_long = false;
    loop {
        while let Some(newline) = memrchr(b'\n', &held[..searched]) {
            let offset = start + newline as u64 + 1;
            let bytes = &held[newline + 1..];
            if offset != to {
                let line = Line {
                    number: 0,
                    column: 1,
                    offset,
                    bytes: if too_long { &[] } else { bytes },
                    terminated,
                    passed_over: too_long,
                };
                if take(line).is_break() {
                    return Ok(());
                }
            }
            too_long = false;
            terminated = true;
            held.truncate(newline);
            searched = newline;
            step = BLOCK;
        }
        if start == from {
            break;
        }
        if held.len() > MAX_LINE {
            too_long = true;
            held.clear();
        }
        let length = step.min(usize::try_from(start - from).unwrap_or(usize::MAX));
        start -= length as u64;
        source.seek(SeekFrom::Start(start))?;
        let old = std::mem::take(&mut held);
        held.reserve(length + old.len());
        held.resize(length, 0);
        source.read_exact(&mut held)?;
        held.extend_from_slice(&old);
        searched = length; // the old bytes are one line's
        step = (step * 2).min(MAX_LINE);
    }
    if terminated || !held.is_empty() || too_long {
        let bytes = if too_long { &[][..] } else { &held[..] };
        // Nothing is left to stop.
        let _: ControlFlow<()> =
            take(Line { number: 0, column: 1, offset: from, bytes, terminated, passed_over: too_long });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    type Owned = (u64, Vec<u8>, bool, bool);

    fn reversed(data: &[u8], from: u64, to: u64) -> Vec<Owned> {
        let mut lines = Vec::new();
        for_each_line_reversed(&mut Cursor::new(data), from, to, |line| {
            lines.push((line.offset, line.bytes.to_vec(), line.terminated, line.passed_over));
            ControlFlow::Continue(())
        })
        .unwrap();
        lines
    }

    #[test]
    fn lines_come_last_first() {
        let line = |offset, text: &str, terminated| (offset, text.as_bytes().to_vec(), terminated, false);
        assert_eq!(reversed(b"one\n\ntwo", 0, 8), [line(5, "two", false), line(4, "", true), line(0, "one", true)]);
        assert_eq!(reversed(b"one\n\ntwo\n", 0, 9), [line(5, "two", true), line(4, "", true), line(0, "one", true)]);
        assert_eq!(reversed(b"one\ntwo\nsix\n", 4, 8), [line(4, "two", true)]);
        assert_eq!(reversed(b"", 0, 0), []);
        assert_eq!(reversed(b"\n", 0, 1), [line(0, "", true)]);
    }

    #[test]
    fn blocks_may_end_anywhere_in_long_lines() {
        let lines: Vec<String> = (0..50).map(|n| "x".repeat(n * 7919 % 200_000)).collect();
        let data = lines.join("\n");
        let mut offset = data.len() as u64 + 1;
        let got = reversed(data.as_bytes(), 0, data.len() as u64);
        assert_eq!(got.len(), lines.len());
        for (line, got) in lines.iter().rev().zip(got) {
            offset -= line.len() as u64 + 1;
            assert_eq!((got.0, got.1.len()), (offset, line.len()));
        }
    }
}
