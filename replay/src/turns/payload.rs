//! A record's payload as JSON, and its members by name. Refuses to know what any of them means.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};

use crate::records::Record;

/// The payload of a record; of a bare one, the whole of it.
pub(super) fn payload<T: DeserializeOwned>(record: &Record<'_>) -> serde_json::Result<T> {
    let whole = |json: &[u8]| match record.bare {
        true => serde_json::from_slice(json),
        false => serde_json::from_slice::<Envelope<T>>(json).map(|envelope| envelope.payload),
    };
    let read = match record.head.payload {
        b"" => whole(record.json),
        payload => T::deserialize(&mut Deserializer::from_slice(payload)),
    };
    match read {
        Err(_) if std::str::from_utf8(record.json).is_err() => whole(String::from_utf8_lossy(record.json).as_bytes()),
        read => read,
    }
}

#[derive(Deserialize)]
struct Envelope<T> {
    payload: T,
}

/// The type of the item in an `item_completed` event in the usual form.
pub(super) fn turn_item_type<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    const BEFORE: &[u8] = b"\"item\":{\"type\":\"";
    let beginning = &record.head.payload[..record.head.payload.len().min(400)];
    let at = memchr::memmem::find(beginning, BEFORE)? + BEFORE.len();
    let end = memchr::memchr(b'"', &beginning[at..])?;
    Some(&beginning[at..at + end])
}

/// A member that is text.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// A member that is text, taken out.
pub(super) fn take_text(value: &mut Value, name: &str) -> Option<String> {
    match take(value, name) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A member, taken out; null if there is none.
pub(super) fn take(value: &mut Value, name: &str) -> Value {
    value.get_mut(name).map_or(Value::Null, Value::take)
}

/// The members of a list, taken out; none if it is no list.
pub(super) fn take_list(value: &mut Value, name: &str) -> Vec<Value> {
    match take(value, name) {
        Value::Array(list) => list,
        _ => Vec::new(),
    }
}

/// A list of texts; other members are left out.
pub(super) fn texts(list: &Value) -> Option<Vec<&str>> {
    Some(list.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// A value as JSON text; text as it is, null as nothing.
pub(super) fn as_text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Milliseconds of a duration in seconds and nanoseconds.
pub(super) fn duration(value: &Value) -> Option<u64> {
    let seconds = value.get("secs")?.as_u64()?;
    let nanos = value.get("nanos")?.as_u64()?;
    seconds.checked_mul(1000)?.checked_add(nanos / 1_000_000)
}

/// Milliseconds of a number of seconds.
pub(super) fn from_seconds(seconds: f64) -> Option<u64> {
    let millis = Duration::try_from_secs_f64(seconds).ok()?.as_secs_f64() * 1000.0;
    Some(millis.round() as u64)
}
