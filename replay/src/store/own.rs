//! Where a copied beginning ends and a thread's own lines begin.
//!
//! A copy keeps the turn ids of its source, and ids since 0.104 tell when a turn began: the first
//! turn that began after the thread itself is its own. Older files have no turn ids; there the copy
//! was written at once, and what was written later is own. Where a copy kept the times of its lines,
//! those are older than the thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use rollout_schema::{LineKind, TurnId};
use serde::Deserialize;

use super::StoredFile;
use crate::chain::Owner;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::records::{Record, records};
use crate::scan::Silent;
use crate::source::for_each_line;
use crate::timestamp::parse_timestamp;

/// Lines without turn ids that were written within this many milliseconds are one copy.
const COPYING: i64 = 1000;

/// Whose lines a file of a thread holds.
pub(super) fn owner(file: &StoredFile) -> Owner {
    let identity = &file.identity;
    let may_be_copied =
        file.copied_from.is_some() || identity.forked_from.is_some() || identity.own_from_ordinal.is_some();
    if identity.history_base.is_some() || !may_be_copied {
        return Owner::Thread;
    }
    let mut search = FirstOwn { file, copied_at: None, found: None };
    // An unreadable file has no lines to tell apart; whoever reads them reports it.
    let _end = for_each_line(&mut LineReader::for_heads(), &file.file, &Silent, &mut search, &mut Extent::default());
    match search.found {
        Some(2) => Owner::Thread,
        Some(line) => Owner::ThreadFrom(line),
        None => Owner::ThreadFrom(u64::MAX),
    }
}

/// Looks for the first own line after the file's own `session_meta`.
struct FirstOwn<'a> {
    file: &'a StoredFile,
    /// When the copy was written, Unix milliseconds.
    copied_at: Option<i64>,
    found: Option<u64>,
}

#[derive(Deserialize)]
struct Payload {
    payload: WithTurn,
}

#[derive(Deserialize)]
struct WithTurn {
    #[serde(default)]
    turn_id: Option<String>,
}

impl FirstOwn<'_> {
    fn is_own(&mut self, record: &Record<'_>) -> bool {
        let identity = &self.file.identity;
        if let (Some(ordinal), Some(own)) = (record.head.ordinal, identity.own_from_ordinal) {
            return ordinal >= own;
        }
        let at = parse_timestamp(record.head.timestamp).map(|(millis, _)| millis);
        let copied_at = *self.copied_at.get_or_insert(at.unwrap_or_default());
        // A copy that kept its lines' times is older than the thread it stands in.
        if let (Some(at), Some(created)) = (at, identity.created)
            && copied_at < created
        {
            return at >= created;
        }
        let frames_a_turn = match record.head.kind {
            LineKind::TurnContext => true,
            LineKind::EventMsg => record.head.payload_type == b"task_started",
            _ => false,
        };
        if frames_a_turn {
            let line: Option<Payload> = serde_json::from_slice(record.json).ok();
            let began = line.and_then(|line| TurnId::from(line.payload.turn_id?.as_str()).began());
            if let (Some(began), Some(created)) = (began, identity.created) {
                return began >= created;
            }
        }
        self.file.copied_from.is_some() && at.is_some_and(|at| at - copied_at > COPYING)
    }
}

impl LineSink for FirstOwn<'_> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        if line.number == 1 {
            return ControlFlow::Continue(());
        }
        let path = Arc::clone(&self.file.file.path);
        let mut own = false;
        records(&path, line, |record| own = own || self.is_own(&record), |_| {});
        if own {
            self.found = Some(line.number);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
