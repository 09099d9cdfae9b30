//! What stands beside a transcript: when the last line was written, where and by whom the thread was
//! begun, and whether its open calls may run without leave.

use std::ops::ControlFlow;

use replay::turns::LinePlace;
use replay::{Chain, Clock, LineReader, Silent, ThreadRecord};
use rollout_schema::LineKind;
use serde::Deserialize;

/// What a call says that may not run without leave: since 0.104, and before.
const ASKING: [&str; 3] =
    ["require_escalated", r#"with_escalated_permissions\":true"#, r#"with_escalated_permissions\": true"#];

/// What stands beside a transcript.
#[derive(Debug, Default)]
pub(super) struct Margin {
    /// When the last line was written, Unix milliseconds.
    pub(super) written: Option<i64>,
    /// The program that began the thread.
    pub(super) originator: Option<String>,
    /// The branch it began on.
    pub(super) branch: Option<String>,
    /// The folder of the last turn.
    pub(super) cwd: Option<String>,
    /// Whether an open call may not run without leave.
    pub(super) asks_leave: bool,
    /// When leave is asked for, in the log's own words.
    policy: Option<String>,
}

#[derive(Deserialize)]
struct Enveloped<T> {
    payload: T,
}

#[derive(Deserialize)]
struct Beginning {
    originator: Option<String>,
    git: Option<Git>,
}

#[derive(Deserialize)]
struct Git {
    branch: Option<String>,
}

#[derive(Deserialize)]
struct Context {
    cwd: Option<String>,
    approval_policy: Option<String>,
}

impl Margin {
    /// Reads the lines of a thread; `open` are the places of calls that were not answered.
    pub(super) fn read(chain: &Chain, reader: &mut LineReader, open: &[LinePlace]) -> Self {
        let mut margin = Self::default();
        let mut clock = Clock::default();
        // Who reads the transcript tells what cannot be read.
        drop(chain.for_each_record(reader, &Silent, |record| {
            margin.written = clock.parse(record.record.head.timestamp).map(|(millis, _)| millis).or(margin.written);
            // A line of another shape says nothing here.
            let _: Option<()> = margin.record(&record, open);
            ControlFlow::Continue(())
        }));
        margin.asks_leave &= margin.policy.as_deref() != Some("never");
        margin
    }

    fn record(&mut self, record: &ThreadRecord<'_>, open: &[LinePlace]) -> Option<()> {
        let json = record.record.json;
        match record.record.head.kind {
            LineKind::SessionMeta if !record.inherited => {
                let meta = serde_json::from_slice::<Enveloped<Beginning>>(json).ok()?.payload;
                self.originator = self.originator.take().or(meta.originator);
                self.branch = self.branch.take().or(meta.git?.branch);
            }
            LineKind::TurnContext => {
                let context = serde_json::from_slice::<Enveloped<Context>>(json).ok()?.payload;
                self.cwd = context.cwd.or(self.cwd.take());
                self.policy = context.approval_policy;
            }
            LineKind::ResponseItem if open.contains(&record.place) => {
                let call = String::from_utf8_lossy(json);
                self.asks_leave |= ASKING.iter().any(|words| call.contains(words));
            }
            _ => {}
        }
        Some(())
    }
}
