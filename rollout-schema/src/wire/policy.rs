//! When the user is asked and what commands may touch: approval and sandbox policies of all eras.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::grammar::{
    Json, Known, Optional, Single, name, named, names, object, one_of, subschema, tagged, write_single,
};

object! {
    /// Says for each kind of request whether the user may be asked; what may not be asked is refused at once.
    GranularApprovalConfig {
        /// Requests to run a command with more rights than the sandbox gives.
        required sandbox_approval: bool,
        /// Requests that a rule of the execution policy calls for.
        required rules: bool,
        /// Requests to run the script of a skill.
        optional skill_approval: bool,
        /// Requests made through the `request_permissions` tool.
        optional request_permissions: bool,
        /// Questions that an MCP server puts to the user.
        required mcp_elicitations: bool,
    }
}

names! {
    /// Who decides on requests for approval.
    ApprovalsReviewer {
        /// The user.
        User = "user",
        /// A subagent that weighs the risk; older name of `auto_review`.
        GuardianSubagent = "guardian_subagent",
        /// A subagent that gathers context and weighs the risk.
        AutoReview = "auto_review" [124..],
    }
}

tagged! {
    /// Limits on the commands that a model runs. Old files name the kind in `mode`, newer ones in `type`.
    SandboxPolicy by "type" | "mode" {
        /// No limits at all.
        DangerFullAccess(SandboxDangerFullAccess) = "danger-full-access",
        /// Files may be read but not written.
        ReadOnly(SandboxReadOnly) = "read-only",
        /// Codex runs inside somebody else's sandbox and adds no limits on files.
        ExternalSandbox(SandboxExternalSandbox) = "external-sandbox",
        /// Like `read-only`, but with write access to the workspace.
        WorkspaceWrite(SandboxWorkspaceWrite) = "workspace-write",
    }
}

object! {
    /// No limits; nothing more to say.
    SandboxDangerFullAccess {
    }

    /// Reads only.
    SandboxReadOnly {
        /// What may be read.
        optional access: ReadOnlyAccess [..=125],
        /// Whether the outside network may be reached; no when absent.
        optional network_access: bool,
    }

    /// A sandbox that Codex did not set up.
    SandboxExternalSandbox {
        /// Whether that sandbox lets the outside network be reached.
        optional network_access: NetworkAccess,
    }

    /// Writes to the workspace only.
    SandboxWorkspaceWrite {
        /// Whether the outside network may be reached; no when absent.
        optional network_access: bool,
        /// Whether the directory named by `TMPDIR` is left out of the writable directories; no when absent.
        optional exclude_tmpdir_env_var: bool,
        /// Whether `/tmp` is left out of the writable directories; no when absent.
        optional exclude_slash_tmp: bool,
        /// What may be read.
        optional read_only_access: ReadOnlyAccess [..=125],
        /// Directories that may be written besides the working directory and those for temporary files.
        optional writable_roots: Vec<String>,
    }
}

names! {
    /// Whether commands may reach the outside network.
    NetworkAccess {
        /// They may not.
        Restricted = "restricted",
        /// They may.
        Enabled = "enabled",
    }
}

tagged! {
    /// Which files may be read inside a sandbox.
    ReadOnlyAccess by "type" {
        /// Listed directories only.
        Restricted(ReadOnlyRestricted) = "restricted",
        /// All files.
        FullAccess(ReadOnlyFullAccess) = "full-access",
    }
}

object! {
    /// Reads within listed directories.
    ReadOnlyRestricted {
        /// Whether the system directories that programs need in order to run are readable too.
        optional include_platform_defaults: bool,
        /// Absolute paths of further readable directories.
        optional readable_roots: Vec<String>,
    }

    /// Reads everywhere; nothing more to say.
    ReadOnlyFullAccess {
    }
}

/// When the user is asked before a command runs.
#[derive(Clone, Debug, PartialEq)]
pub enum AskForApproval {
    /// Asks before everything that is not known to be harmless.
    Untrusted,
    /// Runs in the sandbox and asks when that fails.
    OnFailure,
    /// The model decides when to ask.
    OnRequest,
    /// Never asks; what would need approval fails.
    Never,
    /// Says for each reason to ask whether asking is allowed.
    Granular(Box<GranularApprovalConfig>),
    /// A policy that this toolkit does not know.
    Unlisted(Json),
}

impl AskForApproval {
    const NAMES: [(&'static str, Self); 4] = [
        ("untrusted", Self::Untrusted),
        ("on-failure", Self::OnFailure),
        ("on-request", Self::OnRequest),
        ("never", Self::Never),
    ];
}

impl GranularApprovalConfig {
    /// The same flags with the opposite meaning: `reject` names what is refused, `granular` what is allowed.
    fn inverted(mut self) -> Self {
        let invert = |flag: &mut Optional<bool>| {
            if let Optional::Given(value) = flag {
                *value = !*value;
            }
        };
        for flag in [&mut self.skill_approval, &mut self.request_permissions] {
            invert(flag);
        }
        for flag in [&mut self.sandbox_approval, &mut self.rules, &mut self.mcp_elicitations] {
            *flag = !*flag;
        }
        self
    }
}

/// The name of the granular policy for the few days in which its flags said the opposite.
const REJECT: &str = "reject";

impl<'de> Deserialize<'de> for AskForApproval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&'de RawValue>::deserialize(deserializer)?;
        if let Some(Single { name, value }) = Single::read(json) {
            let config = || serde_json::from_str::<GranularApprovalConfig>(value.get()).map_err(D::Error::custom);
            return match &*name {
                "granular" => Ok(Self::Granular(Box::new(config()?))),
                REJECT => {
                    let mut config = config()?.inverted();
                    config.rest.spell("granular", REJECT);
                    Ok(Self::Granular(Box::new(config)))
                }
                _ => Ok(Self::Unlisted(json.into())),
            };
        }
        let name: String = serde_json::from_str(json.get()).map_err(D::Error::custom)?;
        let known = Self::NAMES.into_iter().find(|(known, _)| **known == name);
        Ok(known.map_or_else(|| Self::Unlisted(json.into()), |(_, policy)| policy))
    }
}

impl Serialize for AskForApproval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Granular(config) => match config.rest.spelling("granular") {
                REJECT => write_single(serializer, REJECT, &config.as_ref().clone().inverted()),
                name => write_single(serializer, name, config),
            },
            Self::Unlisted(json) => json.serialize(serializer),
            named => {
                let name = Self::NAMES.into_iter().find(|(_, policy)| policy == named).map_or("", |(name, _)| name);
                serializer.serialize_str(name)
            }
        }
    }
}

impl JsonSchema for AskForApproval {
    fn schema_name() -> Cow<'static, str> {
        "AskForApproval".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let always = Known::default();
        let variants = [
            name(&["untrusted"], "Asks before everything that is not known to be harmless.", &always),
            name(&["on-failure"], "Runs in the sandbox and asks when that fails.", &Known::default().during(..=142)),
            name(&["on-request"], "The model decides when to ask.", &always),
            name(&["never"], "Never asks; what would need approval fails.", &always),
            named(
                &["granular"],
                &subschema::<GranularApprovalConfig>(generator),
                "Says for each reason to ask whether asking is allowed.",
                &always,
            ),
            named(
                &[REJECT],
                &subschema::<GranularApprovalConfig>(generator),
                "Older form of `granular`, whose flags say what is refused.",
                &Known::default().during(..=115),
            ),
        ];
        one_of(variants.concat(), "When the user is asked before a command runs.", &always)
    }
}
