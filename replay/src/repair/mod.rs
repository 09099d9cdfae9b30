//! Writes a mended copy of a damaged rollout.
//!
//! ```text
//! source ─► line ─┬► one JSON value ─────────────────► the same bytes ─┐
//!                 └► parts (records, NULs, debris) ─► records ─────────┼► temporary file ─► NEW
//!                                                     Numbering ───────┘     whole or not at all
//! ```
//!
//! Refuses to write into the source, to replace a file that is there, and to make up records: what
//! is lost stays lost, and every byte that the copy lacks stands in the [`RepairReport`]. Lines that
//! other files point to by their offset, as forks by reference do, move when a line before them is
//! mended; those files are not touched.

mod mend;
mod numbering;
mod report;
#[cfg(test)]
mod tests;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::discover::{RolloutFile, Storage};
use crate::lines::{Extent, LineReader, MAX_LINE};
use crate::problem::ReadError;
use crate::scan::Progress;
use crate::source::for_each_line;
use mend::Mender;

pub use report::{RepairAction, RepairChange, RepairReport};

/// Level at which Codex compresses rollouts, too.
const ZSTD_LEVEL: i32 = 3;

/// What becomes of a last line that is not a whole record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TornTail {
    /// It is left out.
    #[default]
    Drop,
    /// It stays, on a line of its own.
    Close,
}

/// How a rollout is mended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What becomes of a torn tail.
    pub torn_tail: TornTail,
    /// Whether records get contiguous ordinals.
    pub renumber: bool,
}

/// Why no copy was written.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The source could not be read to its end.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The source is a folder or a device.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// The place of the copy is taken, perhaps by the source.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A line does not fit into memory, and the copy would lack it.
    #[error("{}:{line}: the line is longer than {} MiB", path.display(), MAX_LINE >> 20)]
    LineTooLong {
        /// The source.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// The copy could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The copy.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Reads the rollout `source`, plain or `.zst`, and writes a mended copy to `out`, which must not exist.
///
/// The copy is compressed if its name ends in `.zst`. It appears under its name when it is complete;
/// until then, and after an error or a crash, there is no such file.
pub fn repair(
    source: &Path,
    out: &Path,
    options: Options,
    progress: &dyn Progress,
) -> Result<RepairReport, RepairError> {
    let metadata = fs_err::metadata(source).map_err(ReadError::Io)?;
    if !metadata.is_file() {
        return Err(RepairError::NotAFile(source.to_owned()));
    }
    // A link that leads nowhere is there as well.
    if fs_err::symlink_metadata(out).is_ok() {
        return Err(RepairError::Exists(out.to_owned()));
    }
    let write_error = |source| RepairError::Write { path: out.to_owned(), source };
    let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Neither Codex nor discovery takes a file of this name for a rollout.
    let mut temporary =
        tempfile::Builder::new().prefix(".repair-").suffix(".tmp").tempfile_in(folder).map_err(write_error)?;

    let storage = if is_zstd(source) { Storage::Zstd } else { Storage::Plain };
    let rollout = RolloutFile { path: source.into(), storage, bytes: metadata.len(), modified: None, archived: false };
    let file = BufWriter::with_capacity(1 << 20, temporary.as_file_mut());
    let mut report = RepairReport::new(source, out);
    if is_zstd(out) {
        let encoder = zstd::Encoder::new(file, ZSTD_LEVEL).map_err(write_error)?;
        let encoder = mend(&rollout, encoder, options, progress, &mut report)?;
        encoder.finish().and_then(|mut file| file.flush()).map_err(write_error)?;
    } else {
        mend(&rollout, file, options, progress, &mut report)?.flush().map_err(write_error)?;
    }

    let file = temporary.as_file();
    allow_like(file, &metadata).and_then(|()| file.sync_all()).map_err(write_error)?;
    match temporary.persist_noclobber(out) {
        Ok(_) => Ok(report),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Err(RepairError::Exists(out.to_owned())),
        Err(failed) => Err(write_error(failed.error)),
    }
}

/// Pushes the mended lines into `out` and gives it back.
fn mend<W: Write>(
    rollout: &RolloutFile,
    out: W,
    options: Options,
    progress: &dyn Progress,
    report: &mut RepairReport,
) -> Result<W, RepairError> {
    let mut mender = Mender::new(out, options);
    let mut extent = Extent::default();
    for_each_line(&mut LineReader::default(), rollout, progress, &mut mender, &mut extent)?;
    report.lines_read = extent.lines;
    report.bytes_before = extent.bytes;
    mender.finish(report).map_err(|failed| match failed {
        mend::Failed::LineTooLong(line) => RepairError::LineTooLong { path: rollout.path.to_path_buf(), line },
        mend::Failed::Write(source) => RepairError::Write { path: report.out.clone().into(), source },
    })
}

/// A temporary file is for its owner only; the copy may be read by whoever may read the source.
/// Its owner may write it, even if the source is a protected original: Codex appends to rollouts.
#[cfg(unix)]
fn allow_like(file: &std::fs::File, source: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    const OWNER_WRITES: u32 = 0o200;
    let mode = source.permissions().mode() | OWNER_WRITES;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Elsewhere a file has the permissions of its folder.
#[cfg(not(unix))]
fn allow_like(_: &std::fs::File, _: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn is_zstd(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "zst")
}
