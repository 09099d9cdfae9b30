//! `rollout search`: words in the logs.

use std::process::ExitCode;

use crate::cli::Search as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
