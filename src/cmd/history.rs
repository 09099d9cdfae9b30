//! `rollout history`: what the model sees.

use std::process::ExitCode;

use crate::cli::History as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
