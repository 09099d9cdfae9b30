//! End-to-end tests: the program as a person runs it, over logs as Codex writes them.
//!
//! Every expected number was counted by hand or by code that shares nothing with the program.
//!
//! - [`support`]: a Codex home to fill and the program to run over it
//! - [`thread`]: one thread's rollout, told line by line
//! - [`line`]: lines of a rollout, one by one and as text
//! - [`usage`]: tokens, as the format writes them
//! - [`reports`]: what the seven reports print for the sample logs
//! - [`filters`]: which responses a report is about, and that all reports agree on them
//! - [`prices`]: what is priced, what is not, and how a user's table changes that
//! - [`ledger`]: which lines of one thread are billed responses
//! - [`lineage`]: forks, segments and sub-agents count each response once
//! - [`record`]: items on stdin become rollouts, beside other writers and readers, over full disks
//! - [`records`]: usage records, reviews and second copies of a file count once
//! - [`damage`]: broken bytes cost themselves, and every loss is named
//! - [`files`]: files that are empty, cut, of another kind or not there at all
//! - [`help`]: every word of help, and the pages for shells and `man`
//! - [`history`]: what the model sees, at the end of a thread and at points of it
//! - [`cli`]: exit codes, errors, colours and where the logs are looked for
//! - [`explain`]: the decision about each line, and the line itself
//! - [`validate`]: which files are checked, what is said of a damaged one, and how much is listed
//! - [`levels`]: how grave a finding is, and what is held against another schema
//! - [`validate_rules`]: every rule is found where it is broken, and only there
//! - [`findings`]: what was found, in each format
//! - [`rules`]: the documentation of the rules is what the program says of them
//! - [`fork`]: what a fork holds, how it is named, and that its source stays as it is
//! - [`schemas`]: the published schemas, what changed between two, and what logs hold beyond them
//! - [`show`]: a thread's transcript, in each format
//! - [`rollback`]: which turns leave a history, and what is written for it
//! - [`shelve`]: threads in the archive, back from it, and by another name
//! - [`story`]: threads that say and do a little of everything
//! - [`replay`]: a thread played back: its pace, its recording, its events, and the keys that step it
//! - [`browser`]: the page that `show` writes, in a real browser
//! - [`chromium`]: that browser, driven without a port
//! - [`search`]: what is found in the logs, in each form, and how a search ends
//! - [`stream`]: events of logs, once and while they are written, over kills of writer and follower
//! - [`ls`]: which threads are listed, in which order, and what is said of each
//! - [`trees`]: forks and sub-agents below the threads they came out of, and that what each used adds up
//! - [`status`]: what threads are said to be doing
//! - [`resume`]: the line that Codex is given, the thread that is meant, and why some are refused
//! - [`readme`]: what the README shows can be typed as it stands
//! - [`invariants`]: laws that hold for any home, checked with random ones

// What clippy.toml's leave to unwrap in tests looks for.
#![cfg(test)]

mod browser;
mod chromium;
mod cli;
mod damage;
mod explain;
mod files;
mod filters;
mod findings;
mod fork;
mod help;
mod history;
mod invariants;
mod ledger;
mod levels;
mod line;
mod lineage;
mod ls;
mod prices;
mod readme;
mod record;
mod records;
mod replay;
mod reports;
mod resume;
mod rollback;
mod rules;
mod schemas;
mod search;
mod shelve;
mod show;
mod status;
mod story;
mod stream;
mod support;
mod thread;
mod trees;
mod usage;
mod validate;
mod validate_rules;
