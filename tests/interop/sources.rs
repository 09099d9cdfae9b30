//! Threads as real Codex writes them, one of each kind. What a version cannot do is tried, and its refusal kept.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use crate::app_server::{AppServer, Unknown};
use crate::codex::Codex;
use crate::home::Home;
use crate::mock::Entry;
use crate::process::wait_for;

/// A thread to fork, or why there is none in this version.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Thread(String),
    Absent(String),
}

/// Makes threads of one version in one home.
pub(crate) struct Maker<'a> {
    pub(crate) home: &'a Home,
    pub(crate) codex: &'a Codex,
}

impl Maker<'_> {
    /// Three turns, a call in the second.
    pub(crate) fn plain(&self) -> anyhow::Result<Source> {
        let thread = self.home.begin(self.codex, "First. [[say: One.]]")?;
        self.home.resume(self.codex, &thread, "Second. [[shell: echo out of the call]][[say: Two.]]")?.well()?;
        self.home.resume(self.codex, &thread, "Third. [[say: Three.]]")?.well()?;
        Ok(Source::Thread(thread))
    }

    /// Two turns, a compaction, one turn.
    pub(crate) fn compacted(&self) -> anyhow::Result<Source> {
        let mut app = self.app()?;
        let thread = app.begin(self.home)?;
        app.turn(&thread, "First. [[shell: echo before]][[say: One.]]")?;
        app.turn(&thread, "Second. [[say: Two.]]")?;
        if let Err(Unknown(why)) = app.try_call("thread/compact/start", &json!({ "threadId": thread }))? {
            return Ok(Source::Absent(why));
        }
        app.end_turn(&thread)?;
        app.turn(&thread, "Third. [[say: Three.]]")?;
        app.close()?;
        Ok(Source::Thread(thread))
    }

    /// Three turns, the last taken back by an event in the same file, and another in its place.
    pub(crate) fn rolled_back(&self) -> anyhow::Result<Source> {
        self.taken_back("thread/rollback", |thread, _| json!({ "threadId": thread, "numTurns": 1 }), "legacy")
    }

    /// Three turns, the last taken back by a new file, and another in its place.
    pub(crate) fn reverted(&self) -> anyhow::Result<Source> {
        self.taken_back(
            "thread/revert",
            |thread, turn| json!({ "threadId": thread, "beforeTurnId": turn }),
            "paginated",
        )
    }

    fn taken_back(&self, method: &str, params: impl Fn(&str, &str) -> Value, mode: &str) -> anyhow::Result<Source> {
        let mut app = self.app()?;
        // Versions that do not know the member leave it unread.
        let start = app.call("thread/start", &json!({ "cwd": self.home.work(), "historyMode": mode }))?;
        let thread = start["thread"]["id"].as_str().context("no id")?.to_owned();
        app.turn(&thread, "First. [[say: One.]]")?;
        app.turn(&thread, "Second. [[shell: echo second]][[say: Two.]]")?;
        let third = app.turn(&thread, "Third. [[say: Three.]]")?;
        if let Err(Unknown(why)) = app.try_call(method, &params(&thread, &third))? {
            return Ok(Source::Absent(why));
        }
        app.turn(&thread, "Third again. [[say: Four.]]")?;
        app.close()?;
        Ok(Source::Thread(thread))
    }

    /// A fork that Codex made of a thread, with a turn of its own.
    pub(crate) fn fork_of(&self, thread: &str) -> anyhow::Result<Source> {
        let mut app = self.app()?;
        let fork = app.fork(thread)?;
        app.turn(&fork, "Own. [[say: Own words.]]")?;
        app.close()?;
        Ok(Source::Thread(fork))
    }

    /// A thread that another thread started.
    pub(crate) fn sub_agent(&self) -> anyhow::Result<Source> {
        let mark = self.home.server.mark();
        let prompt = "Ask for help. [[spawn: Do the half of it.]][[shell: sleep 2]][[say: Asked.]]";
        let parent = self.home.begin(self.codex, prompt)?;
        let asked = self.home.server.since(mark);
        if let Some(child) = asked.iter().find(|entry| entry.thread != parent) {
            return Ok(Source::Thread(child.thread.clone()));
        }
        let items = asked.iter().rev().flat_map(Entry::input);
        let answer =
            items.filter(|item| item["type"] == "function_call_output").find_map(|item| item["output"].as_str());
        Ok(Source::Absent(format!("spawn_agent: {}", answer.context("the call of spawn_agent was not answered")?)))
    }

    /// A turn, and one that was interrupted while its call ran.
    pub(crate) fn interrupted(&self) -> anyhow::Result<Source> {
        let mut app = self.app()?;
        let thread = app.begin(self.home)?;
        app.turn(&thread, "First. [[say: One.]]")?;
        let mark = self.home.server.mark();
        let turn = app.begin_turn(&thread, "Second. [[shell: sleep 60]][[say: Never said.]]")?;
        self.home.wait_for_call(mark)?;
        // The call is written before its program runs.
        std::thread::sleep(Duration::from_millis(500));
        app.call("turn/interrupt", &json!({ "threadId": thread, "turnId": turn }))?;
        app.end_turn(&thread)?;
        wait_for("turn_aborted", || Ok(self.home.rollout(&thread)?.contains(r#""turn_aborted""#).then_some(())))?;
        app.close()?;
        Ok(Source::Thread(thread))
    }

    /// A turn whose program was killed while its call ran.
    pub(crate) fn killed(&self) -> anyhow::Result<Source> {
        let mark = self.home.server.mark();
        let prompt = "First. [[shell: sleep 20]][[say: Never said.]]";
        self.home.kill(self.codex, prompt, || self.home.wait_for_call(mark)).map(Source::Thread)
    }

    /// A turn whose program was killed before the model answered.
    pub(crate) fn unanswered(&self) -> anyhow::Result<Source> {
        let prompt = "First. [[wait: 20]][[say: Never said.]]";
        let written = || {
            let thread = self.home.wait_for_words("[[wait: 20]]")?;
            // What is said stands in two lines, and which comes first differs.
            std::thread::sleep(Duration::from_millis(500));
            Ok(thread)
        };
        self.home.kill(self.codex, prompt, written).map(Source::Thread)
    }

    fn app(&self) -> anyhow::Result<AppServer> {
        AppServer::start(self.home, self.codex)
    }
}
