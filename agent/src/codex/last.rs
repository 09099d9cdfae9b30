//! What a thread used last: model, effort, folder.

use std::ops::ControlFlow;

use replay::{Chain, LineReader, Silent};
use rollout_schema::{LineKind, SessionMeta, TurnContext};
use serde::Deserialize;

/// What a thread used last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastUsed {
    /// The model of the last turn.
    pub model: Option<String>,
    /// The reasoning effort of the last turn; `None` for the model's own.
    pub effort: Option<String>,
    /// The folder of the thread's last own turn, else the one it began in.
    pub cwd: Option<String>,
}

#[derive(Deserialize)]
struct Enveloped<T> {
    payload: T,
}

impl LastUsed {
    /// Reads the lines of a thread. Those that say nothing of it are passed over, damaged ones as well.
    pub fn read(chain: &Chain) -> Self {
        let mut last = Self::default();
        let text = |text: std::borrow::Cow<'_, str>| text.into_owned();
        // Whoever decides about going on has judged the file before.
        drop(chain.for_each_record(&mut LineReader::default(), &Silent, |record| {
            let json = record.record.json;
            match record.record.head.kind {
                LineKind::TurnContext => {
                    if let Ok(context) = serde_json::from_slice::<Enveloped<TurnContext<'_>>>(json) {
                        let TurnContext { model, effort, cwd, .. } = context.payload;
                        (last.model, last.effort) = (model.map(text), effort.map(text));
                        // A fork may have been made for another folder.
                        last.cwd = cwd.map(text).filter(|_| !record.inherited).or(last.cwd.take());
                    }
                }
                LineKind::SessionMeta if !record.inherited => {
                    if let Ok(meta) = serde_json::from_slice::<Enveloped<SessionMeta<'_>>>(json) {
                        last.cwd = meta.payload.cwd.map(text).or(last.cwd.take());
                    }
                }
                _ => {}
            }
            ControlFlow::Continue(())
        }));
        last
    }
}

#[cfg(test)]
mod tests {
    use replay::{Discovered, RolloutFile, store::Store};

    use super::*;

    fn file(id: &str, lines: &[(&str, &str)]) -> RolloutFile {
        let line = |(kind, payload): &(&str, &str)| {
            format!("{{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"type\":\"{kind}\",\"payload\":{payload}}}\n")
        };
        let text: String = lines.iter().map(line).collect();
        RolloutFile::memory(&format!("h/sessions/rollout-{id}.jsonl"), Box::leak(text.into_boxed_str()).as_bytes())
    }

    #[test]
    fn the_last_turn_decides_and_a_fork_stays_in_its_own_folder() {
        let parent = [
            ("session_meta", r#"{"id":"aa","cwd":"/srv/a"}"#),
            ("turn_context", r#"{"cwd":"/srv/a/x","model":"m1","effort":"high"}"#),
            ("event_msg", r#"{"type":"user_message","message":"hello"}"#),
        ];
        let own = ("session_meta", r#"{"id":"bb","cwd":"/srv/b","forked_from_id":"aa"}"#);
        let fork = [&[own], &parent[..]].concat();
        let later = [&parent[..], &[("turn_context", r#"{"model":"m2"}"#), ("turn_context", "7")]].concat();
        let files = vec![file("aa", &parent), file("bb", &fork), file("cc", &[("session_meta", r#"{"id":"cc"}"#)])];
        let store = Store::open(Discovered { files, problems: Vec::new() }, Vec::new());
        let check = |chain: &Chain, [model, effort, cwd]: [&str; 3]| {
            let used = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let want = LastUsed { model: used(model), effort: used(effort), cwd: used(cwd) };
            assert_eq!(LastUsed::read(chain), want);
        };
        check(&store.chain(0, false), ["m1", "high", "/srv/a/x"]);
        check(&store.chain(1, false), ["m1", "high", "/srv/b"]);
        check(&store.chain(2, false), ["", "", ""]);
        // A turn without an effort ran with the model's own.
        check(&Chain::of_file(file("aa", &later)), ["m2", "", "/srv/a/x"]);
    }
}
