//! Whatever happens to the medium, what a flush acknowledged is read back once, in order and letter by letter.
//!
//! Items, batches, full disks, partial writes, a second writer without manners and kills are random. The oracle
//! spells lines by hand and reads them back with the reader of this crate.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use proptest::prelude::*;
use rollout_schema::wire::{Envelope, SessionMeta};
use serde::de::IgnoredAny;

use super::ends::Ends;
use super::medium::{End, Medium, Tape};
use super::*;
use crate::lines::{Extent, Line, LineReader, LineSink, Want};
use crate::records::records;

const NOW: &str = "2026-01-02T03:04:05.678Z";
const META: &str =
    r#""id":"t","timestamp":"2026-01-02T03:04:05.000Z","cwd":"/srv/app","originator":"test","cli_version":"0.0.0""#;

pub(super) fn clock() -> Timestamp {
    NOW.parse().unwrap()
}

/// Memory that stands for a file, and the room that is left for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    /// Bytes that can still be written; more than that is an error of a full disk.
    room: Option<usize>,
    /// Most bytes that one call writes.
    most: Option<usize>,
}

impl Memory {
    fn with<T>(&self, look: impl FnOnce(&mut Content) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn holding(bytes: &[u8]) -> Self {
        let memory = Self::default();
        memory.append(bytes);
        memory
    }

    /// What someone else writes; the disk is never full for others.
    pub(super) fn append(&self, bytes: &[u8]) {
        self.with(|content| content.bytes.extend_from_slice(bytes));
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.with(|content| content.bytes.clone())
    }

    pub(super) fn set_room(&self, room: Option<usize>) {
        self.with(|content| content.room = room);
    }

    pub(super) fn set_most(&self, most: Option<usize>) {
        self.with(|content| content.most = most);
    }
}

impl Medium for Memory {
    fn open(&mut self) -> Result<Box<dyn Tape>, RecordError> {
        Ok(Box::new(Handle { memory: self.clone(), position: 0 }))
    }

    fn sync_place(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct Handle {
    memory: Memory,
    position: u64,
}

impl Tape for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.memory.with(|content| {
            let n = bytes.len().min(content.room.unwrap_or(usize::MAX)).min(content.most.unwrap_or(usize::MAX));
            if n == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            content.bytes.extend_from_slice(&bytes[..n]);
            content.room = content.room.map(|room| room - n);
            self.position = content.bytes.len() as u64;
            Ok(n)
        })
    }

    fn position(&mut self) -> io::Result<u64> {
        Ok(self.position)
    }

    fn end(&mut self) -> io::Result<End> {
        let bytes = self.memory.bytes();
        let terminated = bytes.last().is_none_or(|last| *last == b'\n');
        Ok(End { length: bytes.len() as u64, terminated, linked: true })
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A kind of item: its line's type, its payload around a text, and whether it is kept in each mode.
type Kind = (&'static str, &'static str, bool, bool);

const KINDS: [Kind; 8] = [
    ("response_item", r#"{"type":"message","role":"user","content":[{"type":"input_text","text":@}]}"#, true, true),
    ("response_item", r#"{"type":"other"}"#, false, false),
    ("event_msg", r#"{"type":"user_message","message":@}"#, true, false),
    ("event_msg", r#"{"type":"agent_message_delta","delta":@}"#, false, false),
    (
        "event_msg",
        r#"{"type":"item_completed","thread_id":"t","turn_id":"u","item":{"type":"HookPrompt","id":@,"fragments":[]}}"#,
        false,
        true,
    ),
    ("event_msg", r#"{"type":"token_count","info":null,"rate_limits":null}"#, true, true),
    ("world_state", r#"{"full":true,"state":{"x":[1.50,@]}}"#, true, true),
    ("of_the_future", r#"[@,1e400]"#, true, true),
];

#[derive(Clone, Debug)]
enum Step {
    /// Items, each a kind and a text.
    Record(Vec<(usize, String)>),
    Flush,
    /// Room for so many bytes.
    Room(Option<usize>),
    /// One call writes no more than this.
    Most(Option<usize>),
    /// A second writer comes, with or without a newline before and behind its line.
    Other {
        before: bool,
        behind: bool,
    },
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(
        &["", "x", "é\n\"\\", "{\"timestamp\":", "日本語 🦀", "\u{1}\u{7f}\u{2028}", "a longer text"][..],
    )
    .prop_map(str::to_owned)
}

fn items() -> impl Strategy<Value = Vec<(usize, String)>> {
    prop::collection::vec((0..KINDS.len(), text()), 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => items().prop_map(Step::Record),
        4 => Just(Step::Flush),
        2 => (0..300_usize).prop_map(|room| Step::Room(Some(room))),
        2 => Just(Step::Room(None)),
        1 => prop::option::of(1..90_usize).prop_map(Step::Most),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(before, behind)| Step::Other { before, behind }),
    ]
}

/// What ought to be in the file, spelt by hand.
#[derive(Default)]
struct Oracle {
    paginated: bool,
    lines: Vec<String>,
    worthwhile: bool,
    others: Vec<String>,
}

impl Oracle {
    fn add(&mut self, kind: &str, payload: &str) {
        let ordinal = if self.paginated { format!(r#""ordinal":{},"#, self.lines.len()) } else { String::new() };
        self.lines.push(format!(r#"{{"timestamp":"{NOW}",{ordinal}"type":"{kind}","payload":{payload}}}"#));
    }

    fn record(&mut self, items: &[(usize, String)]) -> Vec<RolloutItem> {
        let recorded = items.iter().map(|(kind, text)| {
            let (kind, payload, legacy, paginated) = KINDS[*kind];
            let payload = payload.replace('@', &serde_json::to_string(text).unwrap());
            if if self.paginated { paginated } else { legacy } {
                if !self.worthwhile {
                    self.worthwhile = true;
                    self.add("session_meta", &meta(self.paginated));
                }
                self.add(kind, &payload);
            }
            item(kind, &payload)
        });
        recorded.collect()
    }
}

fn meta(paginated: bool) -> String {
    format!("{{{META}{}}}", if paginated { r#","history_mode":"paginated""# } else { "" })
}

pub(super) fn item(kind: &str, payload: &str) -> RolloutItem {
    let line = format!(r#"{{"timestamp":"","type":"{kind}","payload":{payload}}}"#);
    serde_json::from_str::<Envelope>(&line).unwrap_or_else(|error| panic!("{error}: {line}")).item
}

pub(super) fn session_meta(paginated: bool) -> SessionMeta {
    serde_json::from_str(&meta(paginated)).unwrap()
}

pub(super) fn options() -> Options {
    Options { clock, ..Options::default() }
}

/// Every record of the bytes, and how many pieces are none.
pub(super) fn read_back(bytes: &[u8]) -> (Vec<String>, usize) {
    struct Sink(Arc<Path>, Vec<String>, usize);
    impl LineSink for Sink {
        fn want(&mut self, _: &[u8]) -> Want {
            Want::Whole
        }

        fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
            let Self(path, found, broken) = self;
            let mut torn = 0;
            let take = |record: crate::Record<'_>| match serde_json::from_slice::<IgnoredAny>(record.json) {
                Ok(IgnoredAny) => found.push(String::from_utf8(record.json.to_vec()).unwrap()),
                Err(_) => torn += 1,
            };
            let rules = [crate::Rule::GluedRecords, crate::Rule::UnterminatedLine];
            records(path, line, take, |problem| *broken += usize::from(!rules.contains(&problem.rule)));
            *broken += torn;
            ControlFlow::Continue(())
        }
    }
    let mut sink = Sink(Path::new("memory").into(), Vec::new(), 0);
    LineReader::for_heads().read(&mut &bytes[..], &mut sink, &mut Extent::default()).unwrap();
    (sink.1, sink.2)
}

pub(super) fn ends(bytes: &[u8]) -> Result<Ends, RecordError> {
    let mut source = io::Cursor::new(bytes.to_vec());
    Ends::read(&Path::new("memory").into(), &mut source, bytes.len() as u64)
}

fn check(paginated: bool, steps: &[Step], last: &[(usize, String)], cuts: &[prop::sample::Index]) {
    let memory = Memory::default();
    let medium = Box::new(memory.clone());
    let mut recorder = Recorder::new("memory".into(), session_meta(paginated), medium, options()).unwrap();
    let mut oracle = Oracle { paginated, ..Oracle::default() };
    let mut is_out = false;
    let mut disturbed = 0;
    for step in steps {
        match step {
            Step::Record(items) => recorder.record(oracle.record(items)),
            Step::Flush => {
                let flushed = recorder.flush();
                // Of an outage the first flush tells, and no other.
                assert_eq!(flushed.is_err(), recorder.pending() > 0 && !is_out);
                is_out = recorder.pending() > 0;
                acknowledged(&memory, &oracle, recorder.pending());
            }
            Step::Room(room) => memory.set_room(*room),
            Step::Most(most) => memory.set_most(*most),
            Step::Other { before, behind } if !memory.bytes().is_empty() => {
                let line = format!(
                    r#"{{"timestamp":"{NOW}","type":"event_msg","payload":{{"type":"other","n":{}}}}}"#,
                    oracle.others.len()
                );
                let newline = |is_there: &bool| if *is_there { "\n" } else { "" };
                memory.append(format!("{}{line}{}", newline(before), newline(behind)).as_bytes());
                oracle.others.push(line);
                disturbed += 1;
            }
            Step::Other { .. } => {}
        }
    }
    memory.set_room(None);
    memory.set_most(None);
    recorder.flush().unwrap();
    acknowledged(&memory, &oracle, 0);
    let (_, broken) = read_back(&memory.bytes());
    assert!(broken <= disturbed, "nothing is torn where nobody comes between");

    let before = memory.bytes();
    recorder.record(oracle.record(last));
    recorder.flush().unwrap();
    acknowledged(&memory, &oracle, 0);
    let after = memory.bytes();
    assert!(after.starts_with(&before), "what stands there is never changed");
    for cut in cuts {
        killed(&oracle, &before, &after[..before.len() + cut.index(after.len() - before.len() + 1)], broken);
    }
}

/// What was recorded and does not wait is in the file: once, in order, to the letter, others' lines as well.
fn acknowledged(memory: &Memory, oracle: &Oracle, pending: usize) {
    let (found, _) = read_back(&memory.bytes());
    let (others, mine): (Vec<_>, Vec<_>) = found.into_iter().partition(|line| line.contains(r#"{"type":"other","n""#));
    let written = if oracle.worthwhile { oracle.lines.len() - pending } else { 0 };
    // A line that waits may stand there but for its newline.
    assert!(mine.len() == written || mine.len() == written + 1 && pending > 0, "{mine:?}");
    assert_eq!(mine[..], oracle.lines[..mine.len()]);
    assert_eq!(others, oracle.others);
}

/// A writer was killed when `left` was on disk; another one goes on.
fn killed(oracle: &Oracle, before: &[u8], left: &[u8], broken: usize) {
    let (whole, _) = read_back(left);
    let ends = match ends(left) {
        Ok(ends) => ends,
        // The kill came before the first line was whole: there is no thread yet.
        Err(RecordError::NoThread { .. }) => return assert!(whole.is_empty(), "{whole:?}"),
        Err(RecordError::NoOrdinal { .. }) => {
            let last = whole.last().unwrap();
            return assert!(oracle.paginated && oracle.others.contains(last), "{last}");
        }
        Err(error) => panic!("{error}"),
    };
    let memory = Memory::holding(left);
    let mut recorder = Recorder::over("memory".into(), ends, Box::new(memory.clone()), options());
    recorder.record([item("world_state", r#"{"full":true,"state":{}}"#)]);
    recorder.flush().unwrap();
    let after = memory.bytes();
    assert!(after.starts_with(left));
    let (found, torn) = read_back(&after);
    let mut mine: Vec<String> = found.iter().filter(|line| !oracle.others.contains(line)).cloned().collect();
    let new = mine.pop().unwrap();
    assert_eq!(mine[..], oracle.lines[..mine.len()]);
    assert!(mine.len() >= read_back(before).0.len() - oracle.others.len(), "what was acknowledged is there");
    let ordinal = if oracle.paginated { format!(r#""ordinal":{},"#, mine.len()) } else { String::new() };
    let payload = r#""type":"world_state","payload":{"full":true,"state":{}}"#;
    assert_eq!(new, format!(r#"{{"timestamp":"{NOW}",{ordinal}{payload}}}"#));
    assert!(torn <= broken + 1, "one line at most is torn");
}

fn config() -> ProptestConfig {
    // Of 10,000 in all; four tests use more cores than one.
    ProptestConfig { cases: 2_500, failure_persistence: None, ..ProptestConfig::default() }
}

macro_rules! properties {
    ($($name:ident: $paginated:literal, $cuts:literal;)+) => {$(
        proptest! {
            #![proptest_config(config())]

            #[test]
            fn $name(
                steps in prop::collection::vec(step(), 0..12),
                last in items(),
                cuts in prop::collection::vec(any::<prop::sample::Index>(), $cuts),
            ) {
                check($paginated, &steps, &last, &cuts);
            }
        }
    )+};
}

properties! {
    legacy_lines_arrive_once: false, 1;
    legacy_lines_survive_kills: false, 4;
    paginated_lines_arrive_once: true, 1;
    paginated_lines_survive_kills: true, 4;
}

/// The last batch, cut after every byte.
#[test]
fn a_kill_may_come_after_any_byte() {
    for paginated in [false, true] {
        let memory = Memory::default();
        let medium = Box::new(memory.clone());
        let mut recorder = Recorder::new("memory".into(), session_meta(paginated), medium, options()).unwrap();
        let mut oracle = Oracle { paginated, ..Oracle::default() };
        for batch in [&[0, 2][..], &[4, 6, 0, 7]] {
            let before = memory.bytes();
            let items: Vec<_> = batch.iter().map(|kind| (*kind, "é\n{\"timestamp\":".to_owned())).collect();
            recorder.record(oracle.record(&items));
            recorder.flush().unwrap();
            let after = memory.bytes();
            for end in before.len()..=after.len() {
                killed(&oracle, &before, &after[..end], 0);
            }
        }
    }
}
