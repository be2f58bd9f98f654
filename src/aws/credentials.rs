//! Credentials: found once, at the start, and what is wrong with them in words for people.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::Region;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::ProviderChainError;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};

use super::client::ConnectError;
use super::error::chain;

/// The instance metadata service answers within milliseconds on EC2 and not at all elsewhere.
const IMDS_TIMEOUT: Duration = Duration::from_secs(1);

/// Finds the provider and asks it once.
pub(super) async fn load(
    region: Region,
    profile: Option<&str>,
) -> Result<SharedCredentialsProvider, ConnectError> {
    let provider = provider(region, profile);
    match provider.provide_credentials().await {
        Ok(first) => {
            Ok(SharedCredentialsProvider::new(Primed { first: Mutex::new(Some(first)), then: provider }))
        }
        Err(error) => Err(explain(&error, profile)),
    }
}

/// The profile that was asked for by name, to which the SDK's own chain would prefer keys in variables. Without one,
/// the providers of that chain in its order, with two differences: see [`strict`] and [`soft`].
fn provider(region: Region, profile: Option<&str>) -> SharedCredentialsProvider {
    let config = ProviderConfig::without_region().with_region(Some(region));
    let profiles =
        ProfileFileCredentialsProvider::builder().configure(&config).profile_files(profile_files());
    if let Some(profile) = profile {
        return SharedCredentialsProvider::new(profiles.profile_name(profile).build());
    }
    let metadata = imds::Client::builder()
        .configure(&config)
        .max_attempts(1)
        .connect_timeout(IMDS_TIMEOUT)
        .read_timeout(IMDS_TIMEOUT)
        .build();
    let instance = ImdsCredentialsProvider::builder().configure(&config).imds_client(metadata).build();
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
    let chain =
        CredentialsProviderChain::first_try("variables", EnvironmentVariableCredentialsProvider::new())
            .or_else("profile", Mapped { provider: profiles.build(), map: strict })
            .or_else("web identity", web_identity)
            .or_else("container", EcsCredentialsProvider::builder().configure(&config).build())
            .or_else("instance metadata", Mapped { provider: instance, map: soft });
    SharedCredentialsProvider::new(chain)
}

/// The user's files and one profile more: where there is none at all the SDK does not say that one is missing.
fn profile_files() -> EnvConfigFiles {
    EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, "[profile albctl-none]\n")
        .include_default_config_file(true)
        .include_default_credentials_file(true)
        .build()
}

/// A provider whose failures mean something else to the chain.
struct Mapped<P> {
    provider: P,
    map: fn(CredentialsError) -> CredentialsError,
}

impl<P> fmt::Debug for Mapped<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mapped")
    }
}

impl<P: ProvideCredentials> ProvideCredentials for Mapped<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.provider.provide_credentials().await.map_err(self.map) })
    }
}

/// A profile that `AWS_PROFILE` names and that does not exist ends the search: the credentials that the next provider
/// finds may be those of another account.
fn strict(error: CredentialsError) -> CredentialsError {
    let text = chain(&error).map(ToString::to_string).find(|text| undefined(text).is_some());
    match text {
        Some(text) => CredentialsError::invalid_configuration(text),
        None => error,
    }
}

/// The profile that does not exist, if that is what the SDK says.
fn undefined(text: &str) -> Option<String> {
    let (name, rest) = text.strip_prefix("profile `")?.split_once('`')?;
    rest.starts_with(" was not defined").then(|| name.to_owned())
}

/// A profile that does not exist has no region either, which is then not what is wrong.
pub(super) async fn missing_profile(profile: Option<&str>) -> Option<ConnectError> {
    let config = ProviderConfig::without_region();
    let mut builder =
        ProfileFileCredentialsProvider::builder().configure(&config).profile_files(profile_files());
    if let Some(profile) = profile {
        builder = builder.profile_name(profile);
    }
    let error = explain(&builder.build().provide_credentials().await.err()?, profile);
    matches!(error, ConnectError::Profile { .. }).then_some(error)
}

/// Whatever answers in the place of the metadata service off EC2, it only means that there are no credentials.
fn soft(error: CredentialsError) -> CredentialsError {
    match error {
        error @ CredentialsError::CredentialsNotLoaded(_) => error,
        other => CredentialsError::not_loaded(other),
    }
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
    const SESSION: &[&str] =
        &["SSO token has expired", "cached SSO token", "/sso/cache/", "UnauthorizedException"];
    let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    // The outermost text names no cause when there is another below it.
    let message = match texts.get(1..) {
        Some(rest) if !rest.is_empty() => rest.join(": "),
        Some(_) | None => match error {
            CredentialsError::CredentialsNotLoaded(_) => {
                "it holds no credentials, or does not exist".to_owned()
            }
            _ => error.to_string(),
        },
    };
    let named = || profile.map(str::to_owned);
    if SESSION.iter().any(|part| texts.iter().any(|text| text.contains(part))) {
        return ConnectError::SessionEnded { profile: named() };
    }
    if let Some((profile, text)) = texts.iter().find_map(|text| Some((undefined(text)?, text))) {
        // One that another profile names as its source is said with that one's name.
        let itself = text.ends_with("from the root profile");
        let message = if itself { "it does not exist".to_owned() } else { message };
        return ConnectError::Profile { profile, message };
    }
    match (error, profile) {
        (CredentialsError::CredentialsNotLoaded(_), None) => {
            ConnectError::NoCredentials { tried: tried(error).unwrap_or(message) }
        }
        (
            CredentialsError::CredentialsNotLoaded(_) | CredentialsError::InvalidConfiguration(_),
            Some(name),
        ) => ConnectError::Profile { profile: name.to_owned(), message },
        (_, _) => ConnectError::Credentials { message },
    }
}

/// The names of the providers that had nothing.
fn tried(error: &CredentialsError) -> Option<String> {
    let attempts = chain(error).find_map(|one| one.downcast_ref::<ProviderChainError<CredentialsError>>())?;
    let names: Vec<&str> = attempts.attempts().iter().map(|one| one.name()).collect();
    Some(format!("tried: {}", names.join(", ")))
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
        let gone = strict(CredentialsError::not_loaded("profile `prd` was not defined"));
        assert!(matches!(explain(&gone, None), ConnectError::Profile { profile, .. } if profile == "prd"));
        let forbidden = soft(CredentialsError::provider_error("request forbidden"));
        assert_eq!(explain(&forbidden, None).code(), "credentials-missing");
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
