//! Turns without frames: up to 0.103, bare files, and files of other programs.

use super::*;

const ENVIRONMENT: &str = "<environment_context>\n</environment_context>";

#[test]
fn words_of_the_user_begin_turns() {
    let context = |model: &str| line("turn_context", "", &format!(r#""model":"{model}""#));
    let lines = [
        user(ENVIRONMENT),
        user("one"),
        event("user_message", r#""message":"one""#),
        context("m1"),
        event("agent_reasoning", r#""text":"**Hm**""#),
        response("reasoning", r#""summary":[{"type":"summary_text","text":"**Hm**"}],"encrypted_content":"x""#),
        event("agent_message", r#""message":"first""#),
        assistant("first"),
        said("developer", "<permissions instructions>"),
        user(ENVIRONMENT),
        user("two"),
        context("m2"),
        call("c", "shell", r#"{"command":["bash","-lc","ls"]}"#),
        event("turn_aborted", r#""reason":"interrupted""#),
        user("three"),
        call("d", "shell", r#"{"command":["bash","-lc","ls"]}"#),
        user("four"),
        assistant("fourth"),
        line("compacted", "", r#""message":"sum""#),
        event("agent_message", r#""message":"Compact task completed""#),
        user("five"),
    ];
    check(
        &lines,
        &[
            "0 turn-0 Completed",
            "  0:1: context user <environment_context>\n</environment_context>",
            "1 #1 turn-1 Completed 2-8 = first",
            "  0:2: user one",
            "  0:6: reasoning [\"**Hm**\"] [] encrypted",
            "  0:8: assistant first",
            "2 #2 turn-2 Interrupted (interrupted) 9-14",
            "  0:9: context developer <permissions instructions>",
            "  0:10: context user <environment_context>\n</environment_context>",
            "  0:11: user two",
            "  c: $ ls -> Unanswered",
            "3 #3 turn-3 Interrupted (no end was written) 15-16",
            "  0:15: user three",
            "  d: $ ls -> Unanswered",
            "4 #4 turn-4 Completed 17-20 = fourth",
            "  0:17: user four",
            "  0:18: assistant fourth",
            "  0:19: Compaction { summary: Some(\"sum\"), kept: None }",
            "5 #5 turn-5 InProgress 21-21",
            "  0:21: user five",
        ],
    );
    let turns = outline(&Chain::of_file(file(&lines)), &mut LineReader::default(), &Silent).turns;
    let models: Vec<_> = turns.iter().map(|turn| turn.model.as_deref().unwrap_or("-")).collect();
    assert_eq!(models, ["m1", "m2", "-", "-", "-"]);
}

#[test]
fn an_image_alone_is_words() {
    let image = r#"{"type":"input_image","image_url":"data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
    let text = |text: &str| format!(r#"{{"type":"input_text","text":"{text}"}}"#);
    let shown = "data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…";
    check(
        &[
            response("message", &format!(r#""role":"user","content":[{image}]"#)),
            assistant("seen"),
            response(
                "message",
                &format!(
                    r#""role":"user","content":[{},{},{image},{}]"#,
                    text("what is it"),
                    text("<image name=[Image #1]>"),
                    text("</image>")
                ),
            ),
        ],
        &[
            "1 #1 turn-1 Completed 1-2 = seen",
            &format!("  0:1: user  {shown}"),
            "  0:2: assistant seen",
            "2 #2 turn-2 InProgress 3-3",
            &format!("  0:3: user what is it {shown}"),
        ],
    );
}

#[test]
fn bare_files_without_words_of_the_model_tell_no_ends() {
    let message = |role: &str, text: &str| {
        format!(r#"{{"type":"message","id":null,"role":"{role}","content":[{{"type":"input_text","text":"{text}"}}]}}"#)
    };
    let start = r#"{"id":"t","timestamp":"2025-07-01T00:00:00.000Z","instructions":null}"#.to_owned();
    let state = r#"{"record_type":"state"}"#.to_owned();
    check(
        &[start.clone(), message("user", "one"), state.clone(), message("user", "two"), state],
        &["1 #1 turn-1 Completed 2-3", "  0:2: user one", "2 #2 turn-2 Completed 4-5", "  0:4: user two"],
    );
    check(
        &[start, message("user", "one"), message("assistant", "1"), message("user", "two")],
        &[
            "1 #1 turn-1 Completed 2-3 = 1",
            "  0:2: user one",
            "  0:3: assistant 1",
            "2 #2 turn-2 InProgress 4-4",
            "  0:4: user two",
        ],
    );
}

#[test]
fn settings_that_name_a_turn_name_it() {
    check(
        &[
            line("turn_context", "", r#""turn_id":"a","model":"m""#),
            user("one"),
            assistant("1"),
            user("two"),
            line("turn_context", "", r#""turn_id":"b","model":"m""#),
            event("turn_aborted", r#""turn_id":"b","reason":"interrupted""#),
        ],
        &[
            "1 #1 a Completed 2-3 = 1",
            "  0:2: user one",
            "  0:3: assistant 1",
            "2 #2 b Interrupted (interrupted) 4-6",
            "  0:4: user two",
        ],
    );
}
