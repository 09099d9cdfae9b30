//! Whole lines by the bufferful: what a search that skips most lines wants to look at.
//!
//! One buffer is kept from file to file. It grows for a line that does not fit, up to
//! [`MAX_LINE`], and shrinks again behind it. Refuses to look into lines, or to count them.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::{memchr, memrchr};

use crate::lines::{MAX_LINE, read_some};

/// Bytes read at a time: fits a processor's second-level cache together with what is searched for.
const CHUNK: usize = 256 << 10;

/// A part of a file that begins with a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chunk<'a> {
    /// Whole lines. The last one has no newline if it is the last of the file and torn.
    Lines {
        /// The lines.
        bytes: &'a [u8],
        /// Decoded bytes of the file before them.
        offset: u64,
    },
    /// One line that is longer than [`MAX_LINE`].
    TooLong {
        /// As much of it as may be held.
        beginning: &'a [u8],
        /// Decoded bytes of the file before it.
        offset: u64,
    },
}

/// Reads chunks with a buffer that is kept from file to file.
#[derive(Debug)]
pub(super) struct Chunks {
    buffer: Vec<u8>,
    size: usize,
    longest: usize,
}

impl Default for Chunks {
    fn default() -> Self {
        Self::new(CHUNK, MAX_LINE)
    }
}

impl Chunks {
    /// Reads `size` bytes at a time and holds lines that are shorter than `longest`.
    pub(super) fn new(size: usize, longest: usize) -> Self {
        Self { buffer: vec![0; size], size, longest }
    }

    /// Pushes all of `source`, in order, to `take`, which may stop.
    pub(super) fn read(
        &mut self,
        source: &mut dyn Read,
        mut take: impl FnMut(Chunk<'_>) -> ControlFlow<()>,
    ) -> std::io::Result<()> {
        // The buffer is filled up to `filled`, and up to `scanned` there is no newline in it.
        let (mut filled, mut scanned, mut offset) = (0, 0, 0);
        loop {
            if let Some(at) = memrchr(b'\n', &self.buffer[scanned..filled]) {
                let end = scanned + at + 1;
                if take(Chunk::Lines { bytes: &self.buffer[..end], offset }).is_break() {
                    return Ok(());
                }
                self.buffer.copy_within(end..filled, 0);
                filled -= end;
                offset += end as u64;
                if self.buffer.len() > self.size && filled < self.size {
                    self.buffer.truncate(self.size);
                    self.buffer.shrink_to_fit();
                }
            }
            scanned = filled;
            if filled == self.buffer.len() {
                if filled < self.longest {
                    self.buffer.resize((filled * 2).min(self.longest), 0);
                } else {
                    if take(Chunk::TooLong { beginning: &self.buffer[..filled], offset }).is_break() {
                        return Ok(());
                    }
                    let (passed, held) = self.pass_over(source)?;
                    offset += filled as u64 + passed;
                    (filled, scanned) = (held, 0);
                    continue;
                }
            }
            let n = read_some(source, &mut self.buffer[filled..])?;
            if n == 0 {
                break;
            }
            filled += n;
        }
        if filled > 0 {
            // Nothing is left to stop.
            let _: ControlFlow<()> = take(Chunk::Lines { bytes: &self.buffer[..filled], offset });
        }
        Ok(())
    }

    /// Drops the rest of a line. Gives how many bytes that were, and how many bytes of the lines
    /// behind it are at the buffer's front.
    fn pass_over(&mut self, source: &mut dyn Read) -> std::io::Result<(u64, usize)> {
        let mut passed = 0;
        loop {
            let n = read_some(source, &mut self.buffer)?;
            let Some(at) = memchr(b'\n', &self.buffer[..n]).filter(|_| n > 0) else {
                passed += n as u64;
                if n == 0 {
                    return Ok((passed, 0));
                }
                continue;
            };
            self.buffer.copy_within(at + 1..n, 0);
            return Ok((passed + at as u64 + 1, n - at - 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `take` is given of `data`, too long lines as their beginnings and no more.
    fn read(data: &[u8], size: usize, longest: usize) -> Vec<String> {
        let mut seen = Vec::new();
        let mut place = 0;
        Chunks::new(size, longest)
            .read(&mut &data[..], |chunk| {
                match chunk {
                    Chunk::Lines { bytes, offset } => {
                        assert_eq!(&data[offset as usize..][..bytes.len()], bytes);
                        assert!(offset >= place);
                        place = offset + bytes.len() as u64;
                        seen.extend(String::from_utf8_lossy(bytes).split_inclusive('\n').map(str::to_owned));
                    }
                    Chunk::TooLong { beginning, .. } => {
                        seen.push(format!("{}…", String::from_utf8_lossy(beginning)));
                    }
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        seen
    }

    #[test]
    fn lines_are_whole_whatever_the_size_of_the_buffer() {
        let data = b"one\n\nthree is longer\r\nfour";
        for size in 1..40 {
            assert_eq!(read(data, size, 64), ["one\n", "\n", "three is longer\r\n", "four"], "size {size}");
        }
        assert_eq!(read(b"", 8, 64), [""; 0]);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_nothing_else() {
        let data = b"a\nthree is longer\nb\nfour is longer";
        for size in 1..=8 {
            assert_eq!(read(data, size, 8), ["a\n", "three is…", "b\n", "four is …"], "size {size}");
        }
    }
}
