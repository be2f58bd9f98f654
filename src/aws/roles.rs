//! Route 53 in other accounts: clients that assume a role. API: STS AssumeRole.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_route53 as route53;

/// The name of the sessions, which CloudTrail shows.
const SESSION: &str = "albctl";

/// Clients by the ARN of their role, each made at its first use and kept with its credentials.
#[derive(Clone)]
pub(super) struct Roles {
    config: SdkConfig,
    clients: Arc<Mutex<BTreeMap<String, route53::Client>>>,
}

impl Roles {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { config: config.clone(), clients: Arc::default() }
    }

    pub(super) async fn route53(&self, role: &str) -> route53::Client {
        let known = self.clients.lock().unwrap_or_else(PoisonError::into_inner).get(role).cloned();
        if let Some(client) = known {
            return client;
        }
        let provider =
            AssumeRoleProvider::builder(role).session_name(SESSION).configure(&self.config).build().await;
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
