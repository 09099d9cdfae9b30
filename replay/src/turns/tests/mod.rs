//! Turns and items of hand-written threads, drawn one line each.

mod framed;
mod implicit;
mod items;

use std::fmt::Write;
use std::ops::ControlFlow;

use super::{Item, ItemKind, Outcome, TranscriptOptions, TranscriptSink, Turn, outline, transcript};
use crate::chain::{Chain, Owner, Piece};
use crate::discover::RolloutFile;
use crate::lines::LineReader;
use crate::scan::Silent;

/// A line; its time is set when all lines are known.
fn line(kind: &str, payload_type: &str, members: &str) -> String {
    let comma = if payload_type.is_empty() || members.is_empty() { "" } else { "," };
    let own = if payload_type.is_empty() { String::new() } else { format!(r#""type":"{payload_type}""#) };
    format!(r#"{{"timestamp":"TIME","type":"{kind}","payload":{{{own}{comma}{members}}}}}"#)
}

fn event(kind: &str, members: &str) -> String {
    line("event_msg", kind, members)
}

fn response(kind: &str, members: &str) -> String {
    line("response_item", kind, members)
}

fn said(role: &str, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    response("message", &format!(r#""role":"{role}","content":[{{"type":"input_text","text":{text}}}]"#))
}

fn user(text: &str) -> String {
    said("user", text)
}

fn assistant(text: &str) -> String {
    said("assistant", text)
}

fn started(id: &str) -> String {
    event("task_started", &format!(r#""turn_id":"{id}""#))
}

fn complete(id: &str) -> String {
    event("task_complete", &format!(r#""turn_id":"{id}","last_agent_message":null"#))
}

fn item_completed(turn: &str, kind: &str, members: &str) -> String {
    event("item_completed", &format!(r#""thread_id":"t","turn_id":"{turn}","item":{{"type":"{kind}",{members}}}"#))
}

fn call(id: &str, name: &str, arguments: &str) -> String {
    let arguments = serde_json::to_string(arguments).unwrap();
    response("function_call", &format!(r#""name":"{name}","arguments":{arguments},"call_id":"{id}""#))
}

fn output(id: &str, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    response("function_call_output", &format!(r#""call_id":"{id}","output":{text}"#))
}

const ALL: TranscriptOptions = TranscriptOptions { all: true, inherited: true };

/// A file of these lines, one second apart.
fn file(lines: &[String]) -> RolloutFile {
    let mut text = String::new();
    for (second, line) in lines.iter().enumerate() {
        writeln!(text, "{}", line.replace("TIME", &format!("2026-01-01T00:00:{second:02}.000Z"))).unwrap();
    }
    RolloutFile::memory("rollout.jsonl", text.leak().as_bytes())
}

fn drawn_chain(chain: &Chain, options: &TranscriptOptions) -> Vec<String> {
    let mut drawing = Drawing(Vec::new());
    let mut again = Drawing(Vec::new());
    let mut reader = LineReader::default();
    let problems = transcript(chain, &mut reader, &Silent, options, &mut drawing);
    assert_eq!(problems, []);
    transcript(chain, &mut reader, &Silent, options, &mut again);
    assert_eq!(drawing.0, again.0);
    let outline = outline(chain, &mut reader, &Silent);
    let heads: Vec<_> = outline.turns.iter().map(head).collect();
    let told: Vec<_> = drawing.0.iter().filter(|line| !line.starts_with([' ', '0'])).collect();
    assert!(told.iter().all(|line| heads.contains(line)), "{heads:?}");
    drawing.0
}

fn drawn(lines: &[String], options: &TranscriptOptions) -> Vec<String> {
    drawn_chain(&Chain::of_file(file(lines)), options)
}

#[track_caller]
fn check(lines: &[String], want: &[&str]) {
    let got = drawn(lines, &TranscriptOptions::default());
    assert_eq!(got, want, "\n{}\n", got.join("\n"));
}

struct Drawing(Vec<String>);

impl TranscriptSink for Drawing {
    fn turn(&mut self, turn: &Turn) -> ControlFlow<()> {
        self.0.push(head(turn));
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: Item) -> ControlFlow<()> {
        self.0.push(format!("  {}: {}", item.id, body(item.kind)));
        ControlFlow::Continue(())
    }
}

/// `INDEX #NUMBER ID STATUS (REASON) LINES = ANSWER`
fn head(turn: &Turn) -> String {
    let mut drawn = turn.index.to_string();
    turn.number.iter().for_each(|number| write!(drawn, " #{number}").unwrap());
    write!(drawn, " {} {:?}", turn.id, turn.status).unwrap();
    turn.reason.iter().for_each(|reason| write!(drawn, " ({reason})").unwrap());
    if turn.index > 0 {
        write!(drawn, " {}-{}", turn.place.line, turn.end.line).unwrap();
    }
    drawn.push_str(if turn.dropped { " dropped" } else { "" });
    drawn.push_str(if turn.inherited { " inherited" } else { "" });
    turn.answer.iter().for_each(|answer| write!(drawn, " = {answer}").unwrap());
    drawn
}

fn body(kind: ItemKind) -> String {
    match kind {
        ItemKind::UserMessage { text, attachments } => {
            format!("user {text} {}", attachments.join(",")).trim_end().into()
        }
        ItemKind::Context { role, text } => format!("context {role} {text}"),
        ItemKind::HookPrompt { run_id, text } => format!("hook {run_id} {text}"),
        ItemKind::AssistantMessage { text, .. } => format!("assistant {text}"),
        ItemKind::Reasoning { summary, content, encrypted } => {
            format!("reasoning {summary:?} {content:?}{}", if encrypted { " encrypted" } else { "" })
        }
        ItemKind::Command { command, cwd, by_user, outcome } => {
            let cwd = cwd.map(|cwd| format!(" in {cwd}")).unwrap_or_default();
            format!("{} {command}{cwd}{}", if by_user { "!" } else { "$" }, how(&outcome))
        }
        ItemKind::Patch { changes, outcome } => {
            let paths: Vec<_> = changes.iter().map(|change| format!("{:?} {}", change.kind, change.path)).collect();
            format!("patch {}{}", paths.join(", "), how(&outcome))
        }
        ItemKind::McpCall { server, tool, arguments, outcome } => {
            format!("mcp {server} {tool} {arguments}{}", how(&outcome))
        }
        ItemKind::ToolCall { namespace, tool, arguments, outcome } => {
            let namespace = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
            format!("call {namespace}{tool} {arguments}{}", how(&outcome))
        }
        ItemKind::WebSearch { query, outcome } => format!("search {query}{}", how(&outcome)),
        other => format!("{other:?}"),
    }
}

/// ` -> STATUS [exit N] [N ms]: OUTPUT`
fn how(outcome: &Outcome) -> String {
    let mut drawn = format!(" -> {:?}", outcome.status);
    outcome.exit_code.iter().for_each(|code| write!(drawn, " exit {code}").unwrap());
    outcome.duration_ms.iter().for_each(|millis| write!(drawn, " {millis} ms").unwrap());
    outcome.output.iter().for_each(|output| write!(drawn, ": {output:?}").unwrap());
    drawn
}
