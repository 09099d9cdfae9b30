//! Candidates of one file, in file order and in little memory: 36 bytes each.
//!
//! A store can hold a million of them, and a report walks over all of them three times. They are
//! kept as differences to the one before. Nearly every `token_count` either repeats the one before
//! it or adds its `last` to the total before it, so its total is not kept at all. Reading is
//! sequential, as all uses are.

use rollout_schema::TokenUsage;

use crate::facts::{Candidate, Claim, Count, Span};

/// Candidates per piece. A growing vector is copied, and for a while needs its memory twice.
const PIECE: usize = 512;

/// The candidates of one file.
#[derive(Debug, Default)]
pub struct Candidates {
    pieces: Vec<Vec<Packed>>,
    /// Candidates that do not fit into [`Packed`], in order.
    unusual: Vec<Candidate>,
    latest: Latest,
    len: usize,
}

/// What the next candidate is the difference to.
#[derive(Clone, Debug, Default)]
struct Latest {
    span: Span,
    at: i64,
    turn: u32,
    count: Option<Count>,
}

/// A candidate as the difference to the one before it.
#[derive(Clone, Copy, Debug)]
struct Packed {
    offset: u32,
    at: i32,
    line: u16,
    length: u16,
    turn: i16,
    kind: Kind,
    fresh_turn: bool,
    /// All parts of `last` but the total, which is their input plus their output.
    last: [u32; 5],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    NoInfo,
    /// The same vectors as the `token_count` before it.
    Same,
    /// `last`, and a total that is greater by `last` than the one before it.
    Next,
    /// The next of [`Candidates::unusual`]; nothing else in the entry counts.
    Unusual,
}

impl Candidates {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether any of them is a `token_usage_record`.
    pub fn has_records(&self) -> bool {
        self.unusual.iter().any(|candidate| matches!(candidate.claim, Claim::Record(_)))
    }

    /// Appends a candidate.
    pub fn push(&mut self, candidate: Candidate) {
        let packed = self.latest.pack(&candidate);
        self.latest.follow(&candidate);
        let packed = packed.unwrap_or_else(|| {
            self.unusual.push(candidate);
            Packed {
                offset: 0,
                at: 0,
                line: 0,
                length: 0,
                turn: 0,
                kind: Kind::Unusual,
                fresh_turn: false,
                last: [0; 5],
            }
        });
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(packed),
            _ => {
                // The first piece grows as it must: most files are small.
                let mut piece = Vec::with_capacity(if self.pieces.is_empty() { 8 } else { PIECE });
                piece.push(packed);
                self.pieces.push(piece);
            }
        }
        self.len += 1;
    }

    /// Walks over the candidates in file order without copying them.
    pub fn cursor(&self) -> Cursor<'_> {
        let claim = Claim::NoInfo;
        let span = Span::default();
        Cursor {
            packed: self.pieces.iter().flatten(),
            unusual: self.unusual.iter(),
            current: Candidate { span, at: None, turn: None, review: None, inherited: None, claim },
            at: 0,
            turn: 0,
            count: None,
        }
    }

    /// The candidates in file order.
    pub fn iter(&self) -> impl Iterator<Item = Candidate> {
        let mut cursor = self.cursor();
        std::iter::from_fn(move || cursor.advance().cloned())
    }
}

/// A walk over candidates, each of which is made from the one before it in place.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    packed: std::iter::Flatten<std::slice::Iter<'a, Vec<Packed>>>,
    unusual: std::slice::Iter<'a, Candidate>,
    current: Candidate,
    /// The latest time and turn that were known.
    at: i64,
    turn: u32,
    /// The latest count, while `current` holds none.
    count: Option<Count>,
}

impl Cursor<'_> {
    /// The next candidate.
    pub fn advance(&mut self) -> Option<&Candidate> {
        let packed = self.packed.next()?;
        if packed.kind == Kind::Unusual {
            self.keep_count();
            self.current.clone_from(self.unusual.next()?);
            self.at = self.current.at.unwrap_or(self.at);
            self.turn = self.current.turn.unwrap_or(self.turn);
            return Some(&self.current);
        }
        self.at += i64::from(packed.at);
        self.turn = self.turn.checked_add_signed(i32::from(packed.turn))?;
        self.current.at = Some(self.at);
        self.current.turn = Some(self.turn);
        self.current.review = None;
        self.current.inherited = None;
        let span = &mut self.current.span;
        *span = Span {
            offset: span.offset + u64::from(packed.offset),
            line: span.line + u32::from(packed.line),
            length: u32::from(packed.length),
            column: 1,
        };
        if packed.kind == Kind::NoInfo {
            self.keep_count();
            self.current.claim = Claim::NoInfo;
            return Some(&self.current);
        }
        if !matches!(self.current.claim, Claim::Count(_)) {
            self.current.claim = Claim::Count(self.count?);
        }
        if let Claim::Count(count) = &mut self.current.claim {
            count.fresh_turn = packed.fresh_turn;
            if packed.kind == Kind::Next {
                let [input, cached, cache_write, output, reasoning] = packed.last.map(u64::from);
                let last = TokenUsage::from_parts([input, cached, cache_write, output, reasoning, input + output]);
                count.last = Some(last);
                *count.total.as_mut()? += last;
            }
        }
        Some(&self.current)
    }

    fn keep_count(&mut self) {
        if let Claim::Count(count) = &self.current.claim {
            self.count = Some(*count);
        }
    }
}

impl Latest {
    fn follow(&mut self, candidate: &Candidate) {
        self.span = candidate.span;
        self.at = candidate.at.unwrap_or(self.at);
        self.turn = candidate.turn.unwrap_or(self.turn);
        if let Claim::Count(count) = &candidate.claim {
            self.count = Some(*count);
        }
    }

    /// `None` if the candidate needs more room.
    fn pack(&self, candidate: &Candidate) -> Option<Packed> {
        if candidate.span.column != 1 || candidate.review.is_some() || candidate.inherited.is_some() {
            return None;
        }
        let mut last = [0; 5];
        let mut fresh_turn = false;
        let kind = match &candidate.claim {
            Claim::NoInfo => Kind::NoInfo,
            Claim::Record(_) => return None,
            Claim::Count(count) => {
                fresh_turn = count.fresh_turn;
                let previous = self.count?;
                if (previous.last, previous.total) == (count.last, count.total) {
                    Kind::Same
                } else {
                    last = parts(previous, count)?;
                    Kind::Next
                }
            }
        };
        Some(Packed {
            offset: u32::try_from(candidate.span.offset.checked_sub(self.span.offset)?).ok()?,
            at: i32::try_from(candidate.at?.checked_sub(self.at)?).ok()?,
            line: u16::try_from(candidate.span.line.checked_sub(self.span.line)?).ok()?,
            length: u16::try_from(candidate.span.length).ok()?,
            turn: i16::try_from(i64::from(candidate.turn?) - i64::from(self.turn)).ok()?,
            kind,
            fresh_turn,
            last,
        })
    }
}

/// The parts of `last`, if they are all that distinguishes `count` from the one before it.
fn parts(previous: Count, count: &Count) -> Option<[u32; 5]> {
    let last = count.last?;
    if previous.total? + last != count.total? || last.total_tokens != last.input_tokens + last.output_tokens {
        return None;
    }
    let mut small = [0; 5];
    for (small, part) in small.iter_mut().zip(last.parts()) {
        *small = u32::try_from(part).ok()?;
    }
    Some(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Record;

    #[test]
    fn packing_loses_nothing() {
        let usage = |input: u64| TokenUsage { input_tokens: input, total_tokens: input, ..Default::default() };
        let count = |last, total, fresh_turn| Claim::Count(Count { last, total, fresh_turn });
        let claims = [
            count(Some(usage(5)), Some(usage(5)), false),
            count(Some(usage(7)), Some(usage(12)), true),
            Claim::NoInfo,
            count(Some(usage(7)), Some(usage(12)), false),
            Claim::Record(Record { thread_id: None, response_id: Some("r".into()), usage: None }),
            count(Some(usage(1 << 40)), Some(usage(12 + (1 << 40))), false),
            count(None, Some(usage(1)), false),
            count(Some(usage(2)), None, true),
            count(Some(usage(2)), Some(usage(2)), true),
        ];
        let mut candidates = Candidates::default();
        let all: Vec<Candidate> = (0..3000)
            .map(|n| Candidate {
                span: Span { offset: n * 100, line: n as u32, length: 99, column: 1 + (n % 11 == 0) as u32 },
                at: (n % 3 > 0).then_some(n as i64),
                turn: (n % 2 > 0).then_some(n as u32),
                review: (n % 7 == 0).then_some(n as u16),
                inherited: (n % 5 == 0).then_some(true),
                claim: claims[n as usize % claims.len()].clone(),
            })
            .collect();
        for candidate in &all {
            candidates.push(candidate.clone());
        }
        assert_eq!(candidates.len(), all.len());
        assert_eq!(candidates.iter().collect::<Vec<_>>(), all);
        assert_eq!(size_of::<Packed>(), 36);
    }
}
