//! Identifiers of the format: kept as written, compared as text.
//!
//! Refuses to reject: an id that is not a UUID is still an id.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The durable handle of a thread: `session_meta.payload.id` of the first such line of its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ThreadId(Box<str>);

impl ThreadId {
    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a UUID, as all are that Codex gives. Where a thread is named, Codex takes anything else for a name.
    pub fn is_uuid(&self) -> bool {
        Uuid::try_parse(&self.0).is_ok()
    }
}

impl From<&str> for ThreadId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a turn. Nearly all are UUIDs, which are kept as numbers: a store has many turns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TurnId {
    /// A UUID in its usual form.
    Uuid(Uuid),
    /// Anything else, such as the `rollout-3` of a migrated file.
    Other(Box<str>),
}

impl From<&str> for TurnId {
    fn from(id: &str) -> Self {
        let uuid = Uuid::try_parse(id).ok();
        // Only what is printed again as it was written is kept as a number.
        let usual = |uuid: &Uuid| uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id;
        uuid.filter(usual).map_or_else(|| Self::Other(id.into()), Self::Uuid)
    }
}

impl fmt::Display for TurnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(uuid) => uuid.hyphenated().fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl TurnId {
    /// Unix milliseconds at which the turn began, if the id tells: a version 7 UUID, as all turn
    /// ids are that Codex makes (since 0.104). It is right even where a fork rewrote the line's time.
    pub fn began(&self) -> Option<i64> {
        match self {
            Self::Uuid(uuid) if uuid.get_version_num() == 7 => i64::try_from(uuid.as_u128() >> 80).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turn_ids_print_as_they_were_written_and_version_7_tells_a_time() {
        let check = |id: &str, began: Option<i64>| {
            assert_eq!((TurnId::from(id).to_string().as_str(), TurnId::from(id).began()), (id, began));
        };
        check("01900000-0000-7000-8000-000000000000", Some(0x0190_0000_0000));
        check("5fde54d7-22e5-459c-9dbb-5239fa946abc", None);
        check("5FDE54D7-22e5-459c-9dbb-5239fa946abc", None);
        check("rollout-3", None);
        check("", None);
    }
}
