//! `codex app-server`, spoken to as editors do: one JSON message per line. Every request of its own is accepted.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::{Value, json};

use crate::codex::Codex;
use crate::home::Home;
use crate::process::{Group, PATIENCE, collect, tail};

/// What a version does not have.
#[derive(Debug)]
pub(crate) struct Unknown(pub(crate) String);

/// One app server; it ends with this value, by [`Self::close`] in good order.
pub(crate) struct AppServer {
    group: Group,
    requests: Option<ChildStdin>,
    messages: Receiver<Value>,
    stderr: Arc<Mutex<String>>,
    sent: u64,
    /// Notifications that nobody asked for yet.
    events: Vec<Value>,
}

impl AppServer {
    pub(crate) fn start(home: &Home, codex: &Codex) -> anyhow::Result<Self> {
        let mut command = home.command(&codex.program);
        command.arg("app-server").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::spawn(&mut command)?;
        let requests = group.0.stdin.take();
        let stdout = BufReader::new(group.0.stdout.take().unwrap());
        let (stderr, _) = collect(group.0.stderr.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let Ok(message) = serde_json::from_str(&line) else { continue };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { group, requests, messages, stderr, sent: 0, events: Vec::new() };
        let client = json!({ "name": "interop", "title": "interop", "version": "0" });
        server.call("initialize", &json!({ "clientInfo": client, "capabilities": { "experimentalApi": true } }))?;
        server.send(&json!({ "method": "initialized" }))?;
        Ok(server)
    }

    /// The result of a request; an error if there is none, in the server's words.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> anyhow::Result<Value> {
        self.ask(method, params)?.map_err(|error| anyhow!("{method}: {error}"))
    }

    /// What the server answers to a request: the inner error is the server's own.
    fn ask(&mut self, method: &str, params: &Value) -> anyhow::Result<Result<Value, Value>> {
        self.sent += 1;
        let id = self.sent;
        self.send(&json!({ "id": id, "method": method, "params": params }))?;
        let mut answer = self.message(method, |message| message["id"] == id && message.get("method").is_none())?;
        Ok(match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        })
    }

    /// The result of a request; the inner error if the server's version has no such method.
    pub(crate) fn try_call(&mut self, method: &str, params: &Value) -> anyhow::Result<Result<Value, Unknown>> {
        match self.ask(method, params)? {
            Ok(result) => Ok(Ok(result)),
            Err(error) if is_unknown(&error) => Ok(Err(Unknown(format!("there is no {method}")))),
            Err(error) => bail!("{method}: {error}"),
        }
    }

    /// Whether the server has a method that needs parameters: it is asked without any.
    pub(crate) fn knows(&mut self, method: &str) -> anyhow::Result<bool> {
        Ok(self.ask(method, &json!({}))?.is_err_and(|error| !is_unknown(&error)))
    }

    /// A new thread.
    pub(crate) fn begin(&mut self, home: &Home) -> anyhow::Result<String> {
        let result = self.call("thread/start", &json!({ "cwd": home.work() }))?;
        text(&result["thread"]["id"])
    }

    /// A fork of a thread, as Codex itself makes it.
    pub(crate) fn fork(&mut self, thread: &str) -> anyhow::Result<String> {
        let result = self.call("thread/fork", &json!({ "threadId": thread }))?;
        text(&result["thread"]["id"])
    }

    /// Begins a turn, and returns its id.
    pub(crate) fn begin_turn(&mut self, thread: &str, prompt: &str) -> anyhow::Result<String> {
        self.events.clear();
        let input = json!([{ "type": "text", "text": prompt, "text_elements": [] }]);
        let result = self.call("turn/start", &json!({ "threadId": thread, "input": input }))?;
        text(&result["turn"]["id"])
    }

    /// Waits for the end of the turn that runs in a thread; an error if it failed.
    pub(crate) fn end_turn(&mut self, thread: &str) -> anyhow::Result<()> {
        let ended = |message: &Value| message["method"] == "turn/completed" && message["params"]["threadId"] == thread;
        let message = self.message("turn/completed", ended)?;
        let turn = &message["params"]["turn"];
        ensure!(turn["status"] != "failed", "the turn failed: {turn}");
        Ok(())
    }

    /// One turn from its beginning to its end, and its id.
    pub(crate) fn turn(&mut self, thread: &str, prompt: &str) -> anyhow::Result<String> {
        let turn = self.begin_turn(thread, prompt)?;
        self.end_turn(thread)?;
        Ok(turn)
    }

    /// Lets the server write what it has and end.
    pub(crate) fn close(mut self) -> anyhow::Result<()> {
        self.requests = None;
        self.group.wait().map(drop)
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        let requests = self.requests.as_mut().context("the server was closed")?;
        writeln!(requests, "{message}").context("the app server is gone")?;
        Ok(requests.flush()?)
    }

    /// The first message that is the wanted one, of those that came and those that come.
    fn message(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        if let Some(index) = self.events.iter().position(&wanted) {
            return Ok(self.events.remove(index));
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let message = match self.messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) => message,
                Err(error) => {
                    let why = if error == RecvTimeoutError::Timeout { "no answer in time" } else { "the server ended" };
                    let last = self.events.last().map(Value::to_string).unwrap_or_default();
                    bail!("{what}: {why}; last: {}; stderr: {}", tail(&last), tail(&self.stderr.lock().unwrap()))
                }
            };
            if wanted(&message) {
                return Ok(message);
            }
            if message.get("id").is_some() && message.get("method").is_some() {
                self.send(&json!({ "id": message["id"], "result": { "decision": "accept" } }))?;
            } else {
                self.events.push(message);
            }
        }
    }
}

fn is_unknown(error: &Value) -> bool {
    error["message"].as_str().is_some_and(|text| text.contains("unknown variant"))
}

fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{value} is no text"))
}
