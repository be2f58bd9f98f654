//! The three calls of Lambda that a target group of a function needs: GetPolicy, AddPermission, RemovePermission.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::error::ErrorMetadata;
use serde_json::{Value, json};

use super::error::{incomplete, refused};
use super::signed::{Caller, Outgoing};
use crate::exec::{ErrorKind, ServiceError};
use crate::kinds::target_group::permission::{self, Permission};
use crate::kinds::targets::function::Function;
use crate::route::Glob;

/// The header that holds the code of an error in answers of REST services.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// A client of Lambda.
#[derive(Clone, Debug)]
pub struct Lambda(Caller);

/// One request, as the API names its parts.
struct Request<'a> {
    operation: &'static str,
    method: &'static str,
    /// What follows the function's name.
    path: String,
    function: &'a Function,
    body: Option<Value>,
}

impl Lambda {
    /// A client that is configured like those of the SDK.
    pub fn new(config: &SdkConfig) -> Self {
        Self(Caller::new(config, "Lambda", "lambda", "application/json"))
    }

    /// The statements of a function's policy; none where it has no policy, or does not exist. API: GetPolicy.
    ///
    /// # Errors
    /// AWS refuses, or does not answer.
    pub async fn policy(&self, function: &Function) -> Result<Vec<Value>, ServiceError> {
        const OPERATION: &str = "GetPolicy";
        let path = "policy".to_owned();
        let answer =
            self.send(Request { operation: OPERATION, method: "GET", path, function, body: None }).await;
        let answer: Value = match answer {
            Err(gone) if gone.kind == ErrorKind::NotFound => return Ok(Vec::new()),
            answer => serde_json::from_str(&answer?).map_err(|_| incomplete(OPERATION, "policy"))?,
        };
        let text = answer["Policy"].as_str().ok_or_else(|| incomplete(OPERATION, "policy"))?;
        let policy: Value = serde_json::from_str(text).map_err(|_| incomplete(OPERATION, "policy"))?;
        Ok(match &policy["Statement"] {
            Value::Array(statements) => statements.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        })
    }

    /// Lets load balancers invoke the function for one target group; done when they may already. A statement of ours
    /// for a group that had the same name, and so is gone, is taken away first. API: AddPermission.
    ///
    /// # Errors
    /// AWS refuses, or does not answer.
    pub async fn add_permission(&self, permission: &Permission, group: &str) -> Result<(), ServiceError> {
        let operation = permission::ADD;
        let function = function_of(operation, &permission.function)?;
        match self.add(&function, permission, group).await {
            Err(taken) if taken.is(&["ResourceConflictException"]) => {}
            answer => return answer,
        }
        let statements = self.policy(&function).await?;
        let ours = |one: &&Value| one["Sid"].as_str() == Some(&permission.statement);
        if statements.iter().filter(ours).any(|one| allows(one, group)) {
            return Ok(());
        }
        self.remove_permission(permission).await?;
        self.add(&function, permission, group).await
    }

    async fn add(
        &self,
        function: &Function,
        permission: &Permission,
        group: &str,
    ) -> Result<(), ServiceError> {
        let body = json!({
            "StatementId": permission.statement,
            "Action": permission::ACTION,
            "Principal": permission::PRINCIPAL,
            "SourceArn": group,
            "SourceAccount": permission.account,
        });
        let path = "policy".to_owned();
        let request =
            Request { operation: permission::ADD, method: "POST", path, function, body: Some(body) };
        self.send(request).await.map(|_| ())
    }

    /// Takes our statement away; done when it is gone, or the function. API: RemovePermission.
    ///
    /// # Errors
    /// AWS refuses, or does not answer.
    pub async fn remove_permission(&self, permission: &Permission) -> Result<(), ServiceError> {
        let operation = permission::REMOVE;
        let function = &function_of(operation, &permission.function)?;
        let path = format!("policy/{}", permission.statement);
        match self.send(Request { operation, method: "DELETE", path, function, body: None }).await {
            Err(gone) if gone.kind == ErrorKind::NotFound => Ok(()),
            answer => answer.map(|_| ()),
        }
    }

    /// The body of the answer.
    async fn send(&self, request: Request<'_>) -> Result<String, ServiceError> {
        let Request { operation, method, path, function, body } = request;
        let mut path = format!("/2015-03-31/functions/{}/{path}", function.name);
        if let Some(qualifier) = &function.qualifier {
            path.push_str(&format!("?Qualifier={qualifier}"));
        }
        let body = body.as_ref().map(ToString::to_string).unwrap_or_default();
        self.0.send(Outgoing { operation, method, path, body }, read).await
    }
}

/// The body of a success, or the code and message of an error.
fn read(answer: &HttpResponse) -> Result<String, OrchestratorError<ErrorMetadata>> {
    let body = String::from_utf8_lossy(answer.body().bytes().unwrap_or_default()).into_owned();
    if answer.status().is_success() {
        return Ok(body);
    }
    let parsed: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = |keys: [&str; 2]| keys.iter().find_map(|key| parsed[*key].as_str()).map(str::to_owned);
    let code = answer.headers().get(ERROR_TYPE).map(str::to_owned).or_else(|| text(["__type", "code"]));
    // Some answers hold a URL behind the code, some a namespace before it.
    let code = code.map(|code| {
        let code = code.split(':').next().unwrap_or_default();
        code.rsplit('#').next().unwrap_or_default().to_owned()
    });
    let meta = ErrorMetadata::builder();
    let meta = match code {
        Some(code) => meta.code(code),
        None => meta,
    };
    Err(OrchestratorError::operation(meta.message(text(["message", "Message"]).unwrap_or_default()).build()))
}

fn function_of(operation: &str, arn: &str) -> Result<Function, ServiceError> {
    Function::parse(arn).ok_or_else(|| refused(operation, format!("`{arn}` is no Lambda function")))
}

/// Whether a statement lets load balancers invoke its function for a target group.
pub fn allows(statement: &Value, group: &str) -> bool {
    let any = |value: &Value, good: &dyn Fn(&str) -> bool| match value {
        Value::String(text) => good(text),
        Value::Array(all) => all.iter().filter_map(Value::as_str).any(good),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    let principal = &statement["Principal"];
    let known = any(principal, &|text| text == "*")
        || any(&principal["Service"], &|text| text == permission::PRINCIPAL);
    let action = |text: &str| [permission::ACTION, "lambda:*", "*"].contains(&text);
    let conditions = statement["Condition"].as_object();
    let source = conditions.into_iter().flatten().filter_map(|(_, keys)| {
        let keys = keys.as_object()?;
        keys.iter().find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn")).map(|(_, value)| value)
    });
    let mut source = source.peekable();
    let matches = |value: &Value| any(value, &|pattern| Glob::exact(pattern).matches(group));
    let free = source.peek().is_none();
    statement["Effect"] == "Allow"
        && known
        && any(&statement["Action"], &action)
        && (free || source.all(matches))
}
