//! From changes of rules to calls. Their order is the planner's.

use super::call::Call;
use super::model::Rule;
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::listener;
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb};

/// A rule that gets another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The rule.
    pub id: ResourceId,
    /// Its ARN.
    pub rule: Ref,
    /// Its number now.
    pub from: u32,
    /// Its new number.
    pub to: u32,
}

/// One call that moves all rules of a listener that need another number: swaps are legal within it.
pub fn reorder(
    cx: &mut Context<'_>,
    listener_key: &str,
    what: &str,
    mut moves: Vec<Move>,
    needs: &[StepId],
) -> Option<StepId> {
    if moves.is_empty() {
        return None;
    }
    moves.sort_by_key(|one| one.to);
    let priorities: Vec<(Ref, u32)> = moves.iter().map(|one| (one.rule.clone(), one.to)).collect();
    let name = |id: &ResourceId| id.key().split_once('/').map_or("", |(_, name)| name).to_owned();
    let summary = moves
        .iter()
        .map(|one| format!("{} {} -> {}", name(&one.id), one.from, one.to))
        .collect::<Vec<_>>()
        .join(", ");
    let call = kinds::Call::Rule(Call::SetRulePriorities { priorities });
    Some(cx.call(&listener::id(listener_key), what, StepVerb::Reorder, summary, call, needs))
}

/// Creates the rule with the number `priority`, which may not be its last one.
pub fn create(
    cx: &mut Context<'_>,
    id: &ResourceId,
    model: &Rule,
    priority: u32,
    needs: &[StepId],
) -> StepId {
    let Rule { listener: key, priority: _, explicit_priority: _, when, then, transforms: _, tags } = model;
    let call = Call::CreateRule {
        listener: cx.arn(&listener::id(key)),
        priority,
        when: when.clone(),
        then: cx.action(then),
        tags: cx.tags(id, tags),
    };
    let summary = format!("priority {priority}");
    cx.call(id, "create", StepVerb::Create, summary, kinds::Call::Rule(call), needs)
}

/// Changes conditions and action in one call, where they differ.
pub fn modify(cx: &mut Context<'_>, change: &Change, model: &Rule, needs: &[StepId]) -> Option<StepId> {
    let changed = |key: &str| change.fields.iter().any(|field| field.key == key);
    if !changed("when") && !changed("then") && !changed("transforms") {
        return None;
    }
    let call = Call::ModifyRule {
        rule: cx.arn(&change.id),
        when: changed("when").then(|| model.when.clone()),
        then: changed("then").then(|| cx.action(&model.then)),
        reset_transforms: changed("transforms"),
    };
    let summary = kinds::show::fields_summary(&change.fields, &["when", "then", "transforms"]);
    Some(cx.call(&change.id, "modify", StepVerb::Change, summary, kinds::Call::Rule(call), needs))
}

/// Deletes a rule of this identity; `what` names the step.
pub fn delete(
    cx: &mut Context<'_>,
    id: &ResourceId,
    what: &str,
    rule: Ref,
    summary: String,
    needs: &[StepId],
) -> StepId {
    let call = kinds::Call::Rule(Call::DeleteRule { rule });
    cx.call(id, what, StepVerb::Delete, summary, call, needs)
}
