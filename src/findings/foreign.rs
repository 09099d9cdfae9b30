//! Holds lines against any JSON Schema document, of any draft, without fetching anything.
//!
//! What it finds is said in the words of the validator, cut where they quote a whole line. It sees
//! what `serde_json` reads: of members that stand twice only the last, and numbers as 64 bits hold them.

use std::fmt::{self, Write};

use anyhow::anyhow;
use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind as Kind};
use replay::reason;
use replay::validate::LineSchema;
use rollout_schema::check::locate;
use serde_json::Value;

/// Faults told of one record; finding the place of each reads the record once more.
const MOST_FAULTS: usize = 100;

/// Bytes of a value that a message quotes.
const MOST_QUOTED: usize = 80;

/// Bytes of a message, which may list what a schema allows.
const MOST_SAID: usize = 400;

/// A compiled schema.
pub(crate) struct ForeignSchema {
    validator: Validator,
}

impl ForeignSchema {
    /// Compiles the text of a schema.
    pub(crate) fn new(text: &str) -> anyhow::Result<Self> {
        let schema: Value = serde_json::from_str(text).map_err(|error| anyhow!("not JSON: {error}"))?;
        let validator = jsonschema::options().offline().build(&schema).map_err(|error| {
            let place = error.instance_path().as_str();
            let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
            anyhow!("not a usable JSON Schema: {place}{}", message(&error))
        })?;
        Ok(Self { validator })
    }
}

impl LineSchema for ForeignSchema {
    fn check(&self, json: &[u8], report: &mut dyn FnMut(String, usize, String)) {
        let value: Value = match serde_json::from_slice(json) {
            Ok(value) => value,
            Err(error) => {
                let at = error.column().saturating_sub(1).min(json.len());
                return report(String::new(), at, format!("cannot be held against the schema: {}", reason(&error)));
            }
        };
        let mut faults = Faults::default();
        for error in self.validator.iter_errors(&value) {
            faults.add(&error);
        }
        let Faults { listed, more } = faults;
        for (pointer, message) in listed {
            let at = locate(json, &pointer).unwrap_or_default();
            report(pointer, at, message);
        }
        if more > 0 {
            report(
                String::new(),
                locate(json, "").unwrap_or_default(),
                format!("faults of this record that are not listed: {more}"),
            );
        }
    }
}

/// Pointers and messages, each pair once.
#[derive(Default)]
struct Faults {
    listed: Vec<(String, String)>,
    more: usize,
}

impl Faults {
    fn add(&mut self, error: &ValidationError<'_>) {
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match cause(error, context) {
                Cause::Branch(errors) => errors.iter().for_each(|error| self.add(error)),
                Cause::Tag(tag) => self.push(tag, format!("{} is a value that no alternative allows", quoted(tag))),
                Cause::Missing(missing) => self.push(missing, message(missing)),
                Cause::Unclear => self.push(error, message(error)),
            },
            _ => self.push(error, message(error)),
        }
    }

    fn push(&mut self, error: &ValidationError<'_>, message: String) {
        if self.listed.len() == MOST_FAULTS {
            self.more += 1;
            return;
        }
        let fault = (error.instance_path().as_str().to_owned(), message);
        if !self.listed.contains(&fault) {
            self.listed.push(fault);
        }
    }
}

/// Why a value fits none of several alternatives.
enum Cause<'e> {
    /// It was meant to be this one.
    Branch(&'e [ValidationError<'static>]),
    /// No alternative has this value for the member that tells them apart.
    Tag(&'e ValidationError<'static>),
    /// It could have been more than one, and all of them require a member that is not there.
    Missing(&'e ValidationError<'static>),
    /// It could have been more than one.
    Unclear,
}

/// Looks for the one alternative that is of the value's form and does not refuse its tag, which is a
/// member directly in it with a fixed set of values.
fn cause<'e>(union: &ValidationError<'_>, alternatives: &'e [Vec<ValidationError<'static>>]) -> Cause<'e> {
    let base = union.instance_path().as_str();
    let mut meant = alternatives.iter().filter(|errors| !errors.iter().any(|error| is_form(error, base)));
    let mut tagged = meant.clone().filter(|errors| !errors.iter().any(|error| is_tag(error, base)));
    let first = match (tagged.next(), tagged.next()) {
        (Some(errors), None) => return Cause::Branch(errors),
        (Some(errors), Some(_)) => {
            let missing = errors.iter().find(|error| {
                missing_from(error, base).is_some_and(|name| {
                    let is_same = |error: &ValidationError<'_>| missing_from(error, base) == Some(name);
                    meant.clone().all(|errors| errors.iter().any(is_same))
                })
            });
            return missing.map_or(Cause::Unclear, Cause::Missing);
        }
        (None, _) => meant.next(),
    };
    let tag = first.and_then(|errors| errors.iter().find(|error| is_tag(error, base)));
    let is_same = |error: &ValidationError<'_>, tag: &ValidationError<'_>| {
        is_tag(error, base) && error.instance_path().as_str() == tag.instance_path().as_str()
    };
    match tag {
        Some(tag) if meant.all(|errors| errors.iter().any(|error| is_same(error, tag))) => Cause::Tag(tag),
        _ => Cause::Unclear,
    }
}

/// The member that the alternative misses directly in the value.
fn missing_from<'e>(error: &'e ValidationError<'_>, base: &str) -> Option<&'e Value> {
    match error.kind() {
        Kind::Required { property } if error.instance_path().as_str() == base => Some(property),
        _ => None,
    }
}

/// Whether the alternative is of another JSON type than the value.
fn is_form(error: &ValidationError<'_>, base: &str) -> bool {
    matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == base
}

/// Whether the alternative refuses the value of a member.
fn is_tag(error: &ValidationError<'_>, base: &str) -> bool {
    let is_fixed = matches!(error.kind(), Kind::Enum { .. } | Kind::Constant { .. });
    let member = error.instance_path().as_str().strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
    is_fixed && member.is_some_and(|member| !member.contains('/'))
}

/// The validator's words, with no more of the value than helps.
fn message(error: &ValidationError<'_>) -> String {
    let mut text = Cut::new(MOST_SAID);
    // Full is the only error there is.
    let _ = write!(text, "{}", error.masked_with(quoted(error)));
    text.finish()
}

fn quoted(error: &ValidationError<'_>) -> String {
    let mut text = Cut::new(MOST_QUOTED);
    let _ = write!(text, "{}", error.instance());
    text.finish()
}

/// A text that stops its writer when it is full, so that a line of megabytes is not written to be cut.
struct Cut {
    text: String,
    room: usize,
    is_cut: bool,
}

impl Cut {
    fn new(room: usize) -> Self {
        Self { text: String::new(), room, is_cut: false }
    }

    fn finish(mut self) -> String {
        if self.is_cut {
            self.text.push('…');
        }
        self.text
    }
}

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = text.floor_char_boundary(self.room - self.text.len());
        self.text.push_str(&text[..end]);
        self.is_cut = end < text.len();
        if self.is_cut { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(schema: &Value, json: &str) -> Vec<(String, usize, String)> {
        let schema = ForeignSchema::new(&schema.to_string()).unwrap();
        let mut faults = Vec::new();
        schema.check(json.as_bytes(), &mut |pointer, at, message| faults.push((pointer, at, message)));
        faults
    }

    fn fault(pointer: &str, at: usize, message: &str) -> (String, usize, String) {
        (pointer.to_owned(), at, message.to_owned())
    }

    fn tagged() -> Value {
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "oneOf": [
                {"type": "object", "required": ["type", "payload"], "properties": {
                    "type": {"enum": ["a"]},
                    "payload": {"anyOf": [{"$ref": "#/definitions/a"}, {"type": "null"}]},
                }},
                {"type": "object", "required": ["type"], "properties": {"type": {"const": "b"}}},
            ],
            "definitions": {"a": {"type": "object", "properties": {"n/m": {"type": "integer"}}}},
        })
    }

    #[test]
    fn says_where_and_what() {
        assert_eq!(faults(&json!({"required": ["a"]}), " {}"), [fault("", 1, "\"a\" is a required property")]);
        assert_eq!(faults(&json!({"type": "object"}), "{}"), []);
    }

    #[test]
    fn goes_down_to_the_alternative_that_was_meant() {
        let json = r#"{"type":"a","payload":{"n/m":"x"}}"#;
        assert_eq!(faults(&tagged(), json), [fault("/payload/n~1m", 29, "\"x\" is not of type \"integer\"")]);
        let json = r#"{"type":"a"}"#;
        assert_eq!(faults(&tagged(), json), [fault("", 0, "\"payload\" is a required property")]);
        let json = r#"{"type":"z"}"#;
        assert_eq!(faults(&tagged(), json), [fault("/type", 8, "\"z\" is a value that no alternative allows")]);
        let json = r#"{"payload":null}"#;
        assert_eq!(faults(&tagged(), json), [fault("", 0, "\"type\" is a required property")]);
    }

    #[test]
    fn stays_at_the_top_where_several_could_be_meant() {
        let found = faults(&json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), "{}");
        let message = "{} is not valid under any of the schemas listed in the 'oneOf' keyword";
        assert_eq!(found, [fault("", 0, message)]);
    }

    #[test]
    fn reads_every_draft() {
        for (draft, schema) in [
            ("http://json-schema.org/draft-04/schema#", json!({"minimum": 1, "exclusiveMinimum": true})),
            ("http://json-schema.org/draft-06/schema#", json!({"exclusiveMinimum": 1})),
            ("http://json-schema.org/draft-07/schema#", json!({"if": true, "then": {"exclusiveMinimum": 1}})),
            ("https://json-schema.org/draft/2019-09/schema", json!({"$defs": {"a": false}, "$ref": "#/$defs/a"})),
            ("https://json-schema.org/draft/2020-12/schema", json!({"$defs": {"a": false}, "$ref": "#/$defs/a"})),
        ] {
            let mut schema = schema;
            schema["$schema"] = json!(draft);
            assert_eq!(faults(&schema, "1").len(), 1, "{draft}");
        }
    }

    #[test]
    fn refuses_what_is_no_schema() {
        for (text, expected) in [
            ("{", "not JSON: "),
            ("[]", "not a usable JSON Schema: "),
            (r#"{"properties":{"a":{"type":"text"}}}"#, "not a usable JSON Schema: /properties/a/type: "),
            (r##"{"$ref":"#/definitions/none"}"##, "not a usable JSON Schema: "),
            (r#"{"$ref":"https://example.com/other.json"}"#, "not a usable JSON Schema: "),
        ] {
            let error = ForeignSchema::new(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn says_so_if_a_record_cannot_be_checked() {
        for json in [r#"{"a":1e400}"#, r#"{"a":"\ud800"}"#] {
            let found = faults(&json!({}), json);
            assert_eq!(found.len(), 1, "{json}");
            assert!(found[0].1 >= 5 && found[0].2.starts_with("cannot be held against the schema: "), "{found:?}");
        }
    }

    #[test]
    fn quotes_and_lists_no_more_than_helps() {
        let long = format!("[{}]", vec!["\"é\""; 300].join(","));
        let found = faults(&json!({"type": "object"}), &long);
        assert!(found[0].2.len() < 120 && found[0].2.ends_with("… is not of type \"object\""), "{found:?}");
        let found = faults(&json!({"items": {"type": "null"}}), &long);
        assert_eq!(found.len(), MOST_FAULTS + 1);
        assert_eq!(found[MOST_FAULTS], fault("", 0, "faults of this record that are not listed: 200"));
    }
}
