//! Security Token Service: who is calling, and roles, which see what everybody sees.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, Operation, refuse};
use crate::ACCOUNT;
use crate::clock::iso8601;
use crate::wire::ApiError;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "GetCallerIdentity",
        mutating: false,
        category: None,
        run: |ctx, params| get_caller_identity(ctx, params.decode()?),
    },
    Operation {
        name: "AssumeRole",
        mutating: false,
        category: None,
        run: |ctx, params| assume_role(ctx, params.decode()?),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GetCallerIdentity {}

fn get_caller_identity(_ctx: &Ctx<'_>, _input: GetCallerIdentity) -> Result<Value, ApiError> {
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/sandbox");
    Ok(json!({ "Account": ACCOUNT, "Arn": arn, "UserId": "AIDASANDBOXSANDBOX000" }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AssumeRole {
    role_arn: String,
    role_session_name: String,
    duration_seconds: Option<u64>,
}

/// AssumeRole: credentials for an hour unless another time is asked for. A role that is `missing` is refused as AWS
/// refuses one that does not exist or does not trust the caller.
fn assume_role(ctx: &Ctx<'_>, input: AssumeRole) -> Result<Value, ApiError> {
    let AssumeRole { role_arn, role_session_name, duration_seconds } = input;
    let good = role_arn.starts_with("arn:aws:iam::") && role_arn.contains(":role/");
    refuse(!good, || ApiError {
        code: "ValidationError".to_owned(),
        status: 400,
        message: format!("{role_arn} is invalid"),
    })?;
    refuse(ctx.state.missing.contains(&role_arn), || ApiError {
        code: "AccessDenied".to_owned(),
        status: 403,
        message: format!(
            "User: arn:aws:iam::{ACCOUNT}:user/sandbox is not authorized to perform: sts:AssumeRole on resource: \
             {role_arn}"
        ),
    })?;
    let assumed = role_arn.replacen(":iam:", ":sts:", 1).replacen(":role/", ":assumed-role/", 1);
    let expiration = iso8601(ctx.now.saturating_add(duration_seconds.unwrap_or(3600).saturating_mul(1000)));
    Ok(json!({
        "Credentials": {
            "AccessKeyId": "ASIASANDBOX000000000",
            "SecretAccessKey": "sandbox",
            "SessionToken": "sandbox",
            "Expiration": expiration,
        },
        "AssumedRoleUser": {
            "AssumedRoleId": format!("AROASANDBOXSANDBOX000:{role_session_name}"),
            "Arn": format!("{assumed}/{role_session_name}"),
        },
    }))
}
