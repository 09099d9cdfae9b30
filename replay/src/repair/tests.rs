//! Damages and what becomes of them; then the files.

use super::*;
use crate::scan::Silent;
use crate::validate::{Levels, Options as Judging, validate_stream};
use crate::{MAX_LINE, Rule};

const META: &str = r#"{"timestamp":"2026-01-01T00:00:00.000Z","type":"session_meta","payload":{"id":"019d2f10-5a00-7a10-8a10-000000000a01","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/w","originator":"codex","cli_version":"0.140.0"}}"#;
const ITEM: &str = r#"{"timestamp":"2026-01-01T00:00:01.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[]}}"#;
const COUNT: &str =
    r#"{"timestamp":"2026-01-01T00:00:02.000Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#;
const TORN: &str = r#"{"timestamp":"2026-01-01T00:00:03.000Z","type":"response_item","payload":{"type":"mess"#;

const DROP: Options = Options { torn_tail: TornTail::Drop, renumber: false };
const CLOSE: Options = Options { torn_tail: TornTail::Close, renumber: false };

/// Mends `source` and gives the copy. Checks on the way what holds for any source: the changes
/// account for every byte, and mending again changes nothing.
fn mended(source: &[u8], options: Options) -> (Vec<u8>, RepairReport) {
    let (copy, report) = in_memory(source, options);
    let shown = || format!("{:?}\n{:#?}", String::from_utf8_lossy(source), report.changes);
    let (taken, put) = report.changes.iter().fold((0, 0), |(taken, put), change| {
        assert!(change.column > 0 && change.line > 0 && !change.message.is_empty());
        (taken + change.bytes_before, put + change.bytes_after)
    });
    assert_eq!(report.bytes_before, source.len() as u64);
    assert_eq!(report.bytes_after, copy.len() as u64, "{}", shown());
    assert_eq!(report.bytes_before + put, report.bytes_after + taken, "{}", shown());
    assert_eq!(report.changes.is_empty(), copy == source, "{}", shown());

    let (twice, again) = in_memory(&copy, options);
    assert_eq!(again.changes, [], "{}", shown());
    assert_eq!(twice, copy);
    if options.torn_tail == TornTail::Drop {
        assert_eq!(framing(&copy), [], "{}", shown());
    }
    (copy, report)
}

fn in_memory(source: &[u8], options: Options) -> (Vec<u8>, RepairReport) {
    let rollout = RolloutFile::memory("a.jsonl", Box::leak(source.into()));
    let mut report = RepairReport::new(&rollout.path, Path::new("b.jsonl"));
    let copy = mend(&rollout, Vec::new(), options, &Silent, &mut report).unwrap();
    (copy, report)
}

/// What is found in the bytes and lines of a file.
fn framing(bytes: &[u8]) -> Vec<(Rule, u64)> {
    let options = Judging { levels: &Levels::default(), keep: usize::MAX, snippets: true, schema: None };
    let found = validate_stream("a.jsonl", &mut &*bytes, options);
    let last = Rule::Unreadable as usize;
    // A file of which nothing is left is empty.
    found.counts.found().filter(|(rule, _)| *rule as usize <= last && *rule != Rule::EmptyFile).collect()
}

fn check(source: &[u8], options: Options, copy: &[u8], changes: &[&str]) {
    let (got, report) = mended(source, options);
    assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(copy));
    let shown: Vec<String> = report
        .changes
        .iter()
        .map(|change| {
            let (action, count) = (change.action.as_str(), change.count);
            let (before, after) = (change.bytes_before, change.bytes_after);
            format!("{}:{} {action} {} ×{count} {before}→{after}", change.line, change.column, change.rule)
        })
        .collect();
    assert_eq!(shown, changes, "{}", String::from_utf8_lossy(source));
}

fn lines(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

#[test]
fn damages() {
    let whole = lines(&[META, ITEM, COUNT]);
    let text = |parts: &[&str]| parts.concat().into_bytes();
    let torn = TORN.len();
    let glued = ITEM.len() + COUNT.len();
    let split = || format!("2:1 split glued-records ×1 {glued}→{}", glued + 1);
    for (source, changes) in [
        (whole.clone(), vec![]),
        (text(&[META, "\n", ITEM, COUNT, "\n"]), vec![split()]),
        (text(&[META, "\n", ITEM, "\n", TORN, COUNT, "\n"]), vec![format!("3:1 dropped invalid-json ×1 {torn}→0")]),
        (
            text(&[META, "\n", ITEM, TORN, COUNT, "\n"]),
            vec![split(), format!("2:{} dropped invalid-json ×1 {torn}→0", ITEM.len() + 1)],
        ),
        (
            text(&[META, "\n", TORN, "\n", ITEM, "\n", COUNT, "\n"]),
            vec![format!("2:1 dropped invalid-json ×1 {}→0", torn + 1)],
        ),
        (
            text(&[META, "\n\0\0\0\0\n", ITEM, "\n\0\0", COUNT, "\0\n"]),
            vec![
                "2:1 removed nul-bytes ×1 5→0".to_owned(),
                "4:1 removed nul-bytes ×1 2→0".to_owned(),
                format!("4:{} removed nul-bytes ×1 1→0", COUNT.len() + 3),
            ],
        ),
        (
            text(&["\u{FEFF}", META, "\n", ITEM, "\n", COUNT, "\n"]),
            vec!["1:1 removed byte-order-mark ×1 3→0".to_owned()],
        ),
        (
            text(&[META, "\r\n", ITEM, "\r\n", COUNT, "\n"]),
            vec![format!("1:{} removed carriage-return ×2 2→0", META.len() + 1)],
        ),
        (text(&[META, "\n\n", ITEM, "\n \r\n", COUNT, "\n"]), vec!["2:1 removed blank-line ×2 4→0".to_owned()]),
        (
            text(&[META, "\n", ITEM, "\n", COUNT]),
            vec![format!("3:1 closed unterminated-line ×1 {}→{}", COUNT.len(), COUNT.len() + 1)],
        ),
        (text(&[META, "\n", ITEM, "\n", COUNT, "\n", TORN]), vec![format!("4:1 dropped torn-tail ×1 {torn}→0")]),
        (
            text(&[META, "\n", ITEM, "\n", COUNT, TORN]), // the newline stands where the torn record stood
            vec![format!("3:{} dropped torn-tail ×1 {torn}→1", COUNT.len() + 1)],
        ),
        (
            text(&[META, "\n", ITEM, "\n", COUNT, " 12\u{c}\n"]),
            vec![format!("3:{} dropped invalid-json ×1 4→0", COUNT.len() + 2)],
        ),
        (
            text(&[META, "\n", ITEM, "\u{c}\n", COUNT, "\n"]),
            vec![format!("2:{} removed invalid-json ×1 1→0", ITEM.len() + 1)],
        ),
    ] {
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        check(&source, DROP, &whole, &changes);
    }
}

#[test]
fn a_torn_tail_may_stay() {
    let torn = TORN.len();
    let closed = lines(&[META, TORN]);
    check(&closed[..closed.len() - 1], CLOSE, &closed, &[&format!("2:1 closed torn-tail ×1 {torn}→{}", torn + 1)]);
    check(&closed, CLOSE, &closed, &[]);
    check(
        [META, TORN].concat().as_bytes(),
        CLOSE,
        &closed,
        &[&format!("1:{} closed torn-tail ×1 {torn}→{}", META.len() + 1, torn + 2)],
    );
    // It is no tail if anything but blanks and NUL bytes follows.
    check(
        &[&closed, &b"\n\0\0"[..]].concat(),
        CLOSE,
        &closed,
        &["3:1 removed blank-line ×1 1→0", "4:1 removed nul-bytes ×1 2→0"],
    );
    check(
        &[&closed, ITEM.as_bytes(), b"\n"].concat(),
        CLOSE,
        &lines(&[META, ITEM]),
        &[&format!("2:1 dropped invalid-json ×1 {}→0", torn + 1)],
    );
    // Cut within a character.
    check(
        b"{\"a\":1}\n{\"b\":\"\xE2\x82",
        CLOSE,
        "{\"a\":1}\n{\"b\":\"\u{FFFD}\n".as_bytes(),
        &["2:1 closed torn-tail ×1 8→9", "2:7 replaced invalid-utf8 ×1 2→3"],
    );
}

#[test]
fn other_records_stay_as_they_are() {
    let odd = " { \"type\" : \"x\", \"payload\":{\"é\":1e999,\"é\":\"\\ud83d\\ude00\"}} \n[1]\n12\n{\"record_type\":\"state\"}\n";
    check(odd.as_bytes(), DROP, odd.as_bytes(), &[]);
    check(b"", DROP, b"", &[]);
}

#[test]
fn bad_text_is_replaced_and_shown() {
    let (copy, report) = mended(b" {\"a\":\"\xFF\xFEb\"} \n{\"c\":\"\xE2\x82\"}{\"d\":1}\n", DROP);
    assert_eq!(String::from_utf8_lossy(&copy), " {\"a\":\"\u{FFFD}\u{FFFD}b\"} \n{\"c\":\"\u{FFFD}\"}\n{\"d\":1}\n");
    let messages: Vec<_> = report.changes.iter().map(|change| (change.column, change.message.as_str())).collect();
    assert_eq!(
        messages,
        [
            (8, "2 bytes not UTF-8 (ff fe); replaced by U+FFFD"),
            (1, "2 records on one line; each got its own"),
            (7, "2 bytes not UTF-8 (e2 82); replaced by U+FFFD"),
        ]
    );
}

#[test]
fn what_is_dropped_is_shown() {
    let (_, report) = mended(b"{\"a\":1}\nwhat is \x1b[31mthis\n", DROP);
    assert_eq!(report.changes[0].message, "expected value; dropped 17 bytes: what is \u{FFFD}[31mthis");
}

#[test]
fn records_are_numbered() {
    let renumber = Options { renumber: true, ..DROP };
    let meta = META.replace(r#"0.140.0""#, r#"0.169.0","history_mode":"paginated""#);
    let number = |line: &str, n: u32| line.replace(r#"Z","type""#, &format!(r#"Z","ordinal":{n},"type""#));
    let source = [&number(&meta, 10), "\n", &number(ITEM, 11), ITEM, "\n", &number(COUNT, 9), "\n", TORN].concat();
    let copy = [number(&meta, 10), number(ITEM, 11), number(ITEM, 12), number(COUNT, 13)];
    let glued = number(ITEM, 11).len() + ITEM.len();
    let missing = number(ITEM, 11).len() + 1 + ITEM.find(",\"type").unwrap();
    check(
        source.as_bytes(),
        renumber,
        &lines(&copy.each_ref().map(String::as_str)),
        &[
            &format!("2:1 split glued-records ×1 {glued}→{}", glued + 1),
            &format!("2:{missing} inserted ordinal-missing ×1 0→13"),
            "3:51 renumbered ordinal-gap ×1 1→2",
            &format!("4:1 dropped torn-tail ×1 {}→0", TORN.len()),
        ],
    );
}

#[test]
fn any_mixture_of_damages_is_mended() {
    let bits: [&[u8]; 16] = [
        META.as_bytes(),
        ITEM.as_bytes(),
        COUNT.as_bytes(),
        TORN.as_bytes(),
        b"\n",
        b"\n",
        b"\r\n",
        b"\0\0\0",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b" ",
        b"}}",
        b"\"",
        b"{\"record_type\":\"state\"}",
        b"7",
        b"\x0C",
    ];
    // A linear congruential generator: the same mixtures on every run.
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..1000 {
        let source: Vec<u8> = (0..random(12)).flat_map(|_| bits[random(bits.len())]).copied().collect();
        for torn_tail in [TornTail::Drop, TornTail::Close] {
            for renumber in [false, true] {
                mended(&source, Options { torn_tail, renumber });
            }
        }
    }
}

#[test]
fn compressed_files_are_read_and_written() {
    let dir = tempfile::tempdir().unwrap();
    let [from, plain, packed] = ["a.jsonl.zst", "b.jsonl", "c.jsonl.zst"].map(|name| dir.path().join(name));
    let source = [META, ITEM, "\n"].concat();
    fs_err::write(&from, zstd::encode_all(source.as_bytes(), 1).unwrap()).unwrap();
    repair(&from, &plain, DROP, &Silent).unwrap();
    #[cfg(unix)]
    fs_err::set_permissions(&from, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
    let report = repair(&from, &packed, DROP, &Silent).unwrap();
    #[cfg(unix)]
    assert_eq!(mode(&packed), 0o644);
    let want = lines(&[META, ITEM]);
    assert_eq!(fs_err::read(&plain).unwrap(), want);
    assert_eq!(zstd::decode_all(&fs_err::read(&packed).unwrap()[..]).unwrap(), want);
    assert_eq!(zstd::decode_all(&fs_err::read(&from).unwrap()[..]).unwrap(), source.as_bytes());
    assert_eq!((report.bytes_before, report.bytes_after), (source.len() as u64, want.len() as u64));
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs_err::metadata(path).unwrap().permissions()) & 0o777
}

#[test]
fn nothing_is_written_where_that_would_lose_something() {
    let dir = tempfile::tempdir().unwrap();
    let [from, out, folder] = ["a.jsonl", "b.jsonl", "missing/b.jsonl"].map(|name| dir.path().join(name));
    let refused = |from: &Path, out: &Path| repair(from, out, DROP, &Silent).unwrap_err().to_string();
    fs_err::write(&from, TORN).unwrap();
    assert!(refused(&from, &from).ends_with("a.jsonl exists already"));
    assert!(refused(dir.path(), &out).ends_with("is not a file"));
    assert!(refused(&from, &folder).starts_with("cannot write"));
    assert!(refused(&out, &folder).contains("b.jsonl"));

    fs_err::write(&from, [vec![b' '; MAX_LINE + 1], b"{}\n".to_vec()].concat()).unwrap();
    assert!(refused(&from, &out).ends_with("a.jsonl:1: the line is longer than 32 MiB"));

    let packed = zstd::encode_all(&META.as_bytes().repeat(1000)[..], 1).unwrap();
    let cut = dir.path().join("cut.jsonl.zst");
    fs_err::write(&cut, &packed[..packed.len() - 9]).unwrap();
    assert!(refused(&cut, &out).starts_with("cannot decompress"));

    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", &out).unwrap();
        assert!(refused(&from, &out).ends_with("exists already"));
        fs_err::remove_file(&out).unwrap();
    }
    let mut left: Vec<_> = fs_err::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.jsonl", "cut.jsonl.zst"]);
}
