//! Every thread in a few numbers: the report by session, and the threads that used nothing.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rollout_schema::ThreadId;

use crate::analysis::{Analysis, UNKNOWN};
use crate::prices::Prices;
use crate::report::{Amounts, ReportKind, ThreadRow};
use crate::reports::{ReportError, ReportOptions};

/// A thread in numbers.
#[derive(Clone, Debug)]
pub struct ThreadSummary {
    /// The name the user gave it, else the first thing the user said in it.
    pub title: Option<String>,
    /// Its project.
    pub project: Option<String>,
    /// Models that it was billed for.
    pub models: Vec<String>,
    /// What it used itself, whatever file that stands in.
    pub own: Amounts,
}

impl Default for ThreadSummary {
    /// A thread that nothing is known of: it used nothing, which cost nothing.
    fn default() -> Self {
        Self { title: None, project: None, models: Vec::new(), own: Amounts::nothing() }
    }
}

impl Analysis {
    /// Every thread that has a file or was billed.
    pub fn threads(&self, prices: &Prices) -> Result<BTreeMap<ThreadId, ThreadSummary>, ReportError> {
        let options =
            ReportOptions { prices: Some(prices.clone()), ..ReportOptions::new(ReportKind::Session, TimeZone::UTC) };
        let mut summaries: BTreeMap<ThreadId, ThreadSummary> = BTreeMap::new();
        for (id, thread) in &self.threads {
            let (title, project) = (thread.title.clone(), thread.project.clone());
            summaries.insert(id.clone(), ThreadSummary { title, project, ..ThreadSummary::default() });
        }
        for row in self.report(&options)?.rows {
            let Some(ThreadRow { thread_id, .. }) = row.key.thread else { continue };
            let summary = summaries.entry(ThreadId::from(thread_id.as_str())).or_default();
            summary.models = row.models.into_iter().map(|part| part.model).filter(|model| model != UNKNOWN).collect();
            summary.own = row.amounts;
        }
        Ok(summaries)
    }
}
