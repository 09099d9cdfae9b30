//! How far the numbers can be trusted: counts of rules, problems and gaps, with first places.

use std::collections::BTreeMap;

use replay::{Problem, Rule};

use crate::analysis::Analysis;
use crate::ledger::Gap;
use crate::report::{DataQuality, Incomplete, ProblemGroup};

/// Places that are shown per rule.
const PLACES: usize = 5;

/// Counts by a name, with first places.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (u64, Vec<String>)>);

impl Tally {
    fn add(&mut self, name: &'static str, place: impl FnOnce() -> String) {
        let (count, places) = self.0.entry(name).or_default();
        *count += 1;
        if places.len() < PLACES {
            places.push(place());
        }
    }
}

impl Analysis {
    /// What was read, what was decided, and what is missing.
    pub fn data_quality(&self) -> DataQuality {
        let rollouts = &self.ledger.rollouts;
        let (mut counted, mut refused) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
        for decisions in &self.ledger.decisions {
            for (verdict, n) in decisions.tally() {
                let tally = if verdict.counts() { &mut counted } else { &mut refused };
                *tally.entry(verdict.id().to_owned()).or_default() += n;
            }
        }
        let mut incomplete = Tally::default();
        for problem in self.problems() {
            match problem.rule {
                Rule::Unreadable => incomplete.add("unreadable", || format!("{}: {}", problem.place, problem.message)),
                _ if problem.loses_record => incomplete.add("lost-record", || problem.place.to_string()),
                _ => {}
            }
        }
        for gap in &self.ledger.gaps {
            let path = |rollout: usize| rollouts[rollout].file.path.display();
            match gap {
                Gap::NoUsageWritten { rollout } => incomplete.add("no-usage-written", || path(*rollout).to_string()),
                Gap::MissingAncestor { rollout, ancestor } => {
                    incomplete.add("missing-ancestor", || format!("{}: {ancestor}", path(*rollout)));
                }
            }
        }
        DataQuality {
            complete: incomplete.0.is_empty(),
            incomplete: incomplete
                .0
                .into_iter()
                .map(|(reason, (count, places))| Incomplete { reason: reason.to_owned(), count, places })
                .collect(),
            files: rollouts.len() as u64,
            bytes: rollouts.iter().map(|rollout| rollout.extent.bytes).sum(),
            lines: rollouts.iter().map(|rollout| rollout.extent.lines).sum(),
            counted,
            refused,
            problems: group(self.problems()),
        }
    }

    /// Everything that could not be used, in order of place.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.ledger.rollouts.iter().flat_map(|rollout| &rollout.problems))
    }
}

/// Problems by rule, with their first places.
pub(crate) fn group<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<ProblemGroup> {
    let mut groups = Tally::default();
    for problem in problems {
        groups.add(problem.rule.id(), || format!("{}: {}", problem.place, problem.message));
    }
    groups.0.into_iter().map(|(rule, (count, places))| ProblemGroup { rule: rule.to_owned(), count, places }).collect()
}
