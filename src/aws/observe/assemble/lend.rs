//! What is not ours and uses our target groups.

use aws_sdk_elasticloadbalancingv2::types as api;

use super::Assembly;
use crate::kinds::action::aws::GroupKeys;
use crate::kinds::{action, load_balancer};
use crate::model::world::User;

impl Assembly<'_> {
    /// Remembers which of our groups something that is not ours forwards to.
    pub(super) fn lend(&mut self, actions: &[api::Action], user: &User) {
        for one in action::aws::from_api(actions, &GroupKeys::new()).groups() {
            if self.keys.contains_key(&one.group.0) {
                self.live.lent.entry(one.group.0.clone()).or_default().push(user.clone());
            }
        }
    }

    /// Remembers that a load balancer that is not ours, and exists, forwards to one of our groups.
    pub(super) fn lend_elsewhere(&mut self, arn: &str, group: &api::TargetGroup) {
        for balancer in group.load_balancer_arns() {
            let Some(other) = self.snapshot.load_balancers.get(balancer) else { continue };
            let name = other.load_balancer_name().unwrap_or(balancer);
            let taken_over = self.scope.adopt && self.scope.load_balancer_name.as_deref() == Some(name);
            if taken_over || self.owned(balancer, load_balancer::KIND).is_some() {
                continue;
            }
            let user = User { what: format!("load balancer `{name}`"), arn: balancer.clone() };
            self.live.lent.entry(arn.to_owned()).or_default().push(user);
        }
    }
}
