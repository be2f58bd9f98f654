//! The calls that read, each answered in the SDK's types. What does not exist is an answer, not an error.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as api;
use aws_sdk_resourcegroupstagging::types::{ResourceTagMapping, TagFilter};
use futures_util::future::try_join_all;

use super::reader::Reader;
use crate::aws::error::{classify, incomplete};
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::tagging::aws::from_api as tags_from_api;
use crate::kinds::tagging::ownership;
use crate::kinds::{listener, load_balancer, target_group};
use crate::model::world::Tags;

/// AWS's largest page. API: `PageSize`.
pub(super) const PAGE: i32 = 400;

/// AWS's largest page of the tagging API. API: `ResourcesPerPage`.
const TAGGING_PAGE: i32 = 100;

/// As many ARNs as one DescribeTags or DescribeLoadBalancers takes.
pub(super) const BATCH: usize = 20;

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// 12 digits.
    pub account: String,
    /// The ARN of the user or of the role's session.
    pub arn: String,
}

/// Attributes by AWS's keys.
pub(super) type Listed = BTreeMap<String, String>;

/// Asks who is calling. API: STS GetCallerIdentity.
///
/// # Errors
/// The call fails for good.
pub async fn identify<C: Clock>(reader: &Reader<'_, C>) -> Result<Identity, ServiceError> {
    const OPERATION: &str = "GetCallerIdentity";
    let answer = reader
        .read(OPERATION, async || {
            let request = reader.clients.sts.get_caller_identity();
            request.send().await.map_err(|error| classify(OPERATION, error))
        })
        .await?;
    Ok(Identity {
        account: answer.account().ok_or_else(|| incomplete(OPERATION, "account"))?.to_owned(),
        arn: answer.arn().unwrap_or_default().to_owned(),
    })
}

/// Turns "it does not exist" into `None`.
fn existing<T>(result: Result<T, ServiceError>) -> Result<Option<T>, ServiceError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl<C: Clock> Reader<'_, C> {
    /// The load balancer of a name. API: DescribeLoadBalancers.
    pub(super) async fn load_balancer_by_name(
        &self,
        name: &str,
    ) -> Result<Vec<api::LoadBalancer>, ServiceError> {
        const OPERATION: &str = "DescribeLoadBalancers";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_load_balancers().names(name);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| answer.load_balancers).unwrap_or_default())
    }

    /// The load balancers of the ARNs that exist. API: DescribeLoadBalancers.
    pub(super) async fn load_balancers_by_arn(
        &self,
        arns: &[String],
    ) -> Result<Vec<api::LoadBalancer>, ServiceError> {
        const OPERATION: &str = "DescribeLoadBalancers";
        self.batches(OPERATION, arns, async |arns| {
            let request = self.clients.elb.describe_load_balancers().set_load_balancer_arns(Some(arns));
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok(answer.load_balancers.unwrap_or_default())
        })
        .await
    }

    /// All load balancers of the region, of every type. API: DescribeLoadBalancers.
    pub(super) async fn all_load_balancers(&self) -> Result<Vec<api::LoadBalancer>, ServiceError> {
        const OPERATION: &str = "DescribeLoadBalancers";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_load_balancers().page_size(PAGE).set_marker(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.load_balancers.unwrap_or_default(), answer.next_marker))
        })
        .await
    }

    /// The target group of an ARN; `None` when it is gone. API: DescribeTargetGroups.
    pub(super) async fn target_group_by_arn(
        &self,
        arn: &str,
    ) -> Result<Option<api::TargetGroup>, ServiceError> {
        const OPERATION: &str = "DescribeTargetGroups";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_target_groups().target_group_arns(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| answer.target_groups?.into_iter().next()))
    }

    /// All target groups of the account: says at once what is attached, orphaned, taken. API: DescribeTargetGroups.
    pub(super) async fn target_groups(&self) -> Result<Vec<api::TargetGroup>, ServiceError> {
        const OPERATION: &str = "DescribeTargetGroups";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_target_groups().page_size(PAGE).set_marker(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.target_groups.unwrap_or_default(), answer.next_marker))
        })
        .await
    }

    /// How many rules a load balancer may have; `None` where it is not allowed to ask. API: DescribeAccountLimits.
    pub(super) async fn rule_quota(&self) -> Result<Option<usize>, ServiceError> {
        const OPERATION: &str = "DescribeAccountLimits";
        let answer = self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_account_limits().page_size(PAGE).set_marker(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.limits.unwrap_or_default(), answer.next_marker))
        });
        let limits = match answer.await {
            Ok(limits) => limits,
            Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
            // Quotas are worth knowing, not worth failing for.
            Err(_) => return Ok(None),
        };
        let rules = limits.iter().find(|limit| limit.name() == Some("rules-per-application-load-balancer"));
        Ok(rules.and_then(|limit| limit.max()).and_then(|max| max.parse().ok()))
    }

    /// The ARNs of what carries the tag of one of the stacks, some of which may be gone. API: GetResources.
    pub(super) async fn nominated(&self, stacks: &[String]) -> Result<Vec<String>, ServiceError> {
        let found = self.resources(stacks, &["elasticloadbalancing", "acm:certificate"]).await?;
        Ok(found.into_iter().filter_map(|one| one.resource_arn).collect())
    }

    /// The tags of what carries the tag of a stack, as they were some time ago. API: GetResources.
    pub(super) async fn tagged(&self, stack: &str) -> Result<BTreeMap<String, Tags>, ServiceError> {
        let found = self.resources(&[stack.to_owned()], &["elasticloadbalancing"]).await?;
        let tags = |one: ResourceTagMapping| {
            let tags = one.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
            Some((one.resource_arn?, tags))
        };
        Ok(found.into_iter().filter_map(tags).collect())
    }

    async fn resources(
        &self,
        stacks: &[String],
        types: &[&str],
    ) -> Result<Vec<ResourceTagMapping>, ServiceError> {
        const OPERATION: &str = "GetResources";
        let filter = TagFilter::builder().key(ownership::STACK).set_values(Some(stacks.to_vec())).build();
        let types: Vec<String> = types.iter().map(|one| (*one).to_owned()).collect();
        self.pages(OPERATION, async |marker| {
            let request = self
                .clients
                .tagging
                .get_resources()
                .tag_filters(filter.clone())
                .set_resource_type_filters(Some(types.clone()))
                .resources_per_page(TAGGING_PAGE)
                .set_pagination_token(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.resource_tag_mapping_list.unwrap_or_default(), answer.pagination_token))
        })
        .await
    }

    /// The listeners of a load balancer; `None` when that is gone. API: DescribeListeners.
    pub(super) async fn listeners(&self, arn: &str) -> Result<Option<Vec<api::Listener>>, ServiceError> {
        const OPERATION: &str = "DescribeListeners";
        let listeners = self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_listeners().load_balancer_arn(arn);
            let answer = request.page_size(PAGE).set_marker(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.listeners.unwrap_or_default(), answer.next_marker))
        });
        existing(listeners.await)
    }

    /// The attributes of a load balancer; `None` when that is gone. API: DescribeLoadBalancerAttributes.
    pub(super) async fn load_balancer_attributes(&self, arn: &str) -> Result<Option<Listed>, ServiceError> {
        const OPERATION: &str = "DescribeLoadBalancerAttributes";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_load_balancer_attributes().load_balancer_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.map(|answer| load_balancer::aws::attributes_from(answer.attributes())))
    }

    /// The rules of a listener, its default rule among them; `None` when that is gone. API: DescribeRules.
    pub(super) async fn rules(&self, listener: &str) -> Result<Option<Vec<api::Rule>>, ServiceError> {
        const OPERATION: &str = "DescribeRules";
        let rules = self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_rules().listener_arn(listener);
            let answer = request.page_size(PAGE).set_marker(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.rules.unwrap_or_default(), answer.next_marker))
        });
        existing(rules.await)
    }

    /// The certificates of a listener; `None` when that is gone. API: DescribeListenerCertificates.
    pub(super) async fn certificates(
        &self,
        listener: &str,
    ) -> Result<Option<Vec<api::Certificate>>, ServiceError> {
        const OPERATION: &str = "DescribeListenerCertificates";
        let certificates = self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_listener_certificates().listener_arn(listener);
            let answer = request.page_size(PAGE).set_marker(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.certificates.unwrap_or_default(), answer.next_marker))
        });
        existing(certificates.await)
    }

    /// The attributes of a listener; `None` when that is gone. API: DescribeListenerAttributes.
    pub(super) async fn listener_attributes(&self, arn: &str) -> Result<Option<Listed>, ServiceError> {
        const OPERATION: &str = "DescribeListenerAttributes";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_listener_attributes().listener_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.map(|answer| listener::aws::attributes_from(answer.attributes())))
    }

    /// The attributes of a target group; `None` when that is gone. API: DescribeTargetGroupAttributes.
    pub(super) async fn group_attributes(&self, arn: &str) -> Result<Option<Listed>, ServiceError> {
        const OPERATION: &str = "DescribeTargetGroupAttributes";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_target_group_attributes().target_group_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.map(|answer| target_group::aws::attributes_from(answer.attributes())))
    }

    /// The targets of a group with their health; `None` when the group is gone. API: DescribeTargetHealth.
    pub(super) async fn health(
        &self,
        group: &str,
    ) -> Result<Option<Vec<api::TargetHealthDescription>>, ServiceError> {
        const OPERATION: &str = "DescribeTargetHealth";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.elb.describe_target_health().target_group_arn(group);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.map(|answer| answer.target_health_descriptions.unwrap_or_default()))
    }

    /// The tags of all that exists among the ARNs. API: DescribeTags.
    pub(super) async fn tags(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>, ServiceError> {
        const OPERATION: &str = "DescribeTags";
        let found = self.batches(OPERATION, arns, async |arns| {
            let request = self.clients.elb.describe_tags().set_resource_arns(Some(arns));
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok(answer.tag_descriptions.unwrap_or_default())
        });
        let entry =
            |one: api::TagDescription| Some((one.resource_arn()?.to_owned(), tags_from_api(one.tags())));
        Ok(found.await?.into_iter().filter_map(entry).collect())
    }

    /// One call for each batch of ARNs, all at once. One dead ARN fails its whole batch, which is then split.
    async fn batches<T>(
        &self,
        operation: &'static str,
        arns: &[String],
        call: impl AsyncFn(Vec<String>) -> Result<Vec<T>, ServiceError>,
    ) -> Result<Vec<T>, ServiceError> {
        let (call, mut found) = (&call, Vec::new());
        let mut batches: Vec<Vec<String>> = arns.chunks(BATCH).map(<[String]>::to_vec).collect();
        while !batches.is_empty() {
            let answers = batches
                .iter()
                .map(async |batch| existing(self.read(operation, async || call(batch.clone()).await).await));
            let answers = try_join_all(answers).await?;
            let mut halves = Vec::new();
            for (batch, answer) in batches.into_iter().zip(answers) {
                match answer {
                    Some(items) => found.extend(items),
                    None if batch.len() > 1 => {
                        halves.extend(batch.chunks(batch.len().div_ceil(2)).map(<[String]>::to_vec));
                    }
                    None => {}
                }
            }
            batches = halves;
        }
        Ok(found)
    }
}
