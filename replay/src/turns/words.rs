//! What an item says, as numbers: whether an event says what a response item says as well.
//!
//! The same words stand in a file twice or three times. Refuses to keep them: a hash is enough.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::ItemKind;

/// A number for a key: the same in every run.
pub(super) fn number(key: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// What an item says, each part as a number. Empty for kinds that are said once.
pub(super) fn words(id: Option<&str>, kind: &ItemKind) -> Vec<u64> {
    match kind {
        ItemKind::UserMessage { text, .. } => vec![said("user", text)],
        ItemKind::AssistantMessage { text, .. } => vec![said("assistant", text)],
        ItemKind::Reasoning { summary, content, .. } => {
            summary.iter().chain(content).map(|section| said("reasoning", section)).collect()
        }
        ItemKind::HookPrompt { text, .. } => vec![said("hook", text)],
        ItemKind::Command { command, by_user: true, .. } => vec![said("command", command)],
        ItemKind::WebSearch { query, .. } => vec![said("search", query)],
        ItemKind::Image { made: true, .. } => vec![said("image", id.unwrap_or_default())],
        ItemKind::Compaction { .. } => vec![said("compaction", "")],
        _ => Vec::new(),
    }
}

/// White space differs between the forms of one text.
fn said(by: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    by.hash(&mut hasher);
    text.split_whitespace().for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_the_same_numbers() {
        let user = |text: &str| ItemKind::UserMessage { text: text.to_owned(), attachments: Vec::new() };
        let model = ItemKind::AssistantMessage { text: "a b".to_owned(), phase: None };
        assert_eq!(words(None, &user("a b")), words(Some("id"), &user(" a\n b\n")));
        assert_ne!(words(None, &user("a b")), words(None, &user("ab")));
        assert_ne!(words(None, &user("a b")), words(None, &model));
        assert!(words(None, &ItemKind::Rollback { turns: 1 }).is_empty());
    }
}
