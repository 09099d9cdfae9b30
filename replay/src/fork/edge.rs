//! What stands at the point where a fork leaves its source, read backward from there to the
//! beginning of the newest turn.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rollout_schema::LineKind;
use serde::Deserialize;

use super::ForkError;
use crate::chain::Chain;
use crate::history::{At, Class, Cut, Pair, Sources, aborted_output, payload, view};
use crate::lines::LineReader;
use crate::problem::{Place, Problem, ReadError};
use crate::records::{Record, records};
use crate::reverse::for_each_line_reversed;
use crate::rule::Rule;
use crate::scan::Silent;
use crate::timestamp::{Time, parse_timestamp};

/// What stands at the end of the retained lines.
#[derive(Debug, Default)]
pub(super) struct Edge {
    /// The turn that is under way there.
    pub(super) open: Option<OpenTurn>,
    /// Calls of that turn without output, oldest first.
    pub(super) unanswered: Vec<Unanswered>,
    /// When the last retained line was written.
    pub(super) latest: Option<Time>,
    /// The ordinal that follows the last retained line's; `None` if that has none.
    pub(super) next_ordinal: Option<u64>,
    /// What stands at the end and is no record.
    pub(super) problems: Vec<Problem>,
}

/// A turn that begins before the point and does not end there.
#[derive(Debug, Default)]
pub(super) struct OpenTurn {
    /// Its id, if its beginning is written down and has one.
    pub(super) id: Option<String>,
    /// What is retained of it.
    pub(super) content: Content,
}

/// What lines of a turn say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// Settings at most.
    #[default]
    Nothing,
    /// Context, a compaction, or what was observed: no work that could be broken off.
    Context,
    /// A user's message, or calls.
    Work,
}

/// A call without output.
#[derive(Debug)]
pub(super) struct Unanswered {
    /// Where it stands.
    pub(super) at: At,
    /// The item that answers it.
    pub(super) output: String,
}

/// Cuts a chain, and looks at its end.
///
/// What a file gets after this moment does not belong to the result. A turn of which nothing but its
/// beginning and settings would be retained is left out.
pub(super) fn find(chain: &Chain, cut: &Cut) -> Result<(Chain, Edge), ForkError> {
    let mut kept = chain.until(cut);
    let mut sources = Sources::new(&kept);
    let mut scan = Scan::default();
    for index in (0..kept.pieces.len()).rev() {
        let seekable = sources.open(&kept, index)?;
        let piece = &mut kept.pieces[index];
        let mut end = piece.to.unwrap_or(u64::MAX).min(seekable.length);
        let path = Arc::clone(&piece.file.path);
        scan.piece = index;
        for_each_line_reversed(&mut *seekable.source, piece.from.min(end), end, |line| {
            let mut marks = Vec::new();
            let mark = |record: Record<'_>| marks.extend(record.has_end().then(|| Mark::of(&record)));
            records(&path, line, mark, |_| {});
            // A last line without end that is no record is being written, or never will be.
            if !scan.seen && !line.terminated && marks.is_empty() && !line.bytes.trim_ascii().is_empty() {
                scan.edge.problems.push(torn_tail(&path));
                end = line.offset;
            }
            marks.into_iter().rev().try_for_each(|mark| scan.mark(mark))
        })
        .map_err(ReadError::from)?;
        piece.to = Some(end);
        if scan.frame.is_some() {
            break;
        }
    }
    if !scan.seen {
        return Err(ForkError::Empty(super::in_force(chain)));
    }
    if let Some(Some((_, at))) = &scan.frame
        && scan.content == Content::Nothing
    {
        let (kept, mut edge) = find(chain, &Cut::before(at.piece, at.offset))?;
        edge.problems.append(&mut scan.edge.problems);
        return Ok((kept, edge));
    }
    // A file may begin with the line before which the cut is.
    kept.pieces.retain(|piece| piece.to != Some(piece.from));
    let edge = scan.finish(|| next(chain, cut));
    Ok((kept, edge))
}

fn torn_tail(path: &Arc<Path>) -> Problem {
    let place = Place { path: Arc::clone(path), line: 0, column: 0 };
    let message = "the last line has no end and is not a whole record".to_owned();
    Problem { rule: Rule::TornTail, place, message, loses_record: true }
}

/// What comes first after the cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// More of the same turn.
    More,
    /// A message of a user.
    Message,
    /// The beginning of another turn.
    Turn,
    Nothing,
}

fn next(chain: &Chain, cut: &Cut) -> Next {
    let mut next = Next::Nothing;
    // Damage is reported by whoever reads the lines for their own sake.
    let _problems = chain.after(cut).for_each_record(&mut LineReader::default(), &Silent, |at| {
        next = match Mark::of(&at.record).what {
            What::Began(_) => Next::Turn,
            What::Ended | What::Said | What::Call(..) | What::Output(..) => Next::More,
            What::Message => Next::Message,
            What::Other(_) => return ControlFlow::Continue(()),
        };
        ControlFlow::Break(())
    });
    next
}

/// A record, as far as it matters here.
struct Mark {
    at: At,
    time: Option<Time>,
    ordinal: Option<u64>,
    what: What,
}

enum What {
    Began(Option<String>),
    Ended,
    /// Words that begin a user turn.
    Message,
    Call(u64, Pair, String),
    Output(u64, Pair),
    /// What the model said or thought.
    Said,
    Other(Content),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Frame {
    turn_id: Option<String>,
}

impl Mark {
    fn of(record: &Record<'_>) -> Self {
        let what = match record.head.kind {
            LineKind::EventMsg => match record.head.payload_type {
                b"task_started" | b"turn_started" => {
                    What::Began(payload::<Frame>(record.json).unwrap_or_default().turn_id)
                }
                b"task_complete" | b"turn_complete" | b"turn_aborted" => What::Ended,
                b"thread_settings_applied" | b"token_count" => What::Other(Content::Nothing),
                _ => What::Other(Content::Context),
            },
            LineKind::ResponseItem => Self::item(record),
            LineKind::Compacted => What::Other(Content::Context),
            _ => What::Other(Content::Nothing),
        };
        let at = At { piece: 0, offset: record.offset, length: record.length };
        let time = parse_timestamp(record.head.timestamp).map(|(millis, _)| Time(millis));
        Self { at, time, ordinal: record.head.ordinal, what }
    }

    fn item(record: &Record<'_>) -> What {
        let Ok(view) = view(record) else { return What::Other(Content::Context) };
        match view.class() {
            Some((Class::User | Class::Agent, _)) => What::Message,
            Some((Class::Call(pair), call)) => {
                What::Call(call, pair, aborted_output(pair, view.call_id().unwrap_or_default()))
            }
            Some((Class::Output(pair), call)) => What::Output(call, pair),
            Some((Class::Other, _)) => What::Said,
            _ => What::Other(Content::Context),
        }
    }
}

#[derive(Default)]
struct Scan {
    piece: usize,
    edge: Edge,
    /// Whether any record was met.
    seen: bool,
    content: Content,
    /// Whether a message of a user was met, and how many calls without output stand after it.
    message: Option<usize>,
    answered: Vec<(u64, Pair)>,
    /// The newest frame of a turn, once it was met: `None` for an end.
    frame: Option<Option<(Option<String>, At)>>,
}

impl Scan {
    fn mark(&mut self, mark: Mark) -> ControlFlow<()> {
        let at = At { piece: self.piece, ..mark.at };
        if !std::mem::replace(&mut self.seen, true) {
            self.edge.next_ordinal = mark.ordinal.map(|ordinal| ordinal + 1);
        }
        self.edge.latest = self.edge.latest.max(mark.time);
        match mark.what {
            What::Began(id) => {
                self.frame = Some(Some((id, at)));
                return ControlFlow::Break(());
            }
            What::Ended => {
                self.frame = Some(None);
                return ControlFlow::Break(());
            }
            What::Message => {
                self.content = Content::Work;
                self.message.get_or_insert(self.edge.unanswered.len());
            }
            What::Output(call, pair) => {
                self.content = Content::Work;
                self.answered.push((call, pair));
            }
            What::Call(call, pair, output) => {
                self.content = Content::Work;
                if !self.answered.contains(&(call, pair)) {
                    self.edge.unanswered.push(Unanswered { at, output });
                }
            }
            What::Said => self.content = self.content.max(Content::Context),
            What::Other(content) => self.content = self.content.max(content),
        }
        ControlFlow::Continue(())
    }

    fn finish(self, next: impl Fn() -> Next) -> Edge {
        let Self { mut edge, content, message, frame, .. } = self;
        edge.open = match frame {
            // Where another turn begins, this one was over, though nothing says so.
            Some(Some((id, _))) if next() == Next::Turn => Some(OpenTurn { id, content: Content::Context }),
            Some(Some((id, _))) => Some(OpenTurn { id, content }),
            // Turns had no frames before 0.104: one lasts from a user's message to the next.
            _ => {
                edge.unanswered.truncate(message.unwrap_or(0));
                let open = message.is_some() && (!edge.unanswered.is_empty() || next() == Next::More);
                open.then_some(OpenTurn { id: None, content })
            }
        };
        edge.unanswered.reverse();
        edge
    }
}
