//! What is wrong with a line, where, and which versions mind.

use std::borrow::Cow;

use super::shapes::{Node, ObjectRule};
use super::walk::decode;
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
    /// What was expected and what was found.
    pub message: String,
    /// The Codex versions that refuse the line for it.
    pub minded: Versions,
}

impl Fault {
    /// The kind, name or member that is not known, if that is the fault.
    ///
    /// A kind that some versions do not know is known here, so there is none.
    pub fn unknown(&self) -> Option<&str> {
        let word = match self.kind {
            FaultKind::UnknownKind => self.message.strip_prefix(KIND).or_else(|| self.message.strip_prefix(NAME)),
            FaultKind::UnknownField | FaultKind::ClosedObject => self.message.strip_prefix(MEMBER),
            _ => None,
        }?;
        // The name is not ours and may hold anything; the hint behind it is.
        let (word, _) = word.rsplit_once(HINT).unwrap_or((word, ""));
        word.strip_suffix('`')
    }
}

const KIND: &str = "unknown kind `";
const NAME: &str = "unknown name `";
const MEMBER: &str = "unknown member `";
const HINT: &str = "; did you mean `";

/// What [`Fault::unknown`] reads back.
pub(crate) fn unknown_kind(kind: &str, hint: &str) -> String {
    format!("{KIND}{kind}`{hint}")
}

/// Like [`unknown_kind`], of one of several names.
pub(crate) fn unknown_name(name: &str, hint: &str) -> String {
    format!("{NAME}{name}`{hint}")
}

/// Like [`unknown_kind`], of a member.
pub(crate) fn unknown_member(name: &str, hint: &str) -> String {
    format!("{MEMBER}{name}`{hint}")
}

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Segment<'a> {
    /// A member, by its name as written.
    Name(&'a [u8]),
    /// An entry of a map, by its key as written: data, not a name of the format.
    Key(&'a [u8]),
    /// An element, counted from 0.
    Index(usize),
}

/// The JSON pointer (RFC 6901) of a path.
pub(crate) fn pointer(path: &[Segment<'_>]) -> String {
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Name(name) | Segment::Key(name) => {
                pointer.push_str(&decode(name).replace('~', "~0").replace('/', "~1"));
            }
            Segment::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

/// `; did you mean …?` if a known name is near.
pub(crate) fn did_you_mean<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min();
    near.map_or_else(String::new, |(_, name)| format!("{HINT}{name}`?"))
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
