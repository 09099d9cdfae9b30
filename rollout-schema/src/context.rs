//! Which texts in the user's or the developer's name are context that Codex added, not words of a
//! person.
//!
//! One list for titles, turns, history and search. It knows texts only; what a message means for a
//! history is decided above.

use crate::hook_prompt;

/// How a text begins and how it ends, in lower case: Codex looks at both and at neither's case.
type Frame = (&'static str, &'static str);

/// Context in the user's name with which a history opens.
const OPENING: [Frame; 3] = [
    ("<environment_context>", "</environment_context>"),
    ("<user_instructions>", "</user_instructions>"),
    ("# agents.md instructions", ""),
];

/// Other context in the user's name.
const USER: [Frame; 13] = [
    ("<instructions>", "</instructions>"),
    ("<permissions", ">"),
    ("<collaboration_mode>", "</collaboration_mode>"),
    ("<skill>", "</skill>"),
    ("<user_shell_command>", "</user_shell_command>"),
    ("<turn_aborted>", "</turn_aborted>"),
    ("<subagent_notification>", "</subagent_notification>"),
    ("<recommended_plugins>", "</recommended_plugins>"),
    ("<goal_context>", "</goal_context>"),
    ("<codex_internal_context", "</codex_internal_context>"),
    // Warnings that older versions told the model.
    ("warning: the maximum number of unified exec processes", ""),
    ("warning: apply_patch was requested via ", ""),
    ("warning: your account was flagged for potentially high-risk cyber activity", ""),
];

/// What Codex counts as the user's own although no person wrote it.
const ON_BEHALF: Frame = ("<user_action>", "</user_action>");

/// How the news that another model answers from here on begins.
const MODEL_SWITCH: &str = "<model_switch>";

/// Beginnings of what is told to the model between turns in the developer's name.
const DEVELOPER: [&str; 6] = [
    "<permissions instructions>",
    MODEL_SWITCH,
    "<collaboration_mode>",
    "<realtime_conversation>",
    "<personality_spec>",
    "<multi_agent_mode>",
];

/// Whether a text in the user's name is context, so that Codex begins no user turn with it.
pub fn is_contextual_user(text: &str) -> bool {
    is_framed_context(text) || hook_prompt::parse_fragment(text).is_some()
}

/// Whether a text in the user's name tells the environment or standing instructions, as every
/// history does at its opening.
pub fn is_opening(text: &str) -> bool {
    OPENING.iter().any(|frame| is_in(text, *frame))
}

/// Whether a text in the user's name was not written by a person: context, and what Codex says on
/// the user's behalf, such as the findings of a review.
pub fn is_not_a_persons(text: &str) -> bool {
    is_contextual_user(text) || is_in(text, ON_BEHALF)
}

/// Whether a text in the developer's name tells the settings of the next turn, so that it leaves the
/// history together with that turn.
pub fn is_contextual_developer(text: &str) -> bool {
    let text = text.trim_start();
    DEVELOPER.iter().any(|beginning| begins(text, beginning))
}

/// Whether a text in the developer's name says that another model answers from here on.
pub fn is_model_switch(text: &str) -> bool {
    begins(text.trim_start(), MODEL_SWITCH)
}

/// [`is_contextual_user`] without the words of hooks.
pub(crate) fn is_framed_context(text: &str) -> bool {
    is_opening(text) || USER.iter().any(|frame| is_in(text, *frame))
}

fn is_in(text: &str, (opens, closes): Frame) -> bool {
    let text = text.trim();
    let bytes = text.as_bytes();
    begins(text, opens)
        && bytes.len() >= closes.len()
        && bytes[bytes.len() - closes.len()..].eq_ignore_ascii_case(closes.as_bytes())
}

fn begins(text: &str, beginning: &str) -> bool {
    text.as_bytes().get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_told_from_words() {
        let yes = [
            "<environment_context>\n  <cwd>/srv/x</cwd>\n</environment_context>",
            " <ENVIRONMENT_CONTEXT></environment_context>\n",
            "# AGENTS.md instructions for /srv/x\n\n<INSTRUCTIONS>\nbe kind\n</INSTRUCTIONS>",
            "<skill>\n<name>a</name>\n</skill>",
            "<turn_aborted>\nstopped\n</turn_aborted>",
            "<hook_prompt hook_run_id=\"stop:0:/srv/hooks.json\">go on</hook_prompt>",
            "Warning: apply_patch was requested via exec_command. Use the apply_patch tool instead.",
        ];
        for text in yes {
            assert!(is_contextual_user(text), "{text}");
        }
        let no = ["<environment_context> is what?", "<hook_prompt>x</hook_prompt>", "# AGENTS.md", "", "é"];
        for text in no {
            assert!(!is_not_a_persons(text), "{text}");
        }
        let review = "<user_action>\n  <context>User initiated a review task.</context>\n</user_action>";
        assert!(!is_contextual_user(review) && is_not_a_persons(review));
        assert!(is_contextual_developer("\n<Permissions instructions>x") && !is_contextual_developer("be kind"));
    }
}
