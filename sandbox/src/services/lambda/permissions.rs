//! GetPolicy, AddPermission, RemovePermission, and what they mean to a load balancer.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error;
use super::name::FunctionName;
use super::policy::{policy_text, statement_json};
use crate::clock::millis;
use crate::services::{Ctx, refuse};
use crate::state::ids::IdKind;
use crate::state::lambda::{Policy, Statement};
use crate::wire::ApiError;

/// Who invokes functions behind a load balancer (user guide, "Lambda functions as targets").
const LOAD_BALANCING: &str = "elasticloadbalancing.amazonaws.com";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Get {
    function_name: String,
    qualifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Add {
    function_name: String,
    qualifier: Option<String>,
    statement_id: String,
    action: String,
    principal: String,
    source_arn: Option<String>,
    source_account: Option<String>,
    revision_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Remove {
    function_name: String,
    qualifier: Option<String>,
    statement_id: String,
    revision_id: Option<String>,
}

fn not_found(message: impl Into<String>) -> ApiError {
    error(404, "ResourceNotFoundException", message)
}

/// The policy of a function, version or alias; one without statements is none.
fn policy<'c>(ctx: &'c Ctx<'_>, name: &FunctionName) -> Result<Option<&'c Policy>, ApiError> {
    let policies = &name.find(ctx.resources())?.policies;
    Ok(policies.get(&name.qualifier).filter(|policy| !policy.statements.is_empty()))
}

/// ResourceNotFoundException also if the function has no policy.
pub(super) fn get(ctx: &Ctx<'_>, input: Get) -> Result<Value, ApiError> {
    let name = FunctionName::read(ctx.region, &input.function_name, input.qualifier.as_deref())?;
    let policy =
        policy(ctx, &name)?.ok_or_else(|| not_found("The resource you requested does not exist."))?;
    Ok(json!({ "Policy": policy_text(policy, &name.arn()), "RevisionId": policy.revision }))
}

/// AddPermission: ResourceConflictException for a statement id that is taken.
pub(super) fn add(ctx: &mut Ctx<'_>, input: Add) -> Result<Value, ApiError> {
    let name = FunctionName::read(ctx.region, &input.function_name, input.qualifier.as_deref())?;
    check(&input)?;
    refuse(name.qualifier == "$LATEST", || {
        error(
            400,
            "InvalidParameterValueException",
            "We currently do not support adding policies for $LATEST.",
        )
    })?;
    let policy = policy(ctx, &name)?;
    check_revision(policy, input.revision_id.as_deref())?;
    let id = input.statement_id;
    refuse(policy.is_some_and(|policy| policy.statements.iter().any(|s| s.id == id)), || {
        let text =
            "provided already exists. Please provide a new statement id, or remove the existing statement.";
        error(409, "ResourceConflictException", format!("The statement id ({id}) {text}"))
    })?;
    let statement = Statement {
        id,
        action: input.action,
        principal: input.principal,
        source_arn: input.source_arn,
        source_account: input.source_account,
        added: ctx.now,
    };
    let text = statement_json(&statement, &name.arn()).to_string();
    change(ctx, &name, |statements| statements.push(statement));
    Ok(json!({ "Statement": text }))
}

/// AddPermission: the patterns of the API model.
fn check(input: &Add) -> Result<(), ApiError> {
    let constraint = |value: &str, member: &str, pattern: &str| {
        let text = format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: {pattern}"
        );
        error(400, "ValidationException", text)
    };
    let word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let id = &input.statement_id;
    refuse(!(1..=100).contains(&id.len()) || !word(id), || {
        constraint(id, "statementId", "([a-zA-Z0-9-_]+)")
    })?;
    let action = &input.action;
    let name = action.strip_prefix("lambda:").unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
    refuse(!is_name && name != "*" && action != "*", || {
        constraint(action, "action", "(lambda:[*]|lambda:[a-zA-Z]+|[*])")
    })?;
    refuse(input.principal.trim().is_empty(), || constraint(&input.principal, "principal", "[^\\s]+"))?;
    let account = input.source_account.as_deref();
    refuse(account.is_some_and(|a| a.len() != 12 || !a.bytes().all(|b| b.is_ascii_digit())), || {
        constraint(account.unwrap_or_default(), "sourceAccount", "\\d{12}")
    })?;
    let arn = input.source_arn.as_deref();
    refuse(arn.is_some_and(|arn| !arn.starts_with("arn:")), || {
        constraint(arn.unwrap_or_default(), "sourceArn", "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(.*)")
    })
}

/// `RevisionId`: PreconditionFailedException if the policy is not the one that the caller saw.
fn check_revision(policy: Option<&Policy>, wanted: Option<&str>) -> Result<(), ApiError> {
    let live = policy.map(|policy| policy.revision.as_str());
    refuse(wanted.is_some() && wanted != live, || {
        let text = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API \
                    to retrieve the latest Revision Id";
        error(412, "PreconditionFailedException", text)
    })
}

/// RemovePermission: ResourceNotFoundException for a statement that is not there.
pub(super) fn remove(ctx: &mut Ctx<'_>, input: Remove) -> Result<Value, ApiError> {
    let name = FunctionName::read(ctx.region, &input.function_name, input.qualifier.as_deref())?;
    let id = &input.statement_id;
    let missing = || not_found(format!("Statement {id} is not found in resource policy."));
    let policy =
        policy(ctx, &name)?.ok_or_else(|| not_found("No policy is associated with the given resource."))?;
    refuse(!policy.statements.iter().any(|statement| statement.id == *id), missing)?;
    check_revision(Some(policy), input.revision_id.as_deref())?;
    change(ctx, &name, |statements| statements.retain(|statement| statement.id != *id));
    Ok(json!({}))
}

/// Changes the statements of a function that is there.
fn change(ctx: &mut Ctx<'_>, name: &FunctionName, edit: impl FnOnce(&mut Vec<Statement>)) {
    let revision = ctx.state.ids.next(IdKind::PolicyRevision);
    if let Some(function) = ctx.resources_mut().functions.get_mut(&name.name) {
        let policy = function.policies.entry(name.qualifier.clone()).or_default();
        policy.revision = revision;
        edit(&mut policy.statements);
    }
}

/// RegisterTargets of a function: it must exist in the group's account and region, and let Elastic Load
/// Balancing invoke it for this target group. AWS answers `AccessDenied` to a missing permission, in these
/// words; a permission counts [`State::permission_lag`](crate::State) after it was added.
pub(in crate::services) fn check_invocable(ctx: &Ctx<'_>, id: &str, group: &str) -> Result<(), ApiError> {
    let invalid = |message: String| ApiError::new("InvalidTarget", message);
    let name = FunctionName::of_arn(ctx.region, id).ok_or_else(|| {
        invalid(format!("The target '{id}' is not the ARN of a Lambda function in this account and region"))
    })?;
    refuse(ctx.state.missing.contains(id) || name.find(ctx.resources()).is_err(), || {
        invalid(format!("The following targets do not exist: '{id}'"))
    })?;
    let lag = millis(ctx.state.permission_lag);
    let allows = |statement: &Statement| {
        ctx.now >= statement.added.saturating_add(lag) && statement.allows(LOAD_BALANCING, group)
    };
    let allowed = policy(ctx, &name)?.is_some_and(|policy| policy.statements.iter().any(allows));
    refuse(!allowed, || {
        let text = "elasticloadbalancing principal does not have permission to invoke";
        error(403, "AccessDenied", format!("{text} {id} from target group {group}"))
    })
}
