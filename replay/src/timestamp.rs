//! Times as they stand in rollouts: UTC with milliseconds, or something older and odder.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};

/// Unix milliseconds of a line's `timestamp`, and whether it had the usual form.
///
/// The usual form is `2026-01-02T03:04:05.678Z`. Also read, and reported as odd: any other RFC
/// 3339 form, a date and time without zone (UTC, as every writer of the format means it), and
/// Unix seconds or milliseconds. `json` is the raw JSON value, quotes included.
pub fn parse_timestamp(json: &[u8]) -> Option<(i64, bool)> {
    if let Some(millis) = usual_form(json) {
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

/// `"YYYY-MM-DDTHH:MM:SS.mmmZ"`, by position: tens of thousands of lines have exactly this form.
fn usual_form(json: &[u8]) -> Option<i64> {
    let b: &[u8; 26] = json.try_into().ok()?;
    let punctuation = [(0, b'"'), (5, b'-'), (8, b'-'), (11, b'T'), (14, b':'), (17, b':'), (20, b'.'), (24, b'Z'), (25, b'"')];
    if punctuation.iter().any(|&(at, byte)| b[at] != byte) {
        return None;
    }
    let number = |from: usize, to: usize| {
        b[from..to].iter().try_fold(0i32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i32::from(digit - b'0')))
    };
    let small = |from: usize| i8::try_from(number(from, from + 2)?).ok();
    let year = i16::try_from(number(1, 5)?).ok()?;
    let date = jiff::civil::Date::new(year, small(6)?, small(9)?).ok()?;
    let (hour, minute, second) = (small(12)?, small(15)?, small(18)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = i64::from(date.since(jiff::civil::Date::constant(1970, 1, 1)).ok()?.get_days());
    let seconds = ((days * 24 + i64::from(hour)) * 60 + i64::from(minute)) * 60 + i64::from(second);
    Some(seconds * 1000 + i64::from(number(21, 24)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_usual_and_odd_times() {
        let check = |json: &str, want: Option<(i64, bool)>| assert_eq!(parse_timestamp(json.as_bytes()), want, "{json}");
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
