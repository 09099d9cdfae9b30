//! `rollout rollback`.

use std::process::ExitCode;

use crate::cli::Rollback as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    ui.note(&format!("{args:?}"));
    Ok(ExitCode::from(2))
}
