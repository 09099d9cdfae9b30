//! `object!`: one declaration of an object's members becomes a struct that reads them in any order,
//! keeps what it does not know, writes them in the wire's order and describes itself as JSON Schema.
//!
//! Reading goes member by member with serde_json's own deserializer, never through a buffer, so an
//! error keeps its place and a number its letters.

use schemars::{Schema, SchemaGenerator};
use serde::de::{Error, MapAccess};
use serde::ser::SerializeMap;
use serde_json::{Map, Value, json};

use super::value::{Json, Key};
use super::versions::Known;

/// An object on the wire, without a tag that a union around it may own.
pub trait Object: Sized {
    /// Reads the members that are left in `map`.
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
    /// Writes the members.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
    /// What the typed members do not say.
    fn rest(&self) -> &Rest;
    /// The same, to be changed.
    fn rest_mut(&mut self) -> &mut Rest;
}

/// What an object holds besides its typed members: members that this toolkit does not know, and
/// which old spellings were used, so that it is written as it was read.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    unknown: Vec<(Box<str>, Json)>,
    spelled: Vec<(&'static str, &'static str)>,
}

impl PartialEq for Rest {
    /// The spelling of a member does not change what it says.
    fn eq(&self, other: &Self) -> bool {
        self.unknown == other.unknown
    }
}

impl Rest {
    /// The unknown members in the order they were read.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.unknown.iter().map(|(name, value)| (&**name, value))
    }

    /// Removes an unknown member and returns it.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.unknown.iter().position(|(known, _)| **known == *name)?;
        Some(self.unknown.remove(at).1)
    }

    /// Remembers that `name` was written as `used`.
    pub(crate) fn spell(&mut self, name: &'static str, used: &'static str) {
        self.spelled.push((name, used));
    }

    /// How `name` was written.
    pub(crate) fn spelling(&self, name: &'static str) -> &'static str {
        self.spelled.iter().find(|(known, _)| *known == name).map_or(name, |(_, used)| used)
    }

    /// The name of the member that held the tag.
    pub(crate) fn tag(&self, tag: &'static str) -> &'static str {
        self.spelled.iter().find(|(known, _)| known.is_empty()).map_or(tag, |(_, used)| used)
    }

    /// How a tag was written: by its name, by an older one, or not at all.
    pub(crate) fn kind(&self, tag: &'static str, kind: &'static str) -> Option<&'static str> {
        let used = self.spelling(tag);
        if used == tag { Some(kind) } else { Some(used).filter(|used| !used.is_empty()) }
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.unknown.iter().try_for_each(|(name, value)| map.serialize_entry(&**name, value))
    }

    pub(crate) fn read<'de, A: MapAccess<'de>>(&mut self, key: &Key<'_>, map: &mut A) -> Result<(), A::Error> {
        self.unknown.push((key.0.as_ref().into(), map.next_value()?));
        Ok(())
    }
}

/// Reads the value of a member that may stand only once.
pub(crate) fn read_once<'de, T, A>(member: &mut Option<T>, name: &'static str, map: &mut A) -> Result<(), A::Error>
where
    T: serde::Deserialize<'de>,
    A: MapAccess<'de>,
{
    if member.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *member = Some(map.next_value()?);
    Ok(())
}

/// The JSON Schema of an object while its members are added.
#[derive(Default)]
pub(crate) struct Described {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Described {
    /// Adds one member.
    pub(crate) fn member(&mut self, name: &str, required: bool, schema: Schema, doc: &str, known: &Known) {
        if required {
            self.required.push(name.into());
        }
        self.properties.insert(name.to_owned(), known.annotate(schema, doc).to_value());
    }

    /// Adds an older name of a member.
    pub(crate) fn alias(&mut self, alias: &str, name: &str, schema: Schema) {
        let mut schema = Known::wire_only().annotate(schema, &format!("Older name of `{name}`."));
        schema.insert("x-alias-of".to_owned(), name.into());
        self.properties.insert(alias.to_owned(), schema.to_value());
    }

    /// The schema.
    pub(crate) fn finish(self, doc: &str, known: &Known) -> Schema {
        let mut object = Map::new();
        object.insert("type".to_owned(), "object".into());
        object.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            object.insert("required".to_owned(), Value::Array(self.required));
        }
        known.annotate(object.into(), doc)
    }
}

/// At least one of `names` must be there.
pub(crate) fn require_any(mut schema: Schema, names: &[&str]) -> Schema {
    let any: Vec<Value> = names.iter().map(|name| json!({ "required": [name] })).collect();
    schema.insert("anyOf".to_owned(), any.into());
    schema
}

/// The object may hold no other members.
pub(crate) fn close(mut schema: Schema) -> Schema {
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

/// A union's schema asks for the subschema of `T` with this, so that recursion ends.
pub(crate) fn subschema<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Declares objects.
macro_rules! object {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $([$($known:tt)*])? $(($closed:ident))? {
            $(
                $(#[doc = $about:literal])+
                $mode:ident $member:ident $(as $wire:literal $(| $alias:literal)* $(inverse $inverse:literal)?)? : $ty:ty $([$($range:tt)*])? $(where required [$($needed:tt)*])?
            ),* $(,)?
        } $(any of $any:tt)?
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $(
                $(#[doc = $about])+
                pub $member: $crate::grammar::member_type!($mode $ty),
            )*
            /// What the other members do not say.
            pub rest: $crate::grammar::Rest,
        }

        impl $crate::grammar::Object for $name {
            #[allow(unused_mut, clippy::allow_attributes, reason = "an object may have no members")]
            fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $(let mut $member: Option<$ty> = None;)*
                let mut rest = $crate::grammar::Rest::default();
                while let Some(key) = map.next_key::<$crate::grammar::Key<'de>>()? {
                    match &*key.0 {
                        $(name if name == $crate::grammar::wire_name!($member $(= $wire)?) => {
                            $crate::grammar::read_once(&mut $member, $crate::grammar::wire_name!($member $(= $wire)?), &mut map)?;
                        })*
                        $($($(name if name == $alias => {
                            $crate::grammar::read_once(&mut $member, $alias, &mut map)?;
                            rest.spell($wire, $alias);
                        })*)?)*
                        $($($(name if name == $inverse => {
                            $crate::grammar::read_once(&mut $member, $inverse, &mut map)?;
                            $member = $member.map(std::ops::Not::not);
                            rest.spell($wire, $inverse);
                        })?)?)*
                        _ => rest.read(&key, &mut map)?,
                    }
                }
                Ok(Self {
                    $($member: $crate::grammar::member_done!($mode $member, $crate::grammar::wire_name!($member $(= $wire)?)),)*
                    rest,
                })
            }

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $($crate::grammar::member_write!(
                    $mode self.$member, self.rest.spelling($crate::grammar::wire_name!($member $(= $wire)?)), map
                    $($(, $inverse)?)?
                );)*
                self.rest.write(map)
            }

            fn rest(&self) -> &$crate::grammar::Rest {
                &self.rest
            }

            fn rest_mut(&mut self) -> &mut $crate::grammar::Rest {
                &mut self.rest
            }
        }

        $crate::grammar::serde_by_object!($name);

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            #[allow(unused_mut, unused_variables, clippy::allow_attributes, reason = "an object may have no members")]
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut object = $crate::grammar::Described::default();
                $(
                    let known = $crate::grammar::known!($([$($range)*])? $(required [$($needed)*])?);
                    object.member(
                        $crate::grammar::wire_name!($member $(= $wire)?),
                        $crate::grammar::member_required!($mode),
                        $crate::grammar::subschema::<$ty>(generator),
                        concat!($($about, "\n"),+),
                        &known,
                    );
                    $($(object.alias($alias, $wire, $crate::grammar::subschema::<$ty>(generator));)*)?
                    $($(object.alias($inverse, $wire, $crate::grammar::subschema::<$ty>(generator));)?)?
                )*
                let schema = object.finish(concat!($($doc, "\n"),+), &$crate::grammar::known!($([$($known)*])?));
                $(let schema = $crate::grammar::$closed(schema);)?
                $(let schema = $crate::grammar::require_any(schema, &$any);)?
                schema
            }
        }
    )+};
}

/// The struct's type of a member.
macro_rules! member_type {
    (required $ty:ty) => { $ty };
    (optional $ty:ty) => { $crate::grammar::Optional<$ty> };
}

/// Whether JSON Schema calls a member required.
macro_rules! member_required {
    (required) => {
        true
    };
    (optional) => {
        false
    };
}

/// The value of a member after all were read.
macro_rules! member_done {
    (required $member:ident, $name:expr) => {
        $member.ok_or_else(|| <A::Error as serde::de::Error>::missing_field($name))?
    };
    (optional $member:ident, $name:expr) => {
        $crate::grammar::Optional::from($member)
    };
}

/// Writes a member that is there.
macro_rules! member_write {
    (required $value:expr, $name:expr, $map:ident) => {
        $map.serialize_entry($name, &$value)?
    };
    (optional $value:expr, $name:expr, $map:ident) => {
        if let $crate::grammar::Optional::Given(value) = &$value {
            $map.serialize_entry($name, value)?;
        }
    };
    (optional $value:expr, $name:expr, $map:ident, $inverse:literal) => {
        if let $crate::grammar::Optional::Given(value) = $value {
            $map.serialize_entry($name, &(value != ($name == $inverse)))?;
        }
    };
}

/// A member's name on the wire.
macro_rules! wire_name {
    ($member:ident) => {
        stringify!($member)
    };
    ($member:ident = $wire:literal) => {
        $wire
    };
}

/// serde for a type that is an object.
macro_rules! serde_by_object {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map($crate::grammar::ObjectVisitor(std::marker::PhantomData))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $crate::grammar::Object::write(self, &mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }
    };
}

pub(crate) use {member_done, member_required, member_type, member_write, object, serde_by_object, wire_name};

/// Reads an [`Object`] from a map.
pub(crate) struct ObjectVisitor<T>(pub(crate) std::marker::PhantomData<T>);

impl<'de, T: Object> serde::de::Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}
