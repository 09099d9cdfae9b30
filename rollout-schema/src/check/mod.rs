//! Holds a line against the published schema, at the speed of reading it.
//!
//! The schema that [`crate::wire`]'s types describe is compiled once; a line is then walked in a
//! single pass that builds nothing. What it finds are [`Fault`]s with a JSON pointer, an offset, and
//! the Codex versions that would refuse the line for it.
//!
//! Refuses to look at other lines, and to repair.

#[cfg(test)]
mod agreement;
mod fault;
mod json;
mod locate;
mod shapes;
mod walk;

use std::ops::Range;
use std::sync::LazyLock;

pub use fault::{Fault, FaultKind};
pub use json::SyntaxError;
pub use locate::locate;

use crate::grammar::Versions;
use shapes::Shapes;

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes::of(&crate::schema::rollout_line().to_value()));

/// Where a member of a line's envelope or payload stands in the text.
#[derive(Clone, Debug)]
struct Span {
    depth: u8,
    name: Range<usize>,
    value: Range<usize>,
}

/// A record that is JSON, and what is wrong with it.
#[derive(Debug)]
pub struct Checked {
    /// Bytes before the record.
    pub start: usize,
    /// Bytes up to the end of the record; another may follow.
    pub end: usize,
    /// The faults, in the order of the text.
    pub faults: Vec<Fault>,
    /// The versions that refuse the record, for a fault or because they do not know a part of it.
    pub rejected: Versions,
    /// Whether each fault is minded by some versions only, and yet no version reads the record.
    pub mixes_versions: bool,
    /// How many members are not known.
    pub unknown_fields: u32,
    members: Vec<Span>,
}

impl Checked {
    /// Whether no version reads the record.
    pub fn is_unreadable(&self) -> bool {
        self.rejected.is_all()
    }

    /// Whether nothing but whitespace, as JSON has it, follows the record.
    pub fn is_alone(&self, text: &[u8]) -> bool {
        text[self.end..].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    /// The JSON text of a member of the envelope.
    pub fn member<'a>(&self, text: &'a [u8], name: &str) -> Option<&'a [u8]> {
        self.find(text, 0, name)
    }

    /// The JSON text of a member of the payload.
    pub fn payload_member<'a>(&self, text: &'a [u8], name: &str) -> Option<&'a [u8]> {
        self.find(text, 1, name)
    }

    /// The line from its payload on.
    pub fn rest_from_payload<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let payload = self.member(text, "payload")?;
        text.get(payload.as_ptr() as usize - text.as_ptr() as usize..self.end)
    }

    fn find<'a>(&self, text: &'a [u8], depth: u8, name: &str) -> Option<&'a [u8]> {
        let is_it = |span: &&Span| span.depth == depth && text.get(span.name.clone()) == Some(name.as_bytes());
        text.get(self.members.iter().find(is_it)?.value.clone())
    }
}

/// Checks records one after the other, with memory that is kept.
#[derive(Debug, Default)]
pub struct Checker {
    list_unknown: bool,
    members: Vec<Span>,
}

impl Checker {
    /// `list_unknown` says whether unknown members become faults or are only counted.
    pub fn new(list_unknown: bool) -> Self {
        Self { list_unknown, members: Vec::new() }
    }

    /// Checks the record at the beginning of `text`.
    pub fn check(&mut self, text: &[u8]) -> Result<Checked, SyntaxError> {
        self.members.clear();
        walk::Walk::new(&SHAPES, text, self.list_unknown, std::mem::take(&mut self.members)).run()
    }

    /// Takes back the memory of a record that is done with.
    pub fn recycle(&mut self, checked: Checked) {
        self.members = checked.members;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the places and the unknown names of a record's faults.
    #[track_caller]
    fn check(record: &str, want: &[(&str, Option<&str>)]) {
        let checked = Checker::new(true).check(record.as_bytes()).unwrap();
        let got: Vec<_> = checked.faults.iter().map(|fault| (fault.place.clone(), fault.unknown.as_deref())).collect();
        let want: Vec<_> = want.iter().map(|(place, name)| ((*place).to_owned(), *name)).collect();
        assert_eq!(got, want, "{record}");
    }

    fn event(payload: &str) -> String {
        format!(r#"{{"timestamp":"2026-06-01T10:00:00.000Z","type":"event_msg","payload":{payload}}}"#)
    }

    #[test]
    fn places_are_without_data() {
        check(r#"{"timestamp":"2026-06-01T10:00:00.000Z","type":"odd","payload":{}}"#, &[("/type", Some("odd"))]);
        check(&event(r#"{"type":"tokn_count"}"#), &[("/payload/type", Some("tokn_count"))]);
        check(
            &event(r#"{"type":"token_count","info":null,"rate_limits":null,"a`; did/~":1}"#),
            &[("/payload/a`; did~1~0", Some("a`; did/~"))],
        );
        check(
            r#"{"timestamp":"2026-06-01T10:00:00.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":""},{"type":"input_txt","text":""}]}}"#,
            &[("/payload/content/#/type", Some("input_txt"))],
        );
        check(
            &event(
                r#"{"type":"patch_apply_begin","call_id":"c","auto_approved":true,"changes":{"/home/a":{"type":"moved"},"0":{"type":"add","content":"","new":1}}}"#,
            ),
            &[("/payload/changes/*/type", Some("moved")), ("/payload/changes/*/new", Some("new"))],
        );
    }

    #[test]
    fn only_json_whitespace_may_follow() {
        let is_alone = |text: &str| Checker::default().check(text.as_bytes()).unwrap().is_alone(text.as_bytes());
        assert!(is_alone("{} \t\r\n") && is_alone("{}"));
        assert!(!is_alone("{}\u{c}") && !is_alone("{}{}"));
    }

    #[test]
    fn what_is_known_has_no_unknown_name() {
        check(&event(r#"{"type":"token_count","info":1,"rate_limits":null}"#), &[("/payload/info", None)]);
    }
}
