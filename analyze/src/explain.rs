//! Explanations: each line that could be a billed response, in order, with what was decided.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rollout_schema::ThreadId;

use crate::analysis::{Analysis, UNKNOWN};
use crate::facts::{Candidate, Claim, RolloutFacts};
use crate::ledger::{Decision, claimed};
use crate::period::Calendar;
use crate::report::{Amounts, ExplainedLine, Explanation, SCHEMA_VERSION};
use crate::reports::time_text;

/// What is explained.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Every line of a thread's files, and every line elsewhere that is billed to it.
    Thread(ThreadId),
    /// Every line of a day.
    Day(Date),
}

impl Analysis {
    /// Explains a thread or a day, whose borders are those of `zone`.
    pub fn explain(&self, subject: &Subject, zone: &TimeZone) -> Explanation {
        let mut calendar = Calendar::new(zone.clone());
        let mut lines = Vec::new();
        let mut totals = Amounts::default();
        for (rollout, decisions) in self.ledger.rollouts.iter().zip(&self.ledger.decisions) {
            for (position, candidate) in rollout.candidates.iter().enumerate() {
                let decision = decisions.get(position, &candidate);
                let billed = decision.billed.as_ref().or(rollout.identity.thread_id.as_ref());
                let is_subject = match subject {
                    Subject::Thread(id) => rollout.identity.thread_id.as_ref() == Some(id) || billed == Some(id),
                    Subject::Day(day) => candidate.at.and_then(|at| calendar.day(at)) == Some(*day),
                };
                if !is_subject {
                    continue;
                }
                let of_subject = !matches!(subject, Subject::Thread(id) if billed != Some(id));
                for usage in decision.responses(&candidate).filter(|_| of_subject) {
                    totals.responses += 1;
                    totals.usage += usage;
                }
                lines.push(explain(rollout, &candidate, &decision, billed));
            }
        }
        if matches!(subject, Subject::Day(_)) {
            lines.sort_by(|a, b| (&a.time, &a.path, a.offset).cmp(&(&b.time, &b.path, b.offset)));
        }
        Explanation {
            schema_version: SCHEMA_VERSION,
            report: "explain".to_owned(),
            subject: match subject {
                Subject::Thread(id) => id.to_string(),
                Subject::Day(day) => day.to_string(),
            },
            lines,
            totals,
            data_quality: self.data_quality(),
        }
    }

    /// Adds the JSON of each line, read from its file by offset.
    pub fn add_raw(&self, explanation: &mut Explanation, map: bool) -> std::io::Result<()> {
        for line in &mut explanation.lines {
            let rollout = self.ledger.rollouts.iter().find(|rollout| *rollout.file.path == *Path::new(&line.path));
            let Some(rollout) = rollout else { continue };
            let length = usize::try_from(line.length).unwrap_or(usize::MAX);
            let bytes = replay::read_record(&rollout.file, line.offset, length, map)?;
            line.raw = Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }
}

fn explain(
    rollout: &RolloutFacts,
    candidate: &Candidate,
    decision: &Decision,
    billed: Option<&ThreadId>,
) -> ExplainedLine {
    let span = candidate.span;
    let turn = rollout.turn(candidate);
    let kind = match candidate.claim {
        Claim::Record(_) => "token_usage_record",
        Claim::NoInfo | Claim::Count(_) => "token_count",
    };
    ExplainedLine {
        path: rollout.file.path.display().to_string(),
        line: u64::from(span.line),
        column: u64::from(span.column),
        offset: span.offset,
        length: u64::from(span.length),
        time: candidate.at.and_then(time_text),
        kind: kind.to_owned(),
        counted: decision.verdict.counts(),
        rule: decision.verdict.id().to_owned(),
        reason: decision.verdict.reason().to_owned(),
        usage: decision.usage.or_else(|| claimed(&candidate.claim)),
        thread_id: billed.map(ToString::to_string),
        turn_id: turn.and_then(|turn| turn.id.as_ref()).map(ToString::to_string),
        model: turn.and_then(|turn| turn.model.as_deref()).unwrap_or(UNKNOWN).to_owned(),
        effort: turn.and_then(|turn| turn.effort.as_deref()).map(ToOwned::to_owned),
        raw: None,
    }
}
