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

/// Unix milliseconds inside a version 7 UUID, or `None` for any other text.
///
/// Turn ids have been version 7 since 0.104, so an id tells when its turn began even where the
/// line around it was rewritten by a fork.
pub fn uuid_v7_millis(id: &str) -> Option<i64> {
    let uuid = Uuid::try_parse(id).ok()?;
    if uuid.get_version_num() != 7 {
        return None;
    }
    i64::try_from(uuid.as_u128() >> 80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_7_ids_tell_a_time() {
        assert_eq!(uuid_v7_millis("01900000-0000-7000-8000-000000000000"), Some(0x0190_0000_0000));
        assert_eq!(uuid_v7_millis("5fde54d7-22e5-459c-9dbb-5239fa946abc"), None);
        assert_eq!(uuid_v7_millis("rollout-3"), None);
    }
}
