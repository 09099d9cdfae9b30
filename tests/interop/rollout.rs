//! Our own program over a home, and what it prints as JSON.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::home::Home;
use crate::mock::Usage;
use crate::process::Run;

/// What `rollout fork --json` prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Fork {
    pub(crate) schema_version: u32,
    pub(crate) thread_id: String,
    pub(crate) path: PathBuf,
    pub(crate) forked_from: String,
    pub(crate) items: usize,
    pub(crate) lines: usize,
}

/// The program, for one home.
pub(crate) struct Rollout<'a>(pub(crate) &'a Home);

impl Rollout<'_> {
    pub(crate) fn run(&self, args: &[&str]) -> anyhow::Result<Run> {
        Run::of(&mut self.command(args))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.0.command(Path::new(env!("CARGO_BIN_EXE_rollout")));
        // The home is named, so that a command which forgets the option finds no other.
        command.env_remove("CODEX_HOME").args(args).arg("--home").arg(self.0.path());
        command
    }

    /// Records a thread of these lines; its id.
    pub(crate) fn record(&self, lines: &[Value], options: &[&str]) -> anyhow::Result<String> {
        let mut input = tempfile::tempfile()?;
        lines.iter().try_for_each(|line| writeln!(input, "{line}"))?;
        input.rewind()?;
        let mut command = self.command(&[&["record", "--json", "--model-provider", "mock"], options].concat());
        let run = Run::of(command.stdin(input))?.well().context("rollout record")?;
        let document: Value = serde_json::from_str(&run.stdout)?;
        ensure!(document["lines"] == lines.len() + 1, "{} lines: {document}", lines.len());
        document["thread_id"].as_str().map(str::to_owned).context("no thread_id")
    }

    /// The document that a run prints which goes well.
    pub(crate) fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        let run = self.run(args).and_then(Run::well).with_context(|| format!("rollout {}", args.join(" ")))?;
        serde_json::from_str(&run.stdout).with_context(|| format!("rollout {}: {}", args.join(" "), run.stdout))
    }

    pub(crate) fn fork(&self, thread: &str, at: &str, options: &[&str]) -> anyhow::Result<Fork> {
        let fork: Fork =
            serde_json::from_value(self.json(&[&["fork", thread, "--at", at, "--json"], options].concat())?)?;
        ensure!(fork.schema_version == 1 && fork.forked_from == thread, "{fork:?}");
        Ok(fork)
    }

    /// The items that the model sees.
    pub(crate) fn history(&self, thread: &str, at: &str) -> anyhow::Result<Vec<Value>> {
        let mut document = self.json(&["history", thread, "--at", at, "--json"])?;
        Ok(serde_json::from_value(document["items"].take())?)
    }

    /// What all threads of the home used.
    pub(crate) fn used(&self) -> anyhow::Result<Usage> {
        usage(&self.json(&["analyze", "total", "--json"])?["totals"])
    }

    /// What one thread used, and all threads of the home, one by one.
    pub(crate) fn used_by(&self, thread: &str) -> anyhow::Result<(Usage, Usage)> {
        let document = self.json(&["analyze", "session", "--json"])?;
        let (mut own, mut sum) = (Usage::default(), Usage::default());
        for row in document["rows"].as_array().context("no rows")? {
            sum += usage(row)?;
            if row["thread_id"] == thread {
                own += usage(row)?;
            }
        }
        Ok((own, sum))
    }

    /// An error if `rollout validate` says anything of this file; its home is read with it.
    pub(crate) fn validate(&self, file: &Path) -> anyhow::Result<()> {
        let document = self.json_of_any_exit(&["validate", "--format", "json"])?;
        let of_file = |problem: &&Value| problem["path"].as_str().is_some_and(|path| Path::new(path) == file);
        let problems: Vec<_> = document["problems"].as_array().context("no problems")?.iter().filter(of_file).collect();
        ensure!(document["unlisted"] == 0, "more problems than are listed");
        ensure!(problems.is_empty(), "validate: {}", serde_json::to_string(&problems)?);
        Ok(())
    }

    /// What a checking command found, whether it is much or nothing.
    fn json_of_any_exit(&self, args: &[&str]) -> anyhow::Result<Value> {
        let run = self.run(args)?;
        serde_json::from_str(&run.stdout).with_context(|| format!("rollout {}: {run:?}", args.join(" ")))
    }
}

/// Usage as reports write it.
fn usage(amounts: &Value) -> anyhow::Result<Usage> {
    let number = |value: &Value| value.as_u64().with_context(|| format!("{value} is no number"));
    let tokens = |member: &str| number(&amounts["usage"][member]);
    Ok(Usage {
        responses: number(&amounts["responses"])?,
        input: tokens("input_tokens")?,
        cached: tokens("cached_input_tokens")?,
        output: tokens("output_tokens")?,
        reasoning: tokens("reasoning_output_tokens")?,
    })
}
