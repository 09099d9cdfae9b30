//! What is kept of a thread: which items become lines, by the thread's history mode.
//!
//! It is the rule of Codex from 0.143 on, in one place. What those versions never write, because it is only news to
//! a client or because they do not know it any more, is not written. Kinds that are not known here are newer than
//! this toolkit: lines and response items of such a kind are kept, since a thread would be less without them;
//! events are not, since most of them only tell a client what goes on. Refuses to look at an item's content.

use rollout_schema::wire::{EventMsg, ResponseItem, RolloutItem, TurnItem};

/// The dialect of a rollout, fixed when it is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Lines without ordinals; what was said stands in events as well.
    Legacy,
    /// Numbered lines; what was said and done stands in completed items as well.
    Paginated,
}

/// Whether Codex would write `item` to a rollout of this mode.
pub fn is_persisted(item: &RolloutItem, mode: Mode) -> bool {
    let legacy = mode == Mode::Legacy;
    match item {
        RolloutItem::SessionMeta(_)
        | RolloutItem::Compacted(_)
        | RolloutItem::TurnContext(_)
        | RolloutItem::InterAgentCommunication(_)
        | RolloutItem::InterAgentCommunicationMetadata(_)
        | RolloutItem::WorldState(_)
        | RolloutItem::SecurityRiskScore(_)
        | RolloutItem::RealtimeItem(_)
        | RolloutItem::TokenUsageRecord(_)
        | RolloutItem::RetainedContext(_)
        | RolloutItem::DynamicToolsUpdated(_)
        | RolloutItem::Unlisted { .. } => true,
        RolloutItem::SessionState(_) => false, // for two versions only
        RolloutItem::ResponseItem(item) => match &**item {
            ResponseItem::Message(_)
            | ResponseItem::Reasoning(_)
            | ResponseItem::LocalShellCall(_)
            | ResponseItem::FunctionCall(_)
            | ResponseItem::ToolSearchCall(_)
            | ResponseItem::FunctionCallOutput(_)
            | ResponseItem::CustomToolCall(_)
            | ResponseItem::CustomToolCallOutput(_)
            | ResponseItem::ToolSearchOutput(_)
            | ResponseItem::WebSearchCall(_)
            | ResponseItem::ImageGenerationCall(_)
            | ResponseItem::Compaction(_)
            | ResponseItem::ContextCompaction(_)
            | ResponseItem::AgentMessage(_)
            | ResponseItem::ConfigurationUpdate(_)
            | ResponseItem::AdditionalTools(_)
            | ResponseItem::Unlisted(_) => true,
            ResponseItem::GhostSnapshot(_) // until 0.125
            | ResponseItem::Other(_)
            | ResponseItem::CompactionTrigger(_) => false,
        },
        RolloutItem::EventMsg(event) => match &**event {
            EventMsg::ThreadRolledBack(_)
            | EventMsg::TaskStarted(_)
            | EventMsg::TaskComplete(_)
            | EventMsg::TokenCount(_)
            | EventMsg::TurnAborted(_)
            | EventMsg::ThreadGoalUpdated(_)
            | EventMsg::ThreadSettingsApplied(_) => true,
            // A paginated rollout has an item for each of these.
            EventMsg::UserMessage(_)
            | EventMsg::AgentMessage(_)
            | EventMsg::AgentReasoning(_)
            | EventMsg::AgentReasoningRawContent(_)
            | EventMsg::ContextCompacted(_)
            | EventMsg::EnteredReviewMode(_)
            | EventMsg::ExitedReviewMode(_)
            | EventMsg::McpToolCallEnd(_)
            | EventMsg::WebSearchEnd(_)
            | EventMsg::ImageGenerationEnd(_)
            | EventMsg::PatchApplyEnd(_)
            | EventMsg::SubAgentActivity(_) => legacy,
            // A legacy rollout keeps those that no event stands for.
            EventMsg::ItemCompleted(completed) => match &completed.item {
                TurnItem::Plan(_) | TurnItem::Sleep(_) | TurnItem::Extension(_) => true,
                TurnItem::UserMessage(_)
                | TurnItem::AgentMessage(_)
                | TurnItem::Reasoning(_)
                | TurnItem::WebSearch(_)
                | TurnItem::ImageGeneration(_)
                | TurnItem::ContextCompaction(_)
                | TurnItem::HookPrompt(_)
                | TurnItem::ImageView(_)
                | TurnItem::FileChange(_)
                | TurnItem::McpToolCall(_)
                | TurnItem::CommandExecution(_)
                | TurnItem::DynamicToolCall(_)
                | TurnItem::CollabAgentToolCall(_)
                | TurnItem::SubAgentActivity(_)
                | TurnItem::EnteredReviewMode(_)
                | TurnItem::ExitedReviewMode(_)
                | TurnItem::FunctionCallOutput(_)
                | TurnItem::Unlisted(_) => !legacy,
            },
            EventMsg::Error(_)
            | EventMsg::Warning(_)
            | EventMsg::RealtimeConversationStarted(_)
            | EventMsg::RealtimeConversationRealtime(_)
            | EventMsg::RealtimeConversationClosed(_)
            | EventMsg::ModelReroute(_)
            | EventMsg::AgentMessageDelta(_)
            | EventMsg::AgentReasoningDelta(_)
            | EventMsg::AgentReasoningRawContentDelta(_)
            | EventMsg::AgentReasoningSectionBreak(_)
            | EventMsg::SessionConfigured(_)
            | EventMsg::ThreadNameUpdated(_)
            | EventMsg::McpStartupUpdate(_)
            | EventMsg::McpStartupComplete(_)
            | EventMsg::McpToolCallBegin(_)
            | EventMsg::WebSearchBegin(_)
            | EventMsg::ImageGenerationBegin(_)
            | EventMsg::ExecCommandBegin(_)
            | EventMsg::ExecCommandOutputDelta(_)
            | EventMsg::TerminalInteraction(_)
            | EventMsg::ExecCommandEnd(_)
            | EventMsg::ViewImageToolCall(_)
            | EventMsg::ExecApprovalRequest(_)
            | EventMsg::RequestPermissions(_)
            | EventMsg::RequestUserInput(_)
            | EventMsg::DynamicToolCallRequest(_)
            | EventMsg::DynamicToolCallResponse(_)
            | EventMsg::ElicitationRequest(_)
            | EventMsg::ApplyPatchApprovalRequest(_)
            | EventMsg::GuardianAssessment(_)
            | EventMsg::DeprecationNotice(_)
            | EventMsg::BackgroundEvent(_)
            | EventMsg::UndoStarted(_)
            | EventMsg::UndoCompleted(_)
            | EventMsg::StreamError(_)
            | EventMsg::PatchApplyBegin(_)
            | EventMsg::TurnDiff(_)
            | EventMsg::GetHistoryEntryResponse(_)
            | EventMsg::McpListToolsResponse(_)
            | EventMsg::ListCustomPromptsResponse(_)
            | EventMsg::ListSkillsResponse(_)
            | EventMsg::SkillsUpdateAvailable(_)
            | EventMsg::PlanUpdate(_)
            | EventMsg::ShutdownComplete(_)
            | EventMsg::RawResponseItem(_)
            | EventMsg::ItemStarted(_)
            | EventMsg::HookStarted(_)
            | EventMsg::HookCompleted(_)
            | EventMsg::AgentMessageContentDelta(_)
            | EventMsg::PlanDelta(_)
            | EventMsg::ReasoningContentDelta(_)
            | EventMsg::ReasoningRawContentDelta(_)
            | EventMsg::CollabAgentSpawnBegin(_)
            | EventMsg::CollabAgentSpawnEnd(_)
            | EventMsg::CollabAgentInteractionBegin(_)
            | EventMsg::CollabAgentInteractionEnd(_)
            | EventMsg::CollabWaitingBegin(_)
            | EventMsg::CollabWaitingEnd(_)
            | EventMsg::CollabCloseBegin(_)
            | EventMsg::CollabCloseEnd(_)
            | EventMsg::CollabResumeBegin(_)
            | EventMsg::CollabResumeEnd(_)
            | EventMsg::RealtimeConversationSdp(_)
            | EventMsg::RealtimeConversationListVoicesResponse(_)
            | EventMsg::PatchApplyUpdated(_)
            | EventMsg::GuardianWarning(_)
            | EventMsg::ModelVerification(_)
            | EventMsg::TurnModerationMetadata(_)
            | EventMsg::SafetyBuffering(_)
            | EventMsg::EnvironmentConnected(_)
            | EventMsg::EnvironmentDisconnected(_)
            | EventMsg::RawResponseCompleted(_)
            | EventMsg::ThreadQueueChanged(_)
            | EventMsg::AuthRecoveryStarted(_)
            | EventMsg::AuthRecoveryCompleted(_)
            | EventMsg::ElicitationAbandoned(_)
            | EventMsg::Unlisted(_) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rollout_schema::wire::Envelope;
    use serde_json::{Map, Value, json};

    use super::*;

    /// The least that the published schema accepts.
    fn least(root: &Value, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            return merged(least(root, root.pointer(&name[1..]).unwrap()), members(root, schema));
        }
        if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return value.clone();
        }
        for union in ["oneOf", "anyOf"] {
            if let Some(first) =
                schema[union].get(0).filter(|first| first.get("required").is_none() || union == "oneOf")
            {
                return merged(least(root, first), members(root, schema));
            }
        }
        let kind = &schema["type"];
        match kind.get(0).unwrap_or(kind).as_str() {
            Some("string") => json!("x"),
            Some("integer" | "number") => json!(schema["minimum"].as_u64().unwrap_or(0)),
            Some("boolean") => json!(false),
            Some("array") => json!([]),
            Some("object") => members(root, schema),
            _ => Value::Null,
        }
    }

    fn members(root: &Value, schema: &Value) -> Value {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Value::Object(required.map(|name| (name.to_owned(), least(root, &schema["properties"][name]))).collect())
    }

    fn merged(mut value: Value, more: Value) -> Value {
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        value
    }

    /// An item of each kind below a definition of the schema, by the kind's name.
    fn each_kind(
        root: &Value,
        definition: &str,
        wrap: impl Fn(Value) -> (&'static str, Value),
    ) -> BTreeMap<String, RolloutItem> {
        let variants = root["$defs"][definition]["oneOf"].as_array().unwrap();
        let item = |variant: &Value| {
            let payload = least(root, variant);
            let kind = payload["type"].as_str().unwrap().to_owned();
            let (line, payload) = wrap(payload);
            (kind, parse(line, &payload))
        };
        variants.iter().filter(|variant| !least(root, variant)["type"].is_null()).map(item).collect()
    }

    fn parse(kind: &str, payload: &Value) -> RolloutItem {
        let line = json!({ "timestamp": "", "type": kind, "payload": payload }).to_string();
        serde_json::from_str::<Envelope>(&line).unwrap_or_else(|error| panic!("{error}: {line}")).item
    }

    /// Of `items`, those named in `kept` are kept, in the modes that are given there.
    fn check(items: &BTreeMap<String, RolloutItem>, count: usize, kept: &[(&str, bool, bool)]) {
        assert!(items.len() >= count, "{}: {:?}", items.len(), items.keys());
        assert!(kept.iter().all(|(kind, ..)| items.contains_key(*kind)), "{:?}", items.keys());
        for (kind, item) in items {
            let (_, legacy, paginated) = kept.iter().find(|(name, ..)| name == kind).unwrap_or(&("", false, false));
            let got = (is_persisted(item, Mode::Legacy), is_persisted(item, Mode::Paginated));
            assert_eq!(got, (*legacy, *paginated), "{kind}");
        }
    }

    #[test]
    fn what_is_kept_of_each_kind() {
        let root = rollout_schema::schema::rollout_line().to_value();
        let events = each_kind(&root, "EventMsg", |event| ("event_msg", event));
        check(
            &events,
            90,
            &[
                ("user_message", true, false),
                ("agent_message", true, false),
                ("agent_reasoning", true, false),
                ("agent_reasoning_raw_content", true, false),
                ("token_count", true, true),
                ("entered_review_mode", true, false),
                ("exited_review_mode", true, false),
                ("context_compacted", true, false),
                ("turn_aborted", true, true),
                ("thread_rolled_back", true, true),
                ("task_started", true, true),
                ("task_complete", true, true),
                ("item_completed", false, true), // of a user's message, the schema's first
                ("patch_apply_end", true, false),
                ("mcp_tool_call_end", true, false),
                ("web_search_end", true, false),
                ("image_generation_end", true, false),
                ("sub_agent_activity", true, false),
                ("thread_goal_updated", true, true),
                ("thread_settings_applied", true, true),
            ],
        );
        let completed =
            |item| ("event_msg", json!({ "type": "item_completed", "thread_id": "t", "turn_id": "u", "item": item }));
        let completed = each_kind(&root, "TurnItem", completed);
        let mut kept: Vec<_> = completed.keys().map(|kind| (&**kind, false, true)).collect();
        for (kind, legacy, _) in &mut kept {
            *legacy = ["Plan", "Sleep", "Extension"].contains(kind);
        }
        check(&completed, 20, &kept);
        let items = each_kind(&root, "ResponseItem", |item| ("response_item", item));
        let never = ["ghost_snapshot", "other", "compaction_trigger"];
        let kept: Vec<_> =
            items.keys().filter(|kind| !never.contains(&&***kind)).map(|kind| (&**kind, true, true)).collect();
        check(&items, 19, &kept);
        assert_eq!(kept.len() + never.len(), items.len());
        let lines = root["$defs"]["Envelope"]["oneOf"].as_array().unwrap().iter().map(|line| {
            let line = least(&root, line);
            (line["type"].as_str().unwrap().to_owned(), parse(line["type"].as_str().unwrap(), &line["payload"]))
        });
        let lines: BTreeMap<_, _> = lines.filter(|(kind, _)| kind != "event_msg").collect();
        let kept: Vec<_> =
            lines.keys().filter(|kind| *kind != "session_state").map(|kind| (&**kind, true, true)).collect();
        check(&lines, 13, &kept);
    }

    #[test]
    fn of_what_is_newer_only_events_are_left_out() {
        let payload = Value::Object(Map::from_iter([("type".to_owned(), json!("of_the_future"))]));
        for mode in [Mode::Legacy, Mode::Paginated] {
            assert!(is_persisted(&parse("of_the_future", &payload), mode));
            assert!(is_persisted(&parse("response_item", &payload), mode));
            assert!(!is_persisted(&parse("event_msg", &payload), mode));
        }
    }
}
