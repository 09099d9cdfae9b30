//! Payloads of the `event_msg` lines that frame usage.

use std::borrow::Cow;

use serde::Deserialize;

/// `task_started`: a turn begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TurnBoundary<'a> {
    /// The turn; absent before 0.104.
    #[serde(borrow)]
    pub turn_id: Option<Cow<'a, str>>,
}

/// `user_message`: what the user typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserMessageEvent<'a> {
    /// The text, without images.
    #[serde(borrow)]
    pub message: Option<Cow<'a, str>>,
}

/// `item_completed`: one finished item of a turn (paginated history).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ItemCompleted<'a> {
    /// The item; only user messages are looked into.
    #[serde(borrow)]
    pub item: Option<TurnItem<'a>>,
}

/// The part of a turn item that names the user's words.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TurnItem<'a> {
    /// `UserMessage`, `AgentMessage`, `CommandExecution` and others.
    #[serde(borrow, rename = "type")]
    pub kind: Option<Cow<'a, str>>,
    /// Parts of a message.
    #[serde(borrow)]
    pub content: Vec<ContentPart<'a>>,
}

/// One part of a message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContentPart<'a> {
    /// The text of a text part.
    #[serde(borrow)]
    pub text: Option<Cow<'a, str>>,
}

impl ItemCompleted<'_> {
    /// The text of a user message, or `None` for any other item.
    pub fn user_text(&self) -> Option<String> {
        let item = self.item.as_ref()?;
        if item.kind.as_deref() != Some("UserMessage") {
            return None;
        }
        Some(item.content.iter().filter_map(|part| part.text.as_deref()).collect())
    }
}

/// `thread_settings_applied`: settings that hold from here on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThreadSettingsApplied<'a> {
    /// The settings.
    #[serde(borrow)]
    pub thread_settings: Option<ThreadSettings<'a>>,
}

/// The part of the settings that decides a price.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThreadSettings<'a> {
    /// The model.
    #[serde(borrow)]
    pub model: Option<Cow<'a, str>>,
    /// Reasoning effort.
    #[serde(borrow)]
    pub reasoning_effort: Option<Cow<'a, str>>,
    /// The service tier that was *asked for*. Codex drops it for models that have no such tier.
    #[serde(borrow)]
    pub service_tier: Option<Cow<'a, str>>,
}
