//! What is remembered from record to record, and what all events of one record have in common.

use serde::{Deserialize, Serialize};

use super::copied::Copied;
use super::words::Said;
use crate::timestamp::Time;

/// What is remembered of the records before, without texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MapperState {
    pub(super) thread_id: Option<String>,
    pub(super) turn: Turn,
    /// Turns so far.
    pub(super) turns: u32,
    pub(super) model: Option<String>,
    pub(super) effort: Option<String>,
    pub(super) copied: Copied,
    /// Tools that the client brought.
    pub(super) tools: Vec<String>,
    /// What items said in this turn.
    pub(super) said: Said,
    /// Calls of this turn.
    pub(super) calls: Said,
    /// The time of the newest record, in Unix milliseconds.
    pub(super) newest: Option<i64>,
}

/// The turn that is open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) enum Turn {
    /// None.
    #[default]
    None,
    /// One with a beginning and an end of its own in the log.
    Framed(String),
    /// One that began with words of the user, and ends when the next one begins.
    Implied(String),
}

impl Turn {
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Framed(id) | Self::Implied(id) => Some(id),
        }
    }
}

/// Where the record that is read stands, and what all its events have in common.
pub(super) struct Here {
    pub(super) at: Option<Time>,
    pub(super) ordinal: Option<u64>,
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) inherited: bool,
    /// The turn that the record itself names.
    pub(super) turn: Option<String>,
    /// Events of the record so far.
    pub(super) count: u32,
}
