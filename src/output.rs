//! Where a long text goes: a new file, a pager, or stdout.
//!
//! A file appears under its name when it is complete. Refuses to replace one unless told to.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anstream::AutoStream;
use tempfile::NamedTempFile;

use crate::error::Hinted;
use crate::ui::Ui;

/// A writer that has to be told that it is done.
pub(crate) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    end: End,
}

/// What is left to do after the last byte.
enum End {
    Nothing,
    Pager(Child),
    File { temporary: NamedTempFile, path: PathBuf, force: bool },
}

impl Output {
    /// A file that is created, or replaced if `force`. From text that is drawn styles are taken; data stays
    /// as it is.
    pub(crate) fn file(path: &Path, force: bool, drawn: bool) -> anyhow::Result<Self> {
        // A link that leads nowhere is there as well.
        if !force && fs_err::symlink_metadata(path).is_ok() {
            return Err(exists(path));
        }
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".rollout-").suffix(".tmp");
        // Whoever may read new files may read this one; without this it would be for its owner only.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(folder).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let file = temporary.reopen()?;
        let writer: Box<dyn Write> = if drawn { Box::new(AutoStream::never(file)) } else { Box::new(file) };
        Ok(Self::new(writer, End::File { temporary, path: path.to_owned(), force }))
    }

    /// Stdout, by way of a pager if it is a terminal. Without a pager that can be run, stdout itself.
    pub(crate) fn pages(ui: &Ui) -> Self {
        let Some(mut child) = ui.width().and_then(|_| pager().spawn().ok()) else { return Self::stdout(ui, true) };
        match child.stdin.take() {
            Some(stdin) => {
                let stdin: Box<dyn Write> = Box::new(stdin);
                Self::new(Box::new(AutoStream::new(stdin, ui.choice())), End::Pager(child))
            }
            None => Self::stdout(ui, true),
        }
    }

    /// Stdout itself, which gets text that is drawn, with styles where they are wanted, or data as it is.
    pub(crate) fn stdout(ui: &Ui, drawn: bool) -> Self {
        let stdout = io::stdout();
        let writer: Box<dyn Write> =
            if drawn { Box::new(AutoStream::new(stdout, ui.choice())) } else { Box::new(stdout) };
        Self::new(writer, End::Nothing)
    }

    fn new(writer: Box<dyn Write>, end: End) -> Self {
        Self { writer: BufWriter::with_capacity(64 << 10, writer), end }
    }

    /// Writes what is left, and waits for the reader of a pager. After a failure there is no file.
    pub(crate) fn finish(self, written: anyhow::Result<()>) -> anyhow::Result<()> {
        let Self { mut writer, end } = self;
        let written = written.and_then(|()| Ok(writer.flush()?));
        // What could not be written now never can be: the buffer is not tried again.
        let (_, _) = writer.into_parts();
        match end {
            End::Nothing => written,
            End::Pager(mut child) => {
                child.wait()?;
                written
            }
            End::File { temporary, path, force } => {
                written?;
                temporary.as_file().sync_all()?;
                if force {
                    temporary.persist(&path)?;
                } else if let Err(failed) = temporary.persist_noclobber(&path) {
                    let is_there = failed.error.kind() == io::ErrorKind::AlreadyExists;
                    return Err(if is_there { exists(&path) } else { failed.into() });
                }
                Ok(())
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn exists(path: &Path) -> anyhow::Error {
    Hinted::error(format!("{} exists already", path.display()), "name another file, or replace it with --force")
}

/// `$PAGER` with its arguments. `less` is told to pass colours on, to end at once if all fits on the
/// screen, and to leave it there.
fn pager() -> Command {
    let wanted = std::env::var("PAGER").unwrap_or_default();
    let mut words = wanted.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("less"));
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "RFX");
    }
    command
}
