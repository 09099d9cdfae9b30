//! Patches: what `apply_patch` reads, and what events say was changed, as the same file changes.
//!
//! Refuses a text that is not wholly a patch: then nothing is known of what it would change.

use serde_json::Value;

use super::super::payload::{take_text, text};
use super::super::{ChangeKind, FileChange};

/// The patch that a command line applies, if it applies one and does nothing else.
pub(super) fn in_command(command: &str) -> Option<Vec<FileChange>> {
    let call = command.trim_start();
    let call = match call.starts_with("cd ") {
        true => call.split_once("&&")?.1.trim_start(),
        false => call,
    };
    if !call.starts_with("apply_patch") && !call.starts_with("applypatch") {
        return None;
    }
    const END: &str = "*** End Patch";
    let from = call.find("*** Begin Patch")?;
    let to = call.rfind(END)? + END.len();
    parse(call.get(from..to)?)
}

/// Reads a patch.
pub(super) fn parse(patch: &str) -> Option<Vec<FileChange>> {
    let mut lines = patch.trim().lines();
    if lines.next()?.trim() != "*** Begin Patch" {
        return None;
    }
    let mut changes: Vec<FileChange> = Vec::new();
    for line in lines {
        if line.trim() == "*** End Patch" {
            return (!changes.is_empty()).then_some(changes);
        }
        if let Some((kind, path)) = file(line) {
            changes.push(FileChange { path: path.to_owned(), moved_to: None, kind, diff: String::new() });
            continue;
        }
        let change = changes.last_mut()?;
        if let Some(path) = line.strip_prefix("*** Move to: ") {
            change.moved_to = Some(path.trim().to_owned());
        } else if line.is_empty() {
            push(&mut change.diff, " ");
        } else if line.starts_with([' ', '+', '-']) || line.starts_with("@@") {
            push(&mut change.diff, line);
        } else if line.trim() != "*** End of File" {
            return None;
        }
    }
    None
}

fn file(line: &str) -> Option<(ChangeKind, &str)> {
    let kinds = [("Add", ChangeKind::Add), ("Update", ChangeKind::Update), ("Delete", ChangeKind::Delete)];
    let header = line.trim().strip_prefix("*** ")?;
    kinds.iter().find_map(|(name, kind)| Some((*kind, header.strip_prefix(name)?.strip_prefix(" File: ")?)))
}

fn push(diff: &mut String, line: &str) {
    if !diff.is_empty() {
        diff.push('\n');
    }
    diff.push_str(line);
}

/// Reads the `changes` of an event, which stand by path.
pub(super) fn of_event(changes: Value) -> Vec<FileChange> {
    let Value::Object(changes) = changes else { return Vec::new() };
    changes.into_iter().filter_map(|(path, change)| of_file(path, change)).collect()
}

fn of_file(path: String, mut change: Value) -> Option<FileChange> {
    let name = match text(&change, "type") {
        Some(name) => name.to_owned(),
        // Older events name the kind by the member that holds it.
        None => {
            let (name, inside) = change.as_object_mut()?.iter_mut().next()?;
            let name = name.clone();
            change = inside.take();
            name
        }
    };
    let content = take_text(&mut change, "content").unwrap_or_default();
    let (kind, diff) = match name.as_str() {
        "add" => (ChangeKind::Add, marked('+', &content)),
        "delete" => (ChangeKind::Delete, marked('-', &content)),
        "update" => {
            let diff = take_text(&mut change, "unified_diff").unwrap_or_default();
            let lines: Vec<_> = diff.lines().filter(|line| !line.starts_with('\\')).collect();
            (ChangeKind::Update, lines.join("\n"))
        }
        _ => return None,
    };
    Some(FileChange { path, moved_to: take_text(&mut change, "move_path"), kind, diff })
}

fn marked(mark: char, content: &str) -> String {
    let lines: Vec<_> = content.lines().map(|line| format!("{mark}{line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drawn(changes: Option<Vec<FileChange>>) -> Option<Vec<String>> {
        let one = |FileChange { path, moved_to, kind, diff }: FileChange| {
            format!("{kind:?} {path} {} {diff:?}", moved_to.unwrap_or_default())
        };
        changes.map(|changes| changes.into_iter().map(one).collect())
    }

    const PATCH: &str = "*** Begin Patch\n*** Add File: a.txt\n+one\n+\n*** Update File: b.rs\n*** Move to: c.rs\n\
        @@ fn x\n y\n-z\n+w\n\n*** End of File\n*** Delete File: d\n*** End Patch";

    #[test]
    fn patches_are_read() {
        let want = ["Add a.txt  \"+one\\n+\"", "Update b.rs c.rs \"@@ fn x\\n y\\n-z\\n+w\\n \"", "Delete d  \"\""];
        assert_eq!(drawn(parse(PATCH)).unwrap(), want);
        assert_eq!(drawn(in_command(&format!("apply_patch <<'EOF'\n{PATCH}\nEOF"))).unwrap(), want);
        assert_eq!(drawn(in_command(&format!("cd /srv/x && apply_patch <<'EOF'\n{PATCH}\nEOF\n"))).unwrap(), want);
        for other in ["", "*** Begin Patch\n*** End Patch", "*** Begin Patch\nx\n*** End Patch", "*** Begin Patch"] {
            assert_eq!(parse(other), None, "{other}");
        }
        assert_eq!(in_command(&format!("echo apply_patch '{PATCH}'")), None);
    }

    #[test]
    fn changes_of_events_are_read() {
        let changes = json!({
            "/srv/a": {"type": "add", "content": "x\ny\n"},
            "/srv/b": {"update": {"unified_diff": "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n", "move_path": "c"}},
            "/srv/d": {"type": "delete", "content": "z"},
            "/srv/e": {"type": "twist"},
        });
        let want = ["Add /srv/a  \"+x\\n+y\"", "Update /srv/b c \"@@ -1 +1 @@\\n-a\\n+b\"", "Delete /srv/d  \"-z\""];
        assert_eq!(drawn(Some(of_event(changes))).unwrap(), want);
    }
}
