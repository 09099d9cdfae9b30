//! Any bytes as one record: the walk accepts what serde_json accepts, and each fault stands where a
//! JSON value begins.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rollout_schema::check::Checker;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

fuzz_target!(|data: &[u8]| {
    match Checker::new(true).check(data) {
        Ok(checked) => {
            assert!(checked.start <= checked.end && checked.end <= data.len());
            // Text that is not UTF-8 is judged, and is no value for others.
            let is_record = std::str::from_utf8(data).is_ok() && checked.is_alone(data);
            for fault in &checked.faults {
                assert!(fault.offset < checked.end);
                let mut value = Deserializer::from_slice(&data[fault.offset..]).into_iter::<IgnoredAny>();
                assert!(!is_record || matches!(value.next(), Some(Ok(IgnoredAny))), "{fault:?}");
            }
        }
        Err(error) => {
            assert!(error.offset <= data.len());
            assert!(serde_json::from_slice::<Value>(data).is_err(), "refused: {error:?}");
        }
    }
});
