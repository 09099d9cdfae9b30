//! Lists of threads: the store's threads as rows, with what each used and what it is doing.
//!
//! ```text
//! Store ─ Order ─ Filters by head ─┬─ Filters by lines      only if they are asked for
//!                                  └─ the rows of one page
//!                                       ├ Families ─ Analysis      what decides about their usage
//!                                       └ Story, Margin            their own lines
//! ```
//!
//! Only what a page shows is read: the heads tell everything else. Nothing is kept between two
//! lists, so that a new file is in the next one.

mod family;
mod filter;
mod margin;
mod order;
mod page;
mod rows;
mod shape;
mod story;
mod tree;
mod writer;

use replay::status::{Thresholds, activity};
use replay::store::Store;
use replay::{Progress, Time};

pub use filter::{Filters, Words};
pub use order::{Cursor, CursorError, Order};
pub use shape::{Flag, ListedThread, SCHEMA_VERSION, StatusReport, ThreadList, ThreadState, Tools, TreePlace};
pub use writer::writer;

use crate::prices::Prices;
use crate::quality::group;
use crate::reports::ReportError;
use rows::{Row, Rows};

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Which threads.
    pub filters: Filters,
    /// In which order.
    pub order: Order,
    /// How many rows, or with trees how many families; `None` for all.
    pub limit: Option<usize>,
    /// Where an earlier list ended.
    pub after: Option<Cursor>,
    /// Whether whole families are shown as trees.
    pub trees: bool,
    /// Whether tools and messages are counted as well, and the branch and the originator are told: all
    /// that stands in the lines of turns, which takes several times as long.
    pub full: bool,
}

/// Lists threads, on rayon's current pool.
pub fn list(
    store: &Store,
    options: &ListOptions,
    prices: &Prices,
    progress: &dyn Progress,
) -> Result<ThreadList, ReportError> {
    let rows = Rows::new(store, prices, progress, options.full);
    let mut threads = options.filters.by_head(store, options.order.threads(store));
    if let Some(cursor) = &options.after {
        threads.retain(|&thread| cursor.is_before(store, thread));
    }
    let (page, goes_on) = rows.page(&options.filters, &threads, options.limit, options.trees)?;
    let read = rows.read(&page)?;
    let threads = if options.trees {
        rows.trees(&page, &read)
    } else {
        rows.rows(&page, &read).into_iter().map(|Row { listed, .. }| listed).collect()
    };
    // A fork that is made meanwhile moves its whole family: trees cannot be continued.
    let last = page.last().filter(|_| goes_on && !options.trees);
    Ok(ThreadList {
        schema_version: SCHEMA_VERSION,
        threads,
        next_cursor: last.map(|&last| options.order.cursor(store, last).to_string()),
        problems: group(&read.problems),
    })
}

/// Says what threads are doing at the moment `now`, Unix milliseconds, on rayon's current pool.
pub fn status(
    store: &Store,
    filters: &Filters,
    thresholds: &Thresholds,
    now: i64,
    prices: &Prices,
    progress: &dyn Progress,
) -> Result<StatusReport, ReportError> {
    let rows = Rows::new(store, prices, progress, true);
    let threads = filters.by_head(store, Order::Updated.threads(store));
    let (threads, _) = rows.page(filters, &threads, None, false)?;
    let read = rows.read(&threads)?;
    let state = |Row { listed, signs }| ThreadState { activity: activity(&signs, now, thresholds), thread: listed };
    Ok(StatusReport {
        schema_version: SCHEMA_VERSION,
        now: Time(now),
        threads: rows.rows(&threads, &read).into_iter().map(state).collect(),
        problems: group(&read.problems),
    })
}
