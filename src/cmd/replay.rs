//! `rollout replay`: a thread in its own time.
//!
//! Only a person is waited for: what goes to a pipe or a file is written at once, unless a speed is
//! asked for.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use replay::history::Point;
use replay::playback::{Moment, Player, Scene, Span, Tempo};
use replay::turns::{TranscriptOptions, transcript};
use replay::{Chain, LineReader, Problem, Progress, Silent, Time};

use super::history;
use crate::cli::{Replay as Args, ReplayFormat};
use crate::error::Hinted;
use crate::output::Output;
use crate::playback::{Cast, Drawing, Events, Header, Pace, Screen, Size, Stage};
use crate::show::{Look, ThreadHead};
use crate::stream::Stop;
use crate::threads::{self, Selection};
use crate::ui::Ui;

/// Columns where there is no terminal.
const WIDTH: u16 = 80;
/// The terminal that a recording is for.
const RECORDED: Size = Size { cols: 100, rows: 40 };

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let is_seen = args.format == ReplayFormat::Text && args.output.is_none() && ui.width().is_some();
    if args.format != ReplayFormat::Text && (args.speed.is_some() || args.step) {
        let what = if args.step { "--step" } else { "--speed" };
        return Err(Hinted::error(format!("{what} is for text"), "leave it out; players have a speed of their own"));
    }
    if args.step && !is_seen {
        return Err(Hinted::error("--step needs a terminal", "leave it out, or do not redirect the output"));
    }
    let selection = threads::select(&args.thread, ui)?;
    let chain = selection.chain(false);
    let span = span(args, &chain, &selection)?;
    let stop = (is_seen || args.speed.is_some()).then(Stop::on_signals).transpose()?;
    let drawn = args.format == ReplayFormat::Text;
    let mut output = match &args.output {
        Some(path) => Output::file(path, args.force, drawn)?,
        None => Output::stdout(ui, drawn),
    };
    let mut problems = Vec::new();
    let played = stage(args, &head(&selection), stop.as_ref(), &mut output, ui).and_then(|mut stage| {
        let is_timed = stop.is_some() && !args.step;
        let answers = is_timed || args.format == ReplayFormat::Asciicast;
        let bar: Box<dyn Progress> = match stop {
            // A bar would stand between the scenes while they are waited for.
            Some(_) => Box::new(Silent),
            None => Box::new(ui.progress(2 * chain.pieces.iter().map(|piece| piece.file.bytes).sum::<u64>())),
        };
        problems = play(&chain, span, answers, &*bar, &mut *stage)?;
        Ok(())
    });
    output.finish(played.map_err(Into::into))?;
    // Who ends a playback wants no more words.
    if !stop.is_some_and(|stop| stop.is_wished()) {
        threads::remark(&problems, ui);
    }
    Ok(ExitCode::SUCCESS)
}

/// What is played. Without its beginning, points of a thread would be others than they are.
fn span(args: &Args, chain: &Chain, selection: &Selection) -> anyhow::Result<Span> {
    let from = args.from.as_deref().map(history::parse).transpose()?;
    let to = history::parse(&args.to)?;
    if from.is_none() && to == Point::End {
        return Ok(Span::ALL);
    }
    if let Some(base) = &chain.missing {
        let what =
            format!("thread {} begins in rollout {}, which is not there", selection.thread().id, base.rollout_id);
        return Err(Hinted::error(what, "pass the home that holds it with --home, or leave out --from and --to"));
    }
    let hint = "`rollout show` lists turns and items";
    let span = Span::new(chain, from.as_ref(), &to).map_err(|error| Hinted::error(error.to_string(), hint))?;
    if span.is_empty() {
        let from = from.map_or_else(|| "the beginning".to_owned(), |from| from.to_string());
        return Err(Hinted::error(format!("nothing stands between {from} and {to}"), hint));
    }
    Ok(span)
}

/// Where it is seen.
fn stage<'a>(
    args: &Args,
    head: &ThreadHead,
    stop: Option<&Stop>,
    out: &'a mut dyn Write,
    ui: &Ui,
) -> io::Result<Box<dyn Stage + 'a>> {
    let drawing = |width: u16, zone| {
        let width = usize::from(args.cols.unwrap_or(width));
        Drawing::new(Look { width, full: args.full, context: false, zone })
    };
    let max_idle = args.max_idle;
    Ok(match args.format {
        ReplayFormat::Events => Box::new(Events::new(out)),
        ReplayFormat::Asciicast => {
            let size = Size { cols: args.cols.unwrap_or(RECORDED.cols), ..RECORDED };
            let header = Header::new(head, size, max_idle.as_secs_f64());
            Box::new(Cast::new(drawing(size.cols, TimeZone::UTC), &header, head, out)?)
        }
        ReplayFormat::Text => {
            let pace = match stop.cloned() {
                None => Pace::AtOnce,
                Some(stop) if args.step => Pace::Keys(stop),
                Some(stop) => Pace::Timed(Tempo { speed: args.speed.unwrap_or(1.0), max_idle }, stop),
            };
            // A reader's own days are for the reader's terminal; elsewhere bytes are the same everywhere.
            let zone = if ui.width().is_some() { TimeZone::system() } else { TimeZone::UTC };
            Box::new(Screen::new(drawing(ui.width().unwrap_or(WIDTH), zone), pace, head, out)?)
        }
    })
}

/// Plays to the end, or until nobody wants to see more.
fn play(
    chain: &Chain,
    span: Span,
    answers: bool,
    progress: &dyn Progress,
    stage: &mut dyn Stage,
) -> io::Result<Vec<Problem>> {
    let mut failed = Ok(());
    let mut watch = |scene: Scene<'_>, moment: Moment| {
        stage.scene(scene, moment).unwrap_or_else(|error| {
            failed = Err(error);
            ControlFlow::Break(())
        })
    };
    let mut player = Player::new(span, answers, &mut watch);
    let problems = transcript(chain, &mut LineReader::default(), progress, &TranscriptOptions::default(), &mut player);
    // Whether the end is watched or not, it is the end.
    let _: ControlFlow<()> = player.finish();
    failed.map(|()| problems)
}

/// What is known of the thread before its first turn.
fn head(selection: &Selection) -> ThreadHead {
    let thread = selection.thread();
    let id = Some(thread.id.to_string());
    let mut head = ThreadHead { id, title: thread.name.clone(), ..ThreadHead::default() };
    if let Some(&first) = thread.segments.first() {
        let identity = &selection.store.files[first].identity;
        head.cwd = identity.cwd.as_deref().map(str::to_owned);
        head.source = Some(identity.source.label());
        head.cli_version = identity.cli_version.as_deref().map(str::to_owned);
        head.created = identity.created.map(Time);
    }
    head
}
