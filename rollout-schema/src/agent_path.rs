//! Where an agent stands in the tree of agents of one run, such as `/root/tester`.
//!
//! Refuses what is not in its one normal form, and to look anything up: that such an agent exists
//! is not known here. A log may hold other text in its place; the wire types keep that as a string.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The first name of every path, and of no other place in it.
const ROOT: &str = "root";

/// The path of an agent: `/root`, followed by the names of those below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^/root(/(?!root(/|$))[a-z0-9_]+)*$"))]
pub struct AgentPath(Box<str>);

/// Why a text is not the path of an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentPathError {
    /// There is no text.
    #[error("an agent path cannot be empty")]
    Empty,
    /// An absolute path starts elsewhere, or a path that must be absolute is not.
    #[error("an absolute agent path begins with `/root`, not like `{0}`")]
    OutsideRoot(String),
    /// The last character is a slash.
    #[error("nothing follows the last `/` of agent path `{0}`")]
    TrailingSlash(String),
    /// Two slashes follow each other, or a name of no length was given.
    #[error("an agent's name cannot be empty")]
    EmptyName,
    /// A name stands for something else than a child.
    #[error("`{0}` cannot name a child agent")]
    Reserved(String),
    /// A name has a character that names do not have.
    #[error("agent name `{name}` has `{character}`; only a-z, 0-9 and _ may be used")]
    Character {
        /// The name.
        name: String,
        /// The first such character.
        character: char,
    },
}

impl AgentPath {
    /// The path of the main agent.
    pub fn root() -> Self {
        Self(format!("/{ROOT}").into())
    }

    /// Reads an absolute path.
    pub fn parse(path: &str) -> Result<Self, AgentPathError> {
        if path.is_empty() {
            return Err(AgentPathError::Empty);
        }
        let outside = || AgentPathError::OutsideRoot(path.to_owned());
        let below = path.strip_prefix('/').and_then(|path| path.strip_prefix(ROOT)).ok_or_else(outside)?;
        match below.strip_prefix('/') {
            Some(names) => Self::root().resolve_names(path, names),
            None if below.is_empty() => Ok(Self::root()),
            None => Err(outside()),
        }
    }

    /// The path of the child `name`.
    pub fn join(&self, name: &str) -> Result<Self, AgentPathError> {
        check_name(name)?;
        Ok(Self(format!("{self}/{name}").into()))
    }

    /// The agent that this one means by `reference`: an absolute path, or the way down from itself.
    pub fn resolve(&self, reference: &str) -> Result<Self, AgentPathError> {
        if reference.is_empty() || reference.starts_with('/') {
            return Self::parse(reference);
        }
        self.resolve_names(reference, reference)
    }

    /// Goes down by `names`, the end of `written`.
    fn resolve_names(&self, written: &str, names: &str) -> Result<Self, AgentPathError> {
        if names.is_empty() || names.ends_with('/') {
            return Err(AgentPathError::TrailingSlash(written.to_owned()));
        }
        names.split('/').try_for_each(check_name)?;
        Ok(Self(format!("{self}/{names}").into()))
    }

    /// The agent above; the main agent has none.
    pub fn parent(&self) -> Option<Self> {
        let (above, _) = self.0.rsplit_once('/')?;
        (!above.is_empty()).then(|| Self(above.into()))
    }

    /// The last name.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// How many agents are above.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count().saturating_sub(1)
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_name(name: &str) -> Result<(), AgentPathError> {
    if name.is_empty() {
        return Err(AgentPathError::EmptyName);
    }
    // Dots would be refused as characters too; this says why they do not lead upwards.
    if [ROOT, ".", ".."].contains(&name) {
        return Err(AgentPathError::Reserved(name.to_owned()));
    }
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
    match name.chars().find(|c| !allowed(*c)) {
        Some(character) => Err(AgentPathError::Character { name: name.to_owned(), character }),
        None => Ok(()),
    }
}

impl fmt::Display for AgentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AgentPath {
    type Err = AgentPathError;

    fn from_str(path: &str) -> Result<Self, AgentPathError> {
        Self::parse(path)
    }
}

impl TryFrom<String> for AgentPath {
    type Error = AgentPathError;

    fn try_from(path: String) -> Result<Self, AgentPathError> {
        Self::parse(&path)
    }
}

impl From<AgentPath> for String {
    fn from(path: AgentPath) -> Self {
        path.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::AgentPathError::{Character, Empty, EmptyName, OutsideRoot, Reserved, TrailingSlash};
    use super::*;

    fn character(name: &str, character: char) -> AgentPathError {
        Character { name: name.to_owned(), character }
    }

    #[test]
    fn absolute_paths() {
        for path in ["/root", "/root/tester", "/root/a/b_2/_", "/root/0", "/root/rooted", "/root/my_root"] {
            let parsed: AgentPath = path.parse().unwrap();
            assert_eq!((parsed.as_str(), parsed.to_string().as_str()), (path, path));
        }
        let check = |path: &str, error: AgentPathError| assert_eq!(AgentPath::parse(path), Err(error), "{path:?}");
        check("", Empty);
        for path in ["/", "//", "root", "tester", "/tester", "/Root", "/rooted", "/root_2/a", " /root", "./root"] {
            check(path, OutsideRoot(path.to_owned()));
        }
        check("/root/", TrailingSlash("/root/".to_owned()));
        check("/root/a/", TrailingSlash("/root/a/".to_owned()));
        check("/root//a", EmptyName);
        check("/root/a//b", EmptyName);
        check("/root/root", Reserved("root".to_owned()));
        check("/root/a/root/b", Reserved("root".to_owned()));
        check("/root/.", Reserved(".".to_owned()));
        check("/root/a/../b", Reserved("..".to_owned()));
        check("/root/Tester", character("Tester", 'T'));
        check("/root/my-agent", character("my-agent", '-'));
        check("/root/a b", character("a b", ' '));
        check("/root/...", character("...", '.'));
        check("/root/é", character("é", 'é'));
        check("/root/a\n", character("a\n", '\n'));
    }

    #[test]
    fn references() {
        let here = AgentPath::parse("/root/lead").unwrap();
        let check = |reference: &str, expected: Result<&str, AgentPathError>| {
            let resolved = here.resolve(reference);
            assert_eq!(resolved.as_ref().map(AgentPath::as_str), expected.as_ref().copied(), "{reference:?}");
        };
        check("worker", Ok("/root/lead/worker"));
        check("a/b", Ok("/root/lead/a/b"));
        check("/root", Ok("/root"));
        check("/root/other/x", Ok("/root/other/x"));
        check("", Err(Empty));
        check("/", Err(OutsideRoot("/".to_owned())));
        check("/lead", Err(OutsideRoot("/lead".to_owned())));
        check("worker/", Err(TrailingSlash("worker/".to_owned())));
        check("a//b", Err(EmptyName));
        check("root", Err(Reserved("root".to_owned())));
        check("root/a", Err(Reserved("root".to_owned())));
        check(".", Err(Reserved(".".to_owned())));
        check("../other", Err(Reserved("..".to_owned())));
        check("a/../b", Err(Reserved("..".to_owned())));
        check("A", Err(character("A", 'A')));
    }

    #[test]
    fn children() {
        let root = AgentPath::root();
        assert_eq!(root.join("tester").unwrap().as_str(), "/root/tester");
        let check = |name: &str, error: AgentPathError| assert_eq!(root.join(name), Err(error), "{name:?}");
        check("", EmptyName);
        check("root", Reserved("root".to_owned()));
        check("..", Reserved("..".to_owned()));
        check("a/b", character("a/b", '/'));
        check("/root", character("/root", '/'));
        check("a.b", character("a.b", '.'));
    }

    #[test]
    fn the_place_in_the_tree() {
        let check = |path: &str, parent: Option<&str>, name: &str, depth: usize| {
            let path = AgentPath::parse(path).unwrap();
            assert_eq!(path.parent().as_ref().map(AgentPath::as_str), parent, "{path}");
            assert_eq!((path.name(), path.depth()), (name, depth), "{path}");
        };
        check("/root", None, "root", 0);
        check("/root/a", Some("/root"), "a", 1);
        check("/root/a/b", Some("/root/a"), "b", 2);
    }

    #[test]
    fn json_is_a_checked_string() {
        let path: AgentPath = serde_json::from_str(r#""/root/a""#).unwrap();
        assert_eq!(serde_json::to_string(&path).unwrap(), r#""/root/a""#);
        assert!(serde_json::from_str::<AgentPath>(r#""/root/..""#).is_err());
        let schema = schemars::schema_for!(AgentPath).to_value();
        assert_eq!((schema["type"].as_str(), schema["pattern"].is_string()), (Some("string"), true), "{schema}");
    }
}
