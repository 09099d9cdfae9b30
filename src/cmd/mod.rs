//! One file per verb. A command gets plain arguments and the terminal, and gives an exit code:
//! 0 done, 1 found problems or nothing, 2 could not run (by way of an error).

mod analyze;
mod explain;
mod fork;
mod history;
mod ls;
mod record;
mod repair;
mod replay;
mod resume;
mod rollback;
mod schema;
mod search;
mod shell;
mod shelve;
mod show;
mod status;
mod stream;
mod validate;

use std::process::ExitCode;

use ::analyze::report::ReportKind;

use crate::cli::{Analyze, Cli, Command};
use crate::ui::Ui;

pub(crate) fn run(cli: Cli, ui: &Ui) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Analyze(report) => match *report {
            Analyze::Daily(args) => analyze::run(ReportKind::Daily, &args, ui),
            Analyze::Weekly(args) => analyze::run(ReportKind::Weekly, &args, ui),
            Analyze::Monthly(args) => analyze::run(ReportKind::Monthly, &args, ui),
            Analyze::Session(args) => analyze::run(ReportKind::Session, &args, ui),
            Analyze::Project(args) => analyze::run(ReportKind::Project, &args, ui),
            Analyze::Model(args) => analyze::run(ReportKind::Model, &args, ui),
            Analyze::Total(args) => analyze::run(ReportKind::Total, &args, ui),
            Analyze::Explain(args) => explain::run(&args, ui),
        },
        Command::Ls(args) => ls::run(&args, ui),
        Command::Show(args) => show::run(&args, ui),
        Command::History(args) => history::run(&args, ui),
        Command::Replay(args) => replay::run(&args, ui),
        Command::Stream(args) => stream::run(&args, ui),
        Command::Search(args) => search::run(&args, ui),
        Command::Status(args) => status::run(&args, ui),
        Command::Fork(args) => fork::run(&args, ui),
        Command::Resume(args) => resume::run(&args, ui),
        Command::Rollback(args) => rollback::run(&args, ui),
        Command::Archive(args) => shelve::archive(&args, ui),
        Command::Unarchive(args) => shelve::unarchive(&args, ui),
        Command::Name(args) => shelve::name(&args, ui),
        Command::Record(args) => record::run(&args, ui),
        Command::Validate(args) => validate::run(&args, ui),
        Command::Repair(args) => repair::run(&args, ui),
        Command::Schema(args) => schema::run(&args, ui),
        Command::Completions { shell } => shell::completions(shell, ui),
        Command::Man { out } => shell::man(out.as_deref(), ui),
    }
}
