//! A thread on its way through versions, and forked on it.

use anyhow::Context;

use crate::cell::{Bench, Cut};
use crate::codex::Codex;
use crate::home::Home;
use crate::rollout::Rollout;

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn a_thread_of_the_oldest_version_is_forked_in_the_newest() {
    let versions = Codex::versions();
    let (old, new) = (versions.first().unwrap(), versions.last().unwrap());
    let run = || {
        let home = Home::new()?;
        let bench = Bench { home: &home, codex: new };
        let thread = home.begin(old, "First. [[shell: echo old]][[say: One.]]")?;
        let history = Rollout(&home).history(&thread, "end")?;
        bench.resumes(&thread, &history).context("the newest version goes on with it")?;
        let fork = bench.fork(&thread, Cut::after("end", &["First.", "Go on."]))?;
        let history = Rollout(&home).history(&fork, "end")?;
        bench.resumes(&fork, &history).context("once more")
    };
    run().unwrap_or_else(|error: anyhow::Error| panic!("{} to {}: {error:#}", old.version, new.version));
}
