//! Voice sessions: `realtime_item` lines and the events of a conversation.

use crate::grammar::{Json, Unsigned, external, names, object, tagged};

tagged! {
    /// One entry of a voice session in a thread's history, told apart by `type`.
    RealtimeItem by "type" {
        /// A voice session began.
        RealtimeSessionStarted(RealtimeRealtimeSessionStarted) = "realtime_session_started",
        /// Something was said.
        TranscriptSegment(RealtimeTranscriptSegment) = "transcript_segment",
        /// An item of a turn was brought into the conversation.
        BemItemPromoted(RealtimeBemItemPromoted) = "bem_item_promoted",
        /// A voice session ended.
        RealtimeSessionClosed(RealtimeRealtimeSessionClosed) = "realtime_session_closed",
    }
}

object! {
    /// Start of a voice session.
    RealtimeRealtimeSessionStarted {
        /// Id of the entry.
        required id: String,
        /// Voice session that it belongs to.
        required realtime_session_id: String,
    }

    /// Words spoken by one side.
    RealtimeTranscriptSegment {
        /// Id of the entry.
        required id: String,
        /// Voice session that it belongs to.
        required realtime_session_id: String,
        /// Who spoke.
        required role: RealtimeTranscriptRole,
        /// The words as transcribed.
        required text: String,
    }

    /// An existing item of a turn that the voice conversation shows.
    RealtimeBemItemPromoted {
        /// Id of the entry.
        required id: String,
        /// Voice session that it belongs to.
        required realtime_session_id: String,
        /// Id of the item shown.
        required item_id: String,
        /// What of the item is shown, and how.
        required presentation: BemItemPresentation,
        /// Turn of that item.
        required turn_id: String,
    }

    /// End of a voice session.
    RealtimeRealtimeSessionClosed {
        /// Id of the entry.
        required id: String,
        /// Voice session that it belongs to.
        required realtime_session_id: String,
        /// How it ended.
        required outcome: RealtimeSessionOutcome,
    }
}

names! {
    /// Sides of a voice conversation.
    RealtimeTranscriptRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
    }

    /// How a voice session ended.
    RealtimeSessionOutcome {
        /// As it should.
        Ended = "ended",
        /// By a failure.
        Failed = "failed",
    }
}

tagged! {
    /// How a voice conversation shows an item of a turn, told apart by `type`.
    BemItemPresentation by "type" {
        /// As a whole.
        WholeItem(BemWholeItem) = "whole_item",
        /// As Markdown among the words.
        InlineMarkdown(BemInlineMarkdown) = "inline_markdown",
        /// One visualisation of it among the words.
        InlineVisualization(BemInlineVisualization) = "inline_visualization",
    }
}

object! {
    /// The item as a whole, without particulars.
    BemWholeItem {
    }

    /// The item as Markdown, without particulars.
    BemInlineMarkdown {
    }

    /// One visualisation of an item.
    BemInlineVisualization {
        /// Which visualisation of the item.
        required index: Unsigned,
    }

    /// A voice conversation began.
    RealtimeConversationStartedEvent {
        /// Id of the voice session under its earlier name.
        optional session_id: Option<String> [..=128],
        /// Version of the realtime protocol.
        required version: RealtimeConversationVersion,
        /// Id of the voice session.
        optional realtime_session_id: Option<String> [129..],
    }
}

names! {
    /// Versions of the realtime protocol.
    RealtimeConversationVersion {
        /// Version 1.
        V1 = "v1",
        /// Version 2.
        V2 = "v2",
        /// Version 3.
        V3 = "v3" [145..],
    }
}

object! {
    /// Something streamed within a voice conversation.
    RealtimeConversationRealtimeEvent {
        /// What was streamed.
        required payload: RealtimeEvent,
    }

    /// Description of the media connection.
    RealtimeConversationSdpEvent {
        /// The description in the Session Description Protocol.
        required sdp: String,
    }

    /// A voice conversation ended.
    RealtimeConversationClosedEvent {
        /// Why it ended; null or absent if nobody said.
        optional reason: Option<String>,
    }

    /// Answer to a request for the voices.
    RealtimeConversationListVoicesResponseEvent {
        /// The voices on offer.
        required voices: RealtimeVoicesList,
    }
}

external! {
    /// What a voice conversation streams; the variant's name is the only key of the object.
    RealtimeEvent {
    } carrying {
        /// The settings of the session changed.
        SessionUpdated(RealtimeEventSessionUpdated) = "SessionUpdated",
        /// The user began to speak.
        InputAudioSpeechStarted(RealtimeInputAudioSpeechStarted) = "InputAudioSpeechStarted",
        /// A piece of the user's words.
        InputTranscriptDelta(RealtimeTranscriptDelta) = "InputTranscriptDelta",
        /// A piece of the model's words.
        OutputTranscriptDelta(RealtimeTranscriptDelta) = "OutputTranscriptDelta",
        /// Sound of the model.
        AudioOut(RealtimeAudioFrame) = "AudioOut",
        /// An answer was called off.
        ResponseCancelled(RealtimeResponseCancelled) = "ResponseCancelled",
        /// An item joined the conversation, as raw JSON of the service.
        ConversationItemAdded(Json) = "ConversationItemAdded",
        /// An item of the conversation is complete.
        ConversationItemDone(RealtimeEventConversationItemDone) = "ConversationItemDone",
        /// The voice model hands work over to the agent.
        HandoffRequested(RealtimeHandoffRequested) = "HandoffRequested",
        /// An error, as text.
        Error(String) = "Error",
        /// An answer began.
        ResponseCreated(RealtimeResponseCreated) = "ResponseCreated" [120..],
        /// An answer is complete.
        ResponseDone(RealtimeResponseDone) = "ResponseDone" [120..],
        /// The user's words are complete.
        InputTranscriptDone(RealtimeTranscriptDone) = "InputTranscriptDone" [121..],
        /// The model's words are complete.
        OutputTranscriptDone(RealtimeTranscriptDone) = "OutputTranscriptDone" [121..],
        /// The voice model called for nothing to be done.
        NoopRequested(RealtimeNoopRequested) = "NoopRequested" [123..],
        /// An entry of history began; made by Codex, not by the service.
        HistoryItemStarted(RealtimeItem) = "HistoryItemStarted" [153..],
        /// A piece of words for an entry of history.
        HistoryTranscriptDelta(RealtimeEventHistoryTranscriptDelta) = "HistoryTranscriptDelta" [153..],
        /// An entry of history is complete.
        HistoryItemCompleted(RealtimeItem) = "HistoryItemCompleted" [153..],
    }
}

object! {
    /// New settings of a voice session.
    RealtimeEventSessionUpdated {
        /// Id of the voice session under its earlier name.
        optional session_id: String [..=128] where required [..=128],
        /// Id of the voice session.
        optional realtime_session_id: String [129..] where required [129..],
        /// Instructions to the voice model.
        optional instructions: Option<String>,
    }

    /// An item of the conversation is complete.
    RealtimeEventConversationItemDone {
        /// Id of the item.
        required item_id: String,
    }

    /// A piece of words for an entry of history.
    RealtimeEventHistoryTranscriptDelta {
        /// Text to append.
        required delta: String,
        /// Id of the entry.
        required item_id: String,
    }

    /// The user began to speak.
    RealtimeInputAudioSpeechStarted {
        /// Id of the item that the speech becomes.
        optional item_id: Option<String>,
    }

    /// A piece of a transcript.
    RealtimeTranscriptDelta {
        /// Text to append.
        required delta: String,
    }

    /// A transcript that is complete.
    RealtimeTranscriptDone {
        /// The whole text.
        required text: String,
    }

    /// One turn of speech in a transcript.
    RealtimeTranscriptEntry {
        /// Who spoke.
        required role: String,
        /// The words as transcribed.
        required text: String,
    }

    /// A stretch of sound.
    RealtimeAudioFrame {
        /// The samples, encoded as text.
        required data: String,
        /// Id of the item that the sound belongs to.
        optional item_id: Option<String>,
        /// Number of channels.
        required num_channels: Unsigned,
        /// Samples per second.
        required sample_rate: Unsigned,
        /// Samples in each channel; null or absent if not counted.
        optional samples_per_channel: Option<Unsigned>,
    }

    /// An answer began.
    RealtimeResponseCreated {
        /// Id of the answer.
        optional response_id: Option<String>,
    }

    /// An answer is complete.
    RealtimeResponseDone {
        /// Id of the answer.
        optional response_id: Option<String>,
    }

    /// An answer was called off.
    RealtimeResponseCancelled {
        /// Id of the answer.
        optional response_id: Option<String>,
    }

    /// Work handed over from the voice model to the agent.
    RealtimeHandoffRequested {
        /// The conversation at hand when the request came, by speaker.
        required active_transcript: Vec<RealtimeTranscriptEntry>,
        /// Id of the handover.
        required handoff_id: String,
        /// The request as transcribed.
        required input_transcript: String,
        /// Id of the item that asks for it.
        required item_id: String,
    }

    /// A call of the voice model that asks for nothing.
    RealtimeNoopRequested {
        /// Id of the call.
        required call_id: String,
        /// Id of the item that makes it.
        required item_id: String,
    }

    /// Voices on offer, by version of the protocol.
    RealtimeVoicesList {
        /// Default voice of version 1.
        required default_v1 as "defaultV1": RealtimeVoice,
        /// Default voice of version 2.
        required default_v2 as "defaultV2": RealtimeVoice,
        /// Voices of version 1.
        required v1: Vec<RealtimeVoice>,
        /// Voices of version 2.
        required v2: Vec<RealtimeVoice>,
        /// Voices of version 3.
        optional v3: Vec<RealtimeVoice> [163..],
    }
}

names! {
    /// Names of voices.
    RealtimeVoice {
        /// The voice Alloy of version 2.
        Alloy = "alloy",
        /// The voice Arbor of version 1.
        Arbor = "arbor",
        /// The voice Ash of version 2.
        Ash = "ash",
        /// The voice Ballad of version 2.
        Ballad = "ballad",
        /// The voice Breeze of version 1.
        Breeze = "breeze",
        /// The voice Cedar of version 2.
        Cedar = "cedar",
        /// The voice Coral of version 2.
        Coral = "coral",
        /// The voice Cove of version 1, the default there.
        Cove = "cove",
        /// The voice Echo of version 2.
        Echo = "echo",
        /// The voice Ember of version 1.
        Ember = "ember",
        /// The voice Juniper of version 1.
        Juniper = "juniper",
        /// The voice Maple of version 1.
        Maple = "maple",
        /// The voice Marin of version 2, the default there.
        Marin = "marin",
        /// The voice Sage of version 2.
        Sage = "sage",
        /// The voice Shimmer of version 2.
        Shimmer = "shimmer",
        /// The voice Sol of version 1.
        Sol = "sol",
        /// The voice Spruce of version 1.
        Spruce = "spruce",
        /// The voice Vale of version 1.
        Vale = "vale",
        /// The voice Verse of version 2.
        Verse = "verse",
        /// The voice Aube.
        Aube = "aube" [163..],
        /// The voice Bubbie.
        Bubbie = "bubbie" [163..],
        /// The voice Haetsal.
        Haetsal = "haetsal" [163..],
        /// The voice Hanul.
        Hanul = "hanul" [163..],
        /// The voice Himari.
        Himari = "himari" [163..],
        /// The voice Leher.
        Leher = "leher" [163..],
        /// The voice Miko.
        Miko = "miko" [163..],
        /// The voice Neer.
        Neer = "neer" [163..],
        /// The voice Porto.
        Porto = "porto" [163..],
        /// The voice Rindo.
        Rindo = "rindo" [163..],
        /// The voice Rio.
        Rio = "rio" [163..],
        /// The voice Rivage.
        Rivage = "rivage" [163..],
        /// The voice Selva.
        Selva = "selva" [163..],
        /// The voice Sonna.
        Sonna = "sonna" [163..],
        /// The voice Tinta.
        Tinta = "tinta" [163..],
        /// The voice Viola.
        Viola = "viola" [163..],
    }
}
