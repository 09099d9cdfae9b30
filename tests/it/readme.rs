//! Every command that the README shows is run, so that it cannot show one that does not work.

use std::process::Command;

const README: &str = include_str!("../../README.md");

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
        assert!(!output.stdout.is_empty(), "rollout {line} prints nothing");
        n_run += 1;
    }
    assert!(n_run >= 9, "the README shows only {n_run} commands");
}

/// The gate runs these two as they stand; here is checked that they are where it looks for them.
#[test]
fn the_set_up_is_two_commands() {
    let set_up: Vec<_> = commands().into_iter().filter(|line| line.starts_with("$ ")).collect();
    assert_eq!(set_up, ["$ cargo run --release --locked -- analyze daily --sample", "$ cargo test --locked"]);
}

/// The price table in the README is one that `--pricing` takes.
#[test]
fn the_price_table_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (_, rest) = README.split_once("```toml\n").unwrap();
    let path = dir.path().join("prices.toml");
    fs_err::write(&path, rest.split_once("```").unwrap().0).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rollout"))
        .args(["analyze", "total", "--sample", "--pricing"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
