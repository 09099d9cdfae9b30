//! Events of commands, patches, searches, images and tools.

use std::collections::BTreeMap;

use super::{
    DynamicToolCallOutputContentItem, ImageGenerationFailure, ImageGenerationInputImage, McpAppUi, McpAuthStatus,
    McpInvocation, McpResource, McpResourceTemplate, McpResult, McpStartupFailure, McpStartupStatus, McpTool,
    ResponsesWebSearchAction,
};
use crate::grammar::{Int, Json, Unsigned, names, object, tagged};

object! {
    /// A command is about to run; Codex never stores this event.
    ExecCommandBeginEvent {
        /// Joins this event to the end of the same call and to the chunks between.
        required call_id: String,
        /// Program and arguments.
        required command: Vec<String>,
        /// Working directory of the command.
        required cwd: String,
        /// Text sent to a running terminal, when the event is such an interaction; null otherwise.
        optional interaction_input: Option<String>,
        /// What Codex recognised in the command, one entry per part.
        required parsed_cmd: Vec<ParsedCommand>,
        /// Process of the terminal the command runs in; null if there is none.
        optional process_id: Option<String>,
        /// Who or what asked for the command; `agent` if absent.
        optional source: ExecCommandSource,
        /// Turn of the command.
        required turn_id: String,
        /// Start of the command as Unix time in milliseconds.
        optional started_at_ms: Int [129..],
        /// First-party plugin the command is attributed to, null if unknown.
        optional plugin_id: Option<String> [146..],
        /// Script the command is attributed to, as a path inside the plugin; null if unknown.
        optional script_path: Option<String> [146..],
    }

    /// Output of a running command, piece by piece; never stored.
    ExecCommandOutputDeltaEvent {
        /// Call whose command printed the piece.
        required call_id: String,
        /// The piece's bytes, encoded as text (base64), since they need not be UTF-8.
        required chunk: String,
        /// Stream the piece came from.
        required stream: ExecOutputStream,
    }

    /// A command has ended. Files hold it only where a client asked for extended history.
    ExecCommandEndEvent {
        /// Same as in the begin event of this command.
        required call_id: String,
        /// Process of the terminal the command ran in; null if there was none.
        optional process_id: Option<String>,
        /// Turn of the command.
        required turn_id: String,
        /// Program and arguments.
        required command: Vec<String>,
        /// Working directory of the command.
        required cwd: String,
        /// What Codex recognised in the command, one entry per part.
        required parsed_cmd: Vec<ParsedCommand>,
        /// Who or what asked for the command; `agent` if absent.
        optional source: ExecCommandSource,
        /// Standard output alone; blank in files.
        optional stdout: String [..=161] where required [..=161],
        /// Standard error alone; blank in files.
        optional stderr: String [..=161] where required [..=161],
        /// Both streams as one text; in files at most 10,000 bytes, the head and the tail.
        optional aggregated_output: String,
        /// Exit code of the process.
        required exit_code: Int,
        /// How long the command ran.
        required duration: WireDuration,
        /// The output in the form given to the model; blank in files.
        optional formatted_output: String [..=161] where required [..=161],
        /// How the command ended.
        required status: ExecCommandStatus,
        /// Text sent to a running terminal, when the event is such an interaction; null otherwise.
        optional interaction_input: Option<String>,
        /// End of the command as Unix time in milliseconds.
        optional completed_at_ms: Int [129..],
        /// First-party plugin the command is attributed to, null if unknown.
        optional plugin_id: Option<String> [146..],
        /// Script the command is attributed to, as a path inside the plugin; null if unknown.
        optional script_path: Option<String> [146..],
    }
}

names! {
    /// Origin of a command.
    ExecCommandSource {
        /// A tool call of the model; the value that an absent `source` stands for.
        Agent = "agent",
        /// The user, by a shell command of their own.
        UserShell = "user_shell",
        /// A unified exec call that starts a terminal session.
        UnifiedExecStartup = "unified_exec_startup",
        /// A unified exec call that writes to, or polls, a terminal session already running.
        UnifiedExecInteraction = "unified_exec_interaction",
    }

    /// Outcome of a command.
    ExecCommandStatus {
        /// It ran to its end without failing.
        Completed = "completed",
        /// It ran and failed, or could not be run.
        Failed = "failed",
        /// Approval was refused, so it never ran.
        Declined = "declined",
    }

    /// Stream of a process.
    ExecOutputStream {
        /// Standard output.
        Stdout = "stdout",
        /// Standard error.
        Stderr = "stderr",
    }
}

object! {
    /// Input was sent to the terminal of a command that is still running.
    TerminalInteractionEvent {
        /// Call that started the command.
        required call_id: String,
        /// Process that received the input.
        required process_id: String,
        /// The text sent.
        required stdin: String,
    }
}

tagged! {
    /// One part of a shell command line, by what it seems to do.
    ParsedCommand by "type" {
        /// Prints a file or some lines of it.
        Read(ParsedRead) = "read",
        /// Lists a directory.
        ListFiles(ParsedListFiles) = "list_files",
        /// Searches files or file names.
        Search(ParsedSearch) = "search",
        /// Anything not recognised.
        Unknown(ParsedUnknown) = "unknown",
    }
}

object! {
    /// A part of a command that reads a file.
    ParsedRead {
        /// The text of this part.
        required cmd: String,
        /// Name of the file, for display.
        required name: String,
        /// The file, as well as it could be guessed; if relative, then to the working directory of the command.
        required path: String,
    }

    /// A part of a command that lists files.
    ParsedListFiles {
        /// The text of this part.
        required cmd: String,
        /// Directory or path listed; null if the command names none.
        optional path: Option<String>,
    }

    /// A part of a command that searches.
    ParsedSearch {
        /// The text of this part.
        required cmd: String,
        /// Where it searches; null if the command names no place.
        optional path: Option<String>,
        /// What it searches for; null if not recognised.
        optional query: Option<String>,
    }

    /// A part of a command with no known purpose.
    ParsedUnknown {
        /// The text of this part.
        required cmd: String,
    }

    /// A length of time, the sum of both members.
    WireDuration {
        /// Whole seconds.
        required secs: Unsigned,
        /// Nanoseconds beyond the whole seconds.
        required nanos: Unsigned,
    }

    /// A patch is about to be applied; never stored.
    PatchApplyBeginEvent {
        /// Whether it goes ahead without an approval request having been made.
        required auto_approved: bool,
        /// Joins this event to the end of the same patch.
        required call_id: String,
        /// What the patch does, by path of the file.
        required changes: BTreeMap<String, FileChange>,
        /// Turn of the patch; absent or empty from older writers.
        optional turn_id: String,
    }

    /// The model is still writing a patch; this is what could be parsed of it so far.
    PatchApplyUpdatedEvent {
        /// The `apply_patch` call being written.
        required call_id: String,
        /// File changes read from the unfinished patch, by path of the file.
        required changes: BTreeMap<String, FileChange>,
    }

    /// A patch was applied or refused. Paginated rollouts store an item instead.
    PatchApplyEndEvent {
        /// Same as in the begin event of this patch.
        required call_id: String,
        /// Turn of the patch; absent or empty from older writers.
        optional turn_id: String,
        /// Summary of changed files as printed by `apply_patch`.
        required stdout: String,
        /// Errors of parsing the patch or of writing files.
        required stderr: String,
        /// Whether all of it was applied.
        required success: bool,
        /// What the patch did, by path of the file.
        optional changes: BTreeMap<String, FileChange>,
        /// How the application ended, more precisely than `success`.
        required status: PatchApplyStatus,
    }
}

names! {
    /// Outcome of a patch.
    PatchApplyStatus {
        /// All changes were applied.
        Completed = "completed",
        /// Applying it failed.
        Failed = "failed",
        /// Approval was refused, so nothing was applied.
        Declined = "declined",
    }
}

tagged! {
    /// What a patch does to one file.
    FileChange by "type" {
        /// The file is new.
        Add(FileChangeAdd) = "add",
        /// The file goes away.
        Delete(FileChangeDelete) = "delete",
        /// The file is edited, moved or both.
        Update(FileChangeUpdate) = "update",
    }
}

object! {
    /// A file created by a patch.
    FileChangeAdd {
        /// Whole text of the new file.
        required content: String,
    }

    /// A file deleted by a patch.
    FileChangeDelete {
        /// Whole text the file had.
        required content: String,
    }

    /// A file edited by a patch.
    FileChangeUpdate {
        /// New path, if the file is moved as well; null if it stays.
        optional move_path: Option<String>,
        /// The edit as a unified diff.
        required unified_diff: String,
    }

    /// A tool of an MCP server is about to be called; never stored.
    McpToolCallBeginEvent {
        /// Joins this event to the end of the same call.
        required call_id: String,
        /// Server, tool and arguments.
        required invocation: McpInvocation,
        /// UI resource of the MCP app behind the tool; null if there is none.
        optional mcp_app_resource_uri: Option<String> [122..],
        /// Plugin the call is attributed to; null if none.
        optional plugin_id: Option<String> [133..],
        /// Connector the tool belongs to; null if none.
        optional connector_id: Option<String> [142..],
        /// Identifier of a link; null if none.
        optional link_id: Option<String> [142..],
        /// Name of the app's action behind the tool; null if none.
        optional action_name: Option<String> [143..],
        /// Name of the app behind the tool; null if none.
        optional app_name: Option<String> [143..],
        /// Identifier of a template; null if none.
        optional template_id: Option<String> [143..=144],
        /// Whether the tool declares itself read-only, whatever the call did; null if it does not say.
        optional read_only_hint: Option<bool> [147..],
        /// UI resource of the tool and how the app prefers to be shown; null if it has none.
        optional mcp_app_ui: Option<McpAppUi> [156..],
        /// Turn of the call; absent or empty in older records.
        optional turn_id: String [156..],
    }

    /// A tool of an MCP server has answered or failed. Paginated rollouts store an item instead.
    McpToolCallEndEvent {
        /// Same as in the begin event of this call.
        required call_id: String,
        /// Server, tool and arguments.
        required invocation: McpInvocation,
        /// How long the call took.
        required duration: WireDuration,
        /// What the server answered, or why there is no answer.
        required result: McpResult,
        /// UI resource of the MCP app behind the tool; null if there is none.
        optional mcp_app_resource_uri: Option<String> [122..],
        /// Plugin the call is attributed to; null if none.
        optional plugin_id: Option<String> [133..],
        /// Connector the tool belongs to; null if none.
        optional connector_id: Option<String> [142..],
        /// Identifier of a link; null if none.
        optional link_id: Option<String> [142..],
        /// Name of the app's action behind the tool; null if none.
        optional action_name: Option<String> [143..],
        /// Name of the app behind the tool; null if none.
        optional app_name: Option<String> [143..],
        /// Identifier of a template; null if none.
        optional template_id: Option<String> [143..=144],
        /// Whether the tool declares itself read-only, whatever the call did; null if it does not say.
        optional read_only_hint: Option<bool> [147..],
        /// UI resource of the tool and how the app prefers to be shown; null if it has none.
        optional mcp_app_ui: Option<McpAppUi> [156..],
        /// Turn of the call; absent or empty in older records.
        optional turn_id: String [156..],
    }

    /// One MCP server has moved on in its startup.
    McpStartupUpdateEvent {
        /// Name of the server.
        required server: String,
        /// How far it has come.
        required status: McpStartupStatus,
    }

    /// Startup of the MCP servers is over.
    McpStartupCompleteEvent {
        /// Names of servers whose startup was cancelled.
        required cancelled: Vec<String>,
        /// Servers that did not start, with the reason.
        required failed: Vec<McpStartupFailure>,
        /// Names of servers that can be used.
        required ready: Vec<String>,
    }

    /// Answer to a client's request for what the MCP servers offer.
    McpListToolsResponseEvent {
        /// State of authentication, by server name.
        required auth_statuses: BTreeMap<String, McpAuthStatus>,
        /// Known resource templates, by server name.
        required resource_templates: BTreeMap<String, Vec<McpResourceTemplate>>,
        /// Known resources, by server name.
        required resources: BTreeMap<String, Vec<McpResource>>,
        /// Tools, by fully qualified name.
        required tools: BTreeMap<String, McpTool>,
    }

    /// The model began a web search.
    WebSearchBeginEvent {
        /// Joins this event to the end of the same search.
        required call_id: String,
    }

    /// A web search is over. Paginated rollouts store an item instead.
    WebSearchEndEvent {
        /// What was done: a search, a page opened or a text looked for in it.
        required action: ResponsesWebSearchAction,
        /// Same as in the begin event of this search.
        required call_id: String,
        /// The query, for display.
        required query: String,
        /// Structured results, where the search ran apart from the model's response; null if there are none.
        optional results: Option<Vec<Json>> [145..],
    }

    /// The model began to generate an image.
    ImageGenerationBeginEvent {
        /// Joins this event to the end of the same generation.
        required call_id: String,
    }

    /// An image was generated or failed. It carries `result`, `fileId` or both; paginated rollouts store an item
    /// instead.
    ImageGenerationEndEvent {
        /// Same as in the begin event of this generation.
        required call_id: String,
        /// The image inline; empty in records that have it as a file as well.
        optional result: String,
        /// Identifier of the image in the attachment store; where present it counts rather than `result`.
        optional file_id as "fileId": String [164..],
        /// The prompt as reworded by the backend; null if it was not.
        optional revised_prompt: Option<String>,
        /// Absolute path of the copy saved on disk; null if none was saved.
        optional saved_path: Option<String>,
        /// Status as the backend names it.
        required status: String,
        /// Flag of a transparent background; null if not given.
        optional transparent_background: Option<bool> [147..],
        /// Why no image came, such as a usage limit; null if there is nothing to report.
        optional failure: Option<ImageGenerationFailure> [148..],
        /// Local files that were read as input of this generation.
        optional input_images: Vec<ImageGenerationInputImage> [164..],
        /// Identifier of the generation; null if unknown.
        optional generation_id: Option<String> [166..],
    } any of ["result", "fileId"]

    /// The agent attached a local image through the `view_image` tool.
    ViewImageToolCallEvent {
        /// Tool call that asked for the image.
        required call_id: String,
        /// Path of the image.
        required path: String,
    }

    /// Codex asks the client to run a tool that the client itself provides.
    DynamicToolCallRequestEvent {
        /// Arguments of the call, any JSON.
        required arguments: Json,
        /// Joins this event to its response.
        required call_id as "callId": String,
        /// Name of the tool.
        required tool: String,
        /// Turn of the call.
        required turn_id as "turnId": String,
        /// Namespace of the tool; null if it has none.
        optional namespace: Option<String> [123..],
        /// Start of the call as Unix time in milliseconds; 0 if unknown.
        optional started_at_ms as "startedAtMs": Int [129..],
    }

    /// A client's tool has answered or failed.
    DynamicToolCallResponseEvent {
        /// Arguments of the call, as in the request.
        required arguments: Json,
        /// Same as `callId` of the request.
        required call_id: String,
        /// What the tool gave back.
        required content_items: Vec<DynamicToolCallOutputContentItem>,
        /// How long the call took.
        required duration: WireDuration,
        /// Why there is no answer; null if the tool answered.
        optional error: Option<String>,
        /// Whether the tool reports success.
        required success: bool,
        /// Name of the tool.
        required tool: String,
        /// Turn of the call.
        required turn_id: String,
        /// Namespace of the tool; null if it has none.
        optional namespace: Option<String> [123..],
        /// End of the call as Unix time in milliseconds; 0 if unknown.
        optional completed_at_ms: Int [129..],
    }
}
