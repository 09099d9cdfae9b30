//! The sample logs of `--sample`: a small home that was written for this purpose.
//!
//! A thread with a compaction and its fork by copy, and a paginated thread with a sub-agent and a
//! remote compaction; four models, two of them in one thread.

use analyze::Input;
use replay::RolloutFile;

macro_rules! sample {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_bytes!(concat!("sample/", $path)).as_slice())),+]
    };
}

/// The rollouts, by their path in the home.
const FILES: [(&str, &[u8]); 4] = sample![
    "sessions/2026/03/27/rollout-2026-03-27T09-12-40-019d2f10-5a00-7a10-8a10-000000000a01.jsonl",
    "sessions/2026/03/27/rollout-2026-03-27T10-01-08-019d2f3c-c800-7a10-8a10-000000000a02.jsonl",
    "sessions/2026/10/02/rollout-2026-10-02T22-48-11-019d8f00-1000-7b10-8b10-000000000b01.jsonl",
    "sessions/2026/10/02/rollout-2026-10-02T22-48-16-019d8f00-9000-7b10-8b10-000000000b02.jsonl",
];

const INDEX: &[u8] = include_bytes!("sample/session_index.jsonl");

/// The sample home as an input.
pub(crate) fn input() -> Input {
    let mut files: Vec<RolloutFile> =
        FILES.iter().map(|(path, bytes)| RolloutFile::memory(&format!("sample/{path}"), bytes)).collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
    Input { files, names: replay::parse_thread_names(INDEX), ..Input::default() }
}
