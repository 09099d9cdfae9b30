//! How grave each rule is: the defaults, and what the user says.

use crate::rule::{Rule, Severity};

/// What is done about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A finding is an error.
    Deny,
    /// A finding is a warning.
    Warn,
    /// There are no findings.
    Allow,
}

/// The level of every rule.
#[derive(Clone, Debug)]
pub struct Levels([Option<Severity>; Rule::ALL.len()]);

impl Default for Levels {
    fn default() -> Self {
        let mut levels = [None; Rule::ALL.len()];
        for rule in Rule::ALL {
            levels[*rule as usize] = Some(rule.severity());
        }
        Self(levels)
    }
}

impl Levels {
    /// Changes the level of one rule.
    pub fn set(&mut self, rule: Rule, level: Level) {
        self.0[rule as usize] = match level {
            Level::Deny => Some(Severity::Error),
            Level::Warn => Some(Severity::Warning),
            Level::Allow => None,
        };
    }

    /// How grave a finding of the rule is, or `None` if it is allowed.
    pub fn of(&self, rule: Rule) -> Option<Severity> {
        self.0[rule as usize]
    }

    /// Whether findings of the rule are listed.
    pub fn lists(&self, rule: Rule) -> bool {
        self.of(rule).is_some_and(|severity| severity > Severity::Info)
    }
}
