//! Whether Codex goes on with a thread: the rules that say it does not, asked of the files that hold the thread.
//!
//! Decides nothing anew: each reason is a finding of a rule, as `validate` lists it.

use std::path::Path;
use std::sync::Arc;

use super::finding::FileFindings;
use super::levels::{Level, Levels};
use super::{Options, file, store};
use crate::chain::Chain;
use crate::rule::Rule;
use crate::scan::{Silent, scan};

/// Findings of which the words are kept. More are as many reasons again.
const KEPT: usize = 256;

/// Why Codex does not go on with a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file that it refuses.
    pub path: Arc<Path>,
    /// The rule that says so.
    pub rule: Rule,
    /// What was found in the file.
    pub message: String,
}

/// Why Codex refuses to go on with the thread whose lines `chain` hands out: the first reason by the order of the
/// rules, or `None` if it does go on. Reads all files of the chain, on rayon's current pool.
pub fn refusal(chain: &Chain) -> Option<Refusal> {
    let current = Arc::clone(&chain.pieces.last()?.file.path);
    let mut files: Vec<_> = chain.pieces.iter().map(|piece| piece.file.clone()).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    let mut levels = Levels::default();
    for rule in Rule::ALL.iter().filter(|rule| !refuses_file(**rule) && !refuses_line(**rule)) {
        levels.set(*rule, Level::Allow);
    }
    // What a legacy file and a paginated one are refused for is not known before they are read.
    levels.set(Rule::InvalidUtf8, Level::Deny);
    let options = Options { levels: &levels, keep: KEPT, snippets: false, schema: None };
    let judged = scan(&files, |reader, file| file::judge(reader, file, options, &Silent));
    let (mut findings, facts): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    store::judge(&files, &facts, &mut findings, options);
    let of_file = |(found, is_paginated): (&FileFindings, bool)| {
        // A base is read up to where it is left: what its end is like does not matter.
        let is_base = found.path != current;
        let refuses = |rule: &&Rule| match **rule {
            rule if is_base => rule == Rule::MissingBase && found.counts.of(rule) > 0,
            // A legacy file is read as one text, a paginated one line by line.
            Rule::InvalidUtf8 => !is_paginated && found.counts.of(Rule::InvalidUtf8) > 0,
            // Lines that no version reads are passed over. The first one tells whose file it is.
            rule if refuses_line(rule) => found.findings.iter().any(|found| found.rule == rule && found.line == 1),
            rule => refuses_file(rule) && found.counts.of(rule) > 0,
        };
        let rule = *Rule::ALL.iter().find(refuses)?;
        let words = found.findings.iter().find(|finding| finding.rule == rule).map(|finding| &finding.message);
        let message = words.map_or_else(|| rule.title().to_owned(), Clone::clone);
        Some(Refusal { path: Arc::clone(&found.path), rule, message })
    };
    findings.iter().zip(facts.iter().map(|facts| facts.is_paginated)).find_map(of_file)
}

/// Whether a finding of the rule, anywhere in a file, means that Codex refuses it.
fn refuses_file(rule: Rule) -> bool {
    use Rule::{ByteOrderMark, EmptyFile, FirstLine, MissingBase, NotLoaded, NotResumable, Unreadable};
    matches!(rule, ByteOrderMark | EmptyFile | FirstLine | MissingBase | NotLoaded | NotResumable | Unreadable)
}

/// Whether a finding of the rule means that Codex passes over the line.
fn refuses_line(rule: Rule) -> bool {
    use Rule::{DuplicateMember, MissingMember, OutOfRange, UnexpectedMember, WrongType};
    matches!(rule, DuplicateMember | MissingMember | OutOfRange | UnexpectedMember | WrongType)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::RolloutFile;

    fn chain(name: &str, text: &[u8]) -> Chain {
        Chain::of_file(RolloutFile::memory(name, Box::leak(text.to_vec().into_boxed_slice())))
    }

    #[test]
    fn each_reason_is_a_finding_of_its_rule() {
        const NAME: &str =
            "h/sessions/2026/01/01/rollout-2026-01-01T00-00-00-019e8000-0000-7000-8000-000000000001.jsonl";
        let line = |kind: &str, payload: &str| {
            format!("{{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"type\":\"{kind}\",\"payload\":{payload}}}\n")
        };
        let meta = |more: &str| {
            let id = r#""id":"019e8000-0000-7000-8000-000000000001","timestamp":"2026-01-01T00:00:00.000Z""#;
            line("session_meta", &format!(r#"{{{id},"cwd":"/srv","originator":"x","cli_version":"0.150.0"{more}}}"#))
        };
        let numbered = |text: String, n: u64| text.replacen('{', &format!("{{\"ordinal\":{n},"), 1);
        let paginated = numbered(meta(r#","source":"cli","history_mode":"paginated""#), 0);
        let legacy = meta(r#","source":"cli""#);
        let message = line("event_msg", r#"{"type":"user_message","message":"hi"}"#);
        let check = |bytes: &[u8], want: Option<Rule>| {
            let refusal = refusal(&chain(NAME, bytes));
            assert_eq!(refusal.as_ref().map(|refusal| refusal.rule), want, "{}", String::from_utf8_lossy(bytes));
            assert!(refusal.is_none_or(|refusal| !refusal.message.is_empty() && *refusal.path == *Path::new(NAME)));
        };
        let bytes = |parts: &[&str]| parts.concat().into_bytes();
        check(&bytes(&[&legacy, &message]), None);
        check(&bytes(&[&paginated, &numbered(message.clone(), 1)]), None);
        check(&bytes(&[&paginated, &message]), Some(Rule::NotResumable));
        check(&bytes(&["\u{feff}", &legacy]), Some(Rule::ByteOrderMark));
        check(b"", Some(Rule::EmptyFile));
        check(&bytes(&[&message, &legacy]), Some(Rule::FirstLine));
        check(&bytes(&[&line("session_meta", r#"{"cwd":"/srv"}"#), &message]), Some(Rule::MissingMember));
        check(&bytes(&[&legacy, &line("event_msg", r#"{"type":"user_message","message":7}"#), &message]), None);
        check(
            b"{\"id\":\"019e8000-0000-7000-8000-000000000001\",\"timestamp\":\"2025-06-01T00:00:00.000Z\"}\n",
            Some(Rule::NotLoaded),
        );
        // A byte that is no text anywhere, even in a line that would be passed over.
        let spoilt = |head: &str| [head.as_bytes(), b"\xff\n", numbered(message.clone(), 1).as_bytes()].concat();
        check(&spoilt(&legacy), Some(Rule::InvalidUtf8));
        check(&spoilt(&paginated), None);
        // The beginning lies in another file.
        let based = r#","source":"cli","history_mode":"paginated","history_base":{"thread_id":"019e8000-0000-7000-8000-0000000000bb","end_ordinal_exclusive":9,"end_byte_offset":900}"#;
        check(&bytes(&[&numbered(meta(based), 9)]), Some(Rule::MissingBase));
        assert_eq!(refusal(&Chain::default()), None);
    }
}
