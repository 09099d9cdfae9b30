//! Times as they stand in rollouts: UTC with milliseconds, or something older and odder.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A moment, in Unix milliseconds. It is written as `2026-01-02T03:04:05.678Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Times are only made from text that was read as one, so they lie within what can be written.
        let timestamp = Timestamp::from_millisecond(self.0).unwrap_or_default();
        timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "UTC with milliseconds" })
    }
}

/// Unix milliseconds of a line's `timestamp`, and whether it had the usual form.
///
/// The usual form is `2026-01-02T03:04:05.678Z`. Also read, and reported as odd: any other RFC
/// 3339 form, a date and time without zone (UTC, as every writer of the format means it), and
/// Unix seconds or milliseconds. `json` is the raw JSON value, quotes included.
pub fn parse_timestamp(json: &[u8]) -> Option<(i64, bool)> {
    if let Some(millis) = Clock::default().usual_form(json) {
        return Some((millis, true));
    }
    let text = std::str::from_utf8(json).ok()?.trim();
    let Some(text) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        let number: i64 = text.parse().ok()?;
        // Seconds until the year 5138 have at most 11 digits; milliseconds had 12 from 1973 on.
        let millis = if number.abs() < 100_000_000_000 { number.checked_mul(1000)? } else { number };
        return Timestamp::from_millisecond(millis).is_ok().then_some((millis, false));
    };
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some((timestamp.as_millisecond(), false));
    }
    let civil: DateTime = text.parse().ok()?;
    let timestamp = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some((timestamp.as_millisecond(), false))
}

/// Reads many times of one file, most of which fall on the day of the one before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// The date that was read last, as text, and the Unix milliseconds it began at.
    day: Option<([u8; 10], i64)>,
}

impl Clock {
    /// The same as [`parse_timestamp`], faster.
    pub fn parse(&mut self, json: &[u8]) -> Option<(i64, bool)> {
        self.usual_form(json).map_or_else(|| parse_timestamp(json), |millis| Some((millis, true)))
    }

    /// `"YYYY-MM-DDTHH:MM:SS.mmmZ"`, by position: half a million lines have exactly this form.
    fn usual_form(&mut self, json: &[u8]) -> Option<i64> {
        let b: &[u8; 26] = json.try_into().ok()?;
        let punctuation = [(0, b'"'), (11, b'T'), (14, b':'), (17, b':'), (20, b'.'), (24, b'Z'), (25, b'"')];
        if punctuation.iter().any(|&(at, byte)| b[at] != byte) {
            return None;
        }
        let number = |from: usize, to: usize| {
            let digit = |sum: i64, digit: &u8| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'));
            b[from..to].iter().try_fold(0, digit)
        };
        let (hour, minute, second) = (number(12, 14)?, number(15, 17)?, number(18, 20)?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let date: [u8; 10] = b[1..11].try_into().ok()?;
        let start = match self.day {
            Some((known, start)) if known == date => start,
            _ => {
                let start = start_of(&date)?;
                self.day = Some((date, start));
                start
            }
        };
        Some(start + ((hour * 60 + minute) * 60 + second) * 1000 + number(21, 24)?)
    }
}

/// Unix milliseconds at the start of a day written as `YYYY-MM-DD`.
fn start_of(date: &[u8]) -> Option<i64> {
    let date: Date = std::str::from_utf8(date).ok()?.parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_usual_and_odd_times() {
        let mut clock = Clock::default();
        let mut check = |json: &str, want: Option<(i64, bool)>| {
            assert_eq!(parse_timestamp(json.as_bytes()), want, "{json}");
            assert_eq!(clock.parse(json.as_bytes()), want, "{json}");
        };
        check("\"1970-01-01T00:00:01.500Z\"", Some((1500, true)));
        check("\"2026-06-01T10:00:07.123Z\"", Some((1_780_308_007_123, true)));
        check("\"2026-06-01T10:00:07Z\"", Some((1_780_308_007_000, false)));
        check("\"2026-06-01T12:00:07.123+02:00\"", Some((1_780_308_007_123, false)));
        check("\"2026-06-01 10:00:07\"", Some((1_780_308_007_000, false)));
        check("1780308007123", Some((1_780_308_007_123, false)));
        check("1780308007", Some((1_780_308_007_000, false)));
        check("\"2026-13-01T10:00:07.123Z\"", None);
        check("\"yesterday\"", None);
        check("null", None);
        check("", None);
    }
}
