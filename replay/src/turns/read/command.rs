//! Command lines as a person would type them, and what stands in front of a command's output.

use serde_json::Value;

use super::super::payload::{from_seconds, texts};
use super::super::{ItemKind, Outcome};

/// What prepares a shell that then runs one line.
const SHELLS: [&str; 4] = ["bash", "zsh", "sh", "dash"];

/// A command as it would be typed: the script of a shell, or the quoted words.
pub(super) fn line(command: &Value) -> Option<String> {
    match command {
        Value::String(line) => Some(line.clone()),
        list => typed(&texts(list)?),
    }
}

fn typed(words: &[&str]) -> Option<String> {
    match words {
        [] => None,
        [shell, "-lc" | "-c", script] if is_shell(shell) => Some((*script).to_owned()),
        words => Some(shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))),
    }
}

fn is_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    SHELLS.contains(&name)
}

/// A folder as a path: newer versions write it as an address.
pub(super) fn folder(written: &str) -> String {
    match written.strip_prefix("file://") {
        Some(path) => decode_percents(path),
        None => written.to_owned(),
    }
}

fn decode_percents(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, below)) = rest.split_first() {
        let code = below.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                bytes.push(decoded);
                rest = &below[2..];
            }
            _ => {
                bytes.push(byte);
                rest = below;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// Milliseconds of `1.25 seconds`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    from_seconds(text.split(' ').next()?.parse().ok()?)
}

/// Takes off what stands in front of an output, and puts it into `outcome`.
///
/// ```text
/// Command: …             0.104 to 0.125, may have many lines
/// Chunk ID: 84e181
/// Wall time: 0.0000 seconds
/// Process exited with code 0
/// Output:
/// ```
pub(super) fn take_header<'a>(text: &'a str, outcome: &mut Outcome) -> &'a str {
    let mut rest = text;
    if text.starts_with("Command: ") {
        let ends = ["\nChunk ID: ", "\nWall time: "].iter().filter_map(|end| text.find(end)).min();
        let Some(end) = ends else { return text };
        rest = &text[end + 1..];
    }
    loop {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(code) = line.strip_prefix("Exit code: ").or(line.strip_prefix("Process exited with code ")) {
            outcome.exit_code = code.trim().parse().ok();
        } else if let Some(time) = line.strip_prefix("Wall time: ") {
            outcome.duration_ms = seconds(time);
        } else if line == "Output:" {
            return below;
        } else if !is_header(line) {
            return rest;
        }
        rest = below;
    }
}

fn is_header(line: &str) -> bool {
    const BEGINNINGS: [&str; 4] =
        ["Chunk ID: ", "Process running with session ID ", "Original token count: ", "Total output lines: "];
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

/// Whether both are the same command of the user, once told to the model and once to the client.
pub(in super::super) fn same_command(one: &ItemKind, other: &ItemKind) -> bool {
    match (one, other) {
        (
            ItemKind::Command { command: one, by_user: true, .. },
            ItemKind::Command { command: other, by_user: true, .. },
        ) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn commands_are_shown_as_they_would_be_typed() {
        let check = |command: Value, want: &str| assert_eq!(line(&command).as_deref(), Some(want), "{command}");
        check(json!(["bash", "-lc", "echo 'a b' | wc"]), "echo 'a b' | wc");
        check(json!(["/bin/zsh", "-c", "ls"]), "ls");
        check(json!(["git", "commit", "-m", "a b"]), "git commit -m 'a b'");
        check(json!(["python", "-c", "print(1)"]), "python -c 'print(1)'");
        check(json!("ls -l"), "ls -l");
        assert_eq!((line(&json!([])), line(&json!(7))), (None, None));
    }

    #[test]
    fn headers_are_taken_off() {
        let check = |text: &str, want: (Option<i64>, Option<u64>, &str)| {
            let mut outcome = Outcome::default();
            let rest = take_header(text, &mut outcome);
            assert_eq!((outcome.exit_code, outcome.duration_ms, rest), want, "{text}");
        };
        check(
            "Exit code: 3\nWall time: 1.5 seconds\nTotal output lines: 9\nOutput:\nx\ny",
            (Some(3), Some(1500), "x\ny"),
        );
        let unified = "Chunk ID: ab\nWall time: 0.0021 seconds\nProcess exited with code 0\nOriginal token count: 1\n";
        check(&format!("{unified}Output:\nhi\n"), (Some(0), Some(2), "hi\n"));
        check(&format!("Command: bash -lc 'a\nb'\n{unified}Output:\n"), (Some(0), Some(2), ""));
        check("Wall time: 2.4 seconds\naborted by user", (None, Some(2400), "aborted by user"));
        check("Chunk ID: ab\nProcess running with session ID 7\nOutput:\n", (None, None, ""));
        check("plain\nOutput:\nx", (None, None, "plain\nOutput:\nx"));
    }

    #[test]
    fn folders_are_paths() {
        assert_eq!(folder("file:///srv/a%20b%C3%A9"), "/srv/a bé");
        assert_eq!(folder("/srv/100%"), "/srv/100%");
        assert_eq!(folder("file:///srv/100%"), "/srv/100%");
    }
}
