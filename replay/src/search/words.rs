//! The strings in a JSON value of any shape, in order, as slices of the line where they can be.
//!
//! Refuses keys, numbers and the like: they are no words.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// All strings in a value.
pub(super) type AllWords<'a> = Words<'a, true>;

/// The value if it is a string, and of lists and objects what stands under `text` or `content`:
/// neither images nor encrypted parts.
pub(super) type TextWords<'a> = Words<'a, false>;

/// Strings of a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Words<'a, const ALL: bool>(pub(super) Vec<Cow<'a, str>>);

impl<'de: 'a, 'a, const ALL: bool> Deserialize<'de> for Words<'a, ALL> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor::<ALL>)
    }
}

struct WordsVisitor<const ALL: bool>;

impl<'de, const ALL: bool> Visitor<'de> for WordsVisitor<ALL> {
    type Value = Words<'de, ALL>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Words(vec![Cow::Borrowed(text)]))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Words(vec![Cow::Owned(text.to_owned())]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(Words(inner)) = values.next_element::<Self::Value>()? {
            words.extend(inner);
        }
        Ok(Words(words))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            if ALL || matches!(&*key, "text" | "content") {
                words.extend(members.next_value::<Self::Value>()?.0);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Words(words))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Words::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Words::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Words::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Words::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Words::default())
    }
}
