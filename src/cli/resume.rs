//! Arguments of `rollout resume`.

use std::ffi::OsString;
use std::path::PathBuf;

use agent::codex::Approval;
use clap::Args;

use super::{Format, Homes};

#[derive(Clone, Debug, Args)]
pub(crate) struct Resume {
    /// A thread: its id or the beginning or end of one, its name, `latest` or a rollout file
    #[arg(value_name = "THREAD", required_unless_present = "last", conflicts_with = "last")]
    pub(crate) selector: Option<String>,
    /// The thread that was written last in the current folder; archived threads and sub-agents are passed over
    #[arg(long)]
    pub(crate) last: bool,
    /// With --last, in any folder
    #[arg(long, requires = "last")]
    pub(crate) all: bool,
    /// Give the thread this one prompt and end when it is answered; `-` reads it from stdin
    #[arg(long, value_name = "PROMPT", allow_hyphen_values = true)]
    pub(crate) exec: Option<String>,
    /// Arguments that Codex gets as they are
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) more: Vec<OsString>,
    /// Another model, with the thread's effort unless --effort names one [default: left to Codex]
    #[arg(short, long, value_name = "NAME", help_heading = "Codex")]
    pub(crate) model: Option<String>,
    /// Another reasoning effort [default: left to Codex]
    #[arg(long, value_name = "EFFORT", help_heading = "Codex")]
    pub(crate) effort: Option<String>,
    /// Name the model and the effort that the thread last used; left to itself, `codex exec resume` takes those of
    /// its configuration, and `codex resume` keeps no effort
    #[arg(long, conflicts_with_all = ["model", "profile"], help_heading = "Codex")]
    pub(crate) same_model: bool,
    /// When leave is asked for: suggest (before anything but reading), auto-edit (never, within the sandbox), skip
    /// (never, and no sandbox), or a policy of Codex: untrusted, on-failure, on-request, never
    #[arg(long, value_name = "MODE", default_value = "default", help_heading = "Codex")]
    pub(crate) approval: Approval,
    /// The sandbox: read-only, workspace-write or danger-full-access
    #[arg(long, value_name = "MODE", help_heading = "Codex")]
    pub(crate) sandbox: Option<String>,
    /// A profile of Codex' configuration
    #[arg(long, value_name = "NAME", help_heading = "Codex")]
    pub(crate) profile: Option<String>,
    /// A setting of Codex' configuration; can be repeated
    #[arg(short, long = "config", value_name = "KEY=VALUE", help_heading = "Codex")]
    pub(crate) config: Vec<String>,
    /// The folder to work in [default: the one of the thread's last turn]
    #[arg(long, value_name = "DIR", help_heading = "Codex")]
    pub(crate) cwd: Option<PathBuf>,
    /// The program [default: codex in PATH, or where installers put it]
    #[arg(long, value_name = "PATH", help_heading = "Codex")]
    pub(crate) codex: Option<PathBuf>,
    /// Print the command line for a POSIX shell, and run nothing
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub(crate) print: bool,
    // With --json the command line is printed as well, and nothing is run.
    #[command(flatten)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) homes: Homes,
}
