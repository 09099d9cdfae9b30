//! `rollout show`: the transcript of one thread.

use std::process::ExitCode;

use crate::cli::Show as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
