//! Files that belong together: bases and parents, looked for in the same home.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::thread::FileFacts;
use super::{FileFindings, Options};
use crate::discover::home_of;
use crate::discover::{RolloutFile, discover};
use crate::rule::Rule;

/// Judges what one file says of others.
pub(super) fn judge(files: &[RolloutFile], facts: &[FileFacts], findings: &mut [FileFindings], options: Options<'_>) {
    let mut known: HashMap<String, Option<u64>> = HashMap::new();
    for (file, facts) in files.iter().zip(facts) {
        for id in ids(file) {
            known.insert(id, Some(facts.bytes));
        }
    }
    let mut searched = HashSet::new();
    for ((file, facts), found) in files.iter().zip(facts).zip(findings) {
        if facts.base.is_none() && facts.forked_from.is_none() {
            continue;
        }
        let wanted = [facts.base.as_ref().map(|base| &base.thread_id), facts.forked_from.as_ref()];
        if wanted.iter().flatten().any(|id| !known.contains_key(&***id))
            && let Some(home) = home(&file.path)
            && searched.insert(home.clone())
        {
            // Only some files of the home were given: the others count by their names.
            for file in discover(&[home]).files {
                for id in ids(&file) {
                    known.entry(id).or_insert(None);
                }
            }
        }
        let mut desk = Desk::again(found, options);
        if let Some(base) = &facts.base {
            match known.get(&*base.thread_id) {
                None => {
                    let message = format!("the base {} is not in this home", base.thread_id);
                    desk.find(Rule::MissingBase, 1, 1, || message.clone());
                    desk.find(Rule::NotResumable, 1, 1, || message);
                }
                Some(Some(bytes)) if base.end_byte_offset.is_some_and(|end| end > *bytes) => {
                    let end = base.end_byte_offset.unwrap_or_default();
                    desk.find(Rule::BaseRange, 1, 1, || format!("the base ends at byte {end}, its file at {bytes}"));
                }
                Some(_) => {}
            }
        } else if let Some(parent) = facts.forked_from.as_ref().filter(|id| !known.contains_key(&***id)) {
            desk.find(Rule::MissingParent, 1, 1, || format!("the parent {parent} is not in this home"));
        }
        *found = desk.close();
    }
}

/// The ids by which a file is found.
fn ids(file: &RolloutFile) -> impl Iterator<Item = String> {
    let name = file.name();
    name.rollout_id.or(name.thread_id).into_iter()
}

/// The home that a file lies in.
fn home(path: &Path) -> Option<PathBuf> {
    home_of(&std::path::absolute(path).ok()?).map(Path::to_owned)
}
