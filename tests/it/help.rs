//! Every word of help, and the pages for shells and `man`.

use crate::support::rollout;

const REPORTS: [&str; 6] = ["weekly", "monthly", "session", "project", "model", "total"];

#[test]
fn help() {
    let commands: [&[&str]; 14] = [
        &[],
        &["analyze"],
        &["analyze", "daily"],
        &["analyze", "explain"],
        &["validate"],
        &["repair"],
        &["schema"],
        &["schema", "list"],
        &["schema", "print"],
        &["schema", "write"],
        &["schema", "diff"],
        &["schema", "drift"],
        &["completions"],
        &["man"],
    ];
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
      validate     Check logs: bytes, schema, lines that belong together, and what Codex will do with
                   them
      repair       Write a mended copy of a damaged rollout
      schema       List, print, write and compare the published JSON Schemas
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
    Check logs: bytes, schema, lines that belong together, and what Codex will do with them

    Usage: rollout validate [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Homes, folders, rollout files, or - for stdin; without any, the Codex homes are read

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Logs:
          --home <DIR>
              A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or ~/.codex]

          --sample
              Read the sample logs that come with the program

      -J, --jobs <N>
              Threads that read files [default: one per core]

    Output:
          --format <FORMAT>
              How findings are printed

              Possible values:
              - text:   For people: path:line:column, rule, message, and the text around the place
              - json:   One JSON document
              - ndjson: One JSON document per finding, then one with the counts
              - sarif:  SARIF 2.1.0, for code scanning
              - junit:  JUnit XML, for test reports
              - github: Annotations of GitHub Actions

              [default: text]

      -j, --json
              Print JSON; the same as --format json

          --max-problems <N>
              List at most N findings; 0 lists all. All are counted [default: 100 for people, 100000 for
              programs]

    Rules:
          --deny <RULE>
              Treat a rule as an error; can be repeated or a comma-separated list

          --warn <RULE>
              Treat a rule as a warning

          --allow <RULE>
              Switch a rule off

          --config <FILE>
              Read levels of rules from this file [default: rollout.toml, if it is there]

          --schema <FILE>
              Hold lines against this JSON Schema in place of the built-in one

          --explain [<RULE>]
              Explain a rule, or all of them, and check nothing

    Global options:
          --color <WHEN>
              When to use colours

              [default: auto]
              [possible values: auto, always, never]

      -v, --verbose...
              Say more on stderr; twice for even more

      -q, --quiet
              Show no progress and no closing line

    exit 0
    -- stdout
    Write a mended copy of a damaged rollout

    Usage: rollout repair [OPTIONS] --out <NEW> <FILE>

    Arguments:
      <FILE>
              The damaged rollout, plain or compressed; it is not changed

    Options:
          --out <NEW>
              Where the mended copy is written; must not exist

          --torn-tail <HOW>
              What becomes of a last record that is cut off

              Possible values:
              - drop:  Leave it out
              - close: Keep it on a line of its own, which readers skip

              [default: drop]

          --renumber
              Number the lines anew, from the first ordinal on

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Output:
      -j, --json
              Print JSON

    Global options:
          --color <WHEN>
              When to use colours

              [default: auto]
              [possible values: auto, always, never]

      -v, --verbose...
              Say more on stderr; twice for even more

      -q, --quiet
              Show no progress and no closing line

    exit 0
    -- stdout
    List, print, write and compare the published JSON Schemas

    Usage: rollout schema [OPTIONS]
           rollout schema <COMMAND>

    Commands:
      list   List the published schemas
      print  Print a schema
      write  Write all schemas into a folder
      diff   Compare two schema files, of any tool; exit code 1 if a change breaks readers
      drift  Count kinds and members that this toolkit does not know, by the Codex version that began
             the file; exit code 1 if there are any
      help   Print this message or the help of the given subcommand(s)

    Options:
          --out <DIR>  Write all schemas into this folder; without it they are listed
      -h, --help       Print help
      -V, --version    Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    List the published schemas

    Usage: rollout schema list [OPTIONS]

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Print a schema

    Usage: rollout schema print [OPTIONS] <NAME>

    Arguments:
      <NAME>  Its name, such as RolloutLine

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Write all schemas into a folder

    Usage: rollout schema write [OPTIONS] --out <DIR>

    Options:
          --out <DIR>  The folder; it is created
      -h, --help       Print help
      -V, --version    Print version

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Compare two schema files, of any tool; exit code 1 if a change breaks readers

    Usage: rollout schema diff [OPTIONS] <OLD> <NEW>

    Arguments:
      <OLD>  The older schema
      <NEW>  The newer schema

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Count kinds and members that this toolkit does not know, by the Codex version that began the file;
    exit code 1 if there are any

    Usage: rollout schema drift [OPTIONS] [PATH]...

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
      -j, --json  Print JSON

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
        for word in ["analyze", "explain", "validate", "repair", "schema", "completions", "timezone"] {
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
    for command in
        ["", "-analyze", "-analyze-daily", "-analyze-explain", "-validate", "-repair", "-schema-drift", "-man"]
    {
        let page = format!("rollout{command}.1");
        assert!(fs_err::read_to_string(out.join(&page)).unwrap().contains(".SH NAME"), "{page}");
    }
}
