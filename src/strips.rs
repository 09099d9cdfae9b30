//! What each turn of a thread used: the ledger's facts, laid over the turns that are shown.

use std::collections::{HashMap, HashSet};

use analyze::report::Amounts;
use analyze::{Analysis, Prices};
use anyhow::Context;
use replay::turns::{Turn, outline};
use replay::{Chain, LineReader, Silent};
use rollout_schema::TurnId;

use crate::threads::Selection;
use crate::ui::Ui;

/// The usage of every turn, by its index and sorted by it. Turns that used nothing, or whose usage is an ancestor's that
/// was copied, have none.
pub(crate) fn strips(selection: &Selection, chain: &Chain, ui: &Ui) -> anyhow::Result<Vec<(u32, Amounts)>> {
    let prices = Prices::embedded().context("the embedded price table is damaged")?;
    let (by_id, starts) = places(chain);
    let bar = ui.progress(chain.pieces.iter().map(|piece| piece.file.bytes).sum());
    let analysis = Analysis::of_thread(&selection.store, selection.selected.thread, &bar);
    drop(bar);
    let mut sums = HashMap::new();
    let mut segments = HashSet::new();
    // A file that is kept in part and dropped in part stands in the chain twice.
    for piece in chain.pieces.iter().filter(|piece| segments.insert(piece.segment)) {
        analysis.add_spent(&piece.file.path, &prices, &mut sums, |turn_id, line| {
            let named = turn_id.and_then(|id| by_id.get(id).copied());
            named.or_else(|| {
                // Where turns have no ids, the one that began last before the line.
                let after = starts.partition_point(|(start, _)| *start <= (piece.segment, line));
                Some(starts.get(after.checked_sub(1)?)?.1)
            })
        });
    }
    // A list takes half the room of a map, and there can be very many turns.
    let mut sums: Vec<(u32, Amounts)> = sums.into_iter().collect();
    sums.sort_unstable_by_key(|(index, _)| *index);
    Ok(sums)
}

/// Where a line stands: the file's number, and the line in it.
type Place = (u32, u64);

/// The index of each turn by its id, and by where it begins, in order. No more is kept: there can be
/// very many turns.
fn places(chain: &Chain) -> (HashMap<TurnId, u32>, Vec<(Place, u32)>) {
    let turns = outline(chain, &mut LineReader::default(), &Silent).turns;
    let by_id = turns.iter().map(|turn| (TurnId::from(turn.id.as_str()), turn.index)).collect();
    let start = |turn: &Turn| ((turn.place.segment, turn.place.line), turn.index);
    let mut starts: Vec<(Place, u32)> = turns.iter().map(start).collect();
    starts.sort_unstable();
    (by_id, starts)
}
