//! SetRulePriorities.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::rules::{check_priority, describe_one, not_permitted, priority_in_use};
use super::{Ctx, arn};
use crate::services::refuse;
use crate::state::Rule;
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetRulePriorities {
    rule_priorities: Vec<RulePriorityPair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RulePriorityPair {
    rule_arn: Option<String>,
    priority: Option<u32>,
}

/// SetRulePriorities: "You can reorder the rules as long as there are no priority conflicts in the new order. Any
/// existing rules that you do not specify retain their current priority." All or nothing.
pub(super) fn set(ctx: &mut Ctx<'_>, input: SetRulePriorities) -> Result<Value, ApiError> {
    let wanted = read(ctx, input.rule_priorities)?;
    check_conflicts(ctx, &wanted)?;
    let mut answers = Vec::new();
    for (arn, priority) in &wanted {
        let rule = ctx.get_mut::<Rule>(arn)?;
        rule.priority = Some(*priority);
        answers.push(describe_one(arn, rule));
    }
    Ok(json!({ "Rules": answers }))
}

fn read(ctx: &Ctx<'_>, pairs: Vec<RulePriorityPair>) -> Result<BTreeMap<String, u32>, ApiError> {
    refuse(pairs.is_empty(), || ApiError::validation("At least one rule priority must be specified"))?;
    let mut wanted = BTreeMap::new();
    for RulePriorityPair { rule_arn, priority } in pairs {
        let arn = rule_arn.ok_or_else(|| ApiError::validation("A rule ARN must be specified"))?;
        let priority = priority.ok_or_else(|| ApiError::validation("A priority must be specified"))?;
        check_priority(priority)?;
        // SetRulePriorities, API: RuleNotFound, OperationNotPermitted.
        let rule = ctx.get::<Rule>(&arn)?;
        refuse(rule.priority.is_none(), || not_permitted("The priority of default rules cannot be set"))?;
        refuse(wanted.contains_key(&arn), || {
            ApiError::validation(format!("The rule '{arn}' cannot be specified more than once"))
        })?;
        wanted.insert(arn, priority);
    }
    Ok(wanted)
}

/// API: PriorityInUse, if two rules of a listener would end with the same priority. What counts is the order
/// after the call, so that two rules can swap.
fn check_conflicts(ctx: &Ctx<'_>, wanted: &BTreeMap<String, u32>) -> Result<(), ApiError> {
    let listeners: BTreeSet<String> = wanted.keys().map(|rule| arn::listener_of(rule)).collect();
    for listener in listeners {
        let mut taken = BTreeSet::new();
        for (arn, rule) in ctx.resources().rules_of(&listener) {
            let Some(priority) = wanted.get(arn).copied().or(rule.priority) else { continue };
            refuse(!taken.insert(priority), || priority_in_use(priority))?;
        }
    }
    Ok(())
}
