//! One item of a history: where its JSON stands, and as much of what it says as rebuilding needs.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use rollout_schema::context::{is_contextual_developer, is_contextual_user, is_model_switch, is_opening};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What an item is for the rebuilding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Words of the user, which begin a user turn.
    User,
    /// A message of another agent, which begins a user turn as well.
    Agent,
    /// Context in the user's name.
    UserContext,
    /// The part of it that opens a history: instructions and environment.
    Opening,
    /// Settings in the developer's name, which leave together with the turn that follows.
    DeveloperContext,
    /// The one of those that speaks of another model.
    ModelSwitch,
    /// Other words of the developer.
    Developer,
    /// A call that wants an output.
    Call(Pair),
    /// An output that wants a call.
    Output(Pair),
    /// Anything else that the model sees.
    Other,
}

/// Kinds of calls, by the kind of their output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pair {
    /// `function_call` and `local_shell_call`.
    Function,
    /// `custom_tool_call`.
    Custom,
    /// `tool_search_call` of the client.
    Search,
}

/// An item in the order of a history. There can be millions, so it is small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Decoded bytes before the record whose payload it is; for a held item its index.
    pub(super) offset: u64,
    /// Hash of the id that a call and its output share.
    pub(super) call: u64,
    /// Bytes of the record.
    pub(super) length: u32,
    /// Index of the piece, or [`HELD`].
    pub(super) piece: u16,
    /// What it is.
    pub(super) class: Class,
}

/// Stands for the list of items that are no line of their own.
pub(super) const HELD: u16 = u16::MAX;

/// The members of an item that rebuilding looks at.
#[derive(Deserialize)]
pub(crate) struct View<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    role: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    execution: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    content: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
}

impl View<'_> {
    /// What the item is, and the hash of its call; `None` for items that are no part of a history.
    pub(crate) fn class(&self) -> Option<(Class, u64)> {
        let class = match &*self.kind {
            "message" => match self.role.as_deref() {
                Some("user") if self.any_text(is_opening) => Class::Opening,
                Some("user") if self.any_text(is_contextual_user) => Class::UserContext,
                Some("user") => Class::User,
                Some("developer") if self.any_text(is_model_switch) => Class::ModelSwitch,
                Some("developer") if self.any_text(is_contextual_developer) => Class::DeveloperContext,
                Some("developer") => Class::Developer,
                Some("system") => return None,
                _ => Class::Other,
            },
            "agent_message" => Class::Agent,
            "function_call" | "local_shell_call" => self.paired(Class::Call, Pair::Function),
            "function_call_output" => self.paired(Class::Output, Pair::Function),
            "custom_tool_call" => self.paired(Class::Call, Pair::Custom),
            "custom_tool_call_output" => self.paired(Class::Output, Pair::Custom),
            // The provider pairs what it runs itself.
            "tool_search_call" if self.execution.as_deref() != Some("server") => self.paired(Class::Call, Pair::Search),
            "tool_search_output" if self.execution.as_deref() != Some("server") => {
                self.paired(Class::Output, Pair::Search)
            }
            "ghost_snapshot" | "compaction_trigger" | "other" => return None,
            _ => Class::Other,
        };
        Some((class, self.call_id.as_deref().map_or(0, hash)))
    }

    /// Without an id there is nothing to pair by.
    fn paired(&self, class: fn(Pair) -> Class, pair: Pair) -> Class {
        if self.call_id.is_some() { class(pair) } else { Class::Other }
    }

    /// The id that a call shares with its output.
    pub(crate) fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }

    /// The texts of a message, joined.
    pub(crate) fn text(&self) -> String {
        self.parts().into_iter().filter_map(|part| part.text).collect()
    }

    fn any_text(&self, is: fn(&str) -> bool) -> bool {
        self.parts().iter().any(|part| part.text.as_deref().is_some_and(is))
    }

    fn parts(&self) -> Vec<Part<'_>> {
        self.content.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}

/// Pairs calls with outputs without keeping their ids.
fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
