//! Events with words of the user and the model.

use super::{
    AudioReference, ImageDetail, MessagePhase, ResponseItem, ResponseUsageMetadata, TextElement, TokenUsage,
    UserMessageAudioKind, UserMessageImageKind,
};
use crate::grammar::{Int, Unsigned, names, object};

object! {
    /// A message of the user, as shown in history.
    UserMessageEvent {
        /// Text of the message.
        required message: String,
        /// Kind of the message in early files, such as `plain`.
        optional kind: Option<String> [wire],
        /// Addresses of images sent along, `data:` ones too.
        optional images: Option<Vec<String>>,
        /// Paths of local images sent along, for attaching them again; not addresses.
        optional local_images: Vec<String>,
        /// Addresses of audio sent along.
        optional audio: Option<Vec<String>> [145..],
        /// Paths of local audio sent along, for attaching it again; not addresses.
        optional local_audio: Vec<String> [145..],
        /// Stretches of `message` with a meaning of their own, such as placeholders.
        optional text_elements: Vec<TextElement>,
        /// Detail wanted for `images`, index by index; the default where an entry is missing.
        optional image_details: Vec<Option<ImageDetail>> [132..],
        /// Detail wanted for `local_images`, index by index; the default where an entry is missing.
        optional local_image_details: Vec<Option<ImageDetail>> [132..],
        /// Id that the client gave the message.
        optional client_id: Option<String> [136..],
        /// Detail wanted for `file_ids`, index by index; the default where an entry is missing.
        optional file_id_details: Vec<Option<ImageDetail>> [156..],
        /// Ids of uploaded images sent along, passed on as they are.
        optional file_ids: Option<Vec<String>> [156..],
        /// How `images` and `file_ids` interleave; without it the files come last.
        optional image_order: Vec<UserMessageImageKind> [156..],
        /// How `audio` and `audio_references` interleave.
        optional audio_order: Vec<UserMessageAudioKind> [169..],
        /// Audio by file id; without `audio_order` possibly all the audio in its order.
        optional audio_references: Option<Vec<AudioReference>> [169..],
    }

    /// A message of the model, as shown in history.
    AgentMessageEvent {
        /// Text of the message.
        required message: String,
        /// Whether this is commentary on the way or the final answer; not every model says.
        optional phase: Option<MessagePhase>,
        /// Memories that the answer leans on.
        optional memory_citation: Option<MemoryCitation>,
        /// How the message reached the user; absent for the usual stream.
        optional delivery: Option<AgentMessageDelivery> [149..],
        /// Questions that the message puts to the user without waiting for the reply.
        optional questions: Option<Vec<AsyncUserInputQuestion>> [153..],
        /// Verdict of moderation, with the id of the item that it is about.
        optional moderation: Option<TargetedAnswerModeration> [169..],
    }
}

names! {
    /// Ways for a message of the model to reach the user.
    AgentMessageDelivery {
        /// Sent while the turn goes on, without waiting.
        Async = "async",
    }
}

object! {
    /// How a client should present a moderated answer when it shows history.
    AgentMessageDisplay {
        /// What to do; an unknown name is the business of the client that made it.
        required action: String,
        /// Kind of block.
        optional block_type as "blockType": Option<String>,
        /// Whether trusted contacts are to be checked.
        optional check_trusted_contacts as "checkTrustedContacts": Option<bool>,
        /// Whether trusted access for cyber security plays a part.
        optional cyber_trusted_access as "cyberTrustedAccess": Option<bool>,
    }

    /// Verdict of moderation on the message that holds it.
    AgentMessageModeration {
        /// How to present the message; null or absent if nothing is asked.
        optional display: Option<AgentMessageDisplay>,
        /// Whether moderation stepped in.
        required moderated: bool,
    }

    /// Verdict of moderation on a named item, as the event itself carries no item id.
    TargetedAnswerModeration {
        /// How to present the message; null or absent if nothing is asked.
        optional display: Option<AgentMessageDisplay>,
        /// Id of the item concerned.
        required item_id: String,
        /// Whether moderation stepped in.
        required moderated: bool,
    }

    /// A question to the user that the turn does not wait for.
    AsyncUserInputQuestion (close) {
        /// Answers to choose from; null or absent for a free answer.
        optional options: Option<Vec<String>>,
        /// The question.
        required title: String,
    }

    /// Memories that an answer leans on.
    MemoryCitation {
        /// Places in memory files.
        required entries: Vec<MemoryCitationEntry>,
        /// Ids of the rollouts behind them.
        required rollout_ids as "rolloutIds": Vec<String>,
    }

    /// A stretch of lines in a memory file.
    MemoryCitationEntry {
        /// Last line.
        required line_end as "lineEnd": Unsigned,
        /// First line.
        required line_start as "lineStart": Unsigned,
        /// What was taken from there.
        required note: String,
        /// The memory file.
        required path: String,
    }

    /// A piece of a message while it is streamed; the old form without ids.
    AgentMessageDeltaEvent {
        /// Text to append.
        required delta: String,
    }

    /// A section of the reasoning summary.
    AgentReasoningEvent {
        /// Text of the section, often with a bold heading.
        required text: String,
    }

    /// A piece of the reasoning summary while it is streamed; the old form without ids.
    AgentReasoningDeltaEvent {
        /// Text to append.
        required delta: String,
    }

    /// Raw thinking, from models that show it.
    AgentReasoningRawContentEvent {
        /// The thinking.
        required text: String,
    }

    /// A piece of raw thinking while it is streamed; the old form without ids.
    AgentReasoningRawContentDeltaEvent {
        /// Text to append.
        required delta: String,
    }

    /// The reasoning summary goes on with a new section.
    AgentReasoningSectionBreakEvent {
        /// Id of the reasoning item.
        optional item_id: String,
        /// Index of the section.
        optional summary_index: Int,
    }

    /// A piece of a message while it is streamed.
    AgentMessageContentDeltaEvent {
        /// Text to append.
        required delta: String,
        /// Id of the message item.
        required item_id: String,
        /// Thread of the turn.
        required thread_id: String,
        /// Turn of the item.
        required turn_id: String,
    }

    /// A piece of a proposed plan while it is streamed.
    PlanDeltaEvent {
        /// Text to append.
        required delta: String,
        /// Id of the plan item.
        required item_id: String,
        /// Thread of the turn.
        required thread_id: String,
        /// Turn of the item.
        required turn_id: String,
    }

    /// A piece of the reasoning summary while it is streamed.
    ReasoningContentDeltaEvent {
        /// Text to append.
        required delta: String,
        /// Id of the reasoning item.
        required item_id: String,
        /// Index of the section that it belongs to.
        optional summary_index: Int,
        /// Thread of the turn.
        required thread_id: String,
        /// Turn of the item.
        required turn_id: String,
    }

    /// A piece of raw thinking while it is streamed.
    ReasoningRawContentDeltaEvent {
        /// Index of the part that it belongs to.
        optional content_index: Int,
        /// Text to append.
        required delta: String,
        /// Id of the reasoning item.
        required item_id: String,
        /// Thread of the turn.
        required thread_id: String,
        /// Turn of the item.
        required turn_id: String,
    }

    /// An item of the Responses API passed on as it is.
    RawResponseItemEvent {
        /// The item.
        required item: ResponseItem,
    }

    /// One response of the API is complete; its usage is exact and not summed with others.
    RawResponseCompletedEvent {
        /// Id of the response.
        required response_id: String,
        /// Tokens of this response alone; null or absent if the service gave none.
        optional token_usage: Option<TokenUsage>,
        /// What else the service said on usage.
        optional usage_metadata: Option<ResponseUsageMetadata> [151..],
    }
}
