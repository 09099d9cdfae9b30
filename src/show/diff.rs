//! Counts and signs of a patch, the same in each format.

use replay::turns::{ChangeKind, FileChange};

/// The letter that stands for a change, as version control writes it.
pub(crate) fn letter(change: &FileChange) -> char {
    match change.kind {
        _ if change.moved_to.is_some() => 'R',
        ChangeKind::Add => 'A',
        ChangeKind::Delete => 'D',
        ChangeKind::Update => 'M',
    }
}

/// Lines that are added and removed.
pub(crate) fn counts(change: &FileChange) -> (usize, usize) {
    let count = |sign: char| change.diff.lines().filter(|line| line.starts_with(sign)).count();
    (count('+'), count('-'))
}

/// The file, and where it went.
pub(crate) fn path(change: &FileChange) -> String {
    match &change.moved_to {
        Some(moved_to) => format!("{} → {moved_to}", change.path),
        None => change.path.clone(),
    }
}
