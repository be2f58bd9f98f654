//! CreateRule, DescribeRules, ModifyRule, DeleteRule.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{self, Place};
use super::tags::{self, Tag};
use super::{Ctx, arn, conditions, paging, transforms};
use crate::services::refuse;
use crate::state::elbv2::{Action, Condition, Transform};
use crate::state::ids::IdKind;
use crate::state::{Listener, Rule, Tags, quota};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateRule {
    listener_arn: String,
    conditions: Vec<Condition>,
    priority: u32,
    actions: Vec<Action>,
    tags: Option<Vec<Tag>>,
    transforms: Option<Vec<Transform>>,
}

pub(super) fn create(ctx: &mut Ctx<'_>, input: CreateRule) -> Result<Value, ApiError> {
    let listener_arn = input.listener_arn;
    let listener = ctx.get::<Listener>(&listener_arn)?;
    let load_balancer = arn::load_balancer_of(&listener_arn);
    check_priority(input.priority)?;
    let conditions = conditions::normalise(ctx, input.conditions)?;
    let (protocol, port) = (listener.protocol, listener.port);
    let place = Place { load_balancer: &load_balancer, protocol, port, replaced: None };
    let actions = actions::normalise(ctx, &place, input.actions)?;
    let transforms = transforms::check(input.transforms.unwrap_or_default())?;
    let tags = tags::check_new(ctx, input.tags)?;
    // CreateRule, API: PriorityInUse.
    let taken =
        ctx.resources().rules_of(&listener_arn).any(|(_, rule)| rule.priority == Some(input.priority));
    refuse(taken, || priority_in_use(input.priority))?;
    check_count(ctx, &load_balancer)?;
    let arn = arn::rule_prefix(&listener_arn) + &ctx.state.ids.next(IdKind::Rule);
    let rule = Rule {
        priority: Some(input.priority),
        conditions,
        actions,
        transforms,
        created: ctx.now,
        tags: Tags::new(tags, ctx.now),
    };
    let answer = describe_one(&arn, &rule);
    let now = ctx.now;
    let resources = ctx.resources_mut();
    resources.rules.insert(arn, rule);
    resources.note_attachments(now);
    Ok(json!({ "Rules": [answer] }))
}

/// API model, RulePriority: 1 to 50000.
pub(super) fn check_priority(priority: u32) -> Result<(), ApiError> {
    refuse(!(1..=50_000).contains(&priority), || {
        let constraint = "Member must have value between 1 and 50000";
        ApiError::constraint(&priority.to_string(), "priority", constraint)
    })
}

pub(super) fn priority_in_use(priority: u32) -> ApiError {
    ApiError::new("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

/// CreateRule, API: TooManyRules. The quota is per load balancer over all listeners, default rules not counted.
fn check_count(ctx: &Ctx<'_>, load_balancer: &str) -> Result<(), ApiError> {
    let rules = ctx.resources().rules_of_load_balancer(load_balancer);
    let count = rules.filter(|(_, rule)| rule.priority.is_some()).count();
    let most = ctx.state.quota(quota::RULES);
    refuse(count >= most, || {
        let message = format!("The maximum number of rules per load balancer has been reached ({most})");
        ApiError::new("TooManyRules", message)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeRules {
    listener_arn: Option<String>,
    rule_arns: Option<Vec<String>>,
    marker: Option<String>,
    page_size: Option<u32>,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeRules) -> Result<Value, ApiError> {
    let arns = input.rule_arns.unwrap_or_default();
    // DescribeRules: "You must specify either a listener or rules."
    refuse(input.listener_arn.is_some() != arns.is_empty(), || {
        ApiError::validation("You must specify either listener rule ARNs or a listener ARN")
    })?;
    let found: Vec<Value> = if let Some(listener) = &input.listener_arn {
        ctx.see::<Listener>(listener)?;
        let rules = ctx.resources().rules_of(listener).filter(|(_, rule)| ctx.sees(rule.created));
        let mut rules: Vec<_> = rules.collect();
        // By priority; the default rule, which has none, is last.
        rules.sort_by_key(|(_, rule)| rule.priority.unwrap_or(u32::MAX));
        rules.into_iter().map(|(arn, rule)| describe_one(arn, rule)).collect()
    } else {
        let one = |arn: &String| ctx.see(arn).map(|rule| describe_one(arn, rule));
        arns.iter().map(one).collect::<Result<_, _>>()?
    };
    paging::page("Rules", found, input.marker.as_deref(), input.page_size)
}

/// Rule. `Priority` is text: a number or `default`.
pub(super) fn describe_one(arn: &str, rule: &Rule) -> Value {
    let priority = rule.priority.map_or_else(|| "default".to_owned(), |p| p.to_string());
    json!({
        "RuleArn": arn,
        "Priority": priority,
        "Conditions": rule.conditions,
        "Actions": rule.actions,
        "IsDefault": rule.priority.is_none(),
        "Transforms": rule.transforms,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyRule {
    rule_arn: String,
    conditions: Option<Vec<Condition>>,
    actions: Option<Vec<Action>>,
    transforms: Option<Vec<Transform>>,
    reset_transforms: Option<bool>,
}

/// ModifyRule: "Any properties that you do not specify are unchanged"; an empty list is not specified.
pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyRule) -> Result<Value, ApiError> {
    let arn = input.rule_arn;
    let rule = ctx.get::<Rule>(&arn)?;
    // ModifyRule, API: OperationNotPermitted. The default rule changes by ModifyListener.
    refuse(rule.priority.is_none(), || not_permitted("Default rules cannot be modified"))?;
    let listener_arn = arn::listener_of(&arn);
    let listener = ctx.get::<Listener>(&listener_arn)?;
    let load_balancer = arn::load_balancer_of(&listener_arn);
    let (protocol, port) = (listener.protocol, listener.port);
    let replaced = Some((arn.as_str(), rule.actions.as_slice()));
    let place = Place { load_balancer: &load_balancer, protocol, port, replaced };
    let mut changed = rule.clone();
    if let Some(given) = input.conditions.filter(|list| !list.is_empty()) {
        changed.conditions = conditions::normalise(ctx, given)?;
    }
    if let Some(given) = input.actions.filter(|list| !list.is_empty()) {
        changed.actions = actions::normalise(ctx, &place, given)?;
    }
    let given = input.transforms.filter(|list| !list.is_empty());
    let reset = input.reset_transforms.unwrap_or(false);
    // ModifyRule, `ResetTransforms`: "If you specify ResetTransforms, you can't specify Transforms."
    refuse(reset && given.is_some(), || {
        ApiError::validation("You cannot specify both Transforms and ResetTransforms")
    })?;
    if reset {
        changed.transforms.clear();
    }
    if let Some(given) = given {
        changed.transforms = transforms::check(given)?;
    }
    let answer = describe_one(&arn, &changed);
    *ctx.get_mut::<Rule>(&arn)? = changed;
    let now = ctx.now;
    ctx.resources_mut().note_attachments(now);
    Ok(json!({ "Rules": [answer] }))
}

pub(super) fn not_permitted(message: &str) -> ApiError {
    ApiError::new("OperationNotPermitted", message)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteRule {
    rule_arn: String,
}

pub(super) fn delete(ctx: &mut Ctx<'_>, input: DeleteRule) -> Result<Value, ApiError> {
    let rule = ctx.get::<Rule>(&input.rule_arn)?;
    // DeleteRule: "You can't delete the default rule."
    refuse(rule.priority.is_none(), || not_permitted("Default rules cannot be deleted"))?;
    ctx.forget(&input.rule_arn);
    let now = ctx.now;
    ctx.resources_mut().note_attachments(now);
    Ok(json!({}))
}
