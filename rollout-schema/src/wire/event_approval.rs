//! Events of asking: approvals, permissions, questions, and the guardian that answers for the user.

use std::collections::BTreeMap;

use super::{
    AdditionalPermissionProfile, FileChange, NetworkApprovalContext, NetworkApprovalProtocol, NetworkPolicyAmendment,
    ParsedCommand, RequestId, RequestPermissionProfile,
};
use crate::grammar::{Int, Json, Unsigned, external, names, object, tagged};

object! {
    /// Codex asks whether a command may run, or whether input may be sent to one; never stored.
    ExecApprovalRequestEvent {
        /// Further permissions the command would need; null if none.
        optional additional_permissions: Option<AdditionalPermissionProfile>,
        /// Identifier of this question, for a subcommand or terminal input; null if it is about `call_id` itself.
        optional approval_id: Option<String>,
        /// Answers to offer, in order; null leaves the client to work them out from the other members.
        optional available_decisions: Option<Vec<ReviewDecision>>,
        /// Command item the question is about.
        required call_id: String,
        /// Program and arguments.
        required command: Vec<String>,
        /// Working directory; for terminal input, the one the terminal was started in.
        required cwd: String,
        /// Blocked network access that the answer would allow; null if the question is not about the network.
        optional network_approval_context: Option<NetworkApprovalContext>,
        /// What Codex recognised in the command, one entry per part.
        required parsed_cmd: Vec<ParsedCommand>,
        /// Command prefix that a new execution policy rule could allow from now on; null if none is proposed.
        optional proposed_execpolicy_amendment: Option<Vec<String>>,
        /// Rules for hosts that could be kept for later requests; null if none are proposed.
        optional proposed_network_policy_amendments: Option<Vec<NetworkPolicyAmendment>>,
        /// Why approval is needed, for a human reader; null if not said.
        optional reason: Option<String>,
        /// The skill whose script caused the question; null if none did.
        optional skill_metadata: Option<ExecApprovalRequestSkillMetadata> [..=117],
        /// Turn of the command; absent or empty from older writers.
        optional turn_id: String,
        /// Time of the question as Unix time in milliseconds.
        optional started_at_ms: Int [130..] where required [130..],
        /// Environment the command would run in; null if not said.
        optional environment_id as "environmentId": Option<String> [142..],
        /// Plugin the command is attributed to, null if unknown.
        optional plugin_id: Option<String> [146..],
        /// Script the command is attributed to, as a path inside the plugin; null if unknown.
        optional script_path: Option<String> [146..],
        /// What is to be approved; `command` if absent.
        optional kind: ExecApprovalKind [150..],
    }
}

names! {
    /// What an execution approval is about.
    ExecApprovalKind {
        /// Running a command.
        Command = "command",
        /// Sending input to a terminal that already runs.
        WriteStdin = "write_stdin",
        /// Running a command that a human must decide on anew; automatic and remembered approvals do not count.
        HumanCommand = "human_command" [169..],
    }
}

object! {
    /// The skill behind an approval request.
    ExecApprovalRequestSkillMetadata {
        /// Path of the skill's Markdown description.
        required path_to_skills_md: String,
    }

    /// Codex asks whether a patch may be applied; never stored.
    ApplyPatchApprovalRequestEvent {
        /// Tool call with the patch.
        required call_id: String,
        /// What the patch would do, by path of the file.
        required changes: BTreeMap<String, FileChange>,
        /// Directory to be opened for writing until the session ends; null if no such grant is asked for.
        optional grant_root: Option<String>,
        /// Why approval is needed, for a human reader; null if not said.
        optional reason: Option<String>,
        /// Turn of the patch; absent or empty from older writers.
        optional turn_id: String,
        /// Time of the question as Unix time in milliseconds.
        optional started_at_ms: Int [130..] where required [130..],
    }
}

external! {
    /// Answer to an approval request: a bare name, or an object of one key where the answer has more to say.
    ReviewDecision {
        /// Yes, this once.
        Approved = "approved",
        /// Yes, and likewise to the same request until the session ends.
        ApprovedForSession = "approved_for_session",
        /// No; the agent shall try something else. Newer versions give a reason with it.
        Denied = "denied" [..=144],
        /// No; the agent shall stop and wait for the user.
        Abort = "abort",
        /// The automatic reviewer did not decide in time.
        TimedOut = "timed_out" [121..],
        /// Yes to this MCP tool call, and to matching calls in later sessions too.
        ApprovedMcpPolicyAmendment = "approved_mcp_policy_amendment" [148..],
    } carrying {
        /// Yes, with a rule that allows matching commands in future.
        ApprovedExecpolicyAmendment(ReviewDecisionApprovedExecpolicyAmendment) = "approved_execpolicy_amendment",
        /// A rule on the host, allowing or denying it, to be kept for later requests.
        NetworkPolicyAmendment(ReviewDecisionNetworkPolicyAmendment) = "network_policy_amendment",
        /// No, with a reason; the agent shall try something else.
        DeniedWith(ReviewDecisionDenied) = "denied" [145..],
    }
}

object! {
    /// Approval that adds a rule to the execution policy.
    ReviewDecisionApprovedExecpolicyAmendment {
        /// Command prefix that the rule allows.
        required proposed_execpolicy_amendment: Vec<String>,
    }

    /// Answer that adds a rule to the network policy.
    ReviewDecisionNetworkPolicyAmendment {
        /// Host and whether it is allowed or denied.
        required network_policy_amendment: NetworkPolicyAmendment,
    }

    /// Refusal with its reason.
    ReviewDecisionDenied {
        /// The reason given for refusing.
        required rejection: String,
    }

    /// The agent asks for permissions beyond those it has; never stored.
    RequestPermissionsEvent {
        /// Tool call that asks.
        required call_id: String,
        /// File system and network permissions wanted.
        required permissions: RequestPermissionProfile,
        /// Why they are wanted; null if not said.
        optional reason: Option<String>,
        /// Turn of the request; absent or empty from older writers.
        optional turn_id: String,
        /// Directory that relative paths of the request refer to; null if not said.
        optional cwd: Option<String> [123..],
        /// Time of the question as Unix time in milliseconds.
        optional started_at_ms: Int [130..] where required [130..],
        /// Environment the permissions are for; null if not said.
        optional environment_id as "environmentId": Option<String> [137..],
    }

    /// The agent puts questions to the user; never stored.
    RequestUserInputEvent {
        /// Tool call that asks.
        required call_id: String,
        /// The questions, in order.
        required questions: Vec<RequestUserInputQuestion>,
        /// Turn of the questions; absent or empty from older writers.
        optional turn_id: String,
        /// Milliseconds until the questions settle themselves, null for never; superseded by `isBlocking`.
        optional auto_resolution_ms as "autoResolutionMs": Option<Unsigned> [140..],
        /// Whether the turn waits for the answers.
        optional is_blocking as "isBlocking": bool [147..] where required [147..],
    }

    /// One question to the user.
    RequestUserInputQuestion {
        /// Short heading.
        required header: String,
        /// Identifier to which the answer refers.
        required id: String,
        /// Whether the user may give an answer outside the options.
        optional is_other as "isOther": bool,
        /// Whether the answer is secret and should not be shown as it is typed.
        optional is_secret as "isSecret": bool,
        /// Answers to choose from; null for free text.
        optional options: Option<Vec<RequestUserInputQuestionOption>>,
        /// The question in full.
        required question: String,
    }

    /// One answer to choose from.
    RequestUserInputQuestionOption {
        /// What choosing it means.
        required description: String,
        /// Text to show for it.
        required label: String,
    }

    /// An MCP server asks the user for something; never stored.
    ElicitationRequestEvent {
        /// Identifier of the request, to be named in the answer.
        required id: RequestId,
        /// What is asked for.
        required request: ElicitationRequest,
        /// Name of the server that asks.
        required server_name: String,
        /// Turn during which it asks; null if unknown.
        optional turn_id: Option<String>,
    }
}

tagged! {
    /// What an MCP server asks of the user, by the manner of asking.
    ElicitationRequest by "mode" {
        /// Values of a form described by a schema.
        Form(ElicitationForm) = "form",
        /// A visit to a web address.
        Url(ElicitationUrl) = "url",
        /// Values of a form in OpenAI's variant.
        OpenaiForm(ElicitationOpenaiForm) = "openai/form" [142..],
        /// The same variant under its later spelling.
        OpenaiFormCamel(ElicitationOpenaiForm) = "openaiForm" [152..],
        /// A proof that it is really the user.
        OpenaiUserVerification(ElicitationOpenaiUserVerification) = "openai/userVerification" [154..],
    }
}

object! {
    /// Request to fill in a form.
    ElicitationForm {
        /// Metadata of the MCP request, any JSON.
        optional meta as "_meta": Json,
        /// Text to show to the user.
        required message: String,
        /// JSON Schema of the values wanted.
        required requested_schema: Json,
    }

    /// Request to visit a web address.
    ElicitationUrl {
        /// Metadata of the MCP request, any JSON.
        optional meta as "_meta": Json,
        /// Identifier the server gave to this elicitation.
        required elicitation_id: String,
        /// Text to show to the user.
        required message: String,
        /// The address.
        required url: String,
    }

    /// Request to fill in a form of OpenAI's variant.
    ElicitationOpenaiForm {
        /// Metadata of the MCP request, any JSON.
        optional meta as "_meta": Json,
        /// Text to show to the user.
        required message: String,
        /// Schema of the values wanted.
        required requested_schema: Json,
    }

    /// Request to verify the user.
    ElicitationOpenaiUserVerification {
        /// Challenge to be answered by the verification.
        required challenge: String,
        /// Explanation to show.
        required description: String,
        /// Heading to show.
        required title: String,
        /// Metadata of the MCP request, any JSON.
        optional meta as "_meta": Json [156..],
    }

    /// Nobody will answer an elicitation any more.
    ElicitationAbandonedEvent {
        /// Identifier of the request given up.
        required id: RequestId,
        /// Name of the server that asked.
        required server_name: String,
    }

    /// State of a review by the guardian, which answers approval requests in the user's place. Sent as it begins and
    /// again when it ends.
    GuardianAssessmentEvent {
        /// What is under review.
        optional action: GuardianAssessmentAction where required [120..],
        /// Identifier of the review, the same in all its events.
        required id: String,
        /// Reasons for the verdict, for a human reader; null or absent while under way.
        optional rationale: Option<String>,
        /// Risk seen in the action; null or absent while under way.
        optional risk_level: Option<GuardianRiskLevel>,
        /// Risk as a number from 0 to 100; null or absent while under way.
        optional risk_score: Option<Unsigned> [..=118],
        /// How far the review is, or how it ended.
        required status: GuardianAssessmentStatus,
        /// Turn of the action; absent or empty from older writers.
        optional turn_id: String,
        /// Who reached the verdict; null or absent while there is none.
        optional decision_source: Option<GuardianAssessmentDecisionSource> [120..],
        /// Item of the thread under review; null if the action is no item of its own.
        optional target_item_id: Option<String> [120..],
        /// How clearly the conversation shows that the user wants the action; null if not assessed.
        optional user_authorization: Option<GuardianUserAuthorization> [120..],
        /// End of the review as Unix time in milliseconds; null while under way.
        optional completed_at_ms: Option<Int> [130..],
        /// Start of the review as Unix time in milliseconds; 0 if unknown.
        optional started_at_ms: Int [130..],
        /// Plugin to which a command under review is attributed, null if unknown.
        optional plugin_id: Option<String> [146..],
        /// Script to which a command under review is attributed, as a path inside the plugin; null if unknown.
        optional script_path: Option<String> [146..],
        /// Why this request had to be reviewed; null or absent if not recorded.
        optional review_reason: Option<GuardianReviewReason> [154..],
    }
}

tagged! {
    /// Action under review by the guardian.
    GuardianAssessmentAction by "type" {
        /// A shell command.
        Command(GuardianCommand) = "command",
        /// A program started from within a command, intercepted at its start.
        Execve(GuardianExecve) = "execve",
        /// A patch.
        ApplyPatch(GuardianApplyPatch) = "apply_patch",
        /// A connection to a host.
        NetworkAccess(GuardianNetworkAccess) = "network_access",
        /// A call of an MCP tool.
        McpToolCall(GuardianMcpToolCall) = "mcp_tool_call",
        /// A request for more permissions.
        RequestPermissions(GuardianRequestPermissions) = "request_permissions" [123..],
        /// Input to a terminal that already runs.
        WriteStdin(GuardianWriteStdin) = "write_stdin" [150..],
    }
}

object! {
    /// A shell command under review.
    GuardianCommand {
        /// The command line.
        required command: String,
        /// Working directory of the command.
        required cwd: String,
        /// Tool that would run it.
        required source: GuardianCommandSource,
    }

    /// A program start under review.
    GuardianExecve {
        /// Arguments of the program.
        required argv: Vec<String>,
        /// Absolute working directory of the program.
        required cwd: String,
        /// Program to be started.
        required program: String,
        /// Tool that runs the surrounding command.
        required source: GuardianCommandSource,
    }

    /// A patch under review.
    GuardianApplyPatch {
        /// Directory in which the patch applies.
        required cwd: String,
        /// Files it touches.
        required files: Vec<String>,
    }

    /// Network access under review.
    GuardianNetworkAccess {
        /// Name or address of the host.
        required host: String,
        /// Port on the host.
        required port: Unsigned,
        /// Protocol of the connection.
        required protocol: NetworkApprovalProtocol,
        /// What is to be reached, as one text.
        required target: String,
    }

    /// A call of an MCP tool under review.
    GuardianMcpToolCall {
        /// Connector the tool belongs to; null if none.
        optional connector_id: Option<String>,
        /// Name of the connector; null if none.
        optional connector_name: Option<String>,
        /// Name of the server.
        required server: String,
        /// Name of the tool.
        required tool_name: String,
        /// Title of the tool, for display; null if it has none.
        optional tool_title: Option<String>,
    }

    /// A request for permissions under review.
    GuardianRequestPermissions {
        /// File system and network permissions wanted.
        required permissions: RequestPermissionProfile,
        /// Why they are wanted; null if not said.
        optional reason: Option<String>,
    }

    /// Terminal input under review; it belongs to a command item that exists already.
    GuardianWriteStdin {
        /// Identifier of this approval, apart from that of the command.
        required approval_id: String,
        /// Directory the terminal was started in, which need not be its present one.
        required cwd: String,
        /// Process that would receive the input.
        required process_id: String,
        /// The text to be sent.
        required stdin: String,
    }
}

names! {
    /// Stage of a review.
    GuardianAssessmentStatus {
        /// Under way.
        InProgress = "in_progress",
        /// The action may go ahead.
        Approved = "approved",
        /// The action may not go ahead.
        Denied = "denied",
        /// The review was given up before its verdict.
        Aborted = "aborted",
        /// No verdict came in time.
        TimedOut = "timed_out" [121..],
    }

    /// Who reached the verdict of a review.
    GuardianAssessmentDecisionSource {
        /// A reviewing agent.
        Agent = "agent",
    }

    /// Tool behind a command under review.
    GuardianCommandSource {
        /// The plain shell tool, one process per call.
        Shell = "shell",
        /// The unified exec tool, with terminal sessions that outlive a call.
        UnifiedExec = "unified_exec",
    }

    /// Risk of an action in four steps.
    GuardianRiskLevel {
        /// Low risk.
        Low = "low",
        /// Medium risk.
        Medium = "medium",
        /// High risk.
        High = "high",
        /// Critical risk, the highest.
        Critical = "critical" [120..],
    }

    /// How directly the user has authorised an action.
    GuardianUserAuthorization {
        /// Cannot be told.
        Unknown = "unknown",
        /// Weakly.
        Low = "low",
        /// In part.
        Medium = "medium",
        /// Plainly.
        High = "high",
    }

    /// Why a request needs an assessment of its own rather than an earlier risk score.
    GuardianReviewReason {
        /// A policy demands it.
        Policy = "policy",
        /// A fresh assessment is mandatory.
        FreshRequired = "fresh_required",
        /// There is no score.
        MissingScore = "missing_score",
        /// The score is too old to rely on.
        StaleScore = "stale_score",
        /// The score is not usable.
        InvalidScore = "invalid_score",
        /// A compaction has made the score inapplicable.
        IncompatibleCompaction = "incompatible_compaction",
        /// The score shows raised risk.
        ElevatedRisk = "elevated_risk",
        /// Scoring failed.
        ScoringFailure = "scoring_failure",
        /// What the user has authorised has changed.
        AuthorizationChanged = "authorization_changed",
        /// Some other or unstated reason.
        Unknown = "unknown",
    }
}

object! {
    /// A warning by the guardian.
    GuardianWarningEvent {
        /// Text to show to the user.
        required message: String,
    }
}
