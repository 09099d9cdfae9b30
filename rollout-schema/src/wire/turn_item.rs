//! Items of a turn, as `item_completed` events of paginated files hold them.

use std::collections::BTreeMap;

use super::{
    AgentMessageDelivery, AgentMessageModeration, AgentStatus, AsyncUserInputQuestion, CallToolResult, CollabAgentRef,
    DynamicToolCallOutputContentItem, DynamicToolCallStatus, ExecCommandSource, FileChange, FunctionCallOutputBody,
    McpAppUi, McpToolCallError, McpToolCallStatus, MemoryCitation, MessagePhase, ParsedCommand, PatchApplyStatus,
    ReasoningEffort, ResponsesWebSearchAction, ReviewOutputEvent, ReviewTarget, SubAgentActivityKind, UserInput,
    WireDuration,
};
use crate::ThreadId;
use crate::grammar::{Int, Json, Unsigned, names, object, tagged};

tagged! {
    /// One finished step of a turn, told apart by `type`.
    TurnItem by "type" {
        /// Input of the user.
        UserMessage(UserMessageTurnItem) = "UserMessage",
        /// Words of the model to the user.
        AgentMessage(AgentMessageTurnItem) = "AgentMessage",
        /// A proposed plan.
        Plan(PlanTurnItem) = "Plan",
        /// Thinking of the model, as summary and possibly raw.
        Reasoning(ReasoningTurnItem) = "Reasoning",
        /// A web search run by the model's provider.
        WebSearch(WebSearchTurnItem) = "WebSearch",
        /// A picture made by the provider's own image tool.
        ImageGeneration(ImageGenerationTurnItem) = "ImageGeneration",
        /// The mark that history was compacted here.
        ContextCompaction(ContextCompactionTurnItem) = "ContextCompaction",
        /// Text that hooks fed to the model.
        HookPrompt(HookPromptTurnItem) = "HookPrompt" [117..],
        /// A look of the model at an image file.
        ImageView(ImageViewTurnItem) = "ImageView" [129..],
        /// A patch to files.
        FileChange(FileChangeTurnItem) = "FileChange" [129..],
        /// A call of a tool on an MCP server.
        McpToolCall(McpToolCallTurnItem) = "McpToolCall" [129..],
        /// A pause; later versions write it as an extension item.
        Sleep(SleepTurnItem) = "Sleep" [141..=144],
        /// A shell command, of the model or the user.
        CommandExecution(CommandExecutionTurnItem) = "CommandExecution" [143..],
        /// A call of a tool that the client supplied.
        DynamicToolCall(DynamicToolCallTurnItem) = "DynamicToolCall" [143..],
        /// A call that starts, steers or awaits other agents.
        CollabAgentToolCall(CollabAgentToolCallTurnItem) = "CollabAgentToolCall" [143..],
        /// News of a sub-agent, known by its path.
        SubAgentActivity(SubAgentActivityTurnItem) = "SubAgentActivity" [143..],
        /// An item whose shape belongs to an extension of Codex.
        Extension(ExtensionTurnItem) = "Extension" [144..],
        /// A review began.
        EnteredReviewMode(EnteredReviewModeTurnItem) = "EnteredReviewMode" [144..],
        /// A review ended.
        ExitedReviewMode(ExitedReviewModeTurnItem) = "ExitedReviewMode" [144..],
        /// What a function tool gave back.
        FunctionCallOutput(FunctionCallOutputTurnItem) = "FunctionCallOutput" [151..],
    }
}

object! {
    /// A message of the user, in parts.
    UserMessageTurnItem {
        /// Id of the item.
        required id: String,
        /// Id that the client gave the message; null or absent if it gave none.
        optional client_id: Option<String> [136..],
        /// Parts of the input in their order: text, images, audio, mentions and the like.
        required content: Vec<UserInput>,
    }

    /// A message of the model. Without a `phase` a reader cannot tell commentary from answer.
    AgentMessageTurnItem {
        /// Id of the item.
        required id: String,
        /// Parts of the message.
        required content: Vec<AgentMessageContent>,
        /// Memories that the answer leans on.
        optional memory_citation: Option<MemoryCitation>,
        /// Whether this is commentary on the way or the final answer; not every model says.
        optional phase: Option<MessagePhase>,
        /// How the message reached the user; absent for the usual stream.
        optional delivery: Option<AgentMessageDelivery> [149..],
        /// Questions that the message puts to the user without waiting for the reply.
        optional questions: Option<Vec<AsyncUserInputQuestion>> [153..],
        /// Verdict of moderation on the answer.
        optional moderation: Option<AgentMessageModeration> [169..],
    }
}

tagged! {
    /// One part of a model's message, told apart by `type`.
    AgentMessageContent by "type" {
        /// Plain text, the only part known.
        Text(AgentMessageText) = "Text",
    }
}

object! {
    /// A text part.
    AgentMessageText {
        /// The words, usually Markdown.
        required text: String,
    }

    /// A plan put to the user, as in plan mode; the checklist of `plan_update` is another thing.
    PlanTurnItem {
        /// Id of the item.
        required id: String,
        /// The whole plan.
        required text: String,
    }

    /// Thinking of the model before it spoke or acted.
    ReasoningTurnItem {
        /// Id of the item.
        required id: String,
        /// Sections of the summary, one string each; empty if the model gave none.
        required summary_text: Vec<String>,
        /// Raw thinking, from models that show it.
        optional raw_content: Vec<String>,
    }

    /// A hosted web search; a standalone one is an extension item.
    WebSearchTurnItem {
        /// What was done: search, opening a page, finding in it.
        required action: ResponsesWebSearchAction,
        /// Id of the item.
        required id: String,
        /// The search or address in short, for display.
        required query: String,
        /// Hits as loose JSON that the model does not see in this form; null or absent if none were passed on.
        optional results: Option<Vec<Json>> [145..],
    }

    /// A picture by the hosted image tool; a standalone tool writes an extension item.
    ImageGenerationTurnItem {
        /// Id of the item.
        required id: String,
        /// The image data in Base64.
        required result: String,
        /// The prompt as the provider rewrote it.
        optional revised_prompt: Option<String>,
        /// File that the picture was saved to; null or absent if it was not saved.
        optional saved_path: Option<String>,
        /// State of the generation in the provider's words, such as `completed`.
        required status: String,
    }

    /// A compaction; the `compacted` line holds what came out of it.
    ContextCompactionTurnItem {
        /// Id of the item.
        required id: String,
    }

    /// Text of hooks for the model, such as the reason of a Stop hook to go on.
    HookPromptTurnItem {
        /// Id of the item.
        required id: String,
        /// One fragment per hook run that spoke.
        required fragments: Vec<HookPromptFragment>,
    }

    /// Words of one hook run.
    HookPromptFragment {
        /// What the hook said.
        required text: String,
        /// Id of the run, made of the event, a number and the path of the hook file.
        required hook_run_id as "hookRunId": String,
    }

    /// An image file attached by the `view_image` tool.
    ImageViewTurnItem {
        /// Id of the item, that of the tool call.
        required id: String,
        /// The file, as resolved in the environment of the command.
        required path: String,
    }

    /// A patch by the model, with its outcome once that is known.
    FileChangeTurnItem {
        /// Id of the item, that of the tool call.
        required id: String,
        /// Changes by path of the file.
        required changes: BTreeMap<String, FileChange>,
        /// Outcome; null or absent while the patch is still being applied.
        optional status: Option<PatchApplyStatus>,
        /// What applying the patch printed.
        optional stdout: Option<String>,
        /// What applying the patch complained of.
        optional stderr: Option<String>,
        /// Whether the patch went ahead without asking the user.
        optional auto_approved: Option<bool>,
    }

    /// A call of a tool on an MCP server, with result or error.
    McpToolCallTurnItem {
        /// Id of the item, that of the tool call.
        required id: String,
        /// Name of the server as configured.
        required server: String,
        /// Name of the tool on that server.
        required tool: String,
        /// Arguments of the call, whatever JSON the tool takes.
        required arguments: Json,
        /// Whether the tool claims to change nothing; null or absent if it does not say.
        optional read_only_hint as "readOnlyHint": Option<bool> [147..],
        /// State of the call.
        required status: McpToolCallStatus,
        /// Reply of the server; null or absent while running and after an error.
        optional result: Option<CallToolResult>,
        /// Time the call took.
        optional duration: Option<WireDuration>,
        /// Why no result came.
        optional error: Option<McpToolCallError>,
        /// Address of the tool's user interface; newer versions say it in `mcp_app_ui` too.
        optional mcp_app_resource_uri as "mcpAppResourceUri": Option<String>,
        /// Plugin that the server belongs to.
        optional plugin_id as "pluginId": Option<String> [133..],
        /// Connector behind the tool, if it is an app's.
        optional connector_id as "connectorId": Option<String> [142..],
        /// Id of the link to that connector.
        optional link_id as "linkId": Option<String> [142..],
        /// Name of the connector's action.
        optional action_name as "actionName": Option<String> [143..],
        /// Name of the app, for display.
        optional app_name as "appName": Option<String> [143..],
        /// Id of a template, if the tool has one.
        optional template_id as "templateId": Option<String> [143..=144],
        /// User interface that the tool brings, and how to show it.
        optional mcp_app_ui as "mcpAppUi": Option<McpAppUi> [156..],
    }

    /// A pause that the model asked for.
    SleepTurnItem {
        /// Length of the pause in milliseconds.
        required duration_ms: Unsigned,
        /// Id of the item.
        required id: String,
    }

    /// A command with its output, in the model's shell or one typed by the user.
    CommandExecutionTurnItem {
        /// Id of the item, that of the tool call.
        required id: String,
        /// Id of the terminal process, where there is one.
        optional process_id: Option<String>,
        /// Program and arguments.
        required command: Vec<String>,
        /// Directory that the command ran in.
        required cwd: String,
        /// What the command line was understood to do, for display.
        required parsed_cmd: Vec<ParsedCommand>,
        /// Who ran the command: the model, the user, or a session of the model's terminal.
        required source: ExecCommandSource,
        /// State of the command.
        required status: CommandExecutionStatus,
        /// Standard output.
        optional stdout: Option<String> [..=161],
        /// Standard error.
        optional stderr: Option<String> [..=161],
        /// Both outputs as they came, mixed.
        optional aggregated_output: Option<String>,
        /// Exit code of the process; null or absent if it has none yet.
        optional exit_code: Option<Int>,
        /// Time the command took.
        optional duration: Option<WireDuration>,
        /// The output as the model was shown it.
        optional formatted_output: Option<String> [..=161],
        /// Raw input typed into a running terminal session.
        optional interaction_input: Option<String>,
        /// Trusted plugin that the command is put down to.
        optional plugin_id: Option<String> [146..],
        /// Script of that plugin, relative to its folder.
        optional script_path: Option<String> [146..],
    }
}

names! {
    /// How far a command got.
    CommandExecutionStatus {
        /// It still runs.
        InProgress = "in_progress",
        /// It ran to its end with success.
        Completed = "completed",
        /// It failed.
        Failed = "failed",
        /// It was not allowed to run.
        Declined = "declined",
    }
}

object! {
    /// A call of a tool that the client supplied and answers.
    DynamicToolCallTurnItem {
        /// Arguments of the call, whatever JSON the tool takes.
        required arguments: Json,
        /// Parts of the answer; null or absent before it came.
        optional content_items: Option<Vec<DynamicToolCallOutputContentItem>>,
        /// Time the call took.
        optional duration: Option<WireDuration>,
        /// Why the client gave no answer.
        optional error: Option<String>,
        /// Id of the item, that of the tool call.
        required id: String,
        /// Namespace of the tool, if it has one.
        optional namespace: Option<String>,
        /// State of the call.
        required status: DynamicToolCallStatus,
        /// Whether the client reported success.
        optional success: Option<bool>,
        /// Name of the tool.
        required tool: String,
    }

    /// A call to work with other agents, sent by one thread to others.
    CollabAgentToolCallTurnItem {
        /// Id of the item, that of the tool call.
        required id: String,
        /// Which of the calls it is.
        required tool: CollabAgentTool,
        /// State of the call itself, not of the agents.
        required status: CollabAgentToolCallStatus,
        /// Thread of the calling agent.
        required sender_thread_id: ThreadId,
        /// Threads called upon, or the new one after a spawn.
        optional receiver_thread_ids: Vec<ThreadId>,
        /// The same threads with nickname and role.
        optional receiver_agents: Vec<CollabAgentRef>,
        /// Text sent to the receiver, where the call sends any.
        optional prompt: Option<String>,
        /// Model of the agent to be spawned.
        optional model: Option<String>,
        /// Reasoning effort of the agent to be spawned.
        optional reasoning_effort: Option<ReasoningEffort>,
        /// Last known state of each agent, by thread id.
        optional agents_states: BTreeMap<String, AgentStatus>,
    }
}

names! {
    /// Calls between agents; those from `send_message` on address agents by path.
    CollabAgentTool {
        /// Starts a new agent.
        SpawnAgent = "spawn_agent",
        /// Gives an agent more input.
        SendInput = "send_input",
        /// Reopens an agent that was closed.
        ResumeAgent = "resume_agent",
        /// Waits for agents.
        Wait = "wait",
        /// Shuts an agent down.
        CloseAgent = "close_agent",
        /// Leaves a message for an agent.
        SendMessage = "send_message" [150..],
        /// Gives an existing agent another task.
        FollowupTask = "followup_task" [150..],
        /// Stops what an agent is doing.
        InterruptAgent = "interrupt_agent" [150..],
        /// Lists the agents.
        ListAgents = "list_agents" [150..],
    }

    /// How far a call between agents got.
    CollabAgentToolCallStatus {
        /// It still runs.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It failed.
        Failed = "failed",
        /// It was broken off.
        Interrupted = "interrupted" [150..],
    }
}

object! {
    /// Something happened to a sub-agent; the item form of the `sub_agent_activity` event.
    SubAgentActivityTurnItem {
        /// Model that the agent was started with; absent for activities other than a start.
        optional model: Option<String> [162..],
        /// Reasoning effort that the agent was started with, if known.
        optional reasoning_effort: Option<ReasoningEffort> [162..],
        /// Id of the item.
        required id: String,
        /// What happened.
        required kind: SubAgentActivityKind,
        /// Thread of the sub-agent.
        required agent_thread_id: ThreadId,
        /// Path of the sub-agent, such as `/root/tester`.
        required agent_path: String,
    }

    /// Start of a review.
    EnteredReviewModeTurnItem {
        /// Id of the item.
        required id: String,
        /// What is to be reviewed.
        required target: ReviewTarget,
        /// The target in short words for the user.
        required user_facing_hint: String,
    }

    /// End of a review.
    ExitedReviewModeTurnItem {
        /// Id of the item.
        required id: String,
        /// Findings; null or absent if the review gave none.
        optional review_output: Option<ReviewOutputEvent>,
    }

    /// Output of a function tool, named but without the call's arguments.
    FunctionCallOutputTurnItem {
        /// Id of the item.
        required id: String,
        /// Name of the tool.
        required name: String,
        /// Namespace of the tool, if it has one.
        optional namespace: Option<String>,
        /// The output, as text or parts.
        required output: FunctionCallOutputBody,
    }
}

tagged! {
    /// An item of an extension, told apart by `kind` and named in camel case within.
    ExtensionTurnItem by "kind" {
        /// A picture by the standalone image tool.
        ImageGeneration(ExtensionImageGeneration) = "image_gen.generation",
        /// A pause by the clock tool, which can be cut short.
        Sleep(ExtensionSleep) = "clock.sleep" [145..],
        /// A search by the standalone web tool.
        WebSearch(ExtensionWebSearch) = "web.search",
    }
}

object! {
    /// A picture by the standalone image tool, held inline or by a file id.
    ExtensionImageGeneration {
        /// Id of the item.
        required id: String,
        /// State of the generation in the tool's words.
        required status: String,
        /// The prompt as it was rewritten.
        optional revised_prompt as "revisedPrompt": Option<String>,
        /// The image data in Base64; may be empty next to a `fileId`, which then counts.
        optional result: String,
        /// Id of the picture in the attachment store.
        optional file_id as "fileId": String [164..],
        /// File that the picture was saved to.
        optional saved_path as "savedPath": Option<String>,
        /// Whether the background is transparent.
        optional transparent_background as "transparentBackground": Option<bool> [147..],
        /// Why there is no picture, where the tool can say.
        optional failure: Option<ImageGenerationFailure> [148..],
        /// Local files that the request was fed with.
        optional input_images as "inputImages": Vec<ImageGenerationInputImage> [164..],
        /// Id that the image service gave the generation.
        optional generation_id as "generationId": Option<String> [166..],
    } any of ["result", "fileId"]

    /// A pause that the model asked for.
    ExtensionSleep {
        /// Id of the item.
        required id: String,
        /// Length of the pause in milliseconds.
        required duration_ms as "durationMs": Unsigned,
    }

    /// A search by the standalone web tool.
    ExtensionWebSearch {
        /// Id of the item.
        required id: String,
        /// The search or address in short, for display.
        required query: String,
        /// What was done: search, opening a page, finding in it.
        optional action: Option<WebSearchAction>,
        /// Hits as loose JSON, whose shape may grow at any time.
        optional results: Option<Vec<Json>> [145..],
    }
}

tagged! {
    /// Known reasons for getting no picture, told apart by `type`.
    ImageGenerationFailure by "type" {
        /// A limit of usage was hit.
        UsageLimitExceeded(ImageGenerationFailureUsageLimitExceeded) = "usageLimitExceeded",
    }
}

object! {
    /// A limit of usage that stopped the generation.
    ImageGenerationFailureUsageLimitExceeded {
        /// Which limit.
        required limit_id as "limitId": String,
        /// Time at which the limit is lifted, as a number; null or absent if unknown.
        optional resets_at as "resetsAt": Option<Int>,
    }

    /// A local image that was read for a generation.
    ImageGenerationInputImage {
        /// The file.
        required path: String,
        /// SHA-256 in lower-case hex of the bytes as read, before any conversion.
        required sha256: String,
    }
}

tagged! {
    /// What a web search did, told apart by `type` in camel case.
    WebSearchAction by "type" {
        /// It searched.
        Search(WebSearchSearch) = "search",
        /// It opened a page.
        OpenPage(WebSearchOpenPage) = "openPage",
        /// It looked for text in a page.
        FindInPage(WebSearchFindInPage) = "findInPage",
        /// Something that has no name here.
        Other(WebSearchOther) = "other",
    }
}

object! {
    /// A search with one query or several.
    WebSearchSearch {
        /// The queries, if several were sent.
        optional queries: Option<Vec<String>>,
        /// The query, if there was one.
        optional query: Option<String>,
    }

    /// The opening of a page.
    WebSearchOpenPage {
        /// Address of the page.
        optional url: Option<String>,
    }

    /// A search within a page.
    WebSearchFindInPage {
        /// Text looked for.
        optional pattern: Option<String>,
        /// Address of the page.
        optional url: Option<String>,
    }

    /// An action without particulars.
    WebSearchOther {
    }
}
