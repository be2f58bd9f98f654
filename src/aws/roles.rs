//! Route 53 in other accounts: clients that assume a role. API: STS AssumeRole.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_route53 as route53;

/// The name of the sessions, which CloudTrail shows.
const SESSION: &str = "albctl";

/// Clients by the ARN of their role, each made at its first use and kept with its credentials.
#[derive(Clone)]
pub(super) struct Roles {
    config: SdkConfig,
    clients: Arc<Mutex<BTreeMap<String, route53::Client>>>,
    assumed: Arc<AtomicUsize>,
}

/// A provider that counts how often it is asked, which the SDK does only when it has no credentials that are valid.
#[derive(Debug)]
struct Counted {
    inner: AssumeRoleProvider,
    asked: Arc<AtomicUsize>,
}

impl ProvideCredentials for Counted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.inner.provide_credentials()
    }
}

impl Roles {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone(), clients: Arc::default(), assumed: Arc::default() }
    }

    /// How many calls of AssumeRole were made.
    pub(super) fn assumed(&self) -> usize {
        self.assumed.load(Ordering::Relaxed)
    }

    pub(super) async fn route53(&self, role: &str) -> route53::Client {
        let known = self.clients.lock().unwrap_or_else(PoisonError::into_inner).get(role).cloned();
        if let Some(client) = known {
            return client;
        }
        let inner =
            AssumeRoleProvider::builder(role).session_name(SESSION).configure(&self.config).build().await;
        let provider = Counted { inner, asked: Arc::clone(&self.assumed) };
        let config = self
            .config
            .clone()
            .into_builder()
            .credentials_provider(SharedCredentialsProvider::new(provider))
            .build();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        // Of several that are made at once the first is kept: its credentials are everybody's.
        clients.entry(role.to_owned()).or_insert_with(|| route53::Client::new(&config)).clone()
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roles")
    }
}
