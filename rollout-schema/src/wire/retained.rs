//! Facts that outlive a compaction: `retained_context` lines and their snapshot in a checkpoint.

use super::MessagePhase;
use crate::grammar::{Unsigned, names, object, tagged};

tagged! {
    /// A fact recorded by Codex that stays out of the model's sight and survives compaction.
    RetainedContextEvent by "type" {
        /// The user answered questions that the model had asked.
        VerifiedAnswer(RetainedVerifiedAnswer) = "verified_answer",
        /// A messaging tool confirmed that a message of the assistant arrived.
        DeliveredAssistantMessage(RetainedDeliveredAssistantMessage) = "delivered_assistant_message" [159..],
        /// A request with sound files went through.
        AcceptedFileAudio(RetainedAcceptedFileAudio) = "accepted_file_audio" [169..],
    }
}

object! {
    /// Answers of the user to one `request_user_input` call.
    RetainedVerifiedAnswer {
        /// Place among the retained facts; absent in older files, where the order of lines counts.
        optional acceptance_order: Option<Unsigned>,
        /// Id of the tool call that asked.
        required call_id: String,
        /// Questions and answers; left empty rather than partial when the record is incomplete.
        required questions: Vec<VerifiedQuestionAnswer>,
        /// Turn in which the answers came.
        required turn_id: String,
    }

    /// Text of the assistant that is known to have arrived; it never counts as permission from the user.
    RetainedDeliveredAssistantMessage {
        /// Place among the retained facts.
        required acceptance_order: Unsigned,
        /// Whether the whole text is kept.
        required complete: bool,
        /// Id of the message; null when it has none.
        optional message_id: Option<String>,
        /// What kind of input led to it; ordinary input when absent.
        optional origin: UserInputOrigin,
        /// Phase of the message as the model marked it; null when unmarked.
        optional phase: Option<MessagePhase>,
        /// The text.
        required text: String,
        /// Turn in which it was delivered.
        required turn_id: String,
    }

    /// Sound files that the provider took.
    RetainedAcceptedFileAudio {
        /// Which files, and where.
        required evidence: AcceptedFileAudio,
    }

    /// Files of a completed request. It shows that they could be decoded then; a file may have expired since.
    AcceptedFileAudio {
        /// Ids of the uploaded files, each once.
        required file_ids: Vec<String>,
        /// Model that took them.
        required model: String,
        /// Provider that took them.
        required provider: String,
        /// Turn of the request.
        required turn_id: String,
    }

    /// The retained facts at a compaction. A fact goes only when the turn that it belongs to is rolled back.
    RetainedContext {
        /// Answers of the user to questions of the model.
        required verified_answers: Vec<OrderedVerifiedAnswer>,
        /// Whether evidence was lost, so that the answers are no full record of what was permitted.
        required incomplete: bool,
        /// Messages of the user.
        optional user_messages: Vec<OrderedUserMessage>,
        /// Whether some messages of the user are missing; yes when absent.
        optional user_messages_incomplete: bool,
        /// Messages of the assistant; they have a size limit of their own.
        optional assistant_messages: Vec<OrderedUserMessage> [158..],
        /// Whether some messages of the assistant were left out; no when absent.
        optional assistant_messages_incomplete: bool [158..],
        /// Place that the next fact will get; 0 when absent.
        optional next_order: Unsigned,
        /// Messages of users of other threads, as delivered to this one.
        optional sender_deliveries: Vec<OrderedSenderMessages> [156..],
        /// Sound files that went through; null when there are none.
        optional accepted_file_audio: Option<AcceptedFileAudio> [169..],
    }

    /// Text of a message of the user or the assistant, as the list that holds it says. Other content is not kept.
    OrderedUserMessage {
        /// Whether the whole text is kept.
        required complete: bool,
        /// Whether it was taken over from a parent thread.
        optional inherited: bool,
        /// Id of the message; null when it has none.
        optional message_id: Option<String>,
        /// Place among the retained facts; 0 when absent.
        optional order: Unsigned,
        /// The text.
        required text: String,
        /// Turn of the message.
        required turn_id: String,
        /// What kind of input it was; ordinary input when absent.
        optional origin: UserInputOrigin [158..],
        /// Phase of an assistant's message as the model marked it; null or absent otherwise.
        optional phase: Option<MessagePhase> [158..],
        /// Opaque version of the fact, new after a fork or a reset of the history; null when not given.
        optional revision: Option<String> [158..],
    }

    /// Messages of a sending thread's user that reached this thread, as one text.
    OrderedSenderMessages {
        /// Whether it was taken over from a parent thread.
        optional inherited: bool,
        /// Place among the retained facts; 0 when absent.
        optional order: Unsigned,
        /// Id of the message by which it arrived here.
        required receiver_message_id: String,
        /// Turn of this thread in which it arrived.
        required receiver_turn_id: String,
        /// The messages as put into words for the model.
        required text: String,
        /// Opaque version of the fact, new after a fork or a reset of the history; null when not given.
        optional revision: Option<String> [158..],
    }

    /// Answers of the user to one `request_user_input` call, with their place in order.
    OrderedVerifiedAnswer {
        /// Id of the tool call that asked.
        required call_id: String,
        /// Whether it was taken over from a parent thread.
        optional inherited: bool,
        /// Place among the retained facts; 0 when absent.
        optional order: Unsigned,
        /// Questions and answers; left empty rather than partial when the record is incomplete.
        required questions: Vec<VerifiedQuestionAnswer>,
        /// Turn in which the answers came.
        required turn_id: String,
        /// Opaque version of the fact, new after a fork or a reset of the history; null when not given.
        optional revision: Option<String> [158..],
    }

    /// A question and the user's answer to it.
    VerifiedQuestionAnswer {
        /// The answer.
        required answer: String,
        /// The question.
        required question: String,
    }
}

names! {
    /// Where an accepted input came from, whatever set off the turn itself.
    UserInputOrigin {
        /// Ordinary input, or input of unknown origin.
        User = "user",
        /// A scheduled heartbeat.
        Heartbeat = "heartbeat",
    }
}
