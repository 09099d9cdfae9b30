//! `response_item`: what the model sees and says.

use super::{
    AgentMessageInputContent, ConfigurationReasoning, ContentItem, FunctionCallOutputBody, GhostCommit,
    LocalShellAction, LocalShellStatus, MessagePhase, ReasoningItemContent, ReasoningItemReasoningSummary,
    ResponsesWebSearchAction,
};
use crate::grammar::{Decimal, Json, object, tagged};

tagged! {
    /// One item of the conversation that the model reads or writes.
    ResponseItem by "type" {
        /// A message of a given role: user, assistant, developer or system.
        Message(MessageItem) = "message",
        /// What the model thought: a summary, and the rest mostly encrypted.
        Reasoning(ReasoningItem) = "reasoning",
        /// A command asked for through the model provider's own shell tool.
        LocalShellCall(LocalShellCallItem) = "local_shell_call",
        /// A call of a function tool, its arguments as JSON text.
        FunctionCall(FunctionCallItem) = "function_call",
        /// A search for tools that the model was not given up front.
        ToolSearchCall(ToolSearchCallItem) = "tool_search_call",
        /// What a function call gave back.
        FunctionCallOutput(FunctionCallOutputItem) = "function_call_output",
        /// A call of a tool that takes free text instead of JSON arguments.
        CustomToolCall(CustomToolCallItem) = "custom_tool_call",
        /// What a custom tool call gave back.
        CustomToolCallOutput(CustomToolCallOutputItem) = "custom_tool_call_output",
        /// The tools that a search found.
        ToolSearchOutput(ToolSearchOutputItem) = "tool_search_output",
        /// A web search that the model provider ran.
        WebSearchCall(WebSearchCallItem) = "web_search_call",
        /// An image that the model provider generated.
        ImageGenerationCall(ImageGenerationCallItem) = "image_generation_call",
        /// A snapshot of the git working tree, taken for undo; never sent to the model.
        GhostSnapshot(GhostSnapshotItem) = "ghost_snapshot" [..=125],
        /// The opaque result of a remote compaction, which stands for the items before it.
        Compaction(CompactionItem) = "compaction" | "compaction_summary",
        /// A kind that Codex itself did not know; not written to files.
        Other(OtherItem) = "other",
        /// A later kind of compaction result.
        ContextCompaction(ContextCompactionItem) = "context_compaction" [129..],
        /// Asks the server to compact; not written to files.
        CompactionTrigger(CompactionTriggerItem) = "compaction_trigger" [131..],
        /// A message from one agent to another.
        AgentMessage(AgentMessageItem) = "agent_message" [138..],
        /// A change of settings that takes effect at its place in the history.
        ConfigurationUpdate(ConfigurationUpdateItem) = "configuration_update" [154..],
        /// Tools offered to the model from this place in the history on.
        AdditionalTools(AdditionalToolsItem) = "additional_tools" [162..],
    }
}

object! {
    /// A message of the conversation.
    MessageItem {
        /// How far the message got, as the server reports it.
        optional status: Option<String> [163..],
        /// The item's id; null in the oldest files, and left out of most items before 0.145.
        optional id: Option<String>,
        /// Whose message it is: `user`, `assistant`, `developer` or `system`.
        required role: String,
        /// Its parts, in order.
        required content: Vec<ContentItem>,
        /// Whether assistant text is a comment on the way or an answer; null or absent means unknown.
        optional phase: Option<MessagePhase>,
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// Whether the message ends the turn; null or absent means unknown.
        optional end_turn: Option<bool> [..=125],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
    }

    /// A message between agents, as the receiving model sees it.
    AgentMessageItem {
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// The agent that sent it.
        required author: String,
        /// The agent that it is for.
        required recipient: String,
        /// Its parts, in order, plain or encrypted.
        required content: Vec<AgentMessageInputContent>,
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// What the model thought before it acted or answered.
    ReasoningItem {
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// The summary for readers, which may be empty.
        required summary: Vec<ReasoningItemReasoningSummary>,
        /// The raw thoughts, if the provider discloses them.
        optional content: Option<Vec<ReasoningItemContent>>,
        /// The thoughts in encrypted form, sent back to the server on later requests.
        optional encrypted_content: Option<String>,
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// A call of the model provider's own shell tool.
    LocalShellCallItem {
        /// What is to be run.
        required action: LocalShellAction,
        /// Joins the call to its output; set with the Responses API.
        optional call_id: Option<String>,
        /// An older id, kept so that earlier payloads can still be read.
        optional id: Option<String>,
        /// How far the call got.
        required status: LocalShellStatus,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
    }

    /// A call of a function tool.
    FunctionCallItem {
        /// How far the call got, as the server reports it.
        optional status: Option<String> [163..],
        /// The item's id, if any.
        optional id: Option<String>,
        /// The function's name.
        required name: String,
        /// The group of tools that the function belongs to, such as an MCP server's.
        optional namespace: Option<String>,
        /// The arguments as JSON text, just as the model wrote them.
        required arguments: String,
        /// Joins the call to its output.
        required call_id: String,
        /// Arguments in encrypted form.
        optional encrypted_function_args: Option<Vec<String>> [147..],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// The output of a function call, as given to the model.
    FunctionCallOutputItem {
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// The call that it answers.
        optional call_id: Option<String> where required [..=149],
        /// Name of the function whose output it is.
        optional name: Option<String> [150..],
        /// The group of tools that the function belongs to.
        optional namespace: Option<String> [150..],
        /// The output itself: text or a list of parts.
        required output: FunctionCallOutputBody,
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// A call of a tool that takes free text, such as `apply_patch`.
    CustomToolCallItem {
        /// The item's id, if any.
        optional id: Option<String>,
        /// How far the call got.
        optional status: Option<String>,
        /// Joins the call to its output.
        required call_id: String,
        /// The tool's name.
        required name: String,
        /// The group of tools that the tool belongs to.
        optional namespace: Option<String> [143..],
        /// The free text that the model wrote for the tool.
        required input: String,
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// The output of a custom tool call, as given to the model.
    CustomToolCallOutputItem {
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// The call that it answers.
        required call_id: String,
        /// Name of the tool whose output it is.
        optional name: Option<String>,
        /// The output itself: text or a list of parts.
        required output: FunctionCallOutputBody,
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
    }

    /// A search for tools.
    ToolSearchCallItem {
        /// What is searched for, any JSON.
        required arguments: Json,
        /// Joins the search to its output.
        optional call_id: Option<String>,
        /// Which side carries the search out, client or server.
        required execution: String,
        /// The item's id, if any.
        optional id: Option<String>,
        /// How far the search got.
        optional status: Option<String>,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
    }

    /// What a search for tools found.
    ToolSearchOutputItem {
        /// The search that it answers.
        optional call_id: Option<String>,
        /// Which side carried the search out, client or server.
        required execution: String,
        /// How the search ended.
        required status: String,
        /// Declarations of the tools that were found, verbatim.
        required tools: Vec<Json>,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
    }

    /// A web search that the model provider ran; its results are not in the item.
    WebSearchCallItem {
        /// What was done on the web, if disclosed.
        optional action: Option<ResponsesWebSearchAction>,
        /// The item's id, if any.
        optional id: Option<String>,
        /// How far the search got.
        optional status: Option<String>,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
    }

    /// An image that the model provider generated.
    ImageGenerationCallItem {
        /// The item's id, if any.
        optional id: Option<String> where required [..=141],
        /// The image itself, in base64.
        required result: String,
        /// The prompt as reworded before the image was made.
        optional revised_prompt: Option<String>,
        /// How far the generation got.
        required status: String,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
        /// Further content in encrypted form, opaque to the client.
        optional encrypted_content: Option<String> [163..],
    }

    /// A snapshot of the working tree, written inside git repositories.
    GhostSnapshotItem {
        /// The commit that holds the snapshot.
        required ghost_commit: GhostCommit,
    }

    /// The opaque summary that a remote compaction made.
    CompactionItem {
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// The summary in encrypted form; only the server can read it.
        required encrypted_content: String,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
    }

    /// A compaction result whose content may be missing.
    ContextCompactionItem {
        /// The summary in encrypted form, if any.
        optional encrypted_content: Option<String>,
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// The item's id, if any.
        optional id: Option<String> [142..],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..],
    }

    /// The request to compact, as an item of the input.
    CompactionTriggerItem {
        /// First spelling of `internal_chat_message_metadata_passthrough`.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// What Codex passes on beside the item, such as its turn; not part of the content.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [142..=142],
    }

    /// Settings that the server applies from this place in the history on.
    ConfigurationUpdateItem {
        /// The reasoning settings.
        required reasoning: ConfigurationReasoning,
    }

    /// Tools that come on top of those of the request.
    AdditionalToolsItem {
        /// The item's id, if any.
        optional id: Option<String>,
        /// In whose name they are offered.
        required role: String,
        /// Declarations of the tools, verbatim.
        required tools: Vec<Json>,
    }

    /// An item that says nothing but its kind.
    OtherItem {
    }

    /// Facts on an item that travel with it through the Responses API.
    InternalChatMessageMetadataPassthrough {
        /// The turn that the item belongs to.
        optional turn_id: Option<String>,
        /// When the item came to be: Unix time in seconds, with a fraction.
        optional create_time: Option<Decimal> [wire],
        /// Kinds of the parts of the content, verbatim.
        optional content_item_kinds: Option<Vec<Json>> [wire],
        /// Facts on the parts of the content, verbatim.
        optional content_item_metadata: Option<Vec<Json>> [wire],
    }

    /// The short-lived predecessor of `InternalChatMessageMetadataPassthrough`.
    ResponseItemMetadata {
        /// The turn that the item belongs to.
        optional turn_id: Option<String>,
    }
}
