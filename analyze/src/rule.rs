//! The rules by which a candidate is counted or not.
//!
//! Each candidate gets exactly one. The names are stable: `explain` prints them and `data_quality`
//! counts them.

/// Why a candidate was counted, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    // Counted.
    /// A `token_usage_record`, counted once per response over the whole store.
    UsageRecord,
    /// A `token_count` whose total grew by exactly its `last`.
    Step,
    /// A `token_count` whose total is its `last`: the writer began to count anew.
    Restart,
    /// A `token_count` whose total grew by something else than its `last`: the difference counts. If
    /// it is more than `last`, it holds a second response, which has no line of its own.
    Growth,
    /// A `token_count` whose total fits nothing before it: its `last` counts.
    NewCounter,
    /// A `token_usage_record` or `token_count` copied from a thread whose own file is missing.
    CopyOfMissing,

    // Not counted.
    /// No usage in it: a rate-limit refresh.
    NoInfo,
    /// The total did not change: a repeat.
    Repeat,
    /// The total did not change and `last` is an estimate of the context.
    Estimate,
    /// The totals were overwritten because the context was full.
    Overflow,
    /// The counter of an inherited history, before anything own was used.
    Baseline,
    /// A `token_count` for a response that a `token_usage_record` already reports.
    Recorded,
    /// A line copied from an ancestor, where it is counted.
    Copied,
    /// A second record of the same response.
    DuplicateRecord,
    /// A line of a second copy of the same file.
    Twin,
    /// The usage of a review sub-agent, which is counted in its own file.
    ReviewTwin,
    /// No count in it could be read.
    Unreadable,
}

impl Verdict {
    /// Every verdict, counted ones first.
    pub const ALL: [Self; 17] = [
        Self::UsageRecord,
        Self::Step,
        Self::Restart,
        Self::Growth,
        Self::NewCounter,
        Self::CopyOfMissing,
        Self::NoInfo,
        Self::Repeat,
        Self::Estimate,
        Self::Overflow,
        Self::Baseline,
        Self::Recorded,
        Self::Copied,
        Self::DuplicateRecord,
        Self::Twin,
        Self::ReviewTwin,
        Self::Unreadable,
    ];

    /// Whether the candidate was counted.
    pub fn counts(self) -> bool {
        matches!(
            self,
            Self::UsageRecord | Self::Step | Self::Restart | Self::Growth | Self::NewCounter | Self::CopyOfMissing
        )
    }

    /// The rule's stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::UsageRecord => "usage-record",
            Self::Step => "step",
            Self::Restart => "restart",
            Self::Growth => "growth",
            Self::NewCounter => "new-counter",
            Self::CopyOfMissing => "copy-of-missing",
            Self::NoInfo => "no-info",
            Self::Repeat => "repeat",
            Self::Estimate => "estimate",
            Self::Overflow => "overflow",
            Self::Baseline => "baseline",
            Self::Recorded => "recorded",
            Self::Copied => "copied",
            Self::DuplicateRecord => "duplicate-record",
            Self::Twin => "twin",
            Self::ReviewTwin => "review-twin",
            Self::Unreadable => "unreadable",
        }
    }

    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::UsageRecord => "usage record of this response",
            Self::Step => "the running total grew by exactly this",
            Self::Restart => "the running total began anew with this",
            Self::Growth => "the running total grew by this without a line of its own",
            Self::NewCounter => "first count of a history whose earlier total is not known",
            Self::CopyOfMissing => "copied from a thread whose own file is missing",
            Self::NoInfo => "rate limits only, no usage",
            Self::Repeat => "the running total did not change",
            Self::Estimate => "an estimate of the context, not usage",
            Self::Overflow => "totals overwritten because the context was full",
            Self::Baseline => "total inherited from another thread",
            Self::Recorded => "already counted by its usage record",
            Self::Copied => "copied from another thread, counted there",
            Self::DuplicateRecord => "this response is counted elsewhere",
            Self::Twin => "second copy of the same file",
            Self::ReviewTwin => "usage of a review, counted in the review's own file",
            Self::Unreadable => "no count in it can be read",
        }
    }
}
