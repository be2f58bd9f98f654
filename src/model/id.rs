//! The identity of a resource: its kind and its key in the spec.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `KIND/KEY`, such as `rule/https/users`; the load balancer, of which a stack has one, is `load_balancer`.
///
/// The same text stands in plans, progress lines, errors, JSON and the tag `albctl:id`. It comes from the
/// key in the spec, never from an AWS name, a priority or an ARN, so that it survives changes of all three.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(String);

impl ResourceId {
    /// The identity of the resource of `kind` that the spec calls `key`; an empty key for the only one of its kind.
    pub fn new(kind: &str, key: &str) -> Self {
        if key.is_empty() { Self(kind.to_owned()) } else { Self(format!("{kind}/{key}")) }
    }

    /// Reads the text of an `albctl:id` tag.
    pub fn from_tag(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The kind: all before the first `/`.
    pub fn kind(&self) -> &str {
        self.0.split_once('/').map_or(self.0.as_str(), |(kind, _)| kind)
    }

    /// The key in the spec: all after the first `/`, empty for the load balancer.
    pub fn key(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, key)| key)
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceId;

    #[test]
    fn kind_and_key_are_split_at_the_first_slash() {
        let id = ResourceId::new("rule", "https/users");
        assert_eq!((id.kind(), id.key(), id.as_str()), ("rule", "https/users", "rule/https/users"));
        let id = ResourceId::new("load_balancer", "");
        assert_eq!((id.kind(), id.key(), id.as_str()), ("load_balancer", "", "load_balancer"));
    }
}
