//! Forks: a new thread that begins with the history of another, up to any point of it.
//!
//! ```text
//! Chain ─ cut ─► edge      what stands at the point: an open turn, calls without output
//!                  ├► copy        own session_meta, the retained records, what records an interruption
//!                  ├► reference   own session_meta that names the source's file and where to stop in it
//!                  └► ephemeral   the history alone; nothing is written
//! ```
//!
//! A copy leaves out what belongs to the source alone: its `session_meta`, its name, and its usage,
//! which was billed to it. One estimate of the context's size stands for the latter, in the form that
//! Codex writes after a compaction, so that no reader counts a response twice.
//!
//! Refuses to touch the source, and to publish anything but a whole file.

mod copy;
mod edge;
mod interruption;
mod meta;
mod reference;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use rollout_schema::{Optional, ThreadId, wire};

use crate::chain::Chain;
use crate::history::{self, Cut, History};
use crate::layout::rollout_path;
use crate::problem::{Problem, ReadError};
use crate::publish::Draft;
use crate::scan::Progress;
use crate::settings;
use crate::sheet::Failed;
use crate::timestamp::{Time, parse_timestamp};
use edge::Edge;
use interruption::Interruption;

/// What a fork should be.
#[derive(Clone, Debug)]
pub struct Request {
    /// Id of the new thread, a UUID of version 7.
    pub thread_id: ThreadId,
    /// The thread that is forked.
    pub forked_from: ThreadId,
    /// The home that the fork is written to.
    pub home: PathBuf,
    /// Now.
    pub now: Time,
    /// Now, where the user is: Codex names and shards files by it.
    pub local: DateTime,
    /// Who starts the thread.
    pub source: wire::SessionSource,
    /// Another working folder than the source's, absolute.
    pub cwd: Option<String>,
    /// The working folder if neither says one, as the oldest files do not.
    pub fallback_cwd: String,
    /// Another provider than the source's.
    pub model_provider: Option<String>,
    /// Whether the source's file is referred to, not copied.
    pub by_reference: bool,
    /// Whether to wait until the file is on the disk.
    pub sync: bool,
    /// Whether to do all but publish the file.
    pub dry_run: bool,
}

/// A fork that was made, or would be.
#[derive(Debug)]
pub struct Forked {
    /// The new file.
    pub path: PathBuf,
    /// Response items in it. By reference these are its own alone.
    pub items: u64,
    /// Lines in it.
    pub lines: u64,
    /// What of the source could not be taken along.
    pub problems: Vec<Problem>,
}

/// Why there is no fork.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// The source could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The source holds no record.
    #[error("{} holds no record to begin a thread with", .0.display())]
    Empty(PathBuf),
    /// Only paginated threads can be continued by reference.
    #[error("{} is not paginated, so no other file can refer to it", .0.display())]
    NotPaginated(PathBuf),
    /// Something that was read cannot be written.
    #[error("{} cannot be taken along", path.display())]
    Unwritable {
        /// The source.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The fork could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The fork.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Makes a fork of `chain` at `cut`. `progress` is told of stored bytes that were copied.
pub fn fork(chain: &Chain, cut: &Cut, request: &Request, progress: &dyn Progress) -> Result<Forked, ForkError> {
    let (kept, edge) = edge::find(chain, cut)?;
    let source = meta::of_source(chain, request)?;
    let origin = if request.by_reference { base(&kept, &edge, &source)? } else { copied(&kept, &edge) };
    let settings = if request.by_reference { settings::newest(&kept)? } else { None };
    let began = parse_timestamp(format!("\"{}\"", source.timestamp).as_bytes());
    let path = rollout_path(&request.home, request.local, &request.thread_id, None);
    let write_error = |source| ForkError::Write { path: path.clone(), source };
    // The fork is younger than all that it holds, whatever the clocks said.
    let at = Time(request.now.0.max(edge.latest.map_or(i64::MIN, |latest| latest.0 + 1)));
    let target = if request.dry_run { Target::Nowhere } else { Target::begin(&path).map_err(write_error)? };
    let began = began.map_or(at, |(millis, _)| Time(millis));
    let leave = Leave { request, edge: &edge, at, began };
    let meta = meta::of_fork(source, request, at, origin);
    let written = if request.by_reference {
        reference::write(meta, settings, &leave, target.writer()).map(|counts| (counts, Vec::new()))
    } else {
        copy::write(&kept, meta, &leave, progress, target.writer())
    };
    let ((lines, items), mut problems) = written.map_err(|failed| match failed {
        Failed::Write(source) => write_error(source),
        Failed::Record(source) => ForkError::Unwritable { path: in_force(chain), source },
    })?;
    target.publish(&path, request.sync).map_err(write_error)?;
    problems.extend(edge.problems);
    Ok(Forked { path, items, lines, problems })
}

/// What a fork is written from, besides lines.
struct Leave<'a> {
    request: &'a Request,
    edge: &'a Edge,
    /// The time of its own lines.
    at: Time,
    /// The time of lines that have none: when the source began.
    began: Time,
}

/// The file in force of a chain.
fn in_force(chain: &Chain) -> PathBuf {
    chain.pieces.last().map(|piece| piece.file.path.to_path_buf()).unwrap_or_default()
}

/// What a fork by reference refers to.
fn base(kept: &Chain, edge: &Edge, source: &wire::SessionMeta) -> Result<meta::Origin, ForkError> {
    match (kept.pieces.last(), edge.next_ordinal) {
        (Some(end), Some(next)) if meta::is_paginated(source) => Ok(meta::Origin::Base(end.position(next))),
        _ => Err(ForkError::NotPaginated(in_force(kept))),
    }
}

/// What a fork by copy holds of others.
fn copied(kept: &Chain, edge: &Edge) -> meta::Origin {
    let end = kept.pieces.last().map(|end| end.position(edge.next_ordinal.unwrap_or_default()));
    meta::Origin::Copied(end.map(|end| wire::CopyOrigin {
        rollout_id: end.thread_id,
        end_ordinal_exclusive: edge.next_ordinal.map(|next| Some(next.into())).into(),
        end_byte_offset: end.end_byte_offset,
        rest: Default::default(),
    }))
}

impl Request {
    /// Settings of the source, as the fork's.
    fn settings(&self, mut applied: wire::ThreadSettingsAppliedEvent) -> wire::ThreadSettingsAppliedEvent {
        let settings = &mut applied.thread_settings;
        if let Some(provider) = &self.model_provider {
            settings.model_provider_id.clone_from(provider);
        }
        if let Some(cwd) = &self.cwd {
            settings.cwd.clone_from(cwd);
            if settings.runtime_workspace_roots.value().is_some() {
                settings.runtime_workspace_roots = Optional::Given(Some(vec![cwd.clone()]));
            }
        }
        applied
    }
}

/// The history that a fork of `chain` at `cut` has; nothing is written.
pub fn ephemeral(chain: &Chain, cut: &Cut) -> Result<History, ForkError> {
    let (kept, edge) = edge::find(chain, cut)?;
    let mut history = history::reconstruct(&kept, &Cut::END)?;
    if let Some(marker) = Interruption::of(&edge).and_then(|interruption| interruption.marker()) {
        history.hold(marker);
    }
    history.problems.extend(edge.problems);
    Ok(history)
}

/// Where a fork is written.
enum Target {
    File(Draft),
    Nowhere,
}

impl Target {
    fn begin(path: &Path) -> io::Result<Self> {
        Draft::begin(path.parent().unwrap_or(Path::new("."))).map(Self::File)
    }

    fn writer(&self) -> Box<dyn io::Write + Send + '_> {
        match self {
            Self::File(draft) => Box::new(io::BufWriter::with_capacity(1 << 20, draft.file())),
            Self::Nowhere => Box::new(io::sink()),
        }
    }

    fn publish(self, path: &Path, sync: bool) -> io::Result<()> {
        match self {
            Self::File(draft) => draft.publish(path, sync),
            Self::Nowhere => Ok(()),
        }
    }
}
