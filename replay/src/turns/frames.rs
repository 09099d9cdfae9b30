//! Where turns begin and end, how they ended, and which of them a rollback took away.
//!
//! Fed with what happens, in order; refuses to look at lines. Since 0.104 a turn is framed by two events
//! that name it. Before, and in files of other programs, it begins with words of the user and goes on
//! until the next.

use std::collections::HashMap;

use super::budget::Budget;
use super::{LinePlace, Turn, TurnStatus};
use crate::timestamp::Time;

/// What is said of a turn that was left open.
const NO_END: &str = "no end was written";

/// A record, as far as frames mind it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    /// Records before it.
    pub(super) seq: u64,
    pub(super) place: LinePlace,
    pub(super) time: Option<Time>,
    pub(super) inherited: bool,
    pub(super) dropped: bool,
    pub(super) bare: bool,
}

/// How a turn ended, as its last frame tells.
#[derive(Debug, Default)]
pub(super) struct End {
    pub(super) turn_id: Option<String>,
    pub(super) status: TurnStatus,
    pub(super) reason: Option<String>,
    pub(super) at: Option<Time>,
    pub(super) duration_ms: Option<u64>,
    pub(super) answer: Option<String>,
}

/// Settings of a turn.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) turn_id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) effort: Option<String>,
}

/// The turns of a thread, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// Each in a place of its own: a list that grows would hold all of them twice.
    #[expect(clippy::vec_box, reason = "see above")]
    turns: Vec<Box<Framed>>,
    ids: HashMap<String, usize>,
    open: Option<Open>,
    /// Where context began that may belong to the next turn.
    gap: Option<At>,
    early: Option<Early>,
    settings: Settings,
    now: At,
    answers: Budget,
    answered: bool,
}

/// A turn, and what else is known of it.
#[derive(Debug)]
pub(super) struct Framed {
    pub(super) turn: Turn,
    /// Records before it.
    pub(super) start: u64,
    /// Whether a user began it, so that rollbacks count it.
    by_user: bool,
    /// Whether a frame told its end.
    ended: bool,
    /// When its last record was written.
    last: Option<Time>,
}

/// Words of the user right before a frame that begins a turn: they are its first. So it is in files of the
/// time before frames that Codex has put frames into.
#[derive(Clone, Copy, Debug)]
struct Early {
    /// Where the words, or the context before them, stand.
    from: At,
    /// The record that the frame has to follow.
    last: u64,
    /// Whether they would be more words in a turn that goes on, rather than the beginning of one.
    is_steering: bool,
}

/// What is known of the turn that goes on, always the last one.
#[derive(Debug, Default)]
struct Open {
    /// Whether an event began it, so that an event will end it.
    framed: bool,
    /// Whether the model spoke last.
    spoke: bool,
    answer: Option<String>,
    is_final: bool,
    failure: Option<String>,
}

impl Frames {
    /// Goes on to a record.
    pub(super) fn record(&mut self, at: At) {
        if self.now.dropped != at.dropped {
            self.close();
            (self.gap, self.early) = (None, None);
        }
        if let Some(early) = self.early.take_if(|early| at.seq > early.last + 1)
            && early.is_steering
        {
            self.gap = None;
        }
        self.now = at;
    }

    /// Ends a record: it belongs to the open turn unless it may belong to the next.
    pub(super) fn settle(&mut self) {
        if self.open.is_some()
            && self.gap.is_none()
            && let Some(framed) = self.turns.last_mut()
        {
            framed.turn.end = self.now.place;
            framed.last = self.now.time.or(framed.last);
        }
    }

    /// Turns so far.
    pub(super) fn len(&self) -> usize {
        self.turns.len()
    }

    /// Whether the next turn may have begun already.
    pub(super) fn in_gap(&self) -> bool {
        self.gap.is_some()
    }

    /// Index in order of the turn with an id.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// An event begins a turn.
    pub(super) fn start(&mut self, id: String, started: Option<Time>) {
        let is_same = self.ids.get(&id).is_some_and(|index| index + 1 == self.turns.len());
        if is_same && self.open.is_some() {
            return;
        }
        let early = self.early.take();
        if early.is_some_and(|early| !early.is_steering) {
            self.turns.pop();
            self.open = None;
        }
        self.begin(Some(id), true, early.map(|early| early.from));
        if let Some(framed) = self.turns.last_mut() {
            framed.by_user = early.is_some();
            framed.turn.started = started.or(framed.turn.started);
        }
    }

    /// The user speaks: in the open turn, or to begin one.
    pub(super) fn user(&mut self) {
        let mut from = self.now;
        let is_steering = self.open.as_ref().is_some_and(|open| open.framed);
        if !is_steering {
            from = self.begin(None, false, None);
        }
        let Some(framed) = self.turns.last_mut() else { return };
        let was_by_user = std::mem::replace(&mut framed.by_user, true);
        self.gap = None;
        self.early = None;
        // The first words of a turn are not the next one's.
        if !is_steering || was_by_user {
            self.early = Some(Early { from, last: self.now.seq, is_steering });
            self.gap = is_steering.then_some(from);
        }
        if let Some(open) = &mut self.open {
            open.spoke = false;
        }
    }

    /// An event tells that the open turn is one of the user's.
    pub(super) fn by_user(&mut self) {
        self.gap = None;
        self.early = None;
        if let (Some(_), Some(framed)) = (&self.open, self.turns.last_mut()) {
            framed.by_user = true;
        }
    }

    /// Something is told to the model that may be for the next turn.
    pub(super) fn context(&mut self) {
        if self.open.as_ref().is_none_or(|open| !open.framed && open.spoke) {
            self.gap.get_or_insert(self.now);
        }
    }

    /// The model speaks.
    pub(super) fn assistant(&mut self, mut text: String, is_final: bool) {
        self.gap = None;
        self.answered = true;
        let Some(open) = &mut self.open else { return };
        open.spoke = true;
        open.failure = None;
        if is_final || !open.is_final {
            if let Some(old) = open.answer.take() {
                self.answers.give_back(&old);
            }
            self.answers.cut(&mut text);
            open.answer = Some(text);
            open.is_final = is_final;
        }
    }

    /// The history is replaced by a summary, which is no sign that the model goes on.
    pub(super) fn compacted(&mut self) {
        self.gap = None;
    }

    /// Anything else happens in the history.
    pub(super) fn work(&mut self) {
        self.gap = None;
        if let Some(open) = &mut self.open {
            open.spoke = false;
        }
    }

    /// An error was told that may end the turn.
    pub(super) fn error(&mut self, message: String) {
        if let Some(open) = &mut self.open {
            open.spoke = false;
            open.failure = Some(message);
        }
    }

    /// Settings hold for the turn they name, else for the open one, else for the next.
    pub(super) fn settings(&mut self, mut settings: Settings) {
        let named = settings.turn_id.as_deref().and_then(|id| self.find(id));
        let index = match &self.open {
            Some(_) => named.or_else(|| self.turns.len().checked_sub(1)),
            None => named,
        };
        let Some(index) = index else {
            self.settings = settings;
            return;
        };
        if named.is_none() && self.open.as_ref().is_some_and(|open| !open.framed) {
            self.name(index, settings.turn_id.take());
        }
        let Some(framed) = self.turns.get_mut(index) else { return };
        framed.turn.model = settings.model.or(framed.turn.model.take());
        framed.turn.effort = settings.effort.or(framed.turn.effort.take());
    }

    /// An event ends a turn: the one that it names, else the open one.
    pub(super) fn end(&mut self, mut end: End) {
        let open = self.open.is_some().then(|| self.turns.len() - 1);
        let named = end.turn_id.as_deref().and_then(|id| self.find(id));
        let Some(index) = named.or(open) else { return };
        let state = if Some(index) == open { self.open.take() } else { None };
        match &mut self.early {
            Some(early) => early.last = self.now.seq,
            None if state.is_some() => self.gap = None,
            None => {}
        }
        if let Some(state) = state
            && end.status == TurnStatus::Completed
        {
            end.answer = state.answer.or(end.answer);
            if state.failure.is_some() {
                (end.status, end.reason) = (TurnStatus::Failed, state.failure);
            }
        }
        let is_open = Some(index) == open;
        let Some(framed) = self.turns.get_mut(index) else { return };
        if framed.ended {
            return;
        }
        framed.ended = true;
        let turn = &mut framed.turn;
        if is_open {
            turn.end = self.now.place;
        }
        turn.status = end.status;
        turn.reason = end.reason;
        turn.ended = end.at.or(self.now.time);
        turn.duration_ms = end.duration_ms;
        turn.answer = end.answer.filter(|answer| end.status == TurnStatus::Completed && !answer.is_empty());
        if let Some(answer) = &mut turn.answer {
            self.answers.cut(answer);
        }
    }

    /// The newest turns of the user are dropped, and all that came after the first of them.
    pub(super) fn roll_back(&mut self, turns: u64) {
        self.close();
        self.gap = None;
        if self.now.dropped || turns == 0 {
            return;
        }
        let survivors = self.turns.iter().enumerate().rev();
        let users = survivors.filter(|(_, framed)| framed.by_user && !framed.turn.dropped);
        let turns = usize::try_from(turns).unwrap_or(usize::MAX);
        let Some(first) = users.take(turns).last().map(|(index, _)| index) else { return };
        self.turns[first..].iter_mut().for_each(|framed| framed.turn.dropped = true);
    }

    /// The turns with the numbers of the records that they begin with.
    #[expect(clippy::vec_box, reason = "see the list itself")]
    pub(super) fn finish(mut self) -> Vec<Box<Framed>> {
        if let Some(open) = self.open.take_if(|open| (!open.framed && open.spoke) || open.failure.is_some()) {
            self.cut_off(open);
        }
        // The oldest versions did not write what the model said: nothing there tells an end.
        let is_mute = self.now.bare && !self.answered;
        let mut number = 0;
        for framed in &mut self.turns {
            let turn = &mut framed.turn;
            if framed.by_user && !turn.dropped {
                number += 1;
                turn.number = Some(number);
            }
            if is_mute && turn.reason.as_deref().is_none_or(|reason| reason == NO_END) {
                (turn.status, turn.reason) = (TurnStatus::Completed, None);
            }
            if let (None, Some(started), Some(ended)) = (turn.duration_ms, turn.started, turn.ended) {
                turn.duration_ms = u64::try_from(ended.0 - started.0).ok();
            }
        }
        self.turns
    }

    /// Begins a turn, and says from where on.
    fn begin(&mut self, id: Option<String>, framed: bool, from: Option<At>) -> At {
        self.close();
        // Context before the first turn belongs to none.
        let gap = self.gap.take().filter(|_| !self.turns.is_empty());
        let from = from.or(gap).unwrap_or(self.now);
        let index = self.turns.len();
        let mut settings = std::mem::take(&mut self.settings);
        if id.is_some() && settings.turn_id.is_some() && settings.turn_id != id {
            settings = Settings::default();
        }
        let turn = Turn {
            id: format!("turn-{}", index + 1),
            index: u32::try_from(index + 1).unwrap_or(u32::MAX),
            number: None,
            status: TurnStatus::InProgress,
            reason: None,
            started: self.now.time,
            ended: None,
            duration_ms: None,
            model: settings.model,
            effort: settings.effort,
            dropped: self.now.dropped,
            inherited: self.now.inherited,
            place: from.place,
            end: self.now.place,
            answer: None,
        };
        let known = Framed { turn, start: from.seq, by_user: false, ended: false, last: self.now.time };
        self.turns.push(Box::new(known));
        self.open = Some(Open { framed, ..Open::default() });
        self.name(index, id.or(settings.turn_id));
        from
    }

    fn name(&mut self, index: usize, id: Option<String>) {
        if let (Some(id), Some(framed)) = (id, self.turns.get_mut(index)) {
            framed.turn.id.clone_from(&id);
            self.ids.insert(id, index);
        }
    }

    /// The open turn is over without a frame that ends it.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.cut_off(open);
        }
    }

    fn cut_off(&mut self, open: Open) {
        let Some(framed) = self.turns.last_mut() else { return };
        let turn = &mut framed.turn;
        turn.ended = framed.last;
        (turn.status, turn.reason) = match open.failure {
            Some(failure) => (TurnStatus::Failed, Some(failure)),
            None if !open.framed && open.spoke => (TurnStatus::Completed, None),
            None => (TurnStatus::Interrupted, Some(NO_END.to_owned())),
        };
        if turn.status == TurnStatus::Completed {
            turn.answer = open.answer;
        } else if let Some(answer) = open.answer {
            self.answers.give_back(&answer);
        }
    }
}
