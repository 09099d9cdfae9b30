//! One fork, from beginning to end: what is written, what we make of it, what Codex makes of it.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::app_server::AppServer;
use crate::codex::{Codex, ccusage};
use crate::home::{Home, thread_started};
use crate::process::Run;
use crate::rollout::Rollout;
use crate::sent::{begins_with, short};

/// How the text begins by which a turn is told that the one before was cut off.
const MARKER: &str = "<turn_aborted>";

/// What the user of a resumed thread says.
const GO_ON: &str = "Go on.";

/// What to fork, where, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'a> {
    /// The point, as `--at` takes it.
    pub(crate) at: &'a str,
    /// More options of `rollout fork`.
    pub(crate) options: &'a [&'a str],
    /// What users said up to there, each up to its first directive.
    pub(crate) said: &'a [&'a str],
    /// Whether the point is inside a turn, so that people and the model are told that it was broken off.
    pub(crate) inside: bool,
}

impl<'a> Cut<'a> {
    /// A cut after a turn's end.
    pub(crate) fn after(at: &'a str, said: &'a [&'a str]) -> Self {
        Self { at, options: &[], said, inside: false }
    }
}

/// A home and what runs in it.
pub(crate) struct Bench<'a> {
    pub(crate) home: &'a Home,
    pub(crate) codex: &'a Codex,
}

impl Bench<'_> {
    /// Forks a thread at a point and holds the fork against everything that is promised of it; its id.
    pub(crate) fn fork(&self, source: &str, cut: Cut<'_>) -> anyhow::Result<String> {
        let rollout = Rollout(self.home);
        let (bytes, used, counted) = (self.home.bytes()?, rollout.used()?, self.ccusage()?);
        let mark = self.home.server.mark();
        let fork = rollout.fork(source, cut.at, cut.options)?;

        let mut after = self.home.bytes()?;
        let written = after.remove(&fork.path).context("the fork is not where it is said to be")?;
        ensure!(after == bytes, "another file changed: {:?}", changed(&bytes, &after));
        let items = lines(&written).filter(|line| line["type"] == "response_item").count();
        ensure!((lines(&written).count(), items) == (fork.lines, fork.items), "not so many lines and items: {fork:?}");
        let refers = self.home.session_meta(&fork.thread_id)?["history_base"].is_object();
        ensure!(refers == cut.options.contains(&"--by-reference"), "refers to its source: {refers}");
        rollout.validate(&fork.path)?;
        let history = self.history(source, cut, &fork.thread_id)?;
        ensure!(rollout.used()? == used, "usage: {used:?} before, {:?} after", rollout.used()?);
        let counted_after = self.ccusage()?;
        ensure!(counted_after == counted, "ccusage: {counted} before, {counted_after} after");

        self.resumes(&fork.thread_id, &history).context("exec resume")?;
        self.edits(&fork.thread_id, &history, cut).context("app-server")?;
        let billed = |thread| self.home.server.used_since(mark, thread);
        let (own, sum) = rollout.used_by(&fork.thread_id)?;
        let mut want = used;
        want += billed(None);
        ensure!(sum == want, "usage after the turns: {sum:?}, before and billed since: {want:?}");
        let want = billed(Some(&fork.thread_id));
        ensure!(own == want, "usage of the fork: {own:?}, billed: {want:?}");
        Ok(fork.thread_id)
    }

    /// The fork's history, which is the source's, and a marker behind it if a turn was broken off.
    fn history(&self, source: &str, cut: Cut<'_>, fork: &str) -> anyhow::Result<Vec<Value>> {
        let rollout = Rollout(self.home);
        let want = rollout.history(source, cut.at)?;
        let have = rollout.history(fork, "end")?;
        let inherited = have.iter().zip(&want).take_while(|(have, want)| have == want).count();
        if inherited < want.len() {
            let [have, want] = [have.get(inherited), want.get(inherited)].map(|item| item.map(short));
            bail!("item {inherited} of the history: {have:?} in the fork, {want:?} in the source");
        }
        match (&have[want.len()..], cut.inside) {
            ([], false) => {}
            ([marker], true) if is_marker(marker) => {}
            (more, _) => bail!("{} items more than the source, the first: {:?}", more.len(), more.first().map(short)),
        }
        Ok(have)
    }

    /// `codex exec resume` goes on with the thread and sends its history.
    pub(crate) fn resumes(&self, thread: &str, history: &[Value]) -> anyhow::Result<()> {
        let mark = self.home.server.mark();
        let run = self.home.resume(self.codex, thread, &format!("{GO_ON} [[say: Went on.]]"))?.well()?;
        let resumed = thread_started(&run.stdout);
        ensure!(resumed.as_deref() == Some(thread), "resumed {resumed:?}: {}", run.stdout);
        self.sent(mark, thread, history)
    }

    /// An editor lists, reads, resumes and forks the thread, and a turn in that fork works.
    fn edits(&self, thread: &str, history: &[Value], cut: Cut<'_>) -> anyhow::Result<()> {
        let mut app = AppServer::start(self.home, self.codex)?;
        ensure!(lists(&mut app, thread)?, "thread/list does not list it");
        let expected: Vec<_> = cut.said.iter().copied().chain([GO_ON]).collect();
        for (method, params) in [("thread/read", json!({ "includeTurns": true })), ("thread/resume", json!({}))] {
            let mut params = params;
            params["threadId"] = json!(thread);
            // The oldest versions show turns only to those that resume.
            let Ok(result) = app.try_call(method, &params)? else { continue };
            let turns = result["thread"]["turns"].as_array().context("no turns")?;
            ensure!(said(turns) == expected, "{method}: users said {:?}, want {expected:?}", said(turns));
            let state = turns.iter().rev().nth(1).map(|turn| &turn["status"]);
            ensure!(!cut.inside || state == Some(&json!("interrupted")), "{method}: the broken turn is {state:?}");
        }
        let fork = app.fork(thread)?;
        let mark = self.home.server.mark();
        app.turn(&fork, "In the fork. [[say: Forked.]]")?;
        app.close()?;
        self.sent(mark, &fork, history).context("a fork of it")
    }

    /// The first request that a thread made since then begins with this history.
    pub(crate) fn sent(&self, mark: usize, thread: &str, history: &[Value]) -> anyhow::Result<()> {
        let requests = self.home.server.since(mark);
        let request = requests.iter().find(|entry| entry.thread == thread).context("it made no request")?;
        begins_with(request.input(), history)
    }

    /// What another program counts in this home.
    fn ccusage(&self) -> anyhow::Result<u64> {
        let mut command = self.home.command(&ccusage()?);
        let run = Run::of(command.args(["codex", "daily", "--offline", "--json"]))?.well()?;
        let document: Value = serde_json::from_str(&run.stdout)?;
        document["totals"]["totalTokens"].as_u64().with_context(|| format!("ccusage: {document}"))
    }
}

/// Whether the list that an editor shows without being asked for anything holds the thread.
pub(crate) fn lists(app: &mut AppServer, thread: &str) -> anyhow::Result<bool> {
    Ok(listed(app, thread)?.is_some())
}

/// The thread as the list has it.
pub(crate) fn listed(app: &mut AppServer, thread: &str) -> anyhow::Result<Option<Value>> {
    let list = app.call("thread/list", &json!({ "limit": 100 }))?;
    let threads = list["data"].as_array().context("no list")?;
    Ok(threads.iter().find(|listed| listed["id"] == thread).cloned())
}

/// What users said in these turns, each up to its first directive.
fn said(turns: &[Value]) -> Vec<&str> {
    let items = turns.iter().filter_map(|turn| turn["items"].as_array()).flatten();
    let messages = items.filter(|item| item["type"] == "userMessage");
    messages.filter_map(|item| item["content"][0]["text"].as_str()?.split(" [[").next()).collect()
}

fn is_marker(item: &Value) -> bool {
    item["role"] == "user" && item["content"][0]["text"].as_str().is_some_and(|text| text.starts_with(MARKER))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Value> {
    bytes.split_inclusive(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

type Files = std::collections::BTreeMap<PathBuf, Vec<u8>>;

fn changed<'a>(before: &'a Files, after: &'a Files) -> Vec<&'a PathBuf> {
    before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect()
}
