//! A wish to end, from a signal: the first one lets the program finish, the second one ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// How soon a wish is noticed while something is waited for.
const NOTICE: Duration = Duration::from_millis(50);

/// Whether the program shall end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens to the signals by which a person or a system ends programs.
    pub(crate) fn on_signals() -> std::io::Result<Self> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop.0))?;
            flag::register(signal, Arc::clone(&stop.0))?;
        }
        Ok(stop)
    }

    pub(crate) fn is_wished(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The end of the next piece of a wait until `deadline`.
    pub(crate) fn notice(deadline: Instant) -> Instant {
        deadline.min(Instant::now() + NOTICE)
    }

    /// Waits, unless the program shall end.
    pub(crate) fn sleep(&self, duration: Duration) {
        let deadline = Instant::now() + duration;
        while !self.is_wished() && Instant::now() < deadline {
            std::thread::sleep(Self::notice(deadline).saturating_duration_since(Instant::now()));
        }
    }
}
