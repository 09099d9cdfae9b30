//! `rollout archive`, `rollout unarchive` and `rollout name`.

use std::process::ExitCode;

use crate::cli::{Name, Shelve};
use crate::ui::Ui;

pub(crate) fn archive(args: &Shelve, ui: &Ui) -> anyhow::Result<ExitCode> {
    ui.note(&format!("{args:?}"));
    Ok(ExitCode::from(2))
}

pub(crate) fn unarchive(args: &Shelve, ui: &Ui) -> anyhow::Result<ExitCode> {
    ui.note(&format!("{args:?}"));
    Ok(ExitCode::from(2))
}

pub(crate) fn name(args: &Name, ui: &Ui) -> anyhow::Result<ExitCode> {
    ui.note(&format!("{args:?}"));
    Ok(ExitCode::from(2))
}
