//! Short ids: as much of an id's end as tells it from all others.
//!
//! Ids begin with their time, so that those of one day have their beginnings in common.

use replay::store::Store;

/// The shortest that is shown, in characters.
const SHORTEST: usize = 8;

/// The ids of a store, turned round and sorted.
pub(crate) struct ShortIds(Vec<Vec<u8>>);

impl ShortIds {
    pub(crate) fn new(store: &Store) -> Self {
        let ids = store.threads.iter().map(|thread| &thread.id).chain(&store.unread);
        let mut ids: Vec<Vec<u8>> = ids.map(|id| turned(id.as_str())).collect();
        ids.sort_unstable();
        Self(ids)
    }

    /// The end of an id that no other id has.
    pub(crate) fn short<'a>(&self, id: &'a str) -> &'a str {
        let turned = turned(id);
        let at = self.0.partition_point(|other| *other < turned);
        let known = self.0.get(at) == Some(&turned);
        let neighbours = [at.checked_sub(1), Some(at + usize::from(known))];
        let common = |other: &Vec<u8>| other.iter().zip(&turned).take_while(|(a, b)| a == b).count();
        let common = neighbours.into_iter().flatten().filter_map(|at| self.0.get(at)).map(common).max();
        let length = common.map_or(0, |common| common + 1).max(SHORTEST);
        id.get(id.len().saturating_sub(length)..).unwrap_or(id)
    }
}

fn turned(id: &str) -> Vec<u8> {
    id.bytes().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_as_long_as_they_must_be() {
        let mut ids: Vec<_> =
            ["0190-aaaa-11111111", "0190-bbbb-11111111", "0190-aaaa-22222222", "7"].map(turned).into();
        ids.sort();
        let ids = ShortIds(ids);
        let check = |id: &str, want: &str| assert_eq!(ids.short(id), want);
        check("0190-aaaa-11111111", "a-11111111");
        check("0190-bbbb-11111111", "b-11111111");
        check("0190-aaaa-22222222", "22222222");
        check("7", "7");
        check("not-among-them-2222", "hem-2222");
    }
}
