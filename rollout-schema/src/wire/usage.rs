//! Tokens and limits: `token_count`, `token_usage_record`, rate limits and plans.

use crate::ThreadId;
use crate::grammar::{Decimal, Int, Json, Unsigned, names, object};

object! {
    /// Token totals and rate limits as last known. Many are repeats: not every one stands for a new response.
    TokenCountEvent {
        /// Token counts; null when only rate limits are reported.
        optional info: Option<TokenUsageInfo>,
        /// Rate limits as last reported by the server; null when it reported none.
        optional rate_limits: Option<RateLimitSnapshot>,
    }

    /// Token counts of a thread.
    TokenUsageInfo {
        /// Sum for the thread. It may start again at zero, fall, or include what a fork inherited.
        required total_token_usage: TokenUsage,
        /// Counts of the latest response. With only `total_tokens` set it is an estimate of the context's size.
        required last_token_usage: TokenUsage,
        /// Whether the latest count of the context contains reasoning kept from earlier turns.
        optional last_usage_includes_reasoning: Option<bool> [166..],
        /// Usable tokens of the context window, in most versions 95 % of the full size; null when unknown.
        optional model_context_window: Option<Int>,
    }

    /// Counts of tokens.
    TokenUsage {
        /// Tokens sent to the model, cached ones included.
        required input_tokens: Int,
        /// Part of the input that was read from the prompt cache.
        required cached_input_tokens: Int,
        /// Part of the input that was written to the prompt cache; does not overlap with the cached part.
        optional cache_write_input_tokens: Int [145..],
        /// Tokens that the model produced, reasoning included.
        required output_tokens: Int,
        /// Part of the output spent on reasoning.
        required reasoning_output_tokens: Int,
        /// Input plus output, as reported by the server.
        required total_tokens: Int,
    }

    /// Usage of one completed response. A legacy fork copies its parent's records unchanged, so count each response
    /// once.
    TokenUsageRecord {
        /// Thread that made the request.
        required thread_id: ThreadId,
        /// Turn that made the request; leads to the model by way of its turn context.
        required turn_id: String,
        /// Root thread to which the thread belongs.
        required session_id: ThreadId,
        /// User's turn in the root thread that set off the request.
        required root_turn_id: String,
        /// Id of the response; for a remote compaction also found in the checkpoint.
        required response_id: String,
        /// Counts of this response.
        required usage: TokenUsage,
        /// Running sum for the turn, this response included.
        required turn_token_usage: TokenUsage,
        /// Running sum for the thread, this response included; a fork goes on from its parent's.
        required thread_token_usage: TokenUsage,
    }

    /// How much of an account's limits is used up.
    RateLimitSnapshot {
        /// Id of the limit that is reported; null when not given.
        optional limit_id: Option<String>,
        /// Name of the limit that is reported; null when not given.
        optional limit_name: Option<String>,
        /// The first window; null when not reported.
        optional primary: Option<RateLimitWindow>,
        /// The second window; null when not reported.
        optional secondary: Option<RateLimitWindow>,
        /// State of the account's credits; null when not reported.
        optional credits: Option<CreditsSnapshot>,
        /// Spending limit of the user; null when not reported.
        optional individual_limit: Option<SpendControlLimitSnapshot> [137..],
        /// Whether a spending limit has been reached; null when the backend does not say.
        optional spend_control_reached: Option<bool> [145..],
        /// Plan of the account; null when not reported.
        optional plan_type: Option<PlanType>,
        /// Which kind of limit has been reached; null when none is reported.
        optional rate_limit_reached_type: Option<RateLimitReachedType> [122..],
        /// Usual name of the model for which the quota goes by another name; not the model requested.
        optional normal_model_slug: Option<String> [154..],
    }

    /// A span of time for which usage is limited.
    RateLimitWindow {
        /// When the window starts afresh, in seconds since 1970; null when unknown.
        optional resets_at: Option<Int>,
        /// Used part of the window, from 0 to 100.
        required used_percent: Decimal,
        /// Length of the window in minutes; null when unknown.
        optional window_minutes: Option<Int>,
        /// Seconds until the window starts afresh; older versions write this in place of `resets_at`.
        optional resets_in_seconds: Option<Unsigned> [wire],
    }

    /// Credits of an account.
    CreditsSnapshot {
        /// What is left, as a decimal text; null when not reported.
        optional balance: Option<String>,
        /// Whether there are any credits.
        required has_credits: bool,
        /// Whether credits never run out.
        required unlimited: bool,
    }

    /// A spending limit and how much of it is used up.
    SpendControlLimitSnapshot {
        /// The limit, as a decimal text.
        required limit: String,
        /// Part that is left, in per cent.
        required remaining_percent: Int,
        /// When the limit starts afresh, in seconds since 1970.
        required resets_at: Int,
        /// What has been spent, as a decimal text.
        required used: String,
    }
}

names! {
    /// Why no more requests are let through.
    RateLimitReachedType {
        /// A window is used up.
        RateLimitReached = "rate_limit_reached",
        /// The workspace has no credits left; the user is an owner.
        WorkspaceOwnerCreditsDepleted = "workspace_owner_credits_depleted",
        /// The workspace has no credits left; the user is a member.
        WorkspaceMemberCreditsDepleted = "workspace_member_credits_depleted",
        /// A usage limit of the workspace is reached; the user is an owner.
        WorkspaceOwnerUsageLimitReached = "workspace_owner_usage_limit_reached",
        /// A usage limit of the workspace is reached; the user is a member.
        WorkspaceMemberUsageLimitReached = "workspace_member_usage_limit_reached",
    }

    /// Plans of ChatGPT accounts.
    PlanType {
        /// Free.
        Free = "free",
        /// Go.
        Go = "go",
        /// Plus.
        Plus = "plus",
        /// Pro.
        Pro = "pro",
        /// Team.
        Team = "team",
        /// Business.
        Business = "business",
        /// Enterprise.
        Enterprise = "enterprise",
        /// Education.
        Edu = "edu",
        /// A plan that the writing version did not know.
        Unknown = "unknown",
        /// Self-service Business, paid by usage.
        SelfServeBusinessUsageBased = "self_serve_business_usage_based" [118..],
        /// Enterprise of the kind called CBP, paid by usage.
        EnterpriseCbpUsageBased = "enterprise_cbp_usage_based" [118..],
        /// Pro Lite.
        Prolite = "prolite" [121..],
        /// Enterprise, in the edition called 26.
        Ent26 = "ent26" [146..],
        /// Self-service Business with Pro Lite.
        SelfServeBusinessProlite = "self_serve_business_prolite" [147..],
        /// Enterprise of the kind called CBP, for automation.
        EnterpriseCbpAutomation = "enterprise_cbp_automation" [147..],
        /// Education Plus.
        EduPlus = "edu_plus" [149..],
        /// Education Pro.
        EduPro = "edu_pro" [149..],
        /// Pro Max.
        Promax = "promax" [158..],
        /// The plan called Sci.
        Sci = "sci" [164..],
        /// The plan called Sci Plus.
        SciPlus = "sci_plus" [164..],
    }
}

object! {
    /// What the server adds to the usage of a response.
    ResponseUsageMetadata {
        /// Amount for the response, as a text; null when not reported.
        optional amount: Option<String>,
        /// Whatever else was reported.
        optional metadata: Json [153..],
    }
}
