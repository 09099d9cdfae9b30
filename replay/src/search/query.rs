//! What is searched for: a pattern, where in a thread, and how much of the text around it is wanted.
//!
//! One regular expression decides about a match, literals included, so that case and word borders
//! mean the same for both. Refuses patterns that match everything by being empty.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use super::hit::Scope;
use super::prefilter::{Prefilter, longest_run};

/// How upper and lower case are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// Only if the pattern has an upper-case letter.
    #[default]
    Smart,
    /// Always.
    Sensitive,
    /// Never.
    Insensitive,
}

/// What comes with a pattern.
#[derive(Clone, Debug)]
pub struct QueryOptions {
    /// Whether the pattern is a regular expression; `^` and `$` stand for the borders of lines.
    pub regex: bool,
    /// How upper and lower case are told apart.
    pub case: Case,
    /// Whether only whole words match.
    pub word: bool,
    /// Where to look.
    pub scopes: Vec<Scope>,
    /// Lines of text before a line that matches.
    pub before: usize,
    /// Lines of text after a line that matches.
    pub after: usize,
    /// Longest line of text, in characters; a longer one is cut around its first match.
    pub max_width: usize,
    /// Most hits of one file.
    pub max_count: usize,
}

impl Default for QueryOptions {
    fn default() -> Self {
        Self {
            regex: false,
            case: Case::default(),
            word: false,
            scopes: Scope::DEFAULT.to_vec(),
            before: 0,
            after: 0,
            max_width: 200,
            max_count: usize::MAX,
        }
    }
}

/// Why there can be no such query.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// There is nothing to look for.
    #[error("an empty query matches everything")]
    Empty,
    /// The regular expression is none.
    #[error("{0}")]
    Syntax(Box<regex_syntax::Error>),
    /// The regular expression is too large.
    #[error(transparent)]
    Regex(#[from] regex::Error),
}

/// What is searched for, made ready.
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) regex: Regex,
    pub(super) prefilter: Prefilter,
    pub(super) options: QueryOptions,
}

impl Query {
    /// Makes a query of a pattern.
    pub fn new(pattern: &str, options: QueryOptions) -> Result<Self, QueryError> {
        if pattern.is_empty() {
            return Err(QueryError::Empty);
        }
        let any_case = match options.case {
            Case::Smart => !has_upper_case(pattern, options.regex),
            Case::Sensitive => false,
            Case::Insensitive => true,
        };
        // The pattern is parsed as it was typed, so that an error names its place there.
        let (expression, prefilter) = if options.regex {
            let syntax = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern);
            let syntax = syntax.map_err(|error| QueryError::Syntax(Box::new(error)))?;
            (pattern.to_owned(), Prefilter::new(required(&syntax), any_case))
        } else {
            (regex::escape(pattern), Prefilter::new(pattern, any_case))
        };
        let expression =
            if options.word { format!(r"\b{{start-half}}(?:{expression})\b{{end-half}}") } else { expression };
        let regex = RegexBuilder::new(&expression).case_insensitive(any_case).multi_line(true).build()?;
        Ok(Self { regex, prefilter, options })
    }

    /// The matches in a text, by their bytes. One that is empty marks nothing and is none.
    pub(super) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        self.regex.find_iter(text).map(|found| (found.start(), found.end())).filter(|(start, end)| start < end)
    }
}

/// The longest run of characters that every match holds; the empty one if none is known.
fn required(syntax: &Hir) -> &str {
    match syntax.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map_or("", longest_run),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().map(required).max_by_key(|run| run.len()).unwrap_or_default(),
        _ => "",
    }
}

/// Whether a pattern has an upper-case letter that stands for itself, unlike that of `\S`.
fn has_upper_case(pattern: &str, regex: bool) -> bool {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if regex && character == '\\' {
            let class = characters.next();
            if matches!(class, Some('p' | 'P')) && characters.next() == Some('{') {
                characters.by_ref().find(|character| *character == '}');
            }
        } else if character.is_uppercase() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(pattern: &str) -> Result<Query, QueryError> {
        Query::new(pattern, QueryOptions { regex: true, ..QueryOptions::default() })
    }

    #[test]
    fn upper_case_in_a_pattern_makes_it_sensitive() {
        assert!(has_upper_case("Über", false) && has_upper_case(r"\S", false) && has_upper_case(r"\SA", true));
        assert!(!has_upper_case("über", false) && !has_upper_case(r"\S+\p{Lu}\PL", true));
        assert!(regex("a.c").unwrap().regex.is_match("ABC"));
        assert!(!regex("a.C").unwrap().regex.is_match("ABC"));
    }

    #[test]
    fn what_every_match_holds_is_known() {
        let check = |pattern: &str, want: &str| {
            assert_eq!(required(&regex_syntax::parse(pattern).unwrap()), want, "{pattern}");
        };
        check(r"error\[E\d+\]", "error[E");
        check(r"(fn )+main\(.*\)", "main(");
        check(r"\bword\b", "word");
        check(r"a|b", "");
        check(r"(long literal)?x", "x");
        check("(?i)ab", "");
    }

    #[test]
    fn a_bad_pattern_is_refused_with_its_place() {
        assert!(matches!(Query::new("", QueryOptions::default()), Err(QueryError::Empty)));
        let error = regex("a(b").unwrap_err().to_string();
        assert!(error.contains("a(b\n     ^") && error.contains("unclosed group"), "{error}");
        assert!(matches!(regex(r"\w{999}{999}"), Err(QueryError::Regex(_))));
    }

    #[test]
    fn words_are_whole() {
        let word = Query::new("c++", QueryOptions { word: true, ..QueryOptions::default() }).unwrap();
        assert_eq!(word.matches("c++ xc++ C++").collect::<Vec<_>>(), [(0, 3), (9, 12)]);
    }
}
