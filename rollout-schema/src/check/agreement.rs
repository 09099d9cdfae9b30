//! The walk finds what a complete JSON Schema validator finds, at the place where it is.

use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;

use super::*;
use crate::sample::{SCHEMA, Sampler};

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| jsonschema::validator_for(&SCHEMA).unwrap());

fn faults(text: &str) -> Vec<Fault> {
    let checked = Checker::default().check(text.as_bytes()).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    // A line made of several eras fits the schema, which describes them all.
    if checked.mixes_versions { Vec::new() } else { checked.faults }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn agrees_with_a_complete_validator(seed in any::<u64>()) {
        let mut sampler = Sampler::new(seed);
        let valid = sampler.line();
        prop_assert!(VALIDATOR.is_valid(&valid), "{valid}");
        prop_assert_eq!(faults(&valid.to_string()), vec![]);
        let mutant = sampler.mutate(&valid);
        let ours = faults(&mutant.to_string());
        prop_assert_eq!(ours.is_empty(), VALIDATOR.is_valid(&mutant), "{} {:?}", mutant, ours);
    }
}

#[test]
fn a_fault_stands_at_its_place_and_names_the_versions_that_mind() {
    let check = |text: &str, want: &[(&str, usize, &str, &str)]| {
        let got = faults(text);
        let got: Vec<_> = got.iter().map(|f| (&*f.pointer, f.offset, &*f.message, f.minded.to_string())).collect();
        let want: Vec<_> = want.iter().map(|(p, o, m, v)| (*p, *o, *m, (*v).to_owned())).collect();
        assert_eq!(got, want, "{text}");
    };
    check(
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"token_cuont","info":null}}"#,
        &[("/payload/type", 54, "unknown kind `token_cuont`; did you mean `token_count`?", "every version")],
    );
    check(
        r#"{"timestamp":"t","type":"event_msg","paylod":{}}"#,
        &[("", 0, "missing member `payload`; is it `paylod`?", "every version")],
    );
    check(
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":-1}}"#,
        &[("/payload/num_turns", 87, "expected a number from 0, found `-1`", "every version")],
    );
    check(
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":1,"cached_input_tokens":0,"output_tokens":1,"reasoning_output_tokens":0,"total_tokens":2,"cache_write_input_tokens":"no"},"last_token_usage":7}}}"#,
        &[
            (
                "/payload/info/total_token_usage/cache_write_input_tokens",
                228,
                "expected a whole number, found `\"no\"`",
                "0.145 to 0.169",
            ),
            ("/payload/info/last_token_usage", 253, "expected an object, found `7`", "every version"),
        ],
    );
    check("[1]", &[("", 0, "expected an object", "every version")]);
}

#[test]
fn a_line_that_some_version_reads_is_not_unreadable() {
    let check = |text: &str, unreadable: bool| {
        let checked = Checker::default().check(text.as_bytes()).unwrap();
        assert_eq!(checked.is_unreadable(), unreadable, "{text} {:?}", checked.rejected);
    };
    // `summary` may be missing since 0.162, `permission_profile` must be there since 0.169.
    let context = |more: &str| {
        let head =
            r#"{"timestamp":"t","type":"turn_context","payload":{"cwd":"/w","approval_policy":"never","model":"m""#;
        format!("{head}{more}}}}}")
    };
    check(&context(r#","summary":"auto""#), true);
    check(&context(r#","summary":"auto","sandbox_policy":{"type":"read-only"}"#), false);
    check(&context(r#","permission_profile":{"type":"disabled"}"#), false);
    check(&context(""), true);
}

#[test]
fn what_no_version_reads_is_told_even_if_each_part_is_read_by_some() {
    let text =
        r#"{"timestamp":"t","type":"turn_context","payload":{"cwd":"/w","approval_policy":"never","model":"m"}}"#;
    let checked = Checker::default().check(text.as_bytes()).unwrap();
    let told: Vec<_> = checked.faults.iter().map(|fault| (&*fault.message, fault.minded.to_string())).collect();
    let missing = |name: &str, versions: &str| (format!("missing member `{name}`"), versions.to_owned());
    let want = [
        missing("permission_profile", "0.169"),
        missing("sandbox_policy", "up to 0.166"),
        missing("summary", "up to 0.161"),
    ];
    assert_eq!(told, want.iter().map(|(message, versions)| (&**message, versions.clone())).collect::<Vec<_>>());
    assert!(checked.mixes_versions);
}

/// The walk remembers the members it has seen in the bits of one number.
#[test]
fn no_object_has_too_many_members() {
    let most = SCHEMA["$defs"]
        .as_object()
        .unwrap()
        .values()
        .map(|shape| shape["properties"].as_object().map_or(0, serde_json::Map::len));
    assert!(most.max().unwrap() < 100);
}
