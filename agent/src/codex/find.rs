//! Finding the program: the folders of PATH, then the places where installers put it.
//!
//! Looks for files that can be run and passes over all others. Refuses to read the environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The program's name.
const NAME: &str = "codex";

/// Below the home folder: what cargo, npm, the install script and bun use.
const BELOW_HOME: [&str; 4] = [".cargo/bin", ".npm/bin", ".local/bin", ".bun/bin"];

/// Where installers put programs, in the order in which it is looked for there.
pub fn well_known(home: Option<&Path>) -> Vec<PathBuf> {
    let system = ["/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from);
    let below_home = home.into_iter().flat_map(|home| BELOW_HOME.map(|folder| home.join(folder)));
    system.into_iter().chain(below_home).collect()
}

/// No folder holds a Codex that can be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no codex that can be run in {}", list(.looked_in))]
pub struct NotFound {
    /// The folders, in the order in which they were looked into.
    pub looked_in: Vec<PathBuf>,
}

fn list(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Finds Codex once, for all who ask.
#[derive(Debug)]
pub struct Finder {
    folders: Vec<PathBuf>,
    found: OnceLock<Option<PathBuf>>,
}

impl Finder {
    /// Looks into the folders of `path`, which is the text of a PATH variable, and then into `others`. Relative
    /// folders are below `cwd`.
    pub fn new(path: Option<&OsStr>, others: Vec<PathBuf>, cwd: &Path) -> Self {
        let mut folders: Vec<PathBuf> = Vec::new();
        for folder in path.into_iter().flat_map(std::env::split_paths).chain(others) {
            let folder = cwd.join(folder);
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        Self { folders, found: OnceLock::new() }
    }

    /// The first Codex that can be run. Looks only once; who asks meanwhile waits for that answer.
    pub fn find(&self) -> Result<&Path, NotFound> {
        let in_folder = |folder: &PathBuf| which::which_in_global(folder.join(NAME), None::<&OsStr>).ok()?.next();
        let found = self.found.get_or_init(|| self.folders.iter().find_map(in_folder));
        found.as_deref().ok_or_else(|| NotFound { looked_in: self.folders.clone() })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A file in `folder` that is called codex.
    fn put(folder: &Path, mode: u32) -> PathBuf {
        fs_err::create_dir_all(folder).unwrap();
        let file = folder.join(NAME);
        fs_err::write(&file, "#!/bin/sh\n").unwrap();
        fs_err::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn folders_come_in_order_and_what_cannot_be_run_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let path = std::env::join_paths([at("first"), at("second"), PathBuf::from("relative")]).unwrap();
        let find = || {
            let others = vec![at("system"), at("home/.cargo/bin"), at("home/.npm/bin")];
            Finder::new(Some(&path), others, root.path()).find().map(Path::to_owned)
        };
        let looked_in = ["first", "second", "relative", "system", "home/.cargo/bin", "home/.npm/bin"].map(at);
        assert_eq!(find(), Err(NotFound { looked_in: looked_in.to_vec() }));
        // Each is put before the ones that are there already.
        for folder in ["home/.npm/bin", "home/.cargo/bin", "system", "relative", "second"] {
            let file = put(&at(folder), 0o755);
            assert_eq!(find(), Ok(file), "{folder}");
        }
        put(&at("first"), 0o644);
        assert_eq!(find(), Ok(at("second/codex")), "a file that cannot be run");
        fs_err::remove_file(at("first/codex")).unwrap();
        fs_err::create_dir(at("first/codex")).unwrap();
        assert_eq!(find(), Ok(at("second/codex")), "a folder of that name");
    }

    #[test]
    fn the_places_of_installers() {
        let folders = well_known(Some(Path::new("/home/ada")));
        let text: Vec<_> = folders.iter().map(|folder| folder.to_str().unwrap()).collect();
        assert_eq!(
            text,
            [
                "/usr/local/bin",
                "/opt/homebrew/bin",
                "/home/ada/.cargo/bin",
                "/home/ada/.npm/bin",
                "/home/ada/.local/bin",
                "/home/ada/.bun/bin"
            ]
        );
        assert_eq!(well_known(None).len(), 2);
    }

    #[test]
    fn all_who_ask_get_the_first_answer() {
        let root = tempfile::tempdir().unwrap();
        let file = put(&root.path().join("bin"), 0o755);
        let finder = Finder::new(None, vec![root.path().join("bin")], root.path());
        std::thread::scope(|scope| {
            for asking in (0..8).map(|_| scope.spawn(|| finder.find().map(Path::to_owned))).collect::<Vec<_>>() {
                assert_eq!(asking.join().unwrap(), Ok(file.clone()));
            }
        });
        fs_err::remove_file(&file).unwrap();
        assert_eq!(finder.find(), Ok(&*file), "it is looked for once");
    }
}
