//! Service quotas: their names in DescribeAccountLimits and their defaults (user guide, "Quotas for your
//! Application Load Balancers").

use std::collections::BTreeMap;

use super::State;

/// Names of quotas that the sandbox's refusals use.
pub mod quota {
    /// Load balancers in a region.
    pub const LOAD_BALANCERS: &str = "application-load-balancers";
    /// Target groups in a region.
    pub const TARGET_GROUPS: &str = "target-groups";
    /// Listeners of a load balancer.
    pub const LISTENERS: &str = "listeners-per-application-load-balancer";
    /// Rules of a load balancer over all its listeners, default rules not counted.
    pub const RULES: &str = "rules-per-application-load-balancer";
    /// Certificates of a load balancer, default certificates not counted.
    pub const CERTIFICATES: &str = "certificates-per-application-load-balancer";
    /// Different target groups that the rules of a load balancer forward to.
    pub const TARGET_GROUPS_PER_LOAD_BALANCER: &str = "target-groups-per-application-load-balancer";
    /// Target groups of one forward action.
    pub const TARGET_GROUPS_PER_ACTION: &str = "target-groups-per-action-on-application-load-balancer";
    /// Targets of a load balancer over all its groups.
    pub const TARGETS_PER_LOAD_BALANCER: &str = "targets-per-application-load-balancer";
    /// Targets of a group.
    pub const TARGETS_PER_GROUP: &str = "targets-per-target-group";
    /// Registrations of one target id over the groups of a load balancer.
    pub const REGISTRATIONS_PER_TARGET: &str = "target-id-registrations-per-application-load-balancer";
    /// Values over all conditions of a rule.
    pub const CONDITION_VALUES: &str = "condition-values-per-alb-rule";
    /// Wildcard characters over all conditions of a rule.
    pub const CONDITION_WILDCARDS: &str = "condition-wildcards-per-alb-rule";
}

const DEFAULTS: &[(&str, u64)] = &[
    (quota::LOAD_BALANCERS, 50),
    (quota::TARGET_GROUPS, 3000),
    (quota::LISTENERS, 50),
    (quota::RULES, 100),
    (quota::CERTIFICATES, 25),
    (quota::TARGET_GROUPS_PER_LOAD_BALANCER, 100),
    (quota::TARGET_GROUPS_PER_ACTION, 5),
    (quota::TARGETS_PER_LOAD_BALANCER, 1000),
    (quota::TARGETS_PER_GROUP, 1000),
    (quota::REGISTRATIONS_PER_TARGET, 1000),
    (quota::CONDITION_VALUES, 5),
    // The guide's page on conditions says 5, its quota table and the account limit 6.
    (quota::CONDITION_WILDCARDS, 6),
    // Limits of other types, which DescribeAccountLimits returns too and clients must skip.
    ("network-load-balancers", 50),
    ("gateway-load-balancers", 100),
    ("geneve-target-groups", 100),
];

pub(super) fn defaults() -> BTreeMap<String, u64> {
    DEFAULTS.iter().map(|(name, max)| ((*name).to_owned(), *max)).collect()
}

impl State {
    /// A quota's value; one that a test removed has its default.
    pub(crate) fn quota(&self, name: &str) -> usize {
        let default = || DEFAULTS.iter().find(|(n, _)| *n == name).map_or(u64::MAX, |(_, max)| *max);
        let max = self.quotas.get(name).copied().unwrap_or_else(default);
        usize::try_from(max).unwrap_or(usize::MAX)
    }
}
