//! What is wanted of a run: leave, sandbox, model, settings, folder.
//!
//! What is not said is left to Codex: its configuration, and what it keeps of a thread that goes on.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use super::{CommandLine, LastUsed};

/// What is wanted of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// When leave is asked for.
    pub approval: Approval,
    /// A sandbox by Codex' name for it.
    pub sandbox: Option<String>,
    /// A model other than the thread's.
    pub model: Option<String>,
    /// A reasoning effort other than the thread's.
    pub effort: Option<String>,
    /// Whether Codex is told the model and the effort that the thread last used. Left to itself, `codex resume`
    /// keeps the model from about 0.150 on, and `codex exec resume` neither.
    pub same_model: bool,
    /// A profile of Codex' configuration.
    pub profile: Option<String>,
    /// Settings of Codex' configuration, each as `key=value`.
    pub config: Vec<String>,
    /// The folder to work in.
    pub cwd: Option<PathBuf>,
    /// More arguments, which Codex gets as they are.
    pub more: Vec<OsString>,
}

/// When leave is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Approval {
    /// As Codex is configured.
    #[default]
    Default,
    /// Reads freely and asks before anything else: what the model runs may only read until leave is given.
    Suggest,
    /// Never asks; what the sandbox forbids fails.
    AutoEdit,
    /// Never asks, and there is no sandbox.
    Skip,
    /// A policy by Codex' name for it.
    Policy(String),
}

/// A word that is no mode of approval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of default, suggest, auto-edit, skip, never, on-request, on-failure and untrusted")]
pub struct UnknownApproval(String);

impl FromStr for Approval {
    type Err = UnknownApproval;

    fn from_str(text: &str) -> Result<Self, UnknownApproval> {
        match text {
            "default" => Ok(Self::Default),
            "suggest" => Ok(Self::Suggest),
            "auto-edit" => Ok(Self::AutoEdit),
            "skip" | "permissionless" => Ok(Self::Skip),
            "never" | "on-request" | "on-failure" | "untrusted" => Ok(Self::Policy(text.to_owned())),
            _ => Err(UnknownApproval(text.to_owned())),
        }
    }
}

impl Approval {
    /// Codex' name for the policy, and for the sandbox that goes with it.
    ///
    /// What `suggest` means was a policy of its own, `untrusted`, which later versions refuse to start with. Asking
    /// on request in a sandbox that may only read comes to the same, and all versions know it.
    fn policy(&self) -> (Option<&str>, Option<&'static str>) {
        match self {
            Self::Default | Self::Skip => (None, None),
            Self::Suggest => (Some("on-request"), Some("read-only")),
            Self::AutoEdit => (Some("never"), None),
            Self::Policy(policy) => (Some(policy), None),
        }
    }
}

impl Options {
    /// The flags, in the order in which they are documented. `interactive` is whether a person can be asked: only
    /// then there is a flag for the policy.
    pub(super) fn flags(&self, interactive: bool, last: &LastUsed, line: &mut CommandLine) {
        line.args(["-c", "check_for_update_on_startup=false"]);
        if self.approval == Approval::Skip {
            line.args(["--dangerously-bypass-approvals-and-sandbox"]);
        }
        let (policy, sandbox) = self.approval.policy();
        match policy {
            Some(policy) if interactive => drop(line.args(["--ask-for-approval", policy])),
            Some(policy) => drop(line.set("approval_policy", policy)),
            None => {}
        }
        if let Some(sandbox) = self.sandbox.as_deref().or(sandbox) {
            line.args(["--sandbox", sandbox]);
        }
        self.model_and_effort(last, line);
        line.args(self.profile.iter().flat_map(|profile| ["--profile", profile]));
        line.args(self.config.iter().flat_map(|setting| ["-c", setting]));
        if let Some(cwd) = &self.cwd {
            line.args([OsString::from("-C"), cwd.into()]);
        }
        line.args(&self.more);
    }

    /// Names the model and the effort that are wanted. Naming either ends Codex' own choice of both, so the thread's
    /// effort is named along with a model.
    fn model_and_effort(&self, last: &LastUsed, line: &mut CommandLine) {
        let kept = |used: &Option<String>| used.clone().filter(|_| self.same_model);
        let last_model = kept(&last.model);
        match (&self.model, &last_model) {
            (Some(model), _) => drop(line.args(["--model", model])),
            // As a setting it yields to what is told after it.
            (None, Some(model)) => drop(line.set("model", model)),
            (None, None) => {}
        }
        // These models were made to think.
        let is_thinker = |model: &&String| ["o3", "o4"].iter().any(|name| model.to_lowercase().starts_with(name));
        let usual = self.model.as_ref().or(last_model.as_ref()).filter(is_thinker).map(|_| "high");
        let before = if self.model.is_some() { last.effort.clone() } else { kept(&last.effort) };
        if let Some(effort) = self.effort.as_deref().or(before.as_deref()).or(usual) {
            line.set("model_reasoning_effort", effort);
        }
    }
}
