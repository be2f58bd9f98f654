//! The TLS side of a listener: security policy, default certificate, client certificates.

use super::certificates::{self, Given};
use super::{Ctx, ssl_policies};
use crate::services::refuse;
use crate::state::Listener;
use crate::state::elbv2::{MutualAuthentication, MutualAuthenticationMode, Protocol};
use crate::wire::ApiError;

/// CreateListener, `SslPolicy`: what the API takes if none is given (the console takes another).
const DEFAULT_POLICY: &str = "ELBSecurityPolicy-2016-08";

/// The TLS parameters of CreateListener and ModifyListener.
#[derive(Default)]
pub(super) struct GivenTls {
    pub(super) ssl_policy: Option<String>,
    pub(super) certificates: Vec<Given>,
    pub(super) alpn_policy: Vec<String>,
    pub(super) mutual_authentication: Option<MutualAuthentication>,
}

/// The TLS settings of a listener, checked; all empty for HTTP.
#[derive(Default, PartialEq)]
pub(super) struct Tls {
    pub(super) ssl_policy: Option<String>,
    pub(super) default_certificate: Option<String>,
    pub(super) mutual_authentication: Option<MutualAuthentication>,
}

impl Tls {
    pub(super) fn of(listener: &Listener) -> Self {
        Tls {
            ssl_policy: listener.ssl_policy.clone(),
            default_certificate: listener.default_certificate.clone(),
            mutual_authentication: listener.mutual_authentication.clone(),
        }
    }
}

/// The settings that a listener of this protocol gets from what it had and what is given.
pub(super) fn resolve(ctx: &Ctx<'_>, protocol: Protocol, had: Tls, given: GivenTls) -> Result<Tls, ApiError> {
    // CreateListener, `AlpnPolicy`: for TLS listeners, which Network Load Balancers have.
    refuse(!given.alpn_policy.is_empty(), || {
        ApiError::configuration("ALPN policies are not supported for Application Load Balancers")
    })?;
    match protocol {
        Protocol::Https => https(ctx, had, given),
        Protocol::Http => http(ctx, &given),
        other => Err(unsupported(other)),
    }
}

/// API: UnsupportedProtocol.
fn unsupported(protocol: Protocol) -> ApiError {
    let message = format!("The protocol '{protocol}' is not supported for Application Load Balancers");
    ApiError::new("UnsupportedProtocol", message)
}

/// ModifyListener: "Changing the protocol from HTTPS to HTTP ... removes the security policy and default
/// certificate properties."
fn http(ctx: &Ctx<'_>, given: &GivenTls) -> Result<Tls, ApiError> {
    let tls = given.ssl_policy.is_some() || !given.certificates.is_empty();
    // A guess: AWS documents these as "[HTTPS and TLS listeners]".
    ctx.guess(tls, || {
        ApiError::configuration("Certificates and security policies are not supported for HTTP listeners")
    })?;
    let mode = given.mutual_authentication.as_ref().and_then(|m| m.mode);
    // A guess, for the same reason.
    ctx.guess(mode.is_some_and(|m| m != MutualAuthenticationMode::Off), || {
        ApiError::configuration("Mutual authentication is not supported for HTTP listeners")
    })?;
    Ok(Tls::default())
}

fn https(ctx: &Ctx<'_>, had: Tls, given: GivenTls) -> Result<Tls, ApiError> {
    let certificate = match given.certificates.is_empty() {
        true => had.default_certificate,
        false => {
            let arn = certificates::single(given.certificates)?;
            certificates::check(ctx, &arn)?;
            Some(arn)
        }
    };
    // CreateListener, `Certificates`: "You must provide exactly one certificate."
    refuse(certificate.is_none(), || {
        ApiError::validation("A certificate must be specified for HTTPS listeners")
    })?;
    let policy = given.ssl_policy.or(had.ssl_policy).unwrap_or_else(|| DEFAULT_POLICY.to_owned());
    ssl_policies::check(&policy)?;
    let mutual = given.mutual_authentication.or(had.mutual_authentication);
    Ok(Tls {
        ssl_policy: Some(policy),
        default_certificate: certificate,
        mutual_authentication: Some(mutual_authentication(ctx, mutual)?),
    })
}

/// MutualAuthenticationAttributes: off by default; `verify` needs a trust store. There are no trust stores in the
/// sandbox, so any ARN is one.
fn mutual_authentication(
    ctx: &Ctx<'_>,
    given: Option<MutualAuthentication>,
) -> Result<MutualAuthentication, ApiError> {
    let mut wanted = given.unwrap_or(MutualAuthentication {
        mode: None,
        trust_store_arn: None,
        ignore_client_certificate_expiry: None,
        trust_store_association_status: None,
        advertise_trust_store_ca_names: None,
    });
    wanted.trust_store_association_status = None;
    let mode = *wanted.mode.get_or_insert(MutualAuthenticationMode::Off);
    let verify = mode == MutualAuthenticationMode::Verify;
    refuse(verify && wanted.trust_store_arn.is_none(), || {
        ApiError::validation(
            "A trust store ARN must be specified when the mutual authentication mode is 'verify'",
        )
    })?;
    // A guess: the trust store is documented for `verify` only.
    ctx.guess(!verify && wanted.trust_store_arn.is_some(), || {
        ApiError::validation(format!(
            "A trust store ARN cannot be specified when the mutual authentication mode is '{mode}'"
        ))
    })?;
    Ok(wanted)
}
