//! Random access: a range of a plain file by offset, without reading what stands before it.
//!
//! Refuses to scan. Whole files are read through [`crate::LineReader`], which was faster than
//! mapping them and needs a twentieth of the memory.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use crate::discover::{RolloutFile, Storage};

/// The `length` decoded bytes of a rollout from `offset` on, for a place that a scan has named.
///
/// A compressed file is decoded up to there; a plain one is mapped, or read if `map` is false.
pub fn read_record(rollout: &RolloutFile, offset: u64, length: usize, map: bool) -> std::io::Result<Vec<u8>> {
    match rollout.storage {
        Storage::Plain => read_range(&rollout.path, offset, length, map),
        Storage::Memory(bytes) => take(&mut &bytes[..], offset, length),
        Storage::Zstd => take(&mut zstd::Decoder::new(fs_err::File::open(&*rollout.path)?)?, offset, length),
    }
}

fn take(source: &mut impl Read, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
    std::io::copy(&mut source.by_ref().take(offset), &mut std::io::sink())?;
    let mut bytes = Vec::new();
    source.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes `[offset, offset + length)` of a file.
///
/// With `map` the range is mapped and copied out of the mapping; otherwise it is read. Both give
/// the same bytes.
fn read_range(path: &Path, offset: u64, length: usize, map: bool) -> std::io::Result<Vec<u8>> {
    let mut file: File = fs_err::File::open(path)?.into();
    if offset.saturating_add(length as u64) > file.metadata()?.len() {
        return Err(Error::new(ErrorKind::UnexpectedEof, format!("{} is shorter than it was", path.display())));
    }
    if map && length > 0 {
        return Ok(map_range(&file, offset, length)?.to_vec());
    }
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[expect(unsafe_code, reason = "mapping a file cannot be safe; the argument stands at the block")]
fn map_range(file: &File, offset: u64, length: usize) -> std::io::Result<Mmap> {
    // SAFETY: the mapping is read-only, private to this call, and lies within the file as it was a
    // moment ago. Codex and this project only append to rollouts or replace them by rename, which
    // leaves the mapped inode whole. Another program that truncates the file at this very moment
    // would raise SIGBUS; whoever must exclude that passes `map = false`.
    unsafe { MmapOptions::new().offset(offset).len(length).map(file) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_and_read_ranges_are_the_same() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        for (offset, length) in [(0, 9), (5, 20), (3, 0)] {
            let mapped = read_range(&path, offset, length, true).unwrap();
            assert_eq!(mapped, read_range(&path, offset, length, false).unwrap());
            assert_eq!(mapped.len(), length);
        }
        assert_eq!(read_range(&path, 1 << 40, 1, true).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
}
