//! Real Codex of several versions, as npm installs it. Nothing is installed here: `.ci/run` does.

use std::path::PathBuf;

use anyhow::ensure;

/// The versions that are tested where nothing else is asked for.
const VERSIONS: &str = include_str!("versions");

/// One version of Codex.
#[derive(Clone, Debug)]
pub(crate) struct Codex {
    pub(crate) version: String,
    pub(crate) program: PathBuf,
}

impl Codex {
    /// The versions that `ROLLOUT_INTEROP_VERSIONS` lists.
    pub(crate) fn versions() -> Vec<Self> {
        let list = std::env::var("ROLLOUT_INTEROP_VERSIONS").unwrap_or_else(|_| VERSIONS.to_owned());
        let versions: Vec<_> = list.split_whitespace().map(|version| Self::of(version).unwrap()).collect();
        assert!(!versions.is_empty(), "ROLLOUT_INTEROP_VERSIONS names no version");
        versions
    }

    /// Runs the same in every version at once; panics with all that went wrong.
    pub(crate) fn in_every_version(test: impl Fn(&Self) -> anyhow::Result<()> + Sync) {
        let versions = Self::versions();
        let failures: Vec<_> = std::thread::scope(|scope| {
            let runs: Vec<_> = versions.iter().map(|codex| scope.spawn(|| test(codex))).collect();
            let outcomes = versions.iter().zip(runs).map(|(codex, run)| (codex, run.join().unwrap()));
            outcomes.filter_map(|(codex, outcome)| Some(format!("{}: {:#}\n", codex.version, outcome.err()?))).collect()
        });
        assert!(failures.is_empty(), "\n{}", failures.concat());
    }

    /// The version that is installed under this name.
    pub(crate) fn of(version: &str) -> anyhow::Result<Self> {
        let program = cache().join(version).join("node_modules/.bin/codex");
        ensure!(program.exists(), "there is no {}; .ci/run installs it", program.display());
        Ok(Self { version: version.to_owned(), program })
    }
}

/// The installed ccusage, another program that counts tokens.
pub(crate) fn ccusage() -> anyhow::Result<PathBuf> {
    let program = cache().join("ccusage/node_modules/.bin/ccusage");
    ensure!(program.exists(), "there is no {}; .ci/run installs it", program.display());
    Ok(program)
}

/// `ROLLOUT_CODEX_CACHE`, else where `.ci/run` puts programs: a folder per version.
fn cache() -> PathBuf {
    match std::env::var_os("ROLLOUT_CODEX_CACHE") {
        Some(cache) => cache.into(),
        None => std::env::home_dir().unwrap().join(".cache/rollout-ci/codex"),
    }
}
