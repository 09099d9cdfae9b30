//! Unions: objects told apart by a tag, names with or without a value, and values told apart by
//! their JSON form.
//!
//! An unknown tag or name is kept verbatim, never an error: newer versions add some every week.

use std::borrow::Cow;
use std::fmt;

use schemars::{Schema, json_schema};
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::object::Rest;
use super::value::Key;
use super::versions::Known;

/// An object whose tag this toolkit does not know, with all its members.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownObject {
    /// The name of the tag's member.
    pub tag: &'static str,
    /// The tag, or `None` if the object has none.
    pub kind: Option<Box<str>>,
    /// The members.
    pub rest: Rest,
}

/// The members that stood before the tag, and then those that follow it.
pub(crate) struct Rejoined<'de, A> {
    before: std::vec::IntoIter<(Key<'de>, &'de RawValue)>,
    value: Option<&'de RawValue>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rejoined<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some((key, value)) = self.before.next() else { return self.map.next_key_seed(seed) };
        self.value = Some(value);
        match key.0 {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            Cow::Owned(name) => seed.deserialize(name.into_deserializer()).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}

/// Reads `map` up to its tag. Gives the tag, and all other members.
///
/// `tags` are the tag's names, its present one first.
#[expect(clippy::type_complexity, reason = "three parts that only the macro takes apart")]
pub(crate) fn split_tag<'de, A: MapAccess<'de>>(
    tags: &[&'static str],
    mut map: A,
) -> Result<(&'static str, Option<Box<str>>, Rejoined<'de, A>), A::Error> {
    let mut before = Vec::new();
    let mut found = (tags.first().copied().unwrap_or_default(), None);
    while let Some(key) = map.next_key::<Key<'de>>()? {
        if let Some(tag) = tags.iter().find(|tag| key.0 == **tag) {
            found = (tag, Some(map.next_value()?));
            break;
        }
        before.push((key, map.next_value()?));
    }
    Ok((found.0, found.1, Rejoined { before: before.into_iter(), value: None, map }))
}

impl UnknownObject {
    pub(crate) fn read<'de, A: MapAccess<'de>>(
        tag: &'static str,
        kind: Option<Box<str>>,
        mut map: A,
    ) -> Result<Self, A::Error> {
        let mut rest = Rest::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            rest.read(&key, &mut map)?;
        }
        Ok(Self { tag, kind, rest })
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(kind) = &self.kind {
            map.serialize_entry(self.tag, kind)?;
        }
        self.rest.write(map)
    }
}

/// One variant of a tagged union: the object's schema, and its tag.
pub(crate) fn variant(schema: Schema, tag: &str, kinds: &[&str], required: bool, doc: &str, known: &Known) -> Value {
    let mut schema = known.annotate(schema, doc);
    let tag_schema = match kinds {
        [kind] => json!({ "const": kind }),
        kinds => json!({ "enum": kinds }),
    };
    schema.insert("properties".to_owned(), json!({ tag: tag_schema }));
    if required {
        schema.insert("required".to_owned(), json!([tag]));
    }
    schema.to_value()
}

/// The variants once more, with the name that the tag had up to 0.63.
pub(crate) fn also_tagged(mut variants: Vec<Value>, tag: &str, old_tag: &str) -> Vec<Value> {
    let old = |variant: &Value| {
        let mut schema = variant.clone();
        let kind = &variant["properties"][tag];
        schema["properties"] = json!({ old_tag: kind });
        schema["required"] = json!([old_tag]);
        schema["x-until"] = "0.63.0".into();
        schema
    };
    let older: Vec<Value> = variants.iter().map(old).collect();
    variants.extend(older);
    variants
}

/// The schema of a union.
pub(crate) fn one_of(variants: Vec<Value>, doc: &str, known: &Known) -> Schema {
    let mut schema = Schema::default();
    schema.insert("oneOf".to_owned(), variants.into());
    known.annotate(schema, doc)
}

/// One name of a list.
pub(crate) fn name(names: &[&str], doc: &str, known: &Known) -> Vec<Value> {
    let name = |name: &&str| known.annotate(json_schema!({ "const": name }), doc).to_value();
    names.iter().map(name).collect()
}

/// A name with a value: an object of one member.
pub(crate) fn named(names: &[&str], schema: &Schema, doc: &str, known: &Known) -> Vec<Value> {
    let one = |name: &&str| {
        let object = json_schema!({
            "type": "object", "properties": { *name: schema }, "required": [name], "additionalProperties": false,
        });
        known.annotate(object, doc).to_value()
    };
    names.iter().map(one).collect()
}

/// A name that newer versions accept whatever it is.
pub(crate) fn any_name(known: &Known) -> Value {
    known.annotate(json_schema!({ "type": ["string", "object"] }), "Any other name or value.").to_value()
}

/// The schema of a value that has one of several forms.
pub(crate) fn any_of(forms: Vec<Value>, doc: &str, known: &Known) -> Schema {
    let mut schema = Schema::default();
    schema.insert("anyOf".to_owned(), forms.into());
    known.annotate(schema, doc)
}

/// How a tag was written, if not by its present name: an alias, or not at all.
pub(crate) fn spelled(found: Option<&str>, kind: &str, aliases: &[&'static str]) -> Option<&'static str> {
    match found {
        None => Some(""),
        Some(found) if found == kind => None,
        Some(found) => aliases.iter().copied().find(|alias| *alias == found),
    }
}

/// Writes `{"name": value}`.
pub(crate) fn write_single<S: Serializer, T: Serialize>(
    serializer: S,
    name: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, value)?;
    map.end()
}

/// The single member of an object.
pub(crate) struct Single<'de> {
    pub(crate) name: Cow<'de, str>,
    pub(crate) value: &'de RawValue,
}

impl<'de> Single<'de> {
    /// Reads `{"name": value}`.
    pub(crate) fn read(json: &'de RawValue) -> Option<Self> {
        struct SingleVisitor;

        impl<'de> Visitor<'de> for SingleVisitor {
            type Value = Single<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of one member")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Single<'de>, A::Error> {
                let Some((Key(name), value)) = map.next_entry()? else { return Err(A::Error::missing_field("name")) };
                match map.next_key::<Key<'de>>()? {
                    Some(_) => Err(A::Error::custom("a second member")),
                    None => Ok(Single { name, value }),
                }
            }
        }

        serde_json::Deserializer::from_str(json.get()).deserialize_map(SingleVisitor).ok()
    }
}

/// Objects told apart by the member `by`; `or` names the variant of an object without it.
macro_rules! tagged {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident by $tag:literal $(| $old_tag:literal)? $(or $default:literal)? $([$($known:tt)*])? {
            $($(#[doc = $about:literal])+ $variant:ident($ty:ty) = $kind:literal $(| $alias:literal)* $([$($range:tt)*])?),+ $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[doc = $about])+ $variant(Box<$ty>),)+
            /// A kind that this toolkit does not know.
            Unlisted(Box<$crate::grammar::UnknownObject>),
        }

        impl $name {
            /// The kind as the wire names it, or `None` if it has none.
            pub fn kind(&self) -> Option<&str> {
                match self {
                    $(Self::$variant(_) => Some($kind),)+
                    Self::Unlisted(unknown) => unknown.kind.as_deref(),
                }
            }
        }

        impl $crate::grammar::Object for $name {
            fn read<'de, A: serde::de::MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
                let (tag, kind, members) = $crate::grammar::split_tag(&[$tag $(, $old_tag)?], map)?;
                match kind.as_deref()$(.or(Some($default)))? {
                    $(Some($kind $(| $alias)*) => {
                        let mut value = <$ty as $crate::grammar::Object>::read(members)?;
                        let used = $crate::grammar::spelled(kind.as_deref(), $kind, &[$($alias),*]);
                        used.into_iter().for_each(|used| value.rest_mut().spell($tag, used));
                        if tag != $tag {
                            value.rest_mut().spell("", tag);
                        }
                        Ok(Self::$variant(Box::new(value)))
                    })+
                    _ => Ok(Self::Unlisted(Box::new($crate::grammar::UnknownObject::read(tag, kind, members)?))),
                }
            }

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self {
                    $(Self::$variant(value) => {
                        let rest = $crate::grammar::Object::rest(&**value);
                        rest.kind($tag, $kind).map_or(Ok(()), |kind| map.serialize_entry(rest.tag($tag), kind))?;
                        $crate::grammar::Object::write(&**value, map)
                    })+
                    Self::Unlisted(unknown) => unknown.write(map),
                }
            }

            fn rest(&self) -> &$crate::grammar::Rest {
                match self {
                    $(Self::$variant(value) => $crate::grammar::Object::rest(&**value),)+
                    Self::Unlisted(unknown) => &unknown.rest,
                }
            }

            fn rest_mut(&mut self) -> &mut $crate::grammar::Rest {
                match self {
                    $(Self::$variant(value) => $crate::grammar::Object::rest_mut(&mut **value),)+
                    Self::Unlisted(unknown) => &mut unknown.rest,
                }
            }
        }

        $crate::grammar::serde_by_object!($name);

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let defaults: &[&str] = &[$($default)?];
                let variants = vec![$($crate::grammar::variant(
                    $crate::grammar::subschema::<$ty>(generator),
                    $tag,
                    &[$kind $(, $alias)*],
                    !defaults.contains(&$kind),
                    concat!($($about, "\n"),+),
                    &$crate::grammar::known!($([$($range)*])?),
                ),)+];
                $(let variants = $crate::grammar::also_tagged(variants, $tag, $old_tag);)?
                $crate::grammar::one_of(variants, concat!($($doc, "\n"),+), &$crate::grammar::known!($([$($known)*])?))
            }
        }
    )+};
}

/// Lists of names.
macro_rules! names {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $([$($known:tt)*])? {
            $($(#[doc = $about:literal])+ $variant:ident = $wire:literal $(| $alias:literal)* $([$($range:tt)*])?),+ $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $about])+ $variant,)+
            /// A name that this toolkit does not know, or an older spelling.
            Unlisted(Box<str>),
        }

        impl $name {
            /// The name as the wire has it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unlisted(name) => name,
                }
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                match name {
                    $($wire => Self::$variant,)+
                    other => Self::Unlisted(other.into()),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self::from(&*name))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let names = [$($crate::grammar::name(
                    &[$wire $(, $alias)*],
                    concat!($($about, "\n"),+),
                    &$crate::grammar::known!($([$($range)*])?),
                ),)+];
                $crate::grammar::one_of(names.concat(), concat!($($doc, "\n"),+), &$crate::grammar::known!($([$($known)*])?))
            }
        }
    )+};
}

/// Names, and names that carry a value: `"cli"` or `{"custom": "bot"}`.
macro_rules! external {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $([$($known:tt)*])? {
            $($(#[doc = $about:literal])+ $variant:ident = $wire:literal $([$($range:tt)*])?),* $(,)?
        } carrying {
            $($(#[doc = $inside:literal])+ $carrier:ident($ty:ty) = $key:literal $(| $alias:literal)* $([$($during:tt)*])?),+ $(,)?
        } $(open [$($open:tt)*])?
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[doc = $about])+ $variant,)*
            $($(#[doc = $inside])+ $carrier(Box<$ty>),)+
            /// A name, or a name with a value, that this toolkit does not know; or an older spelling.
            Unlisted($crate::grammar::Json),
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let json = <&'de serde_json::value::RawValue>::deserialize(deserializer)?;
                match json.get().as_bytes().first() {
                    Some(b'"') => match &*serde_json::from_str::<Box<str>>(json.get()).map_err(D::Error::custom)? {
                        $($wire => Ok(Self::$variant),)*
                        _ => Ok(Self::Unlisted(json.into())),
                    },
                    Some(b'{') => {
                        let single = $crate::grammar::Single::read(json);
                        match single.as_ref().map(|single| &*single.name) {
                            $(Some($key $(| $alias)*) => {
                                let value = single.map_or("null", |single| single.value.get());
                                serde_json::from_str(value).map(|value| Self::$carrier(Box::new(value))).map_err(D::Error::custom)
                            })+
                            _ => Ok(Self::Unlisted(json.into())),
                        }
                    }
                    _ => Err(D::Error::custom("expected a name, or an object of one member")),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant => serializer.serialize_str($wire),)*
                    $(Self::$carrier(value) => $crate::grammar::write_single(serializer, $key, &**value),)+
                    Self::Unlisted(json) => json.serialize(serializer),
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let variants = [
                    $($crate::grammar::name(
                        &[$wire], concat!($($about, "\n"),+), &$crate::grammar::known!($([$($range)*])?),
                    ),)*
                    $($crate::grammar::named(
                        &[$key $(, $alias)*],
                        &$crate::grammar::subschema::<$ty>(generator),
                        concat!($($inside, "\n"),+),
                        &$crate::grammar::known!($([$($during)*])?),
                    ),)+
                    $(vec![$crate::grammar::any_name(&$crate::grammar::known!([$($open)*]))],)?
                ];
                // Any name may also be one of those that are listed, which `oneOf` would refuse.
                let opens: &[&str] = &[$(stringify!($($open)*))?];
                let union = if opens.is_empty() { $crate::grammar::one_of } else { $crate::grammar::any_of };
                union(variants.concat(), concat!($($doc, "\n"),+), &$crate::grammar::known!($([$($known)*])?))
            }
        }
    )+};
}

/// Values told apart by their JSON form: `string`, `array`, `object`, `integer`, `bool`.
macro_rules! forms {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $([$($known:tt)*])? {
            $($(#[doc = $about:literal])+ $variant:ident($ty:ty): $form:ident $([$($range:tt)*])?),+ $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[doc = $about])+ $variant(Box<$ty>),)+
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let json = <&'de serde_json::value::RawValue>::deserialize(deserializer)?;
                match $crate::grammar::Form::of(json) {
                    $($crate::grammar::Form::$form => {
                        serde_json::from_str(json.get()).map(|value| Self::$variant(Box::new(value))).map_err(D::Error::custom)
                    })+
                    #[allow(unreachable_patterns, clippy::allow_attributes, reason = "all forms may be named")]
                    _ => Err(D::Error::custom(concat!("expected one of:", $(" ", stringify!($form)),+))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)+
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let forms = vec![$(
                    $crate::grammar::known!($([$($range)*])?)
                        .annotate($crate::grammar::subschema::<$ty>(generator), concat!($($about, "\n"),+))
                        .to_value(),
                )+];
                $crate::grammar::any_of(forms, concat!($($doc, "\n"),+), &$crate::grammar::known!($([$($known)*])?))
            }
        }
    )+};
}

/// The form of a JSON value.
#[allow(non_camel_case_types, clippy::allow_attributes, reason = "named as JSON Schema names them")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    null,
    bool,
    number,
    string,
    array,
    object,
}

impl Form {
    pub(crate) fn of(json: &RawValue) -> Self {
        match json.get().as_bytes().first() {
            Some(b'"') => Self::string,
            Some(b'[') => Self::array,
            Some(b'{') => Self::object,
            Some(b't' | b'f') => Self::bool,
            Some(b'n') => Self::null,
            _ => Self::number,
        }
    }
}

pub(crate) use {external, forms, names, tagged};
