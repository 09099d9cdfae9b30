//! Items of every kind, from response items and from events.

use super::*;

/// The items of one turn.
#[track_caller]
fn check_items(lines: &[String], want: &[&str]) {
    let lines = [&[started("a")], lines].concat();
    let got = drawn(&lines, &ALL);
    let items: Vec<_> = got.iter().filter_map(|line| line.strip_prefix("  ")).collect();
    assert_eq!(items, want, "\n{}\n", got.join("\n"));
}

#[test]
fn calls_wait_for_their_answers() {
    check_items(
        &[
            call("c1", "exec_command", r#"{"cmd":"first"}"#),
            call("c2", "exec_command", r#"{"cmd":"second"}"#),
            call("c3", "exec_command", r#"{"cmd":"never"}"#),
            assistant("meanwhile"),
            output("c2", "Wall time: 1.0 seconds\nProcess exited with code 0\nOutput:\n2"),
            output("c1", "Wall time: 2.0 seconds\nProcess exited with code 1\nOutput:\n1"),
        ],
        &[
            "c1: $ first -> Failed exit 1 2000 ms: \"1\"",
            "c2: $ second -> Completed exit 0 1000 ms: \"2\"",
            "c3: $ never -> Unanswered",
            "0:5: assistant meanwhile",
        ],
    );
}

#[test]
fn an_answer_in_another_turn_finds_its_call() {
    check_items(
        &[
            call("c1", "exec_command", r#"{"cmd":"slow"}"#),
            started("b"),
            user("two"),
            output("c1", "Exit code: 0\nWall time: 9 seconds\nOutput:\nok"),
        ],
        &["c1: $ slow -> Completed exit 0 9000 ms: \"ok\"", "0:4: user two"],
    );
}

#[test]
fn an_end_that_comes_after_the_output_counts() {
    let end = r#""call_id":"c1","turn_id":"a","command":["bash","-lc","make"],"cwd":"/srv/x","exit_code":2,"duration":{"secs":61,"nanos":0},"aggregated_output":"all of it","status":"failed""#;
    check_items(
        &[
            call("c1", "exec_command", r#"{"cmd":"make"}"#),
            output("c1", "Wall time: 10.0 seconds\nProcess running with session ID 7\nOutput:\nso far"),
            call("c2", "write_stdin", r#"{"session_id":7}"#),
            event("exec_command_end", end),
            output("c2", "Wall time: 1.0 seconds\nProcess exited with code 2\nOutput:\nrest"),
        ],
        &[
            "c1: $ make in /srv/x -> Failed exit 2 10000 ms: \"all of it\"",
            "c2: call write_stdin {\"session_id\":7} -> Failed exit 2 1000 ms: \"rest\"",
        ],
    );
}

#[test]
fn events_without_a_call_are_items() {
    let end = r#""call_id":"c1","turn_id":"a","command":["git","diff"],"cwd":"/srv/x","exit_code":0,"duration":{"secs":0,"nanos":0},"status":"completed""#;
    check_items(
        &[
            event("exec_command_end", end),
            item_completed(
                "a",
                "FileChange",
                r#""id":"c2","changes":{"/srv/x/f":{"type":"add","content":"x"}},"status":"declined""#,
            ),
            item_completed("a", "CollabAgentToolCall", r#""id":"c3","tool":"wait","status":"completed","prompt":"p""#),
            item_completed("a", "Extension", r#""kind":"clock.sleep","id":"c4","durationMs":70"#),
            item_completed("a", "Extension", r#""kind":"web.search","id":"c5","query":"rust""#),
            event("view_image_tool_call", r#""call_id":"c6","path":"/srv/x/i.png""#),
        ],
        &[
            "c1: $ git diff in /srv/x -> Completed exit 0 0 ms",
            "c2: patch Add /srv/x/f -> Declined",
            "c3: call wait {\"prompt\":\"p\"} -> Completed",
            "c4: call sleep  -> Completed 70 ms",
            "c5: search rust -> Completed",
            "c6: Image { description: \"/srv/x/i.png\", made: false }",
        ],
    );
}

#[test]
fn patches_in_every_form() {
    let patch = "*** Begin Patch\n*** Delete File: d\n*** End Patch";
    let custom = |id: &str, input: &str| {
        let input = serde_json::to_string(input).unwrap();
        response("custom_tool_call", &format!(r#""id":"i{id}","call_id":"{id}","name":"apply_patch","input":{input}"#))
    };
    let in_shell = serde_json::json!({ "command": ["bash", "-lc", format!("apply_patch <<'E'\n{patch}\nE")] });
    check_items(
        &[
            custom("c1", patch),
            event(
                "patch_apply_end",
                r#""call_id":"c1","stdout":"Success.","stderr":"","success":true,"status":"completed","changes":{"/srv/x/d":{"type":"delete","content":""}}"#,
            ),
            response(
                "custom_tool_call_output",
                r#""call_id":"c1","output":"Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess.""#,
            ),
            call("c2", "shell", &in_shell.to_string()),
            output("c2", r#"{"output":"Success.","metadata":{"exit_code":0,"duration_seconds":0.1}}"#),
            custom("c3", "no patch"),
            response("custom_tool_call_output", r#""call_id":"c3","output":"apply_patch verification failed: what""#),
        ],
        &[
            "ic1: patch Delete d -> Completed exit 0 0 ms: \"Success.\"",
            "c2: patch Delete d -> Completed exit 0 100 ms: \"Success.\"",
            "ic3: call apply_patch no patch -> Failed: \"apply_patch verification failed: what\"",
        ],
    );
}

#[test]
fn calls_of_mcp_servers() {
    let done = r#""id":"c1","server":"echo","tool":"fail","arguments":{},"status":"failed","result":{"content":[{"type":"text","text":"boom"}],"isError":true},"duration":{"secs":0,"nanos":4000000}"#;
    let legacy = r#""call_id":"c2","invocation":{"server":"old","tool":"say","arguments":{"a":1}},"duration":{"secs":1,"nanos":0},"result":{"Ok":{"content":[{"type":"text","text":"hi"},{"type":"image","data":"AA"}]}}"#;
    check_items(
        &[
            response("function_call", r#""name":"fail","namespace":"mcp__echo","arguments":"{}","call_id":"c1""#),
            item_completed("a", "McpToolCall", done),
            response(
                "function_call_output",
                r#""call_id":"c1","output":[{"type":"input_text","text":"Wall time: 0.5 seconds\nOutput:"},{"type":"input_text","text":"boom"}]"#,
            ),
            call("c2", "old__say", r#"{"a":1}"#),
            event("mcp_tool_call_end", legacy),
        ],
        &[
            "c1: mcp echo fail {} -> Failed 4 ms: \"boom\"",
            "c2: mcp old say {\"a\":1} -> Completed 1000 ms: \"hi\\n[image]\"",
        ],
    );
}

#[test]
fn tools_of_all_kinds() {
    let action = r#""action":{"type":"search","query":"rust"}"#;
    check_items(
        &[
            response(
                "local_shell_call",
                r#""call_id":"c1","status":"completed","action":{"type":"exec","command":["ls","a b"],"working_directory":"/srv/x"}"#,
            ),
            output("c1", "x"),
            response("tool_search_call", r#""call_id":null,"execution":"server","arguments":{"query":"mail"}"#),
            response(
                "tool_search_output",
                r#""call_id":null,"execution":"server","status":"completed","tools":[{"name":"m"}]"#,
            ),
            event("web_search_end", &format!(r#""call_id":"ws","query":"rust",{action}"#)),
            response("web_search_call", &format!(r#""status":"completed",{action}"#)),
            response(
                "web_search_call",
                r#""id":"ws2","status":"completed","action":{"type":"find_in_page","url":"u","pattern":"p"}"#,
            ),
            response(
                "image_generation_call",
                r#""id":"ig","status":"completed","revised_prompt":"a cat","result":"AA""#,
            ),
            event(
                "image_generation_end",
                r#""call_id":"ig","status":"completed","saved_path":"/srv/x/cat.png","result":"AA""#,
            ),
            event(
                "dynamic_tool_call_response",
                r#""call_id":"c2","turn_id":"a","tool":"ask","namespace":"n","arguments":{},"success":false,"error":"gone","content_items":[],"duration":{"secs":0,"nanos":0}"#,
            ),
            response("function_call_output", r#""call_id":"lost","output":"who asked""#),
        ],
        &[
            "c1: $ ls 'a b' in /srv/x -> Completed: \"x\"",
            "0:4: call tool_search {\"query\":\"mail\"} -> Completed: \"[{\\\"name\\\":\\\"m\\\"}]\"",
            "0:7: search rust -> Completed",
            "ws2: search p in u -> Completed",
            "ig: Image { description: \"/srv/x/cat.png\", made: true }",
            "c2: call n/ask {} -> Failed 0 ms: \"gone\"",
            "lost: call function_call_output  -> Completed: \"who asked\"",
        ],
    );
}

#[test]
fn what_codex_says_in_the_users_name() {
    let hook = r#"<hook_prompt hook_run_id="stop:0:/srv/h.json">go &amp; on</hook_prompt>"#;
    let fragments = r#""id":"h","fragments":[{"text":"go & on","hookRunId":"stop:0:/srv/h.json"}]"#;
    check_items(
        &[
            user(hook),
            item_completed("a", "HookPrompt", fragments),
            user(
                "<subagent_notification>\n{\"agent_path\":\"0199-1\",\"status\":{\"completed\":\"bye\"}}\n</subagent_notification>",
            ),
            user(
                "<subagent_notification>{\"agent_path\":\"/root/x\",\"agent_id\":\"0199-2\",\"status\":\"shutdown\"}</subagent_notification>",
            ),
            user("<turn_aborted>\nstopped\n</turn_aborted>"),
            item_completed(
                "a",
                "SubAgentActivity",
                r#""id":"s","kind":"started","agent_thread_id":"0199-3","agent_path":"/root/y""#,
            ),
        ],
        &[
            "0:2: hook stop:0:/srv/h.json go & on",
            "0:4: SubAgent { activity: \"completed\", agent_path: None, thread_id: Some(\"0199-1\") }",
            "0:5: SubAgent { activity: \"shutdown\", agent_path: Some(\"/root/x\"), thread_id: Some(\"0199-2\") }",
            "0:6: context user <turn_aborted>\nstopped\n</turn_aborted>",
            "s: SubAgent { activity: \"started\", agent_path: Some(\"/root/y\"), thread_id: Some(\"0199-3\") }",
        ],
    );
}

#[test]
fn a_command_of_the_user_is_one_item() {
    let told = user(
        "<user_shell_command>\n<command>\nls\n</command>\n<result>\nExit code: 2\nDuration: 0.5 seconds\nOutput:\nx\n\n</result>\n</user_shell_command>",
    );
    let done = |id: &str| {
        let members = format!(
            r#""id":"{id}","command":["/bin/bash","-lc","ls"],"cwd":"file:///srv/x","source":"user_shell","status":"failed","exit_code":2,"duration":{{"secs":0,"nanos":500000000}},"aggregated_output":"x\n""#
        );
        item_completed("a", "CommandExecution", &members)
    };
    check_items(&[done("u"), told.clone()], &["0:3: ! ls in /srv/x -> Failed exit 2 500 ms: \"x\\n\""]);
    check_items(std::slice::from_ref(&told), &["0:2: ! ls -> Failed exit 2 500 ms: \"x\\n\""]);
    check_items(&[done("u")], &["u: ! ls in /srv/x -> Failed exit 2 500 ms: \"x\\n\""]);
}

#[test]
fn words_that_only_an_event_has_are_kept() {
    check_items(
        &[
            event("agent_reasoning", r#""text":"lost thought""#),
            event("agent_message", r#""message":"lost words""#),
            event("agent_message", r#""message":"found words""#),
            item_completed("a", "Reasoning", r#""id":"r","summary_text":["found thought"],"raw_content":["raw"]"#),
            response(
                "reasoning",
                r#""id":"r","summary":[{"type":"summary_text","text":"found thought"}],"content":[{"type":"reasoning_text","text":"raw"}]"#,
            ),
            assistant("found words"),
            event("user_message", r#""message":"<environment_context></environment_context>""#),
            event("context_compacted", ""),
            event("undo_completed", r#""message":"undone","success":true"#),
            event("hook_started", r#""run":{}"#),
        ],
        &[
            "0:2: reasoning [\"lost thought\"] []",
            "0:3: assistant lost words",
            "r: reasoning [\"found thought\"] [\"raw\"]",
            "0:7: assistant found words",
            "0:9: Compaction { summary: None, kept: None }",
            "0:10: Notice { level: \"undo_completed\", text: \"undone\" }",
        ],
    );
}

#[test]
fn a_compaction_is_one_item() {
    check_items(
        &[
            line("compacted", "", r#""message":"","replacement_history":[{"type":"message"},{"type":"compaction"}]"#),
            event("context_compacted", ""),
            item_completed("a", "ContextCompaction", r#""id":"x""#),
        ],
        &["0:2: Compaction { summary: None, kept: Some(2) }"],
    );
}

#[test]
fn what_nobody_knows_is_shown_as_it_is() {
    check_items(
        &[
            response("hologram", r#""x":1"#),
            response("message", r#""role":7"#),
            response("ghost_snapshot", r#""ghost_commit":{}"#),
            response("additional_tools", r#""role":"developer","tools":[]"#),
            item_completed("a", "Dance", r#""id":"d""#),
            line("world_state", "", r#""full":true,"state":{}"#),
            event("future_event", r#""a":1"#),
        ],
        &[
            "0:2: Other { kind: \"hologram\", json: \"{\\\"type\\\":\\\"hologram\\\",\\\"x\\\":1}\" }",
            "0:3: Other { kind: \"message\", json: \"{\\\"type\\\":\\\"message\\\",\\\"role\\\":7}\" }",
            "0:6: Other { kind: \"Dance\", json: \"{\\\"type\\\":\\\"item_completed\\\",\\\"thread_id\\\":\\\"t\\\",\\\"turn_id\\\":\\\"a\\\",\\\"item\\\":{\\\"type\\\":\\\"Dance\\\",\\\"id\\\":\\\"d\\\"}}\" }",
        ],
    );
}

#[test]
fn ids_are_not_given_twice() {
    let hooks = r#"{"type":"input_text","text":"<hook_prompt hook_run_id=\"r\">a</hook_prompt>"}"#;
    check_items(
        &[
            call("c", "exec_command", r#"{"cmd":"one"}"#),
            output("c", "1"),
            call("c", "exec_command", r#"{"cmd":"two"}"#),
            output("c", "2"),
            response("message", &format!(r#""role":"user","content":[{hooks},{hooks},{hooks}]"#)),
        ],
        &[
            "c: $ one -> Completed: \"1\"",
            "0:4: $ two -> Completed: \"2\"",
            "0:6: hook r a",
            "0:6#2: hook r a",
            "0:6#3: hook r a",
        ],
    );
}

#[test]
fn a_damaged_line_loses_itself() {
    let lines = [
        started("a"),
        user("one"),
        r#"{"timestamp":"TIME","type":"response_item","payload":{"type":"message","role"}}"#.to_owned(),
        assistant("1"),
        complete("a"),
    ];
    let mut drawing = Drawing(Vec::new());
    let chain = Chain::of_file(file(&lines));
    let problems = transcript(&chain, &mut LineReader::default(), &Silent, &ALL, &mut drawing);
    assert_eq!(drawing.0, ["1 #1 a Completed 1-5 = 1", "  0:2: user one", "  0:4: assistant 1"]);
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["rollout.jsonl:3:1: invalid-json: expected `:`"]);
}

#[test]
fn a_sink_that_breaks_gets_no_more() {
    struct First(usize);
    impl TranscriptSink for First {
        fn turn(&mut self, _: &Turn) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn item(&mut self, _: Item) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Break(())
        }
    }
    let chain = Chain::of_file(file(&[user("one"), assistant("1"), user("two")]));
    let mut first = First(0);
    transcript(&chain, &mut LineReader::default(), &Silent, &ALL, &mut first);
    assert_eq!(first.0, 1);
}
