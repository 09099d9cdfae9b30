//! From a point to the lines that stand before it.

use std::ops::ControlFlow;

use rollout_schema::LineKind;
use serde::Deserialize;

use super::item::Class;
use super::{Cut, Point, read};
use crate::chain::{Chain, ThreadRecord};
use crate::lines::LineReader;
use crate::records::Record;
use crate::scan::Silent;
use crate::timestamp::parse_timestamp;
use crate::turns::LinePlace;

/// Why a thread has no such point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// It lies past the end.
    #[error("{point} is past the end of the thread; the last is {last}")]
    PastEnd {
        /// What was asked for.
        point: Point,
        /// The last point of that kind.
        last: Point,
    },
    /// The thread has none of its kind.
    #[error("the thread has no {point}")]
    None {
        /// What was asked for.
        point: Point,
    },
}

/// A point that was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Which lines belong to it.
    pub cut: Cut,
    /// The last of them; `None` if there is none, or if all of them do.
    pub last: Option<LinePlace>,
}

/// Finds a point in a chain, reading it from its beginning as far as is needed.
pub fn resolve(chain: &Chain, point: &Point) -> Result<Resolved, PointError> {
    if *point == Point::End {
        return Ok(Resolved::default());
    }
    let mut search = Search { last_piece: chain.pieces.len().saturating_sub(1), ..Search::new(point) };
    // Damage is reported by whoever reads the history; here it only moves nothing.
    let _problems = chain.for_each_record(&mut LineReader::default(), &Silent, |record| search.record(&record));
    search.finish()
}

/// The start of a line, and the last line before it.
#[derive(Clone, Copy, Debug, Default)]
struct Spot {
    piece: usize,
    offset: u64,
    before: Option<LinePlace>,
}

impl From<Spot> for Resolved {
    fn from(spot: Spot) -> Self {
        Self { cut: Cut::before(spot.piece, spot.offset), last: spot.before }
    }
}

/// A turn that a user began.
pub(crate) struct UserTurn {
    /// Index of the message that began it.
    pub(crate) first_message: usize,
    begin: Spot,
    /// Where the next turn begins.
    end: Option<Spot>,
}

impl UserTurn {
    /// The point just before the turn.
    pub(crate) fn begin(&self) -> Resolved {
        self.begin.into()
    }
}

/// What a rollback can drop.
pub(crate) struct UserTurns {
    /// The turns that no rollback has dropped.
    pub(crate) turns: Vec<UserTurn>,
    /// How many messages are in them that a rollback counts.
    pub(crate) messages: usize,
}

impl UserTurns {
    /// Those of a chain, which is read from its beginning.
    pub(crate) fn of(chain: &Chain) -> Self {
        let point = Point::Turn(u64::MAX);
        let mut search = Search::new(&point);
        let _problems = chain.for_each_record(&mut LineReader::default(), &Silent, |record| search.record(&record));
        Self { messages: search.messages.len(), turns: search.turns }
    }
}

struct Search<'a> {
    point: &'a Point,
    last_piece: usize,
    /// Start of the line that is being read.
    here: Spot,
    latest: Option<LinePlace>,
    /// The point lies after the line of this place.
    after: Option<LinePlace>,
    found: Option<Spot>,
    /// Messages that a rollback counts and that survive, and whether they are the user's: other agents
    /// send some as well.
    messages: Vec<(Spot, bool)>,
    turns: Vec<UserTurn>,
    /// Where the turn began that is framed by events, if one is open, and whether a user turn is in it.
    frame: Option<(Spot, bool)>,
    /// Where settings and context began that may belong to the next turn.
    opening: Option<Spot>,
    compactions: u64,
    last_ordinal: Option<u64>,
    last_line: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Ids {
    id: Option<String>,
    call_id: Option<String>,
    num_turns: u64,
}

impl<'a> Search<'a> {
    fn new(point: &'a Point) -> Self {
        Self {
            point,
            last_piece: 0,
            here: Spot::default(),
            latest: None,
            after: None,
            found: None,
            messages: Vec::new(),
            turns: Vec::new(),
            frame: None,
            opening: None,
            compactions: 0,
            last_ordinal: None,
            last_line: 0,
        }
    }

    fn record(&mut self, at: &ThreadRecord<'_>) -> ControlFlow<()> {
        let is_new_line =
            self.latest.is_none_or(|latest| (latest.segment, latest.line) != (at.place.segment, at.place.line));
        if is_new_line {
            let offset = at.record.offset - (at.record.column - 1);
            self.here = Spot { piece: at.piece, offset, before: self.latest };
            if self.after.take().is_some() {
                self.found = Some(self.here);
                // A call's output may follow: the last line that has the id counts.
                if !matches!(self.point, Point::Item(_)) {
                    return ControlFlow::Break(());
                }
            }
        }
        self.latest = Some(at.place);
        self.look(at)
    }

    fn look(&mut self, at: &ThreadRecord<'_>) -> ControlFlow<()> {
        let record = &at.record;
        let reached = match self.point {
            Point::End => false,
            Point::Turn(_) | Point::BeforeUser(_) => {
                self.follow(record);
                false
            }
            Point::Item(id) => is_item(record, at.place, id),
            Point::Ordinal(ordinal) => {
                self.last_ordinal = record.head.ordinal.or(self.last_ordinal);
                record.head.ordinal == Some(*ordinal)
            }
            Point::Line(line) => {
                self.last_line = if at.piece == self.last_piece { at.place.line } else { 0 };
                self.last_line == *line
            }
            Point::Time(time) => {
                let later = parse_timestamp(record.head.timestamp).is_some_and(|(millis, _)| millis > time.0);
                if later {
                    self.found = Some(self.here);
                    return ControlFlow::Break(());
                }
                false
            }
            Point::Compaction(number) => {
                self.compactions += u64::from(record.head.kind == LineKind::Compacted);
                record.head.kind == LineKind::Compacted && self.compactions == *number
            }
        };
        if reached {
            self.after = Some(at.place);
        }
        ControlFlow::Continue(())
    }

    /// Counts turns and messages.
    fn follow(&mut self, record: &Record<'_>) {
        match record.head.kind {
            LineKind::EventMsg => match record.head.payload_type {
                b"task_started" | b"turn_started" => {
                    self.end_turn(self.here);
                    self.frame = Some((self.here, false));
                }
                b"task_complete" | b"turn_complete" | b"turn_aborted" => self.frame = None,
                b"thread_rolled_back" => {
                    let turns = read::payload::<Ids>(record.json).unwrap_or_default().num_turns;
                    let kept = self.messages.len().saturating_sub(usize::try_from(turns).unwrap_or(usize::MAX));
                    self.messages.truncate(kept);
                    self.turns.retain(|turn| turn.first_message < kept);
                }
                _ => {}
            },
            LineKind::ResponseItem => {
                let class = read::view(record).ok().and_then(|view| view.class()).map(|(class, _)| class);
                match class {
                    Some(Class::User | Class::Agent) => self.message(class == Some(Class::User)),
                    Some(Class::Opening | Class::DeveloperContext | Class::ModelSwitch | Class::Developer) => {
                        self.opening.get_or_insert(self.here);
                    }
                    _ => self.opening = None,
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, of_user: bool) {
        let opening = self.opening.take();
        let begin = match &mut self.frame {
            Some((begin, has_user_turn)) => (!std::mem::replace(has_user_turn, true)).then_some(*begin),
            None => {
                let begin = opening.unwrap_or(self.here);
                self.end_turn(begin);
                Some(begin)
            }
        };
        if let Some(begin) = begin {
            self.turns.push(UserTurn { first_message: self.messages.len(), begin, end: None });
        }
        self.messages.push((self.here, of_user));
    }

    fn end_turn(&mut self, spot: Spot) {
        if let Some(turn) = self.turns.last_mut() {
            turn.end.get_or_insert(spot);
        }
    }

    fn finish(self) -> Result<Resolved, PointError> {
        let count = |list: usize| list as u64;
        let past = |kind: fn(u64) -> Point, last: u64| {
            let point = self.point.clone();
            if last == 0 { PointError::None { point } } else { PointError::PastEnd { point, last: kind(last) } }
        };
        match self.point {
            Point::Turn(number) => {
                let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
                let turn = self.turns.get(index).ok_or_else(|| past(Point::Turn, count(self.turns.len())))?;
                return Ok(turn.end.map_or_else(Resolved::default, Into::into));
            }
            Point::BeforeUser(number) => {
                let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
                let of_user = || self.messages.iter().filter(|(_, of_user)| *of_user);
                let message = of_user().nth(index).ok_or_else(|| past(Point::BeforeUser, count(of_user().count())))?;
                return Ok(message.0.into());
            }
            _ => {}
        }
        match (self.found, self.after) {
            // The last line of the thread has the point.
            (_, Some(_)) => return Ok(Resolved::default()),
            (Some(spot), None) => return Ok(spot.into()),
            (None, None) => {}
        }
        match self.point {
            Point::Time(_) => Ok(Resolved::default()),
            Point::Ordinal(_) => Err(match self.last_ordinal {
                Some(last) => PointError::PastEnd { point: self.point.clone(), last: Point::Ordinal(last) },
                None => PointError::None { point: self.point.clone() },
            }),
            Point::Line(_) => Err(past(Point::Line, self.last_line)),
            Point::Compaction(_) => Err(past(Point::Compaction, self.compactions)),
            _ => Err(PointError::None { point: self.point.clone() }),
        }
    }
}

/// Whether a line holds the item `id`: by its own id, its call's, or its place.
fn is_item(record: &Record<'_>, place: LinePlace, id: &str) -> bool {
    if record.head.kind != LineKind::ResponseItem {
        return false;
    }
    let ids: Ids = read::payload(record.json).unwrap_or_default();
    ids.id.as_deref() == Some(id)
        || ids.call_id.as_deref() == Some(id)
        || id
            .split_once(':')
            .is_some_and(|(segment, line)| segment.parse() == Ok(place.segment) && line.parse() == Ok(place.line))
}
