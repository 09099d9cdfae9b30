//! Pass two: steps become items in turns, each call with its answers.
//!
//! An item that waits holds back the items behind it, and nothing waits beyond the end of its turn.
//! What is not asked for is read all the same, so that ids do not depend on what is asked for.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;

use super::frames::Framed;
use super::outline::Plan;
use super::read::{CallKey, Step, merge, read, same_command};
use super::words::number;
use super::{Item, ItemKind, LinePlace, TranscriptOptions, TranscriptSink, Turn, TurnStatus};
use crate::chain::ThreadRecord;
use crate::timestamp::{Clock, Time};

/// Takes records, hands out turns and items.
pub(super) struct Desk<'a> {
    plan: Plan,
    options: TranscriptOptions,
    sink: &'a mut dyn TranscriptSink,
    clock: Clock,
    seq: u64,
    /// The turn that began last.
    turn: Option<Box<Framed>>,
    /// Turns that have begun.
    begun: usize,
    announced: bool,
    stopped: bool,
    queue: VecDeque<Slot>,
    /// Items that have left the queue.
    left: usize,
    calls: HashMap<CallKey, usize>,
    /// What an event said of a command of the user that the model is told next.
    typed: Option<ItemKind>,
    ids: HashSet<u64>,
}

/// An item that waits for its answers, or for an item before it.
struct Slot {
    item: Item,
    /// The record that it comes from.
    seq: u64,
    /// The record that answers it last.
    until: u64,
    shown: bool,
    inherited: bool,
}

/// Where a step comes from.
#[derive(Clone, Copy)]
struct Origin {
    seq: u64,
    place: LinePlace,
    at: Option<Time>,
    inherited: bool,
    dropped: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(plan: Plan, options: TranscriptOptions, sink: &'a mut dyn TranscriptSink) -> Self {
        Self {
            plan,
            options,
            sink,
            clock: Clock::default(),
            seq: 0,
            turn: None,
            begun: 0,
            announced: false,
            stopped: false,
            queue: VecDeque::new(),
            left: 0,
            calls: HashMap::new(),
            typed: None,
            ids: HashSet::new(),
        }
    }

    /// Takes the next record. Fails if it is damaged.
    pub(super) fn record(&mut self, record: &ThreadRecord<'_>) -> serde_json::Result<ControlFlow<()>> {
        let seq = self.seq;
        if seq >= self.plan.records {
            return Ok(ControlFlow::Break(())); // the file grew in between
        }
        self.seq += 1;
        while self.plan.turns.front().is_some_and(|next| next.start <= seq) {
            self.end_turn();
            self.begin_turn();
        }
        if !self.plan.notes.skip.contains(&seq) {
            let ThreadRecord { record, place, inherited, dropped, .. } = *record;
            let at = self.clock.parse(record.head.timestamp).map(|(millis, _)| Time(millis));
            let origin = Origin { seq, place, at, inherited, dropped };
            for step in read(&record)?.steps {
                self.step(step, origin);
            }
        }
        self.release(seq);
        Ok(if self.stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Ends the last turn.
    pub(super) fn finish(&mut self) {
        self.end_turn();
    }

    fn step(&mut self, step: Step, origin: Origin) {
        match step {
            Step::Item(id, mut kind) => {
                if let Some(typed) = self.typed.take_if(|typed| same_command(typed, &kind)) {
                    merge(&mut kind, typed, false);
                }
                self.push(id, kind, origin);
            }
            Step::Echo(id, kind) => {
                if self.plan.notes.alone.contains(&origin.seq) {
                    self.push(id, kind, origin);
                }
            }
            Step::Call(key, id, kind) => {
                self.calls.insert(key, self.left + self.queue.len());
                self.push(id, kind, origin);
            }
            Step::Output(key, id, kind) => {
                if let Some(kind) = self.answer(key, kind, true) {
                    self.calls.insert(key, self.left + self.queue.len());
                    self.push(id, kind, origin);
                }
            }
            Step::Report(key, id, kind) => match self.answer(key, kind, false) {
                Some(kind) if self.plan.notes.alone.contains(&origin.seq) => self.push(id, kind, origin),
                // A response item of the turn says the same, and of a command of the user less.
                Some(kind) => self.typed = Some(kind),
                None => {}
            },
        }
    }

    fn push(&mut self, id: Option<String>, kind: ItemKind, origin: Origin) {
        let until = self.plan.notes.answer_of(origin.seq).unwrap_or(origin.seq);
        let is_rollback = matches!(kind, ItemKind::Rollback { .. });
        let shown = self.is_shown(origin.dropped || is_rollback, origin.inherited);
        let item = Item { id: id.unwrap_or_default(), at: origin.at, place: origin.place, kind };
        self.queue.push_back(Slot { item, seq: origin.seq, until, shown, inherited: origin.inherited });
    }

    /// Adds an answer to its call, or gives it back.
    fn answer(&mut self, key: CallKey, kind: ItemKind, told: bool) -> Option<ItemKind> {
        let index = self.calls.get(&key).and_then(|index| index.checked_sub(self.left));
        let Some(slot) = index.and_then(|index| self.queue.get_mut(index)) else { return Some(kind) };
        merge(&mut slot.item.kind, kind, told);
        None
    }

    /// Hands out what waits for nothing that is still to come.
    fn release(&mut self, seq: u64) {
        while let Some(slot) = self.queue.pop_front_if(|slot| slot.until <= seq) {
            self.left += 1;
            self.hand_out(slot);
        }
    }

    fn hand_out(&mut self, mut slot: Slot) {
        if let Some(late) = self.plan.notes.late.remove(&slot.seq) {
            merge(&mut slot.item.kind, late, false);
        }
        self.identify(&mut slot.item);
        if slot.shown && !self.stopped {
            self.announce(slot.inherited, slot.item.place);
            self.stopped = self.stopped || self.sink.item(slot.item).is_break();
        }
    }

    /// Gives an item an id that no item before it has.
    fn identify(&mut self, item: &mut Item) {
        if !item.id.is_empty() && self.ids.insert(number(&item.id)) {
            return;
        }
        let place = format!("{}:{}", item.place.segment, item.place.line);
        item.id.clone_from(&place);
        let mut count = 1;
        while !self.ids.insert(number(&item.id)) {
            count += 1;
            item.id = format!("{place}#{count}");
        }
    }

    fn begin_turn(&mut self) {
        self.begun += 1;
        self.turn = self.plan.turns.pop_front();
        self.announced = false;
        let Some(Framed { turn, .. }) = self.turn.as_deref() else { return };
        if self.is_shown(turn.dropped, turn.inherited) {
            self.announce(turn.inherited, turn.place);
        }
    }

    /// Hands out the turn's beginning, once, or that there is something before the first turn.
    fn announce(&mut self, inherited: bool, place: LinePlace) {
        if self.announced || self.stopped {
            return;
        }
        self.announced = true;
        let flow = match self.turn.as_deref() {
            Some(Framed { turn, .. }) => self.sink.turn(turn),
            None => self.sink.turn(&before_the_first(inherited, place)),
        };
        self.stopped = flow.is_break();
    }

    fn end_turn(&mut self) {
        self.release(u64::MAX);
        let index = self.begun.checked_sub(1);
        for item in index.and_then(|index| self.plan.notes.trailing.remove(&index)).unwrap_or_default() {
            let shown =
                self.turn.as_deref().is_none_or(|Framed { turn, .. }| self.is_shown(turn.dropped, turn.inherited));
            self.hand_out(Slot { item, seq: u64::MAX, until: 0, shown, inherited: false });
        }
        self.calls.clear();
        self.typed = None;
    }

    fn is_shown(&self, dropped: bool, inherited: bool) -> bool {
        let dropped = dropped || self.turn.as_deref().is_some_and(|framed| framed.turn.dropped);
        (self.options.all || !dropped) && (self.options.inherited || !inherited)
    }
}

/// The head of what stands before the first turn.
fn before_the_first(inherited: bool, place: LinePlace) -> Turn {
    Turn {
        id: "turn-0".to_owned(),
        index: 0,
        number: None,
        status: TurnStatus::Completed,
        reason: None,
        started: None,
        ended: None,
        duration_ms: None,
        model: None,
        effort: None,
        dropped: false,
        inherited,
        place,
        end: place,
        answer: None,
    }
}
