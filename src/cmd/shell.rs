//! `rollout completions` and `rollout man`: what a shell needs to know, made from the arguments.

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::ui::Ui;

pub(crate) fn completions(shell: Shell, ui: &Ui) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rollout", &mut script);
    ui.print_plain(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn man(out: Option<&Path>, ui: &Ui) -> anyhow::Result<ExitCode> {
    match out {
        Some(folder) => {
            fs_err::create_dir_all(folder)?;
            clap_mangen::generate_to(Cli::command(), folder)?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            ui.print_plain(&String::from_utf8(page)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
