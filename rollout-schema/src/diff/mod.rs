//! What changed between two JSON Schema documents, and whether that breaks anyone.
//!
//! Reads the schemas of any generator: `definitions` or `$defs`, `$ref` with siblings, `allOf`,
//! `anyOf` and `oneOf` as optional values, as enumerations and as tagged unions. It looks at what
//! documents a schema accepts, not at how the schema is written: a definition that is renamed or
//! written inline is no change, nor are titles, descriptions, defaults and `x-` keywords.
//!
//! It refuses to do: fetching references out of the document (they accept anything), evaluating
//! `not`, `if`, `pattern`, `propertyNames`, `contains` and the `dependent…` keywords (they are
//! compared as text, and a changed one counts as narrowed), telling `oneOf` from `anyOf`. The
//! `then` and `else` of one `if` are two alternatives, whichever applies.

mod alternative;
mod compare;
mod facets;
mod resolve;
mod variants;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use compare::Walk;

/// One difference between two schemas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Change {
    /// The place in documents, empty for the whole document.
    ///
    /// A JSON pointer in which `<type=token_count>` chooses a variant by its tag, `<file_id>` one
    /// without a tag by the members that only it requires, `[]` stands for every item and `[0]` for
    /// one, `/*` for every member that has no description, `/{p}` for members whose name matches
    /// `p`. A trailing `=name` means that value at that place. A variant that is an object with
    /// one member is the place of that member.
    pub pointer: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Whether the new schema may refuse a document that the old one accepts.
    pub breaking: bool,
    /// The same in words.
    pub message: String,
}

/// What happened to a place of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A member, variant or named value is described that was not.
    Added,
    /// A member, variant or named value is no longer described.
    Removed,
    /// Fewer documents are accepted.
    Narrowed,
    /// More documents are accepted.
    Widened,
}

/// Lists what changed from the schema `old` to the schema `new`, sorted by place.
///
/// A change is breaking if the new schema may refuse a document that the old one accepts: a member
/// that is required now, a type, variant or named value that is gone, unknown members refused, a
/// bound drawn in, a constraint where anything went. There is one deliberate exception: a newly
/// described optional member is [`ChangeKind::Added`] and not breaking, although strictly it
/// constrains a member that any document might have had by accident. A member that is no longer
/// described breaks only where unknown members are refused.
///
/// An added or removed variant or member is one change, whatever stands inside. A definition that
/// many places share is compared once, at the shallowest of them, of those at the first by name;
/// so the pointer is one place where the change is seen, not all of them.
///
/// Formats such as `uint32` count as bounds, since they tell what the program behind the schema
/// reads; the limits of 64 bits are not counted, nor `float` and `double`. A place that has
/// more than 4096 combinations of alternatives is taken to accept anything.
#[must_use]
pub fn diff(old: &Value, new: &Value) -> Vec<Change> {
    Walk::new(old, new).run()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::needless_pass_by_value, reason = "tables of pairs read better without borrows")]

    use serde_json::json;

    use super::*;

    /// One line for each change, such as `removed! /a=x`, where `!` means breaking.
    fn brief(old: &Value, new: &Value) -> Vec<String> {
        let line = |change: &Change| {
            let mark = if change.breaking { "!" } else { "" };
            format!("{:?}{mark} {}", change.kind, change.pointer).to_lowercase()
        };
        diff(old, new).iter().map(line).collect()
    }

    /// Checks the change of a schema, and that it is silent about a schema that stays.
    #[track_caller]
    fn check(old: Value, new: Value, expected: &[&str]) {
        assert_eq!(brief(&old, &new), expected, "{old} to {new}");
        assert_eq!((diff(&old, &old), diff(&new, &new)), (vec![], vec![]));
    }

    fn object(properties: Value, required: &[&str]) -> Value {
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn closed(name: &str, value: Value) -> Value {
        json!({ "type": "object", "properties": { name: value }, "required": [name], "additionalProperties": false })
    }

    #[test]
    fn members() {
        let string = || json!({ "type": "string" });
        let (none, a) = (object(json!({}), &[]), object(json!({ "a": string() }), &[]));
        let needed = object(json!({ "a": string() }), &["a"]);
        check(none.clone(), a.clone(), &["added /a"]);
        check(none.clone(), needed.clone(), &["added! /a"]);
        check(a.clone(), none.clone(), &["removed /a"]);
        check(a.clone(), needed.clone(), &["narrowed! /a"]);
        check(needed, a.clone(), &["widened /a"]);
        let mut shut = none.clone();
        shut["additionalProperties"] = false.into();
        check(none.clone(), shut.clone(), &["narrowed! "]);
        check(shut.clone(), none.clone(), &["widened "]);
        check(a.clone(), shut.clone(), &["narrowed! ", "removed! /a"]);
        check(shut, a, &["widened ", "added /a"]);
        let map = |kind| json!({ "type": "object", "additionalProperties": { "type": kind } });
        check(map("string"), map("integer"), &["narrowed! /*", "widened /*"]);
        check(map("string"), object(json!({ "a": { "type": "null" } }), &[]), &["widened /*", "added! /a"]);
        check(json!({ "type": "object", "required": ["a~/b"] }), none, &["removed /a~0~1b"]);
    }

    #[test]
    fn types_and_anything() {
        let of = |types: Value| json!({ "type": types });
        check(of(json!("string")), of(json!(["string", "null"])), &["widened "]);
        check(of(json!(["string", "null"])), of(json!("string")), &["narrowed! "]);
        check(of(json!("string")), of(json!("array")), &["narrowed! ", "widened "]);
        check(of(json!("integer")), of(json!("number")), &["widened "]);
        check(of(json!("number")), of(json!("integer")), &["narrowed! "]);
        check(json!(true), of(json!("string")), &["narrowed! "]);
        check(of(json!("string")), json!({}), &["widened "]);
        check(json!(true), json!({ "title": "T", "description": "d", "default": 1, "x-since": "1" }), &[]);
        check(json!(true), json!(false), &["narrowed! "]);
        check(json!(false), json!({ "type": "string" }), &["widened "]);
        check(json!({ "enum": [true, false] }), of(json!("boolean")), &[]);
        check(of(json!("boolean")), json!({ "const": true }), &["narrowed! "]);
        check(json!(null), json!([1]), &[]);
    }

    #[test]
    fn bounds_and_texts() {
        let number = |keyword: &str, value: Value| json!({ "type": "integer", keyword: value });
        let plain = || json!({ "type": "integer" });
        check(plain(), number("minimum", json!(0)), &["narrowed! "]);
        check(number("minimum", json!(0)), number("minimum", json!(-1)), &["widened "]);
        check(number("minimum", json!(1)), number("exclusiveMinimum", json!(0)), &[]);
        check(number("maximum", json!(9)), number("maximum", json!(8)), &["narrowed! "]);
        check(number("maximum", json!(9)), plain(), &["widened "]);
        check(number("format", json!("uint8")), number("format", json!("uint16")), &["widened "]);
        check(number("format", json!("uint64")), number("minimum", json!(0.0)), &[]);
        let text = |keyword: &str, value: Value| json!({ "type": "string", keyword: value });
        check(text("minLength", json!(0)), json!({ "type": "string" }), &[]);
        check(json!({ "type": "string" }), text("minLength", json!(1)), &["narrowed! "]);
        check(text("pattern", json!("^a")), text("pattern", json!("^b")), &["narrowed! ", "widened "]);
        let array = |keyword: &str, value: Value| json!({ "type": "array", keyword: value });
        check(array("items", json!({ "type": "string" })), array("items", json!(true)), &["widened []"]);
        check(array("uniqueItems", json!(false)), array("uniqueItems", json!(true)), &["narrowed! "]);
        check(array("items", json!([{ "type": "null" }])), array("prefixItems", json!([{ "type": "null" }])), &[]);
        check(array("prefixItems", json!([true])), array("prefixItems", json!([false])), &["narrowed! [0]"]);
    }

    #[test]
    fn listed_values() {
        let of = |names: &[&str]| json!({ "type": "string", "enum": names });
        let single = |names: &[&str]| {
            let one = |name: &&str| json!({ "const": name });
            json!({ "oneOf": names.iter().map(one).collect::<Vec<_>>() })
        };
        check(of(&["a", "b"]), of(&["b", "c"]), &["removed! =a", "added =c"]);
        check(of(&["a", "b"]), single(&["b", "a"]), &[]);
        check(of(&["a"]), json!({ "type": "string" }), &["widened "]);
        check(json!({ "type": "string" }), of(&["a"]), &["narrowed! "]);
        check(of(&["", "a"]), json!({ "type": "string", "minLength": 1 }), &["widened ", "removed! ="]);
        // A schema that names what it knows and lets anything else pass.
        let open = |names: &[&str]| json!({ "anyOf": [of(names), { "type": "string" }] });
        check(open(&["a", "b"]), open(&["b", "c"]), &["removed =a", "added =c"]);
        check(open(&["a"]), of(&["a"]), &["narrowed! "]);
        check(of(&["a"]), json!({ "enum": ["a", null] }), &["widened "]);
        check(json!({ "const": 1 }), json!({ "enum": [1, 2] }), &["added =2"]);
    }

    #[test]
    fn tagged_variants() {
        let tagged = |kind: &str, more: &str| object(json!({ "type": { "const": kind }, more: true }), &["type"]);
        let one_of = |variants: &[Value]| json!({ "oneOf": variants });
        let (a, b, c) = (tagged("a", "x"), tagged("b", "x"), tagged("c", "x"));
        check(one_of(&[a.clone(), b.clone()]), one_of(&[b.clone(), a.clone(), c.clone()]), &["added <type=c>"]);
        check(
            one_of(&[a.clone(), b.clone()]),
            one_of(&[b.clone(), c.clone()]),
            &["removed! <type=a>", "added <type=c>"],
        );
        let changed = [a.clone(), tagged("b", "y")];
        check(one_of(&[a.clone(), b.clone()]), one_of(&changed), &["removed <type=b>/x", "added <type=b>/y"]);
        // An object for whatever is not known keeps a variant that is gone.
        let open = [b.clone(), json!({ "type": "object" })];
        check(one_of(&[a.clone(), b.clone()]), one_of(&open), &["widened ", "removed <type=a>"]);
        // Members beside the union, and a union within a variant.
        let inner = |kinds: &[&str]| {
            let variant = |kind| object(json!({ "kind": { "enum": [kind] } }), &["kind"]);
            let mut outer = tagged("a", "x");
            outer["oneOf"] = kinds.iter().map(variant).collect();
            json!({ "type": "object", "properties": { "at": true }, "oneOf": [outer, b] })
        };
        check(inner(&["k"]), inner(&["k", "l"]), &["added <type=a><kind=l>"]);
        // One value for all, and another that only some may have.
        let loose = |y: &str| {
            let either =
                [object(json!({ "z": { "enum": ["a", "b"] } }), &[]), object(json!({ "z": { "const": "a" } }), &[])];
            json!({ "type": "object", "properties": { "y": { "type": y } }, "anyOf": either })
        };
        check(loose("string"), loose("null"), &["narrowed! <z=a>/y", "widened <z=a>/y"]);
        // The usual variant may leave its tag out.
        let usual = object(json!({ "type": { "const": "a" }, "z": true }), &[]);
        check(
            one_of(&[b.clone(), a]),
            one_of(&[usual, b]),
            &["widened <type=a>/type", "removed <type=a>/x", "added <type=a>/z"],
        );
    }

    #[test]
    fn variants_without_tag() {
        let names = || json!({ "enum": ["cli"] });
        let one_of = |variants: &[Value]| json!({ "oneOf": variants });
        let (a, b) = (closed("a", json!({ "type": "string" })), closed("b", json!(true)));
        check(one_of(&[names(), a.clone()]), one_of(&[a.clone(), names(), b.clone()]), &["added /b"]);
        check(names(), one_of(&[names(), a.clone()]), &["added /a"]);
        check(one_of(&[a.clone(), names()]), names(), &["removed! /a"]);
        check(json!({ "oneOf": [a] }), json!({ "oneOf": [b] }), &["removed! /a", "added /b"]);
        check(a, closed("a", json!({ "type": "null" })), &["narrowed! /a", "widened /a"]);
        let (url, id) = (object(json!({ "url": true }), &["url"]), object(json!({ "id": true }), &["id"]));
        let mut either = json!({ "type": "object", "properties": { "detail": true } });
        let single = object(json!({ "url": true, "detail": true }), &["url"]);
        either["anyOf"] = json!([id, url]);
        check(single.clone(), either.clone(), &["added <id>"]);
        check(either, single, &["removed! <id>"]);
        let array = |kinds: &[&str]| {
            let one = |kind: &&str| json!({ "type": "array", "items": { "type": kind } });
            json!({ "anyOf": kinds.iter().map(one).collect::<Vec<_>>() })
        };
        check(array(&["string"]), array(&["null", "string"]), &["widened "]);
        check(array(&["string", "null"]), array(&["null"]), &["narrowed! "]);
    }

    #[test]
    fn both_ways_of_a_condition_are_followed() {
        let root = |a: &str, condition: &str| {
            json!({
                "if": { "required": [condition] },
                "then": { "$ref": "#/$defs/a" },
                "else": object(json!({ "b": { "type": "string" } }), &["b"]),
                "$defs": { "a": object(json!({ "a": { "type": a } }), &["a"]) },
            })
        };
        check(root("string", "a"), root("integer", "a"), &["narrowed! /a", "widened /a"]);
        check(root("string", "a"), root("string", "x"), &["narrowed! ", "widened "]);
        let one_way =
            |a: &str| json!({ "type": "object", "if": true, "then": object(json!({ "a": { "type": a } }), &[]) });
        check(one_way("string"), one_way("integer"), &["narrowed! ", "widened "]);
    }

    #[test]
    fn references() {
        let node = |more: &str| {
            let child = json!({ "anyOf": [{ "$ref": "#/definitions/Node" }, { "type": "null" }] });
            let list = json!({ "type": "array", "items": { "allOf": [{ "$ref": "#/definitions/Node" }] } });
            let node = object(json!({ "child": child, "list": list, more: { "type": "string" } }), &[]);
            json!({ "$ref": "#/definitions/Node", "definitions": { "Node": node } })
        };
        check(node("a"), node("a"), &[]);
        check(node("a"), node("b"), &["removed /a", "added /b"]); // once, at the first place
        // Each nullable place is a place of its own, what it refers to is not.
        let uses = |null: bool, names: Value| {
            let name = json!({ "$ref": "#/$defs/Name", "description": "with a sibling" });
            let maybe = if null { json!({ "anyOf": [name, { "type": "null" }] }) } else { name.clone() };
            let mut schema = object(json!({ "a": { "b": name }, "c": maybe, "d": maybe }), &[]);
            schema["properties"]["a"] = object(json!({ "b": name }), &[]);
            schema["$defs"] = json!({ "Name": { "enum": names } });
            schema
        };
        check(
            uses(true, json!(["x"])),
            uses(false, json!(["x", "y"])),
            &["narrowed! /c", "added /c=y", "narrowed! /d"],
        );
        let nulls = object(json!({ "c": { "type": "null" }, "d": { "type": "null" } }), &[]);
        check(
            uses(false, json!(["x"])),
            nulls,
            &["removed /a", "widened /c", "removed! /c=x", "widened /d", "removed! /d=x"],
        );
        // Siblings of a reference count, renamed definitions and inline ones are the same.
        let sibling = json!({ "$ref": "#/$defs/N", "minimum": 1, "$defs": { "N": { "type": "integer" } } });
        check(sibling, json!({ "type": "integer", "minimum": 1 }), &[]);
        let odd = json!({ "$ref": "#/definitions/A%3CB%3E", "definitions": { "A<B>": { "type": "null" } } });
        check(odd, json!({ "type": "null" }), &[]);
        check(json!({ "$ref": "other.json#/a" }), json!({ "$ref": "#/nowhere" }), &[]);
        check(json!({ "$ref": "#" }), json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } }), &[]);
    }

    #[test]
    fn wide_schemas_end() {
        let any_of: Vec<_> = (0..20).map(|n| json!({ "type": "object", "required": [n.to_string()] })).collect();
        let product = json!({ "allOf": vec![json!({ "anyOf": any_of }); 9] });
        check(product.clone(), json!(true), &[]);
        assert_eq!(brief(&product, &json!({ "type": "string" })), ["narrowed! "]);
    }

    #[test]
    fn written_as_json() {
        let changes = diff(&json!({ "type": "object" }), &object(json!({ "a": true }), &["a"]));
        let expected = json!([
            { "pointer": "/a", "kind": "added", "breaking": true, "message": "the required member is new" }
        ]);
        assert_eq!(serde_json::to_value(changes).unwrap(), expected);
    }
}
