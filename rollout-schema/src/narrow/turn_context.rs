//! `turn_context`: the settings in force for one turn (since 0.36).

use std::borrow::Cow;

use serde::Deserialize;

/// The part of a turn's settings that says who is billed for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TurnContext<'a> {
    /// Since 0.104; before that a context belongs to the lines that follow it.
    #[serde(borrow)]
    pub turn_id: Option<Cow<'a, str>>,
    /// The model that was asked for. No line says which one answered.
    #[serde(borrow)]
    pub model: Option<Cow<'a, str>>,
    /// Reasoning effort; absent where the model's default applies.
    #[serde(borrow)]
    pub effort: Option<Cow<'a, str>>,
    /// Working folder of the turn.
    #[serde(borrow)]
    pub cwd: Option<Cow<'a, str>>,
}
