//! `world_state` and `security_risk_score`: what is kept between turns for comparison.

use std::collections::BTreeMap;

use crate::grammar::{Decimal, Json, object};

object! {
    /// The state of the surroundings that the model was last told, so that a resume can tell it just the changes.
    WorldState {
        /// Whether `state` is everything and a new baseline, or a patch on what came before.
        required full: bool,
        /// The whole state, or a JSON merge patch of it.
        required state: Json,
    }

    /// Scores that a security classifier gave; seen by neither the model nor the user.
    SecurityRiskScore {
        /// When scoring began; null or absent if the writer kept no time.
        optional sampled_at: Option<String>,
        /// The scores, by name.
        required scores: BTreeMap<String, Decimal>,
        /// The tool action that was scored, cut to a limit.
        optional action: Json [151..],
        /// The tool call whose action was scored, if known.
        optional call_id: Option<String> [151..],
    }
}
