//! Copied beginnings: which leading lines of a file are an ancestor's.
//!
//! Forks in legacy mode and sub-agents up to 0.140 copy their parent's lines, usage included, with
//! new timestamps. A line is a copy when the ancestor has the same numbers in the same order, in
//! the same turn, from before the fork. Where the ancestor's file is gone, the ids of turns tell:
//! they are older than the fork.

use rollout_schema::ThreadId;
use rustc_hash::FxHashMap;

use super::Gap;
use super::store::Store;
use crate::facts::{Candidate, Claim, Record, RolloutFacts, Turn};
use crate::rule::Verdict;

/// How long writing a copied history may take, in milliseconds. Used only for files without turn
/// ids (before 0.104) whose parent is missing, which are reported as incomplete in any case.
const COPYING: i64 = 1000;

/// Where a line of a file comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    /// The file's own thread wrote it.
    Own,
    /// Copied; it is counted where it was copied from.
    Copied(Verdict),
    /// Copied from a thread whose file is missing, and in no other file.
    CopiedFromMissing(ThreadId),
}

/// The origins of the leading lines of one file; all others are its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copies(Vec<Origin>);

impl Copies {
    /// The origin of a candidate.
    pub(crate) fn origin(&self, candidate: usize) -> &Origin {
        self.0.get(candidate).unwrap_or(&Origin::Own)
    }
}

/// Finds the copied lines of every file.
///
/// Files without ancestors, which are most, cost nothing here.
pub(crate) fn copies(rollouts: &[RolloutFacts], store: &Store, gaps: &mut Vec<Gap>) -> Vec<Copies> {
    // Files that hold a copy of a missing thread, for their siblings to compare with.
    let mut stand_ins: FxHashMap<ThreadId, Vec<usize>> = FxHashMap::default();
    let find = |(index, rollout): (usize, &RolloutFacts)| {
        if let Some(twin) = store.twin_of(index) {
            let n_same = same_beginning(rollout, &rollouts[twin], i64::MAX);
            return Copies(vec![Origin::Copied(Verdict::Twin); n_same]);
        }
        if let Some(base) = &rollout.identity.history_base {
            if store.base_file(base).is_none() {
                gaps.push(Gap::MissingAncestor { rollout: index, ancestor: ThreadId::from(&*base.thread_id) });
            }
            return Copies::default(); // a fork by reference holds only its own lines
        }
        let ancestors = ancestor_ids(rollout);
        let of_ancestors = || ancestors.iter().flat_map(|id| store.files_of(id)).copied();
        let missing = ancestors.iter().find(|id| store.files_of(id).is_empty());
        let Some(&nearest) = missing.or(ancestors.first()) else { return Copies::default() };
        let created = rollout.identity.created.unwrap_or(i64::MAX);
        let longest = |files: &mut dyn Iterator<Item = usize>| {
            files.filter(|&file| file != index).map(|file| same_beginning(rollout, &rollouts[file], created)).max()
        };
        let present = longest(&mut of_ancestors());
        let seen = longest(&mut ancestors.iter().filter_map(|id| stand_ins.get(*id)).flatten().copied());
        let n_same = present.max(seen).unwrap_or(0);
        let n_copied = copied_by_age(rollout, present.is_none());
        let mut origins = vec![Origin::Copied(Verdict::Copied); n_same];
        for candidate in rollout.candidates.iter().take(n_copied).skip(n_same) {
            let known = of_ancestors().any(|file| accounts_for(&rollouts[file], &candidate));
            origins.push(if known {
                Origin::Copied(Verdict::Copied)
            } else {
                Origin::CopiedFromMissing(nearest.clone())
            });
        }
        if origins[n_same..].iter().any(|origin| matches!(origin, Origin::CopiedFromMissing(_))) {
            gaps.push(Gap::MissingAncestor { rollout: index, ancestor: nearest.clone() });
            stand_ins.entry(nearest.clone()).or_default().push(index);
        }
        Copies(origins)
    };
    rollouts.iter().enumerate().map(find).collect()
}

/// The threads whose lines a file may begin with, nearest first.
fn ancestor_ids(rollout: &RolloutFacts) -> Vec<&ThreadId> {
    let identity = &rollout.identity;
    let named = identity.forked_from.iter().chain(rollout.ancestors.iter().map(|ancestor| &ancestor.thread_id));
    let mut ids: Vec<&ThreadId> = Vec::new();
    for id in named.chain(&identity.parent) {
        if identity.thread_id.as_ref() != Some(id) && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// How many leading candidates of `file` are, in order, also in `other`, from before `created`.
///
/// Lines in between may be missing: a copy can be filtered, and stops where the fork was made.
fn same_beginning(file: &RolloutFacts, other: &RolloutFacts, created: i64) -> usize {
    let mut rest = other.candidates.cursor();
    let mut n_same = 0;
    for (index, candidate) in file.candidates.iter().enumerate() {
        match &candidate.claim {
            Claim::NoInfo => continue, // says nothing about where it comes from
            Claim::Record(Record { thread_id, .. }) if created != i64::MAX && *thread_id == file.identity.thread_id => {
                break;
            }
            _ => {}
        }
        let is_same = |line: &Candidate| {
            line.claim_eq(&candidate)
                && line.at.is_none_or(|at| at <= created)
                && same_turn(file.turn(&candidate), other.turn(line))
        };
        loop {
            match rest.advance() {
                Some(line) if is_same(line) => break,
                Some(_) => {}
                None => return n_same,
            }
        }
        n_same = index + 1;
    }
    n_same
}

/// Whether two lines can belong to the same turn. Migrated files have made-up turn ids, and older
/// files none: there the prompts are compared.
fn same_turn(a: Option<&Turn>, b: Option<&Turn>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    let real = |turn: &Turn| turn.id.as_ref().is_some_and(|id| id.began().is_some());
    if real(a) && real(b) {
        return a.id == b.id;
    }
    match (a.prompt, b.prompt) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// How many leading candidates are older than the file's own thread.
fn copied_by_age(rollout: &RolloutFacts, parent_is_missing: bool) -> usize {
    let Some(created) = rollout.identity.created else { return 0 };
    let copied_at = rollout.ancestors.first().and_then(|ancestor| ancestor.at);
    let is_older = |candidate: &Candidate| {
        if let Some(inherited) = candidate.inherited {
            return inherited;
        }
        if let Claim::Record(Record { thread_id: Some(id), .. }) = &candidate.claim {
            return rollout.identity.thread_id.as_ref() != Some(id);
        }
        let began = rollout.turn(candidate).and_then(|turn| turn.id.as_ref()?.began());
        match (began, copied_at, candidate.at) {
            (Some(began), ..) => began < created,
            (None, Some(copied_at), Some(at)) => parent_is_missing && at - copied_at <= COPYING,
            _ => false,
        }
    };
    let mut n_copied = 0;
    for (index, candidate) in rollout.candidates.iter().enumerate() {
        match candidate.claim {
            Claim::NoInfo => {}
            _ if is_older(&candidate) => n_copied = index + 1,
            _ => break,
        }
    }
    n_copied
}

/// Whether `file` accounts for a copied line: by the same claim, or by a later total that contains
/// it, if the line itself is lost there.
fn accounts_for(file: &RolloutFacts, copied: &Candidate) -> bool {
    let contains = |line: &Candidate| match (&line.claim, &copied.claim) {
        (Claim::Count(line), Claim::Count(copied)) => {
            line.total.zip(copied.total).is_some_and(|(line, copied)| line.checked_sub(&copied).is_some())
        }
        _ => false,
    };
    file.candidates.iter().any(|line| line.claim_eq(copied) || contains(&line))
}

impl Candidate {
    /// Whether two lines say the same about usage.
    fn claim_eq(&self, other: &Self) -> bool {
        match (&self.claim, &other.claim) {
            (Claim::Count(a), Claim::Count(b)) => (a.last, a.total) == (b.last, b.total),
            (a, b) => a == b,
        }
    }
}
