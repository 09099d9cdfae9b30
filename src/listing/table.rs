//! The columns of a list of threads, and what stands in them.

use analyze::listing::{Flag, ListedThread, StatusReport, ThreadList, TreePlace};
use replay::Time;

use super::fit::{Column, fit};
use super::ids::ShortIds;
use crate::show::safe;
use crate::table;

/// What rows are drawn with.
pub(crate) struct Drawing<'a> {
    /// Short names of the threads.
    pub(crate) ids: &'a ShortIds,
    /// Columns of the terminal, if it is one.
    pub(crate) width: Option<u16>,
    /// The moment that ages are counted from, Unix milliseconds.
    pub(crate) now: i64,
}

const fn words(title: &'static str, spare: u8) -> Column {
    Column { title, numbers: false, spare }
}

const fn numbers(title: &'static str, spare: u8) -> Column {
    Column { title, numbers: true, spare }
}

/// A list of threads; of trees, if they have their places in one.
pub(crate) fn threads(list: &ThreadList, drawing: &Drawing<'_>) -> String {
    let is_tree = list.threads.iter().any(|thread| thread.tree.is_some());
    let mut columns = vec![
        words("Title", 0),
        words("Thread", 0),
        numbers(drawing.time_title("Age", "Written"), 1),
        numbers("Turns", 3),
        words("Model", 2),
        numbers("Tokens", 0),
        words("Project", 5),
        words("Flags", 4),
    ];
    if is_tree {
        columns.insert(6, numbers("With below", 0));
    }
    let branches = branches(&list.threads);
    let row = |(thread, branch): (&ListedThread, String)| {
        let mut row = vec![
            branch + &title(thread),
            drawing.ids.short(thread.id.as_str()).to_owned(),
            drawing.time(thread.updated),
            thread.turns.to_string(),
            model(thread),
            table::thousands(thread.own.usage.total_tokens),
            safe(thread.project.as_deref().unwrap_or_default()).into_owned(),
            flags(thread),
        ];
        if let Some(TreePlace { total, .. }) = &thread.tree {
            row.insert(6, table::thousands(total.usage.total_tokens));
        }
        row
    };
    let rows = list.threads.iter().zip(branches).map(row).collect();
    drawing.draw(columns, rows)
}

/// What threads are doing.
pub(crate) fn states(report: &StatusReport, drawing: &Drawing<'_>) -> String {
    let columns = vec![
        words("Title", 0),
        words("Thread", 0),
        words("Activity", 0),
        numbers(drawing.time_title("For", "Since"), 1),
        words("Model", 3),
        numbers("Tokens", 2),
        numbers("Cost (USD)", 4),
        words("Branch", 5),
    ];
    let rows = report.threads.iter().map(|state| {
        let (thread, activity) = (&state.thread, &state.activity);
        let mark = if activity.inferred { "~" } else { "" };
        let silence = activity.silent_seconds.map_or_else(String::new, |seconds| format!(" (silent {seconds} s)"));
        vec![
            title(thread),
            drawing.ids.short(thread.id.as_str()).to_owned(),
            format!("{mark}{}{silence}", activity.state.name()),
            drawing.time(activity.since),
            model(thread),
            table::thousands(thread.own.usage.total_tokens),
            table::cost(&thread.own).unwrap_or_default(),
            safe(thread.branch.as_deref().unwrap_or_default()).into_owned(),
        ]
    });
    drawing.draw(columns, rows.collect())
}

impl Drawing<'_> {
    fn draw(&self, mut columns: Vec<Column>, mut rows: Vec<Vec<String>>) -> String {
        if let Some(width) = self.width {
            fit(&mut columns, &mut rows, width);
        }
        let titles: Vec<&str> = columns.iter().map(|column| column.title).collect();
        let numbers: Vec<usize> = (0..columns.len()).filter(|&index| columns[index].numbers).collect();
        table::list(&titles, &numbers, rows, self.width)
    }

    /// Ages are for those who look at them now; elsewhere they would soon be wrong.
    fn time_title(&self, age: &'static str, time: &'static str) -> &'static str {
        if self.width.is_some() { age } else { time }
    }

    fn time(&self, time: Option<Time>) -> String {
        let Some(time) = time else { return String::new() };
        match self.width {
            Some(_) => age((self.now - time.0) / 1000),
            None => time.to_string().get(..16).unwrap_or_default().replace('T', " "),
        }
    }
}

/// A span of seconds in its largest unit.
fn age(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(2 * 86_400, "d"), (3_600, "h"), (60, "m")];
    let seconds = seconds.max(0);
    match UNITS.into_iter().find(|(from, _)| seconds >= *from) {
        Some((_, "d")) => format!("{}d", seconds / 86_400),
        Some((unit, name)) => format!("{}{name}", seconds / unit),
        None => format!("{seconds}s"),
    }
}

/// What a thread is called; an agent also by its path, since it may have inherited its parent's words.
fn title(thread: &ListedThread) -> String {
    let title = match (&thread.agent_path, &thread.title) {
        (Some(path), Some(title)) => format!("{path}: {title}"),
        (one, other) => one.as_ref().or(other.as_ref()).map_or_else(|| "(no title)".to_owned(), String::clone),
    };
    safe(&title).replace(['\n', '\t'], " ")
}

/// The model that was asked last, and how many others there are.
fn model(thread: &ListedThread) -> String {
    let last = thread.model.as_deref().or(thread.models.last().map(String::as_str));
    let others = thread.models.iter().filter(|model| Some(model.as_str()) != last).count();
    let more = if others > 0 { format!(" +{others}") } else { String::new() };
    safe(last.unwrap_or_default()).into_owned() + &more
}

fn flags(thread: &ListedThread) -> String {
    let words = thread.flags.iter().map(|flag| match flag {
        Flag::Fork => "fork",
        Flag::SubAgent => "agent",
        Flag::Archived => "archived",
        Flag::Compressed => "compressed",
        Flag::Damaged => "damaged",
        Flag::Live => "live",
        Flag::Missing => "missing",
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The lines that join each thread of a tree to the one above it.
fn branches(threads: &[ListedThread]) -> Vec<String> {
    let depth = |thread: &ListedThread| thread.tree.as_ref().map_or(0, |tree| tree.depth as usize);
    // From the last row up: whether something further down hangs at each depth.
    let mut open: Vec<bool> = Vec::new();
    let mut branches: Vec<String> = threads
        .iter()
        .rev()
        .map(|thread| {
            let depth = depth(thread);
            let goes_on = open.get(depth).copied().unwrap_or_default();
            open.resize(depth + 1, false);
            open[depth] = true;
            let above = open.iter().take(depth).skip(1).map(|open| if *open { "│ " } else { "  " });
            let own = (depth > 0).then_some(if goes_on { "├ " } else { "└ " });
            above.chain(own).collect()
        })
        .collect();
    branches.reverse();
    branches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_their_largest_unit() {
        for (seconds, text) in
            [(-5, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (172_799, "47h"), (172_800, "2d")]
        {
            assert_eq!(age(seconds), text);
        }
    }
}
