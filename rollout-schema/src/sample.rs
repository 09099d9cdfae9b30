//! Lines made from the published schema, for tests: valid ones, and ones with a single mutation.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

pub(crate) static SCHEMA: LazyLock<Value> = LazyLock::new(|| crate::schema::rollout_line().to_value());

/// Draws lines from a seed.
pub(crate) struct Sampler {
    state: u64,
}

impl Sampler {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed | 1 }
    }

    /// A number below `n` (splitmix64).
    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }

    /// A line that the schema accepts; most have an envelope.
    pub(crate) fn line(&mut self) -> Value {
        let form =
            *self.pick(&["Envelope", "Envelope", "Envelope", "Envelope", "BareHeader", "BareState", "ResponseItem"]);
        let line = self.value(&SCHEMA["$defs"][form], 0);
        // A bare item is told from an envelope by what it lacks.
        let is_enveloped =
            line.get("payload").is_some() || line.get("timestamp").is_some() && line.get("type").is_some();
        if (form == "Envelope") == is_enveloped { line } else { self.line() }
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            let mut value = self.value(&SCHEMA["$defs"][name], depth);
            if schema.get("properties").is_some()
                && let (Value::Object(value), Value::Object(more)) = (&mut value, self.object(schema, depth))
            {
                value.extend(more);
            }
            return value;
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(names) = schema["enum"].as_array() {
            return self.pick(names).clone();
        }
        for union in ["oneOf", "anyOf"] {
            let Some(variants) = schema[union].as_array().filter(|variants| {
                variants[0].get("type").is_some() || variants[0].get("required").is_none() || union == "oneOf"
            }) else {
                continue;
            };
            if union == "anyOf" && variants.iter().all(|variant| variant.get("required").is_some()) {
                continue;
            }
            let variant = self.pick(variants).clone();
            let mut value = self.value(&variant, depth);
            if schema.get("properties").is_some()
                && let (Value::Object(value), Value::Object(common)) = (&mut value, self.object(schema, depth))
            {
                value.extend(common);
            }
            return value;
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) if depth > 5 && kinds.contains(&json!("null")) => "null",
            Value::Array(kinds) => self.pick(kinds).as_str().unwrap_or_default(),
            kind => kind.as_str().unwrap_or_default(),
        };
        match kind {
            "null" => Value::Null,
            "boolean" => json!(self.below(2) == 0),
            "integer" => json!(schema["minimum"].as_i64().unwrap_or(-5) + self.below(90) as i64),
            "number" => json!(self.below(1000) as f64 / 8.0),
            "string" => json!(*self.pick(&["x", "/srv/a", "é\n\"", "0199", "2026-01-01T00:00:00.000Z"])),
            "array" => {
                let length = if depth > 6 { 0 } else { self.below(3) };
                (0..length).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            "object" => self.object(schema, depth),
            _ => self.pick(&[json!(null), json!({"a": [1, "b"]}), json!(12.5), json!("any")]).clone(),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
        let one_of_these: Vec<&str> =
            schema["anyOf"].as_array().into_iter().flatten().filter_map(|form| form["required"][0].as_str()).collect();
        let forced = if one_of_these.is_empty() { None } else { Some(*self.pick(&one_of_these)) };
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            // An alias beside the name it stands for would be the same member twice.
            if member.get("x-alias-of").is_some() {
                continue;
            }
            if required(name) || forced == Some(name) || depth < 7 && self.below(3) == 0 {
                object.insert(name.clone(), self.value(member, depth + 1));
            }
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            object.insert("any name".to_owned(), self.value(values, depth + 1));
        }
        Value::Object(object)
    }

    /// Changes one place of a line: a member deleted, renamed or of another type, a name misspelt, a
    /// number negated, a value wrapped.
    pub(crate) fn mutate(&mut self, line: &Value) -> Value {
        let mut line = line.clone();
        let mut places = Vec::new();
        collect(&line, "", &mut places);
        let place = self.pick(&places).clone();
        let (parent, key) =
            place.rsplit_once('/').map(|(parent, key)| (parent.to_owned(), key.to_owned())).unwrap_or_default();
        let key = key.replace("~1", "/").replace("~0", "~");
        let operation = self.below(6);
        if operation < 2
            && let Some(Value::Object(object)) = line.pointer_mut(&parent)
        {
            if let Some(value) = object.remove(&key)
                && operation == 1
            {
                object.insert(format!("{key}q"), value);
            }
            return line;
        }
        let replacement =
            self.pick(&[json!(null), json!(true), json!(7), json!(1.5), json!("text"), json!([]), json!({})]).clone();
        if let Some(value) = line.pointer_mut(&place) {
            *value = match (operation, value.clone()) {
                (2, Value::String(name)) => json!(format!("{name}q")),
                (3, Value::Number(number)) => json!(-number.as_f64().unwrap_or_default()),
                (4, value) => json!([value]),
                (5, value) => json!({ "value": value }),
                _ => replacement,
            };
        }
        line
    }
}

/// Pointers of all places below the root.
fn collect(value: &Value, path: &str, places: &mut Vec<String>) {
    if !path.is_empty() {
        places.push(path.to_owned());
    }
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                collect(value, &format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, &format!("{path}/{index}"), places);
            }
        }
        _ => {}
    }
}
