//! Throughput of full validation: one file in memory, of the kinds of lines that real logs hold.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use replay::validate::{Levels, Options, validate_stream};

/// A thread of `n` turns, each with a command, its output and a count of tokens.
fn thread(n: usize) -> String {
    let text = "the agent reads a file and runs the tests again ".repeat(34);
    let usage = r#"{"input_tokens":900,"cached_input_tokens":0,"output_tokens":90,"reasoning_output_tokens":0,"total_tokens":990}"#;
    let line = |kind: &str, payload: &str| {
        format!("{{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"type\":\"{kind}\",\"payload\":{payload}}}\n")
    };
    let mut lines = line(
        "session_meta",
        r#"{"id":"019b0000-0000-7000-8000-000000000001","timestamp":"2026-01-02T03:04:05.600Z","cwd":"/srv/app","originator":"codex_exec","cli_version":"0.130.0","source":"exec","model_provider":"openai"}"#,
    );
    for turn in 0..n {
        lines += &line(
            "event_msg",
            &format!(r#"{{"type":"task_started","turn_id":"{turn}","model_context_window":258400}}"#),
        );
        lines += &line(
            "turn_context",
            &format!(
                r#"{{"turn_id":"{turn}","cwd":"/srv/app","approval_policy":"never","sandbox_policy":{{"type":"danger-full-access"}},"model":"gpt-5.4","summary":"auto"}}"#
            ),
        );
        lines += &line("event_msg", r#"{"type":"user_message","message":"go on"}"#);
        lines += &line(
            "response_item",
            &format!(r#"{{"type":"function_call","name":"shell","arguments":"{{}}","call_id":"c{turn}"}}"#),
        );
        lines += &line(
            "response_item",
            &format!(r#"{{"type":"function_call_output","call_id":"c{turn}","output":"{text}"}}"#),
        );
        lines += &line(
            "event_msg",
            &format!(
                r#"{{"type":"token_count","info":{{"total_token_usage":{usage},"last_token_usage":{usage},"model_context_window":258400}},"rate_limits":null}}"#
            ),
        );
        lines +=
            &line("event_msg", &format!(r#"{{"type":"task_complete","turn_id":"{turn}","last_agent_message":null}}"#));
    }
    lines
}

fn bench(criterion: &mut Criterion) {
    let data = thread(5_000);
    let levels = Levels::default();
    let mut group = criterion.benchmark_group("validate");
    group.throughput(Throughput::Bytes(data.len() as u64)).sample_size(20);
    group.bench_function("one thread", |bencher| {
        bencher.iter(|| {
            let options = Options { levels: &levels, keep: 100, snippets: false, schema: None };
            let name = "rollout-2026-01-02T03-04-05-019b0000-0000-7000-8000-000000000001.jsonl";
            let found = validate_stream(name, &mut black_box(data.as_bytes()), options);
            assert_eq!((found.errors, found.warnings), (0, 0));
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
