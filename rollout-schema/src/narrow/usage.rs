//! Token usage: what one response cost, and the lines that report it.
//!
//! Cached and cache-write tokens are part of the input, reasoning tokens are part of the output;
//! nothing here ever adds them on top. Source: the `token_count` event (since 0.34) and the
//! `token_usage_record` line (since 0.153).

use std::borrow::Cow;
use std::ops::{Add, AddAssign};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Count;

/// Tokens of one or more responses, as the server counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct TokenUsage {
    /// All input tokens, cached and cache-write included.
    pub input_tokens: u64,
    /// Input tokens read from the prompt cache.
    pub cached_input_tokens: u64,
    /// Input tokens written to the prompt cache (reported since 0.145).
    pub cache_write_input_tokens: u64,
    /// All output tokens, reasoning included.
    pub output_tokens: u64,
    /// Output tokens spent on reasoning.
    pub reasoning_output_tokens: u64,
    /// Input plus output, as the server sent it.
    pub total_tokens: u64,
}

impl TokenUsage {
    /// The counts in their order on the wire.
    pub fn parts(&self) -> [u64; 6] {
        let Self {
            input_tokens,
            cached_input_tokens,
            cache_write_input_tokens,
            output_tokens,
            reasoning_output_tokens,
            total_tokens,
        } = *self;
        [
            input_tokens,
            cached_input_tokens,
            cache_write_input_tokens,
            output_tokens,
            reasoning_output_tokens,
            total_tokens,
        ]
    }

    /// The reverse of [`TokenUsage::parts`].
    pub fn from_parts(parts: [u64; 6]) -> Self {
        let [
            input_tokens,
            cached_input_tokens,
            cache_write_input_tokens,
            output_tokens,
            reasoning_output_tokens,
            total_tokens,
        ] = parts;
        Self {
            input_tokens,
            cached_input_tokens,
            cache_write_input_tokens,
            output_tokens,
            reasoning_output_tokens,
            total_tokens,
        }
    }

    /// Whether nothing at all was used.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every part but the total is zero: the mark of an estimate or an overflow, which
    /// Codex writes in the same place as real usage.
    pub fn is_total_only(&self) -> bool {
        Self { total_tokens: 0, ..*self }.is_zero()
    }

    /// `self − earlier`, or `None` if any part fell.
    pub fn checked_sub(&self, earlier: &Self) -> Option<Self> {
        let mut parts = self.parts();
        for (part, before) in parts.iter_mut().zip(earlier.parts()) {
            *part = part.checked_sub(before)?;
        }
        Some(Self::from_parts(parts))
    }
}

impl Add for TokenUsage {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for TokenUsage {
    fn add_assign(&mut self, other: Self) {
        let mut parts = self.parts();
        for (part, more) in parts.iter_mut().zip(other.parts()) {
            // Each count is at most 2^53 − 1, so a sum saturates after 2,000 impossible responses only.
            *part = part.saturating_add(more);
        }
        *self = Self::from_parts(parts);
    }
}

/// [`TokenUsage`] as found on the wire, where any count may be damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WireUsage {
    input_tokens: Count,
    cached_input_tokens: Count,
    cache_write_input_tokens: Count,
    output_tokens: Count,
    reasoning_output_tokens: Count,
    total_tokens: Count,
}

impl WireUsage {
    /// The usage, or `None` if any count is invalid.
    pub fn valid(&self) -> Option<TokenUsage> {
        let get = |count| match count {
            Count::Valid(value) => Some(value),
            Count::Invalid => None,
        };
        Some(TokenUsage {
            input_tokens: get(self.input_tokens)?,
            cached_input_tokens: get(self.cached_input_tokens)?,
            cache_write_input_tokens: get(self.cache_write_input_tokens)?,
            output_tokens: get(self.output_tokens)?,
            reasoning_output_tokens: get(self.reasoning_output_tokens)?,
            total_tokens: get(self.total_tokens)?,
        })
    }
}

/// Payload of `event_msg` `token_count`.
#[derive(Debug, Deserialize)]
pub struct TokenCountEvent {
    /// Absent or null when only rate limits are reported (0.42–0.130).
    #[serde(default)]
    pub info: Option<TokenUsageInfo>,
}

/// A `token_count` in its usual form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualCount<'a> {
    /// The latest usage and the running total, or `None` if only rate limits are reported.
    pub vectors: Option<(TokenUsage, TokenUsage)>,
    /// What follows them in the line.
    pub rest: &'a [u8],
}

impl TokenCountEvent {
    /// Reads a payload in the form that every Codex version writes, by position and without a JSON
    /// parser: half of what a report reads are these lines. `None` means any other form, which
    /// then is for the parser.
    ///
    /// `payload` is the rest of the line. What follows the vectors is not looked at, except
    /// that the line must have its end.
    pub fn from_usual_form(payload: &[u8]) -> Option<UsualCount<'_>> {
        let rest = payload.strip_prefix(b"{\"type\":\"token_count\",\"info\":")?;
        if !payload.ends_with(b"}}") {
            return None;
        }
        if rest.starts_with(b"null,") || rest.starts_with(b"null}") {
            return Some(UsualCount { vectors: None, rest });
        }
        let (total, rest) = usage_in_usual_form(rest.strip_prefix(b"{\"total_token_usage\":")?)?;
        let (last, rest) = usage_in_usual_form(rest.strip_prefix(b",\"last_token_usage\":")?)?;
        matches!(rest.first(), Some(b',' | b'}')).then_some(UsualCount { vectors: Some((last, total)), rest })
    }
}

fn usage_in_usual_form(json: &[u8]) -> Option<(TokenUsage, &[u8])> {
    let (input_tokens, rest) = digits(json.strip_prefix(b"{\"input_tokens\":")?)?;
    let (cached_input_tokens, mut rest) = digits(rest.strip_prefix(b",\"cached_input_tokens\":")?)?;
    let mut cache_write_input_tokens = 0;
    if let Some(written) = rest.strip_prefix(b",\"cache_write_input_tokens\":") {
        (cache_write_input_tokens, rest) = digits(written)?;
    }
    let (output_tokens, rest) = digits(rest.strip_prefix(b",\"output_tokens\":")?)?;
    let (reasoning_output_tokens, rest) = digits(rest.strip_prefix(b",\"reasoning_output_tokens\":")?)?;
    let (total_tokens, rest) = digits(rest.strip_prefix(b",\"total_tokens\":")?)?;
    let usage = TokenUsage {
        input_tokens,
        cached_input_tokens,
        cache_write_input_tokens,
        output_tokens,
        reasoning_output_tokens,
        total_tokens,
    };
    Some((usage, rest.strip_prefix(b"}")?))
}

/// A whole number of at most 15 digits, which is below [`Count::MAX`], and what follows it.
fn digits(json: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut length = 0;
    while let Some(digit @ b'0'..=b'9') = json.get(length) {
        value = value * 10 + u64::from(digit - b'0');
        length += 1;
        if length > 15 {
            return None;
        }
    }
    let valid = length == 1 || (length > 1 && json.first() != Some(&b'0'));
    valid.then(|| (value, &json[length..]))
}

/// Running and latest usage of a thread, as its writer knew them at that moment.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenUsageInfo {
    /// The writer's running total. It restarts, falls and is overwritten: never use it alone.
    pub total_token_usage: WireUsage,
    /// Usage of the latest response, or an estimate of the context.
    pub last_token_usage: WireUsage,
}

/// Payload of a `token_usage_record` line: one completed response (since 0.153).
#[derive(Debug, Deserialize)]
pub struct TokenUsageRecord<'a> {
    /// The thread that was billed. A copied record keeps its parent's id.
    #[serde(borrow, default)]
    pub thread_id: Option<Cow<'a, str>>,
    /// The turn that was billed; its `turn_context` names the model.
    #[serde(borrow, default)]
    pub turn_id: Option<Cow<'a, str>>,
    /// The server's id of the response: the record's identity within its thread.
    #[serde(borrow, default)]
    pub response_id: Option<Cow<'a, str>>,
    /// What the response used.
    #[serde(default)]
    pub usage: Option<WireUsage>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_null_counts_are_zero_but_damaged_ones_spoil_the_vector() {
        let usage = |json| serde_json::from_str::<WireUsage>(json).unwrap().valid();
        assert_eq!(usage("{}"), Some(TokenUsage::default()));
        assert_eq!(usage(r#"{"input_tokens":3,"total_tokens":null,"new":[1]}"#).unwrap().input_tokens, 3);
        assert_eq!(usage(r#"{"input_tokens":3,"output_tokens":-1}"#), None);
    }

    #[test]
    fn the_usual_form_reads_as_the_parser_does() {
        let vector = r#"{"input_tokens":1200,"cached_input_tokens":0,"cache_write_input_tokens":7,"output_tokens":30,"reasoning_output_tokens":10,"total_tokens":1230}"#;
        let check = |payload: &str, is_usual: bool| {
            let rest_of_line = format!("{payload}}}");
            let fast = TokenCountEvent::from_usual_form(rest_of_line.as_bytes());
            assert_eq!(fast.is_some(), is_usual, "{payload}");
            if let Some(UsualCount { vectors: fast, .. }) = fast {
                let slow: TokenCountEvent = serde_json::from_str(payload).unwrap();
                let slow = slow
                    .info
                    .map(|info| (info.last_token_usage.valid().unwrap(), info.total_token_usage.valid().unwrap()));
                assert_eq!(fast, slow, "{payload}");
            }
        };
        let older = vector.replace(r#""cache_write_input_tokens":7,"#, "");
        check(
            &format!(r#"{{"type":"token_count","info":{{"total_token_usage":{vector},"last_token_usage":{older}}}}}"#),
            true,
        );
        check(
            &format!(
                r#"{{"type":"token_count","info":{{"total_token_usage":{older},"last_token_usage":{vector},"model_context_window":1}},"rate_limits":null}}"#
            ),
            true,
        );
        check(r#"{"type":"token_count","info":null}"#, true);
        check(r#"{"type":"token_count","info":null,"rate_limits":{}}"#, true);
        for (from, to) in [
            ("1200", "-1"),
            ("1200", "01"),
            ("1200", "1.5"),
            ("1200", "9999999999999999"),
            ("input_tokens", "x"),
            (",", ", "),
        ] {
            let odd = vector.replacen(from, to, 1);
            check(
                &format!(
                    r#"{{"type":"token_count","info":{{"total_token_usage":{odd},"last_token_usage":{vector}}}}}"#
                ),
                false,
            );
        }
        assert_eq!(TokenCountEvent::from_usual_form(br#"{"type":"token_count","info":null,"rate_lim"#), None);
    }

    #[test]
    fn subtraction_fails_when_any_part_falls() {
        let small = TokenUsage { input_tokens: 1, total_tokens: 5, ..Default::default() };
        let large = TokenUsage { input_tokens: 2, total_tokens: 7, ..Default::default() };
        assert_eq!(
            large.checked_sub(&small),
            Some(TokenUsage { input_tokens: 1, total_tokens: 2, ..Default::default() })
        );
        assert_eq!(small.checked_sub(&large), None);
        assert_eq!(small + large.checked_sub(&small).unwrap(), large);
    }

    #[test]
    fn a_fractional_rate_limit_beside_the_counts_does_no_harm() {
        let json = r#"{"type":"token_count","info":{"last_token_usage":{"input_tokens":1}},"rate_limits":{"primary":{"used_percent":12.5}}}"#;
        let event: TokenCountEvent = serde_json::from_str(json).unwrap();
        assert_eq!(event.info.unwrap().last_token_usage.valid().unwrap().input_tokens, 1);
    }
}
