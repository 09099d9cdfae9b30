//! `rollout resume`.

use std::process::ExitCode;

use crate::cli::Resume as Args;
use crate::ui::Ui;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    ui.note(&format!("{args:?}"));
    Ok(ExitCode::from(2))
}
