//! The running totals of one file: which `token_count` lines are new responses.
//!
//! A writer reports its running total and the latest response. Totals restart, fall, are
//! overwritten, and two writers can interleave in one file; so every counter that was seen is
//! remembered, and a line is judged by the counter it continues.
//!
//! Refuses to know where a history came from: the caller says with which counters it begins.

use rollout_schema::TokenUsage;

use crate::facts::Count;
use crate::rule::Verdict;

/// Counters remembered per file. More than three at once were never seen.
const REMEMBERED: usize = 8;

/// Usage records that no `token_count` has matched yet. A killed process leaves one behind.
const PENDING: usize = 16;

/// One running total.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Running {
    total: TokenUsage,
    last: Option<TokenUsage>,
}

/// The state of one file's counters.
#[derive(Clone, Debug)]
pub(crate) struct Counters {
    /// Most recently used last.
    running: Vec<Running>,
    pending: Vec<TokenUsage>,
    totals_restart: bool,
}

impl Counters {
    /// Counters of a history that begins with this file: the first total starts at zero.
    pub(crate) fn from_zero(totals_restart: bool) -> Self {
        Self { running: vec![Running { total: TokenUsage::default(), last: None }], ..Self::unknown(totals_restart) }
    }

    /// Counters of a history that began elsewhere, at a total that is not known.
    pub(crate) fn unknown(totals_restart: bool) -> Self {
        Self { running: Vec::new(), pending: Vec::new(), totals_restart }
    }

    /// Notes that an inherited history ended at `total`.
    pub(crate) fn inherit(&mut self, total: TokenUsage) {
        self.advance(None, Running { total, last: None });
    }

    /// Notes a usage record, which the next counts will repeat.
    pub(crate) fn record(&mut self, usage: TokenUsage) {
        if self.pending.len() == PENDING {
            self.pending.remove(0);
        }
        self.pending.push(usage);
    }

    /// Judges one line, and says what it adds.
    pub(crate) fn judge(&mut self, count: Count) -> (Verdict, Option<TokenUsage>) {
        let last = count.last.filter(|last| !last.is_total_only());
        let Some(total) = count.total else { return self.judge_by_last(last) };
        let now = Running { total, last };

        // The usual case: the only counter there is goes on by `last`.
        if let (Some(last), [zero, current]) = (last, &mut self.running[..])
            && self.pending.is_empty()
            && zero.total.is_zero()
            && !current.total.is_zero()
            && current.total + last == total
        {
            *current = now;
            return (Verdict::Step, Some(last));
        }
        let current = self.running.last().map(|running| running.total);
        let steps = last.is_some_and(|last| current.is_some_and(|current| total.checked_sub(&current) == Some(last)));
        // A counter that began anew can pass through totals of an older one: going on comes first.
        let same = self.running.iter().rposition(|running| running.total == total);
        if let Some(index) = same.filter(|_| !steps || current == Some(total)) {
            let restarted = self.totals_restart && count.fresh_turn && last == Some(total);
            self.advance(Some(index), now);
            return match count.last {
                _ if restarted => (Verdict::Restart, last),
                Some(last) if last.is_total_only() && !last.is_zero() => (Verdict::Estimate, None),
                _ => (Verdict::Repeat, None),
            };
        }
        if total.is_total_only() && !total.is_zero() {
            self.advance(None, now);
            return (Verdict::Overflow, None);
        }
        let growth = current.and_then(|current| total.checked_sub(&current)).filter(|growth| !growth.is_total_only());
        if let Some(recorded) = last.or(growth)
            && self.settles_record(recorded)
        {
            let continued = self.continued(total, recorded);
            self.advance(continued, now);
            return (Verdict::Recorded, None);
        }
        if let Some(last) = last {
            if let Some(index) = self.continued(total, last) {
                let from_zero = self.running.get(index).is_some_and(|running| running.total.is_zero());
                self.advance(Some(index), now);
                let verdict = if from_zero && current.is_some_and(|current| !current.is_zero()) {
                    Verdict::Restart
                } else {
                    Verdict::Step
                };
                return (verdict, Some(last));
            }
            if total == last {
                self.advance(None, now);
                return (Verdict::Restart, Some(last));
            }
        }
        match (growth, last) {
            (Some(growth), _) => {
                let index = self.running.len().checked_sub(1);
                self.advance(index, now);
                (Verdict::Growth, Some(growth))
            }
            (None, Some(last)) => {
                self.advance(None, now);
                (Verdict::NewCounter, Some(last))
            }
            (None, None) => {
                self.advance(None, now);
                (Verdict::Baseline, None)
            }
        }
    }

    /// Judges a line whose total is damaged. The next readable total settles what it missed.
    fn judge_by_last(&mut self, last: Option<TokenUsage>) -> (Verdict, Option<TokenUsage>) {
        let Some(last) = last else { return (Verdict::Unreadable, None) };
        if self.settles_record(last) {
            return (Verdict::Recorded, None);
        }
        match self.running.last_mut() {
            Some(running) if running.last != Some(last) => {
                running.total += last;
                running.last = Some(last);
                (Verdict::Step, Some(last))
            }
            // It may be a repeat; if not, the next total has grown by it.
            _ => (Verdict::Unreadable, None),
        }
    }

    /// Whether a record that is still open says the same. It and those before it are open no more.
    fn settles_record(&mut self, usage: TokenUsage) -> bool {
        let index = self.pending.iter().position(|pending| *pending == usage);
        self.pending.drain(..index.map_or(0, |index| index + 1));
        index.is_some()
    }

    /// The most recent counter that reaches `total` by adding `last`.
    fn continued(&self, total: TokenUsage, last: TokenUsage) -> Option<usize> {
        self.running.iter().rposition(|running| total.checked_sub(&running.total) == Some(last))
    }

    /// Makes `now` the most recent counter, in place of the one it continues.
    fn advance(&mut self, continued: Option<usize>, now: Running) {
        match continued {
            // The zero that a history began with stays: a restart begins there again.
            Some(index) if self.running.get(index).is_some_and(|running| !running.total.is_zero()) => {
                self.running.remove(index);
            }
            _ if self.running.len() == REMEMBERED => {
                self.running.remove(0);
            }
            _ => {}
        }
        self.running.push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, output: u64) -> TokenUsage {
        TokenUsage { input_tokens: input, output_tokens: output, total_tokens: input + output, ..Default::default() }
    }

    fn only_total(total_tokens: u64) -> TokenUsage {
        TokenUsage { total_tokens, ..Default::default() }
    }

    /// Lines as (last, total), and what each must be judged to be and to add.
    fn check(mut counters: Counters, lines: &[(TokenUsage, TokenUsage, Verdict, Option<TokenUsage>)]) {
        for (index, (last, total, verdict, added)) in lines.iter().enumerate() {
            let got = counters.judge(Count { last: Some(*last), total: Some(*total), fresh_turn: true });
            assert_eq!(got, (*verdict, *added), "line {index}");
        }
    }

    #[test]
    fn steps_repeats_and_estimates() {
        let (a, b) = (usage(100, 10), usage(50, 5));
        check(
            Counters::from_zero(false),
            &[
                (a, a, Verdict::Step, Some(a)),
                (a, a, Verdict::Repeat, None),
                (b, a + b, Verdict::Step, Some(b)),
                (only_total(70), a + b, Verdict::Estimate, None),
                (a, a + b + a, Verdict::Step, Some(a)),
            ],
        );
    }

    #[test]
    fn totals_that_restart_at_a_resume() {
        let (a, b) = (usage(100, 10), usage(50, 5));
        check(
            Counters::from_zero(true),
            &[
                (a, a, Verdict::Step, Some(a)),
                (b, b, Verdict::Restart, Some(b)),
                // The same usage as the only response of the previous process, but a new turn.
                (b, b, Verdict::Restart, Some(b)),
                (a, b + a, Verdict::Step, Some(a)),
                // The whole process again.
                (b, b, Verdict::Restart, Some(b)),
                (a, b + a, Verdict::Step, Some(a)),
                (a, b + a, Verdict::Repeat, None),
            ],
        );
        let mut counters = Counters::from_zero(true);
        let repeat = Count { last: Some(a), total: Some(a), fresh_turn: false };
        assert_eq!(counters.judge(repeat), (Verdict::Step, Some(a)));
        assert_eq!(counters.judge(repeat), (Verdict::Repeat, None));
    }

    #[test]
    fn an_overflow_overwrites_the_total_and_counts_nothing() {
        let a = usage(100, 10);
        let full = only_total(258_400);
        check(
            Counters::from_zero(false),
            &[
                (a, a, Verdict::Step, Some(a)),
                (only_total(258_290), full, Verdict::Overflow, None),
                (a, full + a, Verdict::Step, Some(a)),
            ],
        );
    }

    #[test]
    fn an_incomplete_response_is_the_growth_of_the_total() {
        let (a, b) = (usage(100, 10), usage(50, 5));
        check(
            Counters::from_zero(false),
            &[
                (a, a, Verdict::Step, Some(a)),
                (only_total(0), a + b, Verdict::Growth, Some(b)),
                (a, a + b + a, Verdict::Step, Some(a)),
            ],
        );
    }

    #[test]
    fn two_counters_in_one_file_do_not_disturb_each_other() {
        let (a, b, c) = (usage(1000, 10), usage(50, 5), usage(70, 7));
        check(
            Counters::from_zero(false),
            &[
                (a, a, Verdict::Step, Some(a)),
                (b, b, Verdict::Restart, Some(b)),
                (c, b + c, Verdict::Step, Some(c)),
                (a, a, Verdict::Repeat, None),
                (c, a + c, Verdict::Step, Some(c)),
            ],
        );
    }

    #[test]
    fn an_inherited_total_is_not_counted() {
        let (inherited, a) = (usage(5000, 50), usage(100, 10));
        let mut known = Counters::unknown(false);
        known.inherit(inherited);
        check(known, &[(inherited, inherited, Verdict::Repeat, None), (a, inherited + a, Verdict::Step, Some(a))]);
        check(
            Counters::unknown(false),
            &[(a, inherited + a, Verdict::NewCounter, Some(a)), (a, inherited + a + a, Verdict::Step, Some(a))],
        );
        check(
            Counters::unknown(false),
            &[(only_total(0), inherited, Verdict::Baseline, None), (a, inherited + a, Verdict::Step, Some(a))],
        );
    }

    #[test]
    fn records_are_not_counted_again() {
        let (a, killed, b) = (usage(100, 10), usage(30, 3), usage(50, 5));
        let mut counters = Counters::from_zero(false);
        counters.record(a);
        let count = |last, total| Count { last: Some(last), total: Some(total), fresh_turn: true };
        assert_eq!(counters.judge(count(a, a)).0, Verdict::Recorded);
        counters.record(killed); // its process died before the count was written
        counters.record(b);
        assert_eq!(counters.judge(count(b, a + b)).0, Verdict::Recorded);
        // An incomplete response: no `last`, but the total has grown by the record.
        counters.record(killed);
        assert_eq!(counters.judge(count(only_total(0), a + b + killed)).0, Verdict::Recorded);
        // An older version resumed the file and writes no records.
        assert_eq!(counters.judge(count(b, a + b + killed + b)), (Verdict::Step, Some(b)));
    }

    #[test]
    fn damaged_vectors_are_made_up_for_by_the_next_total() {
        let a = usage(100, 10);
        let mut counters = Counters::from_zero(false);
        let judge = |counters: &mut Counters, last, total| counters.judge(Count { last, total, fresh_turn: true });
        assert_eq!(judge(&mut counters, Some(a), Some(a)), (Verdict::Step, Some(a)));
        assert_eq!(judge(&mut counters, None, None), (Verdict::Unreadable, None));
        assert_eq!(judge(&mut counters, Some(a), Some(a + a + a)), (Verdict::Growth, Some(a + a)));
        assert_eq!(judge(&mut counters, None, Some(a + a + a + a)), (Verdict::Growth, Some(a)));
        let b = usage(7, 1);
        assert_eq!(judge(&mut counters, Some(b), None), (Verdict::Step, Some(b)));
        assert_eq!(judge(&mut counters, Some(b), None), (Verdict::Unreadable, None));
        assert_eq!(judge(&mut counters, Some(b), Some(a + a + a + a + b + b)), (Verdict::Step, Some(b)));
    }
}
