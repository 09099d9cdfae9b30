//! Kinds of lines and of events, as far as accounting tells them apart.
//!
//! Both spellings of a renamed kind read as one. Anything else is `Other`, never an error: newer
//! versions add kinds every few weeks.

/// The `type` of a line's envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Identity and settings of the thread; the first line, and copies of a parent's in forks.
    SessionMeta,
    /// Settings in force for one turn, the model among them (since 0.36).
    TurnContext,
    /// What the harness observed; see [`EventKind`].
    EventMsg,
    /// One model-visible item.
    ResponseItem,
    /// A compaction checkpoint.
    Compacted,
    /// The usage of one completed response (since 0.153).
    TokenUsageRecord,
    /// Any other kind, known or not.
    Other,
}

impl LineKind {
    /// Reads the `type` of an envelope.
    pub fn from_wire(kind: &[u8]) -> Self {
        match kind {
            b"session_meta" => Self::SessionMeta,
            b"turn_context" => Self::TurnContext,
            b"event_msg" => Self::EventMsg,
            b"response_item" => Self::ResponseItem,
            b"compacted" => Self::Compacted,
            b"token_usage_record" => Self::TokenUsageRecord,
            _ => Self::Other,
        }
    }
}

/// The `payload.type` of an `event_msg` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Usage after a response, or one of its look-alikes.
    TokenCount,
    /// A turn begins (`task_started`, also read as `turn_started`).
    TurnStarted,
    /// What the user typed (legacy history mode).
    UserMessage,
    /// What the model said or thought (legacy history mode).
    ModelOutput,
    /// A finished item of a turn (paginated history mode).
    ItemCompleted,
    /// A review sub-agent takes over.
    EnteredReviewMode,
    /// The review sub-agent is done.
    ExitedReviewMode,
    /// Settings of the thread, the model among them (since 0.145).
    ThreadSettingsApplied,
    /// Any other kind, known or not.
    Other,
}

impl EventKind {
    /// Reads the `type` of an event's payload.
    pub fn from_wire(kind: &[u8]) -> Self {
        match kind {
            b"token_count" => Self::TokenCount,
            b"task_started" | b"turn_started" => Self::TurnStarted,
            b"user_message" => Self::UserMessage,
            b"agent_message" | b"agent_reasoning" | b"agent_reasoning_raw_content" => Self::ModelOutput,
            b"item_completed" => Self::ItemCompleted,
            b"entered_review_mode" => Self::EnteredReviewMode,
            b"exited_review_mode" => Self::ExitedReviewMode,
            b"thread_settings_applied" => Self::ThreadSettingsApplied,
            _ => Self::Other,
        }
    }
}
