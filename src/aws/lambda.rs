//! The three calls of Lambda that a target group of a function needs: GetPolicy, AddPermission, RemovePermission.
//!
//! They are signed here and sent through the SDK's own HTTP client, so that endpoints, the sandbox, time-outs and errors
//! are those of the other services; an SDK crate for three calls would take longer to build than all the others.

use std::fmt;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use serde_json::{Value, json};

use super::error::{classify, incomplete, refused};
use crate::exec::{ErrorKind, ServiceError};
use crate::kinds::target_group::permission::{self, Permission};
use crate::kinds::targets::function::Function;
use crate::route::Glob;

/// The header that holds the code of an error in answers of REST services.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// A client of Lambda.
#[derive(Clone)]
pub struct Lambda {
    config: SdkConfig,
}

impl fmt::Debug for Lambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lambda")
    }
}

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
        Self { config: config.clone() }
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
        let operation = request.operation;
        let endpoint = self.endpoint();
        let signed = self.signed(&endpoint, &request).await?;
        let mut builder = Operation::builder()
            .service_name("Lambda")
            .operation_name(operation)
            .behavior_version(aws_config::BehaviorVersion::latest())
            .endpoint_url(&endpoint)
            .no_auth()
            .no_retry();
        if let Some(http) = self.config.http_client() {
            builder = builder.http_client(http);
        }
        if let Some(timeouts) = self.config.timeout_config() {
            builder = builder.timeout_config(timeouts.clone());
        }
        if let Some(sleep) = self.config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        let call = builder.serializer(move |()| signed.build()).deserializer(read).build();
        call.invoke(()).await.map_err(|error| classify(operation, error))
    }

    /// Where Lambda is. API: "Lambda endpoints and quotas".
    fn endpoint(&self) -> String {
        if let Some(url) = self.config.endpoint_url() {
            return url.trim_end_matches('/').to_owned();
        }
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://lambda.{region}.{suffix}")
    }

    async fn signed(&self, endpoint: &str, request: &Request<'_>) -> Result<Signed, ServiceError> {
        let Request { operation, method, path, function, body } = request;
        let cannot = |why: String| refused(operation, why);
        let credentials = self
            .credentials()
            .await
            .map_err(|why| ServiceError { kind: ErrorKind::Credentials, ..cannot(why) })?;
        let mut path = format!("/2015-03-31/functions/{}/{path}", function.name);
        if let Some(qualifier) = &function.qualifier {
            path.push_str(&format!("?Qualifier={qualifier}"));
        }
        let body = body.as_ref().map(ToString::to_string).unwrap_or_default();
        let identity = credentials.into();
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        let time = self.config.time_source().unwrap_or_default().now();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&region)
            .name("lambda")
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| cannot(error.to_string()))?;
        let url = format!("{endpoint}{path}");
        let signable =
            SignableRequest::new(method, url, HEADERS.iter().copied(), SignableBody::Bytes(body.as_bytes()))
                .map_err(|error| cannot(error.to_string()))?;
        let signed = sign(signable, &params.into()).map_err(|error| cannot(error.to_string()))?;
        let (instructions, _) = signed.into_parts();
        let headers =
            instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Signed { method, path, headers, body })
    }

    async fn credentials(&self) -> Result<Credentials, String> {
        let provider = self.config.credentials_provider().ok_or("no AWS credentials were found")?;
        provider.provide_credentials().await.map_err(|error| error.to_string())
    }
}

const HEADERS: &[(&str, &str)] = &[("content-type", "application/json")];

/// A request that can be made of its parts as often as is needed.
struct Signed {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Signed {
    fn build(&self) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_str()));
        request.set_method(self.method)?;
        request.set_uri(self.path.as_str())?;
        for (name, value) in HEADERS {
            request.headers_mut().try_insert(*name, *value)?;
        }
        for (name, value) in &self.headers {
            request.headers_mut().try_insert(name.clone(), value.clone())?;
        }
        Ok(request)
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
