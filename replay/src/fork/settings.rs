//! The settings in force at the end of a chain: the newest `thread_settings_applied` line.
//!
//! Codex writes it when something changes, which may be long ago. So it is searched backward in large
//! blocks, which costs a fraction of reading the lines.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use rayon::prelude::*;
use rollout_schema::{LineKind, Optional, wire};

use super::Request;
use crate::chain::{Chain, Piece};
use crate::discover::Storage;
use crate::lines::{LineReader, MAX_LINE};
use crate::problem::ReadError;
use crate::scan::Silent;

/// How such a line goes on after its time and number. In a JSON string the quotes would be escaped.
const NEEDLE: &[u8] = b",\"type\":\"event_msg\",\"payload\":{\"type\":\"thread_settings_applied\"";

/// Bytes searched at a time.
const BLOCK: u64 = 1 << 20;

/// Bytes before the needle that hold the line's beginning, and more than the needle itself.
const OVERLAP: u64 = 256;

/// The newest settings line; empty if there is none.
pub(super) fn newest(chain: &Chain) -> Result<Vec<u8>, ReadError> {
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
        let mut bytes = Vec::with_capacity((BLOCK + OVERLAP) as usize);
        (&mut file).take((BLOCK + OVERLAP).min(to - start)).read_to_end(&mut bytes)?;
        let Some(found) = finder.find_iter(&bytes).last() else { return Ok(None) };
        let begin = match memrchr(b'\n', &bytes[..found]) {
            Some(newline) => newline + 1,
            None if block == 0 => 0,
            // The line began in the block before, whose overlap holds the needle as well.
            None => return Ok(None),
        };
        let mut line = bytes.split_off(begin);
        if memchr(b'\n', &line).is_none() {
            file.take((MAX_LINE as u64).min(to - start - (begin + line.len()) as u64)).read_to_end(&mut line)?;
        }
        line.truncate(memchr(b'\n', &line).unwrap_or(line.len()));
        Ok(Some(line))
    };
    let blocks = to.saturating_sub(from).div_ceil(BLOCK) as usize;
    (0..blocks).into_par_iter().rev().find_map_first(|block| in_block(block).transpose()).transpose()
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

/// The settings in a line, as the fork's own; `None` for an empty line, and for one that no type fits.
pub(super) fn applied(line: &[u8], request: &Request) -> Option<wire::RolloutItem> {
    let wire::RolloutItem::EventMsg(mut event) = serde_json::from_slice::<wire::Envelope>(line).ok()?.item else {
        return None;
    };
    let wire::EventMsg::ThreadSettingsApplied(applied) = &mut *event else { return None };
    if applied.thread_id.value().is_some() {
        applied.thread_id = Optional::Given(Some(request.thread_id.clone()));
    }
    let settings = &mut applied.thread_settings;
    if let Some(provider) = &request.model_provider {
        settings.model_provider_id.clone_from(provider);
    }
    if let Some(cwd) = &request.cwd {
        settings.cwd.clone_from(cwd);
        if settings.runtime_workspace_roots.value().is_some() {
            settings.runtime_workspace_roots = Optional::Given(Some(vec![cwd.clone()]));
        }
    }
    Some(wire::RolloutItem::EventMsg(event))
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
            format!(
                r#"{{"timestamp":"2026-01-01T00:00:00.000Z","ordinal":{n},"type":"event_msg","payload":{{"type":"{kind}","n":{n},"fill":"{fill}"}}}}"#
            )
        };
        for before in (0..400).step_by(7) {
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
            assert_eq!(newest(&chain).unwrap(), line(2, "thread_settings_applied", 300).as_bytes(), "{before}");
            assert_eq!(read(&chain.pieces[0]).unwrap(), newest(&chain).unwrap());
            chain.pieces[0].to = Some(1000);
            assert_eq!(newest(&chain).unwrap(), line(0, "thread_settings_applied", 10).as_bytes());
        }
    }
}
