//! The line itself: an envelope `{timestamp, ordinal?, type, payload, metadata?}`, or one of the
//! bare lines that were written before there was one (up to 0.29).

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::{
    Compacted, DynamicToolsUpdated, EventMsg, GitInfo, HarnessMetadata, InterAgentCommunication,
    InterAgentCommunicationMetadata, RealtimeItem, ResponseItem, RetainedContextEvent, SecurityRiskScore, SessionMeta,
    SessionStateUpdate, TokenUsageRecord, TurnContext, WorldState,
};
use crate::grammar::{
    Json, Key, Known, Object, Optional, Rest, Unsigned, object, one_of, read_once, serde_by_object, subschema,
};

/// Declares the kinds of lines.
macro_rules! lines {
    ($($(#[doc = $doc:literal])+ $variant:ident($ty:ty) = $kind:literal $([$($range:tt)*])?),+ $(,)?) => {
        /// What a line says: the envelope's `type` and its `payload`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum RolloutItem {
            $($(#[doc = $doc])+ $variant(Box<$ty>),)+
            /// A kind that this toolkit does not know.
            Unlisted {
                /// The envelope's `type`.
                kind: Box<str>,
                /// The payload.
                payload: Json,
            },
        }

        impl RolloutItem {
            /// The envelope's `type`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                    Self::Unlisted { kind, .. } => kind,
                }
            }

            fn read_payload<'de, A: MapAccess<'de>>(kind: Box<str>, map: &mut A) -> Result<Self, A::Error> {
                Ok(match &*kind {
                    $($kind => Self::$variant(map.next_value()?),)+
                    _ => Self::Unlisted { kind, payload: map.next_value()? },
                })
            }

            /// What a line of this `type` says with this payload.
            pub fn of_payload(kind: Box<str>, payload: Json) -> Result<Self, serde_json::Error> {
                Ok(match &*kind {
                    $($kind => Self::$variant(Box::new(serde_json::from_str(payload.get())?)),)+
                    _ => Self::Unlisted { kind, payload },
                })
            }

            fn write_payload<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self {
                    $(Self::$variant(payload) => map.serialize_entry("payload", payload),)+
                    Self::Unlisted { payload, .. } => map.serialize_entry("payload", payload),
                }
            }

            fn schemas(generator: &mut SchemaGenerator) -> Vec<Value> {
                vec![$({
                    let schema = json_schema!({
                        "type": "object",
                        "properties": { "type": { "const": $kind }, "payload": subschema::<$ty>(generator) },
                        "required": ["type", "payload"],
                    });
                    let known = crate::grammar::known!($([$($range)*])?);
                    known.annotate(schema, concat!($($doc, "\n"),+)).to_value()
                },)+]
            }
        }
    };
}

lines! {
    /// Who the thread is; the first line of a file, and copies of a parent's in forks.
    SessionMeta(SessionMeta) = "session_meta",
    /// One model-visible item.
    ResponseItem(ResponseItem) = "response_item",
    /// What the harness observed.
    EventMsg(EventMsg) = "event_msg",
    /// A compaction checkpoint.
    Compacted(Compacted) = "compacted",
    /// The settings in force for one turn.
    TurnContext(TurnContext) = "turn_context",
    /// A background agent's task; written for two versions only.
    SessionState(SessionStateUpdate) = "session_state" [122..=123],
    /// A message between agents.
    InterAgentCommunication(InterAgentCommunication) = "inter_agent_communication" [140..],
    /// What precedes an `agent_message` item.
    InterAgentCommunicationMetadata(InterAgentCommunicationMetadata) = "inter_agent_communication_metadata" [143..],
    /// The state that the model was told, whole or as a patch.
    WorldState(WorldState) = "world_state" [143..],
    /// Scores of a risk classifier.
    SecurityRiskScore(SecurityRiskScore) = "security_risk_score" [148..],
    /// An item of a voice session.
    RealtimeItem(RealtimeItem) = "realtime_item" [150..],
    /// The usage of one completed response.
    TokenUsageRecord(TokenUsageRecord) = "token_usage_record" [153..],
    /// A fact that outlives compactions.
    RetainedContext(RetainedContextEvent) = "retained_context" [154..],
    /// The tools that a client offers from here on.
    DynamicToolsUpdated(DynamicToolsUpdated) = "dynamic_tools_updated" [166..],
}

/// One line in its envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// When it was written: UTC, `2026-01-31T12:00:00.000Z`. In forks by copy, when it was copied.
    pub timestamp: Box<str>,
    /// The line's number in a paginated history (since 0.145).
    pub ordinal: Optional<Option<Unsigned>>,
    /// What it says.
    pub item: RolloutItem,
    /// What the harness knows of a `response_item` (since 0.148).
    pub metadata: Optional<Option<HarnessMetadata>>,
    /// What the other members do not say.
    pub rest: Rest,
}

impl Object for Envelope {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let (mut timestamp, mut ordinal, mut kind, mut metadata) = (None, None, None::<Box<str>>, None);
        let (mut early, mut item) = (None::<Json>, None);
        let mut rest = Rest::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                "timestamp" => read_once(&mut timestamp, "timestamp", &mut map)?,
                "ordinal" => read_once(&mut ordinal, "ordinal", &mut map)?,
                "type" => read_once(&mut kind, "type", &mut map)?,
                "metadata" => read_once(&mut metadata, "metadata", &mut map)?,
                "payload" if item.is_some() || early.is_some() => return Err(A::Error::duplicate_field("payload")),
                "payload" => match kind.clone() {
                    Some(kind) => item = Some(RolloutItem::read_payload(kind, &mut map)?),
                    None => early = Some(map.next_value()?),
                },
                _ => rest.read(&key, &mut map)?,
            }
        }
        let item = match (item, early, kind) {
            (Some(item), ..) => item,
            (None, Some(payload), Some(kind)) => RolloutItem::of_payload(kind, payload).map_err(A::Error::custom)?,
            (None, None, _) => return Err(A::Error::missing_field("payload")),
            (None, Some(_), None) => return Err(A::Error::missing_field("type")),
        };
        let timestamp = timestamp.ok_or_else(|| A::Error::missing_field("timestamp"))?;
        Ok(Self { timestamp, ordinal: ordinal.into(), item, metadata: metadata.into(), rest })
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("timestamp", &self.timestamp)?;
        if let Optional::Given(ordinal) = &self.ordinal {
            map.serialize_entry("ordinal", ordinal)?;
        }
        map.serialize_entry("type", self.item.kind())?;
        self.item.write_payload(map)?;
        if let Optional::Given(metadata) = &self.metadata {
            map.serialize_entry("metadata", metadata)?;
        }
        self.rest.write(map)
    }

    fn rest(&self) -> &Rest {
        &self.rest
    }

    fn rest_mut(&mut self) -> &mut Rest {
        &mut self.rest
    }
}

serde_by_object!(Envelope);

impl JsonSchema for Envelope {
    fn schema_name() -> Cow<'static, str> {
        "Envelope".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let ordinal = Known::default()
            .during(145..)
            .annotate(subschema::<Option<Unsigned>>(generator), "The line's number in a paginated history.");
        let metadata = Known::default()
            .during(148..)
            .annotate(subschema::<Option<HarnessMetadata>>(generator), "What the harness knows of a `response_item`.");
        let variants = RolloutItem::schemas(generator);
        let mut schema = one_of(variants, "One line in its envelope (since 0.34).", &Known::default());
        let timestamp = Known::default().annotate(
            json_schema!({ "type": "string" }),
            "When the line was written: UTC, `2026-01-31T12:00:00.000Z`.",
        );
        let properties = json!({ "timestamp": timestamp, "ordinal": ordinal, "metadata": metadata });
        schema.insert("properties".to_owned(), properties);
        schema.insert("required".to_owned(), json!(["timestamp"]));
        schema
    }
}

object! {
    /// The first line of a file without envelopes (up to 0.29).
    BareHeader [wire] {
        /// The thread.
        required id: String,
        /// When it began.
        required timestamp: String,
        /// Instructions of the user.
        optional instructions: Option<String>,
        /// Where the working folder stood in version control.
        optional git: Option<GitInfo>,
    }

    /// A marker of the bare era (up to 0.29).
    BareState [wire] {
        /// `state`.
        required record_type: String,
        /// The response that the server remembers.
        optional previous_response_id: Option<String>,
    }
}

/// One line of a rollout, of any era.
#[derive(Clone, Debug, PartialEq)]
pub enum RolloutLine {
    /// A line in its envelope (since 0.34).
    Envelope(Box<Envelope>),
    /// The header of a bare file.
    Header(Box<BareHeader>),
    /// A marker of a bare file.
    State(Box<BareState>),
    /// A response item of a bare file.
    Item(Box<ResponseItem>),
}

/// The members of a line that tell what it is.
#[derive(Default)]
struct Shape {
    timestamp: bool,
    kind: bool,
    payload: bool,
    record_type: bool,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShapeVisitor;

        impl<'de> Visitor<'de> for ShapeVisitor {
            type Value = Shape;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
                let mut shape = Shape::default();
                while let Some((key, IgnoredAny)) = map.next_entry::<Key<'de>, IgnoredAny>()? {
                    match &*key.0 {
                        "timestamp" => shape.timestamp = true,
                        "type" => shape.kind = true,
                        "payload" => shape.payload = true,
                        "record_type" => shape.record_type = true,
                        _ => {}
                    }
                }
                Ok(shape)
            }
        }

        deserializer.deserialize_map(ShapeVisitor)
    }
}

impl RolloutLine {
    /// Reads one line, without its newline.
    pub fn parse(line: &str) -> Result<Self, serde_json::Error> {
        let shape: Shape = serde_json::from_str(line)?;
        if shape.payload || shape.timestamp && shape.kind {
            return serde_json::from_str(line).map(Self::Envelope);
        }
        if shape.record_type {
            return serde_json::from_str(line).map(Self::State);
        }
        if shape.kind {
            return serde_json::from_str(line).map(Self::Item);
        }
        serde_json::from_str(line).map(Self::Header)
    }
}

impl Serialize for RolloutLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Envelope(line) => line.serialize(serializer),
            Self::Header(line) => line.serialize(serializer),
            Self::State(line) => line.serialize(serializer),
            Self::Item(line) => line.serialize(serializer),
        }
    }
}

impl JsonSchema for RolloutLine {
    fn schema_name() -> Cow<'static, str> {
        "RolloutLine".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // What tells the forms apart is what `parse` looks at, in the same order.
        let any = |names: &[&str]| names.iter().map(|name| json!({ "required": [name] })).collect::<Vec<_>>();
        let enveloped = json!({ "anyOf": [{ "required": ["payload"] }, { "required": ["timestamp", "type"] }] });
        let is_state = json!({ "anyOf": any(&["record_type"]) });
        let is_item = json!({ "anyOf": any(&["type"]) });
        json_schema!({
            "description": "One line of a Codex rollout, of any era.",
            "type": "object",
            "if": enveloped,
            "then": subschema::<Envelope>(generator),
            "else": {
                "if": is_state,
                "then": subschema::<BareState>(generator),
                "else": {
                    "if": is_item,
                    "then": subschema::<ResponseItem>(generator),
                    "else": subschema::<BareHeader>(generator),
                },
            },
        })
    }
}
