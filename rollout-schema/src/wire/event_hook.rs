//! Events of hook runs.

use crate::grammar::{Int, names, object};

object! {
    /// A hook has begun to run; never stored.
    HookStartedEvent {
        /// The run as it stands at its start.
        required run: HookRunSummary,
        /// Turn of the run; null for a hook of the whole thread.
        optional turn_id: Option<String>,
    }

    /// A hook has ended; never stored.
    HookCompletedEvent {
        /// The run with its outcome.
        required run: HookRunSummary,
        /// Turn of the run; null for a hook of the whole thread.
        optional turn_id: Option<String>,
    }

    /// One run of one hook.
    HookRunSummary {
        /// Unix time of the end; null while it runs.
        optional completed_at: Option<Int>,
        /// Position among the hooks of the same event, for display.
        required display_order: Int,
        /// Length of the run in milliseconds; null while it runs.
        optional duration_ms: Option<Int>,
        /// What the hook had to say, in order.
        required entries: Vec<HookOutputEntry>,
        /// Event the hook is registered for.
        required event_name: HookEventName,
        /// Whether Codex waits for it.
        required execution_mode: HookExecutionMode,
        /// What carries out the hook.
        required handler_type: HookHandlerType,
        /// Identifier of the run, made of event, position and source.
        required id: String,
        /// Whether the run belongs to a turn or to the thread.
        required scope: HookScope,
        /// File the hook is configured in.
        required source_path: String,
        /// Unix time of the start.
        required started_at: Int,
        /// Stage or outcome.
        required status: HookRunStatus,
        /// Text to show while the hook runs; null if none is configured.
        optional status_message: Option<String>,
        /// Layer of configuration that brought the hook; `unknown` if absent.
        optional source: HookSource [122..],
    }
}

names! {
    /// Event that hooks can be registered for.
    HookEventName {
        /// A session starts, anew, by resuming or otherwise.
        SessionStart = "session_start",
        /// The user submits a prompt, before it reaches the model.
        UserPromptSubmit = "user_prompt_submit",
        /// The agent is about to end its turn.
        Stop = "stop",
        /// A tool is about to be used; the hook may prevent it.
        PreToolUse = "pre_tool_use" [117..],
        /// A tool has been used.
        PostToolUse = "post_tool_use" [117..],
        /// Codex is about to ask for approval.
        PermissionRequest = "permission_request" [122..],
        /// A compaction is about to begin.
        PreCompact = "pre_compact" [129..],
        /// A compaction has ended.
        PostCompact = "post_compact" [129..],
        /// A subagent starts.
        SubagentStart = "subagent_start" [133..],
        /// A subagent is about to end.
        SubagentStop = "subagent_stop" [133..],
        /// The session ends.
        SessionEnd = "session_end" [145..],
        /// A turn is interrupted.
        Interrupt = "interrupt" [150..],
        /// A request to the model is about to be sent.
        PreModelRequest = "pre_model_request" [164..],
        /// The model has responded to a request.
        PostModelRequest = "post_model_request" [164..],
    }

    /// Whether a hook holds up what triggered it.
    HookExecutionMode {
        /// Codex waits for it to end.
        Sync = "sync",
        /// It runs in the background.
        Async = "async",
    }

    /// What carries out a hook.
    HookHandlerType {
        /// An external command.
        Command = "command",
        /// A prompt to a model.
        Prompt = "prompt",
        /// An agent.
        Agent = "agent",
        /// A tool of an MCP server.
        McpTool = "mcp_tool" [148..],
    }
}

object! {
    /// A piece of a hook's output, as Codex understood it.
    HookOutputEntry {
        /// What the piece is for.
        required kind: HookOutputEntryKind,
        /// The piece itself.
        required text: String,
    }
}

names! {
    /// Purpose of a piece of hook output.
    HookOutputEntryKind {
        /// To warn the user.
        Warning = "warning",
        /// To say why work stops.
        Stop = "stop",
        /// To tell the model what was wrong, as after a block.
        Feedback = "feedback",
        /// To add to what the model knows.
        Context = "context",
        /// To report that the hook itself failed.
        Error = "error",
    }

    /// Stage or outcome of a hook run.
    HookRunStatus {
        /// Not ended yet.
        Running = "running",
        /// Ended without objection.
        Completed = "completed",
        /// Ended abnormally; what triggered it goes on.
        Failed = "failed",
        /// Prevented what triggered it.
        Blocked = "blocked",
        /// Asked Codex to stop working.
        Stopped = "stopped",
    }

    /// Extent to which a hook run belongs.
    HookScope {
        /// The whole thread.
        Thread = "thread",
        /// A single turn.
        Turn = "turn",
    }

    /// Layer of configuration that brought a hook.
    HookSource {
        /// Configuration of the machine.
        System = "system",
        /// Configuration of the user.
        User = "user",
        /// Configuration of the project.
        Project = "project",
        /// Policy of mobile device management.
        Mdm = "mdm",
        /// Settings given for this session alone.
        SessionFlags = "session_flags",
        /// A managed configuration file of the older kind.
        LegacyManagedConfigFile = "legacy_managed_config_file",
        /// Device management of the older kind.
        LegacyManagedConfigMdm = "legacy_managed_config_mdm",
        /// Not recorded.
        Unknown = "unknown",
        /// A plugin.
        Plugin = "plugin" [128..],
        /// Requirements set for the organisation from the cloud.
        CloudRequirements = "cloud_requirements" [128..],
        /// Managed configuration from the cloud.
        CloudManagedConfig = "cloud_managed_config" [137..],
    }
}
