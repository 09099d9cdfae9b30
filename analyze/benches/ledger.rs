//! From bytes to a report: a store of 200 threads with 500 responses each, a tenth of them repeated.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should stop")]

use std::fmt::Write;

use analyze::report::ReportKind;
use analyze::{Analysis, Input, ReportOptions};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use replay::{RolloutFile, Silent};

fn thread(number: usize) -> String {
    let id = format!("019a0000-0000-7000-8000-{number:012}");
    let mut text = format!(
        "{{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"type\":\"session_meta\",\"payload\":{{\"id\":\"{id}\",\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"cwd\":\"/w\",\"cli_version\":\"0.120.0\",\"source\":\"cli\"}}}}\n\
         {{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"type\":\"turn_context\",\"payload\":{{\"cwd\":\"/w\",\"model\":\"gpt-5.4\"}}}}\n"
    );
    for response in 1..=500 {
        let usage = |n: usize| {
            format!(
                "{{\"input_tokens\":{},\"cached_input_tokens\":{},\"output_tokens\":{},\"reasoning_output_tokens\":{n},\"total_tokens\":{}}}",
                n * 100,
                n * 60,
                n * 10,
                n * 110
            )
        };
        for _ in 0..1 + usize::from(response % 10 == 0) {
            writeln!(
                text,
                "{{\"timestamp\":\"2026-01-02T04:{:02}:05.678Z\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"token_count\",\"info\":{{\"total_token_usage\":{},\"last_token_usage\":{},\"model_context_window\":258400}},\"rate_limits\":null}}}}",
                response % 60,
                usage(response),
                usage(1)
            )
            .unwrap();
        }
    }
    text
}

fn bench(criterion: &mut Criterion) {
    let files: Vec<RolloutFile> = (0..200)
        .map(|number| RolloutFile::memory(&format!("rollout-{number}.jsonl"), thread(number).leak().as_bytes()))
        .collect();
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(200 * 500)).sample_size(20);
    let read = || Analysis::read(Input { files: files.clone(), ..Input::default() }, &Silent);
    group.bench_function("read and decide", |bencher| bencher.iter(read));
    let analysis = read();
    let options = ReportOptions::new(ReportKind::Daily, TimeZone::UTC);
    group.bench_function("daily report", |bencher| {
        bencher.iter(|| {
            let report = analysis.report(&options).unwrap();
            assert_eq!(report.totals.responses, 200 * 500);
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
