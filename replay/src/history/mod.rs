//! The history of a thread: the items that the model sees, at the end or at any earlier point.
//!
//! 1. `checkpoint`: backward from the newest line to the compaction whose replacement history is in
//!    force, past the turns that rollbacks dropped.
//! 2. `fold`: forward from there, item by item; `legacy` rebuilds what older compactions left.
//! 3. `pairs`: a call without output is answered with `aborted`, an output without call is left out.
//!
//! [`resolve()`] finds a [`Point`] in a thread.
//!
//! Items stay where they are until they are handed out: only their places are kept, so that a large
//! history needs little memory. What is handed out is the JSON as it stands in the log, to the byte.

mod checkpoint;
mod fold;
mod item;
mod legacy;
mod pairs;
mod point;
mod read;
mod resolve;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use item::{Class, Pair};
pub(crate) use pairs::aborted_output;
pub use point::{Point, PointParseError};
pub use read::History;
pub(crate) use read::{Sources, payload, view};
pub use resolve::{PointError, Resolved, resolve};
pub(crate) use resolve::{UserTurn, UserTurns};

use crate::chain::Chain;
use crate::problem::ReadError;
use fold::Fold;

/// Where a history ends: lines that begin before this place belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Index of the last piece that is read, and its end in decoded bytes; `None` for all lines.
    at: Option<(usize, u64)>,
}

impl Cut {
    /// No cut: the thread's end.
    pub const END: Self = Self { at: None };

    /// A cut before the byte `offset` of the piece with this index.
    pub fn before(piece: usize, offset: u64) -> Self {
        Self { at: Some((piece, offset)) }
    }

    /// Where reading a piece ends; `None` if it is not read at all.
    pub(crate) fn end_of(&self, piece: usize) -> Option<u64> {
        match self.at {
            Some((last, _)) if piece > last => None,
            Some((last, offset)) if piece == last => Some(offset),
            _ => Some(u64::MAX),
        }
    }
}

/// The place of a record in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) piece: usize,
    pub(crate) offset: u64,
    pub(crate) length: usize,
}

/// Rebuilds the history of a chain up to `cut`.
pub fn reconstruct(chain: &Chain, cut: &Cut) -> Result<History, ReadError> {
    rebuild(chain, cut, 0)
}

/// Rebuilds the history that a chain has once its newest `turns` user turns are rolled back.
pub fn reconstruct_without(chain: &Chain, turns: u64) -> Result<History, ReadError> {
    rebuild(chain, &Cut::END, turns)
}

/// Whether rolling back the newest `turns` user turns leaves what stood before `cut`, where the first of them
/// begins. It does not if a compaction leaves with them, behind which Codex does not look.
pub(crate) fn goes_back_to(chain: &Chain, turns: u64, cut: &Cut) -> Result<bool, ReadError> {
    let mut sources = Sources::new(chain);
    Ok(checkpoint::find(chain, &mut sources, &Cut::END, turns)? == checkpoint::find(chain, &mut sources, cut, 0)?)
}

fn rebuild(chain: &Chain, cut: &Cut, to_drop: u64) -> Result<History, ReadError> {
    let mut sources = Sources::new(chain);
    let start = checkpoint::find(chain, &mut sources, cut, to_drop)?;
    let mut fold = Fold::new(chain, sources);
    fold.run(cut, start)?;
    fold.drop_turns(to_drop);
    pairs::complete(fold.finish())
}
