//! `rollout record`: items on stdin become a rollout, or more of one.
//!
//! Each line of stdin is `{"type":…,"payload":…}`, with `metadata` if there is any. The recorder stamps and numbers
//! the lines, so a `timestamp` and an `ordinal` that come along do not count. A line that is no item costs itself.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use replay::layout::new_thread_id;
use replay::record::{Entry, Options, RecordError, Recorder, Sync};
use replay::{Extent, Line, LineReader, LineSink, MAX_LINE, Time, Want, reason};
use rollout_schema::wire::{HarnessMetadata, RolloutItem, SessionMeta, SessionSource};
use rollout_schema::{Json, ThreadId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::cli::{HistoryMode, Record as Args, Source, SyncWhen, Thread};
use crate::error::Hinted;
use crate::ui::Ui;
use crate::{homes, threads};

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// The Codex version whose way of writing the recorder follows, for readers that go by versions.
const CODEX_VERSION: &str = "0.169.0";

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    thread_id: Option<&'a ThreadId>,
    /// The rollout; null if nothing was worth one.
    path: Option<String>,
    /// Lines that were written, the metadata's among them.
    lines: usize,
}

/// One line of stdin.
#[derive(Deserialize)]
struct Input<'a> {
    #[serde(rename = "type")]
    kind: Box<str>,
    #[serde(borrow)]
    payload: &'a RawValue,
    metadata: Option<HarnessMetadata>,
}

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    if args.homes.sample {
        return Err(Hinted::error("the sample logs are never written to", "leave out --sample"));
    }
    let mut intake = Intake { args, ui, recorder: None, lines: 0, unflushed: 0, bad: 0, failed: None };
    if let Some(thread) = &args.append {
        intake.recorder = Some(append(thread, args, ui)?);
    }
    LineReader::for_heads().read(&mut io::stdin().lock(), &mut intake, &mut Extent::default())?;
    let Intake { recorder, lines, bad, failed, .. } = intake;
    if let Some(error) = failed {
        return Err(error);
    }
    let thread_id = recorder.as_ref().map(|recorder| recorder.thread_id().clone());
    let file = recorder.map_or(Ok(None), Recorder::finish).map_err(hinted)?;
    let path = file.map(|file| file.path.display().to_string());
    if args.format.json {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            thread_id: thread_id.as_ref().filter(|_| path.is_some()),
            path,
            lines,
        };
        ui.print_plain(&(serde_json::to_string(&document)? + "\n"))?;
    } else if let Some(path) = path {
        ui.print_plain(&format!("{path}\n"))?;
    }
    if lines == 0 && !ui.quiet {
        ui.note("nothing was recorded");
    }
    Ok(ExitCode::from(u8::from(bad > 0 || lines == 0)))
}

fn options(args: &Args) -> Options {
    let sync = match args.sync {
        SyncWhen::Never => Sync::Never,
        SyncWhen::Finish => Sync::Finish,
        SyncWhen::EachFlush => Sync::EachFlush,
    };
    Options { sync, zone: TimeZone::system(), ..Options::default() }
}

/// Goes on with the file of a thread that is in force.
fn append(thread: &str, args: &Args, ui: &Ui) -> anyhow::Result<Recorder> {
    let thread = Thread { selector: thread.to_owned(), of: None, homes: args.homes.clone() };
    let selection = threads::select(&thread, ui)?;
    let chain = selection.chain(false);
    let Some(piece) = chain.pieces.last() else {
        return Err(Hinted::error("the thread has no file", "`rollout ls` lists the threads"));
    };
    Recorder::append(&piece.file, options(args)).map_err(hinted)
}

fn hinted(error: RecordError) -> anyhow::Error {
    let hint = match &error {
        RecordError::Lock(_) => "wait until it is done, or end it",
        RecordError::Archived { .. } => "`rollout unarchive` brings it back",
        RecordError::NoOrdinal { .. } => "`rollout repair --renumber` writes a copy that can be gone on with",
        RecordError::NoThread { .. } | RecordError::Bare { .. } => "`rollout record` without --append begins a thread",
        RecordError::Lost { .. } => "the lines before stand in the file; record the others again with --append",
        _ => return error.into(),
    };
    Hinted::error(format!("{:#}", anyhow::Error::from(error)), hint)
}

/// Takes the lines of stdin.
struct Intake<'a> {
    args: &'a Args,
    ui: &'a Ui,
    /// None until it is known who the thread is.
    recorder: Option<Recorder>,
    /// Lines that were recorded.
    lines: usize,
    /// Lines of stdin since the last flush.
    unflushed: u64,
    /// Lines of stdin that are no items.
    bad: u64,
    /// Why nothing can be recorded.
    failed: Option<anyhow::Error>,
}

impl LineSink for Intake<'_> {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Whole
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let taken = match parse(line) {
            Ok(None) => Ok(()),
            Ok(Some((input, from))) => self.take(input, line.number, from),
            Err((column, message)) => {
                self.refuse(line.number, column, &message);
                Ok(())
            }
        };
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

/// What a line says and where its payload begins, or the place and the reason why it says nothing; `None` for a
/// blank one.
fn parse(line: Line<'_>) -> Result<Option<(Input<'_>, usize)>, (usize, String)> {
    if line.passed_over {
        return Err((1, format!("longer than {} MiB", MAX_LINE >> 20)));
    }
    let text = std::str::from_utf8(line.bytes).map_err(|error| (error.valid_up_to() + 1, "not UTF-8".to_owned()))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let input: Input<'_> = serde_json::from_str(text).map_err(|error| (error.column().max(1), reason(&error)))?;
    let from = input.payload.get().as_ptr().addr() - text.as_ptr().addr(); // a part of the text
    Ok(Some((input, from)))
}

impl Intake<'_> {
    fn refuse(&mut self, line: u64, column: usize, message: &str) {
        self.bad += 1;
        self.ui.note(&format!("stdin:{line}:{column}: {message}"));
    }

    /// Records what a line says, whose payload begins after `from` bytes of it.
    fn take(&mut self, Input { kind, payload, metadata }: Input<'_>, line: u64, from: usize) -> anyhow::Result<()> {
        if self.recorder.is_none() && &*kind == "session_meta" {
            self.recorder = Some(begin(Some(payload), self.args)?);
            return Ok(());
        }
        let item = match RolloutItem::of_payload(kind, Json::from(payload)) {
            Ok(item) => item,
            Err(error) => {
                self.refuse(line, from + error.column().max(1), &reason(&error));
                return Ok(());
            }
        };
        let recorder = match &mut self.recorder {
            Some(recorder) => recorder,
            None => self.recorder.insert(begin(None, self.args)?),
        };
        let before = recorder.pending();
        recorder.record([Entry { item, metadata }]);
        self.lines += recorder.pending() - before;
        self.unflushed += 1;
        if self.unflushed >= self.args.flush_every {
            self.unflushed = 0;
            if let Err(error) = recorder.flush() {
                self.ui.warn(&format!("{:#}", anyhow::Error::from(error)), "the lines wait and are tried again");
            }
        }
        Ok(())
    }
}

/// Begins a thread with the metadata that came in; what they lack is filled in.
fn begin(meta: Option<&RawValue>, args: &Args) -> anyhow::Result<Recorder> {
    let given = meta.is_some();
    let mut members: BTreeMap<String, Json> =
        meta.map_or(Ok(BTreeMap::new()), |meta| serde_json::from_str(meta.get()))?;
    let mut fill = |name: &str, value: Result<Json, serde_json::Error>| -> anyhow::Result<()> {
        let value = value?;
        members.entry(name.to_owned()).or_insert(value);
        Ok(())
    };
    let cwd = args.cwd.clone().map_or_else(std::env::current_dir, Ok)?;
    let mode = match args.history_mode {
        Some(HistoryMode::Legacy) => Some("legacy"),
        Some(HistoryMode::Paginated) => Some("paginated"),
        None => (!given).then_some("paginated"),
    };
    let source = args.session_source.as_deref().map_or(Some(SessionSource::Cli), SessionSource::from_flag);
    let source = source.ok_or_else(|| Hinted::error("--session-source is empty", "leave it out for `cli`"))?;
    fill("id", Json::of(&new_thread_id()))?;
    fill("timestamp", Json::of(&Time(Timestamp::now().as_millisecond())))?;
    fill("cwd", Json::of(&cwd))?;
    fill("originator", Json::of(args.originator.as_deref().unwrap_or("rollout")))?;
    fill("cli_version", Json::of(CODEX_VERSION))?;
    fill("source", Json::of(&source))?;
    if let Some(provider) = &args.model_provider {
        fill("model_provider", Json::of(provider))?;
    }
    if let Some(mode) = mode {
        fill("history_mode", Json::of(mode))?;
    }
    if let Some(id) = members.get("id").cloned() {
        members.entry("session_id".to_owned()).or_insert(id);
    }
    let meta: SessionMeta = serde_json::from_str(&serde_json::to_string(&members)?)
        .map_err(|error| anyhow!("the session_meta cannot begin a thread: {}", reason(&error)))?;
    Ok(Recorder::create(&home(args)?, meta, options(args))?)
}

/// The home that is written: the first one.
fn home(args: &Args) -> anyhow::Result<PathBuf> {
    let source = Source { paths: Vec::new(), homes: args.homes.clone() };
    let first = homes::roots(&source)?.into_iter().next();
    let first = first.ok_or_else(|| Hinted::error("no home is named", "set CODEX_HOME or pass --home"))?;
    Ok(std::path::absolute(first)?)
}
