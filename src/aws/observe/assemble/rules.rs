//! Rules: whose they are, in their canonical form.

use aws_sdk_elasticloadbalancingv2::types as api;

use super::Assembly;
use crate::kinds::{Resource, listener, rule};
use crate::model::ResourceId;
use crate::model::world::{Stranger, Tags, User};

impl Assembly<'_> {
    pub(super) fn candidate_rule(&mut self, listener: &str, one: &api::Rule) {
        let model = rule::aws::from_api(one, "", &self.keys, Tags::new());
        if let (Some(arn), Some(model)) = (one.rule_arn(), model) {
            self.candidate(Resource::Rule(model), arn, Some(listener));
        }
    }

    /// What the rules of a listener are before anything is written.
    pub(super) fn list_rules(&mut self, listener: &str) {
        let rules = self.snapshot.rules.get(listener).map(Vec::as_slice).unwrap_or_default();
        self.live.rules.insert(listener.to_owned(), rule::aws::list(rules));
    }

    /// The rules of a listener; those of a strange listener go with it, unless they are ours.
    pub(super) fn rules(&mut self, parent: Option<&ResourceId>, listener_arn: &str) {
        let snapshot = self.snapshot;
        for one in snapshot.rules.get(listener_arn).into_iter().flatten() {
            let (Some(arn), Some(priority)) = (one.rule_arn(), rule::aws::priority(one)) else { continue };
            let id = self.owned(arn, rule::KIND);
            let listener = parent.map(ResourceId::key).or_else(|| {
                let key = id.as_ref()?.key();
                Some(key.split_once('/').map_or(key, |(listener, _)| listener))
            });
            if id.is_none() {
                self.candidate_rule(listener_arn, one);
            }
            let Some(listener) = listener else {
                let what = format!("the rule of priority {priority} on a listener that is not in the spec");
                self.lend(one.actions(), &User { what, arn: listener_arn.to_owned() });
                continue;
            };
            let tags = id.as_ref().map(|id| self.comparable(id, arn)).unwrap_or_default();
            let apart = rule::aws::from_api(one, listener, &self.single, tags.clone()).map(Resource::Rule);
            let Some(model) = rule::aws::from_api(one, listener, &self.keys, tags) else { continue };
            match id {
                Some(id) => {
                    let resource = Resource::Rule(model);
                    self.keep_apart(&id, &resource, apart);
                    self.claim(&id, arn, resource);
                }
                None => {
                    let what = format!("the rule of priority {priority} on {listener}");
                    self.lend(one.actions(), &User { what, arn: arn.to_owned() });
                    self.live.strangers.push(Stranger {
                        kind: rule::KIND,
                        arn: arn.to_owned(),
                        parent: listener::id(listener),
                        number: priority,
                        name: self.name(arn),
                        summary: model.describe(),
                    });
                    self.live.strange.insert(arn.to_owned(), Resource::Rule(model));
                }
            }
        }
    }
}
