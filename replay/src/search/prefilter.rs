//! Which lines can hold a match at all, by their bytes: nothing is parsed, no match is missed.
//!
//! Of what is searched for, the longest run is taken that stands in JSON as it is, unless somebody
//! escaped its characters without need. So a line is a candidate if it holds the run, or an escape
//! that could stand for a character of it. Codex escapes nothing without need; other writers may.
//!
//! Refuses to say what matches: quotes, control characters and kinds of lines are for the parser.

use memchr::memchr2;
use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

/// Finds candidates.
#[derive(Clone, Debug)]
pub(super) struct Prefilter {
    run: Option<Run>,
    /// Finds `\u`.
    escape: Finder<'static>,
}

/// A run of characters that every match holds.
#[derive(Clone, Debug)]
struct Run {
    finder: RunFinder,
    is_ascii: bool,
}

#[derive(Clone, Debug)]
enum RunFinder {
    /// Finds the run as it is.
    Exact(Box<Finder<'static>>),
    /// Finds the run in any case by a part of it that is found quickly.
    Anchored(Anchored),
    /// Finds the run in any case.
    AnyCase(Regex),
}

impl Prefilter {
    /// A filter for what holds `literal`, in any case if `any_case`. Without any literal, each line
    /// is a candidate.
    pub(super) fn new(literal: &str, any_case: bool) -> Self {
        let run = longest_run(literal);
        let finder = if run.is_empty() {
            None
        } else if any_case {
            Anchored::new(run).map(RunFinder::Anchored).or_else(|| {
                let regex = RegexBuilder::new(&regex::escape(run)).case_insensitive(true).build();
                regex.ok().map(RunFinder::AnyCase)
            })
        } else {
            Some(RunFinder::Exact(Box::new(Finder::new(run).into_owned())))
        };
        let is_ascii = run.is_ascii();
        Self { run: finder.map(|finder| Run { finder, is_ascii }), escape: Finder::new(b"\\u") }
    }

    /// The candidates in `bytes`.
    pub(super) fn cursor<'a>(&'a self, bytes: &'a [u8]) -> Cursor<'a> {
        let run = self.run.as_ref().and_then(|run| run.find(bytes, 0));
        let escape = self.run.as_ref().and_then(|run| self.find_escape(run, bytes, 0));
        Cursor { prefilter: self, bytes, run, escape }
    }

    fn find_escape(&self, run: &Run, bytes: &[u8], mut from: usize) -> Option<usize> {
        while let Some(at) = self.escape.find(&bytes[from..]) {
            from += at + 2;
            if run.may_be_spelled(&bytes[from..]) {
                return Some(from);
            }
        }
        None
    }
}

impl Run {
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.finder {
            RunFinder::Exact(finder) => finder.find(&bytes[from..]).map(|at| from + at),
            RunFinder::Anchored(anchored) => anchored.find(bytes, from),
            RunFinder::AnyCase(regex) => regex.find_at(bytes, from).map(|found| found.start()),
        }
    }

    /// Whether `digits` behind `\u` can stand for a character of the run.
    fn may_be_spelled(&self, digits: &[u8]) -> bool {
        match digits {
            [b'0', b'0', b'2'..=b'7', ..] => true,
            // The long s and the sign of Kelvin are, in any case, ASCII letters.
            [b'0', b'1', b'7', ..] | [b'2', b'1', b'2', ..] => true,
            [b'0', b'0', b'0' | b'1', ..] => false,
            _ => !self.is_ascii,
        }
    }
}

/// An ASCII run in any case, known by a part of it. To look for characters without case, or for one
/// rare letter in both, is several times faster than to look for a word in all of its spellings.
#[derive(Clone, Debug)]
struct Anchored {
    run: Box<[u8]>,
    anchor: Anchor,
    /// Where the anchor stands in the run.
    at: usize,
}

#[derive(Clone, Debug)]
enum Anchor {
    /// Characters without case.
    Caseless(Box<Finder<'static>>),
    /// A letter that is rare in logs.
    Letter(u8),
}

/// Letters that are rare in English and in code, the rarest first.
const RARE: &[u8] = b"zqxjv";

impl Anchored {
    /// `None` if the run has nothing to anchor to. A part of the run will do: `s` and `k` have further
    /// spellings outside ASCII.
    fn new(run: &str) -> Option<Self> {
        let parts = run.split(|c: char| !c.is_ascii() || matches!(c, 's' | 'S' | 'k' | 'K'));
        let run = parts.filter(|part| part.len() > 2).max_by_key(|part| part.len())?.to_ascii_lowercase();
        let caseless = run.split(|c: char| c.is_ascii_alphabetic()).max_by_key(|part| part.trim().len())?;
        let (anchor, at) = if caseless.trim().len() > 2 {
            (Anchor::Caseless(Box::new(Finder::new(caseless).into_owned())), run.find(caseless)?)
        } else {
            let found = |rare: &u8| Some((Anchor::Letter(*rare), run.bytes().position(|byte| byte == *rare)?));
            RARE.iter().find_map(found)?
        };
        Some(Self { run: run.into_bytes().into(), anchor, at })
    }

    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut next = from + self.at;
        loop {
            let rest = bytes.get(next..)?;
            let found = match &self.anchor {
                Anchor::Caseless(finder) => finder.find(rest),
                Anchor::Letter(letter) => memchr2(*letter, letter.to_ascii_uppercase(), rest),
            }?;
            let start = next + found - self.at;
            if bytes.get(start..start + self.run.len()).is_some_and(|text| text.eq_ignore_ascii_case(&self.run)) {
                return Some(start);
            }
            next += found + 1;
        }
    }
}

/// Goes from candidate to candidate, never back.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    prefilter: &'a Prefilter,
    bytes: &'a [u8],
    run: Option<usize>,
    escape: Option<usize>,
}

impl Cursor<'_> {
    /// The next place at or after `from` whose line is a candidate.
    pub(super) fn next(&mut self, from: usize) -> Option<usize> {
        let Some(run) = &self.prefilter.run else {
            return (from < self.bytes.len()).then_some(from);
        };
        if self.run.is_some_and(|at| at < from) {
            self.run = run.find(self.bytes, from);
        }
        if self.escape.is_some_and(|at| at < from) {
            self.escape = self.prefilter.find_escape(run, self.bytes, from);
        }
        match (self.run, self.escape) {
            (Some(run), Some(escape)) => Some(run.min(escape)),
            (run, escape) => run.or(escape),
        }
    }
}

/// The longest run in `literal` of characters that have one usual spelling in a JSON string.
pub(super) fn longest_run(literal: &str) -> &str {
    // Text that is not UTF-8 is searched with replacement characters, which its bytes do not hold.
    let has_spellings = |c: char| matches!(c, '"' | '\\' | '/' | '\u{FFFD}') || c < ' ';
    literal.split(has_spellings).max_by_key(|run| run.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(literal: &str, any_case: bool, line: &str, want: bool) {
        let found = Prefilter::new(literal, any_case).cursor(line.as_bytes()).next(0).is_some();
        assert_eq!(found, want, "{literal:?} in {line}");
    }

    #[test]
    fn runs_have_one_spelling() {
        assert_eq!(longest_run("a \"bc\" d/ef\\ghi\njk"), "ghi");
        assert_eq!(longest_run("say \"naïve\""), "naïve");
        assert_eq!(longest_run("\n\"\\"), "");
    }

    #[test]
    fn each_spelling_makes_a_candidate() {
        check("needle", false, r#"{"text":"a needle"}"#, true);
        check("needle", false, r#"{"text":"a Needle"}"#, false);
        check("needle", true, r#"{"text":"a NEEDLE"}"#, true);
        check("needle", false, r#"{"text":"a n\u0065edle"}"#, true);
        check("needle", false, r#"{"text":"n\u00e9\u001b[0m\u2192"}"#, false);
        check("naïve", false, r#"{"text":"na\u00efve"}"#, true);
        check("naïve", false, r#"{"text":"na\u00EFve"}"#, true);
        check("ask", true, r#"{"text":"a\u017f\u212a"}"#, true);
        check("ask", true, "{\"text\":\"aſ\u{212a}\"}", true);
        check("ab\nc", false, r#"{"text":"bc"}"#, false);
        check("\n", false, r#"{"text":"b"}"#, true);
        check("user", true, r#"{"text":"C:\\User"}"#, true);
        check("needle", true, r#"{"text":"\u00e9 \u2192 n\u0045edle"}"#, true);
        check("needle", true, r#"{"text":"\u00e9 \u2192"}"#, false);
        check("zebra crossing", true, r#"{"text":"a Zebra Crossing"}"#, true);
        check("zebra crossing", true, r#"{"text":"a z, and a zebra"}"#, false);
        check("zoo", true, "Zo", false);
        check("needle-42", true, r#"{"text":"a Needle-42"}"#, true);
        check("needle-42", true, r#"{"text":"a needle-43-42"}"#, false);
        check("fixes", true, "{\"text\":\"FIXEſ\"}", true);
    }
}
