//! `rollout`: the terminal over the libraries. Parses arguments, runs one command, picks the exit
//! code. Everything else lives in the crates below.

mod cli;
mod cmd;
mod error;
mod findings;
mod homes;
mod listing;
mod output;
mod playback;
mod sample;
mod schemas;
mod show;
mod stream;
mod strips;
mod table;
mod threads;
mod ui;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let ui = ui::Ui::new(&cli.global);
    match cmd::run(cli, &ui) {
        Ok(code) => code,
        Err(error) if error::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(2)
        }
    }
}
