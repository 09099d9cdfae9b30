//! `rollout show`: the transcript of one thread.

use std::io::Write;
use std::process::ExitCode;

use analyze::extract;
use analyze::report::Amounts;
use jiff::tz::TimeZone;
use replay::store::StoredFile;
use replay::turns::{TranscriptOptions, transcript};
use replay::{Chain, LineReader, Problem, Time};

use crate::cli::{Show as Args, ShowFormat};
use crate::error::Hinted;
use crate::output::Output;
use crate::show::{Format, Html, Json, Look, Markdown, Ndjson, Redactor, Selection, Showing, Text, ThreadHead};
use crate::strips::strips;
use crate::threads;
use crate::ui::Ui;

/// Columns where there is no terminal.
const WIDTH: u16 = 80;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let selection = threads::select(&args.thread, ui)?;
    let chain = selection.chain(args.all);
    let head = head(&selection, &chain, ui);
    let drawn = args.format == ShowFormat::Text;
    let mut output = match &args.output {
        Some(path) => Output::file(path, args.force, drawn)?,
        None if drawn && !args.no_pager => Output::pages(ui),
        None => Output::stdout(ui, drawn),
    };
    let mut problems = Vec::new();
    let strips = strips(&selection, &chain, ui)?;
    let written = write(args, &chain, head, strips, &mut output, &mut problems, ui);
    output.finish(written)?;
    threads::remark(&problems, ui);
    Ok(ExitCode::SUCCESS)
}

fn write(
    args: &Args,
    chain: &Chain,
    head: ThreadHead,
    strips: Vec<(u32, Amounts)>,
    out: &mut dyn Write,
    problems: &mut Vec<Problem>,
    ui: &Ui,
) -> anyhow::Result<()> {
    let mut format = format(args, ui);
    let redactor = args.redact.then(Redactor::new).transpose()?;
    let wanted = Selection { numbers: args.turns.clone() };
    let mut showing = Showing::new(&mut *format, out, head, strips, wanted, redactor);
    let options = TranscriptOptions { all: args.all, ..TranscriptOptions::default() };
    let bar = ui.progress(2 * chain.pieces.iter().map(|piece| piece.file.bytes).sum::<u64>());
    *problems = transcript(chain, &mut LineReader::default(), &bar, &options, &mut showing);
    drop(bar);
    match showing.end(problems)? {
        0 if args.turns.is_some() => Err(Hinted::error("the thread has no such turn", "`rollout show` shows them all")),
        _ => Ok(()),
    }
}

fn format(args: &Args, ui: &Ui) -> Box<dyn Format> {
    let look = Look {
        width: usize::from(ui.width().unwrap_or(WIDTH)),
        full: args.full,
        context: args.context,
        zone: TimeZone::system(),
    };
    match args.format {
        ShowFormat::Text => Box::new(Text::new(look)),
        ShowFormat::Markdown => Box::new(Markdown::new(look)),
        ShowFormat::Html => Box::new(Html::default()),
        ShowFormat::Json => Box::new(Json::default()),
        ShowFormat::Ndjson => Box::new(Ndjson::default()),
    }
}

/// What the store knows of the thread. One without a name is called by the first words of its user.
fn head(selection: &threads::Selection, chain: &Chain, ui: &Ui) -> ThreadHead {
    let thread = selection.thread();
    let mut head = ThreadHead {
        id: Some(thread.id.to_string()),
        title: thread.name.clone(),
        files: chain.pieces.iter().map(|piece| piece.file.path.display().to_string()).collect(),
        ..ThreadHead::default()
    };
    if let Some(&first) = thread.segments.first() {
        let StoredFile { file, identity, .. } = &selection.store.files[first];
        if head.title.is_none() {
            head.title = extract(&mut LineReader::default(), file, &ui.progress(file.bytes)).first_user_message;
        }
        head.cwd = identity.cwd.as_deref().map(str::to_owned);
        head.source = Some(identity.source.label());
        head.cli_version = identity.cli_version.as_deref().map(str::to_owned);
        head.created = identity.created.map(Time);
    }
    head
}
