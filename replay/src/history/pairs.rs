//! Calls and outputs: each call is answered, and each output answers one.
//!
//! The provider refuses a history in which that is not so. Nothing of this is ever written back.

use serde_json::json;

use super::item::{Class, Entry, HELD, Pair, View};
use super::read::{self, History};
use crate::problem::ReadError;

/// What is said in place of an output that never came.
const ABORTED: &str = "aborted";

/// Answers the calls that have no output, and leaves out the outputs that have no call.
pub(super) fn complete(mut history: History) -> Result<History, ReadError> {
    let calls = keys(&history.entries, |class| if let Class::Call(pair) = class { Some(pair) } else { None });
    let outputs = keys(&history.entries, |class| if let Class::Output(pair) = class { Some(pair) } else { None });
    let unanswered = |entry: &Entry| match entry.class {
        Class::Call(pair) if !holds(&outputs, entry.call, pair) => Some(pair),
        _ => None,
    };
    history.entries.retain(|entry| match entry.class {
        Class::Output(pair) => holds(&calls, entry.call, pair),
        _ => true,
    });
    if !history.entries.iter().any(|entry| unanswered(entry).is_some()) {
        return Ok(history);
    }
    let mut buffer = Vec::new();
    for entry in std::mem::take(&mut history.entries) {
        history.entries.push(entry);
        let Some(pair) = unanswered(&entry) else { continue };
        let json = read::read(&mut history.sources, &history.chain, &history.held, entry, &mut buffer)?;
        let view: View<'_> = serde_json::from_str(json).map_err(std::io::Error::other)?;
        let output = aborted_output(pair, view.call_id().unwrap_or_default());
        let offset = history.held.len() as u64;
        history.held.push(output.into());
        history.entries.push(Entry { offset, call: entry.call, length: 0, piece: HELD, class: Class::Output(pair) });
    }
    Ok(history)
}

/// The calls, or the outputs, of a history, sorted: a set of millions in little room.
fn keys(entries: &[Entry], pick: fn(Class) -> Option<Pair>) -> Vec<(u64, Pair)> {
    let mut keys: Vec<(u64, Pair)> =
        entries.iter().filter_map(|entry| Some((entry.call, pick(entry.class)?))).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn holds(keys: &[(u64, Pair)], call: u64, pair: Pair) -> bool {
    keys.binary_search(&(call, pair)).is_ok()
}

/// The item that stands for an output that never came.
pub(crate) fn aborted_output(pair: Pair, call_id: &str) -> String {
    match pair {
        Pair::Function => json!({ "type": "function_call_output", "call_id": call_id, "output": ABORTED }),
        Pair::Custom => json!({ "type": "custom_tool_call_output", "call_id": call_id, "output": ABORTED }),
        Pair::Search => json!({
            "type": "tool_search_output", "call_id": call_id, "status": "completed", "execution": "client", "tools": [],
        }),
    }
    .to_string()
}
