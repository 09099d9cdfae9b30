//! Parts of response items: text, images, sound, outputs, shell and search actions.

use std::collections::BTreeMap;

use super::ReasoningEffort;
use crate::grammar::{Json, Unsigned, forms, names, object, tagged};

tagged! {
    /// One part of a message.
    ContentItem by "type" {
        /// Text given to the model.
        InputText(InputText) = "input_text",
        /// An image given to the model.
        InputImage(InputImage) = "input_image",
        /// Text that the model wrote.
        OutputText(OutputText) = "output_text",
        /// Sound given to the model.
        InputAudio(InputAudio) = "input_audio" [145..],
    }
}

object! {
    /// Text given to the model.
    InputText {
        /// The text.
        required text: String,
    }

    /// An image given to the model, by address or by uploaded file.
    InputImage {
        /// Where the image is; mostly a `data:` URL with the image inside.
        optional image_url: String,
        /// Id of an uploaded file with the image.
        optional file_id: String [156..],
        /// How finely the model looks at the image; null or absent leaves it to the default.
        optional detail: Option<ImageDetail> [122..],
    } any of ["image_url", "file_id"]

    /// Sound given to the model, inline or by uploaded file.
    InputAudio {
        /// Where the sound is; mostly a `data:` URL with the sound inside.
        optional audio_url: String,
        /// Id of an uploaded file with the sound.
        optional file_id: String [169..],
    } any of ["audio_url", "file_id"]

    /// Text that the model wrote.
    OutputText {
        /// The text.
        required text: String,
        /// Notes on stretches of the text, such as citations, verbatim.
        optional annotations: Option<Vec<Json>> [163..],
        /// Log probabilities of the tokens, verbatim.
        optional logprobs: Option<Vec<Json>> [163..],
    }
}

names! {
    /// How finely the model looks at an image.
    ImageDetail {
        /// The server decides.
        Auto = "auto" [..],
        /// Coarsely, for few tokens.
        Low = "low" [..],
        /// Finely, for more tokens.
        High = "high",
        /// At the image's own resolution.
        Original = "original",
    }

    /// What assistant text is for. Not every provider says so: a missing phase means unknown.
    MessagePhase {
        /// A remark while the turn goes on; tool calls or more text may follow.
        Commentary = "commentary",
        /// The text that the assistant declares to be the turn's answer.
        FinalAnswer = "final_answer",
        /// Settled text of an answer, after which more text or tool calls may come.
        PartialAnswer = "partial_answer" [162..],
    }
}

forms! {
    /// The output of a tool call, in one of three JSON forms.
    FunctionCallOutputBody {
        /// Plain text, the usual form.
        Text(String): string,
        /// A list of parts, for output that is more than text.
        Items(Vec<FunctionCallOutputContentItem>): array,
        /// An object with the text inside, in old files.
        Object(FunctionCallOutputObject): object [..=29],
    }
}

tagged! {
    /// One part of a tool call's output.
    FunctionCallOutputContentItem by "type" {
        /// Text.
        InputText(InputText) = "input_text",
        /// An image.
        InputImage(InputImage) = "input_image",
        /// Content that only the server can read.
        EncryptedContent(EncryptedContent) = "encrypted_content" [133..],
        /// Sound.
        InputAudio(InputAudio) = "input_audio" [145..],
    }
}

object! {
    /// The old object form of a tool call's output.
    FunctionCallOutputObject [..=29] {
        /// The output as text.
        required content: String,
        /// Whether the call succeeded; null or absent means unknown.
        optional success: Option<bool>,
    }

    /// Content that only the server can read.
    EncryptedContent {
        /// The content in encrypted form.
        required encrypted_content: String,
    }
}

tagged! {
    /// One part of a message between agents.
    AgentMessageInputContent by "type" {
        /// A part that only the server can read.
        EncryptedContent(AgentMessageInputEncryptedContent) = "encrypted_content",
        /// A part in plain text.
        InputText(AgentMessageInputInputText) = "input_text" [140..],
    }
}

object! {
    /// Plain text in a message between agents.
    AgentMessageInputInputText {
        /// The text.
        required text: String,
    }

    /// Encrypted content in a message between agents.
    AgentMessageInputEncryptedContent {
        /// The content in encrypted form.
        required encrypted_content: String,
    }
}

tagged! {
    /// One part of the raw thoughts.
    ReasoningItemContent by "type" {
        /// Raw thoughts, tagged as such.
        ReasoningText(ReasoningReasoningText) = "reasoning_text",
        /// Raw thoughts, tagged as mere text.
        Text(ReasoningText) = "text",
    }
}

object! {
    /// Raw thoughts under the tag `reasoning_text`.
    ReasoningReasoningText {
        /// The thoughts.
        required text: String,
    }

    /// Raw thoughts under the tag `text`.
    ReasoningText {
        /// The thoughts.
        required text: String,
    }
}

tagged! {
    /// One part of the summary of the thoughts.
    ReasoningItemReasoningSummary by "type" {
        /// A passage of the summary.
        SummaryText(ReasoningSummaryText) = "summary_text",
    }
}

object! {
    /// A passage of the summary of the thoughts.
    ReasoningSummaryText {
        /// The passage, often headed by a title in bold.
        required text: String,
    }
}

tagged! {
    /// What a local shell call asks for.
    LocalShellAction by "type" {
        /// Run a command.
        Exec(LocalShellExec) = "exec",
    }
}

object! {
    /// A command to run.
    LocalShellExec {
        /// The program and its arguments.
        required command: Vec<String>,
        /// Environment variables to set, by name.
        optional env: Option<BTreeMap<String, String>>,
        /// Time limit in milliseconds; null or absent sets none.
        optional timeout_ms: Option<Unsigned>,
        /// The user to run as; null or absent means the current one.
        optional user: Option<String>,
        /// The directory to run in; null or absent means the turn's own.
        optional working_directory: Option<String>,
    }
}

names! {
    /// How far a local shell call got.
    LocalShellStatus {
        /// It is done.
        Completed = "completed",
        /// It is under way.
        InProgress = "in_progress",
        /// It stopped before its end.
        Incomplete = "incomplete",
    }
}

tagged! {
    /// What was done on the web.
    ResponsesWebSearchAction by "type" {
        /// A search engine was asked.
        Search(ResponsesWebSearchSearch) = "search",
        /// A page was opened.
        OpenPage(ResponsesWebSearchOpenPage) = "open_page",
        /// A page was searched for a pattern.
        FindInPage(ResponsesWebSearchFindInPage) = "find_in_page",
        /// Something that Codex did not know.
        Other(ResponsesWebSearchOther) = "other",
    }
}

object! {
    /// A question to the search engine.
    ResponsesWebSearchSearch {
        /// The questions, where several were asked at once.
        optional queries: Option<Vec<String>>,
        /// The question.
        optional query: Option<String>,
    }

    /// The opening of a page.
    ResponsesWebSearchOpenPage {
        /// The page, if disclosed.
        optional url: Option<String>,
    }

    /// A search within a page.
    ResponsesWebSearchFindInPage {
        /// What was looked for.
        optional pattern: Option<String>,
        /// The page, if disclosed.
        optional url: Option<String>,
    }

    /// An action that says nothing but its kind.
    ResponsesWebSearchOther {
    }

    /// A commit made aside that holds a state of the repository, so that it can be restored.
    GhostCommit {
        /// The commit's hash.
        required id: String,
        /// Hash of the parent commit; null or absent if there is none.
        optional parent: Option<String>,
        /// Files that git did not track when the snapshot was taken.
        required preexisting_untracked_files: Vec<String>,
        /// Directories that git did not track when the snapshot was taken.
        required preexisting_untracked_dirs: Vec<String>,
    }

    /// Reasoning settings in a configuration update.
    ConfigurationReasoning {
        /// How much effort the model is to spend on reasoning.
        required effort: ReasoningEffort,
    }
}
