//! Every command that the README shows is run, so that it cannot show one that does not work. The same
//! holds for what the action and the hook run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::rollout;

const README: &str = include_str!("../../README.md");
const ACTION: &str = include_str!("../../action.yml");
const HOOK: &str = include_str!("../../.pre-commit-hooks.yaml");

/// The lines of the README's `console` blocks.
fn commands() -> Vec<&'static str> {
    let mut commands = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if inside => commands.push(line),
            _ => {}
        }
    }
    commands
}

#[test]
fn every_rollout_command_runs_and_prints() {
    let home = tempfile::tempdir().unwrap();
    let mut n_run = 0;
    for line in commands().into_iter().filter_map(|line| line.strip_prefix("rollout ")) {
        let output = Command::new(env!("CARGO_BIN_EXE_rollout"))
            .args(line.split(' '))
            .env_clear()
            .env("HOME", home.path())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "rollout {line}: {stderr}");
        // Logs in which nothing is found leave stdout empty.
        assert!(!output.stdout.is_empty() || stderr.contains("0 errors"), "rollout {line} prints nothing");
        n_run += 1;
    }
    assert!(n_run >= 15, "the README shows only {n_run} commands");
}

/// The lines of the `sh` block, in a home with logs, with a program called `codex` that is not run.
#[cfg(unix)]
#[test]
fn threads_are_forked_and_moved_as_it_says() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sample");
    let bin = Path::new(env!("CARGO_BIN_EXE_rollout")).parent().unwrap();
    let codex = folder.path().join("codex");
    fs_err::write(&codex, "#!/bin/sh\nexit 9\n").unwrap();
    fs_err::set_permissions(&codex, std::fs::Permissions::from_mode(0o755)).unwrap();
    let item = r#"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}}"#;
    fs_err::write(folder.path().join("items.ndjson"), format!("{item}\n")).unwrap();
    let shell = |line: &str| {
        let path = format!("{}:{}:/usr/bin:/bin", bin.display(), folder.path().display());
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(folder.path()).env_clear();
        let output = command.env("PATH", path).env("HOME", folder.path()).env("CODEX_HOME", &home).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    };
    shell(&format!("cp -R {} home", sample.display()));
    let block = README.split("```sh\n").nth(1).unwrap().split_once("```").unwrap().0;
    assert!(block.lines().count() >= 8);
    block.lines().for_each(shell);
}

/// The gate runs these two as they stand; here is checked that they are where it looks for them.
#[test]
fn the_set_up_is_two_commands() {
    let set_up: Vec<_> = commands().into_iter().filter(|line| line.starts_with("$ ")).collect();
    assert_eq!(set_up, ["$ cargo run --release --locked -- analyze daily --sample", "$ cargo test --locked"]);
}

/// The README's `toml` block that begins with this line, in a file.
fn toml_block(folder: &Path, first: &str) -> PathBuf {
    let blocks = README.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let mut blocks = blocks.filter(|block| block.lines().next() == Some(first));
    let path = folder.join("block.toml");
    fs_err::write(&path, blocks.next().unwrap()).unwrap();
    assert_eq!(blocks.next(), None);
    path
}

/// Runs over the sample logs.
#[track_caller]
fn assert_runs(args: &[&str]) {
    let outcome = rollout(&[args, &["--sample"]].concat());
    assert_eq!(outcome.code, Some(0), "{args:?} {outcome}");
}

/// The price table in the README is one that `--pricing` takes.
#[test]
fn the_price_table_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = toml_block(folder.path(), "[[price]]");
    assert_runs(&["analyze", "total", "--pricing", path.to_str().unwrap()]);
}

/// The levels in the README are ones that `--config` takes.
#[test]
fn the_levels_of_rules_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = toml_block(folder.path(), "[validate]");
    assert_runs(&["validate", "--config", path.to_str().unwrap()]);
}

/// What the action and the hook run is typed as it stands, and so is what the README passes to them.
#[test]
fn the_action_and_the_hook_pass_arguments_that_are_taken() {
    // Folded lines are one command; what follows `>` is the shell's.
    let action = ACTION.replace("\\\n", " ");
    let lines = action.lines().chain(HOOK.lines());
    let commands: Vec<Vec<&str>> = lines
        .filter_map(|line| line.split_once("rollout\" validate").or_else(|| line.split_once("entry: rollout validate")))
        .map(|(_, args)| args.split('>').next().unwrap().split_whitespace().collect())
        .collect();
    assert_eq!(commands.len(), 3);
    let (_, example) = README.split_once(", args: ").unwrap();
    let example: Vec<&str> = example.split_once(" }").unwrap().0.split(' ').collect();
    for command in commands {
        let args: Vec<&str> = command
            .into_iter()
            .flat_map(|arg| match arg {
                "$ROLLOUT_ARGS" => example.clone(),
                "$ROLLOUT_PATHS" => Vec::new(),
                arg => vec![arg],
            })
            .collect();
        assert!(args.iter().all(|arg| !arg.contains('$')), "{args:?}");
        assert_runs(&[&["validate"], &args[..]].concat());
    }
    assert!(README.contains("hooks: [{ id: rollout-validate }]") && HOOK.starts_with("- id: rollout-validate\n"));
}
