//! Rules on the wire. API: CreateRule, ModifyRule, SetRulePriorities, DeleteRule, `Rule`.

mod conditions;
#[cfg(test)]
mod tests;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as api;

use super::condition::Condition;
use super::{Call, Rule};
use crate::aws::error::{classify, incomplete, refused};
use crate::exec::{Outputs, ServiceError};
use crate::kinds::action::{self, Action};
use crate::kinds::tagging;
use crate::model::OutputKey;
use crate::model::world::Tags;

/// Makes one attempt at a call. Deleting what is gone already is done.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(client: &Client, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::CreateRule { listener, priority, when, then, tags } => {
            let answer = client
                .create_rule()
                .listener_arn(listener)
                .priority(number(*priority))
                .set_conditions(Some(encode_conditions(operation, when)?))
                .actions(encode_action(operation, then)?)
                .set_tags(tagging::aws::to_api(tags))
                .send()
                .await
                .map_err(|error| classify(operation, error))?;
            let arn = answer.rules().first().and_then(api::Rule::rule_arn);
            let arn = arn.ok_or_else(|| incomplete(operation, "rule"))?;
            return Ok(Outputs::from([(OutputKey::Arn, arn.to_owned())]));
        }
        Call::ModifyRule { rule, when, then, reset_transforms } => {
            // AWS takes an empty list for "unchanged", as it does none.
            let when = when.as_deref().filter(|when| !when.is_empty());
            let when = when.map(|when| encode_conditions(operation, when)).transpose()?;
            let then = then.as_ref().map(|then| encode_action(operation, then)).transpose()?;
            let request = client
                .modify_rule()
                .rule_arn(rule)
                .set_conditions(when)
                .set_actions(then.map(|action| vec![action]))
                .set_reset_transforms(reset_transforms.then_some(true));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::SetRulePriorities { priorities } => {
            let pair = |(rule, priority): &(String, u32)| {
                api::RulePriorityPair::builder().rule_arn(rule).priority(number(*priority)).build()
            };
            let pairs = priorities.iter().map(pair).collect();
            let request = client.set_rule_priorities().set_rule_priorities(Some(pairs));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::DeleteRule { rule } => {
            match client.delete_rule().rule_arn(rule).send().await.map_err(|error| classify(operation, error))
            {
                Ok(_) => {}
                Err(gone) if gone.is(&["RuleNotFound"]) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Outputs::new())
}

fn encode_conditions(operation: &str, when: &[Condition]) -> Result<Vec<api::RuleCondition>, ServiceError> {
    when.iter()
        .map(|condition| {
            conditions::to_api(condition).ok_or_else(|| {
                refused(operation, format!("albctl cannot write the condition {}", condition.show()))
            })
        })
        .collect()
}

/// The action for a request.
///
/// # Errors
/// It is one that albctl only knows how to show.
pub(crate) fn encode_action(operation: &str, then: &Action<String>) -> Result<api::Action, ServiceError> {
    action::aws::to_api(then).ok_or_else(|| refused(operation, "albctl cannot write this action"))
}

fn number(priority: u32) -> i32 {
    i32::try_from(priority).unwrap_or(i32::MAX)
}

/// The priority of a rule; `None` for the default rule, whose action belongs to the listener.
pub fn priority(rule: &api::Rule) -> Option<u32> {
    if rule.is_default() == Some(true) {
        return None;
    }
    rule.priority().and_then(|text| text.parse().ok())
}

/// The rules in the order of their priorities: the ARN and priority of each but the default rule.
pub fn list(rules: &[api::Rule]) -> Vec<(String, u32)> {
    let one = |rule: &api::Rule| Some((rule.rule_arn()?.to_owned(), priority(rule)?));
    let mut list: Vec<(String, u32)> = rules.iter().filter_map(one).collect();
    list.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    list
}

/// The canonical form of a rule of the listener that the spec calls `listener`; `None` for the default rule.
/// `tags` are those to compare.
pub fn from_api(rule: &api::Rule, listener: &str, keys: &action::aws::GroupKeys, tags: Tags) -> Option<Rule> {
    let model = Rule {
        listener: listener.to_owned(),
        priority: priority(rule)?,
        explicit_priority: false,
        when: rule.conditions().iter().map(conditions::from_api).collect(),
        then: action::aws::from_api(rule.actions(), keys),
        transforms: rule.transforms().iter().map(show_transform).collect(),
        tags,
    };
    Some(model.canonical())
}

/// A transform in a few words: `url-rewrite ^/a/(.*)$ -> /$1`.
fn show_transform(transform: &api::RuleTransform) -> String {
    let urls = transform.url_rewrite_config().map(api::UrlRewriteConfig::rewrites).unwrap_or_default();
    let hosts = transform.host_header_rewrite_config().map(api::HostHeaderRewriteConfig::rewrites);
    let mut text = transform.r#type().map_or("transform", api::TransformTypeEnum::as_str).to_owned();
    for one in urls.iter().chain(hosts.unwrap_or_default()) {
        text.push_str(&format!(
            " {} -> {}",
            one.regex().unwrap_or_default(),
            one.replace().unwrap_or_default()
        ));
    }
    text
}

/// Whether a live rule has the settings that a create call gives; its tags are not looked at.
pub fn made_by(rule: &api::Rule, call: &Call<String>) -> bool {
    match call {
        Call::CreateRule { listener: _, priority, when, then, tags: _ } => {
            let Some(live) = from_api(rule, "", &action::aws::GroupKeys::new(), Tags::new()) else {
                return false;
            };
            live.priority == *priority
                && live.when == super::condition::canonical(when.clone())
                && live.then == action::aws::by_arn(then)
                && live.transforms.is_empty()
        }
        Call::ModifyRule { .. } | Call::SetRulePriorities { .. } | Call::DeleteRule { .. } => false,
    }
}
