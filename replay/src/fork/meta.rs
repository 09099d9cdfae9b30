//! The `session_meta` of a fork: the source's, with another identity.

use std::ops::ControlFlow;

use rollout_schema::{Optional, wire};
use serde_json::json;
use uuid::Uuid;

use super::{ForkError, Request};
use crate::chain::Chain;
use crate::identity::Identity;
use crate::lines::LineReader;
use crate::scan::Silent;
use crate::timestamp::Time;

/// Who wrote a fork, as its `originator` says.
const ORIGINATOR: &str = "rollout";

/// The `session_meta` with which the source's file in force begins, or one made of a bare header.
pub(super) fn of_source(chain: &Chain, request: &Request) -> Result<wire::SessionMeta, ForkError> {
    let file = chain.pieces.last().map(|piece| piece.file.clone());
    let path = file.as_ref().map(|file| file.path.to_path_buf()).unwrap_or_default();
    let mut found = None;
    let first = file.map(Chain::of_file).unwrap_or_default();
    first.for_each_record(&mut LineReader::for_heads(), &Silent, |at| {
        found = Some(match (at.record.bare, serde_json::from_slice::<wire::Envelope>(at.record.json)) {
            (false, Ok(wire::Envelope { item: wire::RolloutItem::SessionMeta(meta), .. })) => Ok(*meta),
            _ => bare(&Identity::of_record(&at.record).unwrap_or_default(), request),
        });
        ControlFlow::Break(())
    });
    match found {
        Some(Ok(meta)) => Ok(meta),
        Some(Err(source)) => Err(ForkError::Unwritable { path, source }),
        None => Err(ForkError::Empty(path)),
    }
}

/// What Codex requires, for a source that says nothing of it.
fn bare(identity: &Identity, request: &Request) -> Result<wire::SessionMeta, serde_json::Error> {
    let cwd = request.cwd.as_deref().or(identity.cwd.as_deref()).unwrap_or(&request.fallback_cwd);
    serde_json::from_value(json!({
        "id": request.forked_from,
        "timestamp": "",
        "cwd": cwd,
        "originator": ORIGINATOR,
        "cli_version": identity.cli_version.as_deref().unwrap_or("0.0.0"),
    }))
}

/// Makes it the fork's.
pub(super) fn of_fork(
    mut meta: wire::SessionMeta,
    request: &Request,
    at: Time,
    base: Option<wire::HistoryPosition>,
) -> wire::SessionMeta {
    if meta.session_id.given().is_some() {
        meta.session_id = Optional::Given(request.thread_id.clone());
    }
    meta.id = request.thread_id.clone();
    meta.forked_from_id = Optional::Given(Some(request.forked_from.clone()));
    meta.forked_from_ordinal_exclusive = base.as_ref().map(|base| Some(base.end_ordinal_exclusive.clone())).into();
    meta.history_base = base.map(Some).into();
    meta.timestamp = at.to_string();
    meta.originator = ORIGINATOR.to_owned();
    meta.source = Optional::Given(request.source.clone());
    if meta.thread_source.value().is_some() {
        meta.thread_source = Optional::Given(Some(wire::ThreadSource::User));
    }
    if let Some(cwd) = &request.cwd {
        meta.cwd.clone_from(cwd);
        meta.git = Optional::Absent;
        if meta.runtime_workspace_roots.value().is_some() {
            meta.runtime_workspace_roots = Optional::Given(Some(vec![cwd.clone()]));
        }
    }
    if let Some(provider) = &request.model_provider {
        meta.model_provider = Optional::Given(Some(provider.clone()));
    }
    if meta.context_window.value().is_some() {
        let window_id = Uuid::now_v7().to_string();
        let window = wire::SessionContextWindow { window_id, rest: Default::default() };
        meta.context_window = Optional::Given(Some(window));
    }
    // A fork of a sub-agent is nobody's sub-agent.
    meta.parent_thread_id = Optional::Absent;
    meta.agent_nickname = Optional::Absent;
    meta.agent_role = Optional::Absent;
    meta.agent_path = Optional::Absent;
    meta.subagent_history_start_ordinal = Optional::Absent;
    meta.attached_thread = Optional::Absent;
    meta
}
