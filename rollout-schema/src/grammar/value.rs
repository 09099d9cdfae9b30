//! Values as they were written: JSON text, numbers, and members that may be absent.
//!
//! Refuses to round: a number is kept by its letters, so `12.5`, `1e400` and `9223372036854775808`
//! come out as they went in.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Any JSON value, verbatim.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The value's text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The value as a type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }

    /// The text of `value` as JSON.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }
}

impl From<&RawValue> for Json {
    fn from(json: &RawValue) -> Self {
        Self(json.to_owned())
    }
}

impl PartialEq for Json {
    /// Equal if the texts are, or if they say the same in another order or with other escapes.
    fn eq(&self, other: &Self) -> bool {
        let value = |json: &Self| json.read::<serde_json::Value>().ok();
        self.get() == other.get() || value(self).is_some_and(|mine| Some(mine) == value(other))
    }
}

impl JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

macro_rules! narrowed {
    ($($(#[doc = $doc:literal])+ $name:ident($inner:ty) = $schema:tt;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

narrowed! {
    /// Text that is not empty.
    NonEmpty(String) = { "type": "string", "minLength": 1 };
}

/// A member that may be left out. `Optional<Option<T>>` may also be written as `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Optional<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is there.
    Given(T),
}

impl<T> Optional<T> {
    /// The value, if the member is there.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Given(value) => Some(value),
        }
    }
}

impl<T> Optional<Option<T>> {
    /// The value, if the member is there and not `null`.
    pub fn value(&self) -> Option<&T> {
        self.given().and_then(Option::as_ref)
    }
}

impl<T> From<Option<T>> for Optional<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Given)
    }
}

/// What kind of number a [`Number`] is.
pub trait NumberKind {
    /// Name of the schema.
    const NAME: &'static str;
    /// Its JSON Schema.
    fn schema() -> Schema;
}

/// A number by its letters.
pub struct Number<K>(Box<str>, PhantomData<K>);

impl<K> Number<K> {
    /// The number as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value, if it is a whole number from 0 to 2^64 − 1.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The value, if it is a whole number from −2^63 to 2^63 − 1.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// The nearest floating-point number.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }
}

macro_rules! number_kinds {
    ($($(#[doc = $doc:literal])+ $alias:ident($kind:ident) = $schema:tt;)+) => {$(
        $(#[doc = $doc])+
        pub type $alias = Number<$kind>;

        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $kind {}

        impl NumberKind for $kind {
            const NAME: &'static str = stringify!($alias);
            fn schema() -> Schema {
                json_schema!($schema)
            }
        }

        impl From<u64> for $alias {
            fn from(value: u64) -> Self {
                Self(value.to_string().into(), PhantomData)
            }
        }
    )+};
}

number_kinds! {
    /// A whole number of any size and sign.
    Int(IntKind) = { "type": "integer" };
    /// A whole number from 0.
    Unsigned(UnsignedKind) = { "type": "integer", "minimum": 0 };
    /// A whole number from 1.
    Positive(PositiveKind) = { "type": "integer", "minimum": 1 };
    /// Any number.
    Decimal(DecimalKind) = { "type": "number" };
}

impl From<i64> for Int {
    fn from(value: i64) -> Self {
        Self(value.to_string().into(), PhantomData)
    }
}

impl<K> Clone for Number<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K> PartialEq for Number<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> fmt::Debug for Number<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> Serialize for Number<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de, K> Deserialize<'de> for Number<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        match text.get().as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => Ok(Self(text.get().into(), PhantomData)),
            _ => Err(D::Error::custom("expected a number")),
        }
    }
}

impl<K: NumberKind> JsonSchema for Number<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        K::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        K::schema()
    }
}

/// A member's name: borrowed unless it holds escapes.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_letters() {
        for text in ["12.5", "1e400", "9223372036854775808", "-0", "0.1000", "-7"] {
            let number: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!((number.as_str(), serde_json::to_string(&number).unwrap().as_str()), (text, text));
        }
        assert!(serde_json::from_str::<Int>("\"7\"").is_err());
        assert!(serde_json::from_str::<Int>("null").is_err());
        assert_eq!(Int::from(-3_i64).as_i64(), Some(-3));
    }

    #[test]
    fn json_is_equal_whatever_its_spelling() {
        let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        assert_eq!(json(r#"{"a":1, "b":"\u00e9"}"#), json(r#"{"b":"é","a":1}"#));
        assert_ne!(json("1"), json("2"));
    }
}
