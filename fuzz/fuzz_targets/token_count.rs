//! The fast path of `token_count` must agree with the JSON parser wherever it answers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rollout_schema::TokenCountEvent;

fuzz_target!(|data: &[u8]| {
    let line = [data, b"}"].concat();
    let Some(fast) = TokenCountEvent::from_usual_form(&line) else { return };
    let Ok(slow) = serde_json::from_slice::<TokenCountEvent>(data) else { return };
    let slow = slow.info.map(|info| (info.last_token_usage.valid(), info.total_token_usage.valid()));
    assert_eq!(fast.vectors.map(|(last, total)| (Some(last), Some(total))), slow);
});
