//! From a JSON pointer to the place in the text that it points at.
//!
//! Other validators name places by pointer only, and people look for them in an editor. Nothing is
//! checked here beyond what it takes to get there.

use std::borrow::Cow;

use super::json::{Cursor, Form, is_name};

/// Bytes before the value in `json` that `pointer` points at, or `None` if there is no such value.
///
/// Where a member stands twice, the last one counts, as it does for `serde_json`.
pub fn locate(json: &[u8], pointer: &str) -> Option<usize> {
    let mut cursor = Cursor::new(json);
    cursor.skip_space();
    cursor.form().ok()?;
    if pointer.is_empty() {
        return Some(cursor.at);
    }
    for (depth, token) in pointer.strip_prefix('/')?.split('/').enumerate() {
        match cursor.form().ok()? {
            Form::Array => element(&mut cursor, index(token)?, depth)?,
            Form::Object => member(&mut cursor, &unescape(token), depth)?,
            _ => return None,
        }
    }
    Some(cursor.at)
}

/// Goes from the beginning of an array to the beginning of one of its elements.
fn element(cursor: &mut Cursor<'_>, index: usize, depth: usize) -> Option<()> {
    cursor.at += 1;
    for at in 0..=index {
        if !cursor.next_element(at == 0).ok()? {
            return None;
        }
        if at < index {
            cursor.skip_value(depth + 1).ok()?;
        }
    }
    cursor.form().ok().map(drop)
}

/// Goes from the beginning of an object to the beginning of the value of one of its members.
fn member(cursor: &mut Cursor<'_>, name: &str, depth: usize) -> Option<()> {
    cursor.at += 1;
    let (mut first, mut found) = (true, None);
    while let Some(written) = cursor.next_name(first).ok()? {
        first = false;
        if is_name(written, name) {
            found = Some(cursor.at);
        }
        cursor.skip_value(depth + 1).ok()?;
    }
    cursor.at = found?;
    Some(())
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        // In this order: `~01` is the name `~1`.
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// RFC 6901 knows no signs and no leading zeros.
fn index(token: &str) -> Option<usize> {
    let is_index = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    is_index.then(|| token.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn text_at<'a>(json: &'a str, pointer: &str) -> Option<&'a str> {
        locate(json.as_bytes(), pointer).map(|at| &json[at..])
    }

    #[test]
    fn finds_members_and_elements() {
        let json = r#" { "a" : [ 10, {"b": [ ] }, "x" ], "c":{"":null} }"#;
        assert_eq!(text_at(json, ""), Some(&json[1..]));
        assert_eq!(text_at(json, "/a/0"), Some(r#"10, {"b": [ ] }, "x" ], "c":{"":null} }"#));
        assert_eq!(text_at(json, "/a/1/b"), Some(r#"[ ] }, "x" ], "c":{"":null} }"#));
        assert_eq!(text_at(json, "/a/2"), Some(r#""x" ], "c":{"":null} }"#));
        assert_eq!(text_at(json, "/c/"), Some("null} }"));
    }

    #[test]
    fn reads_the_escapes_of_pointers_and_of_names() {
        let json = r#"{"a/b":1,"m~n":2,"~1":3,"q\"\\":4,"\u00e9\n":5,"a":6}"#;
        for (pointer, value) in
            [("/a~1b", '1'), ("/m~0n", '2'), ("/~01", '3'), ("/q\"\\", '4'), ("/é\n", '5'), ("/a", '6')]
        {
            assert_eq!(text_at(json, pointer).and_then(|rest| rest.chars().next()), Some(value), "{pointer}");
        }
    }

    #[test]
    fn finds_nothing_where_nothing_is() {
        let json = r#"{"a":[1,2],"n":3}"#;
        for pointer in ["a", "/b", "/a/2", "/a/-", "/a/01", "/a/+1", "/a/", "/n/0", "/a/99999999999999999999"] {
            assert_eq!(locate(json.as_bytes(), pointer), None, "{pointer}");
        }
        for broken in ["", "  ", "[", "[1", "[1,", "{\"a\":", "{\"a\":1,", "{\"0\""] {
            assert_eq!(locate(broken.as_bytes(), "/1"), None, "{broken}");
        }
        assert_eq!(locate(b"[1,", "/0"), Some(1));
    }

    #[test]
    fn takes_the_last_of_two_as_serde_json_does() {
        assert_eq!(text_at(r#"{"a":1,"b":0,"\u0061":2}"#, "/a"), Some("2}"));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(
            keys in prop::collection::vec("[a~/\"\\\\é]{0,3}", 1..5),
            indent in any::<bool>(),
        ) {
            let mut value = Value::Bool(true);
            let mut pointer = String::new();
            for (depth, key) in keys.iter().enumerate().rev() {
                if depth % 2 == 0 {
                    value = serde_json::json!({"before": [depth], key.as_str(): value});
                    pointer.insert_str(0, &format!("/{}", key.replace('~', "~0").replace('/', "~1")));
                } else {
                    value = serde_json::json!([{}, value]);
                    pointer.insert_str(0, "/1");
                }
            }
            let json = if indent { format!("{value:#}") } else { value.to_string() };
            prop_assert_eq!(value.pointer(&pointer), Some(&Value::Bool(true)));
            prop_assert!(text_at(&json, &pointer).is_some_and(|rest| rest.starts_with("true")));
        }
    }
}
