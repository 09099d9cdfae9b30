//! Every word of help, and the pages for shells and `man`.

use crate::support::rollout;

const REPORTS: [&str; 6] = ["weekly", "monthly", "session", "project", "model", "total"];

#[test]
fn help() {
    let commands: [&[&str]; 28] = [
        &[],
        &["ls"],
        &["show"],
        &["history"],
        &["replay"],
        &["stream"],
        &["search"],
        &["status"],
        &["fork"],
        &["resume"],
        &["rollback"],
        &["archive"],
        &["unarchive"],
        &["name"],
        &["record"],
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
      ls           List threads, newest first
      show         Show a thread: its turns, tool calls, patches and answers
      history      Print what the model sees: the items of a thread's history at its end or at any point
      replay       Play a thread back in its own time
      stream       Print threads as one stream of events, and follow them as they are written
      search       Find words in messages, reasoning, tool calls and outputs
      status       Say what the recent threads are doing: active, ready, waiting, blocked, interrupted,
                   ended
      fork         Begin a new thread with the history of another, up to any point of it
      resume       Go on with a thread in Codex: find it, build the command line, run it
      rollback     Drop the newest turns from a thread's history, as Codex does: nothing is deleted
      archive      Move a thread's files to the archive
      unarchive    Move a thread's files back from the archive
      name         Give a thread a name
      record       Record a thread: items on stdin become a rollout that Codex can resume
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
    List threads, newest first

    Usage: rollout ls [OPTIONS] [PATH]...

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
      -j, --json             Print JSON
      -n, --limit <N>        At most N threads, or with --tree N families; 0 for all [default: 30]
          --cursor <CURSOR>  Go on where an earlier list ended: its `next_cursor`. Threads begun
                             meanwhile are not in it
          --sort <ORDER>     What is newest: what was written last, or what began last. A thread that is
                             written while a list is continued moves to its front in the first order,
                             and stays in its place in the second [default: updated] [possible values:
                             updated, created]
          --tree             Show whole families: forks and sub-agents below the threads they came out
                             of, with what each branch used

    Filters:
          --cwd <DIR>        Only threads begun in this folder; can be repeated
          --cwd-latest       Or whose last turn ran in it
          --project <NAME>   Only this project, by full name or its last part; can be repeated
          --source <NAME>    Only this source, such as cli, exec, subagent or subagent:review; can be
                             repeated
          --model <NAME>     Only threads that were billed for this model; can be repeated
      -s, --since <DAY>      Only threads written on this day or later: 2026-11-01, 20261101, today,
                             yesterday, or 7d for seven days ago
      -u, --until <DAY>      Only threads last written on this day or earlier
      -z, --timezone <ZONE>  Zone whose days count, by its IANA name [default: the system's]
          --grep <TEXT>      Only threads whose name or user's messages hold this text; upper and lower
                             case are alike
          --archived         Only archived threads [default: only those that are not]
          --all              Archived threads as well

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Show a thread: its turns, tool calls, patches and answers

    Usage: rollout show [OPTIONS] <THREAD>

    Arguments:
      <THREAD>
              A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
              with --of an agent's path such as /root/tester

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Logs:
          --of <THREAD>
              The thread in whose tree an agent's path is looked up

          --home <DIR>
              A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or ~/.codex]

          --sample
              Read the sample logs that come with the program

      -J, --jobs <N>
              Threads that read files [default: one per core]

    Filters:
          --turns <TURNS>
              Show only these turns, as N, A..B, A.. or ..B, both ends included

              [alias: --turn]

          --all
              Also show turns that were dropped from the history by a rollback or a revert

          --redact
              Mask what looks like a secret, and show only the beginning of outputs; look over the
              result before you publish it

    Output:
          --format <FORMAT>
              How the transcript is printed

              Possible values:
              - text:     For the terminal
              - markdown: A document for GitHub and its like
              - html:     One page for a browser, which needs no network
              - json:     One JSON document
              - ndjson:   One JSON document per line: the thread, each turn, its items

              [default: text]

          --full
              Show outputs and patches to their last line; for text and markdown, the other formats hold
              all

          --context
              Show what Codex told the model in the user's name; for text and markdown

      -o, --output <FILE>
              Write into this file, which must not exist

          --force
              Replace the file of --output if it exists

          --no-pager
              Print to the terminal itself, not through $PAGER

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
    Print what the model sees: the items of a thread's history at its end or at any point

    Usage: rollout history [OPTIONS] <THREAD>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester

    Options:
          --at <POINT>            The point in the thread: end, turn:N (just after the Nth user turn),
                                  before-user:N (just before the Nth message of the user), item:ID,
                                  ordinal:N, line:N, time:RFC3339 or compaction:N; turns and messages
                                  are counted from 1, after rollbacks [default: end]
          --diff <POINT> <POINT>  Compare the histories at two points
          --stats                 Count items, bytes and estimated tokens by kind
      -h, --help                  Print help
      -V, --version               Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Play a thread back in its own time

    Usage: rollout replay [OPTIONS] <THREAD>

    Arguments:
      <THREAD>
              A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
              with --of an agent's path such as /root/tester

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Logs:
          --of <THREAD>
              The thread in whose tree an agent's path is looked up

          --home <DIR>
              A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or ~/.codex]

          --sample
              Read the sample logs that come with the program

      -J, --jobs <N>
              Threads that read files [default: one per core]

    Filters:
          --from <POINT>
              Play only what stands behind this point, written as in `rollout history`: turn:2 begins
              with what comes after the second turn, before-user:2 with the user's second message

          --to <POINT>
              End at this point

              [default: end]

    Pace:
          --speed <FACTOR>
              Play this many times faster [default: 1 on a terminal; elsewhere all is printed at once]

          --max-idle <SECONDS>
              Shorten longer gaps to this, before --speed applies; a recording tells its player to do so

              [default: 2]

          --step
              Show the next item when Enter or space is pressed; q ends

    Output:
          --format <FORMAT>
              What is played

              Possible values:
              - text:      Text for the terminal
              - asciicast: A recording for asciinema and its players: asciicast, version 3
              - events:    One JSON document per line: each turn, then its items, with their times

              [default: text]

          --full
              Show outputs and patches to their last line

          --cols <N>
              Columns to draw in [default: the terminal's, or 80; 100 in a recording]

      -o, --output <FILE>
              Write into this file, which must not exist

          --force
              Replace the file of --output if it exists

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
    Print threads as one stream of events, and follow them as they are written

    Usage: rollout stream [OPTIONS] [THREAD]...

    Arguments:
      [THREAD]...  Threads, as in other commands, or homes and folders; without any, all threads

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --home <DIR>  A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                        ~/.codex]
          --sample      Read the sample logs that come with the program
      -J, --jobs <N>    Threads that read files [default: one per core]

    Following:
      -f, --follow                    Go on with what is being written
          --from-now                  Tell only what is written from now on
          --cursor <FILE>             Remember in FILE what was delivered, and go on from there; without
                                      --follow, tell what is new since the last time
          --poll <SECONDS>            Look for changes at least this often [default: 5]
          --exit-when-idle <SECONDS>  End when nothing was written for this long

    Filters:
          --types <TYPE>  Only events of these types, such as user_message,assistant_message [possible
                          values: session_start, turn_started, turn_completed, turn_interrupted,
                          turn_failed, user_message, assistant_message, reasoning, tool_use,
                          tool_result, usage, compaction, rollback, hook_prompt, context,
                          sub_agent_activity, agent_message, settings, review_started, review_ended,
                          notice, realtime, session_end, unknown]
          --since <TIME>  Only events from this time on: 2026-01-31, or 2026-01-31T12:00:00Z
          --until <TIME>  Only events before this time, or to the end of this day
          --own           Leave out what was copied from the thread that another was forked from
          --limit <N>     End after so many events

    Output:
          --max-text <BYTES>  Cut texts to so many bytes, and say how many are left out
          --exec <CMD>        Run CMD with the shell for each batch of events, which it gets on standard
                              input; a batch is delivered when CMD ends with 0, and is tried again until
                              then
          --url <URL>         Post each batch of events to an http:// address; a batch is delivered when
                              the answer is 2xx, and is tried again until then

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Find words in messages, reasoning, tool calls and outputs

    Usage: rollout search [OPTIONS] <QUERY> [PATH]...

    Arguments:
      <QUERY>    What to look for: words as they were said, with any quotes and line breaks in them
      [PATH]...  Homes, folders or rollout files; without any, the Codex homes are read

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --home <DIR>  A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                        ~/.codex]
          --sample      Read the sample logs that come with the program
      -J, --jobs <N>    Threads that read files [default: one per core]

    Query:
          --regex           Read the query as a regular expression
      -i, --ignore-case     Let upper and lower case be the same [default: only if the query has no
                            upper case]
      -s, --case-sensitive  Tell upper from lower case
      -w, --word            Find whole words only
          --in <WHERE,…>    Where to look; context is what Codex adds in the user's or the developer's
                            name [default: user,assistant,reasoning,tool,output] [possible values: user,
                            assistant, reasoning, tool, output, context, all]
      -m, --max-count <N>   End a file's search after so many hits
          --limit <N>       End the search after so many hits in all

    Output:
      -B, --before <N>            Show so many lines of the text before each line that matches
      -A, --after <N>             Show so many lines of the text after each line that matches
      -C, --context <N>           Show so many lines of the text before and after [default: 0]
      -c, --count                 Print how many hits each thread has
      -l, --threads-with-matches  Print the ids of threads with hits and nothing else
          --ndjson                Print one JSON object per hit and line
      -j, --json                  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Say what the recent threads are doing: active, ready, waiting, blocked, interrupted, ended

    Usage: rollout status [OPTIONS] [PATH]...

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
      -j, --json               Print JSON
      -w, --watch [<SECONDS>]  Draw anew every so many seconds, until Ctrl-C; with --json one line of
                               JSON each time

    Filters:
          --cwd <DIR>             Only threads begun in this folder; can be repeated [default: the
                                  current folder, if there are any]
          --project <NAME>        Only this project, by full name or its last part; can be repeated
          --all                   Threads of every folder
          --recent <TIME>         Only threads written so short a time ago, such as 90s, 15m, 24h or 7d
                                  [default: 24h]
          --active-within <TIME>  How long an open turn may write nothing before that is said [default:
                                  30s]
          --idle-after <TIME>     How long after its turn a thread is ready; and how long an open turn
                                  passes for active where nothing tells whether its process lives
                                  [default: 300s]

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Begin a new thread with the history of another, up to any point of it

    Usage: rollout fork [OPTIONS] <THREAD>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester

    Options:
          --at <POINT>               The point up to which history is kept: end, turn:N (just after the
                                     Nth user turn), before-user:N (just before the Nth message of the
                                     user), item:ID, ordinal:N, line:N, time:RFC3339 or compaction:N
                                     [default: end]
          --by-reference             Refer to the source's file instead of copying it; for paginated
                                     threads, which cannot lose that file
          --ephemeral                Write nothing: print the fork's history, one item per line, or with
                                     --json as one document
          --cwd <DIR>                Working folder of the new thread [default: the source's]
          --name <NAME>              Name of the new thread
          --model-provider <ID>      Provider that serves the new thread's model [default: the source's]
          --session-source <SOURCE>  Who started the new thread: cli, vscode, exec, mcp, unknown or a
                                     name of your own [default: cli]
          --sync                     Wait until the new file is on the disk; otherwise it is handed to
                                     the system, as Codex does
          --dry-run                  Say what would be written, and write nothing
      -h, --help                     Print help
      -V, --version                  Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Go on with a thread in Codex: find it, build the command line, run it

    Usage: rollout resume [OPTIONS] [THREAD] [-- <ARGS>...]

    Arguments:
      [THREAD]   A thread: its id or the beginning or end of one, its name, `latest` or a rollout file
      [ARGS]...  Arguments that Codex gets as they are

    Options:
          --last           The thread that was written last in the current folder; archived threads and
                           sub-agents are passed over
          --all            With --last, in any folder
          --exec <PROMPT>  Give the thread this one prompt and end when it is answered; `-` reads it
                           from stdin
      -h, --help           Print help
      -V, --version        Print version

    Codex:
      -m, --model <NAME>        Another model, with the thread's effort unless --effort names one
                                [default: left to Codex]
          --effort <EFFORT>     Another reasoning effort [default: left to Codex]
          --same-model          Name the model and the effort that the thread last used; left to itself,
                                `codex exec resume` takes those of its configuration, and `codex resume`
                                keeps no effort
          --approval <MODE>     When leave is asked for: suggest (before anything but reading),
                                auto-edit (never, within the sandbox), skip (never, and no sandbox), or
                                a policy of Codex: untrusted, on-failure, on-request, never [default:
                                default]
          --sandbox <MODE>      The sandbox: read-only, workspace-write or danger-full-access
          --profile <NAME>      A profile of Codex' configuration
      -c, --config <KEY=VALUE>  A setting of Codex' configuration; can be repeated
          --cwd <DIR>           The folder to work in [default: the one of the thread's last turn]
          --codex <PATH>        The program [default: codex in PATH, or where installers put it]

    Output:
          --print  Print the command line for a POSIX shell, and run nothing
      -j, --json   Print JSON

    Logs:
          --home <DIR>  A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                        ~/.codex]
          --sample      Read the sample logs that come with the program
      -J, --jobs <N>    Threads that read files [default: one per core]

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Drop the newest turns from a thread's history, as Codex does: nothing is deleted

    Usage: rollout rollback [OPTIONS] <THREAD> <N>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester
      <N>       User turns to drop from the end of the history

    Options:
          --dry-run  Say what would be written, and write nothing
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Move a thread's files to the archive

    Usage: rollout archive [OPTIONS] <THREAD>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Move a thread's files back from the archive

    Usage: rollout unarchive [OPTIONS] <THREAD>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Give a thread a name

    Usage: rollout name [OPTIONS] <THREAD> <NAME>

    Arguments:
      <THREAD>  A thread: its id or the beginning or end of one, its name, `latest`, a rollout file, or
                with --of an agent's path such as /root/tester
      <NAME>    The new name

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Logs:
          --of <THREAD>  The thread in whose tree an agent's path is looked up
          --home <DIR>   A Codex home; can be repeated [default: $CODEX_HOME, a comma-separated list, or
                         ~/.codex]
          --sample       Read the sample logs that come with the program
      -J, --jobs <N>     Threads that read files [default: one per core]

    Output:
      -j, --json  Print JSON

    Global options:
          --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
      -v, --verbose...    Say more on stderr; twice for even more
      -q, --quiet         Show no progress and no closing line

    exit 0
    -- stdout
    Record a thread: items on stdin become a rollout that Codex can resume

    Usage: rollout record [OPTIONS]

    Options:
          --append <THREAD>
              Go on with a thread instead of beginning one: its id or the beginning or end of one, its
              name, `latest` or a rollout file

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

    New thread:
          --cwd <DIR>
              Working folder of the new thread [default: this one]

          --model-provider <ID>
              Provider that serves the thread's model

          --session-source <SOURCE>
              Who started the thread: cli, vscode, exec, mcp, unknown or a name of your own [default:
              cli]

          --history-mode <MODE>
              Dialect of the file [default: paginated; legacy if a session_meta comes in that names
              none]

              Possible values:
              - legacy:    Lines without ordinals; what was said stands in events as well
              - paginated: Numbered lines; what was said and done stands in completed items as well

          --originator <NAME>
              Program that writes the thread [default: rollout]

    Writing:
          --sync <WHEN>
              When lines are made to outlive a loss of power; they outlive this program at once

              Possible values:
              - never:      When the system sees fit, as Codex does
              - finish:     At the end
              - each-flush: At every flush

              [default: finish]

          --flush-every <N>
              Lines of stdin between two flushes

              [default: 1]

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
