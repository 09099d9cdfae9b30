//! A JSON Schema of the kind this crate publishes, compiled to what the walk needs.
//!
//! Knows the keywords that the grammar emits and nothing else; what it does not know accepts
//! anything. That it agrees with a complete validator is held by tests.

use std::collections::HashMap;

use serde_json::Value;

use crate::grammar::Versions;

/// Index of a [`Node`].
pub(crate) type NodeId = u32;

/// Accepts anything.
pub(crate) const ANY: NodeId = 0;

/// What a value may be, by its form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) any: bool,
    pub(crate) null: bool,
    pub(crate) bool: bool,
    pub(crate) number: Option<NumberRule>,
    pub(crate) string: Option<StringRule>,
    pub(crate) array: Option<(NodeId, Versions)>,
    pub(crate) object: Option<ObjectRule>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberRule {
    pub(crate) integer: bool,
    pub(crate) minimum: Option<i64>,
    pub(crate) known: Versions,
}

#[derive(Clone, Debug)]
pub(crate) struct StringRule {
    pub(crate) min_length: usize,
    /// The names that are accepted; `None` if any text is.
    pub(crate) names: Option<Vec<(Box<[u8]>, Versions)>>,
    /// Versions that accept every name.
    pub(crate) open: Versions,
    pub(crate) known: Versions,
}

#[derive(Clone, Debug)]
pub(crate) enum ObjectRule {
    /// Members by name.
    Plain(Members),
    /// Told apart by a member.
    Tagged(Tagged),
    /// One member, whose name is the kind.
    Single(Vec<Carrier>, Versions),
    /// Any names, all values of one shape.
    Map(NodeId),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    pub(crate) list: Vec<Member>,
    /// A bit for each member that some version requires.
    pub(crate) needed: u128,
    /// One of these must be there.
    pub(crate) any_of: Vec<Box<str>>,
    pub(crate) closed: bool,
    pub(crate) known: Versions,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<str>,
    /// The name as it mostly stands in a line.
    pub(crate) quoted: Quoted,
    pub(crate) node: NodeId,
    /// Versions that look at it.
    pub(crate) known: Versions,
    /// Versions that refuse an object without it.
    pub(crate) required: Versions,
}

/// A name with quotes and colon, made to be compared with what stands in a text.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    text: Box<[u8]>,
    /// Its first eight bytes, and a mask of those that it has.
    word: u64,
    mask: u64,
}

impl Quoted {
    fn new(name: &str) -> Self {
        let text = format!("\"{name}\":").into_bytes();
        let mut word = [0; 8];
        let held = text.len().min(8);
        word[..held].copy_from_slice(&text[..held]);
        Self { word: u64::from_le_bytes(word), mask: u64::MAX >> (64 - 8 * held), text: text.into() }
    }

    /// Whether `rest` begins with it; `word` are the first eight bytes of `rest`.
    #[inline]
    fn begins(&self, rest: &[u8], word: u64) -> bool {
        word & self.mask == self.word && (self.text.len() <= 8 || rest.starts_with(&self.text))
    }

    /// The member at or after `next` whose name, quotes and colon begin `rest`, and its length there.
    ///
    /// Writers keep an order and leave members out, so the next name is mostly not far.
    #[inline]
    pub(crate) fn find(list: &[Member], next: usize, rest: &[u8]) -> Option<(usize, usize)> {
        let word = u64::from_le_bytes(*rest.first_chunk()?);
        let begins = |(_, member): &(usize, &Member)| member.quoted.begins(rest, word);
        let (index, member) = list.iter().enumerate().skip(next).find(begins)?;
        Some((index, member.quoted.text.len()))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tagged {
    /// Names of the tag, the present one first.
    pub(crate) tags: Vec<Box<str>>,
    /// Index of the variant of an object without tag.
    pub(crate) default: Option<usize>,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Which of the tags.
    pub(crate) tag: usize,
    pub(crate) kind: Box<str>,
    pub(crate) members: Inner,
    pub(crate) known: Versions,
}

/// What stands behind a tag: members, or another union.
#[derive(Clone, Debug)]
pub(crate) enum Inner {
    Members(Members),
    Tagged(Box<Tagged>),
}

#[derive(Clone, Debug)]
pub(crate) struct Carrier {
    pub(crate) name: Box<str>,
    pub(crate) node: NodeId,
    pub(crate) known: Versions,
}

/// All shapes of a line.
#[derive(Debug)]
pub(crate) struct Shapes {
    nodes: Vec<Node>,
    pub(crate) envelope: NodeId,
    pub(crate) state: NodeId,
    pub(crate) item: NodeId,
    pub(crate) header: NodeId,
}

impl Shapes {
    /// Compiles the schema of a rollout line.
    pub(crate) fn of(schema: &Value) -> Self {
        let mut compiler = Compiler {
            definitions: &schema["$defs"],
            nodes: vec![Node { any: true, ..Node::default() }],
            done: HashMap::new(),
        };
        let mut definition = |name: &str| compiler.definition(name);
        let (envelope, state) = (definition("Envelope"), definition("BareState"));
        let (item, header) = (definition("ResponseItem"), definition("BareHeader"));
        Self { envelope, state, item, header, nodes: compiler.nodes }
    }

    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }
}

struct Compiler<'a> {
    definitions: &'a Value,
    nodes: Vec<Node>,
    done: HashMap<String, NodeId>,
}

/// The versions of `x-since` and `x-until`.
fn versions(schema: &Value, since: &str, until: &str) -> Versions {
    let minor = |key: &str| -> Option<u16> { schema[key].as_str()?.split('.').nth(1)?.parse().ok() };
    match (minor(since), minor(until)) {
        (None, None) => Versions::ALL,
        (since, until) => Versions::minors(since.unwrap_or(0)..=until.unwrap_or(u16::MAX)),
    }
}

fn is_undocumented(schema: &Value) -> bool {
    schema["x-undocumented"] == true
}

/// Versions that read a variant or a name. What Codex writes though no schema says so, it reads.
fn readers(schema: &Value) -> Versions {
    versions(schema, "x-since", "x-until")
}

/// Versions that look at a member. No documented version looks at an undocumented one.
fn lookers(schema: &Value) -> Versions {
    if is_undocumented(schema) { Versions::NONE } else { versions(schema, "x-since", "x-until") }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    list(value).iter().filter_map(Value::as_str)
}

/// The names of a `const` or an `enum`.
fn constants(schema: &Value) -> Vec<&str> {
    schema["const"].as_str().into_iter().chain(texts(&schema["enum"])).collect()
}

impl Compiler<'_> {
    fn definition(&mut self, name: &str) -> NodeId {
        if let Some(id) = self.done.get(name) {
            return *id;
        }
        // The place is taken before the definition is compiled, because it may hold itself.
        let id = self.add(Node::default());
        self.done.insert(name.to_owned(), id);
        let node = self.compile(&self.definitions[name].clone());
        self.nodes[id as usize] = node;
        id
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }

    /// The node of a schema; a bare reference is the definition's own.
    fn id(&mut self, schema: &Value) -> NodeId {
        let restricts = |key: &str| !key.starts_with("x-") && key != "$ref" && key != "description";
        match reference(schema) {
            Some(name) if !schema.as_object().is_some_and(|schema| schema.keys().any(|key| restricts(key))) => {
                self.definition(name)
            }
            _ => {
                let node = self.compile(schema);
                if node.any { ANY } else { self.add(node) }
            }
        }
    }

    fn compile(&mut self, schema: &Value) -> Node {
        if let Some(name) = reference(schema) {
            let id = self.definition(name);
            let node = self.nodes[id as usize].clone();
            return self.extend(node, schema);
        }
        let mut node = Node::default();
        let types: Vec<&str> = schema["type"].as_str().into_iter().chain(texts(&schema["type"])).collect();
        let forms = list(&schema["anyOf"]);
        let is_union = forms.iter().any(|form| form.get("const").is_some());
        let variants = if is_union { forms } else { list(&schema["oneOf"]) };
        for form in forms.iter().filter(|form| !is_union && form.get("required").is_none()) {
            let alternative = self.compile(form);
            merge(&mut node, alternative, readers(form));
        }
        if !variants.is_empty() {
            self.union(&mut node, schema, variants);
            return node;
        }
        for kind in &types {
            match *kind {
                "null" => node.null = true,
                "boolean" => node.bool = true,
                "integer" | "number" => {
                    node.number = Some(NumberRule {
                        integer: *kind == "integer",
                        minimum: schema["minimum"].as_i64(),
                        known: Versions::ALL,
                    });
                }
                "string" => {
                    node.string = Some(StringRule {
                        min_length: schema["minLength"].as_u64().unwrap_or(0) as usize,
                        names: None,
                        open: Versions::NONE,
                        known: Versions::ALL,
                    });
                }
                "array" => {
                    let items = schema.get("items").map_or(ANY, |items| self.id(items));
                    node.array = Some((items, Versions::ALL));
                }
                "object" => node.object = Some(self.object(schema)),
                _ => node.any = true,
            }
        }
        node.any |= types.is_empty() && schema.get("anyOf").is_none();
        node
    }

    fn object(&mut self, schema: &Value) -> ObjectRule {
        match &schema["additionalProperties"] {
            values @ Value::Object(_) if schema.get("properties").is_none() => ObjectRule::Map(self.id(values)),
            _ => ObjectRule::Plain(self.members(schema)),
        }
    }

    fn members(&mut self, schema: &Value) -> Members {
        let required: Vec<&str> = texts(&schema["required"]).collect();
        let empty = serde_json::Map::new();
        let mut list = Vec::new();
        for (name, property) in schema["properties"].as_object().unwrap_or(&empty) {
            let needed = if required.contains(&name.as_str()) {
                Versions::ALL
            } else if property.get("x-required-since").is_some() || property.get("x-required-until").is_some() {
                versions(property, "x-required-since", "x-required-until")
            } else {
                Versions::NONE
            };
            let node = self.id(property);
            let quoted = Quoted::new(name);
            list.push(Member { name: name.as_str().into(), quoted, node, known: lookers(property), required: needed });
        }
        let any_of = self::list(&schema["anyOf"]).iter().flat_map(|form| texts(&form["required"])).map(Into::into);
        let closed = schema["additionalProperties"] == false;
        Members { needed: needed(&list), list, any_of: any_of.collect(), closed, known: Versions::ALL }
    }

    /// A union of names, of names with a value, or of tagged objects.
    fn union(&mut self, node: &mut Node, schema: &Value, variants: &[Value]) {
        let mut names = Vec::new();
        let mut carriers = Vec::new();
        let mut open = Versions::NONE;
        let mut tagged = Tagged::default();
        for variant in variants {
            let known = readers(variant);
            if let Some(name) = variant["const"].as_str() {
                names.push((name.as_bytes().into(), known));
            } else if variant["additionalProperties"] == false {
                for (name, value) in variant["properties"].as_object().into_iter().flatten() {
                    carriers.push(Carrier { name: name.as_str().into(), node: self.id(value), known });
                }
            } else if reference(variant).is_none() && variant.get("properties").is_none() {
                open = known;
            } else {
                self.variant(&mut tagged, schema, variant, known);
            }
        }
        if !names.is_empty() || !carriers.is_empty() {
            let known = Versions::ALL;
            node.string = Some(StringRule { min_length: 0, names: Some(names), open, known });
        }
        if !carriers.is_empty() {
            node.object = Some(ObjectRule::Single(carriers, open));
        } else if !tagged.variants.is_empty() {
            node.object = Some(ObjectRule::Tagged(tagged));
        }
    }

    /// One object of a tagged union. What `union` itself says of members holds for each of them.
    fn variant(&mut self, tagged: &mut Tagged, union: &Value, variant: &Value, known: Versions) {
        let Some((tag, kinds)) = variant["properties"].as_object().and_then(|members| {
            members.iter().map(|(name, schema)| (name, constants(schema))).find(|(_, kinds)| !kinds.is_empty())
        }) else {
            return;
        };
        let tag_index = tagged.tags.iter().position(|known| **known == **tag).unwrap_or_else(|| {
            tagged.tags.push(tag.as_str().into());
            tagged.tags.len() - 1
        });
        let node = match reference(variant) {
            Some(_) => self.compile(variant),
            None => Node { object: Some(ObjectRule::Plain(self.members(variant))), ..Node::default() },
        };
        let common = self.members(union);
        let Some(mut inner) = inner(node) else { return };
        extend_inner(&mut inner, &common);
        if !texts(&variant["required"]).any(|name| name == tag) {
            tagged.default = Some(tagged.variants.len());
        }
        for kind in kinds {
            tagged.variants.push(Variant { tag: tag_index, kind: kind.into(), members: inner.clone(), known });
        }
    }

    /// What stands beside a reference holds as well.
    fn extend(&mut self, mut node: Node, schema: &Value) -> Node {
        if schema.get("properties").is_some() {
            let more = self.members(schema);
            match &mut node.object {
                Some(ObjectRule::Plain(members)) => extend_members(members, &more),
                Some(ObjectRule::Tagged(tagged)) => {
                    tagged.variants.iter_mut().for_each(|variant| extend_inner(&mut variant.members, &more));
                }
                _ => {}
            }
        }
        node
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn inner(node: Node) -> Option<Inner> {
    match node.object? {
        ObjectRule::Plain(members) => Some(Inner::Members(members)),
        ObjectRule::Tagged(tagged) => Some(Inner::Tagged(Box::new(tagged))),
        ObjectRule::Single(..) | ObjectRule::Map(_) => None,
    }
}

fn extend_inner(inner: &mut Inner, more: &Members) {
    match inner {
        Inner::Members(members) => extend_members(members, more),
        Inner::Tagged(tagged) => {
            tagged.variants.iter_mut().for_each(|variant| extend_inner(&mut variant.members, more));
        }
    }
}

fn needed(list: &[Member]) -> u128 {
    let bit = |(index, member): (usize, &Member)| u128::from(!member.required.is_none()) << index;
    list.iter().enumerate().map(bit).sum()
}

fn extend_members(members: &mut Members, more: &Members) {
    // A tag comes first on the wire, and so do the members of an envelope.
    let new = more.list.iter().filter(|member| members.list.iter().all(|known| known.name != member.name));
    let new: Vec<Member> = new.cloned().collect();
    members.list.splice(0..0, new);
    members.needed = needed(&members.list);
}

/// Adds the forms of an alternative that these versions read.
fn merge(node: &mut Node, other: Node, known: Versions) {
    node.any |= other.any;
    node.null |= other.null;
    node.bool |= other.bool;
    if let Some(rule) = other.number {
        node.number = Some(NumberRule { known, ..rule });
    }
    if let Some(rule) = other.string {
        node.string = Some(StringRule { known: rule.known & known, ..rule });
    }
    if let Some((items, _)) = other.array {
        node.array = Some((items, known));
    }
    if let Some(mut rule) = other.object {
        if let ObjectRule::Plain(members) = &mut rule {
            members.known = known;
        }
        node.object = Some(rule);
    }
}
