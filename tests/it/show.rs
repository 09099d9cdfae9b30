//! What `rollout show` prints of a thread, in each format.

use serde_json::Value;

use crate::story::{HOSTILE, UNRULY};
use crate::support::{Outcome, TestHome, program, rollout, run};
use crate::thread::thread_id;

/// A thread of the sample logs.
const SAMPLE: &str = "019d8f00-1000-7b10-8b10-000000000b01";

fn sample(args: &[&str]) -> Outcome {
    rollout(&[&["show", SAMPLE, "--sample"], args].concat())
}

fn show(home: &mut TestHome, args: &[&str]) -> Outcome {
    home.save();
    let id = thread_id("a");
    run(program(home.path()).current_dir(home.path()).args(["show", &id, "--home", "."]).args(args))
}

#[test]
fn text_is_for_the_terminal() {
    insta::assert_snapshot!(sample(&[]), @r"
    exit 0
    -- stdout
    slow checkout
    thread 019d8f00-1000-7b10-8b10-000000000b01
    began  2026-10-02 22:48:11
    folder /home/ada/teapot/shop
    model  gpt-6-sol
    codex  0.160.0
    source cli
    file   sample/sessions/2026/10/02/rollout-2026-10-02T22-48-11-019d8f00-1000-7b10-8b10-000000000b01.jsonl

    ── turn 1  completed · gpt-6-sol high · 2026-10-02 22:48:12 · 1 h 10 min · 46.2k in (21.2k cached), 1.0k out (640 reasoning), $0.08

    ❯ Find out why checkout is slow.

    I will have the database looked at.

    A missing index on orders.

    ── turn 2  completed · gpt-6-sol high · 2026-10-03 08:15:00 · 7.1 s · 28.1k in (24.8k cached), 470 out (64 reasoning), $0.02

    ── history replaced by a summary, 1 item kept

    ❯ Add the index.

    Migration 0042 adds it.
    ");
}

#[test]
fn markdown_is_a_document() {
    insta::assert_snapshot!(sample(&["--format", "markdown"]), @r"
    exit 0
    -- stdout
    # slow checkout

    - Thread: `019d8f00-1000-7b10-8b10-000000000b01`
    - Began: `2026-10-02 22:48:11`
    - Folder: `/home/ada/teapot/shop`
    - Model: `gpt-6-sol`
    - Codex: `0.160.0`
    - Source: `cli`
    - File: `sample/sessions/2026/10/02/rollout-2026-10-02T22-48-11-019d8f00-1000-7b10-8b10-000000000b01.jsonl`

    ## turn 1

    <sub>completed · gpt-6-sol high · 2026-10-02 22:48:12 · 1 h 10 min · 46.2k in (21.2k cached), 1.0k out (640 reasoning), \$0.08</sub>

    > Find out why checkout is slow.

    I will have the database looked at.

    A missing index on orders.

    ## turn 2

    <sub>completed · gpt-6-sol high · 2026-10-03 08:15:00 · 7.1 s · 28.1k in (24.8k cached), 470 out (64 reasoning), \$0.02</sub>

    *History replaced by a summary, 1 item kept.*

    > Add the index.

    Migration 0042 adds it.
    ");
}

#[test]
fn ndjson_is_one_line_for_each_thing() {
    insta::assert_snapshot!(sample(&["--format", "ndjson", "--turn", "2"]), @r#"
    exit 0
    -- stdout
    {"kind":"thread","schema_version":1,"thread":{"id":"019d8f00-1000-7b10-8b10-000000000b01","title":"slow checkout","cwd":"/home/ada/teapot/shop","model":"gpt-6-sol","source":"cli","cli_version":"0.160.0","created":"2026-10-02T22:48:11.400Z","files":["sample/sessions/2026/10/02/rollout-2026-10-02T22-48-11-019d8f00-1000-7b10-8b10-000000000b01.jsonl"]}}
    {"kind":"turn","turn":{"id":"019d8f05-0000-7000-8000-000000000012","index":2,"number":2,"status":"completed","reason":null,"started":"2026-10-03T08:15:00.000Z","ended":"2026-10-03T08:15:07.100Z","duration_ms":7100,"model":"gpt-6-sol","effort":"high","dropped":false,"inherited":false,"place":{"segment":0,"line":13,"ordinal":12},"end":{"segment":0,"line":21,"ordinal":20},"answer":"Migration 0042 adds it.","usage":{"input_tokens":28130,"cached_input_tokens":24832,"cache_write_input_tokens":2816,"output_tokens":470,"reasoning_output_tokens":64,"total_tokens":28600,"cost_usd":0.0176704,"unpriced_tokens":0}}}
    {"kind":"item","turn_index":2,"item":{"id":"0:15","at":"2026-10-03T08:15:02.010Z","place":{"segment":0,"line":15,"ordinal":14},"type":"compaction","summary":null,"kept":1}}
    {"kind":"item","turn_index":2,"item":{"id":"msg_u2","at":"2026-10-03T08:15:02.030Z","place":{"segment":0,"line":17,"ordinal":16},"type":"user_message","text":"Add the index.","attachments":[]}}
    {"kind":"item","turn_index":2,"item":{"id":"msg_a0012","at":"2026-10-03T08:15:07.000Z","place":{"segment":0,"line":20,"ordinal":19},"type":"assistant_message","text":"Migration 0042 adds it.","phase":null}}
    "#);
}

#[test]
fn json_and_ndjson_hold_the_same() {
    let document = sample(&["--format", "json"]).json();
    let lines = sample(&["--format", "ndjson"]);
    let lines: Vec<Value> = lines.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| {
        lines.iter().filter(|line| line["kind"] == kind).map(|line| line[kind].clone()).collect::<Vec<_>>()
    };
    assert_eq!(document["thread"], of("thread")[0]);
    let mut turns = document["turns"].as_array().unwrap().clone();
    let items: Vec<Value> = turns.iter_mut().flat_map(|turn| turn["items"].as_array().unwrap().clone()).collect();
    turns.iter_mut().for_each(|turn| drop(turn.as_object_mut().unwrap().remove("items")));
    assert_eq!((turns, items), (of("turn"), of("item")));
    assert_eq!(document["problems"], Value::Array(of("problem")));
}

/// Work of every kind in two turns; the second one says what no terminal and no document should do.
fn story() -> TestHome {
    let mut home = TestHome::new();
    let thread = home.thread("a");
    thread.begin("one").user("Add an index.\nAnd test it.").reasoning("**Thinking**\n\nAbout the index.");
    let long: String = (1..=40).map(|n| format!("line {n}\n")).collect();
    thread.command("c1", "cargo test", &long, 101).command("c2", "ls\npwd", "src", 0);
    thread.patch("c3", "src/a.rs", "@@\n one\n-two\n+three\n+four");
    thread.tool("c4", "update_plan", r#"{"plan":[]}"#, "Plan updated");
    thread.assistant("# Done\n\nIt *works*:\n\n- `a`\n- b").done("one", "Done");
    thread.says_everywhere(UNRULY);
    home
}

#[test]
fn text_shows_each_kind_and_drives_no_terminal() {
    let outcome = show(&mut story(), &[]);
    insta::assert_snapshot!(outcome, @r#"
    exit 0
    -- stdout
    Add an index. And test it.
    thread 019e8000-0000-7000-8000-000000000061
    began  2026-06-01 10:01:00
    folder /srv/shop
    model  gpt-6-sol
    codex  0.120.0
    source cli
    file   ./sessions/2026/06/01/rollout-2026-06-01T10-01-00-019e8000-0000-7000-8000-000000000061.jsonl

    ── turn 1  completed · gpt-6-sol high · 2026-06-01 10:01:00 · 5.0 s ────────────

    ❯ Add an index.
    ❯ And test it.

    ∴ **Thinking**
    ∴
    ∴ About the index.

    $ cargo test  exit 101, 1.5 s
      │ line 1
      │ line 2
      │ line 3
      │ line 4
      │ line 5
      │ line 6
      ┊ … 28 more lines (--full)
      │ line 35
      │ line 36
      │ line 37
      │ line 38
      │ line 39
      │ line 40

    $ ls  exit 0, 1.5 s
      pwd
      │ src

    ± patch of 1 file  exit 0, 1.5 s
      M src/a.rs +2 -1
        @@
         one
        -two
        +three
        +four

    ⚙ update_plan {"plan":[]}
      │ Plan updated

    Done

    It works:

      • a
      • b

    ── turn 2  failed · gpt-6-sol high · 2026-06-01 10:02:05 · 3.5 s ───────────────
    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading

    ❯ ␛[2Jred ␛]0;title␇<U+009B>K a
    ❯ b <U+202E>txt.exe
    ❯ ```
    ❯ </details>
    ❯ # Heading

    ∴ ␛[2Jred ␛]0;title␇<U+009B>K a
    ∴ b <U+202E>txt.exe
    ∴ ```
    ∴ </details>
    ∴ # Heading

    ␛[2Jred ␛]0;title␇<U+009B>K a b <U+202E>txt.exe

        </details>
        # Heading

    $ ␛[2Jred ␛]0;title␇<U+009B>K a  exit 1, 1.5 s
      b <U+202E>txt.exe
      ```
      </details>
      # Heading
      │ ␛[2Jred ␛]0;title␇<U+009B>K a
      │ b <U+202E>txt.exe
      │ ```
      │ </details>
      │ # Heading

    ⚙ ␛[2Jred ␛]0;title␇<U+009B>K a b <U+202E>txt.exe ``` </details> # Heading {"text":"\u001b[2J\u001b[31mred\u001b[0m \u001b]0;title\u0007<U+009B>K a\rb <U+202E>txt.exe\n```\n</details>\n# Heading"}
      │ ␛[2Jred ␛]0;title␇<U+009B>K a
      │ b <U+202E>txt.exe
      │ ```
      │ </details>
      │ # Heading

    ± patch of 1 file  exit 0, 1.5 s
      M ␛[2Jred ␛]0;title␇<U+009B>K a b <U+202E>txt.exe ``` </details> # Heading +1 -1
        @@
        -␛[2Jred ␛]0;title␇<U+009B>K a
        b <U+202E>txt.exe ``` </details> # Heading
        +␛[2Jred ␛]0;title␇<U+009B>K a
        b <U+202E>txt.exe ``` </details> # Heading
    error: ␛[2Jred ␛]0;title␇<U+009B>K a
    error: b <U+202E>txt.exe
    error: ```
    error: </details>
    error: # Heading
    "#);
    let coloured = show(&mut story(), &["--color", "always"]).stdout;
    // Colours of our own are all that is left of what begins with an escape.
    assert!(coloured.split('\u{1b}').skip(1).all(|after| {
        let end = after.find(|char: char| !matches!(char, '[' | '0'..='9' | ';'));
        end.is_some_and(|end| after[end..].starts_with('m'))
    }));
    assert!(!coloured.contains(|char: char| char.is_control() && !matches!(char, '\n' | '\u{1b}')));
}

#[test]
fn markdown_contains_what_it_quotes() {
    insta::assert_snapshot!(show(&mut story(), &["--format", "markdown"]), @r#"
    exit 0
    -- stdout
    # Add an index. And test it.

    - Thread: `019e8000-0000-7000-8000-000000000061`
    - Began: `2026-06-01 10:01:00`
    - Folder: `/srv/shop`
    - Model: `gpt-6-sol`
    - Codex: `0.120.0`
    - Source: `cli`
    - File: `./sessions/2026/06/01/rollout-2026-06-01T10-01-00-019e8000-0000-7000-8000-000000000061.jsonl`

    ## turn 1

    <sub>completed · gpt-6-sol high · 2026-06-01 10:01:00 · 5.0 s</sub>

    > Add an index.
    > And test it.

    <details><summary>reasoning</summary>

    > **Thinking**
    >
    > About the index.

    </details>

    <details><summary>❌ <code>$ cargo test</code> exit 101, 1.5 s</summary>

    ```text
    line 1
    line 2
    line 3
    line 4
    line 5
    line 6
    … 28 more lines
    line 35
    line 36
    line 37
    line 38
    line 39
    line 40
    ```

    </details>

    <details><summary><code>$ ls</code> exit 0, 1.5 s</summary>

    ```sh
    ls
    pwd
    ```

    ```text
    src
    ```

    </details>

    <details><summary>M <code>src/a.rs</code> +2 −1</summary>

    ```diff
    @@
     one
    -two
    +three
    +four
    ```

    </details>

    <details><summary><code>update_plan</code></summary>

    ```json
    {"plan":[]}
    ```

    ```text
    Plan updated
    ```

    </details>

    ### Done

    It *works*:

    - `a`
    - b

    ## turn 2

    <sub>failed · gpt-6-sol high · 2026-06-01 10:02:05 · 3.5 s</sub>

    **␛\[2Jred ␛\]0;title␇\<U+009B\>K a b \<U+202E\>txt.exe \`\`\` \</details\> \# Heading**

    > ␛[2Jred ␛]0;title␇<U+009B>K a
    > b <U+202E>txt.exe
    > ```
    > </details>
    > # Heading
    > ```

    <details><summary>reasoning</summary>

    > ␛[2Jred ␛]0;title␇<U+009B>K a
    > b <U+202E>txt.exe
    > ```
    > </details>
    > # Heading
    > ```

    </details>

    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading
    ```

    <details><summary>❌ <code>$ ␛[2Jred ␛]0;title␇&lt;U+009B&gt;K a b &lt;U+202E&gt;txt.exe</code> exit 1, 1.5 s</summary>

    ````sh
    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading
    ````

    ````text
    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading
    ````

    </details>

    <details><summary><code>␛[2Jred ␛]0;title␇&lt;U+009B&gt;K a b &lt;U+202E&gt;txt.exe</code></summary>

    ````sh
    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading
    ````

    ````json
    {"text":"\u001b[2J\u001b[31mred\u001b[0m \u001b]0;title\u0007<U+009B>K a\rb <U+202E>txt.exe\n```\n</details>\n# Heading"}
    ````

    ````text
    ␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe
    ```
    </details>
    # Heading
    ````

    </details>

    <details><summary>M <code>␛[2Jred ␛]0;title␇&lt;U+009B&gt;K a b &lt;U+202E&gt;txt.exe ``` &lt;/details&gt; # Heading</code> +1 −1</summary>

    ````diff
    @@
    -␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe ``` </details> # Heading
    +␛[2Jred ␛]0;title␇<U+009B>K a
    b <U+202E>txt.exe ``` </details> # Heading
    ````

    </details>

    **error:** ␛\[2Jred ␛\]0;title␇\<U+009B\>K a b \<U+202E\>txt.exe \`\`\` \</details\> \# Heading
    "#);
}

#[test]
fn turns_are_picked_by_number() {
    let numbers = |turns: &str| -> Vec<u64> {
        let document = show(&mut story(), &["--format", "json", "--turns", turns]).json();
        document["turns"].as_array().unwrap().iter().map(|turn| turn["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers("2"), [2]);
    assert_eq!(numbers("..2"), [1, 2]);
    assert_eq!(numbers("2.."), [2]);
    let outcome = show(&mut story(), &["--turn", "7"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
    assert!(outcome.stderr.starts_with("error: the thread has no such turn\n"), "{outcome}");
}

#[test]
fn outputs_and_context_are_shown_when_asked_for() {
    let short = show(&mut story(), &[]).stdout;
    let full = show(&mut story(), &["--full"]).stdout;
    assert!(!short.contains("line 20") && full.contains("line 20"));
}

#[test]
fn secrets_are_masked_everywhere() {
    let secrets =
        ["sk-proj-abcdefghijklmnop1234", "AKIAIOSFODNN7EXAMPLE", "hunter2", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"];
    let text = format!("{} {} password={} {}", secrets[0], secrets[1], secrets[2], secrets[3]);
    let mut home = TestHome::new();
    home.thread("a").cwd("/srv/password=hunter2").says_everywhere(&text);
    for format in ["text", "markdown", "html", "json", "ndjson"] {
        let plain = show(&mut home, &["--format", format]).stdout;
        let masked = show(&mut home, &["--format", format, "--redact", "--full"]).stdout;
        for secret in secrets {
            assert!(plain.contains(secret) && !masked.contains(secret), "{secret} in {format}:\n{masked}");
        }
        assert!(masked.contains("[redacted:api-key]") || masked.contains("\\[redacted:api-key\\]"), "{masked}");
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let mut home = TestHome::new();
    home.thread("a").says_everywhere(HOSTILE);
    let page = show(&mut home, &["--format", "html"]).stdout;
    // One script runs; all other elements of that name hold data, and none of it can leave them.
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script").count(), page.matches("<script").count());
    assert!(page.contains("default-src 'none'"), "{page}");
    let (data, frame): (Vec<&str>, Vec<&str>) = page.lines().partition(|line| line.starts_with("<script type"));
    assert!(frame.iter().all(|line| !line.contains("{{")), "{page}");
    for line in data {
        let data = line.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
        let _data: Value = serde_json::from_str(data).unwrap();
    }
}

#[test]
fn a_file_is_new_or_replaced_on_demand() {
    let mut home = story();
    let path = home.path().join("out.md");
    let write =
        |home: &mut TestHome, more: &[&str]| show(home, &[&["--format", "markdown", "-o", "out.md"], more].concat());
    assert_eq!(write(&mut home, &[]).to_string(), "exit 0\n");
    let first = fs_err::read_to_string(&path).unwrap();
    assert_eq!(first, show(&mut home, &["--format", "markdown"]).stdout);
    let again = write(&mut home, &["--turn", "1"]);
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("out.md exists already"), "{again}");
    assert_eq!(fs_err::read_to_string(&path).unwrap(), first);
    // A failure leaves what was there.
    assert_eq!(write(&mut home, &["--turn", "9", "--force"]).code, Some(2));
    assert_eq!(fs_err::read_to_string(&path).unwrap(), first);
    assert_eq!(write(&mut home, &["--turn", "1", "--force"]).code, Some(0));
    assert!(fs_err::read_to_string(&path).unwrap().len() < first.len());
    let left: Vec<_> = fs_err::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_thread_that_is_not_there_is_an_error() {
    let outcome = rollout(&["show", "nobody", "--sample"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
}
