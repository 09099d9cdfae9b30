//! `rollout status`: what recent threads are doing.

use std::process::ExitCode;

use crate::cli::Status as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
