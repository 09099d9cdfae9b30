//! What a hook may print on its standard output, by event.
//!
//! Refuses every member that the event does not have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Answers that have the members of all of them and some more.
macro_rules! outputs {
    ($($(#[doc = $doc:literal])+ $name:ident {
        $($(#[doc = $about:literal])+ $member:ident: $type:ty,)*
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name {
            /// Whether the run goes on. Stopping it outweighs every decision.
            pub r#continue: bool,
            /// Why it does not, for the user.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub stop_reason: Option<String>,
            /// Whether the answer is kept from the user.
            pub suppress_output: bool,
            /// A warning for the user.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub system_message: Option<String>,
            $(
                $(#[doc = $about])+
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    r#continue: true,
                    stop_reason: None,
                    suppress_output: false,
                    system_message: None,
                    $($member: None,)*
                }
            }
        }
    )+};
}

outputs! {
    /// Output of events that have no say: `PreCompact`, `PostCompact`, `SessionEnd`, `PreModelRequest`
    /// and `PostModelRequest`. Only the first two can stop the run.
    PlainOutput {}

    /// Output of `SessionStart`.
    SessionStartOutput {
        /// What only this event has.
        hook_specific_output: SessionStartSpecific,
    }

    /// Output of `UserPromptSubmit`.
    UserPromptSubmitOutput {
        /// Whether the prompt is dropped.
        decision: BlockDecision,
        /// Why; must not be blank if there is a decision.
        reason: String,
        /// What only this event has.
        hook_specific_output: UserPromptSubmitSpecific,
    }

    /// Output of `PreToolUse`.
    PreToolUseOutput {
        /// Older form of `permissionDecision`.
        decision: PreToolUseDecision,
        /// Why; must not be blank if the call is blocked.
        reason: String,
        /// What only this event has.
        hook_specific_output: PreToolUseSpecific,
    }

    /// Output of `PermissionRequest`.
    PermissionRequestOutput {
        /// What only this event has.
        hook_specific_output: PermissionRequestSpecific,
    }

    /// Output of `PostToolUse`.
    PostToolUseOutput {
        /// Whether the model is told the reason instead of the tool's output.
        decision: BlockDecision,
        /// Why; must not be blank if there is a decision.
        reason: String,
        /// What only this event has.
        hook_specific_output: PostToolUseSpecific,
    }

    /// Output of `SubagentStart`.
    SubagentStartOutput {
        /// What only this event has.
        hook_specific_output: SubagentStartSpecific,
    }

    /// Output of `Stop` and `SubagentStop`.
    StopOutput {
        /// Whether the turn goes on, with the reason as the next prompt.
        decision: BlockDecision,
        /// What is to be done yet; must not be blank if there is a decision.
        reason: String,
    }
}

/// Output of `Interrupt`: nothing is left to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InterruptOutput {
    /// A warning for the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_message: Option<String>,
}

/// Parts of answers that name their event once more, and so cannot be given to another.
macro_rules! specific {
    ($($(#[doc = $doc:literal])+ $name:ident of $event:ident {
        $($(#[doc = $about:literal])+ $member:ident $(as $wire:literal)?: $type:ty,)+
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "hookEventName", rename_all_fields = "camelCase", deny_unknown_fields)]
        pub enum $name {
            $(#[doc = $doc])+
            $event {
                $(
                    $(#[doc = $about])+
                    #[serde($(rename = $wire,)? default, skip_serializing_if = "Option::is_none")]
                    $member: Option<$type>,
                )+
            },
        }
    )+};
}

specific! {
    /// What only `SessionStart` has.
    SessionStartSpecific of SessionStart {
        /// What the model is told before the first turn.
        additional_context: String,
    }

    /// What only `UserPromptSubmit` has.
    UserPromptSubmitSpecific of UserPromptSubmit {
        /// What the model is told beside the prompt, and even if the prompt is dropped.
        additional_context: String,
    }

    /// What only `PreToolUse` has.
    PreToolUseSpecific of PreToolUse {
        /// Whether the tool may run.
        permission_decision: PermissionDecision,
        /// Why; must not be blank if it may not.
        permission_decision_reason: String,
        /// What it is called with instead; only if it may run.
        updated_input: Value,
        /// What the model is told.
        additional_context: String,
    }

    /// What only `PermissionRequest` has.
    PermissionRequestSpecific of PermissionRequest {
        /// The answer; without it the user is asked.
        decision: PermissionAnswer,
    }

    /// What only `PostToolUse` has.
    PostToolUseSpecific of PostToolUse {
        /// What the model is told.
        additional_context: String,
        /// What the model sees instead of the output of an MCP tool.
        updated_mcp_tool_output as "updatedMCPToolOutput": Value,
    }

    /// What only `SubagentStart` has.
    SubagentStartSpecific of SubagentStart {
        /// What the sub-agent is told before its first turn.
        additional_context: String,
    }
}

/// A decision where there is but one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockDecision {
    /// Not so.
    Block,
}

/// Older form of [`PermissionDecision`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreToolUseDecision {
    /// The tool may run.
    Approve,
    /// It may not.
    Block,
}

/// Whether a tool may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermissionDecision {
    /// It may.
    Allow,
    /// It may not.
    Deny,
    /// The user decides.
    Ask,
}

/// The answer to a tool that needs an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PermissionAnswer {
    /// Whether it is given.
    pub behavior: PermissionBehavior,
    /// Why it is not, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the turn ends; kept free, nothing honours it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupt: bool,
    /// What the tool is called with instead; kept free, nothing honours it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_input: Option<Value>,
    /// What is allowed from now on; kept free, nothing honours it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_permissions: Option<Value>,
}

/// Whether an approval is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermissionBehavior {
    /// It is.
    Allow,
    /// It is not.
    Deny,
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    fn reads<T: DeserializeOwned + Serialize>(output: &Value) -> Option<Value> {
        let output: T = serde_json::from_str(&output.to_string()).ok()?;
        Some(serde_json::to_value(output).unwrap())
    }

    #[test]
    fn nothing_said_goes_on() {
        let silent = Some(json!({ "continue": true, "suppressOutput": false }));
        for output in [json!({}), json!({ "stopReason": null, "decision": null, "hookSpecificOutput": null })] {
            assert_eq!(reads::<PreToolUseOutput>(&output), silent);
        }
        assert_eq!(reads::<InterruptOutput>(&json!({})), Some(json!({})));
    }

    #[test]
    fn answers_come_back() {
        fn check<T: DeserializeOwned + Serialize>(mut output: Value) {
            let members = output.as_object_mut().unwrap();
            members.extend(
                json!({ "continue": false, "suppressOutput": true, "stopReason": "s" }).as_object().cloned().unwrap(),
            );
            assert_eq!(reads::<T>(&output), Some(output));
        }
        check::<PlainOutput>(json!({ "systemMessage": "m" }));
        check::<StopOutput>(json!({ "decision": "block", "reason": "r" }));
        let context =
            |event: &str| json!({ "hookSpecificOutput": { "hookEventName": event, "additionalContext": "c" } });
        check::<SessionStartOutput>(context("SessionStart"));
        check::<UserPromptSubmitOutput>(context("UserPromptSubmit"));
        check::<SubagentStartOutput>(context("SubagentStart"));
        check::<PreToolUseOutput>(json!({ "hookSpecificOutput": {
            "hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "r",
            "updatedInput": { "command": "ls" }, "additionalContext": "c",
        }}));
        check::<PostToolUseOutput>(json!({ "decision": "block", "reason": "r", "hookSpecificOutput": {
            "hookEventName": "PostToolUse", "additionalContext": "c", "updatedMCPToolOutput": [1],
        }}));
        check::<PermissionRequestOutput>(json!({ "hookSpecificOutput": {
            "hookEventName": "PermissionRequest", "decision": { "behavior": "deny", "message": "m" },
        }}));
    }

    #[test]
    fn what_an_event_does_not_have_is_refused() {
        let check = |refused: Option<Value>| assert_eq!(refused, None);
        check(reads::<PlainOutput>(&json!({ "decision": "block" })));
        check(reads::<StopOutput>(&json!({ "decision": "approve" })));
        check(reads::<StopOutput>(&json!({ "stop_reason": "s" })));
        check(reads::<StopOutput>(&json!({ "hookSpecificOutput": { "hookEventName": "Stop" } })));
        check(reads::<InterruptOutput>(&json!({ "continue": false })));
        check(reads::<PermissionRequestOutput>(&json!({ "decision": "block", "reason": "r" })));
        let specific = |members: Value| json!({ "hookSpecificOutput": members });
        check(reads::<PreToolUseOutput>(&specific(json!({ "additionalContext": "c" }))));
        check(reads::<PreToolUseOutput>(&specific(json!({ "hookEventName": "PostToolUse" }))));
        check(reads::<PreToolUseOutput>(&specific(json!({ "hookEventName": "PreToolUse", "permission": "allow" }))));
        check(reads::<PreToolUseOutput>(&specific(
            json!({ "hookEventName": "PreToolUse", "permissionDecision": "no" }),
        )));
    }
}
