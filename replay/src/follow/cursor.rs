//! How far every rollout was told, in memory and in a file.
//!
//! A saved cursor is whole or not there: it is written beside its place, synced and renamed. Refuses
//! to guess at a cursor that it cannot read.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use crate::discover::RolloutFile;
use crate::events::MapperState;

/// The form of the file.
const SCHEMA_VERSION: u32 = 1;

/// How far every rollout was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cursor {
    schema_version: u32,
    /// By the id of the rollout.
    pub(super) rollouts: BTreeMap<String, Position>,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { schema_version: SCHEMA_VERSION, rollouts: BTreeMap::new() }
    }
}

/// How far one rollout was told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// Decoded bytes of the whole lines after which nothing was held back: reading begins here.
    pub(super) offset: u64,
    /// Lines up to there.
    pub(super) line: u64,
    /// Decoded bytes of the whole lines that were read.
    pub(super) end: u64,
    /// Those lines.
    pub(super) end_line: u64,
    /// What the mapper remembers at `offset`.
    pub(super) state: MapperState,
    /// Records that begin before this place were told; from here on they are new.
    pub(super) told: u64,
    /// Samples of what was read.
    pub(super) fingerprint: Fingerprint,
    /// The newest time that was told.
    pub(super) newest: Option<i64>,
    /// After the file was rewritten: what is not newer than this was told before.
    pub(super) known: Option<i64>,
    /// Whether the end of the session was told.
    pub(super) ended: bool,
    /// Size and time of the file when all of it was read.
    pub(super) stamp: Option<Stamp>,
}

/// What changes when a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<i64>,
}

impl Stamp {
    pub(super) fn of(file: &RolloutFile) -> Self {
        Self { bytes: file.bytes, modified: file.modified }
    }
}

/// Why a cursor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// Reading or writing failed; the message names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is not a cursor, or one of another form.
    #[error("{} is not a cursor of this version: {reason}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl Cursor {
    /// Reads a saved cursor; an empty one if there is no file yet.
    pub fn load(path: &Path) -> Result<Self, CursorError> {
        let json = match fs_err::read(path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.into()),
        };
        let form = |reason: String| CursorError::Form { path: path.to_owned(), reason };
        let cursor: Self = serde_json::from_slice(&json).map_err(|error| form(error.to_string()))?;
        if cursor.schema_version != SCHEMA_VERSION {
            return Err(form(format!("schema_version {}", cursor.schema_version)));
        }
        Ok(cursor)
    }

    /// Saves the cursor, so that after a crash at any moment the old one or this one is there.
    pub fn save(&self, path: &Path) -> Result<(), CursorError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Always the same name, so that kills leave one such file and no more.
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let mut writer = BufWriter::new(fs_err::File::create(&beside)?);
        serde_json::to_writer(&mut writer, self).map_err(std::io::Error::from)?;
        writer.write_all(b"\n")?;
        writer.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs_err::rename(&beside, path)?;
        // The rename itself is kept by the folder. Where folders cannot be synced, they need not be.
        if let Ok(folder) = fs_err::File::open(folder) {
            let _synced: std::io::Result<()> = folder.sync_all();
        }
        Ok(())
    }

    /// How many rollouts it knows.
    pub fn len(&self) -> usize {
        self.rollouts.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.rollouts.is_empty()
    }
}
