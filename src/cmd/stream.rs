//! `rollout stream`: canonical events, once or as they are written.

use std::process::ExitCode;

use crate::cli::Stream as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, _ui: &Ui) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not built yet: {args:?}")
}
