//! `event_msg`: what the harness observed. Which events reach a file depends on version and history mode.

use super::{
    AgentMessageContentDeltaEvent, AgentMessageDeltaEvent, AgentMessageEvent, AgentReasoningDeltaEvent,
    AgentReasoningEvent, AgentReasoningRawContentDeltaEvent, AgentReasoningRawContentEvent,
    AgentReasoningSectionBreakEvent, ApplyPatchApprovalRequestEvent, AuthRecoveryCompletedEvent,
    AuthRecoveryStartedEvent, BackgroundEventEvent, CollabAgentInteractionBeginEvent, CollabAgentInteractionEndEvent,
    CollabAgentSpawnBeginEvent, CollabAgentSpawnEndEvent, CollabCloseBeginEvent, CollabCloseEndEvent,
    CollabResumeBeginEvent, CollabResumeEndEvent, CollabWaitingBeginEvent, CollabWaitingEndEvent,
    ContextCompactedEvent, DeprecationNoticeEvent, DynamicToolCallRequestEvent, DynamicToolCallResponseEvent,
    ElicitationAbandonedEvent, ElicitationRequestEvent, EnteredReviewModeEvent, EnvironmentConnectedEvent,
    EnvironmentDisconnectedEvent, ErrorEvent, ExecApprovalRequestEvent, ExecCommandBeginEvent, ExecCommandEndEvent,
    ExecCommandOutputDeltaEvent, ExitedReviewModeEvent, GetHistoryEntryResponseEvent, GuardianAssessmentEvent,
    GuardianWarningEvent, HookCompletedEvent, HookStartedEvent, ImageGenerationBeginEvent, ImageGenerationEndEvent,
    ItemCompletedEvent, ItemStartedEvent, ListCustomPromptsResponseEvent, ListSkillsResponseEvent,
    McpListToolsResponseEvent, McpStartupCompleteEvent, McpStartupUpdateEvent, McpToolCallBeginEvent,
    McpToolCallEndEvent, ModelRerouteEvent, ModelVerificationEvent, PatchApplyBeginEvent, PatchApplyEndEvent,
    PatchApplyUpdatedEvent, PlanDeltaEvent, PlanUpdateEvent, RawResponseCompletedEvent, RawResponseItemEvent,
    RealtimeConversationClosedEvent, RealtimeConversationListVoicesResponseEvent, RealtimeConversationRealtimeEvent,
    RealtimeConversationSdpEvent, RealtimeConversationStartedEvent, ReasoningContentDeltaEvent,
    ReasoningRawContentDeltaEvent, RequestPermissionsEvent, RequestUserInputEvent, SafetyBufferingEvent,
    SessionConfiguredEvent, ShutdownCompleteEvent, SkillsUpdateAvailableEvent, StreamErrorEvent, SubAgentActivityEvent,
    TaskCompleteEvent, TaskStartedEvent, TerminalInteractionEvent, ThreadGoalUpdatedEvent, ThreadNameUpdatedEvent,
    ThreadQueueChangedEvent, ThreadRolledBackEvent, ThreadSettingsAppliedEvent, TokenCountEvent, TurnAbortedEvent,
    TurnDiffEvent, TurnModerationMetadataEvent, UndoCompletedEvent, UndoStartedEvent, UserMessageEvent,
    ViewImageToolCallEvent, WarningEvent, WebSearchBeginEvent, WebSearchEndEvent,
};
use crate::grammar::tagged;

tagged! {
    /// One event, told by the harness to its clients and, for some kinds, kept in the file.
    EventMsg by "type" {
        /// Something failed that the client had asked for.
        Error(ErrorEvent) = "error",
        /// Something is amiss that the user should know, though the turn goes on.
        Warning(WarningEvent) = "warning",
        /// A voice session began.
        RealtimeConversationStarted(RealtimeConversationStartedEvent) = "realtime_conversation_started",
        /// A piece of a voice session's stream.
        RealtimeConversationRealtime(RealtimeConversationRealtimeEvent) = "realtime_conversation_realtime",
        /// A voice session ended.
        RealtimeConversationClosed(RealtimeConversationClosedEvent) = "realtime_conversation_closed",
        /// The request went to another model than the one asked for.
        ModelReroute(ModelRerouteEvent) = "model_reroute",
        /// The history was compacted, on request or by itself.
        ContextCompacted(ContextCompactedEvent) = "context_compacted",
        /// The newest user turns were dropped from the history; no longer made by late versions.
        ThreadRolledBack(ThreadRolledBackEvent) = "thread_rolled_back",
        /// A turn began.
        TaskStarted(TaskStartedEvent) = "task_started" | "turn_started",
        /// A turn is over.
        TaskComplete(TaskCompleteEvent) = "task_complete" | "turn_complete",
        /// Usage so far and of the newest response, with rate limits; may repeat what was already told.
        TokenCount(TokenCountEvent) = "token_count",
        /// Text from the assistant.
        AgentMessage(AgentMessageEvent) = "agent_message",
        /// Input of the user.
        UserMessage(UserMessageEvent) = "user_message",
        /// A piece of assistant text as it comes in.
        AgentMessageDelta(AgentMessageDeltaEvent) = "agent_message_delta" [..=128],
        /// A passage of the reasoning summary.
        AgentReasoning(AgentReasoningEvent) = "agent_reasoning",
        /// A piece of the reasoning summary as it comes in.
        AgentReasoningDelta(AgentReasoningDeltaEvent) = "agent_reasoning_delta" [..=128],
        /// A passage of the raw reasoning.
        AgentReasoningRawContent(AgentReasoningRawContentEvent) = "agent_reasoning_raw_content",
        /// A piece of the raw reasoning as it comes in.
        AgentReasoningRawContentDelta(AgentReasoningRawContentDeltaEvent) = "agent_reasoning_raw_content_delta" [..=128],
        /// The reasoning summary goes on with a new section.
        AgentReasoningSectionBreak(AgentReasoningSectionBreakEvent) = "agent_reasoning_section_break",
        /// The session is set up as the client asked.
        SessionConfigured(SessionConfiguredEvent) = "session_configured",
        /// The thread got another name.
        ThreadNameUpdated(ThreadNameUpdatedEvent) = "thread_name_updated" [..=128],
        /// The start of one MCP server moved on.
        McpStartupUpdate(McpStartupUpdateEvent) = "mcp_startup_update",
        /// The start of all MCP servers is over: which are ready and which are not.
        McpStartupComplete(McpStartupCompleteEvent) = "mcp_startup_complete",
        /// A call of an MCP tool began.
        McpToolCallBegin(McpToolCallBeginEvent) = "mcp_tool_call_begin",
        /// A call of an MCP tool ended.
        McpToolCallEnd(McpToolCallEndEvent) = "mcp_tool_call_end",
        /// A web search began.
        WebSearchBegin(WebSearchBeginEvent) = "web_search_begin",
        /// A web search ended.
        WebSearchEnd(WebSearchEndEvent) = "web_search_end",
        /// The generation of an image began.
        ImageGenerationBegin(ImageGenerationBeginEvent) = "image_generation_begin",
        /// The generation of an image ended.
        ImageGenerationEnd(ImageGenerationEndEvent) = "image_generation_end",
        /// A command is about to run.
        ExecCommandBegin(ExecCommandBeginEvent) = "exec_command_begin",
        /// A piece of a command's output as it comes in.
        ExecCommandOutputDelta(ExecCommandOutputDeltaEvent) = "exec_command_output_delta",
        /// Input was typed to a running command.
        TerminalInteraction(TerminalInteractionEvent) = "terminal_interaction",
        /// A command ended.
        ExecCommandEnd(ExecCommandEndEvent) = "exec_command_end",
        /// The model had a local image shown to it.
        ViewImageToolCall(ViewImageToolCallEvent) = "view_image_tool_call",
        /// Someone has to allow or deny a command.
        ExecApprovalRequest(ExecApprovalRequestEvent) = "exec_approval_request",
        /// The model asks for more permissions.
        RequestPermissions(RequestPermissionsEvent) = "request_permissions",
        /// The model asks the user questions.
        RequestUserInput(RequestUserInputEvent) = "request_user_input",
        /// A client is to carry out one of its own tools.
        DynamicToolCallRequest(DynamicToolCallRequestEvent) = "dynamic_tool_call_request",
        /// A client's tool gave its result.
        DynamicToolCallResponse(DynamicToolCallResponseEvent) = "dynamic_tool_call_response",
        /// An MCP server asks the user for something.
        ElicitationRequest(ElicitationRequestEvent) = "elicitation_request",
        /// Someone has to allow or deny a patch.
        ApplyPatchApprovalRequest(ApplyPatchApprovalRequestEvent) = "apply_patch_approval_request",
        /// The guardian, which judges requests for approval, began or ended an assessment.
        GuardianAssessment(GuardianAssessmentEvent) = "guardian_assessment",
        /// Something that the user relies on is to go away.
        DeprecationNotice(DeprecationNoticeEvent) = "deprecation_notice",
        /// A note on what goes on in the background.
        BackgroundEvent(BackgroundEventEvent) = "background_event" [..=128],
        /// An undo began.
        UndoStarted(UndoStartedEvent) = "undo_started" [..=128],
        /// An undo ended, well or not.
        UndoCompleted(UndoCompletedEvent) = "undo_completed" [..=128],
        /// The response stream broke and is being dealt with, by a retry for instance.
        StreamError(StreamErrorEvent) = "stream_error",
        /// A patch is about to be applied.
        PatchApplyBegin(PatchApplyBeginEvent) = "patch_apply_begin",
        /// A patch was applied or failed to be.
        PatchApplyEnd(PatchApplyEndEvent) = "patch_apply_end",
        /// All that the turn has changed in files so far.
        TurnDiff(TurnDiffEvent) = "turn_diff",
        /// The entry of the prompt history that the client asked for.
        GetHistoryEntryResponse(GetHistoryEntryResponseEvent) = "get_history_entry_response" [..=128],
        /// The MCP tools and resources that the client asked for.
        McpListToolsResponse(McpListToolsResponseEvent) = "mcp_list_tools_response" [..=128],
        /// The custom prompts that the client asked for.
        ListCustomPromptsResponse(ListCustomPromptsResponseEvent) = "list_custom_prompts_response" [..=117],
        /// The skills that the client asked for.
        ListSkillsResponse(ListSkillsResponseEvent) = "list_skills_response" [..=128],
        /// Skills may have changed and are worth loading again.
        SkillsUpdateAvailable(SkillsUpdateAvailableEvent) = "skills_update_available" [..=130],
        /// The model wrote or revised its plan.
        PlanUpdate(PlanUpdateEvent) = "plan_update",
        /// A turn was cut short.
        TurnAborted(TurnAbortedEvent) = "turn_aborted",
        /// The session is shutting down.
        ShutdownComplete(ShutdownCompleteEvent) = "shutdown_complete",
        /// A code review began.
        EnteredReviewMode(EnteredReviewModeEvent) = "entered_review_mode",
        /// A code review ended.
        ExitedReviewMode(ExitedReviewModeEvent) = "exited_review_mode",
        /// A response item just as it came or went.
        RawResponseItem(RawResponseItemEvent) = "raw_response_item",
        /// An item of a turn began.
        ItemStarted(ItemStartedEvent) = "item_started",
        /// An item of a turn is complete; paginated histories keep these instead of the older events.
        ItemCompleted(ItemCompletedEvent) = "item_completed",
        /// A hook began to run.
        HookStarted(HookStartedEvent) = "hook_started",
        /// A hook ended.
        HookCompleted(HookCompletedEvent) = "hook_completed",
        /// A piece of assistant text, with the item that it belongs to.
        AgentMessageContentDelta(AgentMessageContentDeltaEvent) = "agent_message_content_delta",
        /// A piece of a plan as it comes in.
        PlanDelta(PlanDeltaEvent) = "plan_delta",
        /// A piece of the reasoning summary, with the item that it belongs to.
        ReasoningContentDelta(ReasoningContentDeltaEvent) = "reasoning_content_delta",
        /// A piece of the raw reasoning, with the item that it belongs to.
        ReasoningRawContentDelta(ReasoningRawContentDeltaEvent) = "reasoning_raw_content_delta",
        /// An agent is about to start another.
        CollabAgentSpawnBegin(CollabAgentSpawnBeginEvent) = "collab_agent_spawn_begin",
        /// An agent started another, or failed to.
        CollabAgentSpawnEnd(CollabAgentSpawnEndEvent) = "collab_agent_spawn_end",
        /// An agent is about to write to another.
        CollabAgentInteractionBegin(CollabAgentInteractionBeginEvent) = "collab_agent_interaction_begin",
        /// An agent wrote to another.
        CollabAgentInteractionEnd(CollabAgentInteractionEndEvent) = "collab_agent_interaction_end",
        /// An agent began to wait for others.
        CollabWaitingBegin(CollabWaitingBeginEvent) = "collab_waiting_begin",
        /// An agent's wait for others is over.
        CollabWaitingEnd(CollabWaitingEndEvent) = "collab_waiting_end",
        /// An agent is about to close another.
        CollabCloseBegin(CollabCloseBeginEvent) = "collab_close_begin",
        /// An agent closed another.
        CollabCloseEnd(CollabCloseEndEvent) = "collab_close_end",
        /// An agent is about to take up a closed one again.
        CollabResumeBegin(CollabResumeBeginEvent) = "collab_resume_begin",
        /// An agent took up a closed one again, or failed to.
        CollabResumeEnd(CollabResumeEndEvent) = "collab_resume_end",
        /// The session description (SDP) of a voice connection.
        RealtimeConversationSdp(RealtimeConversationSdpEvent) = "realtime_conversation_sdp" [120..],
        /// The voices that voice sessions can use.
        RealtimeConversationListVoicesResponse(RealtimeConversationListVoicesResponseEvent) = "realtime_conversation_list_voices_response" [120..],
        /// The changes of a patch that the model is still writing.
        PatchApplyUpdated(PatchApplyUpdatedEvent) = "patch_apply_updated" [122..],
        /// A warning from the guardian, which judges requests for approval.
        GuardianWarning(GuardianWarningEvent) = "guardian_warning" [124..],
        /// The server advises the user to verify the account further.
        ModelVerification(ModelVerificationEvent) = "model_verification" [124..],
        /// The thread's long-term goal changed.
        ThreadGoalUpdated(ThreadGoalUpdatedEvent) = "thread_goal_updated" [128..],
        /// Settings of the thread took effect.
        ThreadSettingsApplied(ThreadSettingsAppliedEvent) = "thread_settings_applied" [133..],
        /// What the server's moderation says of the turn, for display.
        TurnModerationMetadata(TurnModerationMetadataEvent) = "turn_moderation_metadata" [138..],
        /// A subagent was started, written to, interrupted or the like.
        SubAgentActivity(SubAgentActivityEvent) = "sub_agent_activity" [140..],
        /// The server holds output back until a safety check is done.
        SafetyBuffering(SafetyBufferingEvent) = "safety_buffering" [142..],
        /// An execution environment was connected.
        EnvironmentConnected(EnvironmentConnectedEvent) = "environment_connected" [145..],
        /// The connection to an execution environment was lost.
        EnvironmentDisconnected(EnvironmentDisconnectedEvent) = "environment_disconnected" [145..],
        /// A response is complete: its usage just as the server reported it, neither summed nor estimated.
        RawResponseCompleted(RawResponseCompletedEvent) = "raw_response_completed" [145..],
        /// The thread's queue of waiting user messages changed.
        ThreadQueueChanged(ThreadQueueChangedEvent) = "thread_queue_changed" [148..],
        /// The model provider's login began to be renewed during the turn.
        AuthRecoveryStarted(AuthRecoveryStartedEvent) = "auth_recovery_started" [152..],
        /// The model provider's login was renewed during the turn.
        AuthRecoveryCompleted(AuthRecoveryCompletedEvent) = "auth_recovery_completed" [152..],
        /// An MCP server's question was given up unanswered.
        ElicitationAbandoned(ElicitationAbandonedEvent) = "elicitation_abandoned" [163..],
    }
}
