//! What a schema accepts at one place, once references and combinators are resolved.
//!
//! A node (schemas that all apply) becomes a [`Site`]: the alternatives for each JSON type. One
//! step at a time: members and items stay nodes, so recursive schemas cost nothing here. It
//! refuses to do: comparing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::alternative::{Alternative, Identity, Kind, Types, identity_of};

/// Above this many alternatives at one place, the place is taken to accept anything.
const MAX_ALTERNATIVES: usize = 4096;

/// Keywords that limit what a schema accepts, apart from references and combinators.
const CONSTRAINTS: [&str; 37] = [
    "type",
    "enum",
    "const",
    "format",
    "not",
    "if",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "required",
    "minProperties",
    "maxProperties",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "then",
    "else",
];

/// All that one place accepts.
#[derive(Debug, Default)]
pub(super) struct Site<'a> {
    /// Whether it accepts anything; then the rest is empty.
    pub(super) any: bool,
    pub(super) null: bool,
    /// The values that are accepted by name, keyed by their text. `null` is not among them.
    pub(super) literals: BTreeMap<String, &'a Value>,
    /// The alternatives that accept more than listed values, by [`Kind`].
    plain: [Vec<Alternative<'a>>; 5],
    /// What makes it up, in all and without alternatives that are no more than `null`.
    pub(super) identity: Identity,
    pub(super) identity_but_null: Identity,
}

impl<'a> Site<'a> {
    pub(super) fn new(root: &'a Value, node: &[&'a Value]) -> Self {
        let mut site = Self::default();
        for alternative in expand(root, node) {
            if alternative.parts.is_empty() {
                return Self { any: true, ..Self::default() };
            }
            site.add(&alternative);
        }
        if site.literals.contains_key("true") && site.literals.contains_key("false") {
            site.literals.retain(|_, value| !value.is_boolean());
            site.plain[Kind::Boolean as usize].push(Alternative::default());
        }
        site
    }

    fn add(&mut self, alternative: &Alternative<'a>) {
        let types = alternative.types();
        let identity = identity_of(std::slice::from_ref(alternative));
        if types != Types::NULL {
            self.identity_but_null.extend(&identity);
        }
        self.identity.extend(identity);
        if let Some(values) = alternative.literals() {
            for value in values {
                match Kind::of(value) {
                    None => self.null |= types.has(Types::NULL),
                    Some(kind) if types.has(Types::kind(kind)) => {
                        self.literals.insert(value.to_string(), value);
                    }
                    Some(_) => {}
                }
            }
            return;
        }
        self.null |= types.has(Types::NULL);
        for kind in Kind::ALL.into_iter().filter(|kind| types.has(Types::kind(*kind))) {
            self.plain[kind as usize].push(alternative.clone());
        }
    }

    pub(super) fn plain(&self, kind: Kind) -> &[Alternative<'a>] {
        &self.plain[kind as usize]
    }

    /// The listed values of one type.
    pub(super) fn literals(&self, kind: Kind) -> impl Iterator<Item = (&String, &'a Value)> {
        self.literals.iter().map(|(text, value)| (text, *value)).filter(move |(_, value)| Kind::of(value) == Some(kind))
    }

    pub(super) fn accepts_nothing(&self) -> bool {
        !self.any && !self.null && self.literals.is_empty() && self.plain.iter().all(Vec::is_empty)
    }

    /// Whether listed values are all that it accepts.
    pub(super) fn only_literals(&self) -> bool {
        !self.any && !self.null && !self.literals.is_empty() && self.plain.iter().all(Vec::is_empty)
    }

    /// What it accepts, in a few words.
    pub(super) fn words(&self) -> String {
        if self.any {
            return "anything".to_owned();
        }
        let mut words = Vec::new();
        for kind in Kind::ALL {
            match self.plain(kind) {
                [] => {}
                numbers if kind == Kind::Number && numbers.iter().all(Alternative::integer) => words.push("integer"),
                _ => words.push(kind.word()),
            }
        }
        words.extend(self.literals.keys().map(String::as_str).take(8));
        if self.literals.len() > 8 {
            words.push("…");
        }
        if self.null {
            words.push("null");
        }
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    }
}

/// A combination of alternatives that is being followed.
#[derive(Clone, Default)]
struct Branch<'a> {
    pending: Vec<&'a Value>,
    unions: Vec<Vec<&'a Value>>,
    seen: Identity,
    found: Alternative<'a>,
}

/// All combinations of alternatives of a node, in the order of the document. A loop, not a
/// recursion: chains of references may be long.
fn expand<'a>(root: &'a Value, node: &[&'a Value]) -> Vec<Alternative<'a>> {
    let mut done = Vec::new();
    let mut work = vec![Branch { pending: node.iter().rev().copied().collect(), ..Branch::default() }];
    while let Some(mut branch) = work.pop() {
        if done.len() + work.len() > MAX_ALTERNATIVES {
            return vec![Alternative::default()];
        }
        let Some(schema) = branch.pending.pop() else {
            // Contradictions are looked for before each split, so that unions do not multiply.
            if branch.found.impossible() {
                continue;
            }
            match branch.unions.pop() {
                None => done.push(branch.found),
                Some(members) => {
                    let split = |member| Branch { pending: vec![member], ..branch.clone() };
                    work.extend(members.into_iter().rev().map(split));
                }
            }
            continue;
        };
        let address = std::ptr::from_ref(schema).addr();
        match schema {
            Value::Bool(false) => continue,
            // What stands twice in one combination, as in a loop of references, says nothing new.
            Value::Object(object) if !branch.seen.contains(&address) => {
                branch.seen.push(address);
                if constrains(object) {
                    branch.found.parts.push(object);
                }
                let list = |keyword| object.get(keyword).and_then(Value::as_array);
                branch.pending.extend(list("allOf").into_iter().flatten().rev());
                branch
                    .pending
                    .extend(object.get("$ref").and_then(Value::as_str).and_then(|target| follow(root, target)));
                branch.unions.extend(["oneOf", "anyOf"].into_iter().filter_map(list).map(|list| list.iter().collect()));
                // Which of the two applies is for `if` to say, which is compared as text.
                branch.unions.extend(two_ways(object).map(Vec::from));
            }
            _ => {} // `true`, or not a schema
        }
        work.push(branch);
    }
    done
}

/// The schemas behind `if`, where it chooses between two.
pub(super) fn two_ways(object: &Map<String, Value>) -> Option<[&Value; 2]> {
    object.get("if").and_then(|_| Some([object.get("then")?, object.get("else")?]))
}

fn constrains(object: &Map<String, Value>) -> bool {
    object.iter().any(|(keyword, value)| {
        let vacuous = match value {
            Value::Bool(accepts) => *accepts && keyword != "uniqueItems" && keyword != "const",
            Value::Object(object) => object.is_empty() && keyword != "const",
            Value::Array(list) => list.is_empty() && keyword == "required",
            _ => false,
        };
        !vacuous && CONSTRAINTS.contains(&keyword.as_str())
    })
}

/// The schema at a local reference such as `#/$defs/Name`.
fn follow<'a>(root: &'a Value, target: &str) -> Option<&'a Value> {
    let pointer = target.strip_prefix('#')?;
    root.pointer(pointer).or_else(|| root.pointer(&percent_decoded(pointer)?))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend(pieces.next()?.bytes());
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(piece.get(2..)?.bytes());
    }
    String::from_utf8(bytes).ok()
}
