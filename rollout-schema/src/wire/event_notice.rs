//! Events that warn, fail or inform; most of them never reach a file.

use crate::grammar::{Unsigned, external, names, object};

object! {
    /// A submission failed. Files hold it only where a client asked for extended history.
    ErrorEvent {
        /// Class of the error; null if none was given.
        optional codex_error_info: Option<CodexErrorInfo>,
        /// What went wrong, for a human reader.
        required message: String,
    }
}

external! {
    /// Class of an error: a bare name, or an object of one key where there is more to say.
    CodexErrorInfo {
        /// The history no longer fits the model's context window.
        ContextWindowExceeded = "context_window_exceeded",
        /// The account's usage limit is reached.
        UsageLimitExceeded = "usage_limit_exceeded",
        /// The server has too much to do.
        ServerOverloaded = "server_overloaded",
        /// The server failed internally.
        InternalServerError = "internal_server_error",
        /// Credentials are missing or not accepted.
        Unauthorized = "unauthorized",
        /// The server found the request faulty.
        BadRequest = "bad_request",
        /// The sandbox failed.
        SandboxError = "sandbox_error",
        /// Turns could not be rolled back.
        ThreadRollbackFailed = "thread_rollback_failed",
        /// Any error without a class.
        Other = "other",
        /// Refused under the policy on cyber security.
        CyberPolicy = "cyber_policy" [124..],
        /// The session has used up its budget.
        SessionBudgetExceeded = "session_budget_exceeded" [143..],
        /// Refused under the policy on misalignment.
        MisalignmentPolicyViolation = "misalignment_policy_violation" [148..],
        /// Requests came faster than the rate limit allows.
        RateLimitExceeded = "rate_limit_exceeded" [151..],
        /// Refused under the policy on biology.
        BioPolicy = "bio_policy" [156..],
        /// The prompt was rejected as invalid.
        InvalidPrompt = "invalid_prompt" [157..],
        /// The flex service tier is not available.
        FlexUnavailable = "flex_unavailable" [158..],
        /// The work was stopped after too many denials.
        TooManyDenials = "too_many_denials" [159..],
        /// The model is not known or not accessible.
        ModelNotFound = "model_not_found" [165..],
        /// A route restricted by server policy has no capacity left.
        PolicyCapacityUnavailable = "policy_capacity_unavailable" [166..],
        /// An inference hook of the workspace has turned the request down.
        InferenceHookDenied = "inference_hook_denied" [169..],
    } carrying {
        /// An HTTP connection to the server failed.
        HttpConnectionFailed(CodexErrorInfoHttpConnectionFailed) = "http_connection_failed",
        /// The stream of a response could not be opened.
        ResponseStreamConnectionFailed(CodexErrorInfoResponseStreamConnectionFailed) = "response_stream_connection_failed",
        /// The stream of a response broke off before its end.
        ResponseStreamDisconnected(CodexErrorInfoResponseStreamDisconnected) = "response_stream_disconnected",
        /// All attempts at a response failed and no more are made.
        ResponseTooManyFailedAttempts(CodexErrorInfoResponseTooManyFailedAttempts) = "response_too_many_failed_attempts",
        /// Input meant for the running turn came while that turn cannot take any.
        ActiveTurnNotSteerable(CodexErrorInfoActiveTurnNotSteerable) = "active_turn_not_steerable" [117..],
    } open [161..]
}

object! {
    /// Details of a failed HTTP connection.
    CodexErrorInfoHttpConnectionFailed {
        /// Status of the HTTP response; null if there was none.
        optional http_status_code: Option<Unsigned>,
    }

    /// Details of a response stream that did not open.
    CodexErrorInfoResponseStreamConnectionFailed {
        /// Status of the HTTP response; null if there was none.
        optional http_status_code: Option<Unsigned>,
    }

    /// Details of a response stream that broke off.
    CodexErrorInfoResponseStreamDisconnected {
        /// Status of the HTTP response; null if there was none.
        optional http_status_code: Option<Unsigned>,
    }

    /// Details of a response given up after its retries.
    CodexErrorInfoResponseTooManyFailedAttempts {
        /// Status of the last HTTP response; null if there was none.
        optional http_status_code: Option<Unsigned>,
    }

    /// Details of input that the running turn cannot take.
    CodexErrorInfoActiveTurnNotSteerable {
        /// Sort of the running turn.
        required turn_kind: NonSteerableTurnKind,
    }
}

names! {
    /// Sort of turn that takes no further input while it runs.
    NonSteerableTurnKind {
        /// A code review.
        Review = "review",
        /// A compaction asked for by the user.
        Compact = "compact",
    }
}

object! {
    /// Something the user should know though the turn goes on; never stored.
    WarningEvent {
        /// What it is about, for a human reader.
        required message: String,
    }

    /// Something the user relies on is deprecated.
    DeprecationNoticeEvent {
        /// Advice, such as how to migrate; null if there is none.
        optional details: Option<String>,
        /// What is deprecated, in brief.
        required summary: String,
    }

    /// News of work in the background.
    BackgroundEventEvent {
        /// What it is about, for a human reader.
        required message: String,
    }

    /// The stream of a response failed and Codex deals with it, mostly by retrying; never stored.
    StreamErrorEvent {
        /// What lay behind the failure; null if nothing is known.
        optional additional_details: Option<String>,
        /// Class of the error; null if none was given.
        optional codex_error_info: Option<CodexErrorInfo>,
        /// What is happening, for a human reader.
        required message: String,
    }

    /// A request went to another model than the one chosen; never stored, so files do not show it.
    ModelRerouteEvent {
        /// Model that was asked for.
        required from_model: String,
        /// Why the route changed.
        required reason: ModelRerouteReason,
        /// Model that answers instead.
        required to_model: String,
    }
}

names! {
    /// Why another model answers.
    ModelRerouteReason {
        /// The request looks like high-risk activity in cyber security.
        HighRiskCyberActivity = "high_risk_cyber_activity",
    }
}

object! {
    /// The backend advises that the account be verified further.
    ModelVerificationEvent {
        /// Programmes of verification it advises.
        required verifications: Vec<ModelVerification>,
    }
}

names! {
    /// Programme of account verification.
    ModelVerification {
        /// Trusted access for work on cyber security.
        TrustedAccessForCyber = "trusted_access_for_cyber",
    }
}

object! {
    /// Output is held back until a safety review of it is done.
    SafetyBufferingEvent {
        /// Model whose output is held back.
        required model: String,
        /// Reasons for the review, as the backend names them.
        required reasons: Vec<String>,
        /// Use cases concerned, as the backend names them.
        required use_cases: Vec<String>,
        /// A model that would answer sooner; null if none is offered.
        optional faster_model: Option<String> [143..],
        /// Whether the client should show that output is held back.
        optional show_buffering_ui: bool [143..] where required [143..],
    }

    /// A selected environment is connected.
    EnvironmentConnectedEvent {
        /// Identifier of the environment.
        required environment_id: String,
    }

    /// A selected environment has lost its connection.
    EnvironmentDisconnectedEvent {
        /// Identifier of the environment.
        required environment_id: String,
    }

    /// A model provider began to renew its authentication during the turn.
    AuthRecoveryStartedEvent {
        /// Text to show to the user.
        required message: String,
        /// Provider's name, for display.
        required provider: String,
    }

    /// A model provider has finished renewing its authentication.
    AuthRecoveryCompletedEvent {
        /// Text to show to the user.
        required message: String,
        /// Provider's name, for display.
        required provider: String,
    }

    /// Answer to a client's request for one entry of the prompt history.
    GetHistoryEntryResponseEvent {
        /// The entry; null if there is none at that place or it cannot be read.
        optional entry: Option<HistoryEntry>,
        /// Identifier of the history file: its inode on Unix, 0 elsewhere.
        required log_id: Unsigned,
        /// Place of the entry in the history.
        required offset: Unsigned,
    }

    /// One prompt in the history that the terminal recalls.
    HistoryEntry {
        /// Thread in which it was typed.
        required conversation_id: String,
        /// The prompt.
        required text: String,
        /// Time of the prompt in Unix seconds.
        required ts: Unsigned,
    }

    /// Answer to a client's request for the user's own prompts.
    ListCustomPromptsResponseEvent {
        /// The prompts found.
        required custom_prompts: Vec<CustomPrompt>,
    }

    /// A prompt the user keeps in a file.
    CustomPrompt {
        /// Hint at the arguments it takes; null if it has none.
        optional argument_hint: Option<String>,
        /// Text of the prompt.
        required content: String,
        /// What it is for; null if not said.
        optional description: Option<String>,
        /// Name by which it is called.
        required name: String,
        /// File it is read from.
        required path: String,
    }

    /// Answer to a client's request for the skills.
    ListSkillsResponseEvent {
        /// Skills by working directory.
        required skills: Vec<SkillsListEntry>,
    }

    /// Skills that apply in one working directory.
    SkillsListEntry {
        /// The working directory.
        required cwd: String,
        /// Skills that could not be loaded.
        required errors: Vec<SkillErrorInfo>,
        /// Skills that were loaded.
        required skills: Vec<SkillMetadata>,
    }

    /// One skill as its files describe it.
    SkillMetadata {
        /// What it needs; null if nothing is declared.
        optional dependencies: Option<SkillDependencies>,
        /// What it is for.
        required description: String,
        /// Whether the skill is switched on.
        required enabled: bool,
        /// How it is to be shown; null if nothing is declared.
        optional interface: Option<SkillInterface>,
        /// Name of the skill.
        required name: String,
        /// Path of the skill.
        required path: String,
        /// Where the skill comes from.
        required scope: SkillScope,
        /// Brief description of the older kind; `interface.short_description` has precedence over it.
        optional short_description: Option<String>,
    }

    /// How a skill is to be shown.
    SkillInterface {
        /// Colour of its brand; null if not set.
        optional brand_color: Option<String>,
        /// Prompt to suggest for it; null if not set.
        optional default_prompt: Option<String>,
        /// Name to show; null if not set.
        optional display_name: Option<String>,
        /// Large icon; null if not set.
        optional icon_large: Option<String>,
        /// Small icon; null if not set.
        optional icon_small: Option<String>,
        /// Brief description to show; null if not set.
        optional short_description: Option<String>,
    }
}

names! {
    /// Where a skill comes from.
    SkillScope {
        /// The user's own.
        User = "user",
        /// The repository.
        Repo = "repo",
        /// Codex itself.
        System = "system",
        /// The administrator of the machine.
        Admin = "admin",
    }
}

object! {
    /// A skill that could not be loaded.
    SkillErrorInfo {
        /// What went wrong.
        required message: String,
        /// Path of the skill.
        required path: String,
    }

    /// What a skill needs.
    SkillDependencies {
        /// Tools it needs.
        required tools: Vec<SkillToolDependency>,
    }

    /// A tool that a skill needs.
    SkillToolDependency {
        /// Command that starts it; null if not given.
        optional command: Option<String>,
        /// What it is for; null if not said.
        optional description: Option<String>,
        /// How to speak with it; null if not given.
        optional transport: Option<String>,
        /// Sort of dependency.
        required kind as "type": String,
        /// Address of it; null if not given.
        optional url: Option<String>,
        /// What is depended on, in the terms of its sort.
        required value: String,
    }

    /// The skills may have changed, so clients may want to ask for them again.
    SkillsUpdateAvailableEvent {
    }
}
