//! What `rollout record` writes, and that Codex goes on with it.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::app_server::AppServer;
use crate::cell::{Bench, lists};
use crate::codex::Codex;
use crate::home::Home;
use crate::rollout::Rollout;
use crate::sources::{Maker, Source};

const QUESTION: &str = "How many files?";
const ANSWER: &str = "Three.";
/// The thread of the other program.
const OTHER: &str = "01a1f7b5-4c35-7281-b769-00000000000a";

fn message(role: &str, kind: &str, text: &str) -> Value {
    let content = json!([{ "type": kind, "text": text }]);
    json!({ "type": "response_item", "payload": { "type": "message", "role": role, "content": content } })
}

/// A conversation of another program, with what the user said as the dialect has it.
fn by_hand(said: Value) -> Vec<Value> {
    let event = |payload: Value| json!({ "type": "event_msg", "payload": payload });
    vec![
        event(json!({ "type": "task_started", "turn_id": "one", "model_context_window": 200_000 })),
        message("user", "input_text", QUESTION),
        event(said),
        message("assistant", "output_text", ANSWER),
        event(json!({ "type": "task_complete", "turn_id": "one", "last_agent_message": ANSWER })),
    ]
}

/// What every version can list.
fn legacy() -> Vec<Value> {
    by_hand(json!({ "type": "user_message", "message": QUESTION }))
}

/// What the recorder writes without being asked for anything else.
fn paginated() -> Vec<Value> {
    let content = json!([{ "type": "text", "text": QUESTION, "text_elements": [] }]);
    let item = json!({ "type": "UserMessage", "id": "question", "content": content });
    let now = jiff::Timestamp::now().as_millisecond();
    by_hand(json!({ "type": "item_completed", "thread_id": OTHER, "turn_id": "one", "item": item,
        "started_at_ms": now, "completed_at_ms": now }))
}

/// The items of a thread's file as `rollout record` takes them.
fn lines_of(home: &Home, thread: &str) -> anyhow::Result<Vec<Value>> {
    let text = home.rollout(thread)?;
    let lines = text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect::<anyhow::Result<Vec<Value>>>()?;
    Ok(lines.into_iter().filter(|line| line["type"] != "session_meta").collect())
}

/// Codex goes on with the history of a recorded thread.
fn goes_on(home: &Home, codex: &Codex, thread: &str) -> anyhow::Result<()> {
    let history = Rollout(home).history(thread, "end")?;
    ensure!(!history.is_empty(), "nothing was recorded");
    Bench { home, codex }.resumes(thread, &history)
}

fn is_listed(home: &Home, codex: &Codex, thread: &str) -> anyhow::Result<bool> {
    let mut app = AppServer::start(home, codex)?;
    let found = lists(&mut app, thread)?;
    app.close()?;
    Ok(found)
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn a_recorded_thread_goes_on() {
    Codex::in_every_version(|codex| {
        let home = Home::new()?;
        let rollout = Rollout(&home);
        let Source::Thread(source) = (Maker { home: &home, codex }).plain()? else { unreachable!() };
        let mode = home.session_meta(&source)?["history_mode"].as_str().unwrap_or("legacy").to_owned();

        let thread = rollout.record(&legacy(), &["--history-mode", "legacy"])?;
        ensure!(is_listed(&home, codex, &thread)?, "legacy by hand: Codex does not list it");
        goes_on(&home, codex, &thread).context("legacy by hand")?;

        // Versions that do not write this dialect go on with it, but do not see in it what users said.
        let thread = rollout.record(&paginated(), &[])?;
        ensure!(mode == "legacy" || is_listed(&home, codex, &thread)?, "paginated by hand: Codex does not list it");
        goes_on(&home, codex, &thread).context("paginated by hand")?;

        let thread = rollout.record(&lines_of(&home, &source)?, &["--history-mode", &mode])?;
        ensure!(rollout.history(&thread, "end")? == rollout.history(&source, "end")?, "another history");
        ensure!(is_listed(&home, codex, &thread)?, "as Codex wrote it: Codex does not list it");
        goes_on(&home, codex, &thread).context("as Codex wrote it")
    });
}
