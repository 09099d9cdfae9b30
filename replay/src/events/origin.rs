//! Whose lines a file holds: its own thread's, and where it began with a copy, another's. And the
//! settings that its thread works with.

use super::copied::Copied;
use super::mapper::EventMapper;
use super::model::{Event, EventKind, SessionStart};
use super::state::Here;
use super::text;
use super::wire::{Meta, Tool};
use crate::timestamp::Time;

/// Most tools of a client whose names are remembered.
const TOOLS: usize = 64;

impl EventMapper {
    /// The first line of a file; a further one tells that lines of its thread were copied.
    pub(super) fn session_meta(&mut self, meta: Meta<'_>, here: &mut Here, out: &mut Vec<Event>) {
        if self.state.thread_id.is_some() {
            if self.state.thread_id.as_deref() != Some(&*meta.id) {
                self.state.copied.begin();
            }
            return;
        }
        if self.rollout_id.is_empty() {
            self.rollout_id.clone_from(&meta.id);
        }
        let forked = meta.forked_from_id.is_some() && meta.history_base.is_none();
        let spawned = here.ordinal.is_none() && is_forking_spawn(&meta);
        self.state.thread_id = Some(meta.id);
        if let Some(tools) = meta.dynamic_tools {
            let tools: Vec<Tool> = serde_json::from_str(tools.get()).unwrap_or_default();
            self.state.tools = tools.into_iter().map(|tool| tool.name).take(TOOLS).collect();
        }
        if here.at.is_none() {
            let quoted = meta.timestamp.as_ref().map(|time| format!("\"{time}\""));
            here.at = quoted.and_then(|json| self.clock.parse(json.as_bytes())).map(|(millis, _)| Time(millis));
        }
        let start_ordinal = meta.subagent_history_start_ordinal;
        let start = SessionStart {
            cwd: meta.cwd,
            originator: meta.originator,
            cli_version: meta.cli_version,
            source: meta.source.map(text::plain).filter(|source| source != "null"),
            model_provider: meta.model_provider,
            forked_from_id: meta.forked_from_id,
            parent_thread_id: meta.parent_thread_id,
            continues: meta.history_base.map(|base| base.thread_id),
        };
        self.emit(here, EventKind::SessionStart(start), out);
        match start_ordinal {
            Some(first) => self.state.copied = Copied::Until(first),
            None if spawned => self.state.copied = Copied::Open { newest: None, has_turns: true },
            None if forked => self.state.copied.begin(),
            None => {}
        }
    }

    /// Finds out whether the record was copied. Called once for each but the file's first.
    pub(super) fn see(&mut self, here: &mut Here, turn: Option<&str>) {
        let thread = self.state.thread_id.as_deref().unwrap_or_default();
        let at = here.at.map(|at| at.0);
        here.inherited |= self.state.copied.holds(here.ordinal, at, turn, thread);
    }

    pub(super) fn settings(
        &mut self,
        model: Option<String>,
        effort: Option<String>,
        here: &mut Here,
        out: &mut Vec<Event>,
    ) {
        if model.is_some() && (&model, &effort) != (&self.state.model, &self.state.effort) {
            (self.state.model, self.state.effort) = (model.clone(), effort.clone());
            self.emit(here, EventKind::Settings { model, effort }, out);
        }
    }
}

/// Whether a sub-agent may begin with a copy that no second `session_meta` tells of: up to 0.144 they
/// do, and since 0.110 it ends with a turn of their own.
fn is_forking_spawn(meta: &Meta<'_>) -> bool {
    let minor = meta.cli_version.as_deref().and_then(|version| version.split('.').nth(1)?.parse::<u32>().ok());
    meta.source.is_some_and(|source| source.get().contains("\"thread_spawn\""))
        && minor.is_some_and(|minor| minor >= 110)
}
