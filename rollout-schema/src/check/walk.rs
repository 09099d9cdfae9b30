//! The walk: one pass over a line that holds it against the shapes and finds every fault in it.
//!
//! A fault knows which versions mind it. A version that does not know a member skips it, so a fault
//! in a member that came later is not a reason for older versions to refuse the line.

use super::fault::{Fault, FaultKind, Segment, did_you_mean, pointer};
use super::json::{Cursor, Form, MAX_DEPTH, Parsed, SyntaxError, decode, is_name};
use super::shapes::{
    ANY, Carrier, Inner, Members, NodeId, NumberRule, ObjectRule, Quoted, Shapes, StringRule, Tagged, Variant,
};
use super::{Checked, Span};
use crate::grammar::Versions;

pub(crate) struct Walk<'a> {
    shapes: &'static Shapes,
    cursor: Cursor<'a>,
    path: Vec<Segment<'a>>,
    faults: Vec<Fault>,
    /// Which steps to which faults are indexes or keys; empty for nearly all lines.
    /// Versions that refuse the line, for a fault or because they do not know a part of it.
    rejected: Versions,
    members: Vec<Span>,
    unknown_fields: u32,
    list_unknown: bool,
    payload_depth: Option<usize>,
    /// Whether what is missing for some versions only is told too.
    tell_all: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(shapes: &'static Shapes, text: &'a [u8], list_unknown: bool, members: Vec<Span>) -> Self {
        Self {
            shapes,
            cursor: Cursor::new(text),
            path: Vec::new(),
            faults: Vec::new(),
            rejected: Versions::NONE,
            members,
            unknown_fields: 0,
            list_unknown,
            payload_depth: None,
            tell_all: false,
        }
    }

    /// Checks the record that begins the text.
    pub(crate) fn run(mut self) -> Result<Checked, SyntaxError> {
        self.cursor.skip_space();
        let start = self.cursor.at;
        if self.cursor.form()? == Form::Object {
            let shape = self.line_shape()?;
            self.payload_depth = Some(usize::from(shape == self.shapes.envelope));
            self.value(shape, Versions::ALL, 0)?;
        } else {
            self.fault(FaultKind::WrongType, start, Versions::ALL, "expected an object".to_owned());
            self.cursor.skip_value(0)?;
        }
        let end = self.cursor.at;
        if self.rejected.is_all()
            && !self.faults.iter().any(|fault| fault.kind != FaultKind::UnknownField)
            && !self.tell_all
        {
            // No single version reads the line: say what each of them misses.
            let mut again = Self::new(self.shapes, self.cursor.text, self.list_unknown, Vec::new());
            again.tell_all = true;
            return again.run();
        }
        let Self { faults, rejected, members, unknown_fields, tell_all: mixes_versions, .. } = self;
        Ok(Checked { start, end, faults, rejected, mixes_versions, members, unknown_fields })
    }

    /// Which kind of line begins here: what tells is looked for without being checked.
    fn line_shape(&mut self) -> Parsed<NodeId> {
        let start = self.cursor;
        let (mut timestamp, mut kind, mut state) = (false, false, false);
        self.cursor.at += 1;
        let mut first = true;
        let mut shape = None;
        while let Some(name) = self.cursor.next_name(first)? {
            first = false;
            if is_name(name, "payload") {
                shape = Some(self.shapes.envelope);
            }
            timestamp |= is_name(name, "timestamp");
            kind |= is_name(name, "type");
            state |= is_name(name, "record_type");
            if shape.is_some() || timestamp && kind {
                shape = Some(self.shapes.envelope);
                break;
            }
            self.cursor.skip_value(1)?;
        }
        self.cursor = start;
        Ok(shape.unwrap_or(match (state, kind) {
            (true, _) => self.shapes.state,
            (false, true) => self.shapes.item,
            (false, false) => self.shapes.header,
        }))
    }

    /// A part that some versions do not know: reason enough for them to refuse the line, yet no
    /// fault as long as others read it.
    fn unknown_to(&mut self, versions: Versions, offset: usize, what: &str) {
        self.rejected |= versions;
        if self.tell_all && !versions.is_none() {
            self.fault(FaultKind::UnknownKind, offset, versions, format!("{what} is unknown to {versions}"));
        }
    }

    fn fault(&mut self, kind: FaultKind, offset: usize, minded: Versions, message: String) {
        self.rejected |= minded;
        let (pointer, place) = pointer(&self.path);
        self.faults.push(Fault { kind, pointer, place, unknown: None, offset, message, minded });
    }

    /// Something is not known: `what` says of which sort it is, `hint` what it may be meant to be.
    fn unknown(&mut self, kind: FaultKind, offset: usize, minded: Versions, what: &str, name: &str, hint: &str) {
        self.fault(kind, offset, minded, format!("unknown {what} `{name}`{hint}"));
        if let Some(fault) = self.faults.last_mut() {
            fault.unknown = Some(name.into());
        }
    }

    /// Checks one value. `context` are the versions that look at it.
    fn value(&mut self, id: NodeId, context: Versions, depth: usize) -> Parsed<()> {
        if id == ANY {
            return self.cursor.skip_value(depth);
        }
        let shapes = self.shapes;
        let node = shapes.node(id);
        let start = self.cursor.at;
        let form = self.cursor.form()?;
        let accepted = match form {
            Form::Null => node.null,
            Form::Bool => node.bool,
            Form::Number => node.number.is_some(),
            Form::String => node.string.is_some(),
            Form::Array => node.array.is_some(),
            Form::Object => node.object.is_some(),
        };
        if node.any {
            return self.cursor.skip_value(depth);
        }
        if !accepted {
            self.cursor.skip_value(depth)?;
            let message = format!("expected {}, found {}", node.expected(), self.found(form, start));
            self.fault(FaultKind::WrongType, start, context, message);
            return Ok(());
        }
        match form {
            Form::Null | Form::Bool => self.cursor.word(),
            Form::Number => node.number.map_or(Ok(()), |rule| self.number(rule, context)),
            Form::String => node.string.as_ref().map_or(Ok(()), |rule| self.text(rule, context)),
            _ if depth >= MAX_DEPTH => self.cursor.fail("nested too deep"),
            Form::Array => node.array.map_or(Ok(()), |(items, known)| self.array(items, known, context, depth)),
            Form::Object => node.object.as_ref().map_or(Ok(()), |rule| self.object(rule, context, depth)),
        }
    }

    /// The value that ended here, in words.
    fn found(&self, form: Form, start: usize) -> String {
        let text = &self.cursor.text[start..self.cursor.at];
        match form {
            Form::Array => "an array".to_owned(),
            Form::Object => "an object".to_owned(),
            Form::String if text.len() > 42 => "a string".to_owned(),
            _ => format!("`{}`", String::from_utf8_lossy(text)),
        }
    }

    fn number(&mut self, rule: NumberRule, context: Versions) -> Parsed<()> {
        let start = self.cursor.at;
        let letters = self.cursor.number()?;
        self.unknown_to(context & !rule.known, start, "a number");
        let shown = || String::from_utf8_lossy(letters).into_owned();
        if rule.integer && !is_whole(letters) {
            let message = format!("expected a whole number, found `{}`", shown());
            self.fault(FaultKind::WrongType, start, context, message);
        } else if let Some(minimum) = rule.minimum
            && is_below(letters, minimum)
        {
            let message = format!("expected a number from {minimum}, found `{}`", shown());
            self.fault(FaultKind::OutOfRange, start, context, message);
        }
        Ok(())
    }

    fn text(&mut self, rule: &StringRule, context: Versions) -> Parsed<()> {
        let start = self.cursor.at;
        let text = self.cursor.string()?;
        self.unknown_to(context & !rule.known, start, "a string");
        if text.len() < rule.min_length {
            self.fault(FaultKind::OutOfRange, start, context, "expected text, found an empty string".to_owned());
        }
        let Some(names) = &rule.names else { return Ok(()) };
        match names.iter().find(|(name, _)| **name == *text) {
            Some((_, known)) => self.unknown_to(context & !(*known | rule.open), start, "this name"),
            // Where some versions take any name, an unlisted one is no fault.
            None if !rule.open.is_none() => self.unknown_to(context & !rule.open, start, "this name"),
            None => {
                let decoded = decode(text);
                if let Some((_, known)) = names.iter().find(|(name, _)| **name == *decoded.as_bytes()) {
                    self.unknown_to(context & !(*known | rule.open), start, "this name");
                    return Ok(());
                }
                let known = names.iter().map(|(name, _)| std::str::from_utf8(name).unwrap_or_default());
                let hint = did_you_mean(&decoded, known);
                self.unknown(FaultKind::UnknownKind, start, context, "name", &decoded, &hint);
            }
        }
        Ok(())
    }

    fn array(&mut self, items: NodeId, known: Versions, context: Versions, depth: usize) -> Parsed<()> {
        self.unknown_to(context & !known, self.cursor.at, "an array");
        self.cursor.at += 1;
        let mut index = 0;
        while self.cursor.next_element(index == 0)? {
            if items == ANY {
                self.cursor.skip_value(depth + 1)?;
            } else {
                self.path.push(Segment::Index(index));
                self.value(items, context, depth + 1)?;
                self.path.pop();
            }
            index += 1;
        }
        Ok(())
    }

    fn object(&mut self, rule: &'static ObjectRule, context: Versions, depth: usize) -> Parsed<()> {
        match rule {
            ObjectRule::Plain(members) => self.members(members, context, depth),
            ObjectRule::Tagged(tagged) => self.tagged(tagged, context, depth),
            ObjectRule::Single(carriers, open) => self.single(carriers, *open, context, depth),
            ObjectRule::Map(values) => self.map(*values, context, depth),
        }
    }

    fn map(&mut self, values: NodeId, context: Versions, depth: usize) -> Parsed<()> {
        self.cursor.at += 1;
        let mut first = true;
        while let Some(name) = self.cursor.next_name(first)? {
            first = false;
            self.path.push(Segment::Key(name));
            self.value(values, context, depth + 1)?;
            self.path.pop();
        }
        Ok(())
    }

    /// Finds the tag of the object that begins here, without moving. Gives which tag, and where its value is.
    fn find_tag(&mut self, tags: &[Box<str>], depth: usize) -> Parsed<Option<(usize, usize)>> {
        let here = self.cursor;
        self.cursor.at += 1;
        let mut first = true;
        let mut found = None;
        while let Some(name) = self.cursor.next_name(first)? {
            first = false;
            if let Some(tag) = tags.iter().position(|tag| is_name(name, tag)) {
                found = Some((tag, self.cursor.at));
                break;
            }
            self.cursor.skip_value(depth + 1)?;
        }
        self.cursor = here;
        Ok(found)
    }

    fn tagged(&mut self, tagged: &'static Tagged, context: Versions, depth: usize) -> Parsed<()> {
        let start = self.cursor.at;
        let Some((tag, value_at)) = self.find_tag(&tagged.tags, depth)? else {
            return match tagged.default {
                Some(default) => self.variant(&tagged.variants[default], context, depth),
                None => {
                    let message = format!("missing member `{}`", tagged.tags[0]);
                    self.fault(FaultKind::MissingMember, start, context, message);
                    self.unchecked(depth)
                }
            };
        };
        let mut ahead = self.cursor;
        ahead.at = value_at;
        if ahead.form()? != Form::String {
            let begin = ahead.at;
            let form = ahead.form()?;
            ahead.skip_value(depth + 1)?;
            self.path.push(Segment::Tag(&tagged.tags[tag]));
            let shown = if matches!(form, Form::Array | Form::Object) {
                "something else".to_owned()
            } else {
                format!("`{}`", String::from_utf8_lossy(&ahead.text[begin..ahead.at]))
            };
            self.fault(FaultKind::WrongType, begin, context, format!("expected a string, found {shown}"));
            self.path.pop();
            return self.unchecked(depth);
        }
        let kind = ahead.string()?;
        let decoded;
        let kind = if kind.contains(&b'\\') {
            decoded = decode(kind);
            decoded.as_bytes()
        } else {
            kind
        };
        let of_tag = || tagged.variants.iter().filter(|variant| variant.tag == tag);
        if let Some(variant) = of_tag().find(|variant| variant.kind.as_bytes() == kind) {
            return self.variant(variant, context, depth);
        }
        let kind = String::from_utf8_lossy(kind);
        let known = of_tag().map(|variant| &*variant.kind);
        let hint = did_you_mean(&kind, known);
        self.path.push(Segment::Tag(&tagged.tags[tag]));
        self.unknown(FaultKind::UnknownKind, value_at, context, "kind", &kind, &hint);
        self.path.pop();
        self.unchecked(depth)
    }

    fn variant(&mut self, variant: &'static Variant, context: Versions, depth: usize) -> Parsed<()> {
        self.unknown_to(context & !variant.known, self.cursor.at, "this kind");
        match &variant.members {
            Inner::Members(members) => self.members(members, context, depth),
            Inner::Tagged(tagged) => self.tagged(tagged, context, depth),
        }
    }

    /// Steps over an object whose shape is not known, and keeps where its members are.
    fn unchecked(&mut self, depth: usize) -> Parsed<()> {
        if self.payload_depth != Some(depth) && depth != 0 {
            return self.cursor.skip_value(depth);
        }
        self.cursor.at += 1;
        let mut first = true;
        while let Some(name) = self.cursor.next_name(first)? {
            first = false;
            let start = self.cursor.at;
            self.cursor.skip_value(depth + 1)?;
            self.keep(depth, name, start);
        }
        Ok(())
    }

    fn keep(&mut self, depth: usize, name: &'a [u8], start: usize) {
        if depth <= 1 && (depth == 0 || self.payload_depth == Some(1) && self.path.first().is_some_and(is_payload)) {
            let name_at = name.as_ptr() as usize - self.cursor.text.as_ptr() as usize;
            self.members.push(Span {
                depth: depth as u8,
                name: name_at..name_at + name.len(),
                value: start..self.cursor.at,
            });
        }
    }

    fn members(&mut self, members: &'static Members, context: Versions, depth: usize) -> Parsed<()> {
        let start = self.cursor.at;
        self.unknown_to(context & !members.known, start, "an object");
        self.cursor.at += 1;
        let list = &members.list;
        let mut seen: u128 = 0;
        let mut next = 0;
        let mut first = true;
        let mut strangers: Vec<&'a [u8]> = Vec::new();
        loop {
            let name_at = self.cursor.next_name_at(first);
            let usual = name_at.and_then(|at| Some((at, Quoted::find(list, next, self.cursor.text.get(at..)?)?)));
            let (name, found) = if let Some((at, (index, length))) = usual {
                self.cursor.at = at + length;
                self.cursor.skip_space();
                (&self.cursor.text[at + 1..at + length - 2], Some(index))
            } else {
                let Some(name) = self.cursor.next_name(first)? else { break };
                (name, position(list, name))
            };
            first = false;
            let value_at = self.cursor.at;
            let Some(index) = found else {
                self.cursor.skip_value(depth + 1)?;
                self.keep(depth, name, value_at);
                self.stranger(members, name, value_at, context);
                strangers.push(name);
                continue;
            };
            let member = &list[index];
            next = index + 1;
            self.path.push(Segment::Name(name));
            if seen >> index & 1 == 1 {
                let message = format!("member `{}` stands here twice", member.name);
                self.fault(FaultKind::DuplicateMember, value_at, context & member.known, message);
            }
            seen |= 1 << index;
            self.value(member.node, context & member.known, depth + 1)?;
            self.path.pop();
            self.keep(depth, name, value_at);
        }
        if seen & members.needed != members.needed {
            self.missing(members, seen, &strangers, start, context);
        }
        if !members.any_of.is_empty() {
            let has =
                |name: &str| list.iter().position(|member| *member.name == *name).is_some_and(|at| seen >> at & 1 == 1);
            if !members.any_of.iter().any(|name| has(name)) {
                let message = format!("missing one of `{}`", members.any_of.join("`, `"));
                self.fault(FaultKind::MissingMember, start, context, message);
            }
        }
        Ok(())
    }

    /// Members that some version requires and that were not `seen`.
    fn missing(&mut self, members: &Members, seen: u128, strangers: &[&[u8]], start: usize, context: Versions) {
        for (index, member) in members.list.iter().enumerate() {
            if member.required.is_none() || seen >> index & 1 == 1 {
                continue;
            }
            if member.required.is_all() || self.tell_all {
                let near = strangers.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect::<Vec<_>>();
                let hint = match did_you_mean(&member.name, near.iter().map(String::as_str)) {
                    hint if hint.is_empty() => hint,
                    hint => hint.replace("did you mean", "is it"),
                };
                let message = format!("missing member `{}`{hint}", member.name);
                self.fault(FaultKind::MissingMember, start, context & member.required, message);
            } else {
                self.rejected |= context & member.required;
            }
        }
    }

    /// A member that no shape knows.
    fn stranger(&mut self, members: &Members, name: &'a [u8], value_at: usize, context: Versions) {
        self.unknown_fields += u32::from(!members.closed);
        if !members.closed && !self.list_unknown {
            return;
        }
        let shown = decode(name);
        let hint = did_you_mean(&shown, members.list.iter().map(|member| &*member.name));
        self.path.push(Segment::Name(name));
        let (kind, minded) =
            if members.closed { (FaultKind::ClosedObject, context) } else { (FaultKind::UnknownField, Versions::NONE) };
        self.unknown(kind, value_at, minded, "member", &shown, &hint);
        self.path.pop();
    }

    fn single(&mut self, carriers: &'static [Carrier], open: Versions, context: Versions, depth: usize) -> Parsed<()> {
        let start = self.cursor.at;
        self.cursor.at += 1;
        let mut count = 0;
        while let Some(name) = self.cursor.next_name(count == 0)? {
            count += 1;
            self.path.push(Segment::Name(name));
            let value_at = self.cursor.at;
            match carriers.iter().find(|carrier| carrier.name.as_bytes() == name) {
                Some(carrier) => {
                    self.unknown_to(context & !(carrier.known | open), value_at, "this name");
                    self.value(carrier.node, context & !open, depth + 1)?;
                }
                None if !open.is_none() => {
                    self.unknown_to(context & !open, value_at, "this name");
                    self.cursor.skip_value(depth + 1)?;
                }
                None => {
                    self.cursor.skip_value(depth + 1)?;
                    let shown = decode(name);
                    let known = carriers.iter().map(|carrier| &*carrier.name);
                    let hint = did_you_mean(&shown, known);
                    self.path.pop();
                    self.unknown(FaultKind::UnknownKind, value_at, context, "name", &shown, &hint);
                    continue;
                }
            }
            self.path.pop();
        }
        if count != 1 && !open.is_none() {
            self.unknown_to(context & !open, start, "an object of several members");
        } else if count != 1 {
            let message = format!("expected an object of one member, found {count}");
            self.fault(FaultKind::WrongType, start, context, message);
        }
        Ok(())
    }
}

fn is_payload(segment: &Segment<'_>) -> bool {
    matches!(segment, Segment::Name(b"payload"))
}

fn position(list: &[super::shapes::Member], name: &[u8]) -> Option<usize> {
    list.iter().position(|member| is_name(name, &member.name))
}

/// Whether a number is whole, as JSON Schema has it: 1.0 is.
fn is_whole(letters: &[u8]) -> bool {
    if !letters.iter().any(|letter| matches!(letter, b'.' | b'e' | b'E')) {
        return true;
    }
    let value: Option<f64> = std::str::from_utf8(letters).ok().and_then(|text| text.parse().ok());
    value.is_some_and(|value| value.is_finite() && value.fract() == 0.0)
}

fn is_below(letters: &[u8], minimum: i64) -> bool {
    let text = std::str::from_utf8(letters).unwrap_or_default();
    match text.parse::<i64>() {
        Ok(value) => value < minimum,
        Err(_) => text.parse::<f64>().is_ok_and(|value| value < minimum as f64),
    }
}
