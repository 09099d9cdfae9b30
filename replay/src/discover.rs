//! Finds rollout files below Codex homes, folders and single paths.
//!
//! A *home* has `sessions/` (dated, at any depth) or `archived_sessions/` (flat); any other folder
//! is searched as it is. A plain file hides its compressed twin, a file that is reached twice
//! counts once, and loops of symbolic links end.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::layout::{ARCHIVE, NAMES, STORES};
use crate::{Place, Problem, Rule};

/// How a rollout is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// A `.jsonl` file.
    Plain,
    /// A `.jsonl.zst` file.
    Zstd,
    /// Bytes that are part of a program.
    Memory(&'static [u8]),
}

/// A rollout that was found.
#[derive(Clone, Debug)]
pub struct RolloutFile {
    /// Where it is.
    pub path: Arc<Path>,
    /// How it is stored.
    pub storage: Storage,
    /// Stored bytes when it was found.
    pub bytes: u64,
    /// When it was last written, Unix milliseconds, as the file system says.
    pub modified: Option<i64>,
    /// Whether it lies below `archived_sessions/`.
    pub archived: bool,
}

impl RolloutFile {
    /// A rollout that is part of a program.
    pub fn memory(name: &str, bytes: &'static [u8]) -> Self {
        let path = Path::new(name);
        Self {
            path: path.into(),
            storage: Storage::Memory(bytes),
            bytes: bytes.len() as u64,
            modified: None,
            archived: is_archived(path),
        }
    }

    /// The ids in the file's name.
    pub fn name(&self) -> RolloutName {
        RolloutName::parse(&self.path)
    }
}

/// The ids in a name such as `rollout-<time>-<thread id>[_<rollout id>].jsonl`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolloutName {
    /// The thread, if the name has the usual form.
    pub thread_id: Option<String>,
    /// The id of this segment, in files that a revert began (since 0.148).
    pub rollout_id: Option<String>,
    /// The local date on which the file was begun, `2026-01-31`.
    pub date: Option<String>,
}

impl RolloutName {
    /// Reads the ids from the last component of `path`.
    pub fn parse(path: &Path) -> Self {
        Self::parse_name(path.file_name().and_then(OsStr::to_str).unwrap_or_default()).unwrap_or_default()
    }

    fn parse_name(name: &str) -> Option<Self> {
        let stem = stem(name)?.strip_prefix("rollout-")?;
        // `YYYY-MM-DDThh-mm-ss-` has 20 bytes; older and hand-made names may lack it.
        let ids = stem.get(20..).filter(|_| stem.as_bytes().get(10) == Some(&b'T')).unwrap_or(stem);
        let (thread_id, rollout_id) = match ids.split_once('_') {
            Some((thread_id, rollout_id)) => (thread_id, Some(rollout_id.to_owned())),
            None => (ids, None),
        };
        let date = (ids.len() < stem.len()).then(|| stem[..10].to_owned());
        Some(Self { thread_id: Some(thread_id.to_owned()), rollout_id, date })
    }
}

/// `name` without its `.jsonl` or `.jsonl.zst`, or `None` if it has neither.
fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".zst").unwrap_or(name).strip_suffix(".jsonl")
}

/// What discovery found.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// Rollouts, largest first, then by path.
    pub files: Vec<RolloutFile>,
    /// Files and folders that could not be looked at.
    pub problems: Vec<Problem>,
}

/// Finds every rollout below `paths`, each of which is a home, a folder or a file.
pub fn discover(paths: &[PathBuf]) -> Discovered {
    let mut found = Discovered::default();
    let mut reached = Vec::new();
    let mut roots = Vec::new();
    for path in paths {
        let stores = STORES.map(|name| path.join(name));
        if stores.iter().any(|store| store.is_dir()) {
            roots.extend(stores.into_iter().filter(|store| store.exists()));
        } else {
            roots.push(path.clone());
        }
    }
    // Asking for half a store's file sizes takes as long as reading a hundredth of it.
    let walks: Vec<_> = branches(roots).into_par_iter().map(|(root, depth)| walk(&root, depth)).collect();
    for (ways, problems) in walks {
        reached.extend(ways);
        found.problems.extend(problems);
    }
    // Of several ways to one file the one without a link is kept, then the first by name.
    // Paths are compared as text, which is many times faster than part by part.
    reached.sort_by(|a, b| (a.is_link, a.file.path.as_os_str()).cmp(&(b.is_link, b.file.path.as_os_str())));
    let mut seen = HashSet::new();
    reached.retain(|way| way.identity.is_none_or(|identity| seen.insert(identity)));
    found.files = reached.into_iter().map(|way| way.file).collect();
    remove_twins(&mut found.files);
    found.files.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.as_os_str().cmp(b.path.as_os_str())));
    found.problems.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = u64;

/// One way to a rollout.
struct Reached {
    file: RolloutFile,
    identity: Option<Identity>,
    is_link: bool,
}

/// Splits folders into parts that can be walked at the same time: their sub-folders of the second
/// level, which are months, and what lies above those. A depth limits the walk of the latter.
fn branches(roots: Vec<PathBuf>) -> Vec<(PathBuf, usize)> {
    const LEVEL: usize = 2;
    let mut branches = Vec::new();
    for root in roots {
        let above = WalkDir::new(&root).min_depth(LEVEL).max_depth(LEVEL).follow_links(true);
        let folders = above.into_iter().flatten().filter(|entry| entry.file_type().is_dir());
        branches.extend(folders.map(|entry| (entry.into_path(), usize::MAX)));
        branches.push((root, LEVEL));
    }
    branches
}

fn walk(root: &Path, max_depth: usize) -> (Vec<Reached>, Vec<Problem>) {
    let (mut reached, mut problems) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(root).max_depth(max_depth).follow_links(true) {
        let entry = match entry {
            Ok(entry) => entry,
            // A loop was entered once already; everything in it is found through the first way.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let message = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                let place = Place { path: path.into(), line: 0, column: 0 };
                problems.push(Problem { rule: Rule::Unreadable, place, message, loses_record: true });
                continue;
            }
        };
        let name = entry.file_name().to_str().unwrap_or_default();
        let storage = match stem(name) {
            Some(_) if name.ends_with(".zst") => Storage::Zstd,
            Some(_) => Storage::Plain,
            // A file that was named by the user is taken at its word.
            None if entry.depth() == 0 && entry.file_type().is_file() => Storage::Plain,
            None => continue,
        };
        let is_rollout = entry.depth() == 0 || !is_other_log(name);
        if !entry.file_type().is_file() || !is_rollout {
            continue;
        }
        let Ok(metadata) = entry.metadata() else { continue }; // gone since it was listed
        let path: Arc<Path> = entry.path().into();
        reached.push(Reached {
            identity: identity(&path, &metadata),
            is_link: entry.path_is_symlink(),
            file: RolloutFile {
                archived: is_archived(&path),
                path,
                storage,
                bytes: metadata.len(),
                modified: modified(&metadata),
            },
        });
    }
    (reached, problems)
}

/// The home that a rollout lies in, if the folders in its path say so.
pub fn home_of(rollout: &Path) -> Option<&Path> {
    let is_store = |folder: &&Path| STORES.iter().any(|store| folder.ends_with(store));
    rollout.ancestors().find(is_store)?.parent()
}

/// When a file was last written, Unix milliseconds.
pub(crate) fn modified(metadata: &std::fs::Metadata) -> Option<i64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

/// JSONL files that Codex keeps beside its rollouts.
fn is_other_log(name: &str) -> bool {
    matches!(name, NAMES | "history.jsonl")
}

fn is_archived(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == ARCHIVE)
}

/// Drops compressed twins of plain files.
fn remove_twins(files: &mut Vec<RolloutFile>) {
    let plain: HashSet<Arc<Path>> =
        files.iter().filter(|file| file.storage == Storage::Plain).map(|file| Arc::clone(&file.path)).collect();
    files.retain(|file| file.storage != Storage::Zstd || !plain.contains(file.path.with_extension("").as_path()));
}

/// What tells one file on disk from another, however it was reached.
#[cfg(unix)]
fn identity(_: &Path, metadata: &std::fs::Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere the hash of the path without links stands for the file.
#[cfg(not(unix))]
fn identity(path: &Path, _: &std::fs::Metadata) -> Option<Identity> {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    Some(BuildHasherDefault::<DefaultHasher>::default().hash_one(fs_err::canonicalize(path).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_one_or_two_ids() {
        let check = |name: &str, thread: Option<&str>, rollout: Option<&str>| {
            let got = RolloutName::parse(Path::new(name));
            assert_eq!((got.thread_id.as_deref(), got.rollout_id.as_deref()), (thread, rollout), "{name}");
        };
        check("a/rollout-2026-01-02T03-04-05-0190-aa.jsonl", Some("0190-aa"), None);
        check("rollout-2026-01-02T03-04-05-t_s.jsonl.zst", Some("t"), Some("s"));
        check("rollout-t.jsonl", Some("t"), None);
        check("other.jsonl", None, None);
        check("rollout-2026-01-02T03-04-05-t.txt", None, None);
    }

    #[test]
    fn finds_each_rollout_once() {
        let home = tempfile::tempdir().unwrap();
        let file = |path: &str| {
            let path = home.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, path_text()).unwrap();
        };
        file("sessions/2026/01/02/rollout-a.jsonl");
        file("sessions/2026/01/02/rollout-a.jsonl.zst"); // hidden by its plain twin
        file("sessions/2026/01/02/rollout-b.jsonl.zst");
        file("sessions/deep/er/than/dates/usually/are/rollout-c.jsonl");
        file("sessions/notes.txt");
        file("archived_sessions/rollout-d.jsonl");
        file("session_index.jsonl"); // beside the stores, not in them
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("sessions"), home.path().join("sessions/loop")).unwrap();
            std::os::unix::fs::symlink(
                home.path().join("archived_sessions/rollout-d.jsonl"),
                home.path().join("sessions/rollout-link.jsonl"),
            )
            .unwrap();
        }
        let found = discover(&[home.path().to_owned(), home.path().join("sessions")]);
        let mut names: Vec<_> = found.files.iter().map(|file| file.path.file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["rollout-a.jsonl", "rollout-b.jsonl.zst", "rollout-c.jsonl", "rollout-d.jsonl"]);
        assert!(found.problems.is_empty());
        assert_eq!(found.files.iter().filter(|file| file.archived).count(), 1);
    }

    fn path_text() -> &'static str {
        "{}\n"
    }

    #[test]
    fn a_path_that_is_not_there_is_a_problem() {
        let found = discover(&[PathBuf::from("/no/such/path")]);
        assert!(found.files.is_empty());
        assert_eq!(found.problems[0].rule, Rule::Unreadable);
    }
}
