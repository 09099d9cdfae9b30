//! The threads of one page: as many as are asked for, and no file read beyond them.

use std::collections::HashSet;

use super::filter::Filters;
use super::rows::Rows;
use crate::reports::ReportError;

/// Threads whose lines are looked into at first; then twice as many.
const BATCH: usize = 64;

impl Rows<'_> {
    /// The first `limit` of `threads` that are let through, and whether there are more. With `trees`
    /// a family counts once, by the first of its threads.
    pub(super) fn page(
        &self,
        filters: &Filters,
        threads: &[usize],
        limit: Option<usize>,
        trees: bool,
    ) -> Result<(Vec<usize>, bool), ReportError> {
        let limit = limit.unwrap_or(usize::MAX);
        let mut batch = if limit == usize::MAX { threads.len() } else { BATCH };
        let (mut page, mut families) = (Vec::new(), HashSet::new());
        let mut rest = threads;
        while page.len() <= limit && !rest.is_empty() {
            let (next, further) = rest.split_at(batch.min(rest.len()));
            let found = self.let_through(filters, next)?;
            page.extend(found.into_iter().filter(|&thread| !trees || families.insert(self.families.of(thread))));
            rest = further;
            batch = batch.saturating_mul(2);
        }
        let goes_on = page.len() > limit;
        page.truncate(limit);
        Ok((page, goes_on))
    }

    /// Those of `threads` whose content is let through.
    fn let_through(&self, filters: &Filters, threads: &[usize]) -> Result<Vec<usize>, ReportError> {
        let mut threads = filters.by_lines(self.store, threads.to_vec(), self.progress);
        if !filters.models.is_empty() {
            let read = self.read(&threads)?;
            threads.retain(|&thread| {
                let summary = read.summaries.get(&self.store.threads[thread].id);
                summary.is_some_and(|summary| summary.models.iter().any(|model| filters.models.contains(model)))
            });
        }
        Ok(threads)
    }
}
