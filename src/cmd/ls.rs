//! `rollout ls`: the threads of the store, newest first.

use std::process::ExitCode;

use crate::cli::Ls as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
