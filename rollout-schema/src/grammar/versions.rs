//! Which Codex versions know a shape.
//!
//! A version stands here by its minor number: 0.145.0 is 145. The table holds every version that
//! prints a schema of its own (0.116 to 0.169), and one entry for all that came before them.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Bound, Not, RangeBounds};

use schemars::Schema;

/// Minor numbers of the versions that are told apart; 0 stands for all before 0.116.
const TABLE: [u16; 50] = [
    0, 116, 117, 118, 120, 121, 122, 123, 124, 125, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140,
    141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163,
    164, 165, 166, 169,
];

/// A set of Codex versions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Versions(u64);

impl Versions {
    /// No version.
    pub const NONE: Self = Self(0);
    /// Every version.
    pub const ALL: Self = Self((1 << TABLE.len()) - 1);

    /// The versions whose minor number is in `range`.
    pub fn minors(range: impl RangeBounds<u16>) -> Self {
        let bit = |(at, minor): (usize, &u16)| u64::from(range.contains(minor)) << at;
        Self(TABLE.iter().enumerate().map(bit).sum())
    }

    /// Whether it is every version.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Whether it is no version.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The first and the last version of each stretch.
    fn stretches(self) -> Vec<(u16, u16)> {
        let mut stretches: Vec<(u16, u16)> = Vec::new();
        let mut open = false;
        for (at, minor) in TABLE.iter().enumerate() {
            let inside = self.0 >> at & 1 == 1;
            match stretches.last_mut() {
                Some(last) if inside && open => last.1 = *minor,
                _ if inside => stretches.push((*minor, *minor)),
                _ => {}
            }
            open = inside;
        }
        stretches
    }
}

impl BitOr for Versions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Versions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Versions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Versions {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0 & Self::ALL.0)
    }
}

impl fmt::Debug for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Versions {
    /// `0.145 to 0.169`, `before 0.116`, `every version`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("every version");
        }
        if self.is_none() {
            return f.write_str("no version");
        }
        for (at, (first, last)) in self.stretches().into_iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            match (first, last) {
                (0, 0) => write!(f, "{comma}before 0.116")?,
                (0, last) => write!(f, "{comma}up to 0.{last}")?,
                (first, last) if first == last => write!(f, "{comma}0.{first}")?,
                (first, last) => write!(f, "{comma}0.{first} to 0.{last}")?,
            }
        }
        Ok(())
    }
}

/// What is known about the versions of a member, a variant or a name.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    since: Option<u16>,
    until: Option<u16>,
    required: Option<(Option<u16>, Option<u16>)>,
    documented: bool,
}

impl Default for Known {
    fn default() -> Self {
        Self { since: None, until: None, required: None, documented: true }
    }
}

fn bounds(range: impl RangeBounds<u16>) -> (Option<u16>, Option<u16>) {
    let bound = |bound: Bound<&u16>| match bound {
        Bound::Included(minor) | Bound::Excluded(minor) => Some(*minor),
        Bound::Unbounded => None,
    };
    (bound(range.start_bound()), bound(range.end_bound()))
}

impl Known {
    /// Known in these versions only.
    pub(crate) fn during(mut self, range: impl RangeBounds<u16>) -> Self {
        (self.since, self.until) = bounds(range);
        self
    }

    /// Optional on the whole, but these versions require it.
    pub(crate) fn required(mut self, range: impl RangeBounds<u16>) -> Self {
        self.required = Some(bounds(range));
        self
    }

    /// On the wire, yet in no version's own schema.
    pub(crate) fn wire_only() -> Self {
        Self { documented: false, ..Self::default() }
    }

    /// Adds the description and the versions to a schema.
    pub(crate) fn annotate(&self, mut schema: Schema, doc: &str) -> Schema {
        if schema.as_bool() == Some(true) {
            schema = Schema::default();
        }
        let doc = doc.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let mut note = |key: &str, minor: Option<u16>| {
            if let Some(minor) = minor {
                schema.insert(key.to_owned(), format!("0.{minor}.0").into());
            }
        };
        note("x-since", self.since);
        note("x-until", self.until);
        if let Some((since, until)) = self.required {
            note("x-required-since", since.or(Some(0)));
            note("x-required-until", until);
        }
        if !self.documented {
            schema.insert("x-undocumented".to_owned(), true.into());
        }
        if !doc.trim().is_empty() {
            schema.insert("description".to_owned(), doc.trim().into());
        }
        schema
    }
}

/// What a declaration says about versions: `[145..]`, `[..=132]`, `[wire]`, `required [..=132]`.
macro_rules! known {
    () => { $crate::grammar::Known::default() };
    ([wire]) => { $crate::grammar::Known::wire_only() };
    ($([$($range:tt)+])? required [$($needed:tt)+]) => {
        $crate::grammar::known!($([$($range)+])?).required($($needed)+)
    };
    ([$($range:tt)+]) => { $crate::grammar::Known::default().during($($range)+) };
}
pub(crate) use known;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_versions_are_told_in_words() {
        let check = |versions: Versions, text: &str| assert_eq!(versions.to_string(), text);
        check(Versions::minors(145..), "0.145 to 0.169");
        check(Versions::minors(..=132), "up to 0.132");
        check(!Versions::minors(117..=150), "up to 0.116, 0.151 to 0.169");
        check(Versions::minors(141..=141), "0.141");
        check(Versions::minors(..), "every version");
        check(!Versions::ALL, "no version");
        assert_eq!(Versions::ALL & Versions::minors(116..), Versions::minors(116..));
    }
}
