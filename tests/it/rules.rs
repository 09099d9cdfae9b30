//! The documentation of the rules is what the program says of them.

use std::path::Path;

use replay::Rule;

use crate::support::rollout;

const HEAD: &str = "\
# Rules of rollout validate

An error makes the exit code 1, a warning is listed, and info is only counted; `--deny`, `--warn` and `--allow`, or the
`[validate]` table of `rollout.toml`, change the level of a rule. A fault of one line has the level that stands here if
every Codex version refuses the line for it; if some versions read the line, it is found as `version-dependent`, with
the versions that refuse it.

";

/// `UPDATE_DOCS=1 cargo test --test it rules` writes the file anew.
#[test]
fn the_page_equals_the_table_of_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let made = HEAD.to_owned() + &Rule::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        crate::support::write(&path, made.as_bytes());
    }
    let kept = fs_err::read_to_string(path).unwrap().replace("\r\n", "\n");
    assert!(kept == made, "docs/rules.md is not what the rules say; UPDATE_DOCS=1 writes it anew");
}

#[test]
fn explain_says_what_the_page_says() {
    let all = rollout(&["validate", "--explain"]);
    assert_eq!((all.code, all.stderr.as_str()), (Some(0), ""));
    for rule in Rule::ALL {
        let one = rollout(&["validate", "--explain", rule.id()]);
        assert_eq!((one.code, one.stderr.as_str()), (Some(0), ""));
        let (id, severity, title, why) = (rule.id(), rule.severity(), rule.title(), rule.why());
        assert_eq!(one.stdout, format!("{id} ({severity} by default)\n{title}\n{why}\n"));
        assert!(all.stdout.contains(&one.stdout), "{id}");
    }
    assert_eq!(all.stdout.split("\n\n").count(), Rule::ALL.len());
    assert_eq!(rollout(&["validate", "--explain", "all"]), all);
}

#[test]
fn a_rule_that_is_none_is_an_error_with_a_hint() {
    for args in [["--explain", "glued"], ["--deny", "glued"], ["--warn", "wrong-type,glued"], ["--allow", "glued"]] {
        let outcome = rollout(&[&["validate", "--sample"], &args[..]].concat());
        insta::allow_duplicates!(insta::assert_snapshot!(outcome, @r"
        exit 2
        -- stderr
        error: no rule is named `glued`
        hint: `rollout validate --explain` lists the rules
        "));
    }
}
