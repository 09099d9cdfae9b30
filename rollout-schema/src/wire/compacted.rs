//! `compacted`: a compaction checkpoint and what it lets a resume rebuild.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error, MapAccess};
use serde::ser::SerializeMap;
use serde_json::json;

use super::{
    CyberAccessProgram, DynamicToolsSnapshot, HarnessMetadata, MultiAgentVersion, ResponseItem, RetainedContext,
    TokenUsageRecord, TurnAttribution,
};
use crate::grammar::{Known, Object, Optional, Rest, Unsigned, forms, object, serde_by_object, subschema};

object! {
    /// A checkpoint that replaces the history before it by something shorter.
    Compacted {
        /// The summary as text; empty where the compaction gave items instead.
        required message: String,
        /// The history to go on with; null or absent means that `message` is all there is.
        optional replacement_history: Option<Vec<ResponseItem>>,
        /// What the harness knows of `replacement_history`, one entry per item.
        optional replacement_history_metadata: Option<Vec<HarnessMetadata>> [148..],
        /// The history that the guardian goes on with.
        optional guardian_history: Option<Vec<GuardianHistoryEntry>> [153..],
        /// The facts that outlive the compaction, as they stand here.
        optional retained_context: Option<RetainedContext> [154..],
        /// Number of the context window that begins here.
        optional window_number: Option<Unsigned> [142..],
        /// Id of the thread's first context window.
        optional first_window_id: Option<String> [142..],
        /// Id of the context window that ends here.
        optional previous_window_id: Option<String> [142..],
        /// Id of the context window that begins here.
        optional window_id: Option<WindowId> [140..],
        /// Where resources of MCP apps came from.
        optional mcp_resource_origins: Option<McpResourceOriginCheckpoint> [149..],
        /// The response that made the summary; a `token_usage_record` has the same `response_id`.
        optional compaction_response_id: Option<String> [153..],
        /// Copy of the newest `token_usage_record`; not to be counted again.
        optional latest_token_usage_record: Option<TokenUsageRecord> [153..],
        /// What a resume needs and no other line after the compaction repeats; absent in older files.
        optional resume_metadata: Option<CompactionResumeMetadata> [157..],
    }

    /// What a resume needs besides the history.
    CompactionResumeMetadata {
        /// The tools that the client offers; absent in older files.
        optional dynamic_tools: Option<DynamicToolsSnapshot> [166..],
        /// Which multi-agent runtime was chosen.
        optional multi_agent_version: Option<MultiAgentVersion>,
        /// The newest turn, which a resume may continue.
        optional last_started_turn_id: Option<String>,
        /// Where the newest regular turn came from, whether or not it can be continued.
        optional turn_attribution: Option<TurnAttribution> [162..],
        /// Settings of the user's turn before, to tell what changed since.
        optional previous_turn_settings: Option<PreviousTurnSettings>,
        /// Uploaded sound files that had been rejected by then.
        optional rejected_audio_file_ids: Vec<String> [169..],
    }

    /// Settings of an earlier turn, as far as a later one is compared with them.
    PreviousTurnSettings {
        /// The model's name.
        required model: String,
        /// Hash of the model's compatibility for compaction.
        optional comp_hash: Option<String>,
        /// Whether a voice session was on; null or absent means unknown.
        optional realtime_active: Option<bool>,
        /// The access programme asked for with that model; absence is not to be filled from later turns.
        optional cyber_access_program: Option<CyberAccessProgram> [159..],
    }

    /// Origins of MCP app resources, carried over a compaction within a limit.
    McpResourceOriginCheckpoint {
        /// The turn that was current at that point, if any.
        optional current_turn_id: Option<String>,
        /// The origins.
        required origins: Vec<McpResourceOrigin>,
        /// Ids of the turns that are kept track of.
        required turns: Vec<String>,
    }

    /// The call that brought up a resource, which thereby may be read.
    McpResourceOrigin {
        /// Whether it is unclear which account the resource belongs to.
        optional ambiguous_account: bool,
        /// The tool call that brought it up.
        required call_id: String,
        /// The connector (app) that it belongs to.
        required connector_id: String,
        /// Id of the link by which the connector was reached, if known.
        optional link_id: Option<String>,
        /// The tool that was called.
        required tool: String,
        /// The turn of the call.
        optional turn_id: Option<String>,
        /// Address of the resource.
        required uri: String,
    }
}

forms! {
    /// Id of a context window.
    WindowId {
        /// A number, as first written.
        Number(Unsigned): number [..=141],
        /// A UUID.
        Uuid(String): string [142..],
    }
}

/// One item of the history that the guardian sees: a response item with what the guardian knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardianHistoryEntry {
    /// The item.
    pub item: ResponseItem,
    /// What the harness knows of the item (since 0.159).
    pub guardian_metadata: Optional<Option<HarnessMetadata>>,
}

impl Object for GuardianHistoryEntry {
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        let mut item = ResponseItem::read(map)?;
        let metadata = item.rest_mut().take(GUARDIAN_METADATA).map(|json| json.read()).transpose();
        Ok(Self { item, guardian_metadata: metadata.map_err(A::Error::custom)?.into() })
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.item.write(map)?;
        match &self.guardian_metadata {
            Optional::Absent => Ok(()),
            Optional::Given(metadata) => map.serialize_entry(GUARDIAN_METADATA, metadata),
        }
    }

    fn rest(&self) -> &Rest {
        self.item.rest()
    }

    fn rest_mut(&mut self) -> &mut Rest {
        self.item.rest_mut()
    }
}

const GUARDIAN_METADATA: &str = "guardian_metadata";

serde_by_object!(GuardianHistoryEntry);

impl JsonSchema for GuardianHistoryEntry {
    fn schema_name() -> Cow<'static, str> {
        "GuardianHistoryEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let metadata = Known::default()
            .during(159..)
            .annotate(subschema::<Option<HarnessMetadata>>(generator), "What the harness knows of the item.");
        let mut schema = subschema::<ResponseItem>(generator);
        schema.insert("properties".to_owned(), json!({ GUARDIAN_METADATA: metadata }));
        schema
    }
}
