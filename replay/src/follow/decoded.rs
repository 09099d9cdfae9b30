//! A file's decoded bytes, from a place that moves forward.
//!
//! A plain file jumps there; a compressed one is decoded up to it. Refuses to read backwards, except
//! to find where the last whole line of a plain file ends.

use std::io::{BufReader, Read, Seek, SeekFrom};

use memchr::memrchr;

use crate::discover::{RolloutFile, Storage};

/// Bytes that are looked at together.
const CHUNK: u64 = 64 << 10;

/// The decoded bytes of a file, from a place that only moves forward.
pub(super) enum Decoded {
    Plain(fs_err::File),
    Zstd { decoder: zstd::Decoder<'static, BufReader<fs_err::File>>, at: u64 },
}

impl Decoded {
    pub(super) fn open(file: &RolloutFile) -> std::io::Result<Self> {
        let opened = fs_err::File::open(&*file.path)?;
        Ok(match file.storage {
            Storage::Zstd => Self::Zstd { decoder: zstd::Decoder::new(opened)?, at: 0 },
            _ => Self::Plain(opened),
        })
    }

    /// Decoded bytes of the whole lines.
    pub(super) fn end_of_lines(&mut self) -> std::io::Result<u64> {
        if let Self::Plain(file) = self {
            return last_newline(file);
        }
        // A file is compressed when nobody writes to it any more: it has no torn line, or keeps it.
        self.skip_to(u64::MAX)?;
        Ok(match self {
            Self::Zstd { at, .. } => *at,
            Self::Plain(_) => 0,
        })
    }

    pub(super) fn skip_to(&mut self, offset: u64) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.seek(SeekFrom::Start(offset)).map(drop),
            Self::Zstd { decoder, at } => {
                let distance = offset.saturating_sub(*at);
                *at += std::io::copy(&mut decoder.take(distance), &mut std::io::sink())?;
                Ok(())
            }
        }
    }

    /// Reads until `bytes` is full or the file ends.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let mut n = 0;
        while n < bytes.len() {
            match self.read(&mut bytes[n..])? {
                0 => break,
                more => n += more,
            }
        }
        Ok(n)
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Zstd { decoder, at } => {
                let n = decoder.read(buffer)?;
                *at += n as u64;
                Ok(n)
            }
        }
    }
}

/// The place behind the last newline.
fn last_newline(file: &mut fs_err::File) -> std::io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut bytes = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(CHUNK);
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        file.take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = memrchr(b'\n', &bytes) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
