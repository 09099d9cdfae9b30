//! Events of small rollouts of each era, in short: `turn type words`.

use std::ops::ControlFlow;

use super::{Event, EventKind};
use crate::discover::RolloutFile;
use crate::follow::read_events;
use crate::lines::LineReader;
use crate::scan::Silent;

/// Everything that a file tells when it is read once.
fn events(name: &str, lines: &[&str]) -> Vec<Event> {
    let text: &'static str = (lines.join("\n") + "\n").leak();
    let file = RolloutFile::memory(name, text.as_bytes());
    let mut events = Vec::new();
    let take = |event| {
        events.push(event);
        ControlFlow::Continue(())
    };
    let (mut mapper, extent, problems) = read_events(&mut LineReader::default(), &file, &Silent, take);
    assert!(problems.is_empty(), "{problems:?}");
    mapper.finish(&mut events);
    events.push(mapper.session_end("end_of_log", extent.lines, extent.bytes));
    events
}

fn short(event: &Event) -> String {
    let words = match &event.kind {
        EventKind::UserMessage { text, .. }
        | EventKind::AssistantMessage { text, .. }
        | EventKind::HookPrompt { text, .. }
        | EventKind::Notice { text, .. }
        | EventKind::ReviewEnded { text }
        | EventKind::ReviewStarted { target: text }
        | EventKind::TurnFailed { message: text } => text.clone(),
        EventKind::Context { role, text } => format!("{role}: {}", text.get(..12).unwrap_or(text)),
        EventKind::TurnCompleted { answer } => answer.clone().unwrap_or_default(),
        EventKind::TurnInterrupted { reason } => reason.clone(),
        EventKind::Reasoning { summary } => summary.join("|"),
        EventKind::ToolUse { tool, kind, input, .. } => format!("{kind:?} {tool} {input}"),
        EventKind::ToolResult { output, exit_code, .. } => format!("{output:?} {exit_code:?}"),
        EventKind::Usage(usage) => {
            format!("{:?} {:?}", usage.source, usage.last.and_then(|last| last.total_tokens))
        }
        EventKind::Settings { model, effort } => format!("{model:?} {effort:?}"),
        EventKind::Realtime { step, role, text } => format!("{step} {role:?} {text:?}"),
        EventKind::Unknown { kind, .. } => kind.clone(),
        _ => String::new(),
    };
    let turn = event.turn_id.as_deref().unwrap_or("-");
    let mark = if event.inherited { "*" } else { "" };
    format!("{mark}{turn} {} {words}", event.kind.name()).trim_end().to_owned()
}

#[track_caller]
fn check(lines: &[&str], want: &[&str]) -> Vec<Event> {
    let events = events("rollout-2026-06-01T10-00-00-t.jsonl", lines);
    let got: Vec<String> = events.iter().map(short).collect();
    assert_eq!(got, want);
    let mut ids: Vec<&str> = events.iter().map(|event| &*event.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len(), "ids differ");
    events
}

fn line(kind: &str, payload: &str) -> String {
    format!(r#"{{"timestamp":"2026-06-01T10:00:00.000Z","type":"{kind}","payload":{payload}}}"#)
}

fn item(payload: &str) -> String {
    line("response_item", payload)
}

fn told(payload: &str) -> String {
    line("event_msg", payload)
}

fn says(role: &str, text: &str) -> String {
    let part = if role == "assistant" { "output_text" } else { "input_text" };
    item(&format!(r#"{{"type":"message","role":"{role}","content":[{{"type":"{part}","text":"{text}"}}]}}"#))
}

const META: &str = r#"{"timestamp":"2026-06-01T10:00:00.000Z","type":"session_meta","payload":{"id":"t","timestamp":"2026-06-01T09:59:59.990Z","cwd":"/srv/x","source":"cli"}}"#;

#[test]
fn bare_files_have_turns_too() {
    let events = check(
        &[
            r#"{"id":"t","timestamp":"2025-07-30T10:11:12.000Z","instructions":null}"#,
            r#"{"record_type":"state"}"#,
            r#"{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"hi"}]}"#,
            r#"{"type":"function_call","name":"shell","arguments":"{}","call_id":"c"}"#,
            r#"{"type":"function_call_output","call_id":"c","output":{"content":"out","success":true}}"#,
            r#"{"type":"message","id":null,"role":"assistant","content":[{"type":"output_text","text":"hello"}]}"#,
            r#"{"type":"message","id":null,"role":"user","content":[{"type":"input_text","text":"more"}]}"#,
        ],
        &[
            "- session_start",
            "turn-1 turn_started",
            "turn-1 user_message hi",
            "turn-1 tool_use Function shell {}",
            "turn-1 tool_result \"out\" None",
            "turn-1 assistant_message hello",
            "turn-1 turn_completed hello",
            "turn-2 turn_started",
            "turn-2 user_message more",
            "- session_end",
        ],
    );
    assert_eq!(events[0].at.map(|at| at.to_string()).as_deref(), Some("2025-07-30T10:11:12.000Z"));
    assert_eq!(events[1].at, None);
}

#[test]
fn words_that_stand_twice_are_told_once() {
    check(
        &[
            META,
            &says("user", "<environment_context></environment_context>"),
            &says("user", "fix it"),
            &told(r#"{"type":"user_message","message":"fix it","kind":"plain"}"#),
            &line("turn_context", r#"{"cwd":"/srv/x","model":"gpt-5","effort":"high"}"#),
            &told(r#"{"type":"agent_reasoning","text":"**Hm**"}"#),
            &told(r#"{"type":"agent_message","message":"done"}"#),
            &told(r#"{"type":"token_count","info":null}"#),
            &told(
                r#"{"type":"token_count","info":{"total_token_usage":{"total_tokens":7},"last_token_usage":{"total_tokens":5}}}"#,
            ),
            &item(r#"{"type":"reasoning","summary":[{"type":"summary_text","text":"**Hm**"}],"content":null}"#),
            &says("assistant", "done"),
            &line("turn_context", r#"{"cwd":"/srv/x","model":"gpt-5","effort":"high"}"#),
        ],
        &[
            "- session_start",
            "- context user: <environment",
            "turn-1 turn_started",
            "turn-1 user_message fix it",
            "turn-1 settings Some(\"gpt-5\") Some(\"high\")",
            "turn-1 usage TokenCount Some(5)",
            "turn-1 reasoning **Hm**",
            "turn-1 assistant_message done",
            "turn-1 turn_completed done",
            "- session_end",
        ],
    );
}

#[test]
fn words_that_only_an_event_tells_are_kept() {
    // A review's words in the file that asked for it, each written twice, and a turn that was killed.
    let review = told(r#"{"type":"user_message","message":"Review the changes"}"#);
    let thought = told(r#"{"type":"agent_reasoning","text":"**Look**"}"#);
    check(
        &[
            META,
            &told(
                r#"{"type":"entered_review_mode","target":{"type":"uncommittedChanges"},"user_facing_hint":"current changes"}"#,
            ),
            &review,
            &review,
            &thought,
            &thought,
            &told(
                r#"{"type":"exited_review_mode","review_output":{"findings":[{"title":"T","body":"B"}],"overall_explanation":"fine"}}"#,
            ),
            &says("assistant", "fine"),
            &says("user", "next"),
            &told(r#"{"type":"user_message","message":"next"}"#),
            &told(r#"{"type":"agent_message","message":"half"}"#),
            &says("user", "again"),
        ],
        &[
            "- session_start",
            "turn-1 turn_started",
            "turn-1 review_started current changes",
            "turn-1 user_message Review the changes",
            "turn-1 reasoning **Look**",
            "turn-1 review_ended fine\n- T: B",
            "turn-1 assistant_message fine",
            "turn-1 turn_completed fine",
            "turn-2 turn_started",
            "turn-2 user_message next",
            "turn-2 assistant_message half",
            "turn-3 turn_started",
            "turn-3 user_message again",
            "- session_end",
        ],
    );
}

#[test]
fn frames_of_turns() {
    let events = check(
        &[
            META,
            &told(r#"{"type":"task_started","turn_id":"A"}"#),
            &says("developer", "<permissions instructions>"),
            &says("user", "one"),
            &says("assistant", "1"),
            &told(r#"{"type":"task_complete","turn_id":"A","last_agent_message":"1"}"#),
            &told(r#"{"type":"task_started","turn_id":"B"}"#),
            &says("user", "two"),
            &told(r#"{"type":"turn_aborted","turn_id":"B","reason":"interrupted"}"#),
            &told(r#"{"type":"task_started","turn_id":"C"}"#),
            &told(r#"{"type":"task_complete","turn_id":"C","last_agent_message":null,"error":{"message":"no model"}}"#),
            &told(r#"{"type":"thread_rolled_back","num_turns":1}"#),
            &line("compacted", r#"{"message":"short"}"#),
            &told(r#"{"type":"brand_new","x":1}"#),
            &line("brand_new_line", r#"{"x":1}"#),
            r#"{"timestamp":"2026-06-01T10:00:00.000Z","type":"response_item","payload":{"type":"message","ro"#,
        ],
        &[
            "- session_start",
            "A turn_started",
            "A context developer: <permissions",
            "A user_message one",
            "A assistant_message 1",
            "A turn_completed 1",
            "B turn_started",
            "B user_message two",
            "B turn_interrupted interrupted",
            "C turn_started",
            "C turn_failed no model",
            "- rollback",
            "- compaction",
            "- unknown brand_new",
            "- unknown brand_new_line",
            "- session_end",
        ],
    );
    assert_eq!(events[1].id, format!("t:{}", META.len() + 1));
    assert_eq!((events[1].place.line, &*events[1].thread_id), (2, "t"));
}

#[test]
fn every_kind_of_tool() {
    let meta = META.replace(r#""source""#, r#""dynamic_tools":[{"name":"look_up"}],"source""#);
    check(
        &[
            &meta,
            &told(r#"{"type":"task_started","turn_id":"A"}"#),
            &item(r#"{"type":"function_call","name":"exec_command","arguments":"{\"cmd\":\"ls\"}","call_id":"1"}"#),
            &item(r#"{"type":"function_call_output","call_id":"1","output":"Process exited with code 3\nOutput:\n"}"#),
            &item(r#"{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin","call_id":"2"}"#),
            &item(r#"{"type":"custom_tool_call_output","call_id":"2","output":"Exit code: 0\nOutput:\nok"}"#),
            &item(
                r#"{"type":"local_shell_call","call_id":"3","status":"completed","action":{"type":"exec","command":["ls"]}}"#,
            ),
            &item(r#"{"type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}"#),
            &item(r#"{"type":"tool_search_call","call_id":"5","execution":"client","arguments":{"query":"q"}}"#),
            &item(
                r#"{"type":"tool_search_output","call_id":"5","execution":"client","status":"completed","tools":[]}"#,
            ),
            &item(r#"{"type":"function_call","name":"echo","namespace":"mcp__srv","arguments":"{}","call_id":"6"}"#),
            &item(r#"{"type":"function_call","name":"look_up","arguments":"{}","call_id":"7"}"#),
            &item(
                r#"{"type":"image_generation_call","id":"8","status":"completed","revised_prompt":"a cat","result":"AAAA"}"#,
            ),
        ],
        &[
            "- session_start",
            "A turn_started",
            "A tool_use Function exec_command {\"cmd\":\"ls\"}",
            "A tool_result \"Process exited with code 3\\nOutput:\\n\" Some(3)",
            "A tool_use Custom apply_patch *** Begin",
            "A tool_result \"Exit code: 0\\nOutput:\\nok\" Some(0)",
            "A tool_use LocalShell local_shell {\"type\":\"exec\",\"command\":[\"ls\"]}",
            "A tool_use WebSearch web_search {\"type\":\"search\",\"query\":\"q\"}",
            "A tool_use ToolSearch tool_search {\"query\":\"q\"}",
            "A tool_result \"[]\" None",
            "A tool_use Mcp echo {}",
            "A tool_use Dynamic look_up {}",
            "A tool_use ImageGeneration image_generation a cat",
            "A tool_result \"[image]\" None",
            "- session_end",
        ],
    );
}

#[test]
fn context_is_not_a_users_words() {
    let texts = [
        "<environment_context></environment_context>",
        "# AGENTS.md instructions for /srv/x\\n\\n<INSTRUCTIONS>\\n</INSTRUCTIONS>",
        "<skill>\\n</skill>",
        "<user_shell_command>\\n</user_shell_command>",
        "<turn_aborted>\\n</turn_aborted>",
        "<subagent_notification>{}</subagent_notification>",
        "<user_action>\\n</user_action>",
        "<hook_prompt hook_run_id=\\\"stop:0:/srv/hooks.json\\\">go on</hook_prompt>",
    ];
    let lines: Vec<String> = texts.iter().map(|text| says("user", text)).collect();
    let mut all = vec![META];
    all.extend(lines.iter().map(String::as_str));
    let events = events("rollout-t.jsonl", &all);
    assert!(events.iter().all(|event| !matches!(event.kind, EventKind::UserMessage { .. })));
    assert_eq!(short(&events[8]), "- hook_prompt go on");
}

#[test]
fn paginated_items_that_repeat_and_those_that_do_not() {
    let done = |item: &str| told(&format!(r#"{{"type":"item_completed","turn_id":"A","item":{item}}}"#));
    let meta = META.replace(r#","type""#, r#","ordinal":0,"type""#);
    check(
        &[
            &meta,
            &told(r#"{"type":"task_started","turn_id":"A"}"#),
            &says("user", "go"),
            &done(r#"{"type":"UserMessage","id":"u","content":[{"type":"text","text":"go"}]}"#),
            &done(r#"{"type":"Reasoning","id":"r","summary_text":["**Hm**"],"raw_content":[]}"#),
            &item(r#"{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"**Hm**"}]}"#),
            &item(r#"{"type":"custom_tool_call","name":"exec","input":"await ls()","call_id":"1"}"#),
            // A program of the model's made this call: no item of the conversation has it.
            &done(
                r#"{"type":"CommandExecution","id":"x1","command":["ls","-l"],"source":"agent","status":"completed","aggregated_output":"a\n","exit_code":0}"#,
            ),
            &item(r#"{"type":"custom_tool_call_output","call_id":"1","output":"done"}"#),
            &item(r#"{"type":"function_call","name":"exec_command","arguments":"{}","call_id":"2"}"#),
            &done(
                r#"{"type":"CommandExecution","id":"2","command":["ls"],"status":"completed","aggregated_output":"","exit_code":0}"#,
            ),
            &says("assistant", "ready"),
            &done(r#"{"type":"AgentMessage","id":"m","content":[{"type":"Text","text":"ready"}]}"#),
            &done(
                r#"{"type":"SubAgentActivity","id":"s","kind":"started","agent_thread_id":"k","agent_path":"/root/a"}"#,
            ),
            &line("token_usage_record", r#"{"turn_id":"A","response_id":"resp","usage":{"total_tokens":9}}"#),
            &told(r#"{"type":"task_complete","turn_id":"A","last_agent_message":"ready"}"#),
            &told(
                r#"{"type":"item_completed","turn_id":"A","item":{"type":"CommandExecution","id":"late","command":["x"]}}"#,
            ),
        ],
        &[
            "- session_start",
            "A turn_started",
            "A user_message go",
            "A reasoning **Hm**",
            "A tool_use Custom exec await ls()",
            "A tool_use Function command_execution ls -l",
            "A tool_result \"a\\n\" Some(0)",
            "A tool_result \"done\" None",
            "A tool_use Function exec_command {}",
            "A assistant_message ready",
            "A sub_agent_activity",
            "A usage TokenRecord Some(9)",
            "A turn_completed ready",
            "- session_end",
        ]
        .map(|want| if want.contains("TokenRecord") { "A usage TokenUsageRecord Some(9)" } else { want }),
    );
}

#[test]
fn copied_lines_are_marked() {
    let thread = "01a1f7b5-4c35-7281-b769-05c136017a0a";
    let meta = META.replace(r#""id":"t""#, &format!(r#""id":"{thread}""#));
    let started = |turn: &str| told(&format!(r#"{{"type":"task_started","turn_id":"{turn}"}}"#));
    let older = "01a1f7b5-4b89-7e33-8a4c-87fdb127f19a";
    let younger = "01a1f7b5-4c7d-71e3-811e-adf1ea334e62";
    check(
        &[&meta, META, &started(older), &says("user", "old"), &started(younger), &says("user", "new")],
        &[
            "- session_start",
            &format!("*{older} turn_started"),
            &format!("*{older} user_message old"),
            &format!("{younger} turn_started"),
            &format!("{younger} user_message new"),
            "- session_end",
        ],
    );
}

#[test]
fn captures_of_older_versions() {
    check(
        &[
            r#"{"id":"0","msg":{"type":"session_configured","session_id":"t","model":"gpt-5","history_log_id":1}}"#,
            r#"{"id":"1","msg":{"type":"task_started","model_context_window":272000}}"#,
            r#"{"method":"codex/event/agent_reasoning","params":{"id":"1","msg":{"type":"agent_reasoning","text":"**Hm**"},"conversationId":"t"}}"#,
            r#"{"id":"1","msg":{"type":"exec_command_begin","call_id":"c","command":["ls"],"cwd":"/srv/x"}}"#,
            r#"{"id":"1","msg":{"type":"exec_command_output_delta","call_id":"c","chunk":""}}"#,
            r#"{"id":"1","msg":{"type":"exec_command_end","call_id":"c","aggregated_output":"a","exit_code":0}}"#,
            r#"{"id":"1","msg":{"type":"agent_message","message":"done"}}"#,
            r#"{"id":"1","msg":{"type":"task_complete","last_agent_message":"done"}}"#,
            r#"{"id":"2","msg":{"type":"realtime_conversation_realtime","payload":{"InputTranscriptDelta":{"delta":"he"}}}}"#,
            r#"{"id":"2","msg":{"type":"realtime_conversation_realtime","payload":{"InputTranscriptDelta":{"delta":"llo"}}}}"#,
            r#"{"id":"2","msg":{"type":"realtime_conversation_realtime","payload":{"OutputTranscriptDelta":{"delta":"hi"}}}}"#,
            r#"{"id":"2","msg":{"type":"realtime_conversation_realtime","payload":{"HandoffRequested":{"input_transcript":"do it"}}}}"#,
        ],
        &[
            "- session_start",
            "- settings Some(\"gpt-5\") None",
            "1 turn_started",
            "1 reasoning **Hm**",
            "1 tool_use Function shell ls",
            "1 tool_result \"a\" Some(0)",
            "1 assistant_message done",
            "1 turn_completed done",
            "- realtime words Some(\"user\") Some(\"hello\")",
            "- realtime words Some(\"assistant\") Some(\"hi\")",
            "- realtime handoff None Some(\"do it\")",
            "- session_end",
        ],
    );
}

#[test]
fn names_are_those_that_are_written() {
    let kinds =
        [EventKind::TurnStarted, EventKind::Rollback { turns: 1 }, EventKind::SessionEnd { reason: String::new() }];
    for kind in kinds {
        assert_eq!(serde_json::to_value(&kind).unwrap()["type"], kind.name());
        assert!(EventKind::NAMES.contains(&kind.name()));
    }
}
