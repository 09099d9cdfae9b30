//! The published JSON Schemas, as they are generated from the types.

use schemars::Schema;
use schemars::generate::SchemaSettings;

use crate::hook;
use crate::thread_event::ThreadEvent;
use crate::wire::RolloutLine;

/// A published document: its name below `schemas/`, and what it holds.
#[derive(Clone, Debug)]
pub struct SchemaDocument {
    /// The file's name without `.json`.
    pub name: String,
    /// The document.
    pub schema: Schema,
}

/// The schema of one line of a rollout, of any era.
///
/// Members, kinds and names that came or went carry `x-since` and `x-until` with the first and the
/// last Codex version that knows them; `x-required-since` and `x-required-until` say when a member
/// was required; `x-undocumented` marks what Codex writes though its own schema does not say so.
pub fn rollout_line() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<RolloutLine>();
    identify(&mut schema, "RolloutLine");
    schema
}

/// The schema of one line of the event stream of a run.
pub fn thread_event() -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ThreadEvent>();
    // The type's own words are about the module that it stands in.
    schema.insert("description".to_owned(), "One line of the event stream that a run prints as JSON.".into());
    identify(&mut schema, "ThreadEvent");
    schema
}

/// Every document about the words of this crate: lines of a rollout, events of a run, and what
/// hooks are told and answer.
pub fn documents() -> Vec<SchemaDocument> {
    let document = |name: &str, schema| SchemaDocument { name: name.to_owned(), schema };
    let mut documents = vec![document("RolloutLine", rollout_line()), document("ThreadEvent", thread_event())];
    documents.extend(hook::schemas().into_iter().map(|(name, mut schema)| {
        identify(&mut schema, &name);
        SchemaDocument { name, schema }
    }));
    documents
}

/// Gives a document its `$id`.
pub fn identify(schema: &mut Schema, name: &str) {
    schema.insert("$id".to_owned(), format!("urn:rollout:schema:{name}:{SCHEMA_VERSION}").into());
}

/// Version of the published schemas; grows when a document changes in a way that breaks readers.
pub const SCHEMA_VERSION: u32 = 1;
