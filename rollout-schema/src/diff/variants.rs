//! Alternatives for objects: which variant of the old schema is which of the new one.
//!
//! By the values of a tag, else by the members that a variant requires. It refuses to do: looking
//! at what else a variant holds to find its counterpart.

use std::collections::{BTreeMap, BTreeSet};

use super::alternative::{Alternative, Kind, identity_of};
use super::compare::{Part, Walk, escaped, shown};
use super::resolve::Site;

/// Alternatives for objects of the old schema and of the new one.
type Variants<'a> = (Vec<Alternative<'a>>, Vec<Alternative<'a>>);

impl<'a> Walk<'a> {
    /// Compares the alternatives for objects.
    pub(super) fn objects(&mut self, at: &str, olds: &[Alternative<'a>], news: &[Alternative<'a>]) {
        let both = !olds.is_empty() && !news.is_empty();
        if !both || self.first_visit(Part::Plain(Kind::Object), identity_of(olds), identity_of(news)) {
            self.variants(at, olds, news, &BTreeSet::new());
        }
    }

    /// Compares variants by their tag if they have one. `tags` are the members that chose them so
    /// far.
    fn variants(&mut self, at: &str, olds: &[Alternative<'a>], news: &[Alternative<'a>], tags: &BTreeSet<&'a str>) {
        if let ([old], [new]) = (olds, news) {
            let (old_name, new_name) = (old.only_member(), new.only_member());
            if old_name == new_name || old_name.is_none() || new_name.is_none() {
                return self.members(at, old, new, tags);
            }
        }
        let Some(tag) = self.tag(olds, news, tags) else { return self.untagged(at, olds, news, tags) };
        let mut groups = BTreeMap::<String, Variants<'a>>::new();
        let mut rest = Variants::default();
        for (is_new, one) in olds.iter().map(|one| (false, one)).chain(news.iter().map(|one| (true, one))) {
            let put = |to: &mut Variants<'a>| if is_new { to.1.push(one.clone()) } else { to.0.push(one.clone()) };
            match self.tag_values(is_new, one, tag) {
                Some(values) => values.into_iter().for_each(|value| put(groups.entry(value).or_default())),
                None => put(&mut rest),
            }
        }
        let inner = tags.iter().copied().chain([tag]).collect();
        for (value, (olds, news)) in groups {
            let at = format!("{at}<{tag}={value}>");
            if news.is_empty() {
                let accepted = olds.iter().all(|old| self.covered(Kind::Object, old, &rest.1));
                self.removed(at, !accepted, "the variant");
            } else if olds.is_empty() {
                self.added(at, "the variant is new");
            } else {
                self.variants(&at, &olds, &news, &inner);
            }
        }
        let (olds, news) = rest;
        if !olds.is_empty() || !news.is_empty() {
            self.variants(at, &olds, &news, tags);
        }
    }

    /// The values that member `name` may have in a variant, if they are listed.
    fn tag_values(&self, is_new: bool, variant: &Alternative<'a>, name: &str) -> Option<BTreeSet<String>> {
        if variant.only_member().is_some() || !variant.described().contains(name) {
            return None;
        }
        let site = Site::new(if is_new { self.new } else { self.old }, &variant.member(name)?);
        site.only_literals().then(|| site.literals.values().map(|value| shown(value)).collect())
    }

    /// The member that tells most variants apart. A tag may be optional, where one variant is the
    /// usual one.
    fn tag(&self, olds: &[Alternative<'a>], news: &[Alternative<'a>], tags: &BTreeSet<&'a str>) -> Option<&'a str> {
        let mut candidates = BTreeMap::<&str, Vec<(bool, BTreeSet<String>)>>::new();
        for (is_new, one) in olds.iter().map(|one| (false, one)).chain(news.iter().map(|one| (true, one))) {
            let required = one.required();
            for name in one.described().difference(tags) {
                if let Some(values) = self.tag_values(is_new, one, name) {
                    candidates.entry(name).or_default().push((required.contains(name), values));
                }
            }
        }
        let rank = |(name, variants): (&'a str, Vec<(bool, BTreeSet<String>)>)| {
            let values: BTreeSet<_> = variants.iter().flat_map(|(_, values)| values).collect();
            let required = variants.iter().filter(|(required, _)| *required).count();
            let usual = ["mode", "kind", "type"].iter().position(|usual| *usual == name);
            let tells = values.len() > 1 && variants.iter().any(|(_, values)| values.len() == 1);
            tells.then_some((variants.len(), required, values.len(), usual, name))
        };
        candidates.into_iter().filter_map(rank).max().map(|(.., name)| name)
    }

    /// Compares alternatives for objects by the members that they require.
    fn untagged(&mut self, at: &str, olds: &[Alternative<'a>], news: &[Alternative<'a>], tags: &BTreeSet<&'a str>) {
        let all = || olds.iter().chain(news).map(Alternative::required);
        let everywhere = all().reduce(|one, other| &one & &other).unwrap_or_default();
        let key = |one: &Alternative<'a>| &one.required() - &everywhere;
        let mut unmatched: Vec<_> = news.iter().collect();
        let mut left = Vec::new();
        for old in olds {
            match unmatched.iter().position(|new| key(new) == key(old)) {
                Some(index) => self.members(at, old, unmatched.remove(index), tags),
                None => left.push(old),
            }
        }
        let mut gone = Vec::new();
        for old in left {
            let shared = |new: &Alternative<'a>| key(new).intersection(&key(old)).count();
            let best = (0..unmatched.len()).rev().max_by_key(|index| unmatched.get(*index).map(|new| shared(new)));
            match best.filter(|index| unmatched.get(*index).is_some_and(|new| shared(new) > 0)) {
                Some(index) => self.members(at, old, unmatched.remove(index), tags),
                None => gone.push(old),
            }
        }
        let place = |one: &Alternative<'a>| match (one.only_member(), key(one)) {
            (Some(name), _) => format!("{at}/{}", escaped(name)),
            (None, key) if key.is_empty() => at.to_owned(),
            (None, key) => format!("{at}<{}>", key.into_iter().collect::<Vec<_>>().join(",")),
        };
        for old in gone {
            let breaking = !self.covered(Kind::Object, old, news);
            match place(old) {
                place if place == at && breaking => {
                    let members = old.described().into_iter().take(8).collect::<Vec<_>>().join(", ");
                    self.narrowed(at, format!("an alternative for object is gone, with the members {{{members}}}"));
                }
                place => self.removed(place, breaking, "the variant"),
            }
        }
        for new in unmatched {
            match place(new) {
                place if place == at => self.widened(at, "another alternative for object is accepted"),
                place => self.added(place, "the variant is new"),
            }
        }
    }
}
