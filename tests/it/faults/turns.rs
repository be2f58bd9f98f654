//! Clients whose calls reach the control plane in turns that a seed decides, so that several applies in one process
//! interleave as several processes would, and the same way each time.

use std::fmt;
use std::sync::{Arc, Mutex};

use albctl::aws::{Clients, Place};
use albctl_sandbox::{Outcome, Request, Sandbox};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;

/// Lets others go first, a few times that the seed decides, before each call.
#[derive(Clone)]
struct Turns {
    sandbox: Arc<Sandbox>,
    random: Arc<Mutex<u64>>,
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turns")
    }
}

impl Turns {
    /// How often others go first: often not at all, at times long enough for a whole round of theirs.
    fn patience(&self) -> u64 {
        let mut state = self.random.lock().expect("nobody panics with it");
        // splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        match z % 8 {
            0..=3 => 0,
            4..=6 => 1 + (z >> 8) % 4,
            _ => 10 + (z >> 8) % 30,
        }
    }
}

impl HttpClient for Turns {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Turns {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let turns = self.clone();
        HttpConnectorFuture::new(async move {
            for _ in 0..turns.patience() {
                tokio::task::yield_now().await;
            }
            answer(&turns.sandbox, &request)
        })
    }
}

fn answer(sandbox: &Sandbox, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let (_, rest) = request.uri().split_once("://").expect("a URL");
    let uri = rest.find('/').map_or("/", |start| &rest[start..]).to_owned();
    let headers = request.headers().iter();
    let answered = sandbox.handle(&Request {
        method: request.method().to_owned(),
        uri,
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
        body: request.body().bytes().unwrap_or_default().to_vec(),
    });
    let Outcome::Answer(response) = answered.outcome else {
        return Err(ConnectorError::io("the connection broke".into()));
    };
    let status = StatusCode::try_from(response.status).expect("a status");
    let mut answer = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

/// Clients in front of the sandbox that take turns by this seed.
pub fn clients(sandbox: &Arc<Sandbox>, seed: u64) -> Clients {
    let turns = Turns { sandbox: Arc::clone(sandbox), random: Arc::new(Mutex::new(seed)) };
    let keys = Credentials::new("AKIASANDBOX000000000", "sandbox", None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(turns)
        .retry_config(RetryConfig::disabled())
        .build();
    albctl::aws::client::clients(&config, Place::Sandbox)
}
