//! `rollout replay`: a thread in its own time.

use std::process::ExitCode;

use crate::cli::Replay as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
