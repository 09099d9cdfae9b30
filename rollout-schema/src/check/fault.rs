//! What is wrong with a line, where, and which versions mind.

use std::borrow::Cow;

use super::json::decode;
use super::shapes::{Node, ObjectRule};
use crate::grammar::Versions;

/// Kinds of faults within one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// A value of another JSON type.
    WrongType,
    /// A member that must be there is not.
    MissingMember,
    /// A kind or a name that is not known.
    UnknownKind,
    /// A member that is not known.
    UnknownField,
    /// A member that is not known, in an object that may hold no others.
    ClosedObject,
    /// A number or a text that is too small.
    OutOfRange,
    /// A member that stands in its object twice.
    DuplicateMember,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// JSON pointer to the value, from the line's root. Of a missing member, to its object.
    pub pointer: String,
    /// Bytes of the text before the value.
    pub offset: usize,
    /// The pointer with `#` for each index and `*` for each key of a map: the same for all lines
    /// that have the fault.
    pub place: String,
    /// The kind, name or member that is not known, if that is the fault.
    pub unknown: Option<Box<str>>,
    /// What was expected and what was found.
    pub message: String,
    /// The Codex versions that refuse the line for it.
    pub minded: Versions,
}

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Segment<'a> {
    /// A member, by its name as written.
    Name(&'a [u8]),
    /// The member that tells what an object is.
    Tag(&'static str),
    /// An entry of a map, by its key as written: data, not a name of the format.
    Key(&'a [u8]),
    /// An element, counted from 0.
    Index(usize),
}

/// The JSON pointer (RFC 6901) of a path, and the place it stands for in any line.
pub(crate) fn pointer(path: &[Segment<'_>]) -> (String, String) {
    let (mut pointer, mut place) = (String::new(), String::new());
    for segment in path {
        let (step, shape) = match segment {
            Segment::Name(name) => (escape(name), None),
            Segment::Tag(name) => ((*name).to_owned(), None),
            Segment::Key(name) => (escape(name), Some("*")),
            Segment::Index(index) => (index.to_string(), Some("#")),
        };
        place.push('/');
        place.push_str(shape.unwrap_or(&step));
        pointer.push('/');
        pointer.push_str(&step);
    }
    (pointer, place)
}

fn escape(name: &[u8]) -> String {
    decode(name).replace('~', "~0").replace('/', "~1")
}

/// `; did you mean …?` if a known name is near.
pub(crate) fn did_you_mean<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min();
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

impl Node {
    /// The forms that are accepted, in words.
    pub(crate) fn expected(&self) -> String {
        let mut forms: Vec<Cow<'static, str>> = Vec::new();
        if let Some(rule) = &self.string {
            match &rule.names {
                Some(names) => {
                    let shown: Vec<_> = names.iter().take(6).map(|(name, _)| String::from_utf8_lossy(name)).collect();
                    let more = if names.len() > 6 { " or another name" } else { "" };
                    forms.push(format!("`{}`{more}", shown.join("`, `")).into());
                }
                None => forms.push("a string".into()),
            }
        }
        if let Some(rule) = self.number {
            forms.push(if rule.integer { "a whole number" } else { "a number" }.into());
        }
        if self.bool {
            forms.push("true or false".into());
        }
        if self.array.is_some() {
            forms.push("an array".into());
        }
        match &self.object {
            Some(ObjectRule::Single(carriers, _)) => {
                let names: Vec<&str> = carriers.iter().map(|carrier| &*carrier.name).collect();
                forms.push(format!("an object of one member (`{}`)", names.join("`, `")).into());
            }
            Some(_) => forms.push("an object".into()),
            None => {}
        }
        if self.null {
            forms.push("null".into());
        }
        forms.join(" or ")
    }
}
