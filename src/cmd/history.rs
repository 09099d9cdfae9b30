//! `rollout history`: what the model sees, at the end of a thread or at any point of it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use anstyle::Style;
use replay::Chain;
use replay::history::{History, Point, PointParseError, Resolved, reconstruct, resolve};
use serde::Deserialize;
use serde_json::json;
use similar::{Algorithm, ChangeTag};

use crate::cli::History as Args;
use crate::error::Hinted;
use crate::show::safe_line;
use crate::table::thousands;
use crate::threads::{self, Selection};
use crate::ui::Ui;

/// Version of the JSON that is printed.
const SCHEMA_VERSION: u32 = 1;

/// Bytes that stand for a token in estimates, as in Codex itself.
const TOKEN: u64 = 4;

pub(crate) fn run(args: &Args, ui: &Ui) -> anyhow::Result<ExitCode> {
    let selection = threads::select(&args.thread, ui)?;
    let chain = threads::whole_chain(&selection)?;
    if let Some(points) = &args.diff
        && let [a, b] = points.as_slice()
    {
        return diff(args, &selection, &chain, [parse(a)?, parse(b)?], ui);
    }
    let point = parse(&args.at)?;
    let (resolved, mut history) = at(&chain, &point)?;
    match (args.stats, args.format.json) {
        (false, true) => print_json(&selection, &chain, &point, &resolved, &mut history, ui)?,
        (false, false) => print_list(&mut history, ui)?,
        (true, as_json) => print_stats(&selection, &point, &mut history, as_json, ui)?,
    }
    threads::remark(&history.problems, ui);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn parse(text: &str) -> anyhow::Result<Point> {
    text.parse().map_err(|error: PointParseError| Hinted::error(error.to_string(), PointParseError::HINT))
}

pub(crate) fn resolved(chain: &Chain, point: &Point) -> anyhow::Result<Resolved> {
    resolve(chain, point).map_err(|error| Hinted::error(error.to_string(), "`rollout show` lists turns and items"))
}

fn at(chain: &Chain, point: &Point) -> anyhow::Result<(Resolved, History)> {
    let resolved = resolved(chain, point)?;
    Ok((resolved, reconstruct(chain, &resolved.cut)?))
}

fn print_json(
    selection: &Selection,
    chain: &Chain,
    point: &Point,
    resolved: &Resolved,
    history: &mut History,
    ui: &Ui,
) -> anyhow::Result<()> {
    let last = resolved.last.map(|place| {
        let path = chain.file(place.segment).map(|file| file.path.display().to_string());
        json!({ "path": path, "line": place.line, "ordinal": place.ordinal })
    });
    let mut out = ui.stdout();
    let (id, point) = (serde_json::to_string(&selection.thread().id)?, serde_json::to_string(&point.to_string())?);
    write!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"thread_id\":{id},\"at\":{point},\"last\":{},", json!(last))?;
    write!(out, "\"items\":[")?;
    let mut between = "\n";
    let mut written = Ok(());
    history.for_each(|item| {
        written = write!(out, "{between}{item}");
        between = ",\n";
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    writeln!(out, "\n],\"problems\":{}}}", serde_json::to_string(&history.problems)?)?;
    Ok(out.flush()?)
}

/// The members by which people tell items apart.
#[derive(Deserialize)]
struct Glance {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Glance {
    fn of(item: &str) -> Self {
        let unknown = || Self { kind: "?".to_owned(), role: None, name: None, rest: serde_json::Map::new() };
        serde_json::from_str(item).unwrap_or_else(|_| unknown())
    }

    /// `message:user`, `function_call`, `reasoning`.
    fn label(&self) -> String {
        match &self.role {
            Some(role) => format!("{}:{role}", self.kind),
            None => self.kind.clone(),
        }
    }

    /// The first words of the item, on one line.
    fn words(&self, width: usize) -> String {
        let text = ["content", "summary", "output", "arguments", "input", "action"].iter().find_map(|member| {
            let text = match self.rest.get(*member)? {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Array(parts) => {
                    parts.iter().filter_map(|part| part.get("text")?.as_str()).collect::<Vec<_>>().join(" ")
                }
                other => other.to_string(),
            };
            (!text.trim().is_empty()).then_some(text)
        });
        let name = self.name.iter().map(String::as_str);
        let text = text.unwrap_or_default();
        let line = name.chain(text.split_whitespace()).collect::<Vec<_>>().join(" ");
        let clean = safe_line(&line);
        match clean.char_indices().nth(width) {
            Some((end, _)) => format!("{}…", &clean[..end]),
            None => clean,
        }
    }
}

fn tokens(item: &str) -> u64 {
    (item.len() as u64).div_ceil(TOKEN)
}

fn print_list(history: &mut History, ui: &Ui) -> anyhow::Result<()> {
    let width = usize::from(ui.width().unwrap_or(120)).saturating_sub(48).max(20);
    let dim = Style::new().dimmed();
    let mut text = String::new();
    let mut number = 0;
    let mut failed = Ok(());
    history.for_each(|item| {
        let glance = Glance::of(item);
        number += 1;
        text += &format!(
            "{dim}{number:>5}{dim:#} {:<24} {dim}{:>8} tokens{dim:#}  {}\n",
            safe_line(&glance.label()),
            thousands(tokens(item)),
            glance.words(width)
        );
        if text.len() > 1 << 16 {
            failed = ui.print(&std::mem::take(&mut text));
        }
        if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    failed?;
    Ok(ui.print(&text)?)
}

fn print_stats(
    selection: &Selection,
    point: &Point,
    history: &mut History,
    as_json: bool,
    ui: &Ui,
) -> anyhow::Result<()> {
    let mut kinds: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    let mut total = [0; 3];
    history.for_each(|item| {
        let sums = kinds.entry(Glance::of(item).label()).or_default();
        for (index, n) in [1, item.len() as u64, tokens(item)].into_iter().enumerate() {
            sums[index] += n;
            total[index] += n;
        }
        ControlFlow::Continue(())
    })?;
    if as_json {
        let row =
            |[items, bytes, tokens]: [u64; 3]| json!({ "items": items, "bytes": bytes, "estimated_tokens": tokens });
        let kinds: BTreeMap<&String, _> = kinds.iter().map(|(kind, sums)| (kind, row(*sums))).collect();
        let document = json!({
            "schema_version": SCHEMA_VERSION, "thread_id": selection.thread().id, "at": point.to_string(),
            "kinds": kinds, "total": row(total),
        });
        return Ok(ui.print_plain(&(serde_json::to_string_pretty(&document)? + "\n"))?);
    }
    let mut text = format!("{:<28} {:>9} {:>14} {:>14}\n", "kind", "items", "bytes", "tokens (est.)");
    for (kind, [items, bytes, tokens]) in
        kinds.iter().map(|(kind, sums)| (kind.as_str(), *sums)).chain([("total", total)])
    {
        text += &format!(
            "{:<28} {:>9} {:>14} {:>14}\n",
            safe_line(kind),
            thousands(items),
            thousands(bytes),
            thousands(tokens)
        );
    }
    Ok(ui.print(&text)?)
}

fn diff(args: &Args, selection: &Selection, chain: &Chain, points: [Point; 2], ui: &Ui) -> anyhow::Result<ExitCode> {
    let [(_, mut old), (_, mut new)] = [at(chain, &points[0])?, at(chain, &points[1])?];
    let (old_items, new_items) = (hashes(&mut old)?, hashes(&mut new)?);
    let operations = similar::capture_diff_slices(Algorithm::Myers, &old_items, &new_items);
    let changes = operations.iter().flat_map(|operation| operation.iter_changes(&old_items, &new_items));
    let mut buffer = Vec::new();
    let (mut kept, mut listed, mut text) = (0, Vec::new(), String::new());
    let keep = |kept: &mut u64, listed: &mut Vec<String>, text: &mut String| {
        if *kept > 0 {
            listed.push(json!({ "op": "keep", "items": *kept }).to_string());
            *text += &format!("  {} items alike\n", thousands(*kept));
            *kept = 0;
        }
    };
    for change in changes {
        let (history, index, name, sign) = match change.tag() {
            ChangeTag::Equal => {
                kept += 1;
                continue;
            }
            ChangeTag::Delete => (&mut old, change.old_index(), "remove", '-'),
            ChangeTag::Insert => (&mut new, change.new_index(), "add", '+'),
        };
        keep(&mut kept, &mut listed, &mut text);
        let Some(item) = history.get(index.unwrap_or_default(), &mut buffer)? else { continue };
        let glance = Glance::of(item);
        text += &format!("{sign} {:<24} {}\n", safe_line(&glance.label()), glance.words(80));
        listed.push(format!("{{\"op\":\"{name}\",\"item\":{item}}}"));
    }
    keep(&mut kept, &mut listed, &mut text);
    if args.format.json {
        let id = serde_json::to_string(&selection.thread().id)?;
        let [from, to] = points.map(|point| json!(point.to_string()));
        let head = format!("{{\"schema_version\":{SCHEMA_VERSION},\"thread_id\":{id},\"from\":{from},\"to\":{to}");
        ui.print_plain(&format!("{head},\"changes\":[\n{}\n]}}\n", listed.join(",\n")))?;
    } else {
        ui.print(&text)?;
    }
    threads::remark(&old.problems, ui);
    Ok(ExitCode::SUCCESS)
}

/// A number for each item, by which equal ones are known.
fn hashes(history: &mut History) -> anyhow::Result<Vec<u64>> {
    let mut hashes = Vec::with_capacity(history.len());
    history.for_each(|item| {
        let mut hasher = DefaultHasher::new();
        item.hash(&mut hasher);
        hashes.push(hasher.finish());
        ControlFlow::Continue(())
    })?;
    Ok(hashes)
}
