//! The `session_meta` of a fork: the source's, with another identity.

use std::ops::ControlFlow;

use rollout_schema::{LineKind, Optional, wire};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ForkError, Request};
use crate::chain::Chain;
use crate::lines::LineReader;
use crate::records::Record;
use crate::scan::Silent;
use crate::timestamp::Time;

/// Who wrote a fork, as its `originator` says.
const ORIGINATOR: &str = "rollout";

/// The `session_meta` with which the source's file in force begins, or one made of a bare header.
pub(super) fn of_source(chain: &Chain, request: &Request) -> Result<wire::SessionMeta, ForkError> {
    let file = chain.pieces.last().map(|piece| piece.file.clone());
    let path = super::in_force(chain);
    let mut found = None;
    let first = file.map(Chain::of_file).unwrap_or_default();
    first.for_each_record(&mut LineReader::for_heads(), &Silent, |at| {
        found = Some(complete(&at.record, request));
        ControlFlow::Break(())
    });
    match found {
        Some(Ok(meta)) => Ok(meta),
        Some(Err(source)) => Err(ForkError::Unwritable { path, source }),
        None => Err(ForkError::Empty(path)),
    }
}

/// The metadata in a file's first record, with what Codex requires where the file does not say it.
fn complete(record: &Record<'_>, request: &Request) -> Result<wire::SessionMeta, serde_json::Error> {
    let mut line: Value = serde_json::from_slice(record.json)?;
    let mut meta = match (record.head.kind, record.bare) {
        (LineKind::SessionMeta, false) => line["payload"].take(),
        (LineKind::SessionMeta, true) => line,
        _ => json!({}),
    };
    let required = [
        ("id", request.forked_from.as_str()),
        ("timestamp", ""),
        ("cwd", request.cwd.as_deref().unwrap_or(&request.fallback_cwd)),
        ("originator", ORIGINATOR),
        ("cli_version", "0.0.0"),
    ];
    if let Value::Object(members) = &mut meta {
        for (name, value) in required {
            members.entry(name).or_insert_with(|| value.into());
        }
    }
    // By way of text: members are kept by their letters.
    serde_json::from_str(&meta.to_string())
}

/// Whether the files that these begin are paginated.
pub(super) fn is_paginated(meta: &wire::SessionMeta) -> bool {
    meta.history_mode.given() == Some(&wire::ThreadHistoryMode::Paginated)
}

/// Where the beginning of a fork stands.
pub(super) enum Origin {
    /// In another file.
    Base(wire::HistoryPosition),
    /// In the fork itself, as a copy of a part of that file.
    Copied(Option<wire::CopyOrigin>),
}

/// Makes it the fork's.
pub(super) fn of_fork(mut meta: wire::SessionMeta, request: &Request, at: Time, origin: Origin) -> wire::SessionMeta {
    let (base, copied) = match origin {
        Origin::Base(base) => (Some(base), None),
        Origin::Copied(copied) => (None, copied),
    };
    if meta.session_id.given().is_some() {
        meta.session_id = Optional::Given(request.thread_id.clone());
    }
    meta.id = request.thread_id.clone();
    meta.forked_from_id = Optional::Given(Some(request.forked_from.clone()));
    meta.forked_from_ordinal_exclusive = base.as_ref().map(|base| Some(base.end_ordinal_exclusive.clone())).into();
    meta.history_base = base.map(Some).into();
    meta.copied_from = copied.map(Some).into();
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
