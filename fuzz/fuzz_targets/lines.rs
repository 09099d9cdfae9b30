//! Any bytes: the line engine must say what `split` says, and taking lines apart must not panic.
#![no_main]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use replay::{Extent, Line, LineReader, LineSink, Want, head, records};

struct Sink {
    lines: Vec<Vec<u8>>,
    path: Arc<Path>,
}

impl LineSink for Sink {
    fn want(&mut self, beginning: &[u8]) -> Want {
        if head(beginning).is_some() { Want::Nothing } else { Want::Whole }
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        records(&self.path, line, |record| assert!(!record.json.is_empty()), drop);
        self.lines.push(line.bytes.to_vec());
        ControlFlow::Continue(())
    }
}

fuzz_target!(|data: &[u8]| {
    let mut sink = Sink { lines: Vec::new(), path: Path::new("fuzz").into() };
    let mut extent = Extent::default();
    LineReader::default().read(&mut &data[..], &mut sink, &mut extent).unwrap();
    assert_eq!(extent.bytes, data.len() as u64);
    let mut want: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    if want.last().is_some_and(|last| last.is_empty()) {
        want.pop();
    }
    assert_eq!(sink.lines, want);
});
