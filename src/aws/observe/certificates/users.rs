//! Which of the load balancers that `InUseBy` names for a certificate of the stack are gone: ACM notices late, and what
//! is gone keeps no certificate.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;

use super::{Own, Reader};
use crate::exec::{Clock, ServiceError};

/// Takes those that are gone from `used_by` to `freed_by`. One call, and none where only load balancers in `known` use
/// the certificates. API: DescribeLoadBalancers.
pub async fn part<C: Clock>(
    reader: &Reader<'_, C>,
    account: &str,
    known: &BTreeMap<String, api::LoadBalancer>,
    own: &mut [Own],
) -> Result<(), ServiceError> {
    // ACM also names what AWS runs for others, such as the load balancers of API Gateway, which cannot be looked up.
    let prefix = format!(":elasticloadbalancing:{}:{account}:loadbalancer/", reader.clients.region);
    let can_be_read = |arn: &&String| {
        let tail = arn.split_once(&prefix).map(|(_, tail)| tail);
        tail.is_some_and(|tail| tail.starts_with("app/") || tail.starts_with("net/"))
    };
    let users = own.iter().flat_map(|one| &one.model.used_by);
    let asked: BTreeSet<String> =
        users.filter(can_be_read).filter(|arn| !known.contains_key(*arn)).cloned().collect();
    if asked.is_empty() {
        return Ok(());
    }
    let arns: Vec<String> = asked.iter().cloned().collect();
    let found = reader.load_balancers_by_arn(&arns).await?;
    let there: BTreeSet<&str> = found.iter().filter_map(api::LoadBalancer::load_balancer_arn).collect();
    for one in own {
        let is_gone = |arn: &String| asked.contains(arn) && !there.contains(arn.as_str());
        let (gone, there) = std::mem::take(&mut one.model.used_by).into_iter().partition(is_gone);
        one.model.used_by = there;
        one.model.freed_by = gone;
    }
    Ok(())
}
