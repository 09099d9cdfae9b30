//! Calls of tools: which are commands, patches or calls of MCP servers, and which are just calls.

use serde_json::Value;

use super::super::payload::text;
use super::super::{ItemKind, Outcome};
use super::{command, patch};

/// Names that function tools with a shell behind them had over time.
const SHELLS: [&str; 6] = ["shell", "shell_command", "exec_command", "local_shell", "container.exec", "unified_exec"];

/// Beginning of the names of MCP servers and tools.
const MCP: &str = "mcp__";

/// A call of a function whose arguments are JSON text.
pub(super) fn function(name: String, namespace: Option<String>, arguments: String) -> ItemKind {
    if let Some((server, tool)) = mcp(&name, namespace.as_deref()) {
        return ItemKind::McpCall { server, tool, arguments, outcome: Outcome::default() };
    }
    let known = match namespace {
        Some(_) => None,
        None if name == "apply_patch" => patch_argument(&arguments),
        None if SHELLS.contains(&name.as_str()) => {
            serde_json::from_str(&arguments).ok().and_then(|arguments| shell(&arguments))
        }
        None => None,
    };
    known.unwrap_or_else(|| other(name, namespace, arguments))
}

/// A call of a tool that takes free text.
pub(super) fn custom(name: String, namespace: Option<String>, input: String) -> ItemKind {
    if let Some((server, tool)) = mcp(&name, namespace.as_deref()) {
        return ItemKind::McpCall { server, tool, arguments: input, outcome: Outcome::default() };
    }
    match patch::parse(&input) {
        Some(changes) if name == "apply_patch" => ItemKind::Patch { changes, outcome: Outcome::default() },
        _ => other(name, namespace, input),
    }
}

/// What a shell is asked for: a patch, or a command.
pub(super) fn shell(arguments: &Value) -> Option<ItemKind> {
    let asked = ["command", "cmd"].iter().find_map(|name| arguments.get(name))?;
    let cwd = ["workdir", "working_directory", "cwd"].iter().find_map(|name| text(arguments, name));
    let outcome = Outcome::default();
    if let Some([program, patch]) = asked.as_array().map(Vec::as_slice)
        && matches!(program.as_str(), Some("apply_patch" | "applypatch"))
        && let Some(changes) = patch.as_str().and_then(patch::parse)
    {
        return Some(ItemKind::Patch { changes, outcome });
    }
    let command = command::line(asked)?;
    if let Some(changes) = patch::in_command(&command) {
        return Some(ItemKind::Patch { changes, outcome });
    }
    Some(ItemKind::Command { command, cwd: cwd.map(command::folder), by_user: false, outcome })
}

fn patch_argument(arguments: &str) -> Option<ItemKind> {
    let arguments: Value = serde_json::from_str(arguments).ok()?;
    let patch = ["input", "patch"].iter().find_map(|name| text(&arguments, name))?;
    Some(ItemKind::Patch { changes: patch::parse(patch)?, outcome: Outcome::default() })
}

/// Server and tool, which stand in one name, or since 0.145 in two.
fn mcp(name: &str, namespace: Option<&str>) -> Option<(String, String)> {
    let (server, tool) = match namespace {
        Some(namespace) => (namespace.strip_prefix(MCP)?.trim_end_matches('_'), name),
        None => name.strip_prefix(MCP)?.split_once("__")?,
    };
    Some((server.to_owned(), tool.to_owned()))
}

/// A call that has no kind of its own.
pub(super) fn other(tool: String, namespace: Option<String>, arguments: String) -> ItemKind {
    ItemKind::ToolCall { namespace, tool, arguments, outcome: Outcome::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart() {
        let check = |name: &str, namespace: Option<&str>, arguments: &str, want: &str| {
            let kind = function(name.to_owned(), namespace.map(str::to_owned), arguments.to_owned());
            let got = match kind {
                ItemKind::Command { command, cwd, .. } => format!("$ {command} in {}", cwd.unwrap_or_default()),
                ItemKind::Patch { changes, .. } => format!("patch {}", changes[0].path),
                ItemKind::McpCall { server, tool, .. } => format!("mcp {server} {tool}"),
                ItemKind::ToolCall { namespace, tool, .. } => format!("{} {tool}", namespace.unwrap_or_default()),
                other => format!("{other:?}"),
            };
            assert_eq!(got, want, "{name} {arguments}");
        };
        check("shell", None, r#"{"command":["bash","-lc","ls"],"workdir":"/srv/x"}"#, "$ ls in /srv/x");
        check("exec_command", None, r#"{"cmd":"ls"}"#, "$ ls in ");
        check("shell_command", None, r#"{"command":"ls"}"#, "$ ls in ");
        check("shell", None, "{", " shell");
        check("shell", Some("tools"), r#"{"command":"ls"}"#, "tools shell");
        check("write_stdin", None, r#"{"session_id":1}"#, " write_stdin");
        check("mcp__echo__say__it", None, "{}", "mcp echo say__it");
        check("say", Some("mcp__echo"), "{}", "mcp echo say");
        check("say", Some("agents"), "{}", "agents say");
        let patch = r"*** Begin Patch\n*** Delete File: d\n*** End Patch";
        check("apply_patch", None, &format!(r#"{{"input":"{patch}"}}"#), "patch d");
        check("shell", None, &format!(r#"{{"command":["apply_patch","{patch}"]}}"#), "patch d");
        check("shell", None, &format!(r#"{{"command":["bash","-lc","apply_patch <<'E'\n{patch}\nE"]}}"#), "patch d");
        check("apply_patch", None, r#"{"input":"no patch"}"#, " apply_patch");
    }
}
