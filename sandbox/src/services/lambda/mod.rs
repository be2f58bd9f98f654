//! Lambda, as far as load balancers need it: reading functions, and the permissions to invoke them.

mod name;
mod permissions;
mod policy;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, Operation};
use crate::clock::iso8601;
use crate::wire::{ApiError, Route};
use name::FunctionName;

pub(super) use permissions::check_invocable;

/// A row of the table of operations. Lambda's throttling of control-plane calls is not in the sandbox.
macro_rules! operation {
    ($name:literal, $mutating:literal, $function:path) => {
        Operation {
            name: $name,
            mutating: $mutating,
            category: None,
            run: |ctx, params| $function(ctx, params.decode()?),
        }
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation!("AddPermission", true, permissions::add),
    operation!("GetFunction", false, get_function),
    operation!("GetFunctionConfiguration", false, get_configuration),
    operation!("GetPolicy", false, permissions::get),
    operation!("RemovePermission", true, permissions::remove),
];

const QUALIFIER: &[(&str, &str)] = &[("Qualifier", "Qualifier")];

const fn route(operation: &'static str, method: &'static str, path: &'static str, status: u16) -> Route {
    Route { operation, method, path, query: QUALIFIER, status }
}

pub(super) const ROUTES: &[Route] = &[
    route("AddPermission", "POST", "/2015-03-31/functions/{FunctionName}/policy", 201),
    route("GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", 200),
    route("GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration", 200),
    route("GetPolicy", "GET", "/2015-03-31/functions/{FunctionName}/policy", 200),
    route("RemovePermission", "DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", 204),
];

fn error(status: u16, code: &str, message: impl Into<String>) -> ApiError {
    ApiError { code: code.to_owned(), status, message: message.into() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Get {
    function_name: String,
    qualifier: Option<String>,
}

fn get_function(ctx: &Ctx<'_>, input: Get) -> Result<Value, ApiError> {
    let configuration = configuration(ctx, &input)?;
    Ok(json!({ "Configuration": configuration, "Code": { "RepositoryType": "S3" } }))
}

fn get_configuration(ctx: &Ctx<'_>, input: Get) -> Result<Value, ApiError> {
    configuration(ctx, &input)
}

fn configuration(ctx: &Ctx<'_>, input: &Get) -> Result<Value, ApiError> {
    let name = FunctionName::read(ctx.region, &input.function_name, input.qualifier.as_deref())?;
    let function = name.find(ctx.resources())?;
    let version = if name.qualifier.parse::<u32>().is_ok() { &name.qualifier } else { "$LATEST" };
    Ok(json!({
        "FunctionName": name.name,
        "FunctionArn": name.arn(),
        "Version": version,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "LastModified": iso8601(function.created),
    }))
}
