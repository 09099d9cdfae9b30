//! A file that appears under its name when it is whole, or not at all.
//!
//! Refuses to replace a file that is there.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// A file that is being written beside the place where it will appear.
pub(crate) struct Draft(NamedTempFile);

impl Draft {
    /// Begins a file in `folder`, which is made if it is not there. Neither Codex nor discovery takes
    /// it for a rollout; a crash leaves nothing else.
    pub(crate) fn begin(folder: &Path) -> io::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".rollout-").suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
        builder.tempfile_in(folder).map(Self)
    }

    /// The file.
    pub(crate) fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Gives the file its name. With `sync` it is on the disk by then, and so is its name.
    pub(crate) fn publish(self, path: &Path, sync: bool) -> io::Result<()> {
        if sync {
            self.0.as_file().sync_all()?;
        }
        self.0.persist_noclobber(path).map_err(|failed| failed.error)?;
        match path.parent() {
            Some(folder) if sync => sync_folder(folder),
            _ => Ok(()),
        }
    }
}

/// Waits until the names in a folder are on the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened, and names are written with the file.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
