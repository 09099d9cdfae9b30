//! Throughput of the line engine: one large file in memory, and the cost of a line's head.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use replay::{Extent, Line, LineReader, LineSink, Want, head, is_single_response_item};

/// Counts lines, and those that are exactly one item.
#[derive(Default)]
struct Sink(u64, bool);

impl LineSink for Sink {
    fn want(&mut self, _: &[u8]) -> Want {
        Want::Nothing
    }

    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        self.0 += u64::from(!self.1 || is_single_response_item(line));
        ControlFlow::Continue(())
    }
}

/// `n` lines of about 900 bytes, the mean of real logs without images.
fn lines(n: usize) -> Vec<u8> {
    let text = "the agent reads a file and runs the tests again ".repeat(17);
    let line = format!(
        "{{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"type\":\"response_item\",\"payload\":{{\"type\":\"function_call_output\",\"output\":\"{text}\"}}}}\n"
    );
    line.repeat(n).into_bytes()
}

fn bench(criterion: &mut Criterion) {
    let data = lines(100_000);
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Bytes(data.len() as u64)).sample_size(20);
    for (name, looks) in [("split", false), ("split and look for glued records", true)] {
        let mut reader = LineReader::default();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut sink = Sink(0, looks);
                reader.read(&mut &data[..], &mut sink, &mut Extent::default()).unwrap();
                assert_eq!(sink.0, 100_000);
            });
        });
    }
    group.finish();
    let line = &lines(1)[..];
    criterion.bench_function("head", |bencher| bencher.iter(|| head(black_box(line))));
}

criterion_group!(benches, bench);
criterion_main!(benches);
