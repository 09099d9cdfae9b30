//! Code reviews: what is reviewed and what was found.

use crate::grammar::{Decimal, Int, Unsigned, object, tagged};

object! {
    /// A code review begins.
    EnteredReviewModeEvent {
        /// What is to be reviewed.
        required target: ReviewTarget,
        /// A short description of the target, for display.
        optional user_facing_hint: Option<String>,
        /// The turn of the review.
        optional turn_id: Option<String> [144..],
        /// The item that shows the event.
        optional item_id: Option<String> [144..],
    }

    /// A code review is over.
    ExitedReviewModeEvent {
        /// The turn of the review.
        optional turn_id: Option<String> [144..],
        /// The item that shows the event.
        optional item_id: Option<String> [144..],
        /// What was found; null or absent if the review came to no result.
        optional review_output: Option<ReviewOutputEvent>,
    }
}

tagged! {
    /// What is to be reviewed.
    ReviewTarget by "type" {
        /// All changes of the working tree, staged or not, new files included.
        UncommittedChanges(ReviewUncommittedChanges) = "uncommittedChanges",
        /// What the current branch changes against another one.
        BaseBranch(ReviewBaseBranch) = "baseBranch",
        /// What one commit changes.
        Commit(ReviewCommit) = "commit",
        /// Whatever the user's own words ask for.
        Custom(ReviewCustom) = "custom",
    }
}

object! {
    /// The changes of the working tree; nothing more is said.
    ReviewUncommittedChanges {
    }

    /// The changes of the current branch against another one.
    ReviewBaseBranch {
        /// The branch to compare with.
        required branch: String,
    }

    /// The changes of one commit.
    ReviewCommit {
        /// The commit's hash.
        required sha: String,
        /// A label for display, such as the subject line of the commit.
        optional title: Option<String>,
    }

    /// A review in the user's own words.
    ReviewCustom {
        /// What the user asks for.
        required instructions: String,
    }

    /// The result of a review, made by a session of its own.
    ReviewOutputEvent {
        /// The findings; empty if there is nothing to remark.
        required findings: Vec<ReviewFinding>,
        /// The verdict on the whole, in words.
        required overall_correctness: String,
        /// Why the verdict is what it is.
        required overall_explanation: String,
        /// How sure the reviewer is of the verdict.
        required overall_confidence_score: Decimal,
    }

    /// One remark of the reviewer.
    ReviewFinding {
        /// The remark in full.
        required body: String,
        /// The code that it is about.
        required code_location: ReviewCodeLocation,
        /// How sure the reviewer is of it.
        required confidence_score: Decimal,
        /// How urgent it is; lower numbers come first.
        required priority: Int,
        /// The remark in one line.
        required title: String,
    }

    /// The code that a finding is about.
    ReviewCodeLocation {
        /// Absolute path of the file.
        required absolute_file_path: String,
        /// The lines.
        required line_range: ReviewLineRange,
    }

    /// A range of lines, both ends included.
    ReviewLineRange {
        /// The last line.
        required end: Unsigned,
        /// The first line.
        required start: Unsigned,
    }
}
