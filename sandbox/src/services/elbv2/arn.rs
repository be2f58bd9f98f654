//! ARNs: which resource they name, and which other resource it belongs to.

use crate::ACCOUNT;
use crate::wire::ApiError;

/// A kind of resource that has tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services) enum Kind {
    LoadBalancer,
    TargetGroup,
    Listener,
    Rule,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::LoadBalancer, Kind::TargetGroup, Kind::Listener, Kind::Rule];

    /// What stands after the account in its ARN.
    fn prefix(self) -> &'static str {
        match self {
            Kind::LoadBalancer => ":loadbalancer/",
            Kind::TargetGroup => ":targetgroup/",
            Kind::Listener => ":listener/",
            Kind::Rule => ":listener-rule/",
        }
    }

    /// The kind that an ARN names, by its form.
    pub(super) fn of(arn: &str) -> Option<Kind> {
        let resource = arn.starts_with("arn:").then_some(arn)?;
        Kind::ALL.into_iter().find(|kind| resource.contains(kind.prefix()))
    }

    /// Refuses what is no ARN of this kind: `ValidationError` "'x' is not a valid listener ARN".
    pub(super) fn check(self, arn: &str) -> Result<(), ApiError> {
        match Kind::of(arn) {
            Some(kind) if kind == self => Ok(()),
            _ => Err(ApiError::validation(format!("'{arn}' is not a valid {} ARN", self.noun()))),
        }
    }

    /// `LoadBalancerNotFound` and its siblings, with the text that AWS uses when a list is asked for.
    pub(super) fn not_found(self) -> ApiError {
        let code = match self {
            Kind::LoadBalancer => "LoadBalancerNotFound",
            Kind::TargetGroup => "TargetGroupNotFound",
            Kind::Listener => "ListenerNotFound",
            Kind::Rule => "RuleNotFound",
        };
        ApiError::new(code, format!("One or more {}s not found", self.noun()))
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::LoadBalancer => "load balancer",
            Kind::TargetGroup => "target group",
            Kind::Listener => "listener",
            Kind::Rule => "rule",
        }
    }
}

pub(super) fn load_balancer(region: &str, name: &str, id: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/{name}/{id}")
}

pub(super) fn target_group(region: &str, name: &str, id: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:targetgroup/{name}/{id}")
}

/// What the ARNs of all listeners of a load balancer begin with.
pub(super) fn listener_prefix(load_balancer: &str) -> String {
    load_balancer.replacen(Kind::LoadBalancer.prefix(), Kind::Listener.prefix(), 1) + "/"
}

/// What the ARNs of all rules of a listener begin with.
pub(super) fn rule_prefix(listener: &str) -> String {
    listener.replacen(Kind::Listener.prefix(), Kind::Rule.prefix(), 1) + "/"
}

/// What the ARNs of all rules of all listeners of a load balancer begin with.
pub(super) fn rule_prefix_of_load_balancer(load_balancer: &str) -> String {
    load_balancer.replacen(Kind::LoadBalancer.prefix(), Kind::Rule.prefix(), 1) + "/"
}

/// The load balancer of a listener.
pub(crate) fn load_balancer_of(listener: &str) -> String {
    parent(listener).replacen(Kind::Listener.prefix(), Kind::LoadBalancer.prefix(), 1)
}

/// The listener of a rule.
pub(super) fn listener_of(rule: &str) -> String {
    parent(rule).replacen(Kind::Rule.prefix(), Kind::Listener.prefix(), 1)
}

fn parent(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_arns() {
        let lb = load_balancer("r", "n", "1");
        let listener = listener_prefix(&lb) + "2";
        let rule = rule_prefix(&listener) + "3";
        assert_eq!(rule, format!("arn:aws:elasticloadbalancing:r:{ACCOUNT}:listener-rule/app/n/1/2/3"));
        assert_eq!(listener_of(&rule), listener);
        assert_eq!(load_balancer_of(&listener), lb);
        assert!(rule.starts_with(&rule_prefix_of_load_balancer(&lb)));
        assert_eq!(
            [&lb, &listener, &rule].map(|a| Kind::of(a)),
            [Kind::LoadBalancer, Kind::Listener, Kind::Rule].map(Some)
        );
        assert!(Kind::Rule.check(&listener).is_err());
        assert!(Kind::Listener.check("x").is_err());
    }
}
