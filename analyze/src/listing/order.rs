//! The order of a list, and the cursor that continues it.
//!
//! Refuses to remember pages: a cursor names the last row, and what follows it in the order is the
//! next page, whatever was created meanwhile.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use replay::store::Store;

/// What a list is sorted by, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// When a thread was last written.
    #[default]
    Updated,
    /// When a thread began, which no later writing changes.
    Created,
}

/// The row behind which a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    order: Order,
    key: (Option<i64>, Option<i64>, String),
}

/// A text that is no cursor of this list.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cursor of a list in this order")]
pub struct CursorError(String);

impl Order {
    /// All threads, newest first; of equals the later begun, then the larger id.
    pub(super) fn threads(self, store: &Store) -> Vec<usize> {
        let mut threads = store.newest_first();
        if self == Self::Created {
            threads.sort_by_key(|&thread| Reverse((store.created(thread), thread)));
        }
        threads
    }

    /// The cursor behind a thread.
    pub(super) fn cursor(self, store: &Store, thread: usize) -> Cursor {
        let created = store.created(thread);
        let first = match self {
            Self::Updated => store.threads[thread].modified,
            Self::Created => created,
        };
        Cursor { order: self, key: (first, created, store.threads[thread].id.to_string()) }
    }

    /// Reads a cursor of a list in this order.
    pub fn parse(self, text: &str) -> Result<Cursor, CursorError> {
        text.parse().ok().filter(|cursor: &Cursor| cursor.order == self).ok_or_else(|| CursorError(text.to_owned()))
    }
}

impl Cursor {
    /// Whether a thread stands behind the cursor.
    pub(super) fn is_before(&self, store: &Store, thread: usize) -> bool {
        self.order.cursor(store, thread).key < self.key
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Order::Updated => "u",
            Order::Created => "c",
        };
        let (first, created, id) = &self.key;
        let text = |number: &Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        write!(f, "{order}:{}:{}:{id}", text(first), text(created))
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(4, ':');
        let mut part = || parts.next().ok_or(());
        let order = match part()? {
            "u" => Order::Updated,
            "c" => Order::Created,
            _ => return Err(()),
        };
        let number = |text: &str| if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| ()) };
        let key = (number(part()?)?, number(part()?)?, part()?.to_owned());
        Ok(Self { order, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_they_are_written() {
        for order in [Order::Updated, Order::Created] {
            for key in [(Some(3), Some(-2), "id".to_owned()), (None, None, "a:b:c".to_owned())] {
                let cursor = Cursor { order, key };
                assert_eq!(order.parse(&cursor.to_string()), Ok(cursor));
            }
        }
        for text in ["", "u", "u:1:2", "x:1:2:id", "u:one:2:id", "c:1:2:id"] {
            assert_eq!(Order::Updated.parse(text), Err(CursorError(text.to_owned())));
        }
    }
}
