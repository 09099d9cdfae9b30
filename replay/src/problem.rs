//! What can go wrong with a line or a file, and where.
//!
//! A [`Problem`] is data for a report; a [`ReadError`] is why one file could not be read. Neither
//! stops a scan.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::lines::{Line, MAX_LINE};
use crate::rule::Rule;

/// A place in a rollout file, all counted from 1 as editors do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: Arc<Path>,
    /// The line, or 0 for the file as a whole.
    pub line: u64,
    /// The byte within the line, or 0 for the line as a whole.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// Something in a file that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of damage.
    pub rule: Rule,
    /// Where.
    pub place: Place,
    /// What was found, in words.
    pub message: String,
    /// Whether a record that could have held usage is lost by it.
    pub loses_record: bool,
}

/// As `{"path","line","column","rule","message"}`.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("path", &self.place.path.display().to_string())?;
        map.serialize_entry("line", &self.place.line)?;
        map.serialize_entry("column", &self.place.column)?;
        map.serialize_entry("rule", self.rule.id())?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

impl Problem {
    /// A line that was passed over for its length by one who looks into every line.
    pub(crate) fn line_too_long(path: &Arc<Path>, line: Line<'_>) -> Self {
        let place = Place { path: Arc::clone(path), line: line.number, column: line.column };
        let message = format!("longer than {} MiB; not checked", MAX_LINE >> 20);
        Self { rule: Rule::LineTooLong, place, message, loses_record: true }
    }

    /// Text that is not UTF-8 and was read all the same.
    pub fn not_utf8(place: Place) -> Self {
        let message = "not UTF-8; read with replacement characters".to_owned();
        Self { rule: Rule::InvalidUtf8, place, message, loses_record: false }
    }
}

/// serde_json's message without its own "at line 1", which counts from our slice.
pub fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.rule.id(), self.message)
    }
}

/// Why a rollout could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Opening or reading failed; the message of [`fs_err`] names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The compressed stream is damaged or cut.
    #[error("cannot decompress {}", path.display())]
    Zstd {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: std::io::Error,
    },
}

impl ReadError {
    /// The problem that stands for this error in a report.
    pub fn into_problem(self, path: &Arc<Path>, line: u64) -> Problem {
        let message = match &self {
            Self::Io(error) => error.to_string(),
            Self::Zstd { source, .. } => format!("{self}: {source}"),
        };
        Problem {
            rule: Rule::Unreadable,
            place: Place { path: Arc::clone(path), line, column: 0 },
            message,
            loses_record: true,
        }
    }
}
