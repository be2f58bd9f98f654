//! The tags of a resource, and what the tagging API sees of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// Tags by key.
pub type TagMap = BTreeMap<String, String>;

/// The tags of a resource. ELBv2 sees a change at once; GetResources sees it [`State::tagging_lag`] later.
///
/// [`State::tagging_lag`]: crate::State::tagging_lag
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// The tags now.
    pub current: TagMap,
    /// The last change that GetResources may not see yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) change: Option<Change>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    at: Millis,
    /// What GetResources saw before; None is nothing: the resource was never tagged.
    before: Option<TagMap>,
}

impl Tags {
    /// The tags of a new resource.
    pub(crate) fn new(tags: TagMap, now: Millis) -> Self {
        let change = (!tags.is_empty()).then_some(Change { at: now, before: None });
        Tags { current: tags, change }
    }

    /// Changes the tags; `lag` is the time that GetResources takes to see it.
    pub(crate) fn change(&mut self, now: Millis, lag: Millis, edit: impl FnOnce(&mut TagMap)) {
        let before = self.seen(now, lag).cloned();
        edit(&mut self.current);
        self.change = Some(Change { at: now, before });
    }

    /// What GetResources sees; None for a resource that, as far as it knows, was never tagged.
    /// One that lost its last tag is still returned (GetResources: "tagged or previously tagged").
    pub(crate) fn seen(&self, now: Millis, lag: Millis) -> Option<&TagMap> {
        match &self.change {
            None => None,
            Some(change) if now < change.at.saturating_add(lag) => change.before.as_ref(),
            Some(_) => Some(&self.current),
        }
    }
}
