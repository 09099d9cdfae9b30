//! Counts what logs hold that the schema does not know, by the Codex version that wrote it.
//!
//! A newer Codex writes kinds and members that this toolkit was not told about; a count of them is
//! what its wire types must learn next. Refuses to judge damage: pieces of lines that are not JSON
//! are passed over here, [`crate::validate`] names them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rollout_schema::check::{Checked, Checker, FaultKind};
use serde::Serialize;

use crate::discover::RolloutFile;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::problem::{Place, Problem};
use crate::records::pieces;
use crate::scan::{Progress, scan};
use crate::source::for_each_line;

/// Names of more characters are cut: they are data that stands where a name should.
const LONGEST_NAME: usize = 120;

/// Like [`LONGEST_NAME`], of pointers.
const LONGEST_POINTER: usize = 4 * LONGEST_NAME;

/// What is unknown in all files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DriftReport {
    /// Version of this shape; grows when a change breaks readers.
    pub schema_version: u32,
    /// Files that were read.
    pub files: u64,
    /// Lines that were read.
    pub lines: u64,
    /// Each unknown kind and member, by version, place and name.
    pub drift: Vec<Drift>,
    /// Files and lines that could not be looked at: a file that cannot be read to its end, a line
    /// that is too long.
    pub unchecked: Vec<Unchecked>,
}

/// A kind or member that is not known, in all files that one Codex version began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The version, as the first `session_meta` of the files has it; null if there is none.
    pub cli_version: Option<String>,
    /// What is unknown.
    pub what: DriftKind,
    /// The types of the line and of its payload, then a JSON pointer in which `#` stands for any
    /// index and `*` for any key of a map: `event_msg/token_count /payload/info/new_field`.
    #[serde(rename = "where")]
    pub place: String,
    /// The kind, or the name of the member.
    pub name: String,
    /// How often it stands there.
    pub count: u64,
    /// Where it stands first.
    pub first: First,
}

/// What is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DriftKind {
    /// A value that names a kind.
    Kind,
    /// A member of an object.
    Member,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct First {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The byte within the line, counted from 1.
    pub column: u64,
}

/// A file or a line that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The file.
    pub path: String,
    /// The line, counted from 1; of a file that ended early, how many lines came before.
    pub line: u64,
    /// Why.
    pub message: String,
}

/// Counts what is unknown in all files. The number of threads does not show.
pub fn drift(files: &[RolloutFile], progress: &dyn Progress) -> DriftReport {
    let mut found: Vec<FileDrift> = scan(files, |reader, file| read(reader, file, progress));
    // What stands first, and the order of what could not be read, depend on paths alone.
    found.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    let mut all: BTreeMap<(Version, Unknown), Tally> = BTreeMap::new();
    let mut report = DriftReport {
        schema_version: 1,
        files: files.len() as u64,
        lines: 0,
        drift: Vec::new(),
        unchecked: Vec::new(),
    };
    for file in found {
        report.lines += file.lines;
        report.unchecked.extend(file.unchecked.into_iter().map(Unchecked::from));
        let version = Version::of(file.cli_version);
        for (unknown, (count, line, column)) in file.unknown {
            let first = || Place { path: Arc::clone(&file.path), line, column };
            all.entry((version.clone(), unknown)).or_insert_with(|| Tally { count: 0, first: first() }).count += count;
        }
    }
    report.drift = all.into_iter().map(|((version, unknown), tally)| Drift::new(version, unknown, tally)).collect();
    report
}

struct Tally {
    count: u64,
    first: Place,
}

impl Drift {
    fn new(version: Version, unknown: Unknown, tally: Tally) -> Self {
        let Place { path, line, column } = tally.first;
        Self {
            cli_version: version.text,
            what: unknown.what,
            place: unknown.place,
            name: unknown.name,
            count: tally.count,
            first: First { path: path.display().to_string(), line, column },
        }
    }
}

impl From<Problem> for Unchecked {
    fn from(problem: Problem) -> Self {
        let Place { path, line, .. } = problem.place;
        Self { path: path.display().to_string(), line, message: problem.message }
    }
}

/// A version in the order in which versions were released; none comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: Vec<u64>,
    is_release: bool,
    pre_release: Vec<u64>,
    text: Option<String>,
}

impl Version {
    fn of(text: Option<String>) -> Self {
        let whole = text.as_deref().unwrap_or_default();
        let (release, pre) = whole.split_once('-').unwrap_or((whole, ""));
        let numbers = |text: &str| text.split('.').filter_map(|number| number.parse().ok()).collect();
        Self { numbers: numbers(release), is_release: pre.is_empty(), pre_release: numbers(pre), text }
    }
}

/// Something unknown, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Unknown {
    what: DriftKind,
    place: String,
    name: String,
}

/// What one file holds.
struct FileDrift {
    path: Arc<Path>,
    lines: u64,
    /// Of the first `session_meta`, if it was met.
    cli_version: Option<String>,
    met_meta: bool,
    /// How often, and line and column of the first.
    unknown: BTreeMap<Unknown, (u64, u64, u64)>,
    unchecked: Vec<Problem>,
}

fn read(reader: &mut LineReader, file: &RolloutFile, progress: &dyn Progress) -> FileDrift {
    let found = FileDrift {
        path: Arc::clone(&file.path),
        lines: 0,
        cli_version: None,
        met_meta: false,
        unknown: BTreeMap::new(),
        unchecked: Vec::new(),
    };
    let mut sink = Sink { checker: Checker::new(true), found };
    let mut extent = Extent::default();
    let end = for_each_line(reader, file, progress, &mut sink, &mut extent);
    let mut found = sink.found;
    found.lines = extent.lines;
    found.unchecked.extend(end.err().map(|error| error.into_problem(&file.path, extent.lines)));
    found
}

struct Sink {
    checker: Checker,
    found: FileDrift,
}

impl LineSink for Sink {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        self.look_at(line);
        ControlFlow::Continue(())
    }
}

impl Sink {
    fn look_at(&mut self, line: Line<'_>) {
        if line.passed_over {
            return self.found.unchecked.push(Problem::line_too_long(&self.found.path, line));
        }
        match self.checker.check(line.bytes) {
            Ok(checked) if checked.is_alone(line.bytes) => {
                self.found.record(line.number, line.column, line.bytes, &checked);
                self.checker.recycle(checked);
            }
            _ => self.pieces(line),
        }
    }

    /// A line that is not one record.
    fn pieces(&mut self, line: Line<'_>) {
        let path = Arc::clone(&self.found.path);
        pieces(&path, line, |_, piece, column| {
            if let Ok(json) = piece
                && let Ok(checked) = self.checker.check(json)
            {
                self.found.record(line.number, column, json, &checked);
                self.checker.recycle(checked);
            }
        });
    }
}

impl FileDrift {
    /// One record, which stands at `column` of its line.
    fn record(&mut self, line: u64, column: u64, json: &[u8], checked: &Checked) {
        if !self.met_meta && checked.member(json, "type") == Some(b"\"session_meta\"") {
            self.met_meta = true;
            self.cli_version =
                text(checked.payload_member(json, "cli_version")).map(|version| cut(version, LONGEST_NAME));
        }
        for fault in &checked.faults {
            let Some(name) = &fault.unknown else { continue };
            let what = if fault.kind == FaultKind::UnknownKind { DriftKind::Kind } else { DriftKind::Member };
            let place = types(json, checked) + &cut(fault.place.clone(), LONGEST_POINTER);
            let name = cut(name.to_string(), LONGEST_NAME);
            let first = (0, line, column + fault.offset as u64);
            self.unknown.entry(Unknown { what, place, name }).or_insert(first).0 += 1;
        }
    }
}

/// The types of a line and of its payload, as far as they are there, and a blank.
fn types(json: &[u8], checked: &Checked) -> String {
    let kind = text(checked.member(json, "type")).or_else(|| text(checked.member(json, "record_type")));
    match (kind, text(checked.payload_member(json, "type"))) {
        (Some(kind), Some(of_payload)) => format!("{}/{} ", cut(kind, LONGEST_NAME), cut(of_payload, LONGEST_NAME)),
        (Some(kind), None) => format!("{} ", cut(kind, LONGEST_NAME)),
        (None, _) => String::new(),
    }
}

/// A member that is a string.
fn text(json: Option<&[u8]>) -> Option<String> {
    serde_json::from_slice(json?).ok()
}

/// A text without what exceeds `longest` characters.
fn cut(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Silent;

    fn line(kind: &str, payload: &str) -> String {
        format!("{{\"timestamp\":\"2026-06-01T10:00:00.000Z\",\"type\":\"{kind}\",\"payload\":{payload}}}")
    }

    fn meta(version: &str) -> String {
        let rest = r#""id":"019e8000-0000-7000-8000-000000000001","timestamp":"2026-06-01T10:00:00.000Z","cwd":"/","originator":"codex_cli_rs","source":"cli""#;
        line("session_meta", &format!("{{{rest},\"cli_version\":\"{version}\"}}"))
    }

    /// Each finding as `version what where name count line:column of path`.
    fn found(files: &[(&str, String)]) -> Vec<String> {
        let files: Vec<_> =
            files.iter().map(|(name, text)| RolloutFile::memory(name, text.clone().into_bytes().leak())).collect();
        let report = drift(&files, &Silent);
        assert_eq!(report.unchecked, []);
        let text = |drift: &Drift| {
            let Drift { cli_version, what, place, name, count, first } = drift;
            let version = cli_version.as_deref().unwrap_or("-");
            format!("{version} {what:?} {place} {name} {count} {}:{}:{}", first.path, first.line, first.column)
        };
        report.drift.iter().map(text).collect()
    }

    #[test]
    fn versions_stand_in_the_order_of_their_release() {
        let mut versions = ["0.120.0", "0.9.1", "odd", "0.120.0-alpha.10", "0.120.0-alpha.2", "0.121.0"];
        versions.sort_by_key(|version| Version::of(Some((*version).into())));
        assert_eq!(versions, ["odd", "0.9.1", "0.120.0-alpha.2", "0.120.0-alpha.10", "0.120.0", "0.121.0"]);
        assert!(Version::of(None) < Version::of(Some("0".into())));
    }

    #[test]
    fn the_first_session_meta_names_the_version_of_all_lines() {
        let odd = line("odd", "{}");
        let text = format!("{odd}\n{}\n{}\n{odd}\n", meta("0.130.0"), meta("0.120.0"));
        assert_eq!(found(&[("a.jsonl", text)]), ["0.130.0 Kind odd /type odd 2 a.jsonl:1:48"]);
        assert_eq!(found(&[("a.jsonl", format!("{odd}\n"))]), ["- Kind odd /type odd 1 a.jsonl:1:48"]);
    }

    #[test]
    fn counts_add_up_over_files_and_the_first_place_is_by_path() {
        let odd = line("event_msg", r#"{"type":"token_count","info":null,"rate_limits":null,"new":1}"#);
        let b = format!("{}\n{odd}\n{odd}\n", meta("0.120.0"));
        let a = format!("{}\n\n{odd}\n", meta("0.120.0"));
        let want = ["0.120.0 Member event_msg/token_count /payload/new new 3 a.jsonl:3:129"];
        assert_eq!(found(&[("b.jsonl", b.clone()), ("a.jsonl", a.clone())]), want);
        assert_eq!(found(&[("a.jsonl", a), ("b.jsonl", b)]), want);
    }

    #[test]
    fn glued_records_are_looked_at_and_damage_is_passed_over() {
        let (good, odd) = (meta("0.120.0"), line("odd", "{}"));
        let text = format!("{good}{odd}\n{}{odd}\n{}", &odd[..50], &good[..50]);
        let column = good.len() + 48;
        assert_eq!(found(&[("a.jsonl", text)]), [format!("0.120.0 Kind odd /type odd 2 a.jsonl:1:{column}")]);
    }

    #[test]
    fn a_name_that_is_too_long_is_cut() {
        let long = "é".repeat(1000);
        let cut = format!("{}…", "é".repeat(LONGEST_NAME));
        assert_eq!(found(&[("a.jsonl", line(&long, "{}"))]), [format!("- Kind {cut} /type {cut} 1 a.jsonl:1:48")]);
    }
}
