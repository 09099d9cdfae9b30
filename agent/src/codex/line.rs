//! A command line: a program, its arguments and what is added to its environment.
//!
//! It becomes a process, or text that any POSIX shell takes apart into the same words. Refuses to make text of what
//! no shell can be given: NULs, and names that are not UTF-8.

use std::ffi::{OsStr, OsString};
use std::process::Command;

/// A program with its arguments and environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The program.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables that are set for it, besides those that it inherits.
    pub variables: Vec<(&'static str, OsString)>,
}

/// A word that cannot stand in a shell's command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// No program can be given a NUL.
    #[error("{word:?} holds a NUL, which no program can be given")]
    Nul {
        /// The word.
        word: String,
    },
    /// Such names can be handed to a program and not be printed.
    #[error("{} is not UTF-8 and cannot be printed", word.display())]
    NotUtf8 {
        /// The word.
        word: OsString,
    },
}

impl CommandLine {
    /// A program without arguments.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), args: Vec::new(), variables: Vec::new() }
    }

    /// Adds arguments.
    pub(super) fn args<A: Into<OsString>>(&mut self, args: impl IntoIterator<Item = A>) -> &mut Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds a setting of Codex' configuration whose value is a text.
    pub(super) fn set(&mut self, key: &str, value: &str) -> &mut Self {
        self.args(["-c".to_owned(), format!("{key}={}", toml_text(value))])
    }

    /// The variables, the program and its arguments as a POSIX shell reads them.
    pub fn quoted(&self) -> Result<String, QuoteError> {
        let mut words = Vec::with_capacity(self.variables.len() + self.args.len() + 1);
        for (name, value) in &self.variables {
            words.push(format!("{name}={}", quote(value)?));
        }
        for word in std::iter::once(&self.program).chain(&self.args) {
            words.push(quote(word)?);
        }
        Ok(words.join(" "))
    }

    /// The process to be.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn quote(word: &OsStr) -> Result<String, QuoteError> {
    let text = word.to_str().ok_or_else(|| QuoteError::NotUtf8 { word: word.to_owned() })?;
    match shlex::try_quote(text) {
        Ok(quoted) => Ok(quoted.into_owned()),
        Err(_) => Err(QuoteError::Nul { word: text.to_owned() }),
    }
}

/// A text as TOML. Codex reads the value of a setting as TOML, so that a bare `true` or `7` would be no text.
fn toml_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => quoted += &format!("\\u{:04X}", u32::from(char)),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    /// Words that shells like to take apart.
    const HOSTILE: [&str; 20] = [
        "",
        " ",
        "a b",
        "it's",
        "\"q\"",
        "$(touch x)",
        "`id`",
        "$HOME",
        "~",
        "a\nb\n",
        "--last",
        "-",
        "--",
        "é ✓ 漢字",
        "\\",
        "a=b",
        "!!",
        "{a,b}",
        "\t\r\u{7f}\u{1b}[31m",
        "'; exit 1; '",
    ];

    /// The words that a program is given by `sh -c`.
    fn through_shell(line: &CommandLine) -> Vec<String> {
        let run = Command::new("sh").args(["-c", &line.quoted().unwrap()]).output().unwrap();
        assert!(run.status.success(), "{run:?}");
        let text = String::from_utf8(run.stdout).unwrap();
        text.strip_suffix('\0').unwrap().split('\0').map(str::to_owned).collect()
    }

    #[test]
    fn hostile_words_survive_a_shell() {
        let folder = tempfile::tempdir().unwrap();
        // The program's own path is hostile as well: a shell would take a=b for a variable.
        let program = folder.path().join("a=b; it's $(x)");
        fs_err::write(&program, "#!/bin/sh\nprintf '%s\\0' \"$ROLLOUT_TEST\" \"$@\"\n").unwrap();
        fs_err::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        for value in HOSTILE {
            let mut line = CommandLine::new(&program);
            line.args(HOSTILE).variables.push(("ROLLOUT_TEST", value.into()));
            assert_eq!(through_shell(&line), [&[value], &HOSTILE[..]].concat());
            let run = line.command().output().unwrap();
            assert_eq!(run.stdout, [&[value], &HOSTILE[..], &[""]].concat().join("\0").into_bytes());
        }
    }

    #[test]
    fn what_no_shell_can_be_given_is_an_error() {
        let mut line = CommandLine::new("codex");
        line.args(["a\0b"]);
        assert_eq!(line.quoted(), Err(QuoteError::Nul { word: "a\0b".to_owned() }));
        let mut line = CommandLine::new("codex");
        line.args([OsStr::from_bytes(b"\xff")]);
        assert!(matches!(line.quoted(), Err(QuoteError::NotUtf8 { .. })));
    }

    #[test]
    fn texts_are_texts_in_toml() {
        for text in HOSTILE.iter().chain(&["true", "7", "[1]", "\u{85}"]) {
            let document: toml::Table = format!("x = {}", toml_text(text)).parse().unwrap();
            assert_eq!(document["x"].as_str(), Some(*text));
        }
    }
}
