//! Sub-agents: messages between agents, their state and the events of working together.

use std::collections::BTreeMap;

use super::{InternalChatMessageMetadataPassthrough, ReasoningEffort, ResponseItemMetadata};
use crate::ThreadId;
use crate::grammar::{Int, external, names, object};

object! {
    /// A message from one agent to another, on a line of its own.
    /// On replay it becomes an `agent_message` that the model sees.
    InterAgentCommunication {
        /// Path of the sending agent.
        required author: String,
        /// Text of the message.
        required content: String,
        /// The message in encrypted form, if it was sent so.
        optional encrypted_content: Option<String>,
        /// Paths of further agents that got it too.
        optional other_recipients: Vec<String>,
        /// Path of the agent that this copy is for.
        required recipient: String,
        /// Whether the message makes the recipient start a turn.
        required trigger_turn: bool,
        /// Earlier name of the passed-through metadata.
        optional metadata: Option<ResponseItemMetadata> [141..=141],
        /// Id of the message as a response item.
        optional id: Option<String> [143..],
        /// Metadata passed through to the Responses API.
        optional internal_chat_message_metadata_passthrough: Option<InternalChatMessageMetadataPassthrough> [143..],
    }

    /// What the `agent_message` that follows does not say itself; never sent to the model.
    InterAgentCommunicationMetadata {
        /// Whether the message makes the recipient start a turn.
        required trigger_turn: bool,
    }
}

external! {
    /// State of an agent, worked out from its events.
    AgentStatus {
        /// Not yet set up.
        PendingInit = "pending_init",
        /// At work.
        Running = "running",
        /// Its turn was broken off; it can take more input.
        Interrupted = "interrupted",
        /// Shut down.
        Shutdown = "shutdown",
        /// No such agent is known.
        NotFound = "not_found",
    } carrying {
        /// Finished, with its last message; null if it said nothing.
        Completed(Option<String>) = "completed",
        /// Failed, with the text of the error.
        Errored(String) = "errored",
    }
}

object! {
    /// An agent by thread, with its names.
    CollabAgentRef {
        /// Nickname given at the spawn.
        optional agent_nickname: Option<String>,
        /// Role given at the spawn.
        optional agent_role: Option<String>,
        /// Thread of the agent.
        required thread_id: ThreadId,
    }

    /// An agent by thread, with its names and state.
    CollabAgentStatusEntry {
        /// Nickname given at the spawn.
        optional agent_nickname: Option<String>,
        /// Role given at the spawn.
        optional agent_role: Option<String>,
        /// State when last heard of.
        required status: AgentStatus,
        /// Thread of the agent.
        required thread_id: ThreadId,
    }
}

names! {
    /// What happened to a sub-agent.
    SubAgentActivityKind {
        /// It was started.
        Started = "started",
        /// It was sent a message or task.
        Interacted = "interacted",
        /// Its work was broken off.
        Interrupted = "interrupted",
        /// It finished.
        Completed = "completed" [150..],
    }
}

object! {
    /// Something happened to a sub-agent that is addressed by path.
    SubAgentActivityEvent {
        /// Id of the activity.
        required event_id: String,
        /// Unix time of the activity in milliseconds.
        optional occurred_at_ms: Int,
        /// Thread of the sub-agent.
        required agent_thread_id: ThreadId,
        /// Path of the sub-agent, such as `/root/tester`.
        required agent_path: String,
        /// What happened.
        required kind: SubAgentActivityKind,
        /// Model that the agent was started with; absent for activities other than a start.
        optional model: Option<String> [162..],
        /// Reasoning effort that the agent was started with, if known.
        optional reasoning_effort: Option<ReasoningEffort> [162..],
    }

    /// An agent is about to be spawned.
    CollabAgentSpawnBeginEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Model asked for.
        required model: String,
        /// First prompt of the new agent; empty where it is held back.
        required prompt: String,
        /// Reasoning effort asked for.
        required reasoning_effort: ReasoningEffort,
        /// Thread of the spawning agent.
        required sender_thread_id: ThreadId,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..],
    }

    /// The spawn of an agent came to its end, well or ill.
    CollabAgentSpawnEndEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Model that the agent really got, once defaults and role were applied.
        required model: String,
        /// Nickname of the new agent.
        optional new_agent_nickname: Option<String>,
        /// Role of the new agent.
        optional new_agent_role: Option<String>,
        /// Thread of the new agent; null or absent if none came about.
        optional new_thread_id: Option<ThreadId>,
        /// First prompt of the new agent; empty where it is held back.
        required prompt: String,
        /// Reasoning effort that the agent really got, once defaults and role were applied.
        required reasoning_effort: ReasoningEffort,
        /// Thread of the spawning agent.
        required sender_thread_id: ThreadId,
        /// State of the new agent as told to the sender.
        required status: AgentStatus,
        /// Unix time of the end in milliseconds.
        optional completed_at_ms: Int [129..],
    }

    /// An agent is about to be sent input.
    CollabAgentInteractionBeginEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Text for the receiver; empty where it is held back.
        required prompt: String,
        /// Thread of the agent addressed.
        required receiver_thread_id: ThreadId,
        /// Thread of the sending agent.
        required sender_thread_id: ThreadId,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..],
    }

    /// The sending of input to an agent came to its end.
    CollabAgentInteractionEndEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Text for the receiver; empty where it is held back.
        required prompt: String,
        /// Nickname of the agent addressed.
        optional receiver_agent_nickname: Option<String>,
        /// Role of the agent addressed.
        optional receiver_agent_role: Option<String>,
        /// Thread of the agent addressed.
        required receiver_thread_id: ThreadId,
        /// Thread of the sending agent.
        required sender_thread_id: ThreadId,
        /// State of the receiver as told to the sender.
        required status: AgentStatus,
        /// Unix time of the end in milliseconds.
        optional completed_at_ms: Int [129..],
    }

    /// An agent begins to wait for others.
    CollabWaitingBeginEvent {
        /// Id of the call that waits.
        required call_id: String,
        /// The awaited agents with nickname and role.
        optional receiver_agents: Vec<CollabAgentRef>,
        /// Threads of the awaited agents.
        required receiver_thread_ids: Vec<ThreadId>,
        /// Thread of the waiting agent.
        required sender_thread_id: ThreadId,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..],
    }

    /// An agent stops waiting for others.
    CollabWaitingEndEvent {
        /// The states of `statuses` again, with nickname and role.
        optional agent_statuses: Vec<CollabAgentStatusEntry>,
        /// Id of the call that waited.
        required call_id: String,
        /// Thread of the waiting agent.
        required sender_thread_id: ThreadId,
        /// Last known state of the awaited agents, by thread id.
        required statuses: BTreeMap<String, AgentStatus>,
        /// Unix time of the end in milliseconds.
        optional completed_at_ms: Int [129..],
    }

    /// An agent is about to be closed.
    CollabCloseBeginEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Thread of the agent to close.
        required receiver_thread_id: ThreadId,
        /// Thread of the closing agent.
        required sender_thread_id: ThreadId,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..],
    }

    /// The closing of an agent came to its end.
    CollabCloseEndEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Nickname of the agent closed.
        optional receiver_agent_nickname: Option<String>,
        /// Role of the agent closed.
        optional receiver_agent_role: Option<String>,
        /// Thread of the agent closed.
        required receiver_thread_id: ThreadId,
        /// Thread of the closing agent.
        required sender_thread_id: ThreadId,
        /// State that the agent was in until it was closed.
        required status: AgentStatus,
        /// Unix time of the end in milliseconds.
        optional completed_at_ms: Int [129..],
    }

    /// A closed agent is about to be resumed.
    CollabResumeBeginEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Nickname of the agent to resume.
        optional receiver_agent_nickname: Option<String>,
        /// Role of the agent to resume.
        optional receiver_agent_role: Option<String>,
        /// Thread of the agent to resume.
        required receiver_thread_id: ThreadId,
        /// Thread of the resuming agent.
        required sender_thread_id: ThreadId,
        /// Unix time of the start in milliseconds.
        optional started_at_ms: Int [129..],
    }

    /// The resuming of an agent came to its end.
    CollabResumeEndEvent {
        /// Id of the tool call.
        required call_id: String,
        /// Nickname of the agent resumed.
        optional receiver_agent_nickname: Option<String>,
        /// Role of the agent resumed.
        optional receiver_agent_role: Option<String>,
        /// Thread of the agent resumed.
        required receiver_thread_id: ThreadId,
        /// Thread of the resuming agent.
        required sender_thread_id: ThreadId,
        /// State of the agent once resumed.
        required status: AgentStatus,
        /// Unix time of the end in milliseconds.
        optional completed_at_ms: Int [129..],
    }

    /// Where a turn came from; it survives recovery, sleep and compaction.
    TurnAttribution {
        /// Path of the agent that set the turn off.
        optional initiating_agent_path: Option<String>,
        /// Turn that set this one off.
        optional parent_turn_id: Option<String>,
        /// Turn of the root thread at the head of the chain.
        optional root_turn_id: Option<String>,
        /// The turn itself.
        required turn_id: String,
        /// Name of what set the turn off.
        optional turn_trigger: Option<String>,
    }
}
