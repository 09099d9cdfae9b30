//! What a thread's own lines tell a list: how many turns, which tools, how the last turn stands.
//!
//! Refuses to count usage: that needs other files as well.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use replay::status::{Ask, LastTurn};
use replay::turns::{
    CallStatus, Item, ItemKind, LinePlace, Outcome, Outline, TranscriptOptions, TranscriptSink, Turn, outline,
    transcript,
};
use replay::{Chain, LineReader, Silent};

use super::margin::Margin;
use super::shape::Tools;

/// What a thread's lines tell.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// Turns of a user that are in force, inherited ones included.
    pub(super) turns: u64,
    /// Messages of the user in them.
    pub(super) user_messages: u64,
    /// Tools that the thread itself called.
    pub(super) tools: Tools,
    /// The last turn in force.
    pub(super) last_turn: Option<LastTurn>,
    /// The model that was asked last.
    pub(super) model: Option<String>,
    /// What stands beside the transcript.
    pub(super) margin: Margin,
    /// Whether a line could not be read.
    pub(super) damaged: bool,
}

impl Story {
    /// Reads of the lines of a thread what frames its turns, and nothing of tools or messages.
    pub(super) fn glance(chain: &Chain) -> Self {
        let Outline { turns, problems } = outline(chain, &mut LineReader::default(), &Silent);
        let mut teller = Teller::default();
        for turn in turns.iter().filter(|turn| !turn.dropped) {
            teller.turn_begins(turn);
        }
        Self { damaged: problems.iter().any(|problem| problem.loses_record), ..teller.story }
    }

    /// Reads the lines of a thread.
    pub(super) fn read(chain: &Chain) -> Self {
        let mut reader = LineReader::default();
        let mut teller = Teller::default();
        let problems = transcript(chain, &mut reader, &Silent, &TranscriptOptions::default(), &mut teller);
        let Teller { mut story, touched, open, .. } = teller;
        story.tools.files_touched = touched.into_iter().collect();
        story.damaged = problems.iter().any(|problem| problem.loses_record);
        story.margin = Margin::read(chain, &mut reader, &open.places);
        if let Some(turn) = &mut story.last_turn {
            turn.asks = open.question.then_some(Ask::Question).or(story.margin.asks_leave.then_some(Ask::Leave));
        }
        story
    }
}

/// Listens to a transcript.
#[derive(Default)]
struct Teller {
    story: Story,
    touched: BTreeSet<String>,
    open: OpenCalls,
    /// Whether the turn that began last is an ancestor's.
    inherited: bool,
}

/// Calls of the turn that began last that were not answered.
#[derive(Default)]
struct OpenCalls {
    /// Whether one of them is a question to the user.
    question: bool,
    /// Where the others stand.
    places: Vec<LinePlace>,
}

impl Teller {
    fn call(&mut self, name: &str, outcome: &Outcome, place: LinePlace) {
        if outcome.status == CallStatus::Unanswered {
            match name {
                "request_user_input" => self.open.question = true,
                _ => self.open.places.push(place),
            }
        }
        if !self.inherited {
            self.story.tools.calls += 1;
            *self.story.tools.used.entry(name.to_owned()).or_default() += 1;
        }
    }
}

impl Teller {
    fn turn_begins(&mut self, turn: &Turn) {
        self.inherited = turn.inherited;
        self.open = OpenCalls::default();
        let story = &mut self.story;
        story.turns = story.turns.max(turn.number.map_or(0, u64::from));
        if turn.model.is_some() {
            story.model.clone_from(&turn.model);
        }
        // What stands before the first turn is none.
        if turn.index > 0 {
            story.last_turn = Some(LastTurn {
                status: turn.status,
                started: turn.started.map(|time| time.0),
                ended: turn.ended.map(|time| time.0),
                reason: turn.reason.clone(),
                asks: None,
            });
        }
    }
}

impl TranscriptSink for Teller {
    fn turn(&mut self, turn: &Turn) -> ControlFlow<()> {
        self.turn_begins(turn);
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: Item) -> ControlFlow<()> {
        let place = item.place;
        match &item.kind {
            ItemKind::UserMessage { .. } => self.story.user_messages += 1,
            ItemKind::Command { by_user: false, outcome, .. } => self.call("shell", outcome, place),
            ItemKind::McpCall { server, tool, outcome, .. } => self.call(&format!("{server}/{tool}"), outcome, place),
            ItemKind::ToolCall { tool, outcome, .. } => self.call(tool, outcome, place),
            ItemKind::WebSearch { outcome, .. } => self.call("web_search", outcome, place),
            ItemKind::Patch { changes, outcome } => {
                self.call("apply_patch", outcome, place);
                if outcome.status == CallStatus::Completed && !self.inherited {
                    let paths = changes.iter().flat_map(|change| [Some(&change.path), change.moved_to.as_ref()]);
                    self.touched.extend(paths.flatten().cloned());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
