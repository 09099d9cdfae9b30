//! JSON text, walked over byte by byte without building anything.
//!
//! Accepts exactly what RFC 8259 does, to the depth that serde_json reads. It refuses to decode:
//! strings stay as they are written.

use memchr::memchr2;
use serde_json::value::RawValue;

/// How deep values may nest, as deep as `serde_json` reads them.
pub(crate) const MAX_DEPTH: usize = 127;

/// Where and why text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes before the place.
    pub offset: usize,
    /// What is wrong there.
    pub message: &'static str,
}

const HALF_PAIR: &str = "half of a surrogate pair";

pub(crate) type Parsed<T> = Result<T, SyntaxError>;

/// The form of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// A text and a place in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    /// Whether the text holds control characters, which only whitespace may.
    controls: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        // A sum that never stops early is what the compiler turns into vector instructions.
        let controls = text.chunks(4096).any(|chunk| chunk.iter().fold(false, |any, byte| any | (*byte < 0x20)));
        Self { text, at: 0, controls }
    }

    pub(crate) fn fail<T>(&self, message: &'static str) -> Parsed<T> {
        Err(SyntaxError { offset: self.at.min(self.text.len()), message })
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// The form of the value that begins here.
    #[inline]
    pub(crate) fn form(&self) -> Parsed<Form> {
        match self.peek() {
            Some(b'"') => Ok(Form::String),
            Some(b'{') => Ok(Form::Object),
            Some(b'[') => Ok(Form::Array),
            Some(b'-' | b'0'..=b'9') => Ok(Form::Number),
            Some(b't' | b'f') => Ok(Form::Bool),
            Some(b'n') => Ok(Form::Null),
            Some(_) => self.fail("expected a value"),
            None => self.fail("the text ends where a value should stand"),
        }
    }

    /// Steps over a string and gives what stands between its quotes.
    #[inline]
    pub(crate) fn string(&mut self) -> Parsed<&'a [u8]> {
        if !self.eat(b'"') {
            return self.fail("expected a string");
        }
        let start = self.at;
        // Most strings are short: look at a few words of bytes before calling for the vector search.
        for _ in 0..4 {
            let Some(word) = self.text.get(self.at..).and_then(|rest| rest.first_chunk()) else { break };
            let stops = stops(u64::from_le_bytes(*word));
            if stops == 0 {
                self.at += 8;
                continue;
            }
            self.at += stops.trailing_zeros() as usize / 8;
            if self.text[self.at] == b'"' {
                self.at += 1;
                return Ok(&self.text[start..self.at - 1]);
            }
            break;
        }
        self.long_string(start)
    }

    fn long_string(&mut self, start: usize) -> Parsed<&'a [u8]> {
        loop {
            let rest = &self.text[self.at..];
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                return self.fail("the text ends inside a string");
            };
            if self.controls
                && let Some(bad) = rest[..found].iter().position(|byte| *byte < 0x20)
            {
                self.at += bad;
                return self.fail("a control character inside a string");
            }
            self.at += found + 1;
            if rest[found] == b'"' {
                return Ok(&self.text[start..self.at - 1]);
            }
            self.escape()?;
        }
    }

    /// Steps over what follows a backslash.
    fn escape(&mut self) -> Parsed<()> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => match self.unit()? {
                // The second half must follow at once, or no reader can make a character of it.
                0xD800..0xDC00 if self.eat(b'\\') && self.peek() == Some(b'u') => {
                    return match self.unit()? {
                        0xDC00..0xE000 => Ok(()),
                        _ => self.fail(HALF_PAIR),
                    };
                }
                0xD800..0xE000 => return self.fail(HALF_PAIR),
                _ => {}
            },
            Some(_) => return self.fail("an invalid escape"),
            None => return self.fail("the text ends inside a string"),
        }
        Ok(())
    }

    /// Steps over the `u` and the four digits of an escape.
    fn unit(&mut self) -> Parsed<u16> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let unit = digits.and_then(|digits| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match unit {
            Some(unit) => {
                self.at += 5;
                Ok(unit)
            }
            None => self.fail("an invalid \\u escape"),
        }
    }

    /// Steps over a number and gives its letters.
    pub(crate) fn number(&mut self) -> Parsed<&'a [u8]> {
        let start = self.at;
        self.eat(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.fail("an invalid number"),
        }
        if self.eat(b'.') && !self.some_digits() {
            return self.fail("an invalid number");
        }
        if self.eat(b'e') || self.eat(b'E') {
            if !self.eat(b'+') {
                self.eat(b'-');
            }
            if !self.some_digits() {
                return self.fail("an invalid number");
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> bool {
        let start = self.at;
        self.digits();
        self.at > start
    }

    pub(crate) fn literal(&mut self, word: &'static str) -> Parsed<()> {
        if self.text[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        self.fail("expected a value")
    }

    /// `null`, `true` or `false`.
    pub(crate) fn word(&mut self) -> Parsed<()> {
        match self.peek() {
            Some(b'n') => self.literal("null"),
            Some(b't') => self.literal("true"),
            _ => self.literal("false"),
        }
    }

    /// After `{` or a member: the next member's name, its colon eaten; `None` at the end.
    #[inline]
    pub(crate) fn next_name(&mut self, first: bool) -> Parsed<Option<&'a [u8]>> {
        self.skip_space();
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !first => {
                self.at += 1;
                self.skip_space();
            }
            Some(_) if first => {}
            Some(_) => return self.fail("expected `,` or `}`"),
            None => return self.fail("the text ends inside an object"),
        }
        if self.peek() != Some(b'"') {
            return self.fail("expected a member name");
        }
        let name = self.string()?;
        self.skip_space();
        if !self.eat(b':') {
            return self.fail("expected `:`");
        }
        self.skip_space();
        Ok(Some(name))
    }

    /// Where the next member's name would begin if no whitespace stands before it.
    #[inline]
    pub(crate) fn next_name_at(&self, first: bool) -> Option<usize> {
        match (first, self.peek()) {
            (true, _) => Some(self.at),
            (false, Some(b',')) => Some(self.at + 1),
            (false, _) => None,
        }
    }

    /// After `[` or an element: whether another one follows.
    #[inline]
    pub(crate) fn next_element(&mut self, first: bool) -> Parsed<bool> {
        self.skip_space();
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(_) if first => Ok(true),
            Some(_) => self.fail("expected `,` or `]`"),
            None => self.fail("the text ends inside an array"),
        }
    }

    /// Steps over any value that stands `depth` deep.
    pub(crate) fn skip_value(&mut self, depth: usize) -> Parsed<()> {
        match self.form()? {
            Form::String => self.string().map(drop),
            Form::Number => self.number().map(drop),
            Form::Null | Form::Bool => self.word(),
            _ if depth >= MAX_DEPTH => self.fail("nested too deep"),
            Form::Array => {
                self.at += 1;
                let mut first = true;
                while self.next_element(first)? {
                    first = false;
                    self.skip_value(depth + 1)?;
                }
                Ok(())
            }
            Form::Object => {
                self.at += 1;
                let mut first = true;
                while self.next_name(first)?.is_some() {
                    first = false;
                    self.skip_value(depth + 1)?;
                }
                Ok(())
            }
        }
    }
}

/// Marks the bytes of a word that end a plain stretch of a string: quotes, backslashes and control
/// characters. The lowest mark is right; a higher one may be a false one.
#[inline]
fn stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let quotes = zeros(word ^ (ONES * b'"' as u64));
    let backslashes = zeros(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGHS
}

/// Whether a name as written is `name`; a writer may have used escapes.
pub(crate) fn is_name(written: &[u8], name: &str) -> bool {
    // An escape is longer than what it stands for.
    written == name.as_bytes() || written.len() > name.len() && written.contains(&b'\\') && decode(written) == name
}

/// The text of a string, given what stands between its quotes.
pub(crate) fn decode(text: &[u8]) -> String {
    let lossy = String::from_utf8_lossy(text);
    if !text.contains(&b'\\') {
        return lossy.into_owned();
    }
    RawValue::from_string(format!("\"{lossy}\""))
        .and_then(|raw| serde_json::from_str(raw.get()))
        .unwrap_or_else(|_| lossy.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_serde_json_accepts() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        for text in [
            "null",
            "true",
            "fals",
            "-",
            "-0",
            "01",
            "1.",
            "1.5e+3",
            "1e",
            "1E-7",
            "\"\"",
            "\"a\\u00e9\\n\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "\"unfinished",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83d\\n\"",
            "\"\\ud83d\\u0041\"",
            "[1,2]",
            "[1,]",
            "[,1]",
            "{}",
            "{\"a\":1,}",
            "{\"a\" : [ ] }",
            "{a:1}",
            "{\"a\" 1}",
            "[1 2]",
            "",
            " 1",
            "{\"a\":{\"b\":[true,null,{}]}}",
            "\"a long string with \\\" in it\"",
            "\"a long string with a\ttab somewhere in it\"",
            &deep(127),
            &deep(128),
        ] {
            let mut cursor = Cursor::new(text.as_bytes());
            cursor.skip_space();
            let ours = cursor.skip_value(0).is_ok() && cursor.at == text.len();
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(ours, theirs, "{text:?}");
        }
    }
}
