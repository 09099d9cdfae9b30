//! Takers of batches: standard output, a command, an address. Each says whether a batch arrived.

use std::io::{self, ErrorKind, Write};
use std::process::Stdio;
use std::time::Duration;

use crate::error::Hinted;

/// How long an address may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Why a batch did not arrive.
pub(crate) enum Refusal {
    /// It may the next time.
    Again(String),
    /// It never will.
    Never(anyhow::Error),
}

/// Takes batches of lines.
pub(crate) trait Target {
    /// Takes a batch. `Ok` says that it arrived.
    fn send(&mut self, batch: &[u8]) -> Result<(), Refusal>;
}

/// Standard output: what is written and flushed has arrived.
pub(crate) struct Stdout<W>(pub(crate) W);

impl<W: Write> Target for Stdout<W> {
    fn send(&mut self, batch: &[u8]) -> Result<(), Refusal> {
        let written = self.0.write_all(batch).and_then(|()| self.0.flush());
        written.map_err(|error| Refusal::Never(error.into()))
    }
}

/// A command that is run once for each batch. It acknowledges by ending with 0.
pub(crate) struct Command(pub(crate) String);

impl Target for Command {
    fn send(&mut self, batch: &[u8]) -> Result<(), Refusal> {
        let status = self.run(batch).map_err(|error| Refusal::Again(format!("cannot run sh: {error}")))?;
        if status.success() { Ok(()) } else { Err(Refusal::Again(format!("`{}` ended with {status}", self.0))) }
    }
}

impl Command {
    fn run(&self, batch: &[u8]) -> io::Result<std::process::ExitStatus> {
        let mut command = std::process::Command::new("sh");
        let mut child = command.arg("-c").arg(&self.0).stdin(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            match stdin.write_all(batch) {
                // Whether it read all that it wanted, its exit code tells.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    child.kill()?;
                    child.wait()?;
                    return Err(error);
                }
                _ => {}
            }
        }
        child.wait()
    }
}

/// An address that batches are posted to. It acknowledges by an answer of 2xx.
pub(crate) struct Post {
    agent: ureq::Agent,
    url: String,
}

impl Post {
    pub(crate) fn new(url: &str) -> anyhow::Result<Self> {
        if !url.starts_with("http://") {
            return Err(Hinted::error(
                format!("cannot post to {url}"),
                "give an http:// address; for https, run a command such as `curl` with --exec",
            ));
        }
        let config = ureq::Agent::config_builder().timeout_global(Some(ANSWER)).max_redirects(0).build();
        Ok(Self { agent: config.into(), url: url.to_owned() })
    }
}

impl Target for Post {
    fn send(&mut self, batch: &[u8]) -> Result<(), Refusal> {
        let again = |error: &dyn std::fmt::Display| Refusal::Again(format!("{}: {error}", self.url));
        let request = self.agent.post(&self.url).header("content-type", "application/x-ndjson");
        let answer = request.send(batch).map_err(|error| again(&error))?;
        if answer.status().is_success() { Ok(()) } else { Err(again(&answer.status())) }
    }
}
