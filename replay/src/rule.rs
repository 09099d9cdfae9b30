//! Every rule by which a rollout is judged: its name, how grave it is, and why it matters.
//!
//! One table is the source of `--explain`, of the documentation and of the default severities. It
//! says nothing about how a rule is checked.

use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Counted, and not listed unless it is raised.
    Info,
    /// Listed; does no harm to most readers.
    Warning,
    /// Something is lost or refused.
    Error,
}

impl Severity {
    /// The severity's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! rules {
    ($($(#[group = $group:literal])? $variant:ident = $id:literal, $severity:ident, $title:literal, $why:literal;)+) => {
        /// A rule by which a rollout is judged.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $title] $variant,)+
        }

        impl Rule {
            /// Every rule, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The rule's stable name.
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            /// How grave a finding is unless it is told otherwise.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }

            /// What was found, in one sentence.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// Why it matters, in one paragraph.
            pub fn why(self) -> &'static str {
                match self {
                    $(Self::$variant => $why,)+
                }
            }

            /// The heading under which the rule is documented, if it is the first of its group.
            pub fn group(self) -> Option<&'static str> {
                match self {
                    $($(Self::$variant => Some($group),)?)+
                    _ => None,
                }
            }
        }
    };
}

rules! {
    #[group = "Framing: bytes and lines"]
    InvalidUtf8 = "invalid-utf8", Error, "Text that is not UTF-8.",
        "JSON is UTF-8. A line with other bytes is read here with replacement characters. Codex cannot resume a \
         legacy thread whose file holds one, and skips the line in a paginated thread. Usual causes: a disk \
         error, or another program that wrote in its own encoding.";
    ByteOrderMark = "byte-order-mark", Error, "The file begins with a UTF-8 byte order mark.",
        "Codex takes the mark for a part of the first record, does not find the session metadata and refuses the \
         whole file. An editor or a shell redirect on Windows added it; remove the three bytes.";
    NulBytes = "nul-bytes", Error, "NUL bytes in place of a record.",
        "File systems leave blocks of NUL bytes where a machine lost power before data reached the disk. The \
         records that stood there are lost; the lines around them are not.";
    GluedRecords = "glued-records", Error, "Two or more records stand on one line.",
        "Codex up to 0.140 appends to a last line without newline straight away, so the next record lands on the \
         same line. Codex reads one record per line and loses all of them; this toolkit reads each one. Where the \
         first of them is torn, the finding is `invalid-json`, and the whole ones are read as well. `rollout \
         repair` puts them on lines of their own.";
    TornTail = "torn-tail", Warning, "The last line has no end and is not a whole record.",
        "The writer was killed in the middle of a record, or is writing it at this moment. Codex skips it; since \
         0.145 it closes the line before it appends, older versions glue the next record to it.";
    UnterminatedLine = "unterminated-line", Info, "The last line is a whole record without a newline.",
        "Codex up to 0.140 appends the next record straight after it, so that both stand on one line. Later \
         versions write the newline first.";
    BlankLine = "blank-line", Info, "An empty line.",
        "Codex skips it.";
    CarriageReturn = "carriage-return", Info, "A line ends in CR LF.",
        "Codex reads such lines. They show that something other than Codex wrote or rewrote the file.";
    LineTooLong = "line-too-long", Error, "A line longer than 32 MiB.",
        "Such a line was passed over without being checked, so that memory stays bounded.";
    InvalidJson = "invalid-json", Error, "A line, or a part of one, is not JSON.",
        "Codex skips the whole line. Usual causes are a writer that was killed and another one that went on, or \
         two writers at once. Also found are texts that no reader can decode, such as half of a surrogate pair, \
         and values nested deeper than 127 levels.";
    EmptyFile = "empty-file", Warning, "The file holds no record.",
        "Codex cannot resume it. A thread without a turn normally leaves no file at all.";
    Unreadable = "unreadable", Error, "A file or folder could not be read to its end.",
        "What was read before the error was checked; what follows it was not.";
    #[group = "Schema: one line"]
    WrongType = "wrong-type", Error, "A value of another JSON type than every version expects.",
        "Every Codex version that this toolkit knows refuses the line: it is skipped when the thread is loaded. \
         The message says what is expected at the pointer and what was found.";
    MissingMember = "missing-member", Error, "A member that every version requires is not there.",
        "Every Codex version that this toolkit knows refuses the line. The pointer names the object that should \
         hold the member.";
    UnexpectedMember = "unexpected-member", Error, "A member in an object that may hold no others.",
        "Most objects may hold members that a version does not know. A few may not, and the versions that know \
         them refuse the line.";
    OutOfRange = "out-of-range", Error, "A number below its minimum, or an empty text.",
        "Counts, ordinals and offsets begin at 0; a few texts may not be empty.";
    DuplicateMember = "duplicate-member", Error, "A member stands twice in one object.",
        "Codex refuses such an object, and other readers disagree which of the values counts.";
    UnknownKind = "unknown-kind", Warning, "A kind or a name that this toolkit does not know.",
        "Newer Codex versions add kinds of lines, items, events and names every week, so this is no error by \
         default. A version that does not know the kind skips the line. Deny the rule in CI where the writer is \
         known, to find misspelt kinds.";
    UnknownField = "unknown-field", Info, "A member that this toolkit does not know.",
        "Every Codex version skips members it does not know, so this does no harm. It is counted and, unless it \
         is raised to a warning or an error, not listed.";
    VersionDependent = "version-dependent", Warning, "Some Codex versions read the line, others refuse it.",
        "A value does not fit a member that not all versions look at. Those that know the member skip the line, \
         the others read it. The message names the versions that refuse it.";
    SchemaMismatch = "schema-mismatch", Error, "A line does not fit the schema that was given.",
        "With `--schema FILE` lines are held against that JSON Schema in place of the built-in one. The pointer \
         and the message are those of its validator.";
    OddTimestamp = "odd-timestamp", Warning, "A time in an unusual form, or none that can be read.",
        "Codex writes UTC with milliseconds, `2026-01-31T12:00:00.000Z`. It accepts any text, but sorts threads \
         by it, and other tools put lines without a readable time on no day.";
    InvalidCount = "invalid-count", Warning, "A token count that is negative, fractional or impossibly large.",
        "Reports leave the line out and say so.";
    #[group = "File: lines that belong together"]
    FirstLine = "first-line", Error, "The first record does not say which thread the file holds.",
        "A rollout begins with `session_meta`, a bare one (up to 0.29) with a header. Codex refuses a file that \
         begins otherwise. In a file that is not named like a rollout this is a warning, because it may be an \
         excerpt.";
    FileName = "file-name", Warning, "A file in a store is not named like a rollout.",
        "Codex finds files named `rollout-<YYYY-MM-DDThh-mm-ss>-<uuid>.jsonl` only; a revert adds `_<uuid>`.";
    FileNameId = "file-name-id", Warning, "The id in the file's name is not the thread's.",
        "Codex looks for a thread by the id in the name and goes on under the id in `session_meta`.";
    DateFolder = "date-folder", Warning, "A file does not lie in the folder of its date.",
        "Codex lists `sessions/YYYY/MM/DD/` by the local date in the file's name. A file elsewhere is found by \
         its id and not listed.";
    OrdinalGap = "ordinal-gap", Warning, "An ordinal does not follow the one before it.",
        "Lines of a paginated thread are numbered without gaps, from 0 or from the end of the base. Codex \
         tolerates gaps and repeats; a fork or a cursor that counts by them does not.";
    OrdinalMissing = "ordinal-missing", Warning, "A line of a paginated thread has no ordinal.",
        "A version up to 0.140 resumed the thread and appended lines of its own dialect. If such a line is the \
         last one, later versions refuse to resume the thread.";
    DuplicateId = "duplicate-id", Warning, "An id that should be unique stands twice.",
        "The response ids of usage records are unique in a file. A repeat is a copied line; reports count it \
         once.";
    UnansweredCall = "unanswered-call", Info, "A tool call has no output.",
        "The turn was interrupted or the writer killed. Codex fills in an output that says so when it builds the \
         next prompt.";
    OrphanOutput = "orphan-output", Warning, "A tool output has no call.",
        "Codex drops the output when it builds the next prompt. The call's line is missing, damaged, or the \
         output has a wrong `call_id`.";
    OpenTurn = "open-turn", Info, "A turn begins and does not end.",
        "The writer was killed or is still at work. A resume shows the turn as interrupted.";
    UnopenedTurn = "unopened-turn", Info, "A turn ends that did not begin in this file.",
        "The beginning stands before a cut, in a base, or in a damaged line.";
    UsageArithmetic = "usage-arithmetic", Warning, "Token counts that cannot be true together.",
        "Cached and cache-write tokens are part of the input, reasoning is part of the output, and the total is \
         input plus output. Reports use the parts as they stand.";
    MetadataSize = "metadata-size", Warning, "A list of metadata is not as long as what it describes.",
        "`replacement_history_metadata` holds one entry for each item of `replacement_history`.";
    MissingBase = "missing-base", Warning, "The file that holds the beginning of this thread is not there.",
        "A fork by reference and a reverted thread continue another file, named in `history_base`. Without it \
         Codex cannot load the thread. The file was looked for in the same home.";
    BaseRange = "base-range", Warning, "`history_base` points beyond the end of its file.",
        "The offset counts decoded bytes of the base file. Codex would load less than the fork was made from.";
    MissingParent = "missing-parent", Info, "The thread this one was forked from is not there.",
        "A fork by copy does not need its parent. What it inherited cannot be told from its own lines by \
         comparison.";
    #[group = "Conformance: what Codex does with the file"]
    NotLoaded = "not-loaded", Warning, "Codex does not load the file.",
        "Current versions refuse bare files (up to 0.29) as empty.";
    NotListed = "not-listed", Info, "Codex loads the thread by its id but does not list it.",
        "A thread is listed if a user's message stands as an event within the first 200 lines or so, its file is \
         named and placed like a rollout, and it is not a sub-agent's.";
    NotResumable = "not-resumable", Warning, "Codex lists the thread but refuses to resume it.",
        "The last record of a paginated thread has no ordinal, or the base of its history is missing. The message \
         says which.";
}

impl Rule {
    /// The rule of that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// The rules as a table for the documentation, in Markdown.
    pub fn markdown() -> String {
        let mut text = String::new();
        for rule in Self::ALL {
            if let Some(group) = rule.group() {
                text += &format!("\n## {group}\n\n| Rule | Default | What it finds |\n| --- | --- | --- |\n");
            }
            text += &format!("| `{}` | {} | {} {} |\n", rule.id(), rule.severity(), rule.title(), rule.why());
        }
        text.trim_start().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_an_explanation() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
            assert!(rule.title().ends_with('.') && rule.why().len() >= 15, "{}", rule.id());
        }
        assert_eq!(Rule::from_id("no-such-rule"), None);
    }
}
