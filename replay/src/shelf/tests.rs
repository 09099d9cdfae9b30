//! Moves on a real disk: what they leave alone, and what happens when one is cut short.

use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;
use crate::history::{Cut, reconstruct};

const FIRST: &str = "rollout-2026-06-01T10-00-00-t.jsonl";
const SEGMENT: &str = "rollout-2026-06-02T10-00-00-t_s.jsonl";

/// A thread that was reverted once, so that it has two files.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let line = |n: u64, kind: &str, payload: &str| {
        format!(r#"{{"timestamp":"2026-06-01T10:00:00.000Z","ordinal":{n},"type":"{kind}","payload":{payload}}}"#)
            + "\n"
    };
    let message = r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}"#;
    let meta = |more: &str| format!(r#"{{"id":"t","history_mode":"paginated"{more}}}"#);
    let first = line(0, "session_meta", &meta("")) + &line(1, "response_item", message);
    let base =
        format!(r#","history_base":{{"thread_id":"t","end_ordinal_exclusive":2,"end_byte_offset":{}}}"#, first.len());
    let segment = line(2, "session_meta", &meta(&base)) + &line(3, "response_item", message);
    write(&home, &live(FIRST), &(first + &line(2, "response_item", message)));
    write(&home, &live(SEGMENT), &segment);
    home
}

fn live(name: &str) -> String {
    format!("sessions/{}/{name}", name[8..18].replace('-', "/"))
}

fn archived(name: &str) -> String {
    format!("archived_sessions/{name}")
}

fn write(home: &TempDir, path: &str, text: &str) {
    let path = home.path().join(path);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(&path, text).unwrap();
    let past = SystemTime::now() - Duration::from_secs(86_400);
    fs_err::OpenOptions::new().append(true).open(&path).unwrap().set_modified(past).unwrap();
}

fn open(home: &TempDir) -> Store {
    Store::open(crate::discover(&[home.path().to_owned()]), Vec::new())
}

/// Every rollout below the home: where it is, what it says, when it was written.
fn files(home: &TempDir) -> Vec<(String, String, SystemTime)> {
    let store = open(home);
    let of = |file: &crate::store::StoredFile| {
        let path = &*file.file.path;
        let name = path.strip_prefix(home.path()).unwrap().to_str().unwrap().to_owned();
        (name, fs_err::read_to_string(path).unwrap(), fs_err::metadata(path).unwrap().modified().unwrap())
    };
    store.files.iter().map(of).collect()
}

fn paths(home: &TempDir) -> Vec<String> {
    files(home).into_iter().map(|(path, ..)| path).collect()
}

#[test]
fn all_files_go_and_come_back_as_they_were() {
    let home = home();
    let before = files(&home);
    let moved = archive(&open(&home), 0).unwrap();
    assert_eq!(paths(&home), [archived(FIRST), archived(SEGMENT)]);
    assert_eq!(moved, [FIRST, SEGMENT].map(|name| home.path().join(archived(name))), "the file in force goes last");
    assert!(archive(&open(&home), 0).unwrap().is_empty(), "nothing is left to do");
    let back = unarchive(&open(&home), 0).unwrap();
    assert_eq!(back, [SEGMENT, FIRST].map(|name| home.path().join(live(name))), "the file in force comes first");
    assert_eq!(files(&home), before);
    assert!(unarchive(&open(&home), 0).unwrap().is_empty());
}

#[test]
fn a_move_that_was_cut_short_leaves_a_whole_thread_and_can_be_completed() {
    // What lies in the archive between the two moves, and what each command makes of it.
    for (from, to) in [(live(FIRST), archived(FIRST)), (archived(FIRST), archived(FIRST))] {
        for complete in [archive, unarchive] {
            let home = home();
            if from == archived(FIRST) {
                archive(&open(&home), 0).unwrap();
                fs_err::rename(home.path().join(archived(SEGMENT)), home.path().join(live(SEGMENT))).unwrap();
            } else {
                fs_err::create_dir_all(home.path().join("archived_sessions")).unwrap();
                fs_err::rename(home.path().join(&from), home.path().join(&to)).unwrap();
            }
            let store = open(&home);
            assert_eq!(store.threads.len(), 1);
            assert!(!store.threads[0].archived);
            assert_eq!(reconstruct(&store.chain(0, false), &Cut::END).unwrap().len(), 2);
            assert_eq!(complete(&store, 0).unwrap().len(), 1);
            let archived = open(&home).files.iter().filter(|file| file.file.archived).count();
            assert!(archived == 0 || archived == 2);
        }
    }
}

#[test]
fn a_compressed_file_goes_with_the_plain_one_that_hides_it() {
    let home = home();
    let hidden = FIRST.to_owned() + ".zst";
    write(&home, &live(&hidden), "compressed");
    archive(&open(&home), 0).unwrap();
    assert_eq!(fs_err::read_to_string(home.path().join(archived(&hidden))).unwrap(), "compressed");
    unarchive(&open(&home), 0).unwrap();
    assert_eq!(fs_err::read_to_string(home.path().join(live(&hidden))).unwrap(), "compressed");
}

#[test]
fn nothing_is_replaced() {
    let home = home();
    write(&home, &archived(SEGMENT), "another");
    let before = files(&home);
    let error = archive(&open(&home), 0).unwrap_err();
    assert!(matches!(&error, ShelfError::Exists { path } if *path == home.path().join(archived(SEGMENT))), "{error}");
    assert_eq!(files(&home), before, "no file was moved");
}

#[test]
fn a_thread_that_is_being_written_stays_where_it_is() {
    let home = home();
    let lock = ThreadLock::take(home.path(), &"t".into()).unwrap();
    assert!(matches!(archive(&open(&home), 0), Err(ShelfError::Lock(LockError::Busy { .. }))));
    assert_eq!(paths(&home), [live(FIRST), live(SEGMENT)]);
    drop(lock);
    archive(&open(&home), 0).unwrap();
    let _lock = ThreadLock::take(home.path(), &"t".into()).unwrap();
    assert!(matches!(unarchive(&open(&home), 0), Err(ShelfError::Lock(LockError::Busy { .. }))));
    assert_eq!(paths(&home), [archived(FIRST), archived(SEGMENT)]);
}

#[test]
fn a_file_without_a_date_has_no_way_back() {
    let home = tempfile::tempdir().unwrap();
    write(&home, "archived_sessions/rollout-t.jsonl", "{\"id\":\"t\",\"timestamp\":\"2026-06-01T10:00:00Z\"}\n");
    assert!(matches!(unarchive(&open(&home), 0), Err(ShelfError::Undated { .. })));
    assert_eq!(paths(&home), ["archived_sessions/rollout-t.jsonl"]);
}

#[test]
fn names_are_lines_that_later_ones_replace() {
    let home = tempfile::tempdir().unwrap();
    let at: jiff::Timestamp = "2026-06-01T10:00:00.5Z".parse().unwrap();
    let name = |id: &str, name: &str| name_thread(home.path(), &id.into(), name, at).map(str::to_owned);
    assert_eq!(name("a", "  One \"two\"\n").unwrap(), "One \"two\"");
    let index = home.path().join("session_index.jsonl");
    let first = r#"{"id":"a","thread_name":"One \"two\"","updated_at":"2026-06-01T10:00:00.500000000Z"}"#;
    assert_eq!(fs_err::read_to_string(&index).unwrap(), format!("{first}\n"));
    fs_err::write(&index, format!("{first}\n{{\"id\":\"b\",\"thread_na")).unwrap();
    name("a", "Three").unwrap();
    let text = fs_err::read_to_string(&index).unwrap();
    assert!(text.starts_with(&format!("{first}\n{{\"id\":\"b\",\"thread_na\n{{\"id\":\"a\"")), "{text}");
    let names = crate::read_thread_names(home.path()).unwrap();
    assert_eq!(names.last(), Some(&("a".into(), "Three".to_owned())));
    assert!(matches!(name("a", " \t"), Err(NameError::Empty)));
    assert_eq!(fs_err::read_to_string(&index).unwrap(), text);
}

#[test]
fn a_database_is_known_by_its_name() {
    let home = tempfile::tempdir().unwrap();
    for other in ["state.sqlite", "state_.sqlite", "state_x.sqlite", "state_5.sqlite-wal", "logs_2.sqlite"] {
        write(&home, other, "");
        assert_eq!(database_of(home.path()), None, "{other}");
    }
    write(&home, "state_5.sqlite", "");
    assert_eq!(database_of(home.path()), Some(home.path().join("state_5.sqlite")));
    assert_eq!(database_of(&home.path().join("no-such")), None);
}
