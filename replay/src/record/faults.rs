//! What fails below a recorder, and what becomes of the lines: real faults where every machine and user has them,
//! made ones elsewhere.

use std::sync::{Arc, Mutex};

use super::medium::{Disk, End, Medium, Tape};
use super::property::{Memory, ends, options, session_meta};
use super::tests::{META, PAGINATED, PATH, append, create, given, home, line, lines, state, text};
use super::*;

#[test]
fn a_folder_that_cannot_be_made_delays_lines() {
    let home = home();
    fs_err::write(home.path().join("sessions"), "a file").unwrap();
    let mut recorder = create(home.path(), true);
    recorder.record([state(1)]);
    let error = recorder.flush().unwrap_err();
    assert!(error.to_string().contains("sessions/2026/01/02"), "{error}");
    recorder.record([state(2)]);
    recorder.flush().unwrap(); // told once
    assert_eq!(recorder.pending(), 3);
    fs_err::remove_file(home.path().join("sessions")).unwrap();
    recorder.flush().unwrap();
    assert_eq!(recorder.pending(), 0);
    assert_eq!(text(recorder.path()), lines(&[PAGINATED, &line(Some(1), 1), &line(Some(2), 2)]));
}

#[test]
fn an_outage_is_told_once_and_the_next_one_again() {
    let memory = Memory::default();
    let mut recorder = Recorder::new("m".into(), session_meta(false), Box::new(memory.clone()), options()).unwrap();
    for _ in 0..2 {
        memory.set_room(Some(5));
        recorder.record([state(1)]);
        recorder.flush().unwrap_err();
        recorder.flush().unwrap();
        assert!(recorder.pending() > 0);
        memory.set_room(None);
        recorder.flush().unwrap();
        assert_eq!(recorder.pending(), 0);
    }
    // The rest of each line followed its beginning.
    assert_eq!(String::from_utf8(memory.bytes()).unwrap(), lines(&[META, &line(None, 1), &line(None, 1)]));
    memory.set_room(Some(0));
    recorder.record([state(2)]);
    recorder.flush().unwrap_err();
    let error = recorder.finish().unwrap_err();
    assert!(matches!(&error, RecordError::Lost { lines: 1, .. }), "{error}");
    assert_eq!(error.to_string(), "1 lines could not be written to m");
}

#[test]
fn a_line_may_take_many_writes() {
    let memory = Memory::default();
    memory.set_most(Some(7));
    let mut recorder = Recorder::new("m".into(), session_meta(false), Box::new(memory.clone()), options()).unwrap();
    recorder.record([state(1)]);
    recorder.flush().unwrap();
    assert_eq!(recorder.pending(), 0);
    assert_eq!(String::from_utf8(memory.bytes()).unwrap(), lines(&[META, &line(None, 1)]));
}

#[test]
fn a_line_is_begun_anew_where_someone_came_between() {
    let check = |room: usize, other: &str, want: &str| {
        let memory = Memory::holding(lines(&[META]).as_bytes());
        let ends = ends(&memory.bytes()).unwrap();
        let mut recorder = Recorder::over("m".into(), ends, Box::new(memory.clone()), options());
        recorder.record([state(1), state(2)]);
        memory.set_room(Some(room));
        recorder.flush().unwrap_err();
        memory.append(other.as_bytes());
        memory.set_room(None);
        recorder.flush().unwrap();
        assert_eq!(String::from_utf8(memory.bytes()).unwrap(), lines(&[META]) + want);
    };
    let (one, two) = (line(None, 1), line(None, 2));
    let all = lines(&[&one, &two]);
    check(20, "", &all);
    check(20, "\nother\n", &format!("{}\nother\n{all}", &one[..20]));
    check(20, "other", &format!("{}other\n{all}", &one[..20]));
    check(one.len(), "\nother\n", &format!("{one}\nother\n{two}\n"));
    check(one.len(), "\nother", &format!("{one}\nother\n{two}\n"));
    check(one.len() + 1, "other\n", &format!("{one}\nother\n{two}\n"));
}

#[cfg(unix)]
#[test]
fn a_removed_file_is_not_written_to() {
    let home = home();
    let mut recorder = create(home.path(), false);
    recorder.record([state(1)]);
    recorder.flush().unwrap();
    let path = recorder.path().to_owned();
    let kept = path.with_extension("kept");
    fs_err::rename(&path, &kept).unwrap();
    recorder.record([state(2)]);
    recorder.flush().unwrap();
    let so_far = lines(&[META, &line(None, 1), &line(None, 2)]);
    assert_eq!(text(&kept), so_far, "one that was moved is still the thread's");

    // With a second name it outlives the loss of the first.
    fs_err::hard_link(&kept, &path).unwrap();
    fs_err::remove_file(&kept).unwrap();
    fs_err::remove_file(&path).unwrap();
    recorder.record([state(3)]);
    assert!(matches!(recorder.flush().unwrap_err(), RecordError::Removed { .. }));
    fs_err::write(&path, "another file\n").unwrap();
    recorder.flush().unwrap(); // told once
    assert_eq!(recorder.pending(), 1);
    fs_err::remove_file(&path).unwrap();
    fs_err::create_dir(&path).unwrap();
    let error = recorder.finish().unwrap_err();
    let RecordError::Lost { lines: 1, source, .. } = error else { panic!("{error}") };
    assert!(matches!(&*source, RecordError::Write { .. } | RecordError::Removed { .. }), "{source}");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_is_not_taken_for_the_old_one() {
    let home = home();
    let file = given(home.path(), PATH, lines(&[META]).as_bytes());
    let mut recorder = append(&file).unwrap();
    let new = home.path().join("new");
    fs_err::write(&new, lines(&[META])).unwrap();
    fs_err::rename(&new, &file.path).unwrap();
    recorder.record([state(1)]);
    assert!(matches!(recorder.flush().unwrap_err(), RecordError::Removed { .. }));
    assert_eq!(text(&file.path), lines(&[META]));
}

/// A device that is always full, in the place of a file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_lines_waiting() {
    let folder = home();
    let path = folder.path().join("rollout-t.jsonl");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let ends = ends(lines(&[META]).as_bytes()).unwrap();
    let disk = Disk::there(path.clone(), None).unwrap();
    let mut recorder = Recorder::over(path, ends, Box::new(disk), options());
    recorder.record([state(1), state(2)]);
    let error = recorder.flush().unwrap_err();
    assert!(
        matches!(&error, RecordError::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull),
        "{error}"
    );
    recorder.flush().unwrap();
    assert_eq!(recorder.pending(), 2);
    assert!(matches!(recorder.finish().unwrap_err(), RecordError::Lost { lines: 2, .. }));
}

/// A medium that fails in one way, as often as it is told to.
#[derive(Debug)]
struct Failing {
    memory: Memory,
    /// Opens that are refused, writes that are refused and syncs that fail from here on.
    refused: Arc<Mutex<[usize; 3]>>,
}

impl Failing {
    fn fails(&self, what: usize) -> io::Result<()> {
        match &mut self.refused.lock().unwrap()[what] {
            0 => Ok(()),
            left => {
                *left -= 1;
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
    }
}

impl Medium for Failing {
    fn open(&mut self) -> Result<Box<dyn Tape>, RecordError> {
        self.fails(0).map_err(|source| RecordError::Write { path: "m".into(), source })?;
        let tape = self.memory.open()?;
        Ok(Box::new(FailingTape {
            medium: Self { memory: self.memory.clone(), refused: Arc::clone(&self.refused) },
            tape,
        }))
    }

    fn sync_place(&mut self) -> io::Result<()> {
        self.fails(2)
    }
}

#[derive(Debug)]
struct FailingTape {
    medium: Failing,
    tape: Box<dyn Tape>,
}

impl Tape for FailingTape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.medium.fails(1)?;
        self.tape.write(bytes)
    }

    fn position(&mut self) -> io::Result<u64> {
        self.tape.position()
    }

    fn end(&mut self) -> io::Result<End> {
        self.tape.end()
    }

    fn sync(&mut self) -> io::Result<()> {
        self.medium.fails(2)
    }
}

#[test]
fn lost_permissions_are_tried_again_in_a_fresh_file() {
    let check = |sync: Sync, refused: [usize; 3], told: usize, flushes: usize| {
        let memory = Memory::default();
        let medium = Failing { memory: memory.clone(), refused: Arc::new(refused.into()) };
        let options = Options { sync, ..options() };
        let mut recorder = Recorder::new("m".into(), session_meta(false), Box::new(medium), options).unwrap();
        recorder.record([state(1)]);
        let errors = (0..flushes).filter(|_| recorder.flush().is_err()).count();
        assert_eq!(errors, told);
        assert_eq!(recorder.pending(), 0);
        assert_eq!(String::from_utf8(memory.bytes()).unwrap(), lines(&[META, &line(None, 1)]));
        assert_eq!(recorder.finish().is_err(), sync == Sync::Finish && refused[2] > 0);
    };
    check(Sync::Never, [0, 0, 0], 0, 1);
    check(Sync::Never, [1, 0, 0], 0, 1);
    check(Sync::Never, [0, 1, 0], 0, 1);
    check(Sync::Never, [2, 0, 0], 1, 2);
    check(Sync::Never, [3, 0, 0], 1, 2);
    check(Sync::Never, [0, 2, 0], 1, 2);
    check(Sync::Never, [1, 1, 0], 1, 2);
    // Syncs: never, at the end, at each flush that wrote.
    check(Sync::Never, [0, 0, 1], 0, 1);
    check(Sync::Finish, [0, 0, 1], 0, 1);
    check(Sync::EachFlush, [0, 0, 1], 1, 2);
}
