//! The three lines: go on with a thread, give it one prompt, begin a new one.

use std::ffi::OsString;
use std::path::PathBuf;

use rollout_schema::ThreadId;

use super::{CommandLine, LastUsed, Options};

/// `codex resume … ID`: goes on with a thread in the terminal.
pub fn resume(program: impl Into<OsString>, options: &Options, last: &LastUsed, thread: &ThreadId) -> CommandLine {
    let mut line = CommandLine::new(program);
    line.args(["resume"]);
    options.flags(true, last, &mut line);
    line.args([thread.as_str()]);
    line
}

/// `codex exec … resume ID -- PROMPT`: gives a thread one prompt and ends when it is answered. The prompt `-` is read
/// from stdin.
pub fn exec_resume(
    program: impl Into<OsString>,
    options: &Options,
    last: &LastUsed,
    thread: &ThreadId,
    prompt: &str,
) -> CommandLine {
    let mut line = CommandLine::new(program);
    line.args(["exec"]);
    // Most flags are known to `exec` only, and not to its `resume`.
    options.flags(false, last, &mut line);
    line.args(["resume", thread.as_str(), "--", prompt]);
    line
}

/// What a new thread begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The first prompt.
    pub prompt: Option<String>,
    /// A file of instructions that takes the place of the model's own.
    pub instructions_file: Option<PathBuf>,
    /// Instructions beside the model's own; not given if there is a file of them.
    pub instructions: Option<String>,
}

/// `codex … -- PROMPT`: begins a new thread in the terminal. The name of an instructions file must be UTF-8, as in
/// Codex' configuration; other characters in it are replaced.
pub fn launch(program: impl Into<OsString>, options: &Options, new: &Launch) -> CommandLine {
    let mut line = CommandLine::new(program);
    options.flags(true, &LastUsed::default(), &mut line);
    match (&new.instructions_file, &new.instructions) {
        (Some(file), _) => drop(line.set("model_instructions_file", &file.to_string_lossy())),
        (None, Some(text)) => drop(line.set("developer_instructions", text)),
        (None, None) => {}
    }
    if let Some(prompt) = &new.prompt {
        line.args(["--", prompt]);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codex::Approval;

    const UPDATE: &str = "-c 'check_for_update_on_startup=false'";

    fn id() -> ThreadId {
        ThreadId::from("01a0-1")
    }

    /// `$U` stands for the setting that begins every line.
    #[track_caller]
    fn check(line: &CommandLine, want: &str) {
        assert_eq!(line.quoted().unwrap(), want.replace("$U", UPDATE));
    }

    #[test]
    fn each_mode_of_approval_in_each_line() {
        let none = LastUsed::default();
        let check_mode = |mode: &str, interactive: &str, exec: &str| {
            let options = Options { approval: mode.parse().unwrap(), ..Options::default() };
            check(&resume("codex", &options, &none, &id()), &format!("codex resume $U{interactive} 01a0-1"));
            check(
                &exec_resume("codex", &options, &none, &id(), "go on"),
                &format!("codex exec $U{exec} resume 01a0-1 -- 'go on'"),
            );
            check(&launch("codex", &options, &Launch::default()), &format!("codex $U{interactive}"));
        };
        let skip = " --dangerously-bypass-approvals-and-sandbox";
        check_mode("default", "", "");
        check_mode("skip", skip, skip);
        check_mode("permissionless", skip, skip);
        check_mode("auto-edit", " --ask-for-approval never", r#" -c 'approval_policy="never"'"#);
        check_mode(
            "suggest",
            " --ask-for-approval on-request --sandbox read-only",
            r#" -c 'approval_policy="on-request"' --sandbox read-only"#,
        );
        check_mode("untrusted", " --ask-for-approval untrusted", r#" -c 'approval_policy="untrusted"'"#);
        assert!("full-auto".parse::<Approval>().unwrap_err().to_string().contains("full-auto"));
    }

    #[test]
    fn flags_stand_in_order_and_before_the_id() {
        let options = Options {
            approval: Approval::AutoEdit,
            sandbox: Some("workspace-write".to_owned()),
            model: Some("gpt-5.2".to_owned()),
            effort: Some("low".to_owned()),
            same_model: false,
            profile: Some("work".to_owned()),
            config: vec!["a.b=1".to_owned(), "c=it's".to_owned()],
            cwd: Some("/srv/a b".into()),
            more: vec!["--search".into()],
        };
        check(
            &resume("/opt/codex", &options, &LastUsed::default(), &id()),
            r#"/opt/codex resume $U --ask-for-approval never --sandbox workspace-write --model gpt-5.2 -c 'model_reasoning_effort="low"' --profile work -c 'a.b=1' -c "c=it's" -C '/srv/a b' --search 01a0-1"#,
        );
        check(
            &exec_resume("/opt/codex", &options, &LastUsed::default(), &id(), "--last"),
            r#"/opt/codex exec $U -c 'approval_policy="never"' --sandbox workspace-write --model gpt-5.2 -c 'model_reasoning_effort="low"' --profile work -c 'a.b=1' -c "c=it's" -C '/srv/a b' --search resume 01a0-1 -- --last"#,
        );
        // A sandbox that is asked for goes before the one of the mode.
        let options = Options { approval: Approval::Suggest, sandbox: options.sandbox, ..Options::default() };
        check(
            &resume("codex", &options, &LastUsed::default(), &id()),
            "codex resume $U --ask-for-approval on-request --sandbox workspace-write 01a0-1",
        );
    }

    #[test]
    fn model_and_effort_are_named_when_they_are_wanted() {
        let line = |[model, effort]: [&str; 2], [last_model, last_effort]: [&str; 2], same_model: bool, want: &str| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let options = Options { model: some(model), effort: some(effort), same_model, ..Options::default() };
            let last = LastUsed { model: some(last_model), effort: some(last_effort), cwd: None };
            check(&resume("codex", &options, &last, &id()), &format!("codex resume $U{want} 01a0-1"));
        };
        let last = ["gpt-5.2", "high"];
        line(["", ""], last, false, "");
        line(["", "low"], last, false, r#" -c 'model_reasoning_effort="low"'"#);
        line(["gpt-6", ""], last, false, r#" --model gpt-6 -c 'model_reasoning_effort="high"'"#);
        line(["gpt-6", "low"], last, false, r#" --model gpt-6 -c 'model_reasoning_effort="low"'"#);
        line(["", ""], last, true, r#" -c 'model="gpt-5.2"' -c 'model_reasoning_effort="high"'"#);
        line(["", "low"], last, true, r#" -c 'model="gpt-5.2"' -c 'model_reasoning_effort="low"'"#);
        line(["", ""], ["gpt-5.2", ""], true, r#" -c 'model="gpt-5.2"'"#);
        line(["", ""], ["", ""], true, "");
        // Models that were made to think do, if nothing else is known.
        line(["o4-mini", ""], ["", ""], false, r#" --model o4-mini -c 'model_reasoning_effort="high"'"#);
        line(["", ""], ["O3", ""], true, r#" -c 'model="O3"' -c 'model_reasoning_effort="high"'"#);
        line(["o3", "low"], ["", ""], false, r#" --model o3 -c 'model_reasoning_effort="low"'"#);
        line(["o3", ""], last, false, r#" --model o3 -c 'model_reasoning_effort="high"'"#);
        line(["gpt-o3", ""], ["", ""], false, " --model gpt-o3");
    }

    #[test]
    fn a_new_thread_gets_its_instructions_and_its_prompt_last() {
        let new = |file: &str, text: &str, prompt: &str| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let new = Launch {
                prompt: some(prompt),
                instructions_file: some(file).map(Into::into),
                instructions: some(text),
            };
            launch("codex", &Options::default(), &new)
        };
        check(&new("", "", "fix it"), "codex $U -- 'fix it'");
        check(&new("", "be brief", ""), r#"codex $U -c 'developer_instructions="be brief"'"#);
        check(&new("/srv/a.md", "be brief", "-x"), r#"codex $U -c 'model_instructions_file="/srv/a.md"' -- -x"#);
    }
}
