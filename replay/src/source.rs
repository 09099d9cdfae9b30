//! Where a rollout's bytes come from: a plain file, a compressed one, or memory.
//!
//! Offsets always count decoded bytes, as Codex does.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use crate::discover::{RolloutFile, Storage};
use crate::lines::{Extent, LineReader, LineSink};
use crate::problem::ReadError;
use crate::reverse::ReadSeek;
use crate::scan::Progress;

/// Pushes every line of a rollout to `sink`.
///
/// A file that grows while it is read is read to where it ended; one that shrinks ends early; one
/// that was compressed or decompressed after it was found is read under its new name. `progress` is told
/// of stored bytes.
pub fn for_each_line(
    reader: &mut LineReader,
    rollout: &RolloutFile,
    progress: &dyn Progress,
    sink: &mut impl LineSink,
    extent: &mut Extent,
) -> Result<(), ReadError> {
    with_source(rollout, progress, |mut source| reader.read(&mut source, sink, extent))
}

/// Lets `read` have the decoded bytes of a rollout, as [`for_each_line`] does.
pub(crate) fn with_source(
    rollout: &RolloutFile,
    progress: &dyn Progress,
    read: impl FnOnce(&mut dyn Read) -> std::io::Result<()>,
) -> Result<(), ReadError> {
    let (file, storage) = match &rollout.storage {
        Storage::Memory(bytes) => return Ok(read(&mut &bytes[..])?),
        Storage::Plain | Storage::Zstd => open(rollout)?,
    };
    let mut source = Source { file, path: &rollout.path, progress };
    match storage {
        Storage::Zstd => {
            let damaged = |source| ReadError::Zstd { path: rollout.path.to_path_buf(), source };
            read(&mut zstd::Decoder::new(source).map_err(damaged)?).map_err(damaged)
        }
        _ => read(&mut source).map_err(Into::into),
    }
}

/// The decoded bytes of a rollout, to be read from any place.
#[derive(Debug)]
pub(crate) struct Seekable {
    /// The bytes.
    pub(crate) source: Box<dyn ReadSeek>,
    /// How many they are.
    pub(crate) length: u64,
    /// Why there are no more, if a compressed stream is damaged.
    pub(crate) damage: Option<ReadError>,
}

/// Opens a rollout for reading from any place.
///
/// A compressed file is decoded into an unnamed temporary one: its stream has no places to jump to.
pub(crate) fn open_seekable(rollout: &RolloutFile) -> Result<Seekable, ReadError> {
    let (file, storage) = match &rollout.storage {
        Storage::Memory(bytes) => {
            let length = bytes.len() as u64;
            return Ok(Seekable { source: Box::new(Cursor::new(*bytes)), length, damage: None });
        }
        Storage::Plain | Storage::Zstd => open(rollout)?,
    };
    if storage != Storage::Zstd {
        let length = file.metadata()?.len();
        return Ok(Seekable { source: Box::new(file), length, damage: None });
    }
    let damaged = |source| ReadError::Zstd { path: rollout.path.to_path_buf(), source };
    let mut decoded = tempfile::tempfile()?;
    let damage = zstd::Decoder::new(file).and_then(|mut decoder| std::io::copy(&mut decoder, &mut decoded)).err();
    let length = decoded.metadata()?.len();
    Ok(Seekable { source: Box::new(decoded), length, damage: damage.map(damaged) })
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

/// A file that tells how far it was read and whose errors name its path.
struct Source<'a> {
    file: File,
    path: &'a Path,
    progress: &'a dyn Progress,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer);
        self.progress.bytes(n.as_ref().map_or(0, |n| *n as u64));
        n.map_err(|error| {
            let message = format!("failed to read from file `{}`: {error}", self.path.display());
            std::io::Error::new(error.kind(), message)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::discover::discover;
    use crate::lines::{Line, Want};
    use crate::scan::Silent;

    struct Lines(Vec<Vec<u8>>);

    impl LineSink for Lines {
        fn want(&mut self, _: &[u8]) -> Want {
            Want::Whole
        }

        fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
            self.0.push(line.bytes.to_vec());
            ControlFlow::Continue(())
        }
    }

    fn read(rollout: &RolloutFile) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut lines = Lines(Vec::new());
        for_each_line(&mut LineReader::default(), rollout, &Silent, &mut lines, &mut Extent::default())?;
        Ok(lines.0)
    }

    #[test]
    fn a_file_that_is_compressed_or_gone_meanwhile_does_not_stop_anything() {
        let dir = tempfile::tempdir().unwrap();
        let plain = dir.path().join("rollout-a.jsonl");
        let compressed = dir.path().join("rollout-a.jsonl.zst");
        fs_err::write(&plain, "one\ntwo\n").unwrap();
        let found = discover(&[dir.path().to_owned()]);
        let want = vec![b"one".to_vec(), b"two".to_vec()];
        assert_eq!(read(&found.files[0]).unwrap(), want);

        fs_err::write(&compressed, zstd::encode_all(&b"one\ntwo\n"[..], 3).unwrap()).unwrap();
        fs_err::remove_file(&plain).unwrap();
        assert_eq!(read(&found.files[0]).unwrap(), want);
        let found_compressed = discover(&[dir.path().to_owned()]);
        fs_err::rename(&compressed, dir.path().join("elsewhere")).unwrap();
        fs_err::write(&plain, "one\n").unwrap(); // resumed: plain again, and shorter
        assert_eq!(read(&found_compressed.files[0]).unwrap(), want[..1]);

        fs_err::remove_file(&plain).unwrap();
        let error = read(&found.files[0]).unwrap_err();
        assert!(error.to_string().contains("rollout-a.jsonl"), "{error}");
    }

    #[test]
    fn a_damaged_stream_gives_what_came_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rollout-a.jsonl.zst");
        let text: String = (0..200_000).map(|n| format!("line {n}\n")).collect();
        let bytes = zstd::encode_all(text.as_bytes(), 3).unwrap();
        fs_err::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let found = discover(&[path]);
        let mut lines = Lines(Vec::new());
        let mut extent = Extent::default();
        let error =
            for_each_line(&mut LineReader::default(), &found.files[0], &Silent, &mut lines, &mut extent).unwrap_err();
        assert!(matches!(error, ReadError::Zstd { .. }));
        assert_eq!(lines.0[0], b"line 0");
        assert_eq!(extent.lines, lines.0.len() as u64);
        assert!(extent.lines > 1000);
    }
}
