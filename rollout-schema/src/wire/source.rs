//! Who talks to the agent, and what kind of thread it is.

use crate::ThreadId;
use crate::grammar::{Int, external, names, object};

external! {
    /// How a thread was started.
    SessionSource {
        /// Interactive terminal interface.
        Cli = "cli",
        /// Editor extension; also what a client of the app server gets by default.
        Vscode = "vscode",
        /// Non-interactive `codex exec`.
        Exec = "exec",
        /// Codex running as an MCP server.
        Mcp = "mcp",
        /// Not known.
        Unknown = "unknown",
    } carrying {
        /// A front end that names itself.
        Custom(String) = "custom",
        /// Another thread, for a task of its own.
        Subagent(SubAgentSource) = "subagent",
        /// Codex itself, for its own housekeeping.
        Internal(InternalSessionSource) = "internal" [128..],
    }

    /// Why a thread runs on behalf of another one.
    SubAgentSource {
        /// Does a code review.
        Review = "review",
        /// Summarises a history for compaction.
        Compact = "compact",
        /// Condenses memories.
        MemoryConsolidation = "memory_consolidation",
    } carrying {
        /// Started by an agent with a tool call.
        ThreadSpawn(SubAgentSourceThreadSpawn) = "thread_spawn",
        /// Any other purpose, by name.
        Other(String) = "other",
    }
}

impl SessionSource {
    /// The source that a person names, as Codex reads such names: blanks and capitals do not count, and an app
    /// server is an MCP server. `None` if nothing is named.
    pub fn from_flag(name: &str) -> Option<Self> {
        Some(match &*name.trim().to_lowercase() {
            "" => return None,
            "cli" => Self::Cli,
            "vscode" => Self::Vscode,
            "exec" => Self::Exec,
            "mcp" | "appserver" | "app-server" | "app_server" => Self::Mcp,
            "unknown" => Self::Unknown,
            other => Self::Custom(Box::new(other.to_owned())),
        })
    }
}

object! {
    /// Position of a spawned subagent.
    SubAgentSourceThreadSpawn {
        /// Thread that spawned it.
        required parent_thread_id: ThreadId,
        /// Number of spawns that separate it from the root thread.
        required depth: Int,
        /// Path of the sub-agent, such as `/root/tester`; null when it has none.
        optional agent_path: Option<String> [117..],
        /// Nickname of the subagent; null when it has none.
        optional agent_nickname: Option<String>,
        /// Role of the subagent; null when it has none.
        optional agent_role as "agent_role" | "agent_type": Option<String>,
    }
}

names! {
    /// Housekeeping for which Codex starts threads.
    InternalSessionSource {
        /// Condenses memories.
        MemoryConsolidation = "memory_consolidation",
        /// Assesses requests for approval.
        Guardian = "guardian" [150..],
    }
}

external! {
    /// Who or what asked for a thread. Files use the lower-case names; the capitalised ones are those of the
    /// published schema.
    ThreadSource {
        /// The user.
        User = "user",
        /// An agent that delegates work.
        Subagent = "subagent",
        /// The task that condenses memories.
        MemoryConsolidation = "memory_consolidation",
        /// The automatic reviewer of approvals.
        GuardianReview = "guardian_review" [wire],
        /// The task that finds a title for a thread.
        ThreadTitle = "thread_title" [wire],
        /// Name that the schema gives to `user`.
        SchemaUser = "User" [140..],
        /// Name that the schema gives to `subagent`.
        SchemaSubagent = "Subagent" [140..],
        /// Name that the schema gives to `memory_consolidation`.
        SchemaMemoryConsolidation = "MemoryConsolidation" [140..],
        /// Name that the schema gives to `guardian_review`.
        SchemaGuardianReview = "GuardianReview" [150..],
    } carrying {
        /// A feature of Codex, by name, as the schema lists it.
        SchemaFeature(String) = "Feature" [140..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_by_a_person() {
        let check = |name: &str, want: Option<&str>| {
            let got = SessionSource::from_flag(name).map(|source| serde_json::to_string(&source).unwrap());
            assert_eq!(got.as_deref(), want, "{name:?}");
        };
        check("", None);
        check(" \t", None);
        check("cli", Some(r#""cli""#));
        check(" VSCode ", Some(r#""vscode""#));
        check("Exec", Some(r#""exec""#));
        check("unknown", Some(r#""unknown""#));
        for name in ["mcp", "appserver", "App-Server", "app_server "] {
            check(name, Some(r#""mcp""#));
        }
        check("Atlas", Some(r#"{"custom":"atlas"}"#));
        check("app server", Some(r#"{"custom":"app server"}"#));
    }
}
