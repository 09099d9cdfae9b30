//! A rollback of a paginated thread: a new file that begins with the part of the old ones that is kept.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use rollout_schema::{Optional, ThreadId, wire};

use super::Request;
use super::newest::Newest;
use crate::chain::Chain;
use crate::history::Resolved;
use crate::layout::{new_thread_id, rollout_path};
use crate::publish::Draft;
use crate::timestamp::{Time, parse_timestamp};

/// The local time in a file's name.
fn named_time(path: &Path) -> Option<DateTime> {
    let time = path.file_name()?.to_str()?.strip_prefix("rollout-")?.get(..19)?;
    DateTime::strptime("%Y-%m-%dT%H-%M-%S", time).ok()
}

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
        let id = new_thread_id();
        // Without its database Codex takes the file whose name tells the latest time, whatever the zone was.
        let local = request.now.to_zoned(request.zone.clone()).datetime();
        let local =
            chain.pieces.last().and_then(|piece| named_time(&piece.file.path)).map_or(local, |last| local.max(last));
        let next = begin.last.and_then(|last| last.ordinal).map_or(0, |last| last + 1);
        let end = kept.pieces.last();
        let name = end.map(|piece| piece.file.name()).unwrap_or_default();
        let base = wire::HistoryPosition {
            thread_id: name.rollout_id.or(name.thread_id).map_or_else(|| meta.id.clone(), |id| ThreadId::from(&*id)),
            end_ordinal_exclusive: next.into(),
            end_byte_offset: end.and_then(|piece| piece.to).unwrap_or_default().into(),
            rest: Default::default(),
        };
        // Here it is the one whose metadata tell it, whatever the clock says.
        let begun = parse_timestamp(format!("\"{}\"", meta.timestamp).as_bytes()).map(|(millis, _)| Time(millis));
        let latest = Newest::of(chain).time.max(begun).map_or(i64::MIN, |time| time.0);
        let at = Time(request.now.as_millisecond().max(latest.saturating_add(1)));
        Self { path: rollout_path(home, local, &meta.id, Some(id.as_str())), kept, base, at }
    }

    /// Writes the file: the thread's metadata, and the settings that are in force again.
    pub(super) fn write(&self, mut meta: wire::SessionMeta) -> io::Result<()> {
        let first = self.base.end_ordinal_exclusive.as_u64().unwrap_or_default();
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
        let items = [wire::RolloutItem::SessionMeta(Box::new(meta))].into_iter().chain(settings);
        for (ordinal, item) in (first..).zip(items) {
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
        }
        draft.publish(&self.path, true)
    }
}
