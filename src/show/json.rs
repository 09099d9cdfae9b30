//! For programs: one JSON document, or one JSON value per line. Both hold everything that is known.

use std::io;

use replay::Problem;
use replay::turns::{Item, Turn};
use serde::Serialize;

use super::{Format, Strip, ThreadHead};

const SCHEMA_VERSION: u32 = 1;

/// A turn without its items.
#[derive(Serialize)]
pub(crate) struct TurnHead<'a> {
    #[serde(flatten)]
    pub(crate) turn: &'a Turn,
    /// Null if nothing is known of its usage.
    pub(crate) usage: Option<&'a Strip>,
}

/// `{"schema_version":1,"thread":{…},"turns":[{…,"items":[…]}],"problems":[…]}`, a line for each item.
#[derive(Default)]
pub(crate) struct Json {
    turns: u64,
    items: u64,
}

impl Json {
    fn end_turn(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if self.turns > 0 {
            out.write_all(b"]}")?;
        }
        Ok(())
    }
}

impl Format for Json {
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()> {
        write!(out, r#"{{"schema_version":{SCHEMA_VERSION},"thread":{},"turns":["#, serde_json::to_string(thread)?)
    }

    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, usage: Option<&Strip>) -> io::Result<()> {
        self.end_turn(out)?;
        let head = serde_json::to_string(&TurnHead { turn, usage })?;
        let comma = if self.turns > 0 { "," } else { "" };
        // The turn's object stays open for its items.
        let open = head.strip_suffix('}').unwrap_or(&head);
        write!(out, "{comma}\n{open},\"items\":[")?;
        self.turns += 1;
        self.items = 0;
        Ok(())
    }

    fn item(&mut self, out: &mut dyn io::Write, item: &Item) -> io::Result<()> {
        out.write_all(if self.items > 0 { b",\n" } else { b"\n" })?;
        self.items += 1;
        Ok(serde_json::to_writer(out, item)?)
    }

    fn end(&mut self, out: &mut dyn io::Write, problems: &[Problem]) -> io::Result<()> {
        self.end_turn(out)?;
        writeln!(out, "],\n\"problems\":{}}}", serde_json::to_string(problems)?)
    }
}

/// A line of [`Ndjson`].
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'a> {
    Thread { schema_version: u32, thread: &'a ThreadHead },
    Turn { turn: TurnHead<'a> },
    Item { turn_index: u32, item: &'a Item },
    Problem { problem: &'a Problem },
}

/// The thread, then each turn before its items, then what could not be read.
#[derive(Default)]
pub(crate) struct Ndjson {
    turn_index: u32,
}

impl Ndjson {
    fn line(out: &mut dyn io::Write, line: &Line<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")
    }
}

impl Format for Ndjson {
    fn begin(&mut self, out: &mut dyn io::Write, thread: &ThreadHead) -> io::Result<()> {
        Self::line(out, &Line::Thread { schema_version: SCHEMA_VERSION, thread })
    }

    fn turn(&mut self, out: &mut dyn io::Write, turn: &Turn, usage: Option<&Strip>) -> io::Result<()> {
        self.turn_index = turn.index;
        Self::line(out, &Line::Turn { turn: TurnHead { turn, usage } })
    }

    fn item(&mut self, out: &mut dyn io::Write, item: &Item) -> io::Result<()> {
        Self::line(out, &Line::Item { turn_index: self.turn_index, item })
    }

    fn end(&mut self, out: &mut dyn io::Write, problems: &[Problem]) -> io::Result<()> {
        problems.iter().try_for_each(|problem| Self::line(out, &Line::Problem { problem }))
    }
}
