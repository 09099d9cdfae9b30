//! The settings in force at the end of a chain: the newest `thread_settings_applied` line.
//!
//! Codex writes it when something changes, which may be long ago. So it is searched backward in large
//! blocks, which costs a fraction of reading the lines.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use rayon::prelude::*;
use rollout_schema::{LineKind, Optional, ThreadId, wire};

use crate::chain::{Chain, Piece};
use crate::discover::Storage;
use crate::lines::{LineReader, MAX_LINE};
use crate::problem::ReadError;
use crate::scan::Silent;

/// What such a line holds. In a JSON string the quotes would be escaped.
const NEEDLE: &[u8] = b"\"thread_settings_applied\"";

/// Bytes searched at a time.
const BLOCK: u64 = 1 << 20;

/// The settings in force at the end of a chain, if any are written down.
pub(crate) fn newest(chain: &Chain) -> Result<Option<wire::ThreadSettingsAppliedEvent>, ReadError> {
    newest_line(chain).map(|line| of_line(&line))
}

/// The newest line of settings; empty if there is none.
fn newest_line(chain: &Chain) -> Result<Vec<u8>, ReadError> {
    for piece in chain.pieces.iter().rev() {
        let found = match piece.file.storage {
            Storage::Plain => search(piece)?,
            Storage::Zstd | Storage::Memory(_) => read(piece),
        };
        if let Some(line) = found {
            return Ok(line);
        }
    }
    Ok(Vec::new())
}

/// Searches a plain file, its last block first.
fn search(piece: &Piece) -> io::Result<Option<Vec<u8>>> {
    let length = fs_err::metadata(&*piece.file.path)?.len();
    let (from, to) = (piece.from, piece.to.unwrap_or(u64::MAX).min(length));
    let finder = Finder::new(NEEDLE);
    let in_block = |block: usize| -> io::Result<Option<Vec<u8>>> {
        let start = from + block as u64 * BLOCK;
        let mut file = fs_err::File::open(&*piece.file.path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::with_capacity((BLOCK as usize) + NEEDLE.len());
        (&mut file).take((BLOCK + NEEDLE.len() as u64).min(to - start)).read_to_end(&mut bytes)?;
        let found: Vec<usize> = finder.find_iter(&bytes).collect();
        for at in found.into_iter().rev() {
            let line = line_around(&mut file, start + at as u64, from, to)?;
            if of_line(&line).is_some() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    };
    let blocks = to.saturating_sub(from).div_ceil(BLOCK) as usize;
    (0..blocks).into_par_iter().rev().find_map_first(|block| in_block(block).transpose()).transpose()
}

/// The line in `from..to` that holds the byte `at`; only the end of a longer one than any that is read.
fn line_around(file: &mut fs_err::File, at: u64, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut length = 4 << 10;
    loop {
        let start = at.saturating_sub(length).max(from);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        (&mut *file).take((at + length).min(to) - start).read_to_end(&mut bytes)?;
        let before = (at - start) as usize;
        let begin = memrchr(b'\n', &bytes[..before]).map(|newline| newline + 1);
        let end = memchr(b'\n', &bytes[before..]).map(|newline| before + newline);
        let is_whole = (begin.is_some() || start == from) && (end.is_some() || at + length >= to);
        if is_whole || length > MAX_LINE as u64 {
            bytes.truncate(end.unwrap_or(bytes.len()));
            return Ok(bytes.split_off(begin.unwrap_or(0)));
        }
        length *= 8;
    }
}

/// Reads all lines of a file that has no places to jump to.
fn read(piece: &Piece) -> Option<Vec<u8>> {
    let mut newest = None;
    let chain = Chain { pieces: vec![piece.clone()], missing: None };
    // Damage is reported by whoever reads the lines for their own sake.
    let _problems = chain.for_each_record(&mut LineReader::default(), &Silent, |at| {
        if at.record.head.kind == LineKind::EventMsg && at.record.head.payload_type == b"thread_settings_applied" {
            newest = Some(at.record.json.to_vec());
        }
        ControlFlow::Continue(())
    });
    newest
}

/// The settings in a line; `None` for an empty line, and for one that no type fits.
pub(crate) fn of_line(line: &[u8]) -> Option<wire::ThreadSettingsAppliedEvent> {
    match serde_json::from_slice::<wire::Envelope>(line).ok()?.item {
        wire::RolloutItem::EventMsg(event) => match *event {
            wire::EventMsg::ThreadSettingsApplied(applied) => Some(*applied),
            _ => None,
        },
        _ => None,
    }
}

/// The line that makes settings those of `thread`.
pub(crate) fn applied(mut settings: wire::ThreadSettingsAppliedEvent, thread: &ThreadId) -> wire::RolloutItem {
    if settings.thread_id.value().is_some() {
        settings.thread_id = Optional::Given(Some(thread.clone()));
    }
    wire::RolloutItem::EventMsg(Box::new(wire::EventMsg::ThreadSettingsApplied(Box::new(settings))))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::discover::RolloutFile;

    #[test]
    fn the_newest_settings_are_found_wherever_blocks_end() {
        let line = |n: usize, kind: &str, fill: usize| {
            let fill = "x".repeat(fill);
            let settings = r#"{"model":"m","model_provider_id":"p","approval_policy":"never","approvals_reviewer":"user","permission_profile":{"type":"disabled"},"cwd":"/srv","collaboration_mode":{"mode":"default","settings":{"model":"m"}}}"#;
            let payload = format!(r#"{{"thread_settings":{settings},"type":"{kind}","fill":"{fill}"}}"#);
            format!(
                r#"{{"timestamp":"2026-01-01T00:00:00.000Z","ordinal":{n},"type":"event_msg","payload":{payload}}}"#
            )
        };
        for before in (0..700).step_by(7) {
            let mut file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
            writeln!(file, "{}", line(0, "thread_settings_applied", 10)).unwrap();
            // The second one begins close to where the second block does.
            let filled = BLOCK as usize - before - line(0, "thread_settings_applied", 10).len() - 2;
            writeln!(file, "{}", line(1, "other", filled - line(1, "other", 0).len())).unwrap();
            writeln!(file, "{}", line(2, "thread_settings_applied", 300)).unwrap();
            for n in 3..6 {
                writeln!(file, "{}", line(n, "other", 700_000)).unwrap();
            }
            let bytes = file.as_file().metadata().unwrap().len();
            let path = file.path().into();
            let file = RolloutFile { path, storage: Storage::Plain, bytes, modified: None, archived: false };
            let mut chain = Chain::of_file(file);
            assert_eq!(newest_line(&chain).unwrap(), line(2, "thread_settings_applied", 300).as_bytes(), "{before}");
            assert_eq!(read(&chain.pieces[0]).unwrap(), newest_line(&chain).unwrap());
            chain.pieces[0].to = Some(2000);
            assert_eq!(newest_line(&chain).unwrap(), line(0, "thread_settings_applied", 10).as_bytes());
        }
    }
}
