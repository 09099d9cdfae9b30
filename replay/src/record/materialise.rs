//! A compressed rollout becomes a plain one again before it is gone on with, as Codex does it.
//!
//! The plain file appears whole, or not at all; until then the compressed one stays. Refuses to replace a plain
//! file that is there.

use std::fs::{File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};

use super::RecordError;
use crate::problem::ReadError;
use crate::publish::Draft;

/// Puts the plain twin in the place of `compressed`, and returns its path.
pub(super) fn materialise(compressed: &Path) -> Result<PathBuf, RecordError> {
    let plain = compressed.with_extension("");
    let failed = |source| RecordError::Write { path: plain.clone(), source };
    let damaged = |source| ReadError::Zstd { path: compressed.to_owned(), source };
    let source: File = fs_err::File::open(compressed).map_err(ReadError::Io)?.into();
    let metadata = source.metadata().map_err(ReadError::Io)?;
    let folder = compressed.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = Draft::begin(folder).map_err(failed)?;
    let mut file = draft.file();
    let mut decoder = zstd::Decoder::new(source).map_err(damaged)?;
    io::copy(&mut decoder, &mut file).map_err(damaged)?;
    file.set_permissions(metadata.permissions()).map_err(failed)?;
    file.set_times(FileTimes::new().set_modified(metadata.modified().map_err(ReadError::Io)?)).map_err(failed)?;
    draft.publish(&plain, true).map_err(failed)?;
    fs_err::remove_file(compressed).map_err(failed)?;
    Ok(plain)
}
