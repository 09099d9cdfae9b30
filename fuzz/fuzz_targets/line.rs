//! Any bytes as one record: the walk accepts what serde_json accepts, and its places lie inside.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rollout_schema::check::{Checker, locate};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let checked = Checker::new(true).check(data);
    let value = serde_json::from_slice::<Value>(data);
    match checked {
        Ok(checked) => {
            assert!(checked.start <= checked.end && checked.end <= data.len());
            for fault in &checked.faults {
                assert!(fault.offset < data.len(), "{fault:?}");
            }
            // A value that holds one name twice keeps the last, so a pointer may lead elsewhere in it.
            let rest = &data[checked.end..];
            if let (true, Ok(value)) = (rest.trim_ascii().is_empty(), &value) {
                for fault in &checked.faults {
                    assert!(value.pointer(&fault.pointer).is_some(), "{fault:?}");
                    assert!(locate(data, &fault.pointer).is_some(), "{fault:?}");
                }
            }
        }
        Err(error) => {
            assert!(error.offset <= data.len());
            assert!(value.is_err(), "refused: {error:?}");
        }
    }
});
