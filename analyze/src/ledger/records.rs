//! Usage records: each billed response once, in its own thread's file where that is there.

use rollout_schema::ThreadId;
use rustc_hash::FxHashSet;

use super::store::Store;
use super::{Decision, Decisions, Gap};
use crate::facts::{Claim, Record, RolloutFacts};
use crate::rule::Verdict;

/// Decides about every record of every file.
///
/// The key is thread and response: servers other than OpenAI's may use a response id again.
pub(crate) fn count_once(rollouts: &[RolloutFacts], store: &Store, decisions: &mut [Decisions], gaps: &mut Vec<Gap>) {
    let mut seen: FxHashSet<(Option<ThreadId>, Box<str>)> = FxHashSet::default();
    // A thread's own file first, so that a copy elsewhere is the copy; twins last.
    for pass in [Pass::Own, Pass::Copied, Pass::Twin] {
        for (index, rollout) in rollouts.iter().enumerate() {
            if !rollout.candidates.has_records() {
                continue;
            }
            for (position, candidate) in rollout.candidates.iter().enumerate() {
                let Claim::Record(Record { thread_id, response_id, usage }) = candidate.claim else { continue };
                let is_own = thread_id.is_none() || thread_id == rollout.identity.thread_id;
                if pass != Pass::of(is_own, store.twin_of(index).is_some()) {
                    continue;
                }
                let billed = thread_id.or_else(|| rollout.identity.thread_id.clone());
                // A record without response id cannot be recognised again: it stands for itself.
                let is_new = response_id.is_none_or(|id| seen.insert((billed.clone(), id)));
                let decision = match (is_new, usage, pass) {
                    (_, None, _) => Decision::refuse(Verdict::Unreadable),
                    (false, _, Pass::Own) => Decision::refuse(Verdict::DuplicateRecord),
                    (false, _, Pass::Copied) => Decision::refuse(Verdict::Copied),
                    (false, _, Pass::Twin) => Decision::refuse(Verdict::Twin),
                    (true, usage, _) if is_own => Decision::new((Verdict::UsageRecord, usage)),
                    (true, usage, _) => {
                        if let Some(ancestor) = &billed
                            && store.files_of(ancestor).is_empty()
                        {
                            gaps.push(Gap::MissingAncestor { rollout: index, ancestor: ancestor.clone() });
                        }
                        Decision { verdict: Verdict::CopyOfMissing, usage, billed }
                    }
                };
                decisions[index].replace(position, decision);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Own,
    Copied,
    Twin,
}

impl Pass {
    fn of(is_own: bool, is_twin: bool) -> Self {
        match (is_own, is_twin) {
            (_, true) => Self::Twin,
            (true, false) => Self::Own,
            (false, false) => Self::Copied,
        }
    }
}
