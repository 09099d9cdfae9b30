//! What Codex finds in its environment besides what it inherits.

use std::ffi::OsString;
use std::path::Path;

use rollout_schema::ThreadId;

/// Names the thread to everything that Codex runs.
pub const THREAD_VARIABLE: &str = "ROLLOUT_THREAD_ID";

/// The variables for a process that goes on with `thread`. `home` is the Codex home that holds it, if that is not the
/// one that Codex would take by itself.
pub fn environment(thread: &ThreadId, home: Option<&Path>) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = vec![("CODEX_DISABLE_UPDATE_CHECK", "1".into())];
    variables.extend(home.map(|home| ("CODEX_HOME", home.into())));
    variables.push((THREAD_VARIABLE, thread.as_str().into()));
    variables
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::codex::CommandLine;

    #[test]
    fn a_process_finds_the_variables() {
        let check = |home: Option<&Path>, want: &str| {
            let mut line = CommandLine::new("sh");
            line.args(["-c", "echo \"$CODEX_DISABLE_UPDATE_CHECK,${CODEX_HOME-unset},$ROLLOUT_THREAD_ID,$BEFORE\""]);
            line.variables = environment(&ThreadId::from("t-1"), home);
            let mut command = line.command();
            if home.is_none() {
                command.env_remove("CODEX_HOME");
            }
            let run = command.env("BEFORE", "kept").output().unwrap();
            assert_eq!(String::from_utf8(run.stdout).unwrap(), want);
        };
        check(None, "1,unset,t-1,kept\n");
        check(Some(Path::new("/srv/a home")), "1,/srv/a home,t-1,kept\n");
    }
}
