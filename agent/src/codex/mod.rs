//! The command lines of Codex.
//!
//! ```text
//! PATH, home ─► Finder ─► program ─┐
//! lines of the thread ─► LastUsed ─┼─► resume, exec_resume, launch ─► CommandLine ─► quoted text, or a process
//! what is wanted ─► Options ───────┘
//! ```
//!
//! Every line built here is accepted by 0.98 and by all later versions, unless a policy is asked for that some of them
//! do not have: what only some commands or versions have as a flag is given as a `-c` setting, which all know.

mod environment;
mod find;
mod last;
mod line;
mod options;
mod verbs;

pub use environment::{THREAD_VARIABLE, environment};
pub use find::{Finder, NotFound, well_known};
pub use last::LastUsed;
pub use line::{CommandLine, QuoteError};
pub use options::{Approval, Options, UnknownApproval};
pub use verbs::{Launch, exec_resume, launch, resume};
