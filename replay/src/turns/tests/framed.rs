//! Turns with frames, since 0.104.

use super::*;

#[test]
fn frames_tell_ends() {
    check(
        &[
            started("a"),
            user("one"),
            assistant("on it"),
            response(
                "message",
                r#""role":"assistant","phase":"final_answer","content":[{"type":"output_text","text":"done"}]"#,
            ),
            assistant("bye"),
            complete("a"),
            started("b"),
            user("two"),
            event("turn_aborted", r#""turn_id":"b","reason":"replaced""#),
            started("c"),
            user("three"),
            event("task_complete", r#""turn_id":"c","last_agent_message":null,"error":{"message":"no quota"}"#),
            started("d"),
            user("four"),
            event("error", r#""message":"overloaded""#),
            started("e"),
            user("five"),
            started("f"),
            user("six"),
            event("task_complete", r#""turn_id":"f","last_agent_message":"told""#),
            started("g"),
            user("seven"),
        ],
        &[
            "1 #1 a Completed 1-6 = done",
            "  0:2: user one",
            "  0:3: assistant on it",
            "  0:4: assistant done",
            "  0:5: assistant bye",
            "2 #2 b Interrupted (replaced) 7-9",
            "  0:8: user two",
            "3 #3 c Failed (no quota) 10-12",
            "  0:11: user three",
            "4 #4 d Failed (overloaded) 13-15",
            "  0:14: user four",
            "  0:15: Notice { level: \"error\", text: \"overloaded\" }",
            "5 #5 e Interrupted (no end was written) 16-17",
            "  0:17: user five",
            "6 #6 f Completed 18-20 = told",
            "  0:19: user six",
            "7 #7 g InProgress 21-22",
            "  0:22: user seven",
        ],
    );
}

#[test]
fn steering_stays_in_its_turn() {
    check(
        &[
            started("a"),
            user("one"),
            assistant("on it"),
            user("and that"),
            event("user_message", r#""message":"and that""#),
            assistant("both"),
            complete("a"),
        ],
        &[
            "1 #1 a Completed 1-7 = both",
            "  0:2: user one",
            "  0:3: assistant on it",
            "  0:4: user and that",
            "  0:6: assistant both",
        ],
    );
}

#[test]
fn words_right_before_a_frame_are_the_first_of_its_turn() {
    let shown = |turn: &str, text: &str| {
        item_completed(turn, "UserMessage", &format!(r#""id":"i","content":[{{"type":"text","text":"{text}"}}]"#))
    };
    check(
        &[
            user("one"),
            started("a"),
            shown("a", "one"),
            assistant("1"),
            user("two"),
            complete("a"),
            started("b"),
            shown("b", "two"),
            assistant("2"),
            complete("b"),
        ],
        &[
            "1 #1 a Completed 1-6 = 1",
            "  0:1: user one",
            "  0:4: assistant 1",
            "2 #2 b Completed 5-10 = 2",
            "  0:5: user two",
            "  0:9: assistant 2",
        ],
    );
}

#[test]
fn what_comes_late_belongs_to_its_turn() {
    let ended = |turn: &str, call: &str, command: &str| {
        let members = format!(
            r#""id":"{call}","command":["bash","-lc","{command}"],"cwd":"file:///srv/x","status":"failed","exit_code":-1,"duration":{{"secs":4,"nanos":500000000}},"aggregated_output":"some""#
        );
        item_completed(turn, "CommandExecution", &members)
    };
    check(
        &[
            started("a"),
            user("one"),
            call("c1", "exec_command", r#"{"cmd":"sleep 9"}"#),
            output("c1", "aborted by user after 2.4s"),
            event("turn_aborted", r#""turn_id":"a","reason":"interrupted""#),
            started("b"),
            user("two"),
            ended("a", "c1", "sleep 9"),
            ended("a", "c9", "unheard"),
            item_completed("a", "AgentMessage", r#""id":"m","content":[{"type":"Text","text":"late words"}]"#),
            item_completed("a", "Plan", r#""id":"p","text":"late plan""#),
            assistant("2"),
            complete("b"),
            complete("a"),
        ],
        &[
            "1 #1 a Interrupted (interrupted) 1-5",
            "  0:2: user one",
            "  c1: $ sleep 9 in /srv/x -> Interrupted exit -1 4500 ms: \"some\"",
            "  c9: $ unheard in /srv/x -> Failed exit -1 4500 ms: \"some\"",
            "  p: Plan { text: \"late plan\" }",
            "2 #2 b Completed 6-13 = 2",
            "  0:7: user two",
            "  0:12: assistant 2",
        ],
    );
}

#[test]
fn rollbacks_drop_turns_of_the_user() {
    let rolled_back = |turns: u8| event("thread_rolled_back", &format!(r#""num_turns":{turns}"#));
    let shell = "<user_shell_command>\n<command>\nls\n</command>\n<result>\nExit code: 0\nDuration: 0.0175 seconds\nOutput:\nx\n\n</result>\n</user_shell_command>";
    let lines = [
        started("s"),
        user(shell),
        complete("s"),
        started("a"),
        user("one"),
        complete("a"),
        started("b"),
        user("two"),
        complete("b"),
        started("c"),
        line("compacted", "", r#""message":"sum""#),
        complete("c"),
        rolled_back(1),
        started("d"),
        user("three"),
        complete("d"),
    ];
    let all = [
        "1 s Completed 1-3",
        "  0:2: ! ls -> Completed exit 0 18 ms: \"x\\n\"",
        "2 #1 a Completed 4-6",
        "  0:5: user one",
        "3 b Completed 7-9 dropped",
        "  0:8: user two",
        "4 c Completed 10-12 dropped",
        "  0:11: Compaction { summary: Some(\"sum\"), kept: None }",
        "  0:13: Rollback { turns: 1 }",
        "5 #2 d Completed 14-16",
        "  0:15: user three",
    ];
    assert_eq!(drawn(&lines, &ALL), all);
    check(&lines, &[&all[..4], &all[9..]].concat());
    // More than there are leave what stands before the first turn of the user.
    let lines = [&lines[..], &[rolled_back(9)]].concat();
    check(&lines, &all[..2]);
}

#[test]
fn reviews_keep_words_that_only_events_have() {
    let words = event("user_message", r#""message":"check it""#);
    let thought = event("agent_reasoning", r#""text":"hm""#);
    check(
        &[
            started("a"),
            user("one"),
            complete("a"),
            event(
                "entered_review_mode",
                r#""target":{"type":"custom","instructions":"check it"},"user_facing_hint":"it""#,
            ),
            started("child"),
            words.clone(),
            words,
            thought.clone(),
            thought,
            user("<user_action>\n<action>review</action>\n</user_action>"),
            event(
                "exited_review_mode",
                r#""review_output":{"overall_explanation":"fine","findings":[{"title":"T","body":"B"}]}"#,
            ),
            assistant("fine"),
            event("agent_message", r#""message":"fine""#),
            complete("b"),
        ],
        &[
            "1 #1 a Completed 1-3",
            "  0:2: user one",
            "2 #2 child Completed 4-14 = fine",
            "  0:4: ReviewStarted { target: \"it\" }",
            "  0:6: user check it",
            "  0:8: reasoning [\"hm\"] []",
            "  0:10: context user <user_action>\n<action>review</action>\n</user_action>",
            "  0:11: ReviewEnded { text: \"fine\\n\\nT\\nB\" }",
            "  0:12: assistant fine",
        ],
    );
}

#[test]
fn agents_that_trigger_a_turn_begin_one_of_the_user() {
    let message = r#""author":"/root","recipient":"/root/a","content":[{"type":"input_text","text":"go"}]"#;
    let before =
        |triggers: bool| line("inter_agent_communication_metadata", "", &format!(r#""trigger_turn":{triggers}"#));
    let shown = "AgentMessage { author: \"/root\", recipient: \"/root/a\", text: \"go\" }";
    check(
        &[
            started("a"),
            before(true),
            response("agent_message", message),
            complete("a"),
            started("b"),
            before(false),
            response("agent_message", message),
            complete("b"),
            started("c"),
            line(
                "inter_agent_communication",
                "",
                r#""author":"/root","recipient":"/root/a","content":"go","trigger_turn":true"#,
            ),
            complete("c"),
        ],
        &[
            "1 #1 a Completed 1-4",
            &format!("  0:3: {shown}"),
            "2 b Completed 5-8",
            &format!("  0:7: {shown}"),
            "3 #2 c Completed 9-11",
            &format!("  0:10: {shown}"),
        ],
    );
}

#[test]
fn settings_and_times() {
    let lines = [
        event("task_started", r#""turn_id":"a","started_at":1767225000"#),
        line("turn_context", "", r#""turn_id":"a","model":"m1","effort":"high""#),
        user("one"),
        event("task_complete", r#""turn_id":"a","completed_at":1767225600,"duration_ms":77"#),
        started("b"),
        line("turn_context", "", r#""turn_id":"b","model":"m2""#),
        user("two"),
        complete("b"),
    ];
    let turns = outline(&Chain::of_file(file(&lines)), &mut LineReader::default(), &Silent).turns;
    let shown = |turn: &Turn| {
        let time = |time: Option<crate::Time>| time.unwrap().to_string();
        let model = [turn.model.clone(), turn.effort.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{} {} {} {:?}", time(turn.started), time(turn.ended), model, turn.duration_ms)
    };
    // The first one is a copy: its lines are younger than what they tell.
    assert_eq!(shown(&turns[0]), "2025-12-31T23:50:00.000Z 2026-01-01T00:00:00.000Z m1 high Some(77)");
    assert_eq!(shown(&turns[1]), "2026-01-01T00:00:04.000Z 2026-01-01T00:00:07.000Z m2 Some(3000)");
}

#[test]
fn a_chain_knows_what_is_inherited_and_what_was_reverted() {
    let turn = |id: &str| [started(id), user(id), complete(id)];
    let piece = |segment, lines: &[String], owner, dropped| Piece {
        file: file(lines),
        segment,
        from: 0,
        to: None,
        owner,
        dropped,
    };
    let chain = Chain {
        pieces: vec![
            piece(0, &turn("a"), Owner::Ancestor, false),
            piece(1, &[turn("b").as_slice(), &[started("open")]].concat(), Owner::Thread, true),
            piece(2, &turn("c"), Owner::Thread, false),
        ],
        missing: None,
    };
    let all = [
        "1 #1 a Completed 1-3 inherited",
        "  0:2: user a",
        "2 b Completed 1-3 dropped",
        "  1:2: user b",
        "3 open Interrupted (no end was written) 4-4 dropped",
        "4 #2 c Completed 1-3",
        "  2:2: user c",
    ];
    assert_eq!(drawn_chain(&chain, &ALL), all);
    assert_eq!(drawn_chain(&chain, &TranscriptOptions::default()), [&all[..2], &all[5..]].concat());
    assert_eq!(drawn_chain(&chain, &TranscriptOptions { all: false, inherited: false }), all[5..]);
}
