//! Wakes a follower when something happens below its folders, and at the latest after a while.
//!
//! Refuses to be relied on: where nothing can be watched, waiting is all that it does.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::layout::STORES;

/// How long after a notification further ones are waited for: a write brings several.
const SETTLING: Duration = Duration::from_millis(10);

/// Notifications of some folders.
pub struct Watch {
    /// Kept because it ends the notifications when it is dropped.
    watcher: Option<RecommendedWatcher>,
    woken: Receiver<Vec<PathBuf>>,
    roots: Vec<PathBuf>,
}

impl Watch {
    /// Watches homes, folders and files. Those that are not there yet are tried again at each wait.
    pub fn new(roots: &[PathBuf]) -> Self {
        let (wake, woken) = channel();
        let told = move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !event.kind.is_access()
            {
                // Nobody is left to be woken when the follower is gone.
                let _sent = wake.send(event.paths);
            }
        };
        let mut watch = Self { watcher: notify::recommended_watcher(told).ok(), woken, roots: roots.to_vec() };
        watch.add_roots();
        watch
    }

    /// Waits for a notification, at most until `deadline`. Gives the paths that it was about; nothing
    /// is known of others.
    pub fn wait(&mut self, deadline: Instant) -> BTreeSet<PathBuf> {
        self.add_roots();
        let mut paths = BTreeSet::new();
        let first = deadline.saturating_duration_since(Instant::now());
        match self.woken.recv_timeout(first) {
            Ok(more) => paths.extend(more),
            Err(RecvTimeoutError::Timeout) => return paths,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(first);
                return paths;
            }
        }
        let settled = Instant::now() + SETTLING;
        while let Ok(more) = self.woken.recv_timeout(settled.saturating_duration_since(Instant::now())) {
            paths.extend(more);
        }
        paths
    }

    fn add_roots(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        self.roots.retain(|root| {
            let stores = STORES.map(|name| root.join(name));
            let is_home = stores.iter().any(|store| store.is_dir());
            let paths = if is_home { &stores[..] } else { std::slice::from_ref(root) };
            // What cannot be watched is looked at now and then.
            paths
                .iter()
                .filter(|path| watcher.watch(path, RecursiveMode::Recursive).is_err())
                .any(|path| !path.exists())
        });
    }
}
