//! One thread's rollout, told line by line.
//!
//! Lines are written as text, not through a JSON library: the order of members is part of the
//! format, and readers rely on it.

use jiff::Timestamp;

use crate::usage::Usage;

/// A line as it will stand in the file; the ordinal is given when it is written.
#[derive(Clone, Debug)]
struct Line {
    at: i64,
    kind: &'static str,
    payload: String,
}

/// A rollout that grows as its story is told.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    name: String,
    pub(crate) clock: i64,
    created: Option<i64>,
    version: &'static str,
    cwd: String,
    repository: Option<String>,
    source: String,
    /// More members of `session_meta`, as JSON text.
    lineage: String,
    lines: Vec<Line>,
    turns: usize,
    turn: Option<String>,
    model: Option<String>,
    total: Usage,
    last: Usage,
    /// Ordinal of the first line, for a paginated history.
    first_ordinal: Option<usize>,
    /// Id of a segment that a revert began.
    pub(crate) rollout_id: Option<String>,
    pub(crate) archived: bool,
    pub(crate) compressed: bool,
    pub(crate) saved: bool,
}

/// The id of the thread that tests call `name`.
pub(crate) fn thread_id(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("019e8000-0000-7000-8000-{digits:0>12}")
}

pub(crate) fn millis(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().as_millisecond()
}

pub(crate) fn time(millis: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(millis).unwrap())
}

impl Thread {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            clock: millis("2026-06-01T10:00:00.000Z"),
            created: None,
            version: "0.120.0",
            cwd: "/srv/shop".to_owned(),
            repository: None,
            source: r#""cli""#.to_owned(),
            lineage: String::new(),
            lines: Vec::new(),
            turns: 0,
            turn: None,
            model: None,
            total: Usage::default(),
            last: Usage::default(),
            first_ordinal: None,
            rollout_id: None,
            archived: false,
            compressed: false,
            saved: false,
        }
    }

    pub(crate) fn id(&self) -> String {
        thread_id(&self.name)
    }

    /// Sets the clock. The thread begins at its first line.
    pub(crate) fn at(&mut self, time: &str) -> &mut Self {
        self.clock = millis(time);
        self
    }

    pub(crate) fn version(&mut self, version: &'static str) -> &mut Self {
        self.version = version;
        self
    }

    pub(crate) fn cwd(&mut self, cwd: &str) -> &mut Self {
        cwd.clone_into(&mut self.cwd);
        self
    }

    pub(crate) fn repository(&mut self, url: &str) -> &mut Self {
        self.repository = Some(url.to_owned());
        self
    }

    /// Who talks to the agent, as JSON.
    pub(crate) fn source(&mut self, json: &str) -> &mut Self {
        json.clone_into(&mut self.source);
        self
    }

    /// More members of `session_meta`, such as `"forked_from_id":"…"`.
    pub(crate) fn lineage(&mut self, members: &str) -> &mut Self {
        self.lineage.push(',');
        self.lineage += members;
        self
    }

    /// Gives every line an ordinal, from `first` on.
    pub(crate) fn paginated(&mut self, first: usize) -> &mut Self {
        self.first_ordinal = Some(first);
        self
    }

    pub(crate) fn archived(&mut self) -> &mut Self {
        self.archived = true;
        self
    }

    pub(crate) fn compressed(&mut self) -> &mut Self {
        self.compressed = true;
        self
    }

    /// Begins a turn that asks `model`.
    pub(crate) fn model(&mut self, model: &str) -> &mut Self {
        self.model = Some(model.to_owned());
        self.turn()
    }

    /// The settings of a turn that began without them.
    pub(crate) fn model_of_turn(&mut self, model: &str) -> &mut Self {
        self.model = Some(model.to_owned());
        self.context()
    }

    /// Begins a turn with the same model as before.
    pub(crate) fn turn(&mut self) -> &mut Self {
        self.begin_turn().context()
    }

    /// Begins a turn of which the settings are not written yet: what a compaction then uses stands
    /// before them.
    pub(crate) fn begin_turn(&mut self) -> &mut Self {
        self.turns += 1;
        let prompt = format!("Do step {} of {}.", self.turns, self.name);
        if self.has_turn_ids() {
            let (ms, name, n) = (self.clock, &self.id()[28..], self.turns);
            let id = format!("{:08x}-{:04x}-7000-8000-{name}{n:04x}", ms >> 16, ms & 0xffff);
            self.event(&format!(r#"{{"type":"task_started","turn_id":"{id}","model_context_window":258400}}"#));
            self.turn = Some(id);
        } else {
            // Before 0.104 the prompt stands before the settings; later it follows them.
            self.event(&format!(r#"{{"type":"user_message","message":"{prompt}","images":[]}}"#));
        }
        self
    }

    /// The settings of the turn that began last.
    pub(crate) fn context(&mut self) -> &mut Self {
        let id = self.turn.as_ref().map_or_else(String::new, |id| format!(r#""turn_id":"{id}","#));
        let model = self.model.as_ref().map_or_else(String::new, |model| format!(r#""model":"{model}","#));
        let cwd = &self.cwd;
        let policies = r#""approval_policy":"never","sandbox_policy":{"type":"read-only"}"#;
        self.line("turn_context", &format!(r#"{{{id}"cwd":"{cwd}",{policies},{model}"summary":"auto"}}"#));
        if self.has_turn_ids() {
            let prompt = format!("Do step {} of {}.", self.turns, self.name);
            self.event(&format!(r#"{{"type":"user_message","message":"{prompt}","images":[]}}"#));
        }
        self
    }

    /// An older Codex continues the thread: its totals begin at zero again.
    pub(crate) fn resumed(&mut self) -> &mut Self {
        self.total = Usage::default();
        self
    }

    /// A response of the model, a second later, with its `token_count`.
    pub(crate) fn response(&mut self, input: u64, cached: u64, output: u64) -> &mut Self {
        self.answer().usage(Usage::new(input, cached, output)).count()
    }

    /// What the model says, without any usage.
    pub(crate) fn answer(&mut self) -> &mut Self {
        if self.turns == 0 {
            self.turn();
        }
        self.clock += 1000;
        self.line(
            "response_item",
            r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done."}]}"#,
        );
        self.event(r#"{"type":"agent_message","message":"Done."}"#)
    }

    /// Uses tokens without writing anything about it.
    pub(crate) fn usage(&mut self, usage: Usage) -> &mut Self {
        self.last = usage;
        self.total = self.total.plus(usage);
        self
    }

    /// A `token_count` as things stand; directly after another one it is a repeat.
    pub(crate) fn count(&mut self) -> &mut Self {
        let (last, total) = (self.last, self.total);
        self.token_count(last, total)
    }

    fn token_count(&mut self, last: Usage, total: Usage) -> &mut Self {
        self.event(&format!(
            r#"{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{},"model_context_window":258400}},"rate_limits":null}}"#,
            total.json(),
            last.json()
        ))
    }

    /// A `token_count` that brings rate limits only.
    pub(crate) fn no_info(&mut self) -> &mut Self {
        self.event(r#"{"type":"token_count","info":null,"rate_limits":{"primary":{"used_percent":1.5}}}"#)
    }

    /// What stands after a compaction: the old total, and an estimate of the new context.
    pub(crate) fn estimate(&mut self, tokens: u64) -> &mut Self {
        let total = self.total;
        self.token_count(Usage::only_total(tokens), total)
    }

    /// The context was full: Codex overwrites its total with the size of the window.
    pub(crate) fn overflow(&mut self, window: u64) -> &mut Self {
        let last = Usage::only_total(window - self.total.total);
        self.total = Usage::only_total(window);
        self.token_count(last, Usage::only_total(window))
    }

    /// A response whose usage record is written, and nothing else: the process may die here.
    pub(crate) fn record(&mut self, response: &str, input: u64, cached: u64, output: u64) -> &mut Self {
        self.answer().usage(Usage::new(input, cached, output));
        let turn = self.turn.clone().unwrap_or_default();
        let (thread, usage) = (self.id(), self.last.json());
        let record = format!(
            r#"{{"thread_id":"{thread}","turn_id":"{turn}","session_id":"{thread}","root_turn_id":"{turn}","response_id":"{response}","usage":{usage}}}"#
        );
        self.line("token_usage_record", &record)
    }

    pub(crate) fn event(&mut self, payload: &str) -> &mut Self {
        self.line("event_msg", payload)
    }

    pub(crate) fn line(&mut self, kind: &'static str, payload: &str) -> &mut Self {
        self.created.get_or_insert(self.clock);
        self.lines.push(Line { at: self.clock, kind, payload: payload.to_owned() });
        self
    }

    fn has_turn_ids(&self) -> bool {
        let minor: u32 = self.version.split('.').nth(1).unwrap().parse().unwrap();
        minor >= 104
    }

    fn meta(&self) -> Line {
        let created = self.created.unwrap_or(self.clock);
        let git =
            self.repository.as_ref().map_or_else(String::new, |url| format!(r#","git":{{"repository_url":"{url}"}}"#));
        let Self { version, cwd, source, lineage, .. } = self;
        let (id, began) = (self.id(), time(created));
        let payload = format!(
            r#"{{"id":"{id}","timestamp":"{began}","cwd":"{cwd}","originator":"codex_cli_rs","cli_version":"{version}","source":{source},"model_provider":"openai"{lineage}{git}}}"#
        );
        Line { at: created, kind: "session_meta", payload }
    }

    /// Begins with everything that `parent` holds so far, as if it were written now.
    pub(crate) fn copy(&mut self, parent: &Self) -> &mut Self {
        self.clock = self.clock.max(parent.clock + 1000);
        self.created = Some(self.clock);
        let lines = std::iter::once(parent.meta()).chain(parent.lines.iter().cloned());
        self.lines.extend(lines.map(|line| Line { at: self.clock, ..line }));
        self.continue_totals(parent);
        self.model.clone_from(&parent.model);
        self.clock += 60_000;
        self
    }

    /// Counts on from where `parent` stands.
    pub(crate) fn continue_totals(&mut self, parent: &Self) -> &mut Self {
        (self.total, self.last) = (parent.total, parent.last);
        self
    }

    /// Lines so far, the first one included.
    pub(crate) fn n_lines(&self) -> usize {
        self.lines.len() + 1
    }

    /// The file as Codex would write it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for (index, Line { at, kind, payload }) in std::iter::once(&self.meta()).chain(&self.lines).enumerate() {
            let ordinal =
                self.first_ordinal.map_or_else(String::new, |first| format!(r#""ordinal":{},"#, first + index));
            text += &format!(r#"{{"timestamp":"{}",{ordinal}"type":"{kind}","payload":{payload}}}"#, time(*at));
            text.push('\n');
        }
        text.into_bytes()
    }

    /// Where the file stands in its home. Codex names it by the day on which the thread began.
    pub(crate) fn path(&self) -> String {
        let began = time(self.created.unwrap_or(self.clock));
        let folder = if self.archived {
            "archived_sessions".to_owned()
        } else {
            format!("sessions/{}", began[..10].replace('-', "/"))
        };
        let segment = self.rollout_id.as_ref().map_or_else(String::new, |id| format!("_{id}"));
        let end = if self.compressed { ".zst" } else { "" };
        format!("{folder}/rollout-{}-{}{segment}.jsonl{end}", began[..19].replace(':', "-"), self.id())
    }
}
