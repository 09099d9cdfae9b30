//! `metadata` beside a `response_item`: what the harness knows of an item and the model does not see.

use crate::grammar::{Unsigned, names, object};

object! {
    /// What the harness keeps about one response item; never part of what the model reads.
    HarnessMetadata {
        /// Whether a client wrote the developer message, or asked for the tool output to be kept.
        optional client_authored: bool,
        /// How many tokens the item was granted in the history; a replay applies the same limit.
        optional fallback_token_limit_override: Option<Unsigned> [152..],
        /// Tells which model made an opaque compaction item and so which can read it.
        optional compaction_model_hash: Option<String> [154..],
        /// Whether the harness itself made the configuration update.
        optional harness_authored_configuration: bool [154..],
        /// Whether the item was copied from a parent thread, so that it grants nothing to the child.
        optional inherited_user_message: bool [154..],
        /// Rank by which user input was accepted or an assistant message delivered, not by recording.
        optional user_input_order: Option<Unsigned> [154..],
        /// Assistant text that a messaging tool has confirmed as delivered; cut to a limit.
        optional delivered_assistant_message: Option<String> [156..],
        /// What the sender's user had said, captured when this task message was accepted.
        optional sender_user_messages: Option<SenderUserMessages> [156..],
        /// The MCP tools that the thread has called up to here.
        optional mcp_attribution: Option<McpAttribution> [157..],
        /// Whether the item came out of a compaction, so that it is no message the user saw.
        optional compaction_output: bool [158..],
        /// Whether this message told the guardian what the labels of source order mean.
        optional guardian_source_order_guidance: bool [158..],
        /// The retained sources that this message delivered in full to the guardian.
        optional guardian_sources: Vec<RetainedSource> [158..],
        /// The retained source that this very item stands for.
        optional retained_source: Option<RetainedSource> [158..],
        /// Which omission notices this message delivered to the guardian; null or absent means unknown.
        optional guardian_retained_omissions: Option<GuardianRetainedOmissions> [161..],
        /// The finished reviews that this message delivered to the guardian.
        optional guardian_review_ids: Vec<String> [161..],
        /// Whether the item is untrusted context from a client, rendered as a tool output of its own.
        optional additional_context_tool_output: bool [169..],
        /// Whether the input of this compaction had neither sound nor images by file.
        optional compaction_without_file_error_sources: bool [169..],
        /// Number by which the item joined its thread's history; kept through compactions.
        optional history_sequence: Option<Unsigned> [169..],
        /// Whether the provider's own web search stepped in, so that its references stay with it.
        optional native_search_fallback_used: bool [169..],
        /// Highest `history_sequence` in the input of a regular request that gave output.
        optional sampled_through_sequence: Option<Unsigned> [169..],
    }

    /// What the user of a sending agent had said, and where the receiver got it.
    SenderUserMessages {
        /// The message in the receiving thread.
        required receiver_message_id: String,
        /// The turn in the receiving thread.
        required receiver_turn_id: String,
        /// The sender's messages, rendered as text.
        required text: String,
    }

    /// One version of a message that is retained as evidence.
    RetainedSource {
        /// Whether the message is retained in full.
        required complete: bool,
        /// The message.
        required id: RetainedSourceId,
        /// An opaque mark of the version; never used twice, even after a reset or a fork.
        required revision: String,
    }

    /// Which message a retained source is.
    RetainedSourceId {
        /// The message's id.
        required message_id: String,
        /// Whose message it is.
        required role: RetainedSourceRole,
        /// The turn that the message belongs to.
        required turn_id: String,
    }
}

names! {
    /// Whose message a retained source is.
    RetainedSourceRole {
        /// The user's.
        User = "user",
        /// The assistant's.
        Assistant = "assistant",
    }
}

object! {
    /// For which sections the guardian was told that something is left out.
    GuardianRetainedOmissions {
        /// Whether it was told so of what the assistant had said.
        required assistant_context: bool,
        /// Whether it was told so of the user's instructions.
        required user_instructions: bool,
    }

    /// Running account of the MCP tools that a thread has called; provenance, not a judgement.
    McpAttribution (close) {
        /// The first error that was met; null or absent unless `status` tells of an error.
        optional error_reason: Option<McpAttributionErrorReason>,
        /// The tools, each with the turn of its first call.
        optional sources: Vec<McpAttributionSource>,
        /// How far the account can be relied on.
        required status: McpAttributionStatus,
    }

    /// One MCP tool that a thread has called.
    McpAttributionSource (close) {
        /// The connector behind the tool, if known.
        optional connector_id: Option<String>,
        /// The turn in which the tool was first recorded.
        required first_turn_id: String,
        /// The plugin behind the tool, if known.
        optional plugin_id: Option<String>,
        /// Name of the MCP server, not necessarily unique.
        required server_name: String,
        /// Name of the tool, not necessarily unique.
        required tool_name: String,
    }
}

names! {
    /// How far an account of MCP tools can be relied on.
    McpAttributionStatus {
        /// There is nothing to account for.
        None = "none",
        /// The account is complete.
        Complete = "complete",
        /// The account has a gap; `error_reason` says why.
        AttributionError = "attribution_error",
    }

    /// Why an account of MCP tools has a gap.
    McpAttributionErrorReason {
        /// The history lacks the checkpoint to go on from.
        HistoryMissingCheckpoint = "history_missing_checkpoint",
        /// The checkpoint cannot be used.
        CheckpointInvalid = "checkpoint_invalid",
        /// Checkpoint and sources contradict each other.
        CheckpointSourceConflict = "checkpoint_source_conflict",
        /// A source cannot be used.
        SourceInvalid = "source_invalid",
        /// The recorder was left in a broken state.
        RecorderPoisoned = "recorder_poisoned",
        /// The account was too large to send.
        PayloadTooLarge = "payload_too_large",
        /// The account could not be serialised.
        SerializationFailed = "serialization_failed",
        /// The reason is not known.
        Unknown = "unknown",
        /// An error was restored from a checkpoint that did not keep its reason.
        RestoredErrorUnknown = "restored_error_unknown",
    }
}
