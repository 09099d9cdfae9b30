//! Rollbacks against a list of turns that simply loses its last ones.

use proptest::prelude::*;
use rollout_schema::ThreadId;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::history::{Cut, reconstruct};
use crate::store::Store;

const PARENT: &str = "019e8000-0000-7000-8000-000000000001";
const CHILD: &str = "019e8000-0000-7000-8000-000000000002";
const NOW: &str = "2026-06-02T03:04:05.678Z";

/// A home with one thread that grows, and what the model should see of it.
struct Home {
    folder: TempDir,
    thread: &'static str,
    paginated: bool,
    /// The words of each message, turn by turn.
    turns: Vec<Vec<String>>,
    told: usize,
}

impl Home {
    fn new(paginated: bool) -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap(), thread: PARENT, paginated, turns: Vec::new(), told: 0 };
        home.begin(PARENT, &json!({}));
        home
    }

    fn begin(&self, id: &str, more: &Value) {
        let mut meta = json!({ "id": id, "timestamp": "2026-06-01T10:00:00.000Z", "cwd": "/srv/app",
            "originator": "codex_cli_rs", "cli_version": "0.169.0", "source": "cli",
            "base_instructions": { "text": "12345" } });
        if self.paginated {
            meta["history_mode"] = json!("paginated");
        }
        meta.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let first = more["history_base"]["end_ordinal_exclusive"].as_u64().unwrap_or_default();
        let path = self.folder.path().join(format!("sessions/2026/06/01/rollout-2026-06-01T10-00-00-{id}.jsonl"));
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, self.line(first, "session_meta", &meta)).unwrap();
    }

    fn line(&self, ordinal: u64, kind: &str, payload: &Value) -> String {
        let ordinal = if self.paginated { format!(r#""ordinal":{ordinal},"#) } else { String::new() };
        format!(r#"{{"timestamp":"2026-06-01T10:00:00.000Z",{ordinal}"type":"{kind}","payload":{payload}}}"#) + "\n"
    }

    fn chain(&self) -> Chain {
        let store = Store::open(crate::discover(&[self.folder.path().to_owned()]), Vec::new());
        store.chain(store.thread(&ThreadId::from(self.thread)).unwrap(), false)
    }

    fn file(&self) -> PathBuf {
        self.chain().pieces.last().unwrap().file.path.to_path_buf()
    }

    /// The file in which the parent began.
    fn first_file(&self) -> PathBuf {
        self.folder.path().join(format!("sessions/2026/06/01/rollout-2026-06-01T10-00-00-{PARENT}.jsonl"))
    }

    fn text(&self) -> String {
        fs_err::read_to_string(self.file()).unwrap()
    }

    /// Appends lines to the file in force, as Codex does.
    fn append(&self, lines: &[(&str, Value)]) {
        let mut text = self.text();
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let next = last["ordinal"].as_u64().unwrap_or_default() + 1;
        for (index, (kind, payload)) in lines.iter().enumerate() {
            text += &self.line(next + index as u64, kind, payload);
        }
        fs_err::write(self.file(), text).unwrap();
    }

    /// A turn with so many messages of the user, each of which is answered.
    fn turn(&mut self, messages: usize, compacts: bool) {
        let id = self.told.to_string();
        let mut lines = vec![("event_msg", json!({ "type": "task_started", "turn_id": id }))];
        self.turns.push(Vec::new());
        for _ in 0..messages.max(1) {
            self.told += 1;
            for (role, kind) in [("user", "input_text"), ("assistant", "output_text")] {
                let words = format!("{role} {}", self.told);
                let content = json!([{ "type": kind, "text": words }]);
                lines.push(("response_item", json!({ "type": "message", "role": role, "content": content })));
                self.turns.last_mut().unwrap().push(words);
            }
        }
        if compacts {
            // What replaces the history is the history, so that the list of turns stays true.
            let message = |words: &String| {
                json!({ "type": "message", "role": words.split(' ').next(),
                "content": [{ "type": "text", "text": words }] })
            };
            let items: Vec<Value> = self.turns.iter().flatten().map(message).collect();
            lines.push(("compacted", json!({ "message": "", "replacement_history": items })));
        }
        let usage = json!({ "input_tokens": 9, "cached_input_tokens": 4, "output_tokens": 2,
            "reasoning_output_tokens": 1, "total_tokens": 11 });
        let info = json!({ "total_token_usage": usage, "last_token_usage": usage, "model_context_window": 99 });
        lines
            .push(("event_msg", json!({ "type": "token_count", "info": info, "rate_limits": { "plan_type": "pro" } })));
        lines.push(("event_msg", json!({ "type": "task_complete", "turn_id": id })));
        self.append(&lines);
    }

    /// Another thread that begins with this one's lines.
    fn fork(&mut self) {
        let base = json!({ "thread_id": PARENT, "end_ordinal_exclusive": self.text().lines().count(),
            "end_byte_offset": self.text().len() });
        self.begin(CHILD, &json!({ "forked_from_id": PARENT, "history_base": base }));
        self.thread = CHILD;
    }

    fn roll_back(&mut self, turns: usize) -> Result<RolledBack, RollbackError> {
        let (now, zone) = (NOW.parse().unwrap(), TimeZone::UTC);
        let done = roll_back(&self.chain(), &Request { turns: turns as u64, now, zone, dry_run: false })?;
        self.turns.truncate(self.turns.len() - turns);
        Ok(done)
    }

    fn database(&self) {
        fs_err::write(self.folder.path().join("state_5.sqlite"), "").unwrap();
    }

    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut history = reconstruct(&self.chain(), &Cut::END).unwrap();
        history
            .for_each(|item| {
                let item: Value = serde_json::from_str(item).unwrap();
                words.push(item["content"][0]["text"].as_str().unwrap().to_owned());
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert!(history.problems.is_empty(), "{:?}", history.problems);
        words
    }

    #[track_caller]
    fn check(&self) {
        let want: Vec<String> = self.turns.iter().flatten().cloned().collect();
        assert_eq!(self.words(), want);
    }
}

/// Whether a compaction stands in any line of the thread.
fn compacts(home: &Home) -> bool {
    home.chain().pieces.iter().any(|piece| fs_err::read_to_string(&piece.file.path).unwrap().contains("compacted"))
}

#[derive(Clone, Debug)]
enum Step {
    Turn(usize, bool),
    RollBack(usize),
    Database,
    Fork,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (1_usize..3, prop::bool::weighted(0.2)).prop_map(|(messages, compacts)| Step::Turn(messages, compacts)),
        3 => (1_usize..4).prop_map(Step::RollBack),
        1 => Just(Step::Database),
        1 => Just(Step::Fork),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_newest_turns_leave_and_all_others_stay(steps in prop::collection::vec(step(), 1..12)) {
        let mut home = Home::new(true);
        let mut has_database = false;
        for step in steps {
            match step {
                Step::Turn(messages, compacts) => home.turn(messages, compacts),
                Step::RollBack(turns) if turns > home.turns.len() => {
                    let before = home.text();
                    let error = home.roll_back(turns).unwrap_err();
                    let there = home.turns.len() as u64;
                    let is_told = matches!(error, RollbackError::TooMany { turns, .. } if turns == there);
                    prop_assert!(is_told);
                    prop_assert_eq!(before, home.text());
                }
                Step::RollBack(turns) => {
                    let (old, before) = (home.file(), home.text());
                    let done = match home.roll_back(turns) {
                        Err(RollbackError::Unseen { .. }) if has_database && compacts(&home) => {
                            prop_assert_eq!(before, home.text());
                            continue;
                        }
                        done => done.unwrap(),
                    };
                    prop_assert_eq!(&done.path, &home.file());
                    prop_assert_eq!(done.turns as usize, home.turns.len());
                    prop_assert_eq!(done.items, home.words().len());
                    let form = if has_database { Form::Event } else { Form::Segment };
                    prop_assert_eq!(done.form, form);
                    prop_assert_eq!(done.path == old, has_database);
                }
                Step::Database => {
                    home.database();
                    has_database = true;
                }
                Step::Fork if home.thread == PARENT && home.file().ends_with(format!("rollout-2026-06-01T10-00-00-{PARENT}.jsonl")) => home.fork(),
                Step::Fork => {}
            }
            home.check();
        }
    }
}

#[test]
fn a_new_file_goes_on_where_the_oldest_dropped_turn_began() {
    let mut home = Home::new(true);
    let settings = json!({ "type": "thread_settings_applied", "thread_id": "of a parent", "thread_settings": {
        "model": "m", "model_provider_id": "p", "approval_policy": "never", "approvals_reviewer": "user",
        "permission_profile": { "type": "disabled" }, "cwd": "/srv/app",
        "collaboration_mode": { "mode": "default", "settings": { "model": "m" } } } });
    home.turn(1, false);
    home.append(&[("event_msg", settings)]);
    let before = home.text();
    home.turn(2, false);
    home.turn(1, false);
    let old = home.text();
    let done = home.roll_back(2).unwrap();
    assert_eq!((done.form, done.turns, done.items), (Form::Segment, 1, 2));
    home.check();
    let name = done.path.strip_prefix(home.folder.path()).unwrap().to_str().unwrap();
    let id = name
        .strip_prefix(&format!("sessions/2026/06/02/rollout-2026-06-02T03-04-05-{PARENT}_"))
        .and_then(|rest| rest.strip_suffix(".jsonl"))
        .unwrap();
    assert!(id.len() == 36 && id.as_bytes()[14] == b'7', "{id}");
    let text = fs_err::read_to_string(&done.path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let next = before.lines().count();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["ordinal"], &lines[1]["ordinal"]), (&json!(next), &json!(next + 1)));
    let meta = &lines[0]["payload"];
    let base = json!({ "thread_id": PARENT, "end_ordinal_exclusive": next, "end_byte_offset": before.len() });
    assert_eq!((&meta["id"], &meta["history_base"]), (&json!(PARENT), &base));
    assert_eq!((&meta["timestamp"], &meta["cli_version"]), (&json!(NOW), &json!("0.169.0")));
    assert_eq!(lines[1]["payload"]["thread_id"], PARENT);
    assert_eq!(fs_err::read_to_string(home.first_file()).unwrap(), old, "the old file stays as it is");
}

#[test]
fn a_new_file_is_named_and_dated_later_than_the_old_one() {
    let mut home = Home::new(true);
    home.turn(1, false);
    home.turn(1, false);
    let request =
        Request { turns: 1, now: "2020-01-01T00:00:00Z".parse().unwrap(), zone: TimeZone::UTC, dry_run: false };
    for left in [1, 0] {
        roll_back(&home.chain(), &request).unwrap();
        home.turns.truncate(left);
        home.check();
        let name = home.file().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with("rollout-2026-06-01T10-00-00-"), "{name}");
        let newest = home.file().parent().unwrap().read_dir().unwrap().map(|entry| entry.unwrap().path()).max();
        assert_eq!(newest, Some(home.file()), "Codex takes the last one by name");
    }
}

#[test]
fn a_legacy_thread_is_told_how_large_its_context_is_now() {
    let mut home = Home::new(false);
    home.turn(1, false);
    home.turn(1, false);
    let before = home.text();
    let done = home.roll_back(1).unwrap();
    assert_eq!((done.form, done.turns, done.items), (Form::Event, 1, 2));
    home.check();
    let text = home.text();
    let lines: Vec<Value> =
        text.strip_prefix(&before).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let items: usize = before
        .lines()
        .filter(|line| line.contains("response_item"))
        .take(2)
        .map(|line| {
            let payload = line.split_once(r#""payload":"#).unwrap().1;
            (payload.len() - 1).div_ceil(4)
        })
        .sum();
    let payload = &lines[0]["payload"];
    assert_eq!(payload["type"], "token_count");
    assert_eq!(
        payload["info"]["last_token_usage"],
        json!({ "input_tokens": 0, "cached_input_tokens": 0,
        "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": items + 2 })
    );
    assert_eq!(payload["info"]["total_token_usage"]["total_tokens"], 11);
    assert_eq!(payload["rate_limits"], json!({ "plan_type": "pro" }));
    assert_eq!(lines[1]["payload"], json!({ "type": "thread_rolled_back", "num_turns": 1 }));
    assert_eq!(lines.len(), 2);
}

#[test]
fn what_a_compaction_forgets_is_said_or_refused() {
    for (paginated, has_database) in [(false, true), (true, true), (true, false)] {
        let mut home = Home::new(paginated);
        home.turn(1, false);
        home.turn(1, true);
        if has_database {
            home.database();
        }
        let before = home.text();
        match home.roll_back(1) {
            Ok(done) => {
                assert!(!paginated || !has_database);
                assert_eq!(done.forgets, !paginated);
                assert_eq!(home.words().len(), if done.forgets { 0 } else { 2 });
            }
            Err(RollbackError::Unseen { kept: 1, .. }) => assert!(paginated && has_database && home.text() == before),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_compressed_thread_is_rolled_back_like_a_plain_one() {
    for paginated in [false, true] {
        let mut home = Home::new(paginated);
        home.turn(1, false);
        home.turn(1, false);
        let (plain, compressed) = (home.first_file(), home.first_file().with_extension("jsonl.zst"));
        fs_err::write(&compressed, zstd::encode_all(home.text().as_bytes(), 3).unwrap()).unwrap();
        fs_err::remove_file(&plain).unwrap();
        home.roll_back(1).unwrap();
        home.check();
        assert_eq!(compressed.exists(), paginated, "what is appended to is made plain");
    }
}

#[test]
fn a_turn_that_never_ended_leaves_like_any_other() {
    for paginated in [false, true] {
        let mut home = Home::new(paginated);
        home.turn(1, false);
        let message = json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "x" }] });
        home.append(&[("event_msg", json!({ "type": "task_started", "turn_id": "open" })), ("response_item", message)]);
        home.turns.push(vec!["x".to_owned()]);
        home.check();
        home.roll_back(1).unwrap();
        home.check();
    }
}

#[test]
fn a_thread_that_is_being_written_stays_as_it_is() {
    for paginated in [false, true] {
        let mut home = Home::new(paginated);
        home.turn(1, false);
        let before = home.text();
        let lock = ThreadLock::take(home.folder.path(), &ThreadId::from(PARENT)).unwrap();
        let error = home.roll_back(1).unwrap_err();
        let busy = |error: &LockError| matches!(error, LockError::Busy { .. });
        let is_busy = match &error {
            RollbackError::Lock(error) | RollbackError::Record(RecordError::Lock(error)) => busy(error),
            _ => false,
        };
        assert!(is_busy, "{error}");
        assert_eq!(home.text(), before);
        drop(lock);
        home.roll_back(1).unwrap();
    }
}

#[test]
fn without_its_beginning_a_thread_is_not_rolled_back() {
    let mut home = Home::new(true);
    home.turn(1, false);
    home.fork();
    fs_err::remove_file(home.first_file()).unwrap();
    assert!(matches!(home.roll_back(1), Err(RollbackError::Incomplete { rollout_id }) if rollout_id == PARENT));
}
