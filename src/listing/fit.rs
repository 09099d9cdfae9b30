//! Makes rows fit a terminal: columns that others outweigh go first, then words are cut.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands between two columns.
const GAP: usize = 3;

/// The least that a column of words is cut to.
const LEAST: usize = 24;

/// A column of a table.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) numbers: bool,
    /// Columns with the highest number are left out first; 0 is never left out.
    pub(super) spare: u8,
}

/// Leaves out columns, and cuts the first one, until rows have at most `width` cells.
pub(super) fn fit(columns: &mut Vec<Column>, rows: &mut [Vec<String>], width: u16) {
    let width = usize::from(width);
    loop {
        let widths: Vec<usize> = (0..columns.len()).map(|index| column_width(columns, rows, index)).collect();
        let rest: usize = widths[1..].iter().sum::<usize>() + GAP * columns.len();
        let room = width.saturating_sub(rest);
        let most = columns.iter().map(|column| column.spare).max().unwrap_or_default();
        if room >= widths[0].min(LEAST) || most == 0 {
            rows.iter_mut().for_each(|row| row[0] = cut(&row[0], room.max(LEAST)));
            return;
        }
        let Some(spare) = columns.iter().position(|column| column.spare == most) else { return };
        columns.remove(spare);
        rows.iter_mut().for_each(|row| drop(row.remove(spare)));
    }
}

fn column_width(columns: &[Column], rows: &[Vec<String>], index: usize) -> usize {
    rows.iter().map(|row| row[index].width()).max().unwrap_or_default().max(columns[index].title.width())
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut kept = String::new();
    for char in text.chars() {
        match room.checked_sub(char.width().unwrap_or_default()) {
            Some(rest) => room = rest,
            None => break,
        }
        kept.push(char);
    }
    kept.truncate(kept.trim_end().len());
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_before_words_are_cut() {
        let check = |width: u16, want: &str| {
            let column = |title, spare| Column { title, numbers: false, spare };
            let mut columns = vec![column("Title", 0), column("Model", 1), column("Project", 2)];
            let mut rows =
                vec![vec!["what is wrong with the tests of 茶壺".to_owned(), "gpt".to_owned(), "/srv/shop".to_owned()]];
            fit(&mut columns, &mut rows, width);
            assert_eq!(rows[0].join("|"), want, "{width}");
        };
        check(80, "what is wrong with the tests of 茶壺|gpt|/srv/shop");
        check(59, "what is wrong with the tests of 茶壺|gpt|/srv/shop");
        check(58, "what is wrong with the tests of 茶…|gpt|/srv/shop");
        check(55, "what is wrong with the tests of…|gpt|/srv/shop");
        check(45, "what is wrong with the tests of…|gpt");
        check(30, "what is wrong with the tes…");
        check(5, "what is wrong with the…");
    }
}
