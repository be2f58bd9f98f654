//! The sandbox behind the SDK's own clients: an HTTP connector without a network, and its clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use albctl_sandbox::{Outcome, Request, Response, Sandbox};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::client::ATTEMPT_TIMEOUT;
use crate::exec::{Clock, SystemClock};

/// Hands every request of the SDK to the sandbox. The SDK's real request and response code runs.
#[derive(Clone)]
pub(super) struct Connector(pub(super) Arc<Sandbox>);

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector(sandbox)")
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.handle(&request))
    }
}

impl Connector {
    fn handle(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let answered = self.0.handle(&translate(request));
        // The clock is the sandbox's, so the time-out is kept here: the SDK's own would need real time to pass.
        self.0.advance(answered.delay.min(ATTEMPT_TIMEOUT));
        if answered.delay > ATTEMPT_TIMEOUT {
            return Err(ConnectorError::timeout("the sandbox answered too late".into()));
        }
        match answered.outcome {
            Outcome::Answer(response) => answer(response),
            Outcome::Dropped => Err(ConnectorError::io("the sandbox dropped the connection".into())),
        }
    }
}

fn translate(request: &HttpRequest) -> Request {
    Request {
        method: request.method().to_owned(),
        uri: path_and_query(request.uri()).to_owned(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: request.body().bytes().unwrap_or_default().to_vec(),
    }
}

/// What follows the authority of a URL; `/` when nothing does.
fn path_and_query(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.find('/').map_or("/", |start| &rest[start..])
}

fn answer(response: Response) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(response.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut answer = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        answer
            .headers_mut()
            .try_insert(name, value)
            .map_err(|error| ConnectorError::other(error.into(), None))?;
    }
    Ok(answer)
}

/// The sandbox's time for the SDK, which asks whether credentials of a role have expired.
#[derive(Clone)]
pub(super) struct SandboxTime(pub(super) Arc<Sandbox>);

impl fmt::Debug for SandboxTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SandboxTime")
    }
}

impl TimeSource for SandboxTime {
    fn now(&self) -> SystemTime {
        self.0.now()
    }
}

/// The clock that goes with a [`super::client::Clients`].
#[derive(Clone)]
pub enum AnyClock {
    /// Wall time.
    System(SystemClock),
    /// The sandbox's time: sleeping advances it and returns at once.
    Sandbox(Arc<Sandbox>),
}

impl fmt::Debug for AnyClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(clock) => clock.fmt(f),
            Self::Sandbox(_) => f.write_str("AnyClock(sandbox)"),
        }
    }
}

impl Clock for AnyClock {
    fn now(&self) -> SystemTime {
        match self {
            Self::System(clock) => clock.now(),
            Self::Sandbox(sandbox) => sandbox.now(),
        }
    }

    async fn sleep(&self, duration: Duration) {
        match self {
            Self::System(clock) => clock.sleep(duration).await,
            Self::Sandbox(sandbox) => {
                let until = sandbox.now() + duration;
                // Others that are ready have their turn, as they would in a real sleep; and of several that sleep
                // at the same time only the first moves the clock.
                tokio::task::yield_now().await;
                sandbox.advance(until.duration_since(sandbox.now()).unwrap_or_default());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_cut_off() {
        assert_eq!(path_and_query("https://host.example:443/a?b=/c"), "/a?b=/c");
        assert_eq!(path_and_query("https://host.example"), "/");
        assert_eq!(path_and_query("/a"), "/a");
    }
}
