//! `session_meta`: who a thread is and where it came from (payload of the first line of a file).

use super::{DynamicToolSpec, SessionSource, ThreadSource};
use crate::ThreadId;
use crate::grammar::{Unsigned, names, object, tagged};

object! {
    /// Identity and origin of a thread. Only the first one in a file counts: forks and subagents may carry a copy of
    /// the parent's after it.
    SessionMeta {
        /// Whether the thread is shown to its creator's account only; absent before accounts were told apart.
        optional account_scoped: bool [169..],
        /// Id of the root thread; differs from `id` in subagents.
        optional session_id: ThreadId [142..] where required [142..],
        /// Id of the thread; stays the same when a revert starts a new file.
        required id: ThreadId,
        /// Thread that this one was forked from.
        optional forked_from_id: Option<ThreadId>,
        /// Ordinal at which the fork leaves its parent: the first line not inherited. A revert does not move it.
        optional forked_from_ordinal_exclusive: Option<Unsigned> [151..],
        /// Thread that started this subagent.
        optional parent_thread_id: Option<ThreadId> [137..],
        /// When the thread began, in UTC; a little earlier than the time of the line itself.
        required timestamp: String,
        /// Working directory at the start.
        required cwd: String,
        /// Workspace roots at the start; an empty list says there are none, absence that they are unknown.
        optional runtime_workspace_roots: Option<Vec<String>> [155..],
        /// Name of the client that opened the thread.
        required originator: String,
        /// Version of Codex that wrote this line; later lines may come from another one.
        required cli_version: String,
        /// User instructions of early versions, written as null when there are none.
        optional instructions: Option<String> [wire],
        /// How the thread was started: by which front end, or as which subagent.
        optional source: SessionSource,
        /// Who or what asked for the thread, as classified for statistics.
        optional thread_source: Option<ThreadSource> [129..],
        /// Random nickname of a spawned subagent.
        optional agent_nickname: Option<String>,
        /// Role that a spawned subagent was given.
        optional agent_role as "agent_role" | "agent_type": Option<String>,
        /// Place of a spawned subagent in the tree of agents, such as `/root/tester`.
        optional agent_path: Option<String> [117..],
        /// Id of the configured provider that serves the model.
        optional model_provider: Option<String>,
        /// System prompt of the thread; when absent, the model's own template applies.
        optional base_instructions: Option<BaseInstructions>,
        /// Tools that the client offers to the model.
        optional dynamic_tools: Option<Vec<DynamicToolSpec>>,
        /// Places, chosen by the hosting platform, from which the thread gets capabilities.
        optional selected_capability_roots: Vec<SelectedCapabilityRoot> [143..],
        /// How the thread takes part in memories.
        optional memory_mode: Option<String>,
        /// Which dialect the file is written in; legacy when absent.
        optional history_mode: ThreadHistoryMode [143..],
        /// Prefix of another file with which this thread's history begins; null or absent when it starts here.
        optional history_base: Option<HistoryPosition> [145..],
        /// Prefix of another file of which this one holds a copy. Written by `rollout fork`, not by Codex.
        optional copied_from: Option<CopyOrigin> [wire],
        /// Ordinal of the subagent's first own line; what precedes it is context copied from the parent.
        optional subagent_history_start_ordinal: Option<Unsigned> [145..],
        /// Generation of the subagent tools in use.
        optional multi_agent_version: Option<MultiAgentVersion> [137..],
        /// The first context window, before any compaction.
        optional context_window: Option<SessionContextWindow> [143..],
        /// ChatGPT user who created the thread, where known.
        optional creator_user_id: Option<String> [157..],
        /// ChatGPT account under which the thread was created; resuming does not change it.
        optional creator_account_id: Option<String> [157..],
        /// Whether this fork remains attached to the thread in `forked_from_id`.
        optional attached_thread: bool [165..],
        /// State of the repository around `cwd`, if there is one.
        optional git: Option<GitInfo>,
    }

    /// A point in another paginated file; everything before it belongs to this thread too.
    HistoryPosition {
        /// Rollout id of that file, the last UUID in its name; not the thread id where a revert made the file.
        required thread_id: ThreadId,
        /// First ordinal that no longer belongs to the prefix; also the ordinal of this file's first line.
        required end_ordinal_exclusive: Unsigned,
        /// Length of the prefix in bytes of decompressed text, up to the end of its last line.
        required end_byte_offset: Unsigned,
    }
}

object! {
    /// What a fork by copy took along: everything before a point in another file, and what that file begins with.
    CopyOrigin [wire] {
        /// Rollout id of that file, the last UUID in its name.
        required rollout_id: ThreadId,
        /// First ordinal that was not copied; absent where the file has none.
        optional end_ordinal_exclusive: Option<Unsigned>,
        /// Length of the prefix in bytes of decompressed text.
        required end_byte_offset: Unsigned,
    }
}

names! {
    /// Dialect of a rollout file, fixed when the thread is created.
    ThreadHistoryMode {
        /// Lines without ordinals; messages of the conversation are events, and forks copy their parent's lines.
        Legacy = "legacy",
        /// Every line has an ordinal, items are stored when complete, and forks refer to their parent's file.
        Paginated = "paginated",
    }

    /// Generation of the tools with which agents start and address each other.
    MultiAgentVersion {
        /// No subagent tools.
        Disabled = "disabled",
        /// First generation.
        V1 = "v1",
        /// Second generation, in which agents have paths and send each other messages.
        V2 = "v2",
    }
}

object! {
    /// The context window with which a thread opens.
    SessionContextWindow {
        /// Id of the window, a UUID of version 7.
        required window_id: String,
    }

    /// System prompt of a thread.
    BaseInstructions {
        /// The prompt itself.
        required text: String,
        /// Where the text comes from; absent in older files.
        optional provenance: Option<BaseInstructionsProvenance> [148..],
    }
}

tagged! {
    /// Whether the system prompt was configured or follows from the model.
    BaseInstructionsProvenance by "type" {
        /// Set by configuration, so it is kept when the model changes.
        Custom(ProvenanceCustom) = "custom",
        /// Made from a model's template.
        Model(ProvenanceModel) = "model",
    }
}

object! {
    /// A prompt that comes with a model.
    ProvenanceModel {
        /// Model whose template was used.
        required model: String,
    }

    /// A configured prompt; nothing more is said about it.
    ProvenanceCustom {
    }

    /// State of a Git repository when the thread began.
    GitInfo {
        /// Commit that was checked out.
        optional commit_hash: Option<String>,
        /// Branch that was checked out.
        optional branch: Option<String>,
        /// Address of the remote repository, if one is configured.
        optional repository_url: Option<String>,
    }

    /// A place picked for a thread that may provide capabilities.
    SelectedCapabilityRoot {
        /// Lasting id, given by the platform that made the choice.
        required id: String,
        /// Where to find it.
        required location: CapabilityRootLocation,
    }
}

tagged! {
    /// Where a capability root lies.
    CapabilityRootLocation by "type" {
        /// In the file system of an execution environment.
        Environment(CapabilityRootEnvironment) = "environment",
    }
}

object! {
    /// A directory of an execution environment.
    CapabilityRootEnvironment {
        /// Id of the environment.
        required environment_id as "environmentId": String,
        /// Absolute path within the environment.
        required path: String,
    }

    /// Payload of a `session_state` line: state of the thread that became known after its first line.
    SessionStateUpdate {
        /// Task registered with the backend; null or absent when there is none.
        optional agent_task: Option<SessionAgentTask>,
    }

    /// A backend task that a resumed thread may go on using.
    SessionAgentTask {
        /// Registered agent that owns the task; a resume drops the task when this no longer matches.
        required agent_runtime_id: String,
        /// When the task was registered.
        required registered_at: String,
        /// Id of the task.
        required task_id: String,
    }
}
