//! `turn_context`: the settings in force for one turn, and the settings of the thread.

use super::{
    ActivePermissionProfile, ApprovalsReviewer, AskForApproval, FileSystemSandboxPolicy, MultiAgentVersion,
    PermissionProfile, SandboxPolicy,
};
use crate::grammar::{Json, NonEmpty, Unsigned, external, names, object, tagged};

object! {
    /// Settings that apply to a turn; repeated when a compaction in mid-turn sets up the context anew.
    TurnContext {
        /// Id of the turn; usage and events refer to it.
        optional turn_id: Option<String>,
        /// Turn to whose account this one goes: the user's turn that set off the work, even in subagents.
        optional root_turn_id: Option<String> [153..],
        /// Plugins that were switched off for the turn.
        optional disabled_plugin_ids: Option<Vec<String>> [155..],
        /// Id of the telemetry trace.
        optional trace_id: Option<String> [..=132],
        /// Working directory.
        required cwd: String,
        /// Directories that a permission profile means by the workspace roots.
        optional workspace_roots: Option<Vec<String>> [136..=161],
        /// Date that the model was told.
        optional current_date: Option<String> [..=161],
        /// Time zone that the model was told.
        optional timezone: Option<String> [..=161],
        /// When the user is asked before a command runs.
        required approval_policy: AskForApproval,
        /// Who decides on requests for approval.
        optional approvals_reviewer: Option<ApprovalsReviewer> [144..],
        /// What commands may read, write and reach.
        optional permission_profile: Option<PermissionProfile> [124..] where required [169..],
        /// Named profile from which `permission_profile` was made, if known.
        optional active_permission_profile: Option<ActivePermissionProfile> [149..],
        /// File rules of the sandbox, as written next to `sandbox_policy`.
        optional file_system_sandbox_policy: Option<FileSystemSandboxPolicy> [122..=166],
        /// Domains that a managed network lets through or blocks.
        optional network: Option<TurnContextNetworkItem> [..=161],
        /// Model requested for the turn; the one that answered is not recorded.
        required model: String,
        /// Hash kept along with the model; part of what the next turn is compared with.
        optional comp_hash: Option<String> [140..],
        /// Tone asked of the model.
        optional personality: Option<Personality> [..=161],
        /// Way of working in this turn, such as planning, with its settings.
        optional collaboration_mode: Option<CollaborationMode>,
        /// Generation of the subagent tools in use.
        optional multi_agent_version: Option<MultiAgentVersion> [137..],
        /// How readily the model delegates to subagents.
        optional multi_agent_mode: Option<MultiAgentMode> [142..=161],
        /// Whether a voice session was on.
        optional realtime_active: Option<bool>,
        /// Security programme requested for the model; the server decides whether it applies.
        optional cyber_access_program: Option<CyberAccessProgram> [151..],
        /// Reasoning effort asked for; absent when the model's default applies.
        optional effort: Option<ReasoningEffort>,
        /// Reasoning summary asked for. Late versions write `none` whatever was requested.
        optional summary: Option<ReasoningSummary> where required [..=161],
        /// Instructions of the user for this turn.
        optional user_instructions: Option<String> [..=132],
        /// Instructions that took the place of the model's own, in reviews up to 0.87.
        optional base_instructions: Option<String> [wire],
        /// Instructions of the client for this turn.
        optional developer_instructions: Option<String> [..=132],
        /// JSON Schema that the final answer has to meet.
        optional final_output_json_schema: Json [..=132],
        /// Where long tool output is cut.
        optional truncation_policy: Option<TruncationPolicy> [..=132],
        /// Tool namespaces that the model may only call directly; an empty list clears the thread's own.
        optional direct_only_tool_namespaces: Option<Vec<String>> [169..],
        /// Sandbox for commands in the older form; newer versions still write it, as the last member.
        optional sandbox_policy: SandboxPolicy [..=166] where required [..=166],
    }

    /// Domain rules of a managed network.
    TurnContextNetworkItem {
        /// Domains that may be reached.
        required allowed_domains: Vec<String>,
        /// Domains that are blocked.
        required denied_domains: Vec<String>,
    }
}

tagged! {
    /// How much of a tool's output reaches the model.
    TruncationPolicy by "mode" {
        /// Counts bytes.
        Bytes(TruncationPolicyBytes) = "bytes",
        /// Counts tokens.
        Tokens(TruncationPolicyTokens) = "tokens",
    }
}

object! {
    /// A limit in bytes.
    TruncationPolicyBytes {
        /// Most bytes to keep.
        required limit: Unsigned,
    }

    /// A limit in tokens.
    TruncationPolicyTokens {
        /// Most tokens to keep.
        required limit: Unsigned,
    }

    /// A way of working together with the user, and what it sets.
    CollaborationMode {
        /// Which way.
        required mode: ModeKind,
        /// Model and instructions that belong to it.
        required settings: CollaborationSettings,
    }
}

names! {
    /// Ways of working together.
    ModeKind {
        /// Works out a plan with the user and leaves carrying it out for later.
        Plan = "plan",
        /// Works on the task.
        Default = "default",
    }
}

object! {
    /// What a collaboration mode sets.
    CollaborationSettings {
        /// Model to use.
        required model: String,
        /// Reasoning effort to ask for; null leaves it to the model.
        optional reasoning_effort: Option<ReasoningEffort>,
        /// Instructions of the mode for the model; null when none are given.
        optional developer_instructions: Option<String>,
    }
}

names! {
    /// Tone of the model's answers. Newer versions keep the names but no longer act on the styles.
    Personality {
        /// No particular tone.
        None = "none",
        /// Warm.
        Friendly = "friendly",
        /// Matter-of-fact.
        Pragmatic = "pragmatic",
    }

    /// How much of its reasoning the model is to summarise.
    ReasoningSummary {
        /// As the model sees fit.
        Auto = "auto",
        /// A short summary.
        Concise = "concise",
        /// A full summary.
        Detailed = "detailed",
        /// No summary.
        None = "none",
    }
}

external! {
    /// When the model may hand work to subagents.
    MultiAgentMode {
        /// No mode is set.
        None = "none" [..=142],
        /// Only when the user asks for it.
        ExplicitRequestOnly = "explicitRequestOnly",
        /// On its own initiative.
        Proactive = "proactive",
    } carrying {
        /// As the given text says.
        Custom(String) = "custom" [143..],
    }
}

names! {
    /// Security programme requested for a turn; whether it is granted is up to the server.
    CyberAccessProgram {
        /// The ordinary treatment.
        Standard = "standard",
        /// The programme called Daybreak Blue.
        DaybreakBlue = "daybreak_blue",
        /// The programme called Daybreak Red.
        DaybreakRed = "daybreak_red",
    }
}

object! {
    /// All settings of a thread at one time, as `thread_settings_applied` reports them.
    ThreadSettingsSnapshot {
        /// Model that turns request.
        required model: String,
        /// Id of the configured provider that serves the model.
        required model_provider_id: String,
        /// Service tier requested, such as `priority`; it may not take effect for every model.
        optional service_tier: Option<String>,
        /// When the user is asked before a command runs.
        required approval_policy: AskForApproval,
        /// Who in fact decides on requests for approval, after managed policy was taken into account.
        required approvals_reviewer: ApprovalsReviewer,
        /// Reviewer that was chosen before managed policy was taken into account.
        optional requested_approvals_reviewer: Option<ApprovalsReviewer> [169..],
        /// What commands may read, write and reach.
        required permission_profile: PermissionProfile,
        /// Named profile from which `permission_profile` was made; null when unknown.
        optional active_permission_profile: Option<ActivePermissionProfile>,
        /// Working directory.
        required cwd: String,
        /// Workspace roots; an empty list says there are none, absence that they are unknown.
        optional runtime_workspace_roots: Option<Vec<String>> [155..],
        /// Reasoning effort to ask for; null when the model's default applies.
        optional reasoning_effort: Option<ReasoningEffort>,
        /// Reasoning summary to ask for; null when nothing is set.
        optional reasoning_summary: Option<ReasoningSummary>,
        /// Tone asked of the model; null when nothing is set.
        optional personality: Option<Personality>,
        /// Way of working, with its settings.
        required collaboration_mode: CollaborationMode,
        /// Plugins switched off for the thread, including such as are not installed at present.
        optional disabled_plugin_ids: Vec<String> [155..],
        /// How readily the model delegates to subagents.
        optional multi_agent_mode: MultiAgentMode [142..=142],
    }
}

names! {
    /// Service tiers that have a name in Codex's configuration.
    ServiceTier {
        /// Quicker answers at a higher price.
        Fast = "fast",
        /// Slower answers at a lower price.
        Flex = "flex",
    }
}

/// How hard the model thinks. Up to 0.137 one of none, minimal, low, medium, high and xhigh; since
/// then any name that a model advertises.
pub type ReasoningEffort = NonEmpty;
