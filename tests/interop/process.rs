//! Programs that are waited for with a limit, and that end with the test together with all they started.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How long a program may take for anything. The slowest runs take a tenth of it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// How often something is looked at that nobody announces.
pub(crate) const PAUSE: Duration = Duration::from_millis(25);

/// How much of an output is shown when something went wrong.
const SHOWN: usize = 1500;

/// Waits until `look` finds something.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(PAUSE);
    }
    bail!("no {what} after {PATIENCE:?}")
}

/// A program and everything it started; dropping kills them.
pub(crate) struct Group(pub(crate) Child);

impl Group {
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().display().to_string();
        Ok(Self(command.process_group(0).spawn().with_context(|| format!("could not start {name}"))?))
    }

    /// Ends all of them at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        // It is gone already if it ended by itself and was waited for.
        if let Some(group) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        }
        self.0.wait().ok();
    }

    /// How it ended; an error if it did not in time.
    pub(crate) fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        wait_for("end of the program", || Ok(self.0.try_wait()?))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Collects a stream while the program runs.
pub(crate) fn collect(stream: impl Read + Send + 'static) -> (Arc<Mutex<String>>, JoinHandle<()>) {
    let text = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&text);
    let reader = std::thread::spawn(move || {
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            *sink.lock().unwrap() += &String::from_utf8_lossy(&line);
            line.clear();
        }
    });
    (text, reader)
}

/// What a program printed and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a program to its end.
    pub(crate) fn of(command: &mut Command) -> anyhow::Result<Self> {
        let mut running = Running::start(command)?;
        running.finish()
    }

    /// The run, if it went well; else an error that shows what it said.
    pub(crate) fn well(self) -> anyhow::Result<Self> {
        if self.code == Some(0) {
            return Ok(self);
        }
        bail!("exit {:?}: {}{}", self.code, tail(&self.stdout), tail(&self.stderr))
    }
}

/// A program that runs, and what it printed so far.
pub(crate) struct Running {
    group: Group,
    stdout: (Arc<Mutex<String>>, Option<JoinHandle<()>>),
    stderr: (Arc<Mutex<String>>, Option<JoinHandle<()>>),
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::spawn(command)?;
        let (stdout, out) = collect(group.0.stdout.take().unwrap());
        let (stderr, err) = collect(group.0.stderr.take().unwrap());
        Ok(Self { group, stdout: (stdout, Some(out)), stderr: (stderr, Some(err)) })
    }

    pub(crate) fn kill(&mut self) {
        self.group.kill();
    }

    pub(crate) fn finish(&mut self) -> anyhow::Result<Run> {
        let ended = self.group.wait();
        if ended.is_err() {
            self.kill();
        }
        for reader in [self.stdout.1.take(), self.stderr.1.take()].into_iter().flatten() {
            reader.join().unwrap();
        }
        let [stdout, stderr] = [&self.stdout, &self.stderr].map(|stream| stream.0.lock().unwrap().clone());
        let status = ended.with_context(|| format!("{}{}", tail(&stdout), tail(&stderr)))?;
        Ok(Run { code: status.code(), stdout, stderr })
    }
}

/// The end of an output.
pub(crate) fn tail(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(SHOWN))..]
}
