//! What records that a turn was broken off because the thread was forked in the middle of it.

use rollout_schema::{Optional, wire};
use serde_json::json;

use super::edge::{Content, Edge, OpenTurn};
use crate::sheet::{Failed, Sheet};
use crate::timestamp::Time;

/// What the model is told, in the frame by which Codex knows that no user wrote it.
const TOLD: &str = "<turn_aborted>\nThe thread was forked here while the agent was still at work on this turn. \
                    Commands that had been started may have run in part, or may still be running.\n</turn_aborted>";

/// A turn that ends where the fork begins.
pub(super) struct Interruption<'a>(&'a OpenTurn);

impl<'a> Interruption<'a> {
    /// The interruption at an edge, if a turn is under way there.
    pub(super) fn of(edge: &'a Edge) -> Option<Self> {
        edge.open.as_ref().map(Self)
    }

    /// The item that tells the model; none if there was no work to break off.
    pub(super) fn marker(&self) -> Option<String> {
        let content = json!([{ "type": "input_text", "text": TOLD }]);
        let marker = || json!({ "type": "message", "role": "user", "content": content }).to_string();
        (self.0.content == Content::Work).then(marker)
    }

    /// Writes the lines that say so.
    pub(super) fn write<W: std::io::Write>(&self, at: Time, sheet: &mut Sheet<W>) -> Result<(), Failed> {
        if let Some(marker) = self.marker() {
            sheet.own(at, item(&marker)?)?;
        }
        let aborted = wire::TurnAbortedEvent {
            root_turn_id: Optional::Absent,
            turn_id: self.0.id.clone().map(Some).into(),
            reason: wire::TurnAbortReason::Interrupted,
            error: Optional::Absent,
            started_at: Optional::Absent,
            completed_at: Optional::Absent,
            duration_ms: Optional::Absent,
            rest: Default::default(),
        };
        sheet.own(at, wire::RolloutItem::EventMsg(Box::new(wire::EventMsg::TurnAborted(aborted.into()))))
    }
}

/// A response item as a line's content.
pub(super) fn item(json: &str) -> Result<wire::RolloutItem, Failed> {
    serde_json::from_str(json).map(|item| wire::RolloutItem::ResponseItem(Box::new(item))).map_err(Failed::Record)
}
