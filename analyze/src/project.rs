//! Which project a thread belongs to: its repository where the log or the disk names one, else its
//! working folder.
//!
//! Addresses of one remote in different spellings are one project, and so are sub-folders and
//! worktrees of one repository.

use std::path::{Component, Path, PathBuf};

use replay::Identity;

/// The name under which a thread's project is reported, or `None` if the file names no folder.
pub(crate) fn project(identity: &Identity) -> Option<String> {
    if let Some(url) = &identity.repository_url {
        return Some(remote(url));
    }
    let cwd = identity.cwd.as_deref()?;
    let folder = normalize(cwd);
    Some(repository_root(Path::new(&folder)).map_or(folder, |root| root.to_string_lossy().into_owned()))
}

/// `host/owner/name` of a remote address in any of git's spellings.
fn remote(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let is_scp = !url.contains("://") && !url.starts_with(['/', '.']);
    let (authority, path) = match rest.split_once(if is_scp { ':' } else { '/' }) {
        Some((authority, path)) if !authority.is_empty() => (authority, path),
        _ => return url.to_owned(), // a folder on the same machine
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    format!("{host}/{path}")
}

/// A folder without `.` parts and trailing separators. Folders of other systems stay as they are.
pub(crate) fn normalize(folder: &str) -> String {
    let path = Path::new(folder);
    if !path.is_absolute() {
        let trimmed = folder.trim_end_matches(['/', '\\']);
        return if trimmed.is_empty() { folder } else { trimmed }.to_owned();
    }
    let parts = path.components().filter(|part| *part != Component::CurDir);
    parts.collect::<PathBuf>().to_string_lossy().into_owned()
}

/// The main folder of the repository that `folder` lies in, if it is on this machine.
fn repository_root(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists())?;
    let git = root.join(".git");
    if git.is_dir() {
        return Some(root.to_owned());
    }
    // In a worktree `.git` is a file that names `<main>/.git/worktrees/<name>`.
    let link = fs_err::read_to_string(&git).ok()?;
    let target = root.join(link.strip_prefix("gitdir:")?.trim());
    let main = target.ancestors().find(|part| part.ends_with(".git")).and_then(Path::parent);
    Some(main.unwrap_or(root).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_remote_are_one() {
        for url in [
            "https://github.com/o/r.git",
            "https://user:token@GitHub.com/o/r",
            "git@github.com:o/r.git",
            "ssh://git@github.com:22/o/r.git/",
        ] {
            assert_eq!(remote(url), "github.com/o/r", "{url}");
        }
        assert_eq!(remote("/srv/git/r.git"), "/srv/git/r.git");
    }

    #[test]
    fn folders_group_by_repository() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("main");
        fs_err::create_dir_all(main.join(".git/worktrees/w")).unwrap();
        fs_err::create_dir_all(main.join("sub/deep")).unwrap();
        fs_err::create_dir_all(dir.path().join("w/sub")).unwrap();
        fs_err::write(dir.path().join("w/.git"), format!("gitdir: {}\n", main.join(".git/worktrees/w").display()))
            .unwrap();
        let of = |folder: PathBuf| {
            project(&Identity { cwd: Some(folder.to_str().unwrap().into()), ..Identity::default() }).unwrap()
        };
        let want = main.to_str().unwrap().to_owned();
        assert_eq!(of(main.clone()), want);
        assert_eq!(of(main.join("sub/deep/")), want);
        assert_eq!(of(dir.path().join("w/sub")), want);
        assert_eq!(of("/no/such/folder/./x/".into()), "/no/such/folder/x");
    }
}
