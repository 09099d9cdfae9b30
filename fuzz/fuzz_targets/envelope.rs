//! Any text as a line: what is read is written as the same JSON, and read again as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rollout_schema::check::Checker;
use rollout_schema::wire::RolloutLine;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let parsed = RolloutLine::parse(text);
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    match parsed {
        Ok(line) => {
            let written = serde_json::to_string(&line).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
            assert_eq!(RolloutLine::parse(&written).unwrap(), line);
        }
        // What the types refuse, the walk finds a fault in.
        Err(error) => {
            let checked = Checker::default().check(text.as_bytes()).unwrap();
            assert!(!checked.faults.is_empty(), "{error}");
        }
    }
});
