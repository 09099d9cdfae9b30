//! Rebuilding against an oracle: a forward fold over parsed JSON that shares no code with it.
//!
//! The oracle keeps whole turns on a stack. A rollback pops them; the newest replacement history that
//! is left on the stack is where it begins.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::chain::{Owner, Piece};
use crate::discover::RolloutFile;

/// What happens in a generated thread.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Turn {
        parts: Vec<Part>,
        ends: End,
    },
    Rollback(u8),
    /// Context between two turns.
    Context(bool),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Settings,
    User,
    Steer,
    Assistant,
    Reasoning,
    Call { answered: bool, custom: bool },
    Orphan,
    Agent,
    Snapshot,
    Replace(u8),
    LegacyCompaction,
    Torn,
    Unknown,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Complete,
    Abort,
    Kill,
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        2 => Just(Part::Settings),
        4 => Just(Part::User),
        1 => Just(Part::Steer),
        4 => Just(Part::Assistant),
        2 => Just(Part::Reasoning),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(answered, custom)| Part::Call { answered, custom }),
        1 => Just(Part::Orphan),
        1 => Just(Part::Agent),
        1 => Just(Part::Snapshot),
        1 => (0_u8..4).prop_map(Part::Replace),
        1 => Just(Part::LegacyCompaction),
        1 => Just(Part::Torn),
        1 => Just(Part::Unknown),
    ]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![4 => Just(End::Complete), 1 => Just(End::Abort), 1 => Just(End::Kill)];
    prop_oneof![
        6 => (prop::collection::vec(part(), 0..7), end).prop_map(|(parts, ends)| Step::Turn { parts, ends }),
        2 => (0_u8..4).prop_map(Step::Rollback),
        1 => any::<bool>().prop_map(Step::Context),
    ]
}

/// Writes the lines of a thread.
struct Writer {
    lines: Vec<String>,
    framed: bool,
    next: u32,
}

impl Writer {
    fn line(&mut self, kind: &str, payload: &Value) {
        let timestamp = "2026-01-01T00:00:00.000Z";
        self.lines.push(format!(r#"{{"timestamp":"{timestamp}","type":"{kind}","payload":{payload}}}"#));
    }

    fn item(&mut self, payload: &Value) {
        self.line("response_item", payload);
    }

    fn event(&mut self, payload: &Value) {
        self.line("event_msg", payload);
    }

    fn message(&mut self, role: &str, text: &str) {
        self.next += 1;
        let text = text.replace('#', &self.next.to_string());
        self.item(&message(role, &text));
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Rollback(turns) => self.event(&json!({ "type": "thread_rolled_back", "num_turns": turns })),
            Step::Context(true) => self.message("user", "<turn_aborted>#</turn_aborted>"),
            Step::Context(false) => self.message("developer", "<model_switch>#"),
            Step::Turn { parts, ends } => {
                self.next += 1;
                let id = format!("turn-{}", self.next);
                if self.framed {
                    self.event(&json!({ "type": "task_started", "turn_id": id }));
                    self.line("turn_context", &json!({ "turn_id": id, "cwd": "/srv" }));
                }
                parts.iter().for_each(|part| self.part(*part));
                match ends {
                    End::Complete if self.framed => {
                        self.event(&json!({ "type": "task_complete", "turn_id": id }));
                    }
                    End::Abort => {
                        self.event(&json!({ "type": "turn_aborted", "turn_id": id, "reason": "interrupted" }));
                    }
                    _ => {}
                }
            }
        }
    }

    fn part(&mut self, part: Part) {
        self.next += 1;
        let n = self.next;
        match part {
            Part::Settings => {
                self.message("developer", "<permissions instructions>#");
                self.message("user", "<environment_context>#</environment_context>");
            }
            Part::User => {
                self.message("user", "question #");
                self.event(&json!({ "type": "user_message", "message": "question" }));
            }
            Part::Steer => self.message("user", "steer #"),
            Part::Assistant => self.message("assistant", "answer #"),
            Part::Reasoning => {
                self.item(&json!({ "type": "reasoning", "summary": [], "encrypted_content": n.to_string() }));
            }
            Part::Call { answered, custom } => {
                let kind = if custom { "custom_tool_call" } else { "function_call" };
                let id = format!("call-{n}");
                self.item(&json!({ "type": kind, "name": "f", "call_id": id, "arguments": "{}", "input": "" }));
                if answered {
                    self.item(&json!({ "type": format!("{kind}_output"), "call_id": id, "output": "done" }));
                }
            }
            Part::Orphan => {
                self.item(&json!({ "type": "function_call_output", "call_id": format!("none-{n}"), "output": "x" }));
            }
            Part::Agent => {
                self.item(
                    &json!({ "type": "agent_message", "author": "/root", "recipient": "/root/a", "content": [] }),
                );
            }
            Part::Snapshot => self.item(&json!({ "type": "ghost_snapshot", "ghost_commit": { "id": "0" } })),
            Part::Replace(count) => {
                let items: Vec<Value> = (0..count).map(|k| message("user", &format!("kept {n}.{k}"))).collect();
                self.line("compacted", &json!({ "message": "", "replacement_history": items }));
            }
            Part::LegacyCompaction => self.line("compacted", &json!({ "message": format!("summary {n}") })),
            Part::Torn => {
                let whole =
                    format!(r#"{{"timestamp":"t","type":"response_item","payload":{}}}"#, message("user", "torn"));
                self.lines.push(whole[..whole.len() / 2].to_owned());
            }
            Part::Unknown => self.line("something_new", &json!({ "x": [1, 2, 3] })),
        }
    }
}

fn message(role: &str, text: &str) -> Value {
    json!({ "type": "message", "role": role, "content": [{ "type": "input_text", "text": text }] })
}

/// The oracle.
mod oracle {
    use super::*;

    fn text(item: &Value) -> &str {
        item["content"][0]["text"].as_str().unwrap_or_default()
    }

    fn is_message(item: &Value, role: &str) -> bool {
        item["type"] == "message" && item["role"] == role
    }

    fn is_context(item: &Value) -> bool {
        (is_message(item, "user") || is_message(item, "developer")) && text(item).starts_with('<')
    }

    fn begins_turn(item: &Value) -> bool {
        item["type"] == "agent_message" || (is_message(item, "user") && !is_context(item))
    }

    /// The items after `lines`.
    pub(super) fn history(lines: &[String]) -> Vec<Value> {
        let lines: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        // Each turn: where its newest replacement stands, and whether a user began it.
        let mut all: Vec<Option<usize>> = vec![None];
        let mut turns: Vec<(Option<usize>, bool)> = vec![(None, false)];
        for (index, line) in lines.iter().enumerate() {
            let payload = &line["payload"];
            match (line["type"].as_str(), payload["type"].as_str()) {
                (_, Some("task_started")) => {
                    turns.push((None, false));
                    all.push(None);
                }
                (_, Some("thread_rolled_back")) => {
                    let mut left = payload["num_turns"].as_u64().unwrap();
                    while left > 0 {
                        let Some((_, of_user)) = turns.pop() else { break };
                        left -= u64::from(of_user);
                    }
                    if turns.is_empty() {
                        turns.push((None, false));
                    }
                }
                _ => {
                    let turn = turns.last_mut().unwrap();
                    if payload.get("replacement_history").is_some() {
                        turn.0 = Some(index);
                        *all.last_mut().unwrap() = Some(index);
                    }
                    turn.1 |=
                        payload["type"] == "user_message" || (line["type"] == "response_item" && begins_turn(payload));
                }
            }
        }
        let base = turns.iter().rev().find_map(|turn| turn.0);
        // If all are dropped, what follows the oldest is left.
        let oldest = all[1..].iter().find_map(|newest| *newest).map(|index| index + 1);
        let mut items: Vec<Value> = Vec::new();
        for line in &lines[base.or(oldest).unwrap_or(0)..] {
            let payload = &line["payload"];
            match line["type"].as_str().unwrap_or_default() {
                "response_item" if payload["type"] != "ghost_snapshot" => items.push(payload.clone()),
                "compacted" => match payload.get("replacement_history") {
                    Some(list) => items = list.as_array().unwrap().clone(),
                    None => items = compacted(&items, payload["message"].as_str().unwrap()),
                },
                "event_msg" if payload["type"] == "thread_rolled_back" => {
                    roll_back(&mut items, payload["num_turns"].as_u64().unwrap());
                }
                _ => {}
            }
        }
        pair(&items)
    }

    fn roll_back(items: &mut Vec<Value>, mut turns: u64) {
        let Some(first) = items.iter().position(begins_turn) else { return };
        let mut end = items.len();
        while turns > 0 {
            match items[..end].iter().rposition(begins_turn) {
                Some(at) => end = at,
                None => break,
            }
            turns -= 1;
        }
        if end < items.len() {
            while end > first && is_context(&items[end - 1]) {
                end -= 1;
            }
            items.truncate(end);
        }
    }

    fn compacted(items: &[Value], summary: &str) -> Vec<Value> {
        let opens = |item: &Value| {
            is_message(item, "developer") || (is_message(item, "user") && text(item).starts_with("<environment"))
        };
        let is_switch = |item: &Value| text(item).starts_with("<model_switch");
        let mut best: Vec<Value> = Vec::new();
        let mut run: Vec<Value> = Vec::new();
        for item in items.iter().chain([&Value::Null]) {
            if opens(item) {
                run.push(item.clone());
            } else if !run.is_empty() {
                let mut whole = std::mem::take(&mut run);
                whole.retain(|item| !is_switch(item));
                if whole.len() >= best.len() {
                    best = whole;
                }
            }
        }
        let said = items.iter().filter(|item| is_message(item, "user") && !is_context(item));
        let switch = items.iter().rev().take_while(|item| opens(item)).find(|item| is_switch(item));
        let said = said.map(|item| message("user", text(item)));
        best.into_iter().chain(said).chain([message("user", summary)]).chain(switch.cloned()).collect()
    }

    fn pair(items: &[Value]) -> Vec<Value> {
        let mut paired = Vec::new();
        for item in items {
            let kind = item["type"].as_str().unwrap();
            let has =
                |kind: &str| items.iter().any(|other| other["type"] == kind && other["call_id"] == item["call_id"]);
            if let Some(call) = kind.strip_suffix("_output") {
                if has(call) {
                    paired.push(item.clone());
                }
                continue;
            }
            paired.push(item.clone());
            let output = format!("{kind}_output");
            if kind.ends_with("_call") && !has(&output) {
                paired.push(json!({ "type": output, "call_id": item["call_id"], "output": "aborted" }));
            }
        }
        paired
    }

    /// The lines before each message of the user that survives.
    pub(super) fn before_messages(lines: &[String]) -> Vec<usize> {
        let mut starts = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            let payload = &line["payload"];
            if line["type"] == "response_item" && begins_turn(payload) {
                starts.push((index, payload["type"] == "message"));
            } else if payload["type"] == "thread_rolled_back" {
                let kept =
                    starts.len().saturating_sub(usize::try_from(payload["num_turns"].as_u64().unwrap()).unwrap());
                starts.truncate(kept);
            }
        }
        starts.into_iter().filter_map(|(index, of_user)| of_user.then_some(index)).collect()
    }
}

pub(crate) fn items(chain: &Chain, cut: &Cut) -> Vec<Value> {
    collect(&mut reconstruct(chain, cut).unwrap())
}

pub(crate) fn collect(history: &mut History) -> Vec<Value> {
    let mut items = Vec::new();
    history
        .for_each(|json| {
            items.push(serde_json::from_str(json).unwrap());
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    items
}

/// The lines in one file, or split over files that each begin with a part of the one before.
pub(crate) fn chain(lines: &[String], splits: &[usize], tail: &str) -> Chain {
    let mut pieces = Vec::new();
    let mut ends: Vec<usize> = splits.iter().map(|at| at % (lines.len() + 1)).collect();
    ends.sort_unstable();
    ends.push(lines.len());
    let mut from = 0;
    for (segment, end) in ends.iter().enumerate() {
        let kept: String = lines[from..*end].iter().map(|line| format!("{line}\n")).collect();
        let is_last = segment + 1 == ends.len();
        // What an ancestor wrote after the fork is not part of it.
        let after = if is_last { tail.to_owned() } else { format!("{}\n", lines[0]) };
        let to = (!is_last).then_some(kept.len() as u64);
        let bytes: &'static [u8] = Box::leak((kept + &after).into_bytes().into_boxed_slice());
        let file = RolloutFile::memory("rollout-a.jsonl", bytes);
        pieces.push(Piece { file, segment: segment as u32, from: 0, to, owner: Owner::Thread, dropped: false });
        from = *end;
    }
    Chain { pieces, missing: None }
}

pub(crate) fn lines(framed: bool, steps: &[Step]) -> Vec<String> {
    let mut writer = Writer { lines: Vec::new(), framed, next: 0 };
    writer.line("session_meta", &json!({ "id": "a", "cli_version": "0.104.0" }));
    writer.message("developer", "<permissions instructions>#");
    steps.iter().for_each(|step| writer.step(step));
    writer.lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn rebuilding_is_the_forward_fold(
        framed in any::<bool>(),
        steps in prop::collection::vec(step(), 0..9),
        splits in prop::collection::vec(any::<usize>(), 0..4),
        torn in any::<bool>(),
    ) {
        let lines = lines(framed, &steps);
        let tail = if torn { r#"{"timestamp":"t","type":"response_item","payload":{"type":"mess"# } else { "" };
        let chain = chain(&lines, &splits, tail);
        let got = items(&chain, &Cut::END);
        prop_assert_eq!(&got, &oracle::history(&lines));
        prop_assert_eq!(&got, &items(&chain, &Cut::END), "two runs differ");
    }

    #[test]
    fn turns_leave_before_a_rollback_as_they_do_after_it(
        framed in any::<bool>(),
        steps in prop::collection::vec(step(), 0..9),
        splits in prop::collection::vec(any::<usize>(), 0..4),
        turns in 0_u64..5,
    ) {
        let mut lines = lines(framed, &steps);
        let mut without = reconstruct_without(&chain(&lines, &splits, ""), turns).unwrap();
        let event = json!({ "type": "thread_rolled_back", "num_turns": turns });
        lines.push(json!({ "timestamp": "t", "type": "event_msg", "payload": event }).to_string());
        prop_assert_eq!(collect(&mut without), oracle::history(&lines));
    }

    #[test]
    fn a_point_before_a_message_is_the_history_of_the_lines_before_it(
        framed in any::<bool>(),
        steps in prop::collection::vec(step(), 0..7),
        splits in prop::collection::vec(any::<usize>(), 0..3),
    ) {
        let lines = lines(framed, &steps);
        let chain = chain(&lines, &splits, "");
        let starts = oracle::before_messages(&lines);
        for (index, start) in starts.iter().enumerate() {
            let resolved = resolve(&chain, &Point::BeforeUser(index as u64 + 1)).unwrap();
            prop_assert_eq!(items(&chain, &resolved.cut), oracle::history(&lines[..*start]));
        }
        let past = resolve(&chain, &Point::BeforeUser(starts.len() as u64 + 1)).unwrap_err();
        let last = Point::BeforeUser(starts.len() as u64);
        let told_right = match past {
            PointError::PastEnd { last: told, .. } => told == last,
            PointError::None { .. } => starts.is_empty(),
        };
        prop_assert!(told_right);
    }
}
