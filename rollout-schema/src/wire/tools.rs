//! Tools that a client or an MCP server offers.

use crate::ThreadId;
use crate::grammar::{Int, Json, external, forms, names, object, tagged};

tagged! {
    /// A tool, or a group of tools, that a client offers to the model and carries out itself.
    DynamicToolSpec by "type" or "function" {
        /// A single tool; early files leave out the tag.
        Function(DynamicToolFunction) = "function",
        /// A named group of tools.
        Namespace(DynamicToolNamespace) = "namespace" [141..],
    }
}

object! {
    /// A tool that a client offers.
    DynamicToolFunction {
        /// The group that the tool belongs to, where it is not listed inside one.
        optional namespace: Option<String> [123..=140],
        /// The tool's name.
        required name: String,
        /// What the tool does, for the model.
        required description: String,
        /// JSON Schema of the arguments.
        required input_schema as "inputSchema": Json,
        /// Whether the model gets the tool only after searching for it; false if absent.
        optional defer_loading as "deferLoading" inverse "exposeToContext": bool,
    }

    /// A named group of tools that a client offers.
    DynamicToolNamespace {
        /// The group's name.
        required name: String,
        /// What the group is for, for the model.
        required description: String,
        /// The tools of the group.
        required tools: Vec<DynamicToolNamespaceTool>,
    }
}

tagged! {
    /// One entry of a group of tools.
    DynamicToolNamespaceTool by "type" {
        /// A single tool.
        Function(DynamicToolFunction) = "function",
    }
}

object! {
    /// The full list of tools that a client offers from here on.
    DynamicToolsUpdated {
        /// The thread that the list belongs to.
        required thread_id: ThreadId,
        /// The tools; an empty list withdraws them all.
        required tools: Vec<DynamicToolSpec>,
    }

    /// The list of tools that a client offers, as kept in a compaction checkpoint.
    DynamicToolsSnapshot {
        /// The thread that the list belongs to.
        required thread_id: ThreadId,
        /// The tools; empty once they have been withdrawn.
        required tools: Vec<DynamicToolSpec>,
    }
}

tagged! {
    /// One part of what a client's tool gave back.
    DynamicToolCallOutputContentItem by "type" {
        /// Text.
        InputText(DynamicOutputInputText) = "inputText",
        /// An image.
        InputImage(DynamicOutputInputImage) = "inputImage",
        /// Sound.
        InputAudio(DynamicOutputInputAudio) = "inputAudio" [145..],
    }
}

object! {
    /// Text from a client's tool.
    DynamicOutputInputText {
        /// The text.
        required text: String,
    }

    /// An image from a client's tool.
    DynamicOutputInputImage {
        /// Where the image is; may be a `data:` URL.
        required image_url as "imageUrl": String,
    }

    /// Sound from a client's tool.
    DynamicOutputInputAudio {
        /// Where the sound is; may be a `data:` URL.
        required audio_url as "audioUrl": String,
    }
}

names! {
    /// How far a call of a client's tool got.
    DynamicToolCallStatus {
        /// It is under way.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It failed.
        Failed = "failed",
    }
}

object! {
    /// A tool that an MCP server offers, as the protocol describes it.
    McpTool {
        /// Free metadata of the protocol.
        optional meta as "_meta": Json,
        /// Hints from the server on use and display, verbatim.
        optional annotations: Json,
        /// What the tool does.
        optional description: Option<String>,
        /// Icons to show, verbatim.
        optional icons: Option<Vec<Json>>,
        /// JSON Schema of the arguments.
        required input_schema as "inputSchema": Json,
        /// The tool's name on its server.
        required name: String,
        /// JSON Schema of structured results.
        optional output_schema as "outputSchema": Json,
        /// The name for display.
        optional title: Option<String>,
    }

    /// A resource that an MCP server offers.
    McpResource {
        /// Free metadata of the protocol.
        optional meta as "_meta": Json,
        /// Hints from the server on use and display, verbatim.
        optional annotations: Json,
        /// What the resource holds.
        optional description: Option<String>,
        /// Icons to show, verbatim.
        optional icons: Option<Vec<Json>>,
        /// MIME type of the content.
        optional mime_type as "mimeType": Option<String>,
        /// The resource's name on its server.
        required name: String,
        /// Size of the content in bytes, if known.
        optional size: Option<Int>,
        /// The name for display.
        optional title: Option<String>,
        /// Address of the resource.
        required uri: String,
    }

    /// A pattern for addresses of resources that an MCP server offers.
    McpResourceTemplate {
        /// Hints from the server on use and display, verbatim.
        optional annotations: Json,
        /// What such resources hold.
        optional description: Option<String>,
        /// MIME type that all such resources share, if any.
        optional mime_type as "mimeType": Option<String>,
        /// The template's name on its server.
        required name: String,
        /// The name for display.
        optional title: Option<String>,
        /// The pattern, with placeholders to fill in.
        required uri_template as "uriTemplate": String,
    }

    /// A call of an MCP tool.
    McpInvocation {
        /// The server's name in the configuration.
        required server: String,
        /// The tool's name on the server.
        required tool: String,
        /// The arguments; null or absent if there are none.
        optional arguments: Json,
    }

    /// What an MCP tool gave back.
    CallToolResult {
        /// Parts of the result, verbatim.
        required content: Vec<Json>,
        /// Whether the tool itself reports a failure.
        optional is_error as "isError": Option<bool>,
        /// The result as JSON, if the tool gives one.
        optional structured_content as "structuredContent": Json,
        /// Free metadata of the protocol.
        optional meta as "_meta": Json,
    }
}

external! {
    /// How a call of an MCP tool ended.
    McpResult {
    } carrying {
        /// The server answered, maybe with an error of the tool's own.
        Ok(CallToolResult) = "Ok",
        /// The call did not get through; the text says why.
        Err(String) = "Err",
    }
}

object! {
    /// Why a call of an MCP tool failed.
    McpToolCallError {
        /// The reason as text.
        required message: String,
    }
}

names! {
    /// How far a call of an MCP tool got.
    McpToolCallStatus {
        /// It is under way.
        InProgress = "inProgress",
        /// It is done.
        Completed = "completed",
        /// It failed.
        Failed = "failed",
    }
}

object! {
    /// The user interface that a tool's descriptor names for its calls.
    McpAppUi {
        /// How it would like to be shown when the model makes the call.
        required preferred_model_display_mode as "preferredModelDisplayMode": McpAppDisplayMode,
        /// Address of the resource that holds the interface.
        required resource_uri as "resourceUri": String,
    }
}

names! {
    /// How the interface of an MCP app is shown.
    McpAppDisplayMode {
        /// Within the conversation.
        Inline = "inline",
        /// On the whole screen.
        Fullscreen = "fullscreen",
    }

    /// How Codex is logged in to an MCP server.
    McpAuthStatus {
        /// Logging in is not supported.
        Unsupported = "unsupported",
        /// A login is possible but has not taken place.
        NotLoggedIn = "not_logged_in",
        /// With a bearer token.
        BearerToken = "bearer_token",
        /// With OAuth.
        OAuth = "o_auth",
    }
}

tagged! {
    /// How far the start of an MCP server got.
    McpStartupStatus by "state" {
        /// It is under way.
        Starting(McpStartupStarting) = "starting",
        /// The server can be used.
        Ready(McpStartupReady) = "ready",
        /// It failed.
        Failed(McpStartupFailed) = "failed",
        /// It was called off.
        Cancelled(McpStartupCancelled) = "cancelled",
    }
}

object! {
    /// The server is starting; nothing more is said.
    McpStartupStarting {
    }

    /// The server can be used; nothing more is said.
    McpStartupReady {
    }

    /// The server did not start.
    McpStartupFailed {
        /// The reason as text.
        required error: String,
        /// The reason by name, where there is one.
        optional reason: Option<McpStartupFailureReason> [143..],
    }

    /// The start was called off; nothing more is said.
    McpStartupCancelled {
    }

    /// A server that did not start, in the summary of all of them.
    McpStartupFailure {
        /// The reason as text.
        required error: String,
        /// The server's name in the configuration.
        required server: String,
    }
}

names! {
    /// Named reasons for which an MCP server does not start.
    McpStartupFailureReason {
        /// The user has to log in again.
        ReauthenticationRequired = "reauthentication_required",
    }
}

forms! {
    /// Id of a request, in one of two JSON forms.
    RequestId {
        /// A string.
        Text(String): string,
        /// A whole number.
        Number(Int): number,
    }
}
