//! A thread played back: what happens in which order, and how much time passes in between.
//!
//! ```text
//! transcript ─► Player ─► Scene, Moment      turns, items, and what came back from calls
//!                └ Span    only what stands between two points
//!                └ Clock   time as the log tells it, which never runs backward
//! Tempo: how long one waits for a Moment
//! ```
//!
//! One item is kept, no more: the call whose answer comes with the next thing that happens. Refuses to
//! wait, to draw and to know what time it is: whoever watches does that.

use std::ops::ControlFlow;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::chain::Chain;
use crate::history::{Cut, Point, PointError, resolve};
use crate::timestamp::Time;
use crate::turns::{CallStatus, Item, LinePlace, Outcome, TranscriptSink, Turn};

/// What happens in a playback.
#[derive(Clone, Copy, Debug)]
pub enum Scene<'a> {
    /// A turn begins.
    Turn(&'a Turn),
    /// An item appears. A call whose answer follows looks as if it had gone well and said nothing.
    Item(&'a Item),
    /// The call that appeared last has its answer.
    Answer(&'a Item),
}

/// When a scene happens, in milliseconds of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Since the first scene.
    pub at: u64,
    /// Since the scene before.
    pub gap: u64,
}

/// How fast a playback is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    /// How many times faster than the log.
    pub speed: f64,
    /// Gaps in the log that are longer count as this long.
    pub max_idle: Duration,
}

impl Tempo {
    /// How long one waits where so many milliseconds passed in the log.
    pub fn wait(&self, gap: u64) -> Duration {
        let gap = Duration::from_millis(gap).min(self.max_idle);
        Duration::try_from_secs_f64(gap.as_secs_f64() / self.speed).unwrap_or(Duration::MAX)
    }
}

/// A point in a thread, as a border between its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Border {
    /// Before the first line.
    Start,
    /// Behind this line of this segment.
    Behind(u32, u64),
    /// Behind the last line.
    End,
}

impl Border {
    fn of(chain: &Chain, point: &Point) -> Result<Self, PointError> {
        let resolved = resolve(chain, point)?;
        Ok(match resolved.last {
            Some(place) => Self::behind(place),
            None if resolved.cut == Cut::END => Self::End,
            None => Self::Start,
        })
    }

    /// Segments are numbered in the order in which a chain has them.
    fn behind(place: LinePlace) -> Self {
        Self::Behind(place.segment, place.line)
    }

    fn is_before(self, place: LinePlace) -> bool {
        self < Self::behind(place)
    }
}

/// The part of a thread that is played.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    from: Border,
    to: Border,
}

impl Span {
    /// All of it.
    pub const ALL: Self = Self { from: Border::Start, to: Border::End };

    /// What stands between two points; from the beginning if there is no first one.
    pub fn new(chain: &Chain, from: Option<&Point>, to: &Point) -> Result<Self, PointError> {
        let from = from.map_or(Ok(Border::Start), |point| Border::of(chain, point))?;
        Ok(Self { from, to: Border::of(chain, to)? })
    }

    /// Whether nothing can stand in it.
    pub fn is_empty(&self) -> bool {
        self.from >= self.to
    }
}

/// Tells time by the log. What has no time, or an earlier one than what was before, happens at once.
#[derive(Debug, Default)]
struct Clock {
    /// Time of the last line.
    line: Option<i64>,
    /// How far an answer went ahead of that line: calls that ran side by side are told one by one.
    ahead: u64,
    at: u64,
}

impl Clock {
    /// Goes on to the time of a line.
    fn line(&mut self, time: Option<Time>) -> Moment {
        let Some(Time(time)) = time else { return self.pass(0) };
        let passed = self.line.replace(time).map_or(0, |before| time.saturating_sub(before));
        let passed = u64::try_from(passed).unwrap_or(0);
        let gap = passed.saturating_sub(self.ahead);
        self.ahead = self.ahead.saturating_sub(passed);
        self.pass(gap)
    }

    /// Goes on to the end of a call that began with the last line.
    fn answer(&mut self, duration_ms: u64) -> Moment {
        let gap = duration_ms.saturating_sub(self.ahead);
        self.ahead += gap;
        self.pass(gap)
    }

    fn pass(&mut self, gap: u64) -> Moment {
        self.at = self.at.saturating_add(gap);
        Moment { at: self.at, gap }
    }
}

/// Plays a transcript to somebody who watches until they break.
pub struct Player<'a> {
    span: Span,
    /// Whether answers are scenes of their own.
    answers: bool,
    watch: &'a mut dyn FnMut(Scene<'_>, Moment) -> ControlFlow<()>,
    clock: Clock,
    /// The turn that began before what is played, until something of it is.
    begun: Option<Turn>,
    /// When the turn at hand ended.
    ended: Option<Time>,
    /// A call that took nobody knows how long: its answer was there when something else happened.
    open: Option<Item>,
}

impl<'a> Player<'a> {
    /// With `answers`, what came back from a call is a scene behind the call; else it is part of it.
    pub fn new(span: Span, answers: bool, watch: &'a mut dyn FnMut(Scene<'_>, Moment) -> ControlFlow<()>) -> Self {
        Self { span, answers, watch, clock: Clock::default(), begun: None, ended: None, open: None }
    }

    /// Plays what is left when the transcript has ended.
    pub fn finish(mut self) -> ControlFlow<()> {
        self.settle(self.ended)
    }

    /// Plays the answer that is open, at this time.
    fn settle(&mut self, time: Option<Time>) -> ControlFlow<()> {
        match self.open.take() {
            Some(item) => (self.watch)(Scene::Answer(&item), self.clock.line(time)),
            None => ControlFlow::Continue(()),
        }
    }
}

impl TranscriptSink for Player<'_> {
    fn turn(&mut self, turn: &Turn) -> ControlFlow<()> {
        self.settle(self.ended)?;
        if self.span.to.is_before(turn.place) {
            return ControlFlow::Break(());
        }
        self.ended = turn.ended;
        if self.span.from.is_before(turn.place) {
            self.begun = None;
            return (self.watch)(Scene::Turn(turn), self.clock.line(turn.started));
        }
        self.begun = Some(turn.clone());
        ControlFlow::Continue(())
    }

    fn item(&mut self, mut item: Item) -> ControlFlow<()> {
        if self.span.to.is_before(item.place) {
            self.settle(item.at)?;
            return ControlFlow::Break(());
        }
        if !self.span.from.is_before(item.place) {
            return ControlFlow::Continue(());
        }
        self.settle(item.at)?;
        if let Some(turn) = self.begun.take() {
            (self.watch)(Scene::Turn(&turn), self.clock.line(item.at))?;
        }
        let moment = self.clock.line(item.at);
        let Some(outcome) = item.kind.outcome().filter(|outcome| self.answers && is_answered(outcome)) else {
            return (self.watch)(Scene::Item(&item), moment);
        };
        let bare = Outcome { status: CallStatus::Completed, ..Outcome::default() };
        let mut answer = std::mem::replace(outcome, bare);
        (self.watch)(Scene::Item(&item), moment)?;
        let duration = answer.duration_ms;
        if let Some(outcome) = item.kind.outcome() {
            std::mem::swap(outcome, &mut answer);
        }
        match duration {
            Some(duration) => (self.watch)(Scene::Answer(&item), self.clock.answer(duration)),
            None => {
                self.open = Some(item);
                ControlFlow::Continue(())
            }
        }
    }
}

fn is_answered(outcome: &Outcome) -> bool {
    outcome.status != CallStatus::Unanswered || outcome.output.is_some()
}

/// One line of `rollout replay --format events`: something that happened in a thread, in playing order.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ReplayEvent<'a> {
    /// Milliseconds in the log since the first event. It never falls: what has no time, or an earlier one,
    /// has the `at` of the event before.
    pub at: u64,
    /// When its line was written, as the log says.
    pub time: Option<Time>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening<'a>,
}

/// What happened.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening<'a> {
    /// A turn began.
    Turn {
        /// The turn, with what is known of its end.
        turn: &'a Turn,
    },
    /// A step of the turn that began last.
    Item {
        /// The step; a call with what came back.
        item: &'a Item,
    },
}

impl<'a> ReplayEvent<'a> {
    /// The event that a scene is. Answers belong to their calls here.
    pub fn new(scene: Scene<'a>, moment: Moment) -> Self {
        let (time, what) = match scene {
            Scene::Turn(turn) => (turn.started, Happening::Turn { turn }),
            Scene::Item(item) | Scene::Answer(item) => (item.at, Happening::Item { item }),
        };
        Self { at: moment.at, time, what }
    }

    /// The JSON Schema, as published.
    pub fn schema() -> schemars::Schema {
        let mut schema = schemars::schema_for!(ReplayEvent<'static>);
        rollout_schema::schema::identify(&mut schema, "ReplayEvent");
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turns::ItemKind;

    fn place(line: u64) -> LinePlace {
        LinePlace { segment: 0, line, ordinal: None }
    }

    fn words(line: u64, at: Option<i64>) -> Item {
        let kind = ItemKind::Notice { level: "n".to_owned(), text: String::new() };
        Item { id: format!("words {line}"), at: at.map(Time), place: place(line), kind }
    }

    fn command(line: u64, at: i64, duration_ms: Option<u64>) -> Item {
        let outcome =
            Outcome { status: CallStatus::Completed, exit_code: Some(0), duration_ms, output: Some("out".to_owned()) };
        let kind = ItemKind::Command { command: "ls".to_owned(), cwd: None, by_user: false, outcome };
        Item { id: format!("call {line}"), at: Some(Time(at)), place: place(line), kind }
    }

    fn turn(line: u64, started: i64, ended: Option<i64>) -> Turn {
        Turn {
            id: format!("turn {line}"),
            index: 1,
            number: Some(1),
            status: Default::default(),
            reason: None,
            started: Some(Time(started)),
            ended: ended.map(Time),
            duration_ms: None,
            model: None,
            effort: None,
            dropped: false,
            inherited: false,
            place: place(line),
            end: place(line),
            answer: None,
        }
    }

    /// What is seen of some items, each with the gap before it.
    fn play(span: Span, answers: bool, turns: Vec<(Turn, Vec<Item>)>) -> Vec<String> {
        let mut seen = Vec::new();
        let mut at = 0;
        let mut watch = |scene: Scene<'_>, moment: Moment| {
            at += moment.gap;
            assert_eq!(moment.at, at);
            seen.push(match scene {
                Scene::Turn(turn) => format!("+{} {}", moment.gap, turn.id),
                Scene::Item(item) => format!("+{} {}", moment.gap, item.id),
                Scene::Answer(item) => format!("+{} answer of {}", moment.gap, item.id),
            });
            ControlFlow::Continue(())
        };
        let mut player = Player::new(span, answers, &mut watch);
        let flow = turns.into_iter().try_for_each(|(turn, items)| {
            player.turn(&turn)?;
            items.into_iter().try_for_each(|item| player.item(item))
        });
        if flow.is_continue() {
            assert!(player.finish().is_continue());
        }
        seen
    }

    #[track_caller]
    fn check(items: Vec<Item>, want: &[&str]) {
        let seen = play(Span::ALL, true, vec![(turn(1, 0, Some(90_000)), items)]);
        assert_eq!(seen[0], "+0 turn 1");
        assert_eq!(seen[1..], *want);
    }

    #[test]
    fn gaps_are_those_of_the_lines() {
        check(vec![words(2, Some(10)), words(3, Some(1_510))], &["+10 words 2", "+1500 words 3"]);
    }

    #[test]
    fn what_has_no_time_or_an_earlier_one_happens_at_once() {
        let items = vec![words(2, Some(500)), words(3, None), words(4, Some(200)), words(5, Some(300))];
        check(items, &["+500 words 2", "+0 words 3", "+0 words 4", "+100 words 5"]);
        // Lines that a fork copied have the time of the copy.
        check(
            vec![words(2, Some(7)), words(3, Some(7)), words(4, Some(7))],
            &["+7 words 2", "+0 words 3", "+0 words 4"],
        );
    }

    #[test]
    fn an_answer_comes_when_the_call_is_over() {
        let items = vec![command(2, 100, Some(2_000)), words(3, Some(2_300))];
        check(items, &["+100 call 2", "+2000 answer of call 2", "+200 words 3"]);
    }

    #[test]
    fn calls_side_by_side_take_as_long_as_the_longest() {
        let items = vec![command(2, 0, Some(5_000)), command(3, 1_000, Some(5_000)), words(4, Some(6_500))];
        check(items, &["+0 call 2", "+5000 answer of call 2", "+0 call 3", "+1000 answer of call 3", "+500 words 4"]);
    }

    #[test]
    fn an_answer_without_duration_comes_with_what_is_next() {
        check(vec![command(2, 0, None), words(3, Some(800))], &["+0 call 2", "+800 answer of call 2", "+0 words 3"]);
        // Nothing is next: it came before the turn ended.
        check(vec![command(2, 0, None)], &["+0 call 2", "+90000 answer of call 2"]);
    }

    #[test]
    fn calls_are_whole_or_apart_from_their_answers() {
        let items = || vec![(turn(1, 0, None), vec![command(2, 0, Some(5)), words(3, Some(100))])];
        assert_eq!(play(Span::ALL, false, items()), ["+0 turn 1", "+0 call 2", "+100 words 3"]);
        let mut outputs = Vec::new();
        let mut watch = |scene: Scene<'_>, _: Moment| {
            if let Scene::Item(item) | Scene::Answer(item) = scene
                && let Some(outcome) = item.kind.clone().outcome()
            {
                outputs.push(outcome.output.clone());
            }
            ControlFlow::Continue(())
        };
        let mut player = Player::new(Span::ALL, true, &mut watch);
        assert!(player.item(command(2, 0, Some(5))).is_continue());
        assert_eq!(outputs, [None, Some("out".to_owned())]);
    }

    #[test]
    fn only_the_span_is_played() {
        let turns = || {
            vec![
                (turn(1, 0, Some(150)), vec![words(2, Some(100)), words(3, Some(150))]),
                (turn(4, 1_000, None), vec![words(5, Some(1_100))]),
            ]
        };
        let check = |from, to, want: &[&str]| assert_eq!(play(Span { from, to }, true, turns()), want);
        let behind = |line| Border::Behind(0, line);
        check(behind(2), Border::End, &["+0 turn 1", "+0 words 3", "+850 turn 4", "+100 words 5"]);
        check(behind(3), Border::End, &["+0 turn 4", "+100 words 5"]);
        check(Border::Start, behind(2), &["+0 turn 1", "+100 words 2"]);
        check(Border::Start, behind(3), &["+0 turn 1", "+100 words 2", "+50 words 3"]);
        check(Border::End, Border::End, &[]);
        assert!(Span { from: behind(3), to: behind(3) }.is_empty() && !Span::ALL.is_empty());
    }

    #[test]
    fn waits_are_shortened_first_and_sped_up_then() {
        let tempo = Tempo { speed: 2.0, max_idle: Duration::from_secs(2) };
        assert_eq!(tempo.wait(1_000), Duration::from_millis(500));
        assert_eq!(tempo.wait(86_400_000), Duration::from_secs(1));
        let slowest = Tempo { speed: f64::MIN_POSITIVE, max_idle: Duration::MAX };
        assert_eq!(slowest.wait(1), Duration::MAX);
    }
}
