//! Calls that are signed here and sent through the SDK's own HTTP client, so that endpoints, the sandbox, time-outs and
//! errors are those of the other services; an SDK crate for a few calls would take longer to build than all the others.

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

use super::error::{classify, refused};
use crate::exec::{ErrorKind, ServiceError};

/// A client of one service of a region.
#[derive(Clone)]
pub struct Caller {
    config: SdkConfig,
    /// As the SDK calls it.
    service: &'static str,
    /// In the credential scope and in the endpoint.
    name: &'static str,
    content_type: &'static str,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.service)
    }
}

/// One request.
pub struct Outgoing {
    /// The API name.
    pub operation: &'static str,
    /// `GET`, `POST` ...
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// As it is sent; empty where there is none.
    pub body: String,
}

/// The body of a success, or the code and message of an error.
pub type Read = fn(&HttpResponse) -> Result<String, OrchestratorError<ErrorMetadata>>;

impl Caller {
    /// A client that is configured like those of the SDK.
    pub fn new(
        config: &SdkConfig,
        service: &'static str,
        name: &'static str,
        content_type: &'static str,
    ) -> Self {
        Self { config: config.clone(), service, name, content_type }
    }

    /// The body of the answer.
    ///
    /// # Errors
    /// AWS refuses, or does not answer.
    pub async fn send(&self, request: Outgoing, read: Read) -> Result<String, ServiceError> {
        let operation = request.operation;
        let endpoint = self.endpoint();
        let signed = self.signed(&endpoint, request).await?;
        let mut builder = Operation::builder()
            .service_name(self.service)
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

    /// Where the service is. API: "AWS service endpoints".
    fn endpoint(&self) -> String {
        if let Some(url) = self.config.endpoint_url() {
            return url.trim_end_matches('/').to_owned();
        }
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{}.{region}.{suffix}", self.name)
    }

    async fn signed(&self, endpoint: &str, request: Outgoing) -> Result<Signed, ServiceError> {
        let Outgoing { operation, method, path, body } = request;
        let cannot = |why: String| refused(operation, why);
        let credentials = self
            .credentials()
            .await
            .map_err(|why| ServiceError { kind: ErrorKind::Credentials, ..cannot(why) })?;
        let identity = credentials.into();
        let region = self.config.region().map(ToString::to_string).unwrap_or_default();
        let time = self.config.time_source().unwrap_or_default().now();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&region)
            .name(self.name)
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| cannot(error.to_string()))?;
        let url = format!("{endpoint}{path}");
        let own = [(CONTENT_TYPE, self.content_type)];
        let signable =
            SignableRequest::new(method, url, own.into_iter(), SignableBody::Bytes(body.as_bytes()))
                .map_err(|error| cannot(error.to_string()))?;
        let signed = sign(signable, &params.into()).map_err(|error| cannot(error.to_string()))?;
        let (instructions, _) = signed.into_parts();
        let mut headers = vec![(CONTENT_TYPE.to_owned(), self.content_type.to_owned())];
        headers.extend(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(Signed { method, path, headers, body })
    }

    async fn credentials(&self) -> Result<Credentials, String> {
        let provider = self.config.credentials_provider().ok_or("no AWS credentials were found")?;
        provider.provide_credentials().await.map_err(|error| error.to_string())
    }
}

const CONTENT_TYPE: &str = "content-type";

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
        for (name, value) in &self.headers {
            request.headers_mut().try_insert(name.clone(), value.clone())?;
        }
        Ok(request)
    }
}
