//! Security Token Service: who is calling.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, Operation};
use crate::ACCOUNT;
use crate::wire::ApiError;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "GetCallerIdentity",
    mutating: false,
    category: None,
    run: |ctx, params| get_caller_identity(ctx, params.decode()?),
}];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GetCallerIdentity {}

fn get_caller_identity(_ctx: &Ctx<'_>, _input: GetCallerIdentity) -> Result<Value, ApiError> {
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/sandbox");
    Ok(json!({ "Account": ACCOUNT, "Arn": arn, "UserId": "AIDASANDBOXSANDBOX000" }))
}
