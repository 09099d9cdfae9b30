//! A Codex home with a model server of its own, and what is run in it. Nothing outside of it is read or written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;
use tempfile::TempDir;

use crate::codex::Codex;
use crate::mock::MockServer;
use crate::process::{Run, Running, wait_for};

/// What the model is told before anything else. Codex sends it with each request and writes it to no history.
pub(crate) const INSTRUCTIONS: &str = "Answer as the prompt says.";

/// A home; it is gone when the test ends.
pub(crate) struct Home {
    folder: TempDir,
    pub(crate) server: MockServer,
}

impl Home {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let home = Self { folder: tempfile::tempdir()?, server: MockServer::start() };
        for folder in ["codex", "user", "tmp", "work"] {
            fs_err::create_dir(home.folder.path().join(folder))?;
        }
        let instructions = home.folder.path().join("instructions.md");
        fs_err::write(&instructions, INSTRUCTIONS)?;
        let (instructions, work, url) = (instructions.display(), home.work(), home.server.url());
        let config = format!(
            r#"model = "gpt-5.5"
model_provider = "mock"
model_instructions_file = "{instructions}"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false

[features]
multi_agent = true
collab = true

[model_providers.mock]
name = "Mock"
base_url = "{url}"
wire_api = "responses"
env_key = "MOCK_API_KEY"
request_max_retries = 1
stream_max_retries = 1

[projects."{}"]
trust_level = "trusted"
"#,
            work.display()
        );
        fs_err::write(home.path().join("config.toml"), config)?;
        Ok(home)
    }

    /// What is called `CODEX_HOME`.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("codex")
    }

    /// The folder that threads work in.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A program that sees this home and nothing of the tester's own environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.work()).stdin(Stdio::null());
        command.envs(["PATH", "LANG"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("CODEX_HOME", self.path()).env("MOCK_API_KEY", "none").env("NO_COLOR", "1");
        command.env("HOME", self.folder.path().join("user")).env("TMPDIR", self.folder.path().join("tmp"));
        command
    }

    /// Runs `codex exec` to its end.
    pub(crate) fn exec(&self, codex: &Codex, args: &[&str]) -> anyhow::Result<Run> {
        Run::of(self.exec_command(codex).args(args))
    }

    /// A new thread with this prompt, and its id.
    pub(crate) fn begin(&self, codex: &Codex, prompt: &str) -> anyhow::Result<String> {
        let run = self.exec(codex, &[prompt])?.well()?;
        thread_started(&run.stdout).with_context(|| format!("no thread.started in {}", run.stdout))
    }

    /// Another turn of a thread.
    pub(crate) fn resume(&self, codex: &Codex, thread: &str, prompt: &str) -> anyhow::Result<Run> {
        self.exec(codex, &["resume", thread, prompt])
    }

    /// A new thread whose program is killed when `moment` has found it; its id.
    pub(crate) fn kill(
        &self,
        codex: &Codex,
        prompt: &str,
        moment: impl FnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        let mut running = Running::start(self.exec_command(codex).arg(prompt))?;
        let thread = moment()?;
        running.kill();
        Ok(thread)
    }

    /// Waits until these words stand in a rollout, and says whose it is.
    pub(crate) fn wait_for_words(&self, words: &str) -> anyhow::Result<String> {
        wait_for(words, || {
            for path in self.rollouts()? {
                let text = fs_err::read_to_string(path)?;
                if text.contains(words) {
                    return Ok(Some(meta(&text)?["id"].as_str().context("no id")?.to_owned()));
                }
            }
            Ok(None)
        })
    }

    /// Waits until a call that the model made since `mark` stands in a rollout, and says whose it is.
    pub(crate) fn wait_for_call(&self, mark: usize) -> anyhow::Result<String> {
        wait_for("call in a rollout", || {
            for entry in self.server.since(mark) {
                let Some(call_id) = &entry.call_id else { continue };
                let rollouts = self.rollouts()?;
                if rollouts.iter().any(|path| fs_err::read_to_string(path).is_ok_and(|text| text.contains(call_id))) {
                    return Ok(Some(entry.thread));
                }
            }
            Ok(None)
        })
    }

    fn exec_command(&self, codex: &Codex) -> Command {
        let mut command = self.command(&codex.program);
        command.args(["exec", "--skip-git-repo-check", "--json"]);
        command
    }

    /// All rollouts, live and archived, in order.
    pub(crate) fn rollouts(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![self.path().join("sessions"), self.path().join("archived_sessions")];
        while let Some(folder) = folders.pop() {
            if !folder.exists() {
                continue;
            }
            for entry in fs_err::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "jsonl") {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// All rollouts with their bytes.
    pub(crate) fn bytes(&self) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
        self.rollouts()?.into_iter().map(|path| Ok((path.clone(), fs_err::read(path)?))).collect()
    }

    /// The text of a thread's newest file.
    pub(crate) fn rollout(&self, thread: &str) -> anyhow::Result<String> {
        let rollouts = self.rollouts()?;
        let path = rollouts.iter().rfind(|path| path.to_string_lossy().contains(thread)).context("no rollout")?;
        Ok(fs_err::read_to_string(path)?)
    }

    /// The `session_meta` of that file.
    pub(crate) fn session_meta(&self, thread: &str) -> anyhow::Result<Value> {
        meta(&self.rollout(thread)?)
    }
}

/// The `session_meta` at the beginning of a rollout.
fn meta(text: &str) -> anyhow::Result<Value> {
    let mut line: Value = serde_json::from_str(text.lines().next().context("an empty rollout")?)?;
    Ok(line["payload"].take())
}

/// The thread that `codex exec --json` says it started or resumed.
pub(crate) fn thread_started(stdout: &str) -> Option<String> {
    let events = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut started = events.filter(|event| event["type"] == "thread.started");
    Some(started.next()?["thread_id"].as_str()?.to_owned())
}
