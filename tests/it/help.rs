//! Every word of help, and the pages for shells and `man`.

use crate::support::rollout;

const REPORTS: [&str; 6] = ["weekly", "monthly", "session", "project", "model", "total"];

#[test]
fn help() {
    let commands: [&[&str]; 6] =
        [&[], &["analyze"], &["analyze", "daily"], &["analyze", "explain"], &["completions"], &["man"]];
    let pages: Vec<String> = commands
        .iter()
        .map(|command| {
            let outcome = rollout(&[command, &["--help"][..]].concat());
            assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
            outcome.to_string()
        })
        .collect();
    insta::assert_snapshot!(pages.join("\n"), @r"
    exit 0
    -- stdout
    The toolkit for Codex rollout logs

    Usage: rollout [OPTIONS] <COMMAND>

    Commands:
      analyze      Say what the threads used and what that cost
      completions  Print completions for a shell
      man          Print the manual page, or write one page per command
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Say what the threads used and what that cost

    Usage: rollout analyze [OPTIONS] <COMMAND>

    Commands:
      daily    Cost per day
      weekly   Cost per week, which begins on Monday
      monthly  Cost per month
      session  Cost per thread, with title and lineage
      project  Cost per project: repository, else working folder
      model    Cost per model
      total    One row for everything
      explain  Show each line that could be a billed response, and why it was counted or not
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Cost per day

    Usage: rollout analyze daily [OPTIONS] [PATH]...

    Arguments:
      [PATH]...  Homes, folders or rollout files; without any, the Codex homes are read

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --home <DIR>  A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                        ~/.codex]
          --sample      Read the sample logs that come with the program
      -J, --jobs <N>    Threads that read files [default: one per core]

    Output:
      -j, --json           Print JSON
          --csv            Print CSV
      -b, --breakdown      Show each model's part of every row
          --last <N>       At most N rows: the newest periods and sessions, the largest projects and
                           models
      -o, --order <ORDER>  Order of rows [default: time ascends, size descends] [possible values: asc,
                           desc]
          --strict         Exit with 1 if a number is incomplete

    Filters:
      -z, --timezone <ZONE>  Zone whose days count, by its IANA name [default: the system's]
      -s, --since <DAY>      First day: 2026-11-01, 20261101, today, yesterday, or 7d for seven days ago
      -u, --until <DAY>      Last day, inclusive
          --model <NAME>     Only this model; can be repeated
          --project <NAME>   Only this project, by full name or its last part; can be repeated
          --source <NAME>    Only this source, such as cli, exec, subagent or subagent:review; can be
                             repeated

    Prices:
          --no-cost         Leave money out
          --pricing <FILE>  A price table that overrides or adds to the embedded one

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Show each line that could be a billed response, and why it was counted or not

    Usage: rollout analyze explain [OPTIONS] <THREAD|DAY> [PATH]...

    Arguments:
      <THREAD|DAY>  A thread's id (or the beginning or end of one), or a day
      [PATH]...     Homes, folders or rollout files; without any, the Codex homes are read

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --home <DIR>  A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                        ~/.codex]
          --sample      Read the sample logs that come with the program
      -J, --jobs <N>    Threads that read files [default: one per core]
          --no-mmap     Read lines by offset instead of mapping files

    Output:
      -j, --json  Print JSON
          --raw   Show the JSON of each line

    Filters:
      -z, --timezone <ZONE>  Zone whose days count, by its IANA name [default: the system's]

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Print completions for a shell

    Usage: rollout completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  The shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Print the manual page, or write one page per command

    Usage: rollout man [OPTIONS]

    Options:
          --out <DIR>  Write the pages into this folder
      -h, --help       Print help
      -V, --version    Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line
    ");
}

#[test]
fn all_reports_take_the_same_options() {
    // What differs is the first line and the name in the usage line.
    let options = |name: &str| {
        let help = rollout(&["analyze", name, "--help"]).stdout;
        let (usage, rest) = help.split_once("\n\n").unwrap().1.split_once('\n').unwrap();
        (usage.replace(name, "NAME"), rest.to_owned())
    };
    let daily = options("daily");
    for name in REPORTS {
        assert_eq!(options(name), daily, "{name}");
    }
}

#[test]
fn version_is_that_of_the_package() {
    let version = format!("rollout {}\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-V"] {
        assert_eq!(rollout(&[flag]).stdout, version);
    }
    assert!(rollout(&["analyze", "--version"]).stdout.ends_with(concat!(env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn no_command_prints_help_and_fails() {
    let outcome = rollout(&[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    assert!(outcome.stderr.contains("Usage: rollout"), "{outcome}");
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let outcome = rollout(&["completions", shell]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        for word in ["analyze", "explain", "completions", "timezone"] {
            assert!(outcome.stdout.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(rollout(&["completions", "tea"]).code, Some(2));
}

#[test]
fn man_prints_a_page() {
    let outcome = rollout(&["man"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(outcome.stdout.contains("\n.TH rollout 1 "), "{outcome}");
    assert!(outcome.stdout.contains(r"rollout\-analyze(1)"), "{outcome}");
}

#[test]
fn man_writes_one_page_per_command() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man/pages");
    let outcome = rollout(&["man", "--out", out.to_str().unwrap()]);
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "", ""));
    for page in
        ["rollout.1", "rollout-analyze.1", "rollout-analyze-daily.1", "rollout-analyze-explain.1", "rollout-man.1"]
    {
        assert!(fs_err::read_to_string(out.join(page)).unwrap().contains(".SH NAME"), "{page}");
    }
}
