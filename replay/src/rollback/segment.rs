//! A rollback of a paginated thread: a new file that begins with the part of the old ones that is kept.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use rollout_schema::wire;

use super::Request;
use super::newest::Newest;
use crate::chain::Chain;
use crate::history::Resolved;
use crate::layout::{new_thread_id, rollout_path};
use crate::publish::Draft;
use crate::settings;
use crate::sheet::Sheet;
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
    /// `None` where nothing is kept.
    base: Option<wire::HistoryPosition>,
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
        let base = end.map(|end| end.position(next));
        // Here it is the one whose metadata tell it, whatever the clock says.
        let begun = parse_timestamp(format!("\"{}\"", meta.timestamp).as_bytes()).map(|(millis, _)| Time(millis));
        let latest = Newest::of(chain).time.max(begun).map_or(i64::MIN, |time| time.0);
        let at = Time(request.now.as_millisecond().max(latest.saturating_add(1)));
        Self { path: rollout_path(home, local, &meta.id, Some(id.as_str())), kept, base, at }
    }

    /// Writes the file: the thread's metadata, and the settings that are in force again.
    pub(super) fn write(&self, mut meta: wire::SessionMeta) -> io::Result<()> {
        let first = self.base.as_ref().and_then(|base| base.end_ordinal_exclusive.as_u64()).unwrap_or_default();
        let thread = meta.id.clone();
        meta.timestamp = self.at.to_string();
        meta.history_base = self.base.clone().map(Some).into();
        let settings = settings::newest(&self.kept).ok().flatten();
        let draft = Draft::begin(self.path.parent().unwrap_or(Path::new(".")))?;
        let mut sheet = Sheet::new(draft.file(), Some(first));
        let items = [wire::RolloutItem::SessionMeta(Box::new(meta))];
        for item in items.into_iter().chain(settings.map(|settings| settings::applied(settings, &thread))) {
            sheet.own(self.at, item)?;
        }
        sheet.finish()?;
        draft.publish(&self.path, true)
    }
}
