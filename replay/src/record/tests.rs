//! What a recorder writes, and what it goes on with.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::property::{Memory, clock, item, options, read_back, session_meta};
use super::*;
use crate::discover::{RolloutFile, discover};
use crate::layout::lock_path;
use crate::lock::ThreadLock;

pub(super) const PATH: &str = "sessions/2026/01/02/rollout-2026-01-02T03-04-05-t.jsonl";
pub(super) const META: &str = r#"{"timestamp":"2026-01-02T03:04:05.678Z","type":"session_meta","payload":{"id":"t","timestamp":"2026-01-02T03:04:05.000Z","cwd":"/srv/app","originator":"test","cli_version":"0.0.0"}}"#;
pub(super) const PAGINATED: &str = r#"{"timestamp":"2026-01-02T03:04:05.678Z","ordinal":0,"type":"session_meta","payload":{"id":"t","timestamp":"2026-01-02T03:04:05.000Z","cwd":"/srv/app","originator":"test","cli_version":"0.0.0","history_mode":"paginated"}}"#;

/// A line that both modes keep, and its text without ordinal.
pub(super) fn state(n: usize) -> RolloutItem {
    item("world_state", &format!(r#"{{"full":true,"state":{n}}}"#))
}

pub(super) fn line(ordinal: Option<u64>, n: usize) -> String {
    let ordinal = ordinal.map(|ordinal| format!(r#""ordinal":{ordinal},"#)).unwrap_or_default();
    format!(
        r#"{{"timestamp":"2026-01-02T03:04:05.678Z",{ordinal}"type":"world_state","payload":{{"full":true,"state":{n}}}}}"#
    )
}

pub(super) fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

pub(super) fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

pub(super) fn create(home: &Path, paginated: bool) -> Recorder {
    Recorder::create(home, session_meta(paginated), options()).unwrap()
}

/// Writes `bytes` as the thread's rollout.
pub(super) fn given(home: &Path, path: &str, bytes: &[u8]) -> RolloutFile {
    let path = home.join(path);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(&path, bytes).unwrap();
    discover(&[path]).files.remove(0)
}

pub(super) fn append(file: &RolloutFile) -> Result<Recorder, RecordError> {
    Recorder::append(file, options())
}

pub(super) fn text(path: &Path) -> String {
    fs_err::read_to_string(path).unwrap()
}

#[test]
fn a_file_appears_when_there_is_something_to_write() {
    let home = home();
    let mut recorder = create(home.path(), false);
    assert_eq!((recorder.path(), recorder.thread_id().as_str()), (&*home.path().join(PATH), "t"));
    recorder.record([item("event_msg", r#"{"type":"agent_message_delta","delta":"x"}"#)]);
    recorder
        .record([item("session_meta", r#"{"id":"p","timestamp":"x","cwd":"/","originator":"o","cli_version":"0"}"#)]);
    recorder.flush().unwrap();
    assert_eq!(fs_err::read_dir(home.path()).unwrap().count(), 0);

    recorder.record([state(1)]);
    assert_eq!(recorder.pending(), 3);
    recorder.flush().unwrap();
    assert_eq!(recorder.pending(), 0);
    let written = text(recorder.path());
    assert!(written.starts_with(&lines(&[META])) && written.ends_with(&lines(&[&line(None, 1)])), "{written}");
    let file = recorder.finish().unwrap().unwrap();
    assert_eq!((&*file.path, file.bytes), (&*home.path().join(PATH), written.len() as u64));
}

#[test]
fn a_thread_with_nothing_in_it_leaves_no_file() {
    let home = home();
    assert!(create(home.path(), true).finish().unwrap().is_none());
    let mut recorder = create(home.path(), true);
    recorder.record([item("response_item", r#"{"type":"other"}"#)]);
    assert!(recorder.finish().unwrap().is_none());
    assert_eq!(fs_err::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn the_path_is_dated_by_the_zone_that_is_given() {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
    let check = |segment: Option<&str>, want: &str| {
        let options = Options { zone: zone.clone(), segment: segment.map(str::to_owned), ..options() };
        let recorder = Recorder::create(Path::new("h"), session_meta(false), options).unwrap();
        assert_eq!(recorder.path(), Path::new(want));
    };
    check(None, "h/sessions/2026/01/01/rollout-2026-01-01T22-04-05-t.jsonl");
    check(Some("s"), "h/sessions/2026/01/01/rollout-2026-01-01T22-04-05-t_s.jsonl");
}

#[test]
fn a_name_that_leads_elsewhere_begins_no_file() {
    let mut meta = session_meta(false);
    meta.id = "../t".into();
    let error = Recorder::create(Path::new("h"), meta, options()).unwrap_err();
    assert!(matches!(error, RecordError::Lock(LockError::Id { .. })), "{error}");
    let options = Options { segment: Some("a/b".to_owned()), ..options() };
    assert!(Recorder::create(Path::new("h"), session_meta(false), options).is_err());
}

#[test]
fn ordinals_begin_where_the_base_ends() {
    let mut meta = session_meta(true);
    let base = r#"{"thread_id":"p","end_ordinal_exclusive":41,"end_byte_offset":9000}"#;
    meta.history_base = rollout_schema::Optional::Given(Some(serde_json::from_str(base).unwrap()));
    let memory = Memory::default();
    let mut recorder = Recorder::new("m".into(), meta, Box::new(memory.clone()), options()).unwrap();
    recorder.record([state(0), state(1)]);
    recorder.flush().unwrap();
    let (found, _) = read_back(&memory.bytes());
    assert!(found[0].starts_with(r#"{"timestamp":"2026-01-02T03:04:05.678Z","ordinal":41,"type":"session_meta","#));
    assert_eq!(found[1..], [line(Some(42), 0), line(Some(43), 1)]);
}

#[test]
fn a_new_file_replaces_none() {
    let home = home();
    let file = given(home.path(), PATH, b"precious\n");
    let mut recorder = create(home.path(), false);
    recorder.record([state(1)]);
    let error = recorder.flush().unwrap_err();
    assert!(matches!(&error, RecordError::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists));
    assert!(matches!(recorder.finish().unwrap_err(), RecordError::Lost { lines: 2, .. }));
    assert_eq!(text(&file.path), "precious\n");
}

#[test]
fn what_is_known_of_an_item_stands_beside_it() {
    let memory = Memory::default();
    let mut recorder = Recorder::new("m".into(), session_meta(false), Box::new(memory.clone()), options()).unwrap();
    let metadata = serde_json::from_str(r#"{"client_authored":true}"#).unwrap();
    let item = item("response_item", r#"{"type":"message","role":"user","content":[]}"#);
    recorder.record([Entry { item, metadata: Some(metadata) }]);
    recorder.flush().unwrap();
    let (found, _) = read_back(&memory.bytes());
    assert_eq!(
        found[1],
        r#"{"timestamp":"2026-01-02T03:04:05.678Z","type":"response_item","payload":{"type":"message","role":"user","content":[]},"metadata":{"client_authored":true}}"#
    );
}

#[test]
fn a_rollout_is_gone_on_with_as_it_ends() {
    let check = |before: &str, ordinal: Option<u64>, closed: &str| {
        let home = home();
        let mut recorder = append(&given(home.path(), PATH, before.as_bytes())).unwrap();
        assert_eq!(recorder.is_paginated(), ordinal.is_some());
        recorder.flush().unwrap();
        assert_eq!(text(recorder.path()), before, "nothing to write, nothing closed");
        recorder.record([state(7)]);
        let file = recorder.finish().unwrap().unwrap();
        assert_eq!(text(&file.path), format!("{before}{closed}{}\n", line(ordinal, 7)));
    };
    check(&lines(&[META]), None, "");
    check(META, None, "\n");
    check(&format!("{}{{\"timestamp\":\"20", lines(&[META])), None, "\n");
    check(&lines(&[PAGINATED]), Some(1), "");
    check(&lines(&[PAGINATED, &line(Some(9), 0)]), Some(10), "");
    check(&format!("{}{}", lines(&[PAGINATED]), line(Some(1), 0)), Some(2), "\n");
    // Torn, torn and closed, glued, blank, NULs: the last whole record counts.
    check(&format!("{}{}", lines(&[PAGINATED]), &line(Some(1), 0)[..60]), Some(1), "\n");
    check(&lines(&[PAGINATED, &line(Some(1), 0)[..60]]), Some(1), "");
    let torn = line(Some(8), 0);
    check(&lines(&[PAGINATED, &torn[..torn.len() - 1]]), Some(1), "");
    check(&lines(&[PAGINATED, &(line(Some(1), 0) + &line(Some(2), 0)), "", "  "]), Some(3), "");
    check(&format!("{}\0\0\0", lines(&[PAGINATED])), Some(1), "\n");
    // Between the ends nothing is read.
    check(&lines(&[PAGINATED, &line(None, 0), &line(Some(5), 0)]), Some(6), "");
}

#[test]
fn some_rollouts_are_not_gone_on_with() {
    let check = |path: &str, bytes: &str, want: &str| {
        let home = home();
        let file = given(home.path(), path, bytes.as_bytes());
        let error = append(&file).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(want) && said.contains("rollout-"), "{said}");
        assert_eq!(text(&file.path), bytes);
    };
    check(PATH, &lines(&[PAGINATED, &line(None, 0)]), "not-resumable: the last record of the paginated thread");
    check(PATH, &lines(&[PAGINATED, &line(Some(u64::MAX), 0)]), "not-resumable");
    check(PATH, &lines(&[&PAGINATED.replace("paginated", "scrolled")]), "history mode \"scrolled\"");
    check(
        PATH,
        &lines(&[r#"{"id":"t","timestamp":"2025-07-30T10:11:12.000Z","instructions":null}"#]),
        "before Codex 0.34",
    );
    check(PATH, "", "does not begin with session_meta");
    check(PATH, &lines(&[&line(None, 0)]), "does not begin with session_meta");
    check("archived_sessions/rollout-2026-01-02T03-04-05-t.jsonl", &lines(&[META]), "is archived");
    let error = append(&RolloutFile::memory("rollout-t.jsonl", b"{}\n")).unwrap_err();
    assert!(matches!(error, RecordError::NotAFile { .. }), "{error}");
}

#[test]
fn a_thread_in_a_home_is_locked_while_it_is_written() {
    let home = home();
    let mut recorder = create(home.path(), false);
    recorder.record([state(1)]);
    let lock = lock_path(home.path(), recorder.thread_id());
    assert!(!lock.exists());
    recorder.flush().unwrap();
    let busy = |result: Result<ThreadLock, LockError>| matches!(result, Err(LockError::Busy { path }) if path == lock);
    assert!(busy(ThreadLock::take(home.path(), &"t".into())));
    let file = recorder.finish().unwrap().unwrap();

    let recorder = append(&file).unwrap();
    assert!(busy(ThreadLock::take(home.path(), &"t".into())));
    assert!(matches!(append(&file).unwrap_err(), RecordError::Lock(LockError::Busy { .. })));
    drop(recorder);

    // A new thread of that id waits in its queue until it may be begun.
    let mut second =
        Recorder::create(home.path(), session_meta(false), Options { segment: Some("s".to_owned()), ..options() })
            .unwrap();
    second.record([state(2)]);
    let lock = ThreadLock::take(home.path(), &"t".into()).unwrap();
    assert!(matches!(second.flush().unwrap_err(), RecordError::Lock(LockError::Busy { .. })));
    assert!(!second.path().exists());
    drop(lock);
    second.flush().unwrap();
    assert_eq!(second.pending(), 0);
}

#[test]
fn a_file_outside_of_any_home_takes_no_lock() {
    let folder = home();
    let file = given(folder.path(), "rollout-t.jsonl", lines(&[META]).as_bytes());
    let (mut one, mut two) = (append(&file).unwrap(), append(&file).unwrap());
    one.record([state(1)]);
    two.record([state(2)]);
    one.flush().unwrap();
    two.flush().unwrap();
    assert_eq!(text(&file.path), lines(&[META, &line(None, 1), &line(None, 2)]));
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_compressed_rollout_becomes_plain_again() {
    let home = home();
    let text_before = lines(&[PAGINATED, &line(Some(1), 0)]);
    let compressed = given(home.path(), &format!("{PATH}.zst"), &zstd::encode_all(text_before.as_bytes(), 3).unwrap());
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    fs_err::File::options().write(true).open(&*compressed.path).unwrap().file().set_modified(old).unwrap();

    let mut recorder = append(&compressed).unwrap();
    let plain = home.path().join(PATH);
    assert_eq!(recorder.path(), plain);
    assert!(!compressed.path.exists());
    assert_eq!(text(&plain), text_before);
    assert_eq!(fs_err::metadata(&plain).unwrap().modified().unwrap(), old);
    recorder.record([state(3)]);
    let file = recorder.finish().unwrap().unwrap();
    assert_eq!(text(&file.path), text_before.clone() + &lines(&[&line(Some(2), 3)]));
    assert_eq!(fs_err::read_dir(plain.parent().unwrap()).unwrap().count(), 1, "no temporary file is left");

    // A plain twin wins, and one that was compressed after it was found is found again.
    fs_err::write(&compressed.path, "not even zstd").unwrap();
    append(&compressed).unwrap_err();
    fs_err::write(&compressed.path, zstd::encode_all(text(&plain).as_bytes(), 3).unwrap()).unwrap();
    append(&compressed).unwrap();
    assert!(compressed.path.exists());
    fs_err::remove_file(&plain).unwrap();
    let mut recorder = append(&file).unwrap();
    recorder.record([state(4)]);
    recorder.finish().unwrap();
    assert!(text(&plain).ends_with(&lines(&[&line(Some(2), 3), &line(Some(3), 4)])));
}

#[test]
fn a_damaged_compressed_rollout_stays_as_it_is() {
    let home = home();
    let bytes = zstd::encode_all(lines(&[META, &line(None, 0)]).as_bytes(), 3).unwrap();
    let file = given(home.path(), &format!("{PATH}.zst"), &bytes[..bytes.len() - 4]);
    assert!(matches!(append(&file).unwrap_err(), RecordError::Read(ReadError::Zstd { .. })));
    assert_eq!(fs_err::read_dir(file.path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn the_clock_is_read_for_each_line() {
    assert_eq!(clock().to_string(), "2026-01-02T03:04:05.678Z");
    let home = home();
    let before = Timestamp::now();
    let mut recorder = Recorder::create(home.path(), session_meta(false), Options::default()).unwrap();
    recorder.record([state(1)]);
    recorder.flush().unwrap();
    let written = text(recorder.path());
    let stamp: Timestamp = written[14..38].parse().unwrap();
    assert!(stamp.as_millisecond() >= before.as_millisecond() && stamp <= Timestamp::now(), "{written}");
}
