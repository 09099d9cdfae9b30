//! A rollback of a paginated thread: a new file that begins with the part of the old ones that is kept.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rollout_schema::{Optional, ThreadId, wire};
use uuid::Uuid;

use super::Request;
use super::newest::Newest;
use crate::chain::Chain;
use crate::history::Resolved;
use crate::layout::rollout_path;
use crate::publish::Draft;
use crate::timestamp::{Time, parse_timestamp};

/// A file that is to be begun.
pub(super) struct Segment {
    /// Where it will be.
    pub(super) path: PathBuf,
    /// The lines before it.
    pub(super) kept: Chain,
    base: wire::HistoryPosition,
    at: Time,
}

impl Segment {
    /// A file that goes on with `chain` at `begin`.
    pub(super) fn new(
        chain: &Chain,
        begin: &Resolved,
        home: &Path,
        meta: &wire::SessionMeta,
        request: &Request,
    ) -> Self {
        let kept = chain.until(&begin.cut);
        let id = Uuid::now_v7().to_string();
        let local = request.now.to_zoned(request.zone.clone()).datetime();
        let next = begin.last.and_then(|last| last.ordinal).map_or(0, |last| last + 1);
        let end = kept.pieces.last();
        let name = end.map(|piece| piece.file.name()).unwrap_or_default();
        let base = wire::HistoryPosition {
            thread_id: name.rollout_id.or(name.thread_id).map_or_else(|| meta.id.clone(), |id| ThreadId::from(&*id)),
            end_ordinal_exclusive: next.into(),
            end_byte_offset: end.and_then(|piece| piece.to).unwrap_or_default().into(),
            rest: Default::default(),
        };
        // Of a thread's files the one that was begun last is in force, whatever the clock says.
        let begun = parse_timestamp(format!("\"{}\"", meta.timestamp).as_bytes()).map(|(millis, _)| Time(millis));
        let latest = Newest::of(chain).time.max(begun).map_or(i64::MIN, |time| time.0);
        let at = Time(request.now.as_millisecond().max(latest.saturating_add(1)));
        Self { path: rollout_path(home, local, &meta.id, Some(&id)), kept, base, at }
    }

    /// Writes the file: the thread's metadata, and the settings that are in force again.
    pub(super) fn write(&self, mut meta: wire::SessionMeta) -> io::Result<()> {
        let mut ordinal = self.base.end_ordinal_exclusive.as_u64().unwrap_or_default();
        let thread = meta.id.clone();
        meta.timestamp = self.at.to_string();
        meta.history_base = Optional::Given(Some(self.base.clone()));
        let settings = Newest::of(&self.kept).settings.map(|mut settings| {
            if settings.thread_id.value().is_some() {
                settings.thread_id = Optional::Given(Some(thread));
            }
            let event = wire::EventMsg::ThreadSettingsApplied(Box::new(settings));
            wire::RolloutItem::EventMsg(Box::new(event))
        });
        let draft = Draft::begin(self.path.parent().unwrap_or(Path::new(".")))?;
        for item in [wire::RolloutItem::SessionMeta(Box::new(meta))].into_iter().chain(settings) {
            let line = wire::Envelope {
                timestamp: self.at.to_string().into(),
                ordinal: Optional::Given(Some(ordinal.into())),
                item,
                metadata: Optional::Absent,
                rest: Default::default(),
            };
            let mut line = serde_json::to_vec(&line)?;
            line.push(b'\n');
            draft.file().write_all(&line)?;
            ordinal += 1;
        }
        draft.publish(&self.path, true)
    }
}
