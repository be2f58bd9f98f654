//! From changes of rules to calls: first one call that gives numbers, then creations and changes, then deletions.

use super::call::Call;
use super::model::Rule;
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::{listener, tagging};
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb};

/// A rule that gets another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The rule.
    pub id: ResourceId,
    /// Its number now.
    pub from: u32,
    /// Its new number.
    pub to: u32,
}

/// One call that moves all rules of a listener that need another number: swaps are legal within it.
pub fn reorder(cx: &mut Context<'_>, listener_key: &str, mut moves: Vec<Move>) {
    if moves.is_empty() {
        return;
    }
    moves.sort_by_key(|one| one.to);
    let priorities: Vec<(Ref, u32)> = moves.iter().map(|one| (cx.arn(&one.id), one.to)).collect();
    let name = |id: &ResourceId| id.key().split_once('/').map_or("", |(_, name)| name).to_owned();
    let summary = moves
        .iter()
        .map(|one| format!("{} {} -> {}", name(&one.id), one.from, one.to))
        .collect::<Vec<_>>()
        .join(", ");
    let call = kinds::Call::Rule(Call::SetRulePriorities { priorities });
    cx.call(&listener::id(listener_key), "priorities", StepVerb::Reorder, summary, call, &[]);
}

/// The step of [`reorder`], which every other step of the listener's rules waits for.
fn reordered(cx: &Context<'_>, listener_key: &str) -> Vec<StepId> {
    let id = listener::id(listener_key);
    cx.steps_of(|step| step.subject == id && step.verb == StepVerb::Reorder)
}

/// Creates the rule.
pub fn create(cx: &mut Context<'_>, id: &ResourceId, model: &Rule) {
    let Rule { listener: key, priority, explicit_priority: _, when, then, transforms: _, tags } = model;
    let call = Call::CreateRule {
        listener: cx.arn(&listener::id(key)),
        priority: *priority,
        when: when.clone(),
        then: cx.action(then),
        tags: cx.tags(id, tags),
    };
    let needs = reordered(cx, key);
    let summary = format!("priority {priority}");
    cx.call(id, "create", StepVerb::Create, summary, kinds::Call::Rule(call), &needs);
}

/// Changes conditions and action in one call, and the tags.
pub fn update(cx: &mut Context<'_>, change: &Change, model: &Rule) {
    let id = &change.id;
    let changed = |key: &str| change.fields.iter().any(|field| field.key == key);
    if changed("when") || changed("then") || changed("transforms") {
        let call = Call::ModifyRule {
            rule: cx.arn(id),
            when: changed("when").then(|| model.when.clone()),
            then: changed("then").then(|| cx.action(&model.then)),
            reset_transforms: changed("transforms"),
        };
        let needs = reordered(cx, &model.listener);
        let summary = kinds::show::fields_summary(&change.fields, &["when", "then", "transforms"]);
        cx.call(id, "modify", StepVerb::Change, summary, kinds::Call::Rule(call), &needs);
    }
    if changed("tags") {
        tagging::plan::steps(cx, id, &model.tags);
    }
}

/// Deletes the rule after every creation and change of rules of its listener: in doubt both stay.
pub fn delete(cx: &mut Context<'_>, id: &ResourceId, model: &Rule) {
    let prefix = format!("{}/{}/", super::KIND, model.listener);
    let mut needs = reordered(cx, &model.listener);
    needs.extend(
        cx.steps_of(|step| step.subject.as_str().starts_with(&prefix) && step.verb != StepVerb::Delete),
    );
    let listener_id = listener::id(&model.listener);
    needs.extend(cx.steps_of(|step| step.subject == listener_id && step.verb == StepVerb::Change));
    let call = kinds::Call::Rule(Call::DeleteRule { rule: cx.arn(id) });
    cx.call(id, "delete", StepVerb::Delete, model.describe(), call, &needs);
}
