//! A follower over a writer that stops anywhere, against one reading of the whole.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{Cursor, EventSink, Follower, read_events};
use crate::discover::discover;
use crate::events::Event;
use crate::lines::LineReader;
use crate::problem::Problem;
use crate::scan::Silent;

const NAME: &str = "rollout-2026-06-01T10-00-00-01a1f7b5-4c35-7281-b769-05c136017a0a.jsonl";

/// Collects events, and asks for no more after some.
#[derive(Default)]
struct Collect {
    events: Vec<Event>,
    limit: Option<usize>,
    rewritten: usize,
}

impl EventSink for Collect {
    fn event(&mut self, event: Event) -> ControlFlow<()> {
        if self.limit.is_some_and(|limit| self.events.len() >= limit) {
            return ControlFlow::Break(());
        }
        self.events.push(event);
        ControlFlow::Continue(())
    }

    fn pause(&mut self, _: &Cursor) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _: Problem) {}

    fn rewritten(&mut self, _: &Path) {
        self.rewritten += 1;
    }
}

/// A home, and a follower that can be killed and started again.
struct Scene {
    home: tempfile::TempDir,
    cursor: Cursor,
    follower: Option<Follower>,
    told: Vec<Event>,
}

impl Scene {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        for folder in ["sessions/2026/06/01", "archived_sessions"] {
            fs_err::create_dir_all(home.path().join(folder)).unwrap();
        }
        Self { home, cursor: Cursor::default(), follower: None, told: Vec::new() }
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("sessions/2026/06/01").join(NAME)
    }

    fn archived(&self) -> PathBuf {
        self.home.path().join("archived_sessions").join(NAME)
    }

    fn write(&self, bytes: &[u8]) {
        fs_err::write(self.path(), bytes).unwrap();
    }

    fn follower(&mut self) -> &mut Follower {
        let (home, cursor) = (self.home.path().to_owned(), self.cursor.clone());
        self.follower.get_or_insert_with(|| Follower::new(vec![home], cursor, BTreeSet::new()))
    }

    fn poll(&mut self) -> usize {
        self.poll_at_most(None)
    }

    fn poll_at_most(&mut self, limit: Option<usize>) -> usize {
        let mut sink = Collect { limit, ..Collect::default() };
        let _flow = self.follower().poll(None, &mut sink);
        self.cursor = self.follower().cursor().clone();
        self.told.append(&mut sink.events);
        sink.rewritten
    }

    /// The follower dies; what it saved is what it said last, by way of text.
    fn kill(&mut self) {
        self.follower = None;
        let json = serde_json::to_string(&self.cursor).unwrap();
        self.cursor = serde_json::from_str(&json).unwrap();
    }

    fn ids(&self) -> Vec<&str> {
        self.told.iter().map(|event| &*event.id).collect()
    }
}

/// Everything that one reading tells, without what only the end brings about.
fn one_shot(home: &Path) -> Vec<Event> {
    let mut events = Vec::new();
    for file in discover(&[home.to_owned()]).files {
        let take = |event| {
            events.push(event);
            ControlFlow::Continue(())
        };
        read_events(&mut LineReader::default(), &file, &Silent, take);
    }
    events
}

/// A rollout whose words stand twice, in turns without frames, with torn and glued lines.
fn log() -> Vec<u8> {
    let mut text = String::new();
    let mut add = |kind: &str, payload: String| {
        let at = format!("2026-06-01T10:00:{:02}.000Z", text.lines().count() % 60);
        text += &format!("{{\"timestamp\":\"{at}\",\"type\":\"{kind}\",\"payload\":{payload}}}\n");
    };
    add("session_meta", r#"{"id":"01a1f7b5-4c35-7281-b769-05c136017a0a","cwd":"/srv/x"}"#.to_owned());
    for turn in 0..4 {
        let user = format!("do {turn} é");
        add("response_item", message("user", &user));
        add("event_msg", format!(r#"{{"type":"user_message","message":"{user}"}}"#));
        add("event_msg", format!(r#"{{"type":"agent_message","message":"done {turn}"}}"#));
        add("event_msg", format!(r#"{{"type":"agent_reasoning","text":"only told {turn}"}}"#));
        if turn != 2 {
            add("response_item", message("assistant", &format!("done {turn}")));
        }
    }
    // A writer was killed in a line, and the next one wrote on behind it.
    text.truncate(text.len() - 40);
    text += "{\"timestamp\":\"2026-06-01T10:00:50.000Z\",\"type\":\"event_msg\",\"payload\":{\"type\":\"task_started\",\"turn_id\":\"T\"}}\n";
    text += "{\"timestamp\":\"2026-06-01T10:00:51.000Z\",\"type\":\"event_msg\",\"payload\":{\"type\":\"task_complete\",\"turn_id\":\"T\",\"last_agent_message\":null}}\n";
    text.into_bytes()
}

fn message(role: &str, text: &str) -> String {
    let part = if role == "assistant" { "output_text" } else { "input_text" };
    format!(r#"{{"type":"message","role":"{role}","content":[{{"type":"{part}","text":"{text}"}}]}}"#)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_writer_that_stops_anywhere_is_told_as_one_that_does_not(
        steps in prop::collection::vec((1_usize..400, any::<bool>(), prop::option::of(0_usize..4)), 1..30),
    ) {
        let log = log();
        let mut scene = Scene::new();
        let mut written = 0;
        for (bytes, killed, limit) in steps {
            written = log.len().min(written + bytes);
            scene.write(&log[..written]);
            scene.poll_at_most(limit);
            if killed {
                scene.kill();
            }
        }
        scene.write(&log);
        scene.poll();
        // Where the sink stopped within the events of a record, the record is told again.
        let mut seen = BTreeSet::new();
        scene.told.retain(|event| seen.insert(event.id.clone()));
        prop_assert_eq!(&scene.told, &one_shot(scene.home.path()));
    }
}

#[test]
fn moving_and_compressing_say_nothing_new() {
    let log = log();
    let half = log.len() / 2;
    let mut scene = Scene::new();
    let compressed = scene.path().with_extension("jsonl.zst");
    scene.write(&log[..half]);
    scene.poll();
    let told = scene.told.len();

    fs_err::write(&compressed, zstd::encode_all(&log[..half], 3).unwrap()).unwrap();
    scene.poll(); // both are there for a moment
    fs_err::remove_file(scene.path()).unwrap();
    scene.kill();
    scene.poll();
    assert_eq!(scene.told.len(), told);

    scene.write(&log);
    fs_err::remove_file(&compressed).unwrap();
    scene.poll();
    assert_eq!(scene.told, one_shot(scene.home.path()));

    fs_err::rename(scene.path(), scene.archived()).unwrap();
    scene.poll();
    scene.kill();
    scene.poll();
    let end = scene.told.pop().unwrap();
    assert_eq!((end.kind.name(), &*end.id), ("session_end", &*format!("{}:{}.end", end.place.rollout_id, log.len())));
    fs_err::rename(scene.archived(), scene.path()).unwrap();
    scene.poll();
    assert_eq!(scene.told, one_shot(scene.home.path()));
    assert_eq!(scene.ids().len(), scene.ids().iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn a_rewritten_file_tells_only_what_is_newer() {
    let log = log();
    let mut scene = Scene::new();
    scene.write(&log);
    scene.poll();
    let told = scene.told.len();

    // Numbered, as a migration does, and a turn more.
    let text = String::from_utf8(log).unwrap();
    let mut migrated = text.replace(",\"type\":\"event_msg\"", ",\"ordinal\":1,\"type\":\"event_msg\"");
    migrated = migrated.replace(",\"type\":\"session_meta\"", ",\"ordinal\":1,\"type\":\"session_meta\"");
    migrated += "{\"timestamp\":\"2026-06-02T10:00:00.000Z\",\"ordinal\":99,\"type\":\"event_msg\",\"payload\":{\"type\":\"thread_rolled_back\",\"num_turns\":1}}\n";
    scene.write(migrated.as_bytes());
    assert_eq!(scene.poll(), 1);
    assert_eq!(scene.told.len(), told + 1);
    assert_eq!(scene.told[told].kind.name(), "rollback");

    // Cut, and written on.
    scene.write(&migrated.as_bytes()[..600]);
    assert_eq!(scene.poll(), 1);
    assert_eq!(scene.told.len(), told + 1);
}

#[test]
fn from_now_on() {
    let log = log();
    let half = log.len() / 2;
    let lines = log[..half].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let mut scene = Scene::new();
    scene.write(&log[..half]); // ends within a line, which is not there yet
    assert!(scene.follower().skip_present().is_empty());
    scene.poll();
    assert!(scene.told.is_empty());
    scene.write(&log);
    scene.poll();
    let all = one_shot(scene.home.path());
    let before = {
        scene.write(&log[..lines]);
        one_shot(scene.home.path()).len()
    };
    assert_eq!(scene.told, all[before..]);
}

#[test]
fn a_segment_is_a_rollout_of_its_own() {
    let log = log();
    let mut scene = Scene::new();
    scene.write(&log);
    scene.poll();
    let told = scene.told.len();
    let segment = scene.path().with_file_name(NAME.replace(".jsonl", "_01a1f7b5-5000-7281-b769-05c136017a0a.jsonl"));
    fs_err::write(segment, &log[..log.iter().position(|byte| *byte == b'\n').unwrap() + 1]).unwrap();
    scene.poll();
    assert_eq!(scene.told.len(), told + 1);
    assert!(scene.told[told].id.starts_with("01a1f7b5-5000"), "{}", scene.told[told].id);
}

#[test]
fn a_saved_cursor_is_read_or_refused() {
    let mut scene = Scene::new();
    scene.write(&log());
    scene.poll();
    let path = scene.home.path().join("cursor.json");
    assert!(Cursor::load(&path).unwrap().is_empty());
    scene.cursor.save(&path).unwrap();
    assert_eq!(Cursor::load(&path).unwrap().rollouts, scene.cursor.rollouts);
    for other in ["", "{}", "{\"schema_version\":2,\"rollouts\":{}}"] {
        fs_err::write(&path, other).unwrap();
        assert!(Cursor::load(&path).is_err(), "{other}");
    }
}
