//! One file per verb. A command gets plain arguments and the terminal, and gives an exit code:
//! 0 done, 1 found problems or nothing, 2 could not run (by way of an error).

mod analyze;
mod explain;
mod shell;

use std::process::ExitCode;

use crate::cli::{Analyze, Cli, Command};
use crate::ui::Ui;

pub(crate) fn run(cli: Cli, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Analyze(Analyze::Explain(args)) => explain::run(&args, ui),
        Command::Analyze(command) => analyze::run(command, ui),
        Command::Completions { shell } => shell::completions(shell, ui),
        Command::Man { out } => shell::man(out.as_deref(), ui),
    }
}
