//! Where a rollout's bytes come from: a plain file, a compressed one, or memory.
//!
//! Offsets always count decoded bytes, as Codex does.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::discover::{RolloutFile, Storage};
use crate::lines::{Extent, LineReader, LineSink};
use crate::problem::ReadError;

/// Pushes every line of a rollout to `sink`.
///
/// A file that grows while it is read is read to where it ended; one that shrinks ends early; one
/// that was compressed or decompressed after it was found is read under its new name.
pub fn for_each_line(
    reader: &mut LineReader,
    rollout: &RolloutFile,
    sink: &mut impl LineSink,
    extent: &mut Extent,
) -> Result<(), ReadError> {
    let (file, storage) = match &rollout.storage {
        Storage::Memory(bytes) => return Ok(reader.read(&mut &bytes[..], sink, extent)?),
        Storage::Plain | Storage::Zstd => open(rollout)?,
    };
    match storage {
        Storage::Zstd => {
            let damaged = |source| ReadError::Zstd { path: rollout.path.to_path_buf(), source };
            let mut decoder = zstd::Decoder::new(file).map_err(damaged)?;
            reader.read(&mut decoder, sink, extent).map_err(damaged)
        }
        _ => reader.read(&mut Named { file, path: &rollout.path }, sink, extent).map_err(Into::into),
    }
}

/// Opens the file, or the twin it has meanwhile become.
fn open(rollout: &RolloutFile) -> std::io::Result<(File, Storage)> {
    let missing = match fs_err::File::open(&*rollout.path) {
        Ok(file) => return Ok((file.into(), rollout.storage)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => error,
        Err(error) => return Err(error),
    };
    let (twin, storage) = match rollout.storage {
        Storage::Zstd => (rollout.path.with_extension(""), Storage::Plain),
        _ => (rollout.path.with_extension("jsonl.zst"), Storage::Zstd),
    };
    fs_err::File::open(twin).map(|file| (file.into(), storage)).map_err(|_| missing)
}

/// A file whose read errors name its path, read without a second buffer.
struct Named<'a> {
    file: File,
    path: &'a Path,
}

impl Read for Named<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer).map_err(|error| {
            let message = format!("failed to read from file `{}`: {error}", self.path.display());
            std::io::Error::new(error.kind(), message)
        })
    }
}
