//! The permission that a group of type lambda needs: load balancers may invoke its function.
//!
//! API: AddPermission and RemovePermission of Lambda; user guide, "Lambda functions as targets".

use serde::{Deserialize, Serialize};

use super::model::TargetGroup;
use crate::kinds::tagging::ownership;
use crate::model::world::Tags;

/// The operation that gives it.
pub const ADD: &str = "AddPermission";

/// The operation that takes it away.
pub const REMOVE: &str = "RemovePermission";

/// Who invokes functions behind a load balancer.
pub const PRINCIPAL: &str = "elasticloadbalancing.amazonaws.com";

/// What the principal may do.
pub const ACTION: &str = "lambda:InvokeFunction";

/// A statement of ours in the policy of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// The function's ARN, with alias or version: each of these has a policy of its own.
    pub function: String,
    /// The statement's id.
    pub statement: String,
    /// The account of the load balancer: 12 digits.
    pub account: String,
}

/// The tag by which the function of a group is found again, whether it is registered or not; none for a group without a
/// function.
pub fn memory(group: &TargetGroup) -> Tags {
    group.function.iter().map(|function| (ownership::FUNCTION.to_owned(), function.clone())).collect()
}

/// The statement for a group; none for a group without a function. Its id comes from the group's AWS name, which no
/// other group of account and region has, so that it is found again without being remembered anywhere.
pub fn of(group: &TargetGroup, account: &str) -> Option<Permission> {
    Some(Permission {
        function: group.function.clone()?,
        statement: format!("albctl-{}", group.name),
        account: account.to_owned(),
    })
}
