//! Credentials: found once, at the start, and what is wrong with them in words for people.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::imds;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::client::ConnectError;
use super::error::chain;

/// The instance metadata service answers within milliseconds on EC2 and not at all elsewhere.
const IMDS_TIMEOUT: Duration = Duration::from_secs(1);

/// Finds the provider and asks it once.
pub(super) async fn load(
    region: Region,
    profile: Option<&str>,
) -> Result<SharedCredentialsProvider, ConnectError> {
    let provider = provider(region, profile).await;
    match provider.provide_credentials().await {
        Ok(first) => {
            Ok(SharedCredentialsProvider::new(Primed { first: Mutex::new(Some(first)), then: provider }))
        }
        Err(error) => Err(explain(&error, profile)),
    }
}

async fn provider(region: Region, profile: Option<&str>) -> SharedCredentialsProvider {
    let config = ProviderConfig::without_region().with_region(Some(region.clone()));
    // The default chain would prefer keys in variables to the profile that was asked for by name.
    if let Some(profile) = profile {
        let named = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile);
        return SharedCredentialsProvider::new(named.build());
    }
    let metadata = imds::Client::builder()
        .configure(&config)
        .max_attempts(1)
        .connect_timeout(IMDS_TIMEOUT)
        .read_timeout(IMDS_TIMEOUT)
        .build();
    let chain = DefaultCredentialsChain::builder().configure(config).region(region).imds_client(metadata);
    SharedCredentialsProvider::new(chain.build().await)
}

/// Gives the credentials that were found at the start, and then asks again.
struct Primed {
    first: Mutex<Option<Credentials>>,
    then: SharedCredentialsProvider,
}

impl fmt::Debug for Primed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Primed")
    }
}

impl ProvideCredentials for Primed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.then.provide_credentials(),
        }
    }
}

/// What a failure of the credentials means.
fn explain(error: &CredentialsError, profile: Option<&str>) -> ConnectError {
    // The SDK's types for these failures are private, so that its texts must do.
    const SESSION: &[&str] = &["SSO token has expired", "cached SSO token", "UnauthorizedException"];
    let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    // The outermost text names no cause when there is another below it.
    let message = texts.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(&texts).join(": ");
    let named = || profile.map(str::to_owned);
    if SESSION.iter().any(|part| texts.iter().any(|text| text.contains(part))) {
        return ConnectError::SessionEnded { profile: named() };
    }
    match (error, profile) {
        (CredentialsError::CredentialsNotLoaded(_), None) => ConnectError::NoCredentials { tried: message },
        (
            CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_),
            Some(name),
        ) => ConnectError::Profile { profile: name.to_owned(), message },
        (_, _) => ConnectError::Credentials { message },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_apart() {
        let missing = CredentialsError::not_loaded("no providers in chain provided credentials");
        assert_eq!(explain(&missing, None).code(), "credentials-missing");
        let error = explain(&CredentialsError::not_loaded("profile `prod` was not defined"), Some("prod"));
        assert_eq!(error.to_string(), "profile `prod` cannot be used: profile `prod` was not defined");
        let sso = CredentialsError::provider_error("the SSO token has expired and cannot be refreshed");
        let error = explain(&sso, Some("prod"));
        assert_eq!(error.code(), "credentials-expired");
        assert_eq!(error.to_string(), "the SSO session of profile `prod` has ended");
        assert_eq!(error.hint(), "aws sso login --profile prod");
        let role = CredentialsError::provider_error("not authorized to perform: sts:AssumeRole");
        let error = explain(&role, None);
        assert_eq!(error.code(), "credentials");
        assert!(error.to_string().ends_with("sts:AssumeRole"), "{error}");
    }

    #[tokio::test]
    async fn what_was_found_first_is_used_first() {
        let keys = |name: &str| Credentials::new(name, "secret", None, None, "test");
        let then = SharedCredentialsProvider::new(keys("second"));
        let primed = Primed { first: Mutex::new(Some(keys("first"))), then };
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(primed.provide_credentials().await.unwrap().access_key_id().to_owned());
        }
        assert_eq!(seen, ["first", "second", "second"]);
    }
}
