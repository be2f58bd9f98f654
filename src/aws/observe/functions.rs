//! Which functions are behind our target groups, and whether load balancers may invoke them. API: GetPolicy of Lambda.

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::Scope;
use super::reader::Reader;
use super::rounds::own_groups;
use super::snapshot::Snapshot;
use crate::aws::lambda::allows;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::target_group;
use crate::kinds::targets::function::{Function, short};

/// Reads the policies of the functions of our groups. Where that is denied, a note says so and the permission is taken
/// to be there.
pub(super) async fn read<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    snapshot: &mut Snapshot,
) -> Result<(), ServiceError> {
    let groups = groups(scope, snapshot);
    if groups.is_empty() {
        return Ok(());
    }
    reader.round();
    let answers =
        try_join_all(groups.iter().map(|(group, function)| may_invoke(reader, group, function))).await?;
    for ((group, function), allowed) in groups.into_iter().zip(answers) {
        if allowed.is_none() {
            let name = short(&function);
            let note =
                format!("lambda:GetPolicy is denied: whether load balancers may invoke {name} is not known");
            snapshot.notes.push(note);
        }
        snapshot.functions.insert(group, (function, allowed.unwrap_or(true)));
    }
    Ok(())
}

/// Adds to a group what was read of its function.
pub(super) fn complete(snapshot: &Snapshot, arn: &str, model: &mut target_group::TargetGroup) {
    if let Some((function, permission)) = snapshot.functions.get(arn) {
        model.function = Some(function.clone());
        model.permission = *permission;
    }
}

/// Our groups of functions, with the functions.
fn groups(scope: &Scope, snapshot: &Snapshot) -> Vec<(String, String)> {
    let is_function = |arn: &String| {
        let group = snapshot.groups.get(arn);
        group.and_then(api::TargetGroup::target_type) == Some(&api::TargetTypeEnum::Lambda)
    };
    let with_function = |(arn, _): (String, String)| {
        let health = snapshot.health.get(&arn).map(Vec::as_slice).unwrap_or_default();
        let function = target_group::aws::function(snapshot.tags.get(&arn), health)?;
        Some((arn, function))
    };
    own_groups(scope, snapshot)
        .into_iter()
        .filter(|(arn, _)| is_function(arn))
        .filter_map(with_function)
        .collect()
}

/// None: it is not allowed to ask.
async fn may_invoke<C: Clock>(
    reader: &Reader<'_, C>,
    group: &str,
    function: &str,
) -> Result<Option<bool>, ServiceError> {
    let Some(function) = Function::parse(function) else { return Ok(Some(true)) };
    match reader.read("GetPolicy", async || reader.clients.lambda.policy(&function).await).await {
        Ok(statements) => Ok(Some(statements.iter().any(|statement| allows(statement, group)))),
        Err(error) if error.kind == ErrorKind::Denied => Ok(None),
        Err(error) => Err(error),
    }
}
