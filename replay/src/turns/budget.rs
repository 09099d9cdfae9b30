//! How much text may be kept until it is its turn. Refuses to know whose text it is.

/// Bytes of one text as long as there is room.
const ONE: usize = 64 << 10;
/// Bytes of all texts.
const ALL: usize = 8 << 20;
/// Bytes of one text when there is no room left.
const LITTLE: usize = 96;

/// Room for the texts of one thread.
#[derive(Debug, Default)]
pub(super) struct Budget {
    used: usize,
}

impl Budget {
    /// Shortens `text` to what there is room for.
    pub(super) fn cut(&mut self, text: &mut String) {
        let room = if self.used < ALL { ONE } else { LITTLE };
        if text.len() > room {
            let end = text.floor_char_boundary(room);
            text.truncate(end);
            text.push('…');
        }
        text.shrink_to_fit();
        self.used = self.used.saturating_add(text.len());
    }

    /// Gives back the room of a text that is not kept after all.
    pub(super) fn give_back(&mut self, text: &str) {
        self.used = self.used.saturating_sub(text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_many_are_cut_short() {
        let mut budget = Budget::default();
        let long = "é".repeat(ONE);
        let mut text = long.clone();
        budget.cut(&mut text);
        assert_eq!(text.len(), ONE + '…'.len_utf8());
        while budget.used < ALL {
            budget.cut(&mut long.clone());
        }
        budget.cut(&mut text);
        assert_eq!(text.len(), LITTLE + '…'.len_utf8());
    }
}
