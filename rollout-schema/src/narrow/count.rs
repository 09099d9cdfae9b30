//! One token count as it stands on the wire, which may be anything.
//!
//! Refuses to guess: a value that is not a whole number from 0 to [`Count::MAX`] is invalid, and
//! the reader decides what an invalid count costs.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A token count that was read, or the fact that it could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// A whole number of tokens, at most [`Count::MAX`].
    Valid(u64),
    /// Negative, fractional, too large, or not a number at all.
    Invalid,
}

impl Count {
    /// The largest count that is believed: 2^53 − 1, the largest integer every JSON reader keeps.
    pub const MAX: u64 = (1 << 53) - 1;

    fn from_u64(value: u64) -> Self {
        if value <= Self::MAX { Self::Valid(value) } else { Self::Invalid }
    }
}

impl Default for Count {
    /// A count that is absent is zero: older versions leave out fields that did not exist yet.
    fn default() -> Self {
        Self::Valid(0)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl<'de> Visitor<'de> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token count")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Count, E> {
        Ok(Count::from_u64(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Count, E> {
        Ok(u64::try_from(value).map_or(Count::Invalid, Count::from_u64))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Count, E> {
        Ok(Count::Invalid)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Count, E> {
        Ok(Count::Invalid)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Count, E> {
        Ok(Count::Invalid)
    }

    /// `null` stands for absent in every era.
    fn visit_unit<E: Error>(self) -> Result<Count, E> {
        Ok(Count::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Count, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Count::Invalid)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Count::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_json_value_without_failing() {
        let check = |json: &str, want: Count| assert_eq!(serde_json::from_str::<Count>(json).unwrap(), want, "{json}");
        check("0", Count::Valid(0));
        check("9007199254740991", Count::Valid(Count::MAX));
        check("9007199254740992", Count::Invalid);
        check("18446744073709551616", Count::Invalid);
        check("1e300", Count::Invalid);
        check("-1", Count::Invalid);
        check("12.5", Count::Invalid);
        check("null", Count::Valid(0));
        check("\"7\"", Count::Invalid);
        check("true", Count::Invalid);
        check("[1,{\"a\":2}]", Count::Invalid);
        check("{\"a\":[1]}", Count::Invalid);
    }
}
