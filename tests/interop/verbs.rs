//! What `rollout rollback`, `archive`, `unarchive` and `name` do to a thread, and what Codex makes of it in a home
//! where it ran before, so that whatever it keeps beside the rollouts knows the thread as it was.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::app_server::AppServer;
use crate::cell::{Bench, listed, lists};
use crate::codex::Codex;
use crate::home::{Home, thread_started};
use crate::rollout::Rollout;
use crate::sources::{Maker, Source};

/// A home with an editor's thread of two turns, which the editor lists.
fn warm(codex: &Codex) -> anyhow::Result<(Home, String)> {
    let home = Home::new()?;
    let mut app = AppServer::start(&home, codex)?;
    let thread = app.begin(&home)?;
    app.turn(&thread, "First. [[say: One.]]")?;
    app.turn(&thread, "Second. [[shell: echo second]][[say: Two.]]")?;
    ensure!(lists(&mut app, &thread)?, "Codex does not list its own thread");
    app.close()?;
    Ok((home, thread))
}

/// Says what is not tested in a version.
#[expect(clippy::print_stdout, reason = "nobody shall think that it was tested")]
fn not_applicable(codex: &Codex, why: &str) -> anyhow::Result<()> {
    println!("n/a  {}: {why}", codex.version);
    Ok(())
}

/// Does something to the thread, and checks what is promised of every such document.
fn change(home: &Home, args: &[&str]) -> anyhow::Result<Value> {
    let document = Rollout(home).json(&[args, &["--json"]].concat())?;
    ensure!(document["schema_version"] == 1, "{document}");
    Ok(document)
}

/// Whether Codex goes on with a thread if it is told to.
fn goes_on(home: &Home, codex: &Codex, thread: &str) -> anyhow::Result<bool> {
    let run = home.resume(codex, thread, "Still there? [[say: Yes.]]")?;
    Ok(run.code == Some(0) && thread_started(&run.stdout).as_deref() == Some(thread))
}

fn list(home: &Home, codex: &Codex, thread: &str) -> anyhow::Result<Option<Value>> {
    let mut app = AppServer::start(home, codex)?;
    let found = listed(&mut app, thread)?;
    app.close()?;
    Ok(found)
}

/// What is left after the newest turn was dropped, sent by Codex as it stands.
fn drops_a_turn(home: &Home, codex: &Codex, thread: &str) -> anyhow::Result<()> {
    let rollout = Rollout(home);
    let (before, used) = (rollout.history(thread, "end")?, rollout.used()?);
    change(home, &["rollback", thread, "1"])?;
    let after = rollout.history(thread, "end")?;
    ensure!(after.len() < before.len() && before.starts_with(&after), "{} items of {}", after.len(), before.len());
    ensure!(rollout.used()? == used, "usage: {used:?} before, {:?} after", rollout.used()?);
    Bench { home, codex }.resumes(thread, &after)?;
    ensure!(rollout.history(thread, "end")?.starts_with(&after), "the turn came back");
    Ok(())
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn a_rolled_back_thread_goes_on_without_its_last_turn() {
    Codex::in_every_version(|codex| {
        let (home, thread) = warm(codex)?;
        drops_a_turn(&home, codex, &thread).context("a thread of an editor")?;
        let maker = Maker { home: &home, codex };
        let Source::Thread(thread) = maker.plain()? else { unreachable!() };
        drops_a_turn(&home, codex, &thread).context("a thread of exec")
    });
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn an_archived_thread_is_gone_until_it_is_unarchived() {
    Codex::in_every_version(|codex| {
        let (home, thread) = warm(codex)?;
        let history = Rollout(&home).history(&thread, "end")?;
        change(&home, &["archive", &thread])?;
        ensure!(list(&home, codex, &thread)?.is_none(), "Codex lists the archived thread");
        // Some versions go on with a thread that they archived themselves.
        let (theirs, archived) = warm(codex)?;
        let mut app = AppServer::start(&theirs, codex)?;
        app.call("thread/archive", &json!({ "threadId": archived }))?;
        app.close()?;
        let [own, theirs] = [goes_on(&home, codex, &thread)?, goes_on(&theirs, codex, &archived)?];
        ensure!(own == theirs, "Codex went on with what we archived: {own}, with what it archived: {theirs}");
        change(&home, &["unarchive", &thread])?;
        ensure!(list(&home, codex, &thread)?.is_some(), "Codex does not list the unarchived thread");
        Bench { home: &home, codex }.resumes(&thread, &history)
    });
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn a_named_thread_is_known_by_its_name() {
    Codex::in_every_version(|codex| {
        let (home, thread) = warm(codex)?;
        let history = Rollout(&home).history(&thread, "end")?;
        let mut app = AppServer::start(&home, codex)?;
        let has_names = app.knows("thread/name/set")?;
        app.close()?;
        if !has_names {
            return not_applicable(codex, "threads have no names");
        }
        // Early lists hold no names, and the name of a paginated thread stands in Codex' own database.
        let paginated = home.session_meta(&thread)?["history_mode"] == "paginated";
        for name in ["The first name", "The second name"] {
            change(&home, &["name", &thread, name])?;
            let own = Rollout(&home).json(&["ls", "--json"])?;
            ensure!(own.to_string().contains(name), "rollout ls: {own}");
            let found = list(&home, codex, &thread)?.context("not listed")?;
            let listed = found.get("name");
            ensure!(paginated || listed.is_none_or(|listed| listed == name), "Codex lists {listed:?}, not {name}");
            let mark = home.server.mark();
            home.resume(codex, name, "Go on. [[say: Went on.]]")?.well()?;
            Bench { home: &home, codex }.sent(mark, &thread, &history).context("resumed by name")?;
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs real Codex from npm; .ci/run installs it and runs this"]
fn a_reference_outlives_the_archiving_of_its_source() {
    Codex::in_every_version(|codex| {
        let home = Home::new()?;
        let Source::Thread(source) = (Maker { home: &home, codex }).plain()? else { unreachable!() };
        if home.session_meta(&source)?["history_mode"] != "paginated" {
            return not_applicable(codex, "its threads are not paginated");
        }
        let fork = Rollout(&home).fork(&source, "end", &["--by-reference"])?.thread_id;
        let history = Rollout(&home).history(&fork, "end")?;
        change(&home, &["archive", &source])?;
        ensure!(Rollout(&home).history(&fork, "end")? == history, "the fork's history changed");
        Bench { home: &home, codex }.resumes(&fork, &history)
    });
}
