//! One way in which a place of a schema accepts values, and what it says about members and items.
//!
//! It refuses to do: following references. The schemas of members and items are handed out as they
//! stand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Schemas that all apply to one place; none accepts anything.
pub(super) type Node<'a> = Vec<&'a Value>;

/// The identity of schemas: their addresses, which stay put while the documents are borrowed.
pub(super) type Identity = Vec<usize>;

/// A JSON type that can be limited further than by naming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object];

    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(_) => Some(Self::Number),
            Value::String(_) => Some(Self::String),
            Value::Array(_) => Some(Self::Array),
            Value::Object(_) => Some(Self::Object),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A set of JSON types. Whole numbers are apart from others, since `integer` is part of `number`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    const INTEGER: Self = Self(4);
    const FRACTION: Self = Self(8);
    const ALL: Self = Self(127);

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "integer" => Self::INTEGER,
            "number" => Self(Self::INTEGER.0 | Self::FRACTION.0),
            "boolean" => Self::kind(Kind::Boolean),
            "string" => Self::kind(Kind::String),
            "array" => Self::kind(Kind::Array),
            "object" => Self::kind(Kind::Object),
            _ => Self::ALL, // not a schema of ours to judge
        }
    }

    pub(super) fn kind(kind: Kind) -> Self {
        match kind {
            Kind::Boolean => Self(2),
            Kind::Number => Self::INTEGER, // every set with fractions has whole numbers
            Kind::String => Self(16),
            Kind::Array => Self(32),
            Kind::Object => Self(64),
        }
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Schema objects that all apply, with no reference and no combinator left to follow.
#[derive(Clone, Debug, Default)]
pub(super) struct Alternative<'a> {
    pub(super) parts: Vec<&'a Map<String, Value>>,
}

impl<'a> Alternative<'a> {
    /// The values of `keyword`, one for each part that has it.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    pub(super) fn types(&self) -> Types {
        self.all("type").fold(Types::ALL, |types, value| {
            let one = match value {
                Value::String(name) => Types::named(name).0,
                Value::Array(names) => names.iter().filter_map(Value::as_str).fold(0, |all, n| all | Types::named(n).0),
                _ => Types::ALL.0,
            };
            Types(types.0 & one)
        })
    }

    /// Whether numbers must be whole.
    pub(super) fn integer(&self) -> bool {
        !self.types().has(Types::FRACTION)
    }

    /// The only values that are accepted, if they are listed.
    pub(super) fn literals(&self) -> Option<Vec<&'a Value>> {
        literals(self.parts.iter().copied())
    }

    /// The members that must be there.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        self.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
    }

    /// The members that are described: by a schema, or by being required.
    pub(super) fn described(&self) -> BTreeSet<&'a str> {
        let mut names = self.required();
        names.extend(self.all("properties").filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str));
        names
    }

    /// What member `name` may hold, described or not; `None` if it is refused.
    pub(super) fn member(&self, name: &str) -> Option<Node<'a>> {
        let mut node = Vec::new();
        let mut evaluated = false;
        for part in &self.parts {
            if let Some(schema) = part.get("properties").and_then(|properties| properties.get(name)) {
                node.push(schema);
                evaluated = true;
            } else if !part.contains_key("patternProperties") {
                // Whether a pattern matches the name is not known here; then nothing is asked of it.
                node.extend(part.get("additionalProperties"));
            }
        }
        if !evaluated {
            node.extend(self.all("unevaluatedProperties"));
        }
        unless_refused(node)
    }

    /// What members without description may hold; `None` if they are refused.
    pub(super) fn other_members(&self) -> Option<Node<'a>> {
        unless_refused(self.all("additionalProperties").chain(self.all("unevaluatedProperties")).collect())
    }

    /// What members may hold whose name matches a pattern.
    pub(super) fn patterns(&self) -> BTreeMap<&'a str, Node<'a>> {
        let mut patterns = BTreeMap::<_, Node<'a>>::new();
        for (pattern, schema) in self.all("patternProperties").filter_map(Value::as_object).flatten() {
            patterns.entry(pattern.as_str()).or_default().push(schema);
        }
        patterns
    }

    /// How many leading items have a schema of their own.
    pub(super) fn leading_items(&self) -> usize {
        self.parts.iter().map(|part| leading(part).map_or(0, Vec::len)).max().unwrap_or_default()
    }

    /// What the item at `index` may be, or any item behind the leading ones; `None` if refused.
    pub(super) fn item(&self, index: Option<usize>) -> Option<Node<'a>> {
        let schema = |part: &&'a Map<String, Value>| {
            let leading = leading(part);
            let other = match part.get("items") {
                Some(Value::Array(_)) => part.get("additionalItems"),
                other => other,
            };
            index.and_then(|index| leading?.get(index)).or(other)
        };
        unless_refused(self.parts.iter().filter_map(schema).collect())
    }

    /// The single member of a variant that is written `{"name": …}` and nothing else.
    pub(super) fn only_member(&self) -> Option<&'a str> {
        let required = self.required();
        let name = required.first().copied()?;
        (required.len() == 1 && self.other_members().is_none() && self.described().len() == 1).then_some(name)
    }

    pub(super) fn identity(&self) -> Identity {
        let mut addresses: Identity = self.parts.iter().map(|part| std::ptr::from_ref(*part).addr()).collect();
        addresses.sort_unstable();
        addresses
    }

    /// Whether the parts contradict each other. Sees types and listed values of members only: this
    /// is for the combinations of a union with what stands beside it.
    pub(super) fn impossible(&self) -> bool {
        if self.types().0 == 0 {
            return true;
        }
        let properties = || self.all("properties").filter_map(Value::as_object);
        self.parts.len() > 1
            && self.required().into_iter().any(|name| {
                let schemas = properties().filter_map(|map| map.get(name)).filter_map(Value::as_object);
                literals(schemas).is_some_and(|values| values.is_empty())
            })
    }
}

fn leading(part: &Map<String, Value>) -> Option<&Vec<Value>> {
    part.get("prefixItems").and_then(Value::as_array).or_else(|| part.get("items").and_then(Value::as_array))
}

fn literals<'a>(parts: impl Iterator<Item = &'a Map<String, Value>>) -> Option<Vec<&'a Value>> {
    let mut found: Option<Vec<&Value>> = None;
    let mut keep = |values: Vec<&'a Value>| match &mut found {
        None => found = Some(values),
        Some(found) => found.retain(|value| values.contains(value)),
    };
    for part in parts {
        if let Some(value) = part.get("const") {
            keep(vec![value]);
        }
        if let Some(Value::Array(values)) = part.get("enum") {
            keep(values.iter().collect());
        }
    }
    found
}

fn unless_refused(mut node: Node<'_>) -> Option<Node<'_>> {
    node.retain(|schema| **schema != Value::Bool(true));
    (!node.contains(&&Value::Bool(false))).then_some(node)
}

/// The identity of several alternatives in order; 0 is no address, so it sets them apart.
pub(super) fn identity_of(alternatives: &[Alternative<'_>]) -> Identity {
    alternatives.iter().flat_map(|alternative| alternative.identity().into_iter().chain([0])).collect()
}
