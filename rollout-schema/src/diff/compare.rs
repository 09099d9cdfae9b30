//! The walk over two schemas side by side, the shallowest places first.
//!
//! It refuses to do: visiting the same pair of definitions twice. That ends the walk of recursive
//! schemas, and has each change reported once.

use std::collections::{BTreeSet, HashSet, VecDeque};

use serde_json::Value;

use super::alternative::{Alternative, Identity, Kind, Node, identity_of};
use super::facets::{Bound, bounds, may_refuse, texts};
use super::resolve::Site;
use super::{Change, ChangeKind};

/// What has been compared of a pair of definitions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Whether `null` is accepted, old and new.
    Null(bool, bool),
    /// Types and listed values.
    Site,
    /// The alternatives for one type.
    Plain(Kind),
    /// One alternative with another.
    Pair(Kind),
}

/// A comparison that is going on.
pub(super) struct Walk<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    changes: Vec<Change>,
    seen: HashSet<(Part, Identity, Identity)>,
    queue: VecDeque<(String, Node<'a>, Node<'a>)>,
    /// Whether this walk only finds out what another one should say. Such a walk starts no more.
    trial: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value) -> Self {
        Self { old, new, changes: Vec::new(), seen: HashSet::new(), queue: VecDeque::new(), trial: false }
    }

    pub(super) fn run(mut self) -> Vec<Change> {
        self.queue.push_back((String::new(), vec![self.old], vec![self.new]));
        self.drain();
        self.changes.sort_unstable();
        self.changes.dedup();
        self.changes
    }

    fn drain(&mut self) {
        while let Some((at, old, new)) = self.queue.pop_front() {
            let (old, new) = (Site::new(self.old, &old), Site::new(self.new, &new));
            self.site(&at, &old, &new);
        }
    }

    /// What a comparison would find, without reporting it. Pessimistic inside of another one, so
    /// that trials do not multiply.
    fn trial(&self, start: impl FnOnce(&mut Self)) -> Outcome {
        if self.trial {
            return Outcome::Breaks;
        }
        let mut walk = Self { trial: true, ..Self::new(self.old, self.new) };
        start(&mut walk);
        walk.drain();
        match walk.changes.as_slice() {
            [] => Outcome::Same,
            changes if changes.iter().any(|change| change.breaking) => Outcome::Breaks,
            _ => Outcome::Extends,
        }
    }

    pub(super) fn first_visit(&mut self, part: Part, old: Identity, new: Identity) -> bool {
        self.seen.insert((part, old, new))
    }

    fn report(&mut self, at: impl Into<String>, kind: ChangeKind, breaking: bool, message: impl Into<String>) {
        self.changes.push(Change { pointer: at.into(), kind, breaking, message: message.into() });
    }

    pub(super) fn added(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.report(at, ChangeKind::Added, false, message);
    }

    pub(super) fn removed(&mut self, at: impl Into<String>, breaking: bool, what: &str) {
        let rest = if breaking { "is gone" } else { "is no longer described, though still accepted" };
        self.report(at, ChangeKind::Removed, breaking, format!("{what} {rest}"));
    }

    pub(super) fn narrowed(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.report(at, ChangeKind::Narrowed, true, message);
    }

    pub(super) fn widened(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.report(at, ChangeKind::Widened, false, message);
    }

    fn site(&mut self, at: &str, old: &Site<'a>, new: &Site<'a>) {
        match (old.any, new.any) {
            (true, true) => return,
            (true, false) => return self.narrowed(at, format!("accepts only {}, not anything", new.words())),
            (false, true) => return self.widened(at, format!("accepts anything, not only {}", old.words())),
            (false, false) => {}
        }
        match (old.accepts_nothing(), new.accepts_nothing()) {
            (true, true) => return,
            (false, true) => return self.narrowed(at, format!("accepts nothing, not even {}", old.words())),
            (true, false) => return self.widened(at, format!("accepts {}, where nothing was", new.words())),
            (false, false) => {}
        }
        let mut lost = Vec::new();
        let mut gained = Vec::new();
        // `null` is apart from the rest: most often it stands at the place, the rest in a definition.
        if old.null != new.null
            && self.first_visit(Part::Null(old.null, new.null), old.identity.clone(), new.identity.clone())
        {
            if old.null { lost.push("null") } else { gained.push("null") }
        }
        // Where nothing but `null` is left on a side, that side does not tell places apart.
        let (was, is) = (old.identity_but_null.clone(), new.identity_but_null.clone());
        let first = was.is_empty() || is.is_empty() || self.first_visit(Part::Site, was, is);
        for kind in Kind::ALL {
            let (olds, news) = (old.plain(kind), new.plain(kind));
            let told_one_by_one = |all: &[Alternative<'_>]| {
                kind == Kind::Object && (all.len() > 1 || all.iter().any(|one| one.only_member().is_some()))
            };
            match (olds.is_empty(), news.is_empty()) {
                (false, false) if kind == Kind::Object => self.objects(at, olds, news),
                (false, false) => self.alternatives(at, kind, olds, news),
                (true, true) => {}
                _ if !first => {}
                _ if told_one_by_one(olds) || told_one_by_one(news) => {
                    self.objects(at, olds, news);
                }
                (true, false) if old.literals(kind).next().is_none() => gained.push(kind.word()),
                (false, true) if new.literals(kind).next().is_none() => lost.push(kind.word()),
                _ => {} // from values to any value or back: see `literals`
            }
            if first {
                self.literals(at, kind, old, new);
            }
        }
        if !lost.is_empty() {
            self.narrowed(at, format!("no longer accepts {}", lost.join(", ")));
        }
        if !gained.is_empty() {
            self.widened(at, format!("accepts {} too", gained.join(", ")));
        }
    }

    fn literals(&mut self, at: &str, kind: Kind, old: &Site<'a>, new: &Site<'a>) {
        let accepts = |site: &Site<'a>, value| site.plain(kind).iter().any(|plain| !may_refuse(plain, kind, value));
        let named = |site: &Site<'a>| site.literals(kind).map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
        let (was_plain, is_plain) = (!old.plain(kind).is_empty(), !new.plain(kind).is_empty());
        let (had, has) = (old.literals(kind).next().is_some(), new.literals(kind).next().is_some());
        let (closed, opened) = (was_plain && !is_plain && has, is_plain && !was_plain && had);
        if closed {
            self.narrowed(at, format!("accepts only {}, not any {}", named(new), kind.word()));
        }
        if opened {
            self.widened(at, format!("accepts any {}, not only {}", kind.word(), named(old)));
        }
        for (text, value) in old.literals(kind).filter(|(text, _)| !new.literals.contains_key(*text)) {
            let accepted = accepts(new, value);
            if !(opened && accepted) {
                self.removed(format!("{at}={}", shown(value)), !accepted, &format!("the value {text}"));
            }
        }
        for (text, value) in new.literals(kind).filter(|(text, _)| !old.literals.contains_key(*text)) {
            if !(closed && accepts(old, value)) {
                self.added(format!("{at}={}", shown(value)), format!("the value {text} is named"));
            }
        }
    }

    /// Compares the alternatives for a type that has no members.
    fn alternatives(&mut self, at: &str, kind: Kind, olds: &[Alternative<'a>], news: &[Alternative<'a>]) {
        if !self.first_visit(Part::Plain(kind), identity_of(olds), identity_of(news)) {
            return;
        }
        if let ([old], [new]) = (olds, news) {
            return self.pair(at, kind, old, new);
        }
        let mut unmatched = Vec::from(news);
        let mut left = Vec::new();
        for old in olds {
            let same = |new: &Alternative<'a>| self.trial(|walk| walk.pair("", kind, old, new)) == Outcome::Same;
            match unmatched.iter().position(same) {
                Some(index) => drop(unmatched.remove(index)),
                None => left.push(old),
            }
        }
        let pairs = left.len().min(unmatched.len());
        for (old, new) in left.iter().zip(&unmatched) {
            self.pair(at, kind, old, new);
        }
        if left.iter().skip(pairs).any(|old| !self.covered(kind, old, news)) {
            self.narrowed(at, format!("an alternative for {} is gone", kind.word()));
        }
        if unmatched.len() > pairs {
            self.widened(at, format!("another alternative for {} is accepted", kind.word()));
        }
    }

    /// Whether one of `news` accepts all that `old` does.
    pub(super) fn covered(&self, kind: Kind, old: &Alternative<'a>, news: &[Alternative<'a>]) -> bool {
        news.iter().any(|new| self.trial(|walk| walk.pair("", kind, old, new)) != Outcome::Breaks)
    }

    fn pair(&mut self, at: &str, kind: Kind, old: &Alternative<'a>, new: &Alternative<'a>) {
        match kind {
            Kind::Object => self.members(at, old, new, &BTreeSet::new()),
            Kind::Array => self.items(at, old, new),
            Kind::Boolean | Kind::Number | Kind::String => self.limits(at, kind, old, new),
        }
    }

    pub(super) fn members(&mut self, at: &str, old: &Alternative<'a>, new: &Alternative<'a>, tags: &BTreeSet<&'a str>) {
        if !self.first_visit(Part::Pair(Kind::Object), old.identity(), new.identity()) {
            return;
        }
        self.limits(at, Kind::Object, old, new);
        let (described, describes) = (old.described(), new.described());
        let (required, requires) = (old.required(), new.required());
        for name in described.union(&describes) {
            let at = format!("{at}/{}", escaped(name));
            let (was, is) = match (old.member(name), new.member(name)) {
                (None, None) => {
                    if requires.contains(name) && !required.contains(name) {
                        self.narrowed(at, "the member is required, and yet refused");
                    }
                    continue;
                }
                (Some(_), None) => {
                    self.removed(at, true, "the member");
                    continue;
                }
                (None, Some(_)) => {
                    // Where it was refused, that it is required breaks no less.
                    let breaking = requires.contains(name);
                    self.report(at, ChangeKind::Added, breaking, member_is_new(breaking));
                    continue;
                }
                (Some(was), Some(is)) => (was, is),
            };
            match (described.contains(name), describes.contains(name)) {
                (true, true) => {
                    match (required.contains(name), requires.contains(name)) {
                        (false, true) => self.narrowed(at.as_str(), "the member is required, no longer optional"),
                        (true, false) => self.widened(at.as_str(), "the member is optional, no longer required"),
                        _ => {}
                    }
                    if !tags.contains(name) {
                        self.queue.push_back((at, was, is)); // of a tag, only one value is meant here
                    }
                }
                (true, false) => {
                    let breaking = !is.is_empty() && self.breaks(was, is);
                    self.removed(at, breaking, "the member");
                }
                _ => {
                    let is_required = requires.contains(name);
                    let breaking = is_required || (!was.is_empty() && self.breaks(was, is));
                    self.report(at, ChangeKind::Added, breaking, member_is_new(is_required));
                }
            }
        }
        match (old.other_members(), new.other_members()) {
            (None, None) => {}
            (Some(_), None) => self.narrowed(at, "members without description are refused"),
            (None, Some(_)) => self.widened(at, "members without description are accepted"),
            (Some(was), Some(is)) => self.queue.push_back((format!("{at}/*"), was, is)),
        }
        let (mut was, is) = (old.patterns(), new.patterns());
        for (pattern, is) in is {
            let was = was.remove(pattern).or_else(|| old.other_members());
            let at = format!("{at}/{{{}}}", escaped(pattern));
            match was {
                Some(was) => self.queue.push_back((at, was, is)),
                None => self.widened(at, "members with such names are accepted"),
            }
        }
        for (pattern, was) in was {
            let at = format!("{at}/{{{}}}", escaped(pattern));
            match new.other_members() {
                Some(is) => self.queue.push_back((at, was, is)),
                None => self.removed(at, true, "the pattern of names"),
            }
        }
    }

    fn breaks(&self, old: Node<'a>, new: Node<'a>) -> bool {
        self.trial(|walk| walk.queue.push_back((String::new(), old, new))) == Outcome::Breaks
    }

    fn items(&mut self, at: &str, old: &Alternative<'a>, new: &Alternative<'a>) {
        if !self.first_visit(Part::Pair(Kind::Array), old.identity(), new.identity()) {
            return;
        }
        self.limits(at, Kind::Array, old, new);
        let leading = old.leading_items().max(new.leading_items());
        for index in (0..leading).map(Some).chain([None]) {
            let at = index.map_or_else(|| format!("{at}[]"), |index| format!("{at}[{index}]"));
            match (old.item(index), new.item(index)) {
                (None, None) => {}
                (Some(_), None) => self.narrowed(at, "such items are refused"),
                (None, Some(_)) => self.widened(at, "such items are accepted"),
                (Some(was), Some(is)) => self.queue.push_back((at, was, is)),
            }
        }
    }

    fn limits(&mut self, at: &str, kind: Kind, old: &Alternative<'a>, new: &Alternative<'a>) {
        if kind == Kind::Number && old.integer() != new.integer() {
            if new.integer() {
                self.narrowed(at, "accepts only whole numbers");
            } else {
                self.widened(at, "accepts any number, not only whole ones");
            }
        }
        for ((name, was), (_, is)) in bounds(old, kind).into_iter().zip(bounds(new, kind)) {
            self.bound(at, name, was, is);
        }
        let (was, is) = (texts(old, kind), texts(new, kind));
        for (keyword, text) in is.difference(&was) {
            self.narrowed(at, format!("demands `{keyword}`: {text}"));
        }
        for (keyword, text) in was.difference(&is) {
            self.widened(at, format!("no longer demands `{keyword}`: {text}"));
        }
    }

    fn bound(&mut self, at: &str, name: &str, was: Option<Bound>, is: Option<Bound>) {
        match (was, is) {
            (None, Some(is)) => self.narrowed(at, format!("`{name}` is {}, was not limited", is.text(name))),
            (Some(was), None) => self.widened(at, format!("`{name}` is not limited, was {}", was.text(name))),
            (Some(was), Some(is)) if was != is => {
                let message = format!("`{name}` is {}, was {}", is.text(name), was.text(name));
                if is > was { self.narrowed(at, message) } else { self.widened(at, message) }
            }
            _ => {}
        }
    }
}

/// What a trial found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Same,
    Extends,
    Breaks,
}

fn member_is_new(required: bool) -> String {
    format!("the {} member is new", if required { "required" } else { "optional" })
}

/// A name as a segment of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A listed value as pointers show it: a string without its quotes.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), escaped)
}
