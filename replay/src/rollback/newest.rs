//! What a thread last said of itself: its metadata, usage and time.

use std::ops::ControlFlow;

use rollout_schema::{LineKind, wire};

use crate::chain::Chain;
use crate::discover::RolloutFile;
use crate::lines::LineReader;
use crate::record::RecordError;
use crate::scan::Silent;
use crate::timestamp::{Time, parse_timestamp};

/// The newest lines of some kinds.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// The newest `token_count` that holds counts.
    pub(super) usage: Option<wire::TokenCountEvent>,
    /// The latest time of a line.
    pub(super) time: Option<Time>,
}

impl Newest {
    /// Those of a chain, which is read from its beginning.
    pub(super) fn of(chain: &Chain) -> Self {
        let mut newest = Self::default();
        // Damage is reported by whoever reads the history.
        let _problems = chain.for_each_record(&mut LineReader::default(), &Silent, |at| {
            let time = parse_timestamp(at.record.head.timestamp).map(|(millis, _)| Time(millis));
            newest.time = newest.time.max(time);
            if at.record.head.kind == LineKind::EventMsg
                && at.record.head.payload_type == b"token_count"
                && let Ok(wire::Envelope { item: wire::RolloutItem::EventMsg(event), .. }) =
                    serde_json::from_slice(at.record.json)
                && let wire::EventMsg::TokenCount(count) = *event
                && count.info.value().is_some()
            {
                newest.usage = Some(*count);
            }
            ControlFlow::Continue(())
        });
        newest
    }
}

/// The metadata with which a file begins.
pub(super) fn first_meta(file: &RolloutFile) -> Result<wire::SessionMeta, RecordError> {
    let path = || file.path.to_path_buf();
    let mut found = None;
    Chain::of_file(file.clone()).for_each_record(&mut LineReader::for_heads(), &Silent, |at| {
        found = match (at.record.bare, serde_json::from_slice(at.record.json)) {
            (true, _) => Some(Err(RecordError::Bare { path: path() })),
            (_, Ok(wire::Envelope { item: wire::RolloutItem::SessionMeta(meta), .. })) => Some(Ok(*meta)),
            _ => None,
        };
        ControlFlow::Break(())
    });
    found.unwrap_or_else(|| Err(RecordError::NoThread { path: path() }))
}
