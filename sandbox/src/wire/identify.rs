//! Which service, operation and region a request is for, and its parameters.

use serde_json::{Value, json};

use super::query::{self, Node, Params};
use super::{ApiError, Request, rest};
use crate::services::Service;

/// The region of requests that are not signed.
const DEFAULT_REGION: &str = "us-east-1";

/// The AWS protocol that a request speaks, which the answer must speak too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A form in, XML out.
    Query,
    /// EC2's variant of it: lists have no `member`, items are `item`, errors look different.
    Ec2,
    /// JSON in and out; the operation is in `x-amz-target`.
    Json,
    /// Method and path say the operation; XML in and out.
    RestXml,
    /// Method and path say the operation; JSON in and out.
    RestJson,
}

/// A request whose addressee is known.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: String,
    pub(crate) region: String,
    pub(crate) params: Params,
}

/// A request that is for nothing that the sandbox has.
#[derive(Debug, Clone)]
pub(crate) struct Unidentified {
    pub(crate) protocol: Protocol,
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) region: String,
    pub(crate) error: ApiError,
}

/// Reads protocol, service, operation, region and parameters of a request.
pub(crate) fn identify(request: &Request) -> Result<Call, Box<Unidentified>> {
    let scope = Scope::of(request);
    match request.header("x-amz-target") {
        Some(target) => identify_json(request, target, &scope),
        None => match rest::service(&request.uri) {
            Some(service) => identify_rest(request, service, &scope),
            None => identify_query(request, &scope),
        },
    }
}

fn identify_rest(request: &Request, service: Service, scope: &Scope<'_>) -> Result<Call, Box<Unidentified>> {
    let failed = |operation, error| scope.unidentified(service.protocol(), service.name(), operation, error);
    let Some(found) = rest::route(service, &request.method, &request.uri) else {
        let message = format!("{} {} is no operation that the sandbox has", request.method, request.uri);
        let code = "UnknownOperationException".to_owned();
        return Err(failed("", ApiError { code, status: 404, message }));
    };
    let operation = found.route.operation;
    let params = rest::params(service, &found, &request.body).map_err(|error| failed(operation, error))?;
    Ok(scope.call(service, operation, params))
}

fn identify_json(request: &Request, target: &str, scope: &Scope<'_>) -> Result<Call, Box<Unidentified>> {
    let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
    let failed = |error| scope.unidentified(Protocol::Json, prefix, operation, error);
    let Some(service) = Service::ALL.into_iter().find(|s| s.target_prefix() == Some(prefix)) else {
        let message = format!("The sandbox has no service with the target '{prefix}'");
        return Err(failed(ApiError::new("UnknownOperationException", message)));
    };
    let body = if request.body.is_empty() { b"{}" } else { request.body.as_slice() };
    let params: Value = serde_json::from_slice(body)
        .map_err(|e| failed(ApiError::new("SerializationException", format!("The body is not JSON: {e}"))))?;
    Ok(scope.call(service, operation, Params::Json(params)))
}

fn identify_query(request: &Request, scope: &Scope<'_>) -> Result<Call, Box<Unidentified>> {
    let query = request.uri.split_once('?').map_or("", |(_, query)| query);
    let is_form =
        request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { request.body.as_slice() } else { b"" };
    let pairs: Vec<_> =
        form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(form)).collect();
    let value = |name| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.to_string());
    let signed_for = scope.service.unwrap_or("");
    let Some(operation) = value("Action") else {
        let message =
            format!("{} {} is no call of a service that the sandbox has", request.method, request.uri);
        let error = ApiError { code: "NotImplemented".to_owned(), status: 501, message };
        return Err(scope.unidentified(Protocol::Query, signed_for, "", error));
    };
    let of_ec2 = signed_for == Service::Ec2.signing_name();
    let protocol = if of_ec2 { Protocol::Ec2 } else { Protocol::Query };
    let failed = |error| scope.unidentified(protocol, signed_for, &operation, error);
    let version = value("Version");
    let Some(service) = query_service(scope, version.as_deref(), &operation) else {
        let message =
            format!("Could not find operation {operation} for version {}", version.unwrap_or_default());
        return Err(failed(ApiError::new("InvalidAction", message)));
    };
    let params = pairs.iter().filter(|(name, _)| name != "Action" && name != "Version");
    let tree: Node = query::tree(params.map(|(k, v)| (&**k, &**v))).map_err(failed)?;
    Ok(scope.call(service, &operation, Params::Query(tree)))
}

/// The signature says the service; an unsigned request is guessed from API version, then from the action.
fn query_service(scope: &Scope<'_>, version: Option<&str>, operation: &str) -> Option<Service> {
    let mut query_services =
        Service::ALL.into_iter().filter(|s| matches!(s.protocol(), Protocol::Query | Protocol::Ec2));
    if let Some(signed_for) = scope.service {
        // Both generations of Elastic Load Balancing sign with the same name; the version tells them apart.
        let is_version = |s: &Service| version.is_none_or(|version| version == s.version());
        return query_services.find(|s| s.signing_name() == signed_for && is_version(s));
    }
    match version {
        Some(version) => query_services.find(|s| s.version() == version),
        None => query_services.find(|s| s.operation(operation).is_some()),
    }
}

/// The credential scope of a SigV4 `Authorization` header: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
struct Scope<'a> {
    region: &'a str,
    service: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn of(request: &'a Request) -> Self {
        let unsigned = Scope { region: DEFAULT_REGION, service: None };
        let header = request.header("authorization");
        let Some((_, credential)) = header.and_then(|h| h.split_once("Credential=")) else { return unsigned };
        let credential = credential.split([',', ' ']).next().unwrap_or_default();
        // From the end: an access key may hold slashes, the scope cannot.
        let mut parts = credential.rsplit('/').skip(1);
        match (parts.next(), parts.next()) {
            (Some(service), Some(region)) if !region.is_empty() => Scope { region, service: Some(service) },
            _ => unsigned,
        }
    }

    fn call(&self, service: Service, operation: &str, params: Params) -> Call {
        Call { service, operation: operation.to_owned(), region: self.region.to_owned(), params }
    }

    fn unidentified(
        &self,
        protocol: Protocol,
        service: &str,
        operation: &str,
        error: ApiError,
    ) -> Box<Unidentified> {
        Box::new(Unidentified {
            protocol,
            service: service.to_owned(),
            operation: operation.to_owned(),
            region: self.region.to_owned(),
            error,
        })
    }
}

/// Names of parameters whose values are secrets: the log of calls must not hold them.
const SECRETS: &[&str] = &["ClientSecret", "PrivateKey"];

/// The parameters for the log of calls: secrets are replaced.
pub(crate) fn loggable(params: &Params) -> Value {
    let mut json = params.to_json();
    redact(&mut json);
    json
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRETS.contains(&name.as_str()) {
                    *value = json!("(secret)");
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
