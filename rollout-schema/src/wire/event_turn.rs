//! Events that frame turns and threads.

use super::{
    ActivePermissionProfile, ApprovalsReviewer, AskForApproval, ErrorEvent, EventMsg, ModeKind, PermissionProfile,
    ReasoningEffort, SandboxPolicy, ThreadSettingsSnapshot, ThreadSource, TurnAttribution, TurnItem,
};
use crate::ThreadId;
use crate::grammar::{Int, Json, Unsigned, names, object};

object! {
    /// A turn begins.
    TaskStartedEvent {
        /// Where the turn came from; absent unless it is a regular turn.
        optional turn_attribution: Option<TurnAttribution> [162..],
        /// Id of the turn.
        required turn_id: String,
        /// Turn of the root thread that this one goes back to; its own id in a root thread.
        optional root_turn_id: Option<String> [156..],
        /// Id for tracing the turn.
        optional trace_id: Option<String> [134..],
        /// Unix time of the start in seconds.
        optional started_at: Option<Int> [120..],
        /// Size of the model's context window in tokens; null or absent if unknown.
        optional model_context_window: Option<Int>,
        /// Mode of collaboration that the turn runs in.
        optional collaboration_mode_kind: ModeKind,
    }

    /// A turn ends of its own accord, with or without success.
    TaskCompleteEvent {
        /// Turn of the root thread that this one goes back to.
        optional root_turn_id: Option<String> [162..],
        /// Id of the turn.
        required turn_id: String,
        /// Last words of the model in the turn; null if it said nothing.
        optional last_agent_message: Option<String>,
        /// Error that ended the turn; null or absent after success.
        optional error: Option<ErrorEvent> [145..],
        /// Unix time of the start in seconds.
        optional started_at: Option<Int> [145..],
        /// Unix time of the end in seconds.
        optional completed_at: Option<Int> [120..],
        /// Length of the turn in milliseconds, if known.
        optional duration_ms: Option<Int> [120..],
        /// Milliseconds from the start to the first token of the model, if known.
        optional time_to_first_token_ms: Option<Int> [124..],
    }

    /// A turn is broken off. Items of it may still complete on later lines.
    TurnAbortedEvent {
        /// Turn of the root thread that this one goes back to.
        optional root_turn_id: Option<String> [162..],
        /// Id of the turn; null or absent if it had none.
        optional turn_id: Option<String>,
        /// Why it was broken off.
        required reason: TurnAbortReason,
        /// Error behind the abort, if there was one.
        optional error: Option<ErrorEvent> [159..],
        /// Unix time of the start in seconds.
        optional started_at: Option<Int> [145..],
        /// Unix time of the abort in seconds.
        optional completed_at: Option<Int> [120..],
        /// Milliseconds from the start to the abort, if known.
        optional duration_ms: Option<Int> [120..],
    }
}

names! {
    /// Why a turn was broken off.
    TurnAbortReason {
        /// It was interrupted.
        Interrupted = "interrupted",
        /// Another turn took its place.
        Replaced = "replaced",
        /// The review that it belonged to ended.
        ReviewEnded = "review_ended",
        /// A budget was used up.
        BudgetLimited = "budget_limited" [128..],
    }
}

object! {
    /// History was compacted, on request or by itself.
    ContextCompactedEvent {
    }

    /// A rollback. The lines stay in the file and count as dropped, though not their usage.
    ThreadRolledBackEvent {
        /// How many turns of the user are dropped, counted from the end.
        required num_turns: Unsigned,
    }

    /// An undo begins.
    UndoStartedEvent {
        /// Text for the user.
        optional message: Option<String>,
    }

    /// An undo ends.
    UndoCompletedEvent {
        /// Text for the user.
        optional message: Option<String>,
        /// Whether it worked.
        required success: bool,
    }

    /// The thread got a name or lost it.
    ThreadNameUpdatedEvent {
        /// Thread concerned.
        required thread_id: ThreadId,
        /// The new name; null or absent if it has none.
        optional thread_name: Option<String>,
    }

    /// Lasting settings of the thread took effect.
    ThreadSettingsAppliedEvent {
        /// Thread that the settings belong to; a line copied into a fork keeps the id of the origin.
        optional thread_id: Option<ThreadId> [152..],
        /// All settings as they now stand.
        required thread_settings: ThreadSettingsSnapshot,
    }

    /// The long-running goal of the thread changed.
    ThreadGoalUpdatedEvent {
        /// The goal as it now stands.
        required goal: ThreadGoal,
        /// Thread that has the goal.
        required thread_id as "threadId": ThreadId,
        /// Turn that changed it; null or absent if it was none.
        optional turn_id as "turnId": Option<String>,
    }

    /// A goal that a thread pursues over many turns, with what it has cost so far.
    ThreadGoal {
        /// Unix time of its creation in seconds.
        required created_at as "createdAt": Int,
        /// What is to be reached, in words.
        required objective: String,
        /// How it stands.
        required status: ThreadGoalStatus,
        /// Thread that pursues it.
        required thread_id as "threadId": ThreadId,
        /// Time spent on it so far, in seconds.
        required time_used_seconds as "timeUsedSeconds": Int,
        /// Most tokens it may use; null or absent for no limit.
        optional token_budget as "tokenBudget": Option<Int>,
        /// Tokens used for it so far.
        required tokens_used as "tokensUsed": Int,
        /// Unix time of its last change in seconds.
        required updated_at as "updatedAt": Int,
    }
}

names! {
    /// How a goal stands.
    ThreadGoalStatus {
        /// Being worked on.
        Active = "active",
        /// Set aside for now.
        Paused = "paused",
        /// Stopped, as its token budget is used up.
        BudgetLimited = "budgetLimited",
        /// Reached.
        Complete = "complete",
        /// Stuck on something.
        Blocked = "blocked" [132..],
        /// Stopped by a limit of usage.
        UsageLimited = "usageLimited" [132..],
    }
}

object! {
    /// An item of a turn begins.
    ItemStartedEvent {
        /// The item as far as it is known.
        required item: TurnItem,
        /// Thread of the turn.
        required thread_id: ThreadId,
        /// Turn of the item.
        required turn_id: String,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..] where required [129..],
    }

    /// An item of a turn is done; paginated files hold most of a turn in this form.
    ItemCompletedEvent {
        /// Thread of the turn.
        required thread_id: ThreadId,
        /// Turn of the item, which may already have ended.
        required turn_id: String,
        /// The whole item.
        required item: TurnItem,
        /// Unix time of the item's start in milliseconds; null or absent if unknown.
        optional started_at_ms: Option<Int> [146..],
        /// Unix time of the item's end in milliseconds.
        optional completed_at_ms: Int [129..],
        /// Tokens of a finished message of the model as sampled; for statistics, not for usage.
        optional content_token_count: Option<Unsigned> [169..],
    }

    /// The model set its checklist by the `update_plan` tool; plan mode is another thing.
    PlanUpdateEvent {
        /// Why the list changed.
        optional explanation: Option<String>,
        /// The whole list as it now stands.
        required plan: Vec<PlanItemArg>,
    }

    /// One step of the checklist.
    PlanItemArg (close) {
        /// How the step stands.
        required status: StepStatus,
        /// The step in words.
        required step: String,
    }
}

names! {
    /// How a step of the checklist stands.
    StepStatus {
        /// Not begun.
        Pending = "pending",
        /// Being worked on.
        InProgress = "in_progress",
        /// Done.
        Completed = "completed",
    }
}

object! {
    /// All changes to files in the turn so far.
    TurnDiffEvent {
        /// The changes as a unified diff.
        required unified_diff: String,
    }

    /// Word of the service's moderation, for display of the turn.
    TurnModerationMetadataEvent {
        /// Whatever JSON the service sent.
        required metadata: Json,
    }

    /// A session is set up, with the settings that hold for it.
    SessionConfiguredEvent {
        /// When to ask before running something.
        required approval_policy: AskForApproval,
        /// Who decides on what is asked.
        optional approvals_reviewer: ApprovalsReviewer,
        /// Working directory, the root of the session.
        required cwd: String,
        /// Thread that this one was forked from.
        optional forked_from_id: Option<ThreadId>,
        /// Entries in the history of prompts.
        optional history_entry_count: Unsigned [..=128] where required [..=128],
        /// Which file holds the history of prompts: its inode, or 0 where there are no inodes.
        optional history_log_id: Unsigned [..=128] where required [..=128],
        /// Earlier events of a resumed thread, for display.
        optional initial_messages: Option<Vec<EventMsg>> [..=161],
        /// Model in use.
        required model: String,
        /// Provider of the model, by its id in the configuration.
        required model_provider_id: String,
        /// Addresses of the network proxy; null or absent if none was started.
        optional network_proxy: Option<SessionNetworkProxyRuntime>,
        /// Reasoning effort of the model; null or absent for its default.
        optional reasoning_effort: Option<ReasoningEffort>,
        /// File of the rollout; null or absent for a thread that is not kept.
        optional rollout_path: Option<String>,
        /// Sandbox for commands, in the form before permission profiles.
        optional sandbox_policy: SandboxPolicy [..=125] where required [..=125],
        /// Service tier asked for.
        optional service_tier: Option<String>,
        /// Id of the session.
        required session_id: ThreadId,
        /// Name of the thread, if it has one.
        optional thread_name: Option<String>,
        /// Permissions that commands run with.
        optional permission_profile: Option<PermissionProfile> [124..] where required [128..],
        /// Named or built-in profile that the permissions come from, if known.
        optional active_permission_profile: Option<ActivePermissionProfile> [128..],
        /// Id of the thread.
        optional thread_id: ThreadId [129..] where required [129..],
        /// What kind of use the thread was made for.
        optional thread_source: Option<ThreadSource> [129..],
        /// Thread that started this one.
        optional parent_thread_id: Option<ThreadId> [137..],
    }

    /// Addresses that the proxy of a session listens on.
    SessionNetworkProxyRuntime {
        /// Address for HTTP.
        required http_addr: String,
        /// Address for SOCKS.
        required socks_addr: String,
    }

    /// The agent has shut down.
    ShutdownCompleteEvent {
    }

    /// The stored queue of the user's waiting messages changed.
    ThreadQueueChangedEvent {
        /// Thread that the queue belongs to.
        required thread_id as "threadId": ThreadId,
    }
}
