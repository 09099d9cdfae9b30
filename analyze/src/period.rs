//! Days: which one a moment belongs to in a zone, and which ones a person means.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// A day that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a day")]
pub struct DayError(String);

/// Reads a day as people type it: `2026-11-01`, `20261101`, `today`, `yesterday`, or `7d` for
/// seven days before `today`.
pub fn parse_day(text: &str, today: Date) -> Result<Date, DayError> {
    let error = || DayError(text.to_owned());
    let before = |days: i64| today.checked_sub(Span::new().try_days(days).map_err(|_| error())?).map_err(|_| error());
    match text {
        "today" => return Ok(today),
        "yesterday" => return before(1),
        _ => {}
    }
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return before(i64::from(days));
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        8 if digits => Date::strptime("%Y%m%d", text).map_err(|_| error()),
        10 if !digits => text.parse().map_err(|_| error()),
        _ => Err(error()),
    }
}

/// Days of a zone, looked up fast for moments that lie close together.
#[derive(Debug)]
pub(crate) struct Calendar {
    zone: TimeZone,
    /// The quarter of an hour that was asked for last. No zone changes its day within one.
    latest: Option<(i64, Date)>,
}

const QUARTER: i64 = 15 * 60 * 1000;

impl Calendar {
    /// The calendar of a zone.
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self { zone, latest: None }
    }

    /// The day of a moment, Unix milliseconds; `None` outside the years −9999 to 9999.
    pub(crate) fn day(&mut self, millis: i64) -> Option<Date> {
        let quarter = millis.div_euclid(QUARTER);
        if let Some((known, day)) = self.latest
            && known == quarter
        {
            return Some(day);
        }
        let day = self.zone.to_datetime(Timestamp::from_millisecond(millis).ok()?).date();
        self.latest = Some((quarter, day));
        Some(day)
    }
}

/// The Monday of a day's week.
pub(crate) fn week(day: Date) -> Date {
    let days = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(days.days()).unwrap_or(day)
}

/// A day as a number that sorts and groups, and back.
pub(crate) fn day_number(day: Date) -> i32 {
    i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())
}

/// `2026-11-01` for the number of that day.
pub(crate) fn day_text(number: i32) -> String {
    format!("{:04}-{:02}-{:02}", number / 10_000, number / 100 % 100, number % 100)
}

/// `2026-11` for the number of that month.
pub(crate) fn month_text(number: i32) -> String {
    format!("{:04}-{:02}", number / 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_type_them() {
        let today = Date::constant(2026, 11, 20);
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(parse_day(text, today).ok().map(|day| day.to_string()).as_deref(), want, "{text}");
        };
        check("2026-11-01", Some("2026-11-01"));
        check("20261101", Some("2026-11-01"));
        check("today", Some("2026-11-20"));
        check("yesterday", Some("2026-11-19"));
        check("7d", Some("2026-11-13"));
        check("20261301", None);
        check("2026-1-1", None);
        check("soon", None);
        check("99999999999d", None);
        check("", None);
    }

    #[test]
    fn a_day_is_the_zones_own() {
        let mut utc = Calendar::new(TimeZone::UTC);
        let mut berlin = Calendar::new(TimeZone::get("Europe/Berlin").unwrap());
        let late = 1_780_356_600_000; // 2026-06-01T23:30:00Z
        assert_eq!(utc.day(late).unwrap().to_string(), "2026-06-01");
        assert_eq!(utc.day(late + 31 * 60_000).unwrap().to_string(), "2026-06-02");
        assert_eq!(berlin.day(late).unwrap().to_string(), "2026-06-02");
        assert_eq!(week(Date::constant(2026, 11, 20)), Date::constant(2026, 11, 16));
        assert_eq!(day_text(day_number(Date::constant(2026, 1, 2))), "2026-01-02");
    }
}
