//! Limits on values of one type: bounds, lengths, and what is compared as text only.
//!
//! It refuses to do: anything about members and items, and judging patterns.

use std::collections::BTreeSet;

use serde_json::Value;

use super::alternative::{Alternative, Kind};
use super::resolve::two_ways;

/// A bound of a number or of a size, in the direction in which a greater one accepts less.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Bound {
    tightness: f64,
    /// Whether the bound itself is refused.
    exclusive: bool,
}

/// One of the two ends of a range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Lower,
    Upper,
}

/// The bounds of one alternative, under the names that the changes are told with.
pub(super) fn bounds(alternative: &Alternative<'_>, kind: Kind) -> [(&'static str, Option<Bound>); 2] {
    let sized = |lower: &'static str, upper: &'static str| {
        let lower_bound = tightest(alternative.all(lower).filter_map(|v| bound(v.as_f64(), End::Lower, false)));
        let upper_bound = tightest(alternative.all(upper).filter_map(|v| bound(v.as_f64(), End::Upper, false)));
        // A size of at least 0 is no demand.
        [(lower, lower_bound.filter(|bound| bound.tightness > 0.0)), (upper, upper_bound)]
    };
    match kind {
        Kind::Boolean => [("", None), ("", None)],
        Kind::Number => {
            [("minimum", number_bound(alternative, End::Lower)), ("maximum", number_bound(alternative, End::Upper))]
        }
        Kind::String => sized("minLength", "maxLength"),
        Kind::Array => sized("minItems", "maxItems"),
        Kind::Object => sized("minProperties", "maxProperties"),
    }
}

fn number_bound(alternative: &Alternative<'_>, end: End) -> Option<Bound> {
    let (inclusive, exclusive) = match end {
        End::Lower => ("minimum", "exclusiveMinimum"),
        End::Upper => ("maximum", "exclusiveMaximum"),
    };
    let formats = alternative.all("format").filter_map(Value::as_str).filter_map(range_of_format);
    let implied = formats.filter_map(|(lower, upper)| match end {
        End::Lower => bound(Some(lower), end, false),
        End::Upper => bound(upper, end, false),
    });
    let whole = alternative.integer();
    let refused = alternative.all(exclusive).filter_map(Value::as_f64).filter_map(|value| {
        // Above 0 and at least 1 are the same for whole numbers.
        if whole {
            bound(Some(value), end, false).map(|bound| Bound { tightness: bound.tightness.floor() + 1.0, ..bound })
        } else {
            bound(Some(value), end, true)
        }
    });
    tightest(alternative.all(inclusive).filter_map(|v| bound(v.as_f64(), end, false)).chain(refused).chain(implied))
}

fn bound(value: Option<f64>, end: End, exclusive: bool) -> Option<Bound> {
    let value = value.filter(|value| value.is_finite())?;
    Some(Bound { tightness: if end == End::Lower { value } else { -value }, exclusive })
}

fn tightest(bounds: impl Iterator<Item = Bound>) -> Option<Bound> {
    bounds.reduce(|one, other| if other > one { other } else { one })
}

/// The bounds that a format of whole numbers implies. No upper one from 64 bits on, where numbers
/// of JSON are not exact anyway.
fn range_of_format(format: &str) -> Option<(f64, Option<f64>)> {
    Some(match format {
        "uint8" => (0.0, Some(f64::from(u8::MAX))),
        "uint16" => (0.0, Some(f64::from(u16::MAX))),
        "uint32" => (0.0, Some(f64::from(u32::MAX))),
        "uint64" | "uint128" | "uint" => (0.0, None),
        "int8" => (f64::from(i8::MIN), Some(f64::from(i8::MAX))),
        "int16" => (f64::from(i16::MIN), Some(f64::from(i16::MAX))),
        "int32" => (f64::from(i32::MIN), Some(f64::from(i32::MAX))),
        _ => return None,
    })
}

impl Bound {
    /// The bound as the schema has it, under the name that [`bounds`] gave.
    pub(super) fn text(self, name: &str) -> String {
        let value = if name.starts_with("max") { 0.0 - self.tightness } else { self.tightness };
        format!("{value}{}", if self.exclusive { " (exclusive)" } else { "" })
    }
}

/// The limits that are compared as text, each behind its keyword.
pub(super) fn texts(alternative: &Alternative<'_>, kind: Kind) -> BTreeSet<(&'static str, String)> {
    let keywords: &[&'static str] = match kind {
        Kind::Boolean => &[],
        Kind::Number => &["multipleOf", "format"],
        Kind::String => &["pattern", "format"],
        Kind::Array => &["contains", "minContains", "maxContains", "uniqueItems", "unevaluatedItems"],
        Kind::Object => &["propertyNames", "dependencies", "dependentRequired", "dependentSchemas"],
    };
    let mut texts = BTreeSet::new();
    for keyword in keywords.iter().chain(&["not", "if", "then", "else"]) {
        let is_branch = matches!(*keyword, "then" | "else");
        for part in &alternative.parts {
            let Some(value) = part.get(*keyword) else { continue };
            if is_branch && two_ways(part).is_some() {
                continue; // followed as two alternatives
            }
            let no_limit = match value {
                Value::String(format) if *keyword == "format" => {
                    let free = ["int", "int64", "int128", "float", "double"];
                    range_of_format(format).is_some() || free.contains(&format.as_str())
                }
                Value::Bool(value) => *value != (*keyword == "uniqueItems"),
                _ => false,
            };
            if !no_limit {
                texts.insert((*keyword, value.to_string()));
            }
        }
    }
    texts
}

/// Whether `alternative` may refuse a value of its type.
pub(super) fn may_refuse(alternative: &Alternative<'_>, kind: Kind, value: &Value) -> bool {
    let measure = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => Some(text.chars().count() as f64),
        _ => None,
    };
    let [(_, lower), (_, upper)] = bounds(alternative, kind);
    let beyond = |end, limit: Option<Bound>| {
        limit.is_some_and(|limit| {
            bound(measure, end, false).is_none_or(|own| {
                own.tightness < limit.tightness || (limit.exclusive && own.tightness <= limit.tightness)
            })
        })
    };
    let fraction = kind == Kind::Number && alternative.integer() && measure.is_some_and(|number| number.fract() != 0.0);
    let container = matches!(kind, Kind::Array | Kind::Object);
    container
        || fraction
        || beyond(End::Lower, lower)
        || beyond(End::Upper, upper)
        || !texts(alternative, kind).is_empty()
}
