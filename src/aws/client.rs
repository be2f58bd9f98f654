//! The SDK's clients: for AWS, for another endpoint, or in front of the sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use albctl_sandbox::Sandbox;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_acm as acm;
use aws_sdk_elasticloadbalancingv2 as elbv2;
use aws_sdk_iam as iam;
use aws_sdk_resourcegroupstagging as tagging;
use aws_sdk_route53 as route53;
use aws_sdk_sts as sts;

use super::credentials;
use super::ec2::Ec2;
use super::lambda::Lambda;
use super::outside::Resolver;
use super::roles::Roles;
use super::sandbox::{Connector, SandboxTime};

/// A connection must be made within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// One attempt at a call may take so long.
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// The region of a sandbox when nothing names another.
pub const SANDBOX_REGION: &str = "us-east-1";

/// How to reach AWS.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// From the spec or `--region`; else the usual variables and the profile decide.
    pub region: Option<String>,
    /// `--profile`: its credentials are used whatever the variables hold, as the aws CLI does.
    pub profile: Option<String>,
    /// `--endpoint-url`; else `AWS_ENDPOINT_URL` and the profile decide.
    pub endpoint_url: Option<String>,
    /// For the SDK's app name, which CloudTrail shows.
    pub app_version: &'static str,
}

/// What the clients talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// AWS itself.
    Aws,
    /// Another endpoint: its URL.
    Endpoint(String),
    /// The sandbox inside the process.
    Sandbox,
}

/// A client for each service.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Elastic Load Balancing v2.
    pub elb: elbv2::Client,
    /// AWS Certificate Manager.
    pub acm: acm::Client,
    /// Identity and Access Management; a global service.
    pub iam: iam::Client,
    /// Route 53; a global service.
    pub route53: route53::Client,
    /// Lambda.
    pub lambda: Lambda,
    /// Elastic Compute Cloud.
    pub ec2: Ec2,
    /// Security Token Service.
    pub sts: sts::Client,
    /// Resource Groups Tagging.
    pub tagging: tagging::Client,
    /// The AWS region.
    pub region: String,
    /// What they talk to.
    pub place: Place,
    pub(super) roles: Roles,
    pub(super) resolver: Resolver,
}

impl Clients {
    /// Route 53 through a role, or without one.
    pub async fn route53_as(&self, role: Option<&str>) -> route53::Client {
        match role {
            Some(role) => self.roles.route53(role).await,
            None => self.route53.clone(),
        }
    }
}

/// Why no client could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nothing says which region.
    #[error("no AWS region is set")]
    NoRegion,
    /// No provider of the chain had credentials.
    #[error("no AWS credentials were found")]
    NoCredentials {
        /// What was tried, in the SDK's words.
        tried: String,
    },
    /// A session of IAM Identity Center has ended.
    #[error("the SSO session{} has ended", of_profile(profile.as_deref()))]
    SessionEnded {
        /// `--profile`, if it was given.
        profile: Option<String>,
    },
    /// The profile asked for cannot be used.
    #[error("profile `{profile}` cannot be used: {message}")]
    Profile {
        /// `--profile`.
        profile: String,
        /// Why, in the SDK's words.
        message: String,
    },
    /// `--endpoint-url` or `AWS_ENDPOINT_URL` is no URL.
    #[error("the endpoint `{url}` is no URL that begins with http:// or https://")]
    Endpoint {
        /// What was given.
        url: String,
    },
    /// A provider failed: a role that may not be assumed, a process that ended badly.
    #[error("the AWS credentials could not be loaded: {message}")]
    Credentials {
        /// Why, in the SDK's words.
        message: String,
    },
}

fn of_profile(profile: Option<&str>) -> String {
    profile.map(|profile| format!(" of profile `{profile}`")).unwrap_or_default()
}

impl ConnectError {
    /// The code of the diagnostic.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRegion => "no-region",
            Self::NoCredentials { .. } => "credentials-missing",
            Self::SessionEnded { .. } => "credentials-expired",
            Self::Profile { .. } => "profile",
            Self::Endpoint { .. } => "endpoint",
            Self::Credentials { .. } => "credentials",
        }
    }

    /// What else there is to know.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::NoCredentials { tried } => {
                Some(tried).filter(|tried| !tried.is_empty()).map(String::as_str)
            }
            Self::NoRegion
            | Self::SessionEnded { .. }
            | Self::Profile { .. }
            | Self::Endpoint { .. }
            | Self::Credentials { .. } => None,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoRegion => {
                "write `region:` into the spec, or use --region, AWS_REGION or the profile's region"
                    .to_owned()
            }
            Self::NoCredentials { .. } => {
                "use --profile NAME, AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY,\n\
                 or `aws sso login`; --sandbox needs none"
                    .to_owned()
            }
            Self::SessionEnded { profile: Some(profile) } => format!("aws sso login --profile {profile}"),
            Self::SessionEnded { profile: None } => "aws sso login".to_owned(),
            Self::Profile { .. } => "aws configure list-profiles".to_owned(),
            Self::Endpoint { .. } => "for example --endpoint-url http://127.0.0.1:5000".to_owned(),
            Self::Credentials { .. } => "aws sts get-caller-identity says more".to_owned(),
        }
    }
}

/// Makes clients for AWS or another endpoint, by the usual configuration of the AWS SDKs (variables, profiles,
/// IAM Identity Center, roles). Credentials are loaded at once, so that what is wrong with them is said as such.
///
/// # Errors
/// No region, or no usable credentials.
pub async fn connect(options: ConnectOptions) -> Result<Clients, ConnectError> {
    let Some(region) = region(&options).await else {
        let missing = credentials::missing_profile(options.profile.as_deref()).await;
        return Err(missing.unwrap_or(ConnectError::NoRegion));
    };
    let provider = credentials::load(region.clone(), options.profile.as_deref()).await?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(provider)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts());
    if let Ok(name) = AppName::new(format!("albctl-{}", options.app_version)) {
        loader = loader.app_name(name);
    }
    if let Some(profile) = options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    let place = place(config.endpoint_url())?;
    Ok(clients(&config, place))
}

/// The SDK would only find out at the first call, and then print the whole request.
fn place(endpoint: Option<&str>) -> Result<Place, ConnectError> {
    let Some(url) = endpoint else { return Ok(Place::Aws) };
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    if rest.is_empty() || rest.starts_with('/') || !rest.chars().all(plain) {
        return Err(ConnectError::Endpoint { url: url.to_owned() });
    }
    Ok(Place::Endpoint(url.to_owned()))
}

/// Makes clients in front of the sandbox. Reads nothing from the environment.
pub fn sandboxed(sandbox: Arc<Sandbox>, region: Option<String>) -> Clients {
    let region = region.unwrap_or_else(|| SANDBOX_REGION.to_owned());
    let keys = Credentials::new("AKIASANDBOX000000000", "sandbox", None, None, "sandbox");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .http_client(Connector(Arc::clone(&sandbox)))
        .time_source(SandboxTime(Arc::clone(&sandbox)))
        .retry_config(RetryConfig::disabled())
        .build();
    Clients { resolver: Resolver::Sandbox(sandbox), ..clients(&config, Place::Sandbox) }
}

/// The region without asking the instance metadata service, which hangs for seconds off EC2.
async fn region(options: &ConnectOptions) -> Option<Region> {
    if let Some(region) = options.region.as_ref().filter(|region| !region.is_empty()) {
        return Some(Region::new(region.clone()));
    }
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    if let Some(region) = EnvironmentVariableRegionProvider::new().region().await {
        return Some(region);
    }
    profile.build().region().await
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .build()
}

/// Makes clients of a finished configuration.
pub fn clients(config: &SdkConfig, place: Place) -> Clients {
    Clients {
        elb: elbv2::Client::new(config),
        acm: acm::Client::new(config),
        iam: iam::Client::new(config),
        route53: route53::Client::new(config),
        lambda: Lambda::new(config),
        ec2: Ec2::new(config),
        sts: sts::Client::new(config),
        tagging: tagging::Client::new(config),
        region: config.region().map(ToString::to_string).unwrap_or_default(),
        place,
        roles: Roles::new(config),
        resolver: Resolver::System,
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("AWS"),
            Self::Endpoint(url) => f.write_str(url),
            Self::Sandbox => f.write_str("sandbox"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_urls() {
        assert_eq!(place(None), Ok(Place::Aws));
        let url = "http://127.0.0.1:5000/";
        assert_eq!(place(Some(url)), Ok(Place::Endpoint(url.to_owned())));
        for bad in ["", "127.0.0.1:5000", "not a url", "http://", "http:///x", "https://a b", "ftp://x"] {
            let error = place(Some(bad)).unwrap_err();
            assert_eq!(error.code(), "endpoint", "{bad}");
        }
    }

    #[test]
    fn every_failure_says_what_to_do() {
        let (profile, message) = ("prod".to_owned(), "why".to_owned());
        for error in [
            ConnectError::NoRegion,
            ConnectError::NoCredentials { tried: String::new() },
            ConnectError::SessionEnded { profile: None },
            ConnectError::Profile { profile, message: message.clone() },
            ConnectError::Endpoint { url: String::new() },
            ConnectError::Credentials { message },
        ] {
            assert!(!error.hint().is_empty() && !error.code().is_empty() && !error.to_string().is_empty());
        }
    }

    #[test]
    fn the_sandbox_needs_no_environment() {
        let clients = sandboxed(Arc::new(Sandbox::in_memory()), None);
        assert_eq!((clients.region.as_str(), &clients.place), ("us-east-1", &Place::Sandbox));
        let clients = sandboxed(Arc::new(Sandbox::in_memory()), Some("eu-west-1".to_owned()));
        assert_eq!(clients.region, "eu-west-1");
    }
}
