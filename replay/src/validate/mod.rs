//! Judges rollouts by every [`Rule`](crate::Rule): their bytes, each line against the schema, lines that belong
//! together, files that belong together, and what Codex will do with them.
//!
//! ```text
//! RolloutFile ─► line ─► Checker (one pass, schema)  ─► Finding
//!                     └► pieces  (glued, torn, NUL)  ─► Finding
//!                     └► Thread  (ids, turns, calls) ─► Finding, FileFacts
//!                all FileFacts ─► store (bases, parents) ─► Finding
//! ```
//!
//! Refuses to change anything; [`crate::repair`] does.

mod desk;
mod file;
mod finding;
mod levels;
mod refusal;
mod report;
mod store;
mod thread;

use std::io::Read;

use crate::discover::RolloutFile;
use crate::problem::Problem;
use crate::scan::{Progress, scan};

pub use file::LineSchema;
pub use finding::{Counts, FileFindings, Finding, Snippet};
pub use levels::{Level, Levels};
pub use refusal::{Refusal, refusal};
pub use report::{ReportedSeverity, ValidationProblem, ValidationReport, VersionCounts};

/// How rollouts are judged.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How grave each rule is.
    pub levels: &'a Levels,
    /// Findings kept per file; all are counted.
    pub keep: usize,
    /// Whether findings carry the text around their place.
    pub snippets: bool,
    /// A schema to hold lines against in place of the built-in one.
    pub schema: Option<&'a dyn LineSchema>,
}

/// Judges all files. The result stands in the order of their paths, whatever the number of threads.
pub fn validate(files: &[RolloutFile], options: Options<'_>, progress: &dyn Progress) -> Vec<FileFindings> {
    let scanned = scan(files, |reader, file| file::judge(reader, file, options, progress));
    let (mut findings, facts): (Vec<_>, Vec<_>) = scanned.into_iter().unzip();
    store::judge(files, &facts, &mut findings, options);
    findings.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    findings
}

/// Judges one stream of lines, such as stdin, which is named `name` in the findings.
pub fn validate_stream(name: &str, source: &mut dyn Read, options: Options<'_>) -> FileFindings {
    file::judge_stream(&RolloutFile::memory(name, b""), source, options).0
}

/// A file or folder that was found and could not be looked at.
pub fn unreadable(problem: Problem, options: Options<'_>) -> FileFindings {
    file::unreadable(problem, options)
}
