//! A Codex home to fill, and the program to run over it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::thread::{Thread, thread_id};

/// A Codex home of its own for each test; it is gone when the test ends.
pub(crate) struct TestHome {
    folder: TempDir,
    threads: BTreeMap<String, Thread>,
}

impl TestHome {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("sessions")).unwrap();
        Self { folder, threads: BTreeMap::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The thread called `name`, to tell more of it; a new one if there is none.
    pub(crate) fn thread(&mut self, name: &str) -> &mut Thread {
        let thread = self.threads.entry(name.to_owned()).or_insert_with(|| Thread::new(name));
        thread.saved = false;
        thread
    }

    /// A fork that copies everything `parent` holds so far.
    pub(crate) fn fork(&mut self, name: &str, parent: &str) -> &mut Thread {
        let lineage = format!(r#""forked_from_id":"{}""#, thread_id(parent));
        self.inherit(name, parent).lineage(&lineage)
    }

    /// A new thread that begins with a copy of everything `parent` holds so far.
    pub(crate) fn inherit(&mut self, name: &str, parent: &str) -> &mut Thread {
        let parent = self.threads[parent].clone();
        self.thread(name).copy(&parent)
    }

    /// A fork that refers to everything `parent` holds so far, and copies nothing.
    pub(crate) fn refer(&mut self, name: &str, parent: &str) -> &mut Thread {
        let lineage = format!(r#""forked_from_id":"{}""#, self.threads[parent].id());
        self.thread(name).lineage(&lineage);
        self.based_on(name, parent)
    }

    /// A second file of the thread `of`, known as `name` here: the turns after what `of` holds now
    /// will be taken back, so this is called before they are told.
    pub(crate) fn segment(&mut self, name: &str, of: &str) -> &mut Thread {
        let mut segment = Thread::new(of);
        segment.rollout_id = Some(thread_id(name));
        self.threads.insert(name.to_owned(), segment);
        self.based_on(name, of)
    }

    fn based_on(&mut self, name: &str, parent: &str) -> &mut Thread {
        let parent = self.threads[parent].clone();
        let rollout_id = parent.rollout_id.clone().unwrap_or_else(|| parent.id());
        let (lines, bytes) = (parent.n_lines(), parent.bytes().len());
        let base = format!(
            r#""history_mode":"paginated","history_base":{{"thread_id":"{rollout_id}","end_ordinal_exclusive":{lines},"end_byte_offset":{bytes}}}"#
        );
        let thread = self.thread(name).lineage(&base).paginated(lines).continue_totals(&parent);
        thread.clock = parent.clock + 60_000;
        thread
    }

    /// Forgets a thread: its file is not there, or not any more.
    pub(crate) fn forget(&mut self, name: &str) {
        let path = self.file(name);
        if path.exists() {
            fs_err::remove_file(path).unwrap();
        }
        self.threads.remove(name);
    }

    /// The file of a thread.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(self.threads[name].path())
    }

    /// Writes every thread of which something new was told.
    pub(crate) fn save(&mut self) -> &mut Self {
        let folder = self.folder.path().to_owned();
        for thread in self.threads.values_mut().filter(|thread| !thread.saved) {
            let bytes = thread.bytes();
            let bytes = if thread.compressed { zstd::encode_all(&bytes[..], 3).unwrap() } else { bytes };
            write(&folder.join(thread.path()), &bytes);
            thread.saved = true;
        }
        self
    }

    /// Changes the bytes of a thread's file.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let path = self.save().file(name);
        write(&path, &change(fs_err::read(&path).unwrap()));
    }

    /// Runs `rollout analyze` over this home.
    pub(crate) fn run(&mut self, args: &[&str]) -> Outcome {
        let home = self.save().path().to_str().unwrap().to_owned();
        let mut outcome = rollout(&[&["analyze"], args, &["--home", &home]].concat());
        outcome.redact(&home);
        outcome
    }

    /// A report as JSON.
    pub(crate) fn report(&mut self, args: &[&str]) -> Report {
        self.run(&[args, &["--json"]].concat()).report()
    }

    /// Checks the tokens of every thread that used any, and returns the report by session.
    #[track_caller]
    pub(crate) fn check(&mut self, tokens: &[(&str, u64)]) -> Report {
        let report = self.report(&["session"]);
        let want: BTreeMap<String, u64> = tokens.iter().map(|(name, tokens)| (thread_id(name), *tokens)).collect();
        assert_eq!(report.tokens_by("thread_id"), want);
        assert_eq!(report.tokens(), want.values().sum::<u64>());
        report
    }
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, bytes).unwrap();
}

/// The program, with nothing of the tester's own environment.
pub(crate) fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollout"));
    command.env_clear().env("HOME", home).env("TZ", "UTC").stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs the program with an empty home folder.
pub(crate) fn rollout(args: &[&str]) -> Outcome {
    rollout_with(args, &[])
}

/// Runs the program with an empty home folder and some variables.
pub(crate) fn rollout_with(args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let home = tempfile::tempdir().unwrap();
    let mut outcome = run(program(home.path()).args(args).envs(variables.iter().copied()));
    outcome.redact(home.path().to_str().unwrap());
    outcome
}

/// Runs `rollout validate` in a folder, so that paths in it are the same in each run.
pub(crate) fn validate(folder: &Path, args: &[&str]) -> Outcome {
    run(program(folder).current_dir(folder).arg("validate").args(args))
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// What a run printed and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Puts `[HOME]` for a folder whose name differs from run to run.
    fn redact(&mut self, home: &str) {
        for text in [&mut self.stdout, &mut self.stderr] {
            *text = text.replace(home, "[HOME]");
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self}"))
    }

    /// The report, of a run that went well.
    #[track_caller]
    pub(crate) fn report(&self) -> Report {
        assert_eq!(self.code, Some(0), "{self}");
        Report(self.json())
    }
}

/// The closing line without its duration and speed, which differ from run to run.
fn without_timing(line: &str) -> String {
    match (line.split_once(" MB in "), line.split_once(" GB/s)")) {
        (Some((before, _)), Some((_, after))) => format!("{before} MB in [TIME]{after}"),
        _ => line.to_owned(),
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "-- {name}")?;
            }
            // Tables fill their last column with blanks, which editors like to remove.
            text.lines().try_for_each(|line| writeln!(f, "{}", without_timing(line).trim_end()))?;
        }
        Ok(())
    }
}

/// A report, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report(pub(crate) Value);

impl Report {
    pub(crate) fn rows(&self) -> &[Value] {
        self.0["rows"].as_array().unwrap()
    }

    /// All tokens of the report.
    pub(crate) fn tokens(&self) -> u64 {
        tokens(&self.0["totals"])
    }

    /// Tokens of each row, by a member that names the row.
    pub(crate) fn tokens_by(&self, key: &str) -> BTreeMap<String, u64> {
        let name = |row: &Value| row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned);
        self.rows().iter().map(|row| (name(row), tokens(row))).collect()
    }

    /// How many lines were counted or refused by a rule.
    pub(crate) fn lines(&self, rule: &str) -> u64 {
        let quality = &self.0["data_quality"];
        quality["counted"][rule].as_u64().or_else(|| quality["refused"][rule].as_u64()).unwrap_or(0)
    }

    pub(crate) fn complete(&self) -> bool {
        self.0["data_quality"]["complete"].as_bool().unwrap()
    }

    /// Why numbers are incomplete, each as `reason: place`.
    pub(crate) fn incomplete(&self) -> Vec<String> {
        self.places("incomplete", "reason")
    }

    /// Damage that was met, each as `rule: place: what`.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.places("problems", "rule")
    }

    fn places(&self, list: &str, name: &str) -> Vec<String> {
        let groups = self.0["data_quality"][list].as_array().unwrap().iter();
        let places = groups.flat_map(|group| {
            let places = group["places"].as_array().unwrap().iter();
            places.map(|place| format!("{}: {}", group[name].as_str().unwrap(), place.as_str().unwrap()))
        });
        places.collect()
    }
}

/// The total tokens of a row, of a part of one, or of all.
pub(crate) fn tokens(amounts: &Value) -> u64 {
    amounts["usage"]["total_tokens"].as_u64().unwrap()
}
