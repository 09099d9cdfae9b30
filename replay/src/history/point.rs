//! Points in a thread: how they are written, and which lines stand before them.
//!
//! A point never means a place that is not there: what lies past the end is an error which names the
//! last one that does not.

use std::fmt;
use std::str::FromStr;

use crate::timestamp::{Time, parse_timestamp};

/// A point in a thread. Turns and messages are counted from 1, after rollbacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Point {
    /// The end.
    #[default]
    End,
    /// Just after this user turn.
    Turn(u64),
    /// Just before this message of the user.
    BeforeUser(u64),
    /// Just after the item with this id, or after the output of the call with this id.
    Item(String),
    /// Just after the line with this ordinal.
    Ordinal(u64),
    /// Just after this line of the file in force.
    Line(u64),
    /// Just before the first line that was written later.
    Time(Time),
    /// Just after this compaction.
    Compaction(u64),
}

/// Why a text is not a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a point in a thread")]
pub struct PointParseError(String);

impl PointParseError {
    /// How points are written.
    pub const HINT: &str =
        "write end, turn:N, before-user:N, item:ID, ordinal:N, line:N, time:2026-01-31T12:00:00Z or compaction:N";
}

impl FromStr for Point {
    type Err = PointParseError;

    fn from_str(text: &str) -> Result<Self, PointParseError> {
        let error = || PointParseError(text.to_owned());
        if text == "end" {
            return Ok(Self::End);
        }
        let (kind, value) = text.split_once(':').ok_or_else(error)?;
        let number = || value.parse::<u64>().map_err(|_| error());
        let counted = || number().and_then(|number| if number == 0 { Err(error()) } else { Ok(number) });
        Ok(match kind {
            "turn" => Self::Turn(counted()?),
            "before-user" => Self::BeforeUser(counted()?),
            "item" if !value.is_empty() => Self::Item(value.to_owned()),
            "ordinal" => Self::Ordinal(number()?),
            "line" => Self::Line(counted()?),
            "time" => {
                let (millis, _) = parse_timestamp(format!("\"{value}\"").as_bytes()).ok_or_else(error)?;
                Self::Time(Time(millis))
            }
            "compaction" => Self::Compaction(counted()?),
            _ => return Err(error()),
        })
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("end"),
            Self::Turn(number) => write!(f, "turn:{number}"),
            Self::BeforeUser(number) => write!(f, "before-user:{number}"),
            Self::Item(id) => write!(f, "item:{id}"),
            Self::Ordinal(number) => write!(f, "ordinal:{number}"),
            Self::Line(number) => write!(f, "line:{number}"),
            Self::Time(time) => write!(f, "time:{time}"),
            Self::Compaction(number) => write!(f, "compaction:{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_as_they_are_read() {
        for text in ["end", "turn:3", "before-user:1", "item:a:b", "ordinal:0", "line:9", "compaction:2"] {
            assert_eq!(text.parse::<Point>().unwrap().to_string(), text);
        }
        assert_eq!("time:2026-01-31T12:00:00Z".parse::<Point>().unwrap().to_string(), "time:2026-01-31T12:00:00.000Z");
        for text in ["", "turn", "turn:0", "turn:-1", "turn:x", "item:", "time:soon", "other:1"] {
            assert!(text.parse::<Point>().is_err(), "{text}");
        }
    }
}
