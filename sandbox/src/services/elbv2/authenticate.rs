//! Authentication actions: OpenID Connect, Cognito, JSON Web Tokens.

use std::collections::BTreeMap;

use super::actions::{Place, invalid};
use super::names;
use crate::services::refuse;
use crate::state::elbv2::{Claim, ClaimFormat, CognitoConfig, JwtConfig, OidcConfig, OnUnauthenticated};
use crate::wire::ApiError;

/// AuthenticateOidcActionConfig and AuthenticateCognitoActionConfig: what the API fills in.
const SESSION_COOKIE: &str = "AWSELBAuthSessionCookie";
const SCOPE: &str = "openid";
const SESSION_TIMEOUT: u64 = 604_800;

/// AuthenticateOidcActionConfig: endpoints are full HTTPS URLs; a secret is required, and is forgotten here.
pub(super) fn oidc(place: &Place<'_>, mut config: OidcConfig) -> Result<OidcConfig, ApiError> {
    check_url("Issuer", &config.issuer)?;
    check_url("AuthorizationEndpoint", &config.authorization_endpoint)?;
    check_url("TokenEndpoint", &config.token_endpoint)?;
    check_url("UserInfoEndpoint", &config.user_info_endpoint)?;
    refuse(config.client_id.is_empty(), || invalid("The client ID must not be empty"))?;
    let secret = config.client_secret.take().filter(|s| !s.is_empty());
    let keep = config.use_existing_client_secret.take().unwrap_or(false);
    let had_one = place
        .replaced
        .is_some_and(|(_, actions)| actions.iter().any(|a| a.authenticate_oidc_config.is_some()));
    // `ClientSecret`: required when creating; when modifying it may be left out if UseExistingClientSecret is true.
    refuse(secret.is_none() && !(keep && had_one), || {
        invalid(
            "The client secret must be specified, or the existing client secret used when modifying a rule",
        )
    })?;
    refuse(secret.is_some() && keep, || {
        invalid("You cannot specify a client secret and use the existing client secret at the same time")
    })?;
    check_session(config.session_timeout, config.authentication_request_extra_params.as_ref())?;
    config.session_cookie_name.get_or_insert_with(|| SESSION_COOKIE.to_owned());
    config.scope.get_or_insert_with(|| SCOPE.to_owned());
    config.session_timeout.get_or_insert(SESSION_TIMEOUT);
    config.on_unauthenticated_request.get_or_insert(OnUnauthenticated::Authenticate);
    Ok(config)
}

/// AuthenticateCognitoActionConfig. Whether pool, client and domain exist is not known here.
pub(super) fn cognito(mut config: CognitoConfig) -> Result<CognitoConfig, ApiError> {
    refuse(!config.user_pool_arn.starts_with("arn:"), || {
        invalid(format!("'{}' is not a valid user pool ARN", config.user_pool_arn))
    })?;
    check_session(config.session_timeout, config.authentication_request_extra_params.as_ref())?;
    config.session_cookie_name.get_or_insert_with(|| SESSION_COOKIE.to_owned());
    config.scope.get_or_insert_with(|| SCOPE.to_owned());
    config.session_timeout.get_or_insert(SESSION_TIMEOUT);
    config.on_unauthenticated_request.get_or_insert(OnUnauthenticated::Authenticate);
    Ok(config)
}

/// `SessionTimeout`: 1 second to 7 days; `AuthenticationRequestExtraParams`: up to 10.
fn check_session(timeout: Option<u64>, params: Option<&BTreeMap<String, String>>) -> Result<(), ApiError> {
    refuse(timeout.is_some_and(|t| !(1..=SESSION_TIMEOUT).contains(&t)), || {
        invalid("The session timeout must be in the range 1 to 604800 seconds")
    })?;
    refuse(params.is_some_and(|p| p.len() > 10), || {
        invalid("Up to 10 extra parameters can be specified for an authentication request")
    })
}

/// JwtValidationActionConfig.
pub(super) fn jwt(mut config: JwtConfig) -> Result<JwtConfig, ApiError> {
    check_url("JwksEndpoint", &config.jwks_endpoint)?;
    check_length("JwksEndpoint", &config.jwks_endpoint)?;
    check_length("Issuer", &config.issuer)?;
    config.additional_claims = config.additional_claims.filter(|claims| !claims.is_empty());
    let claims = config.additional_claims.as_deref().unwrap_or_default();
    refuse(claims.len() > 10, || invalid("Up to 10 additional claims can be specified"))?;
    claims.iter().try_for_each(check_claim)?;
    Ok(config)
}

/// JwtValidationActionAdditionalClaim.
fn check_claim(claim: &Claim) -> Result<(), ApiError> {
    let name = &claim.name;
    refuse(name.is_empty() || matches!(name.as_str(), "exp" | "iss" | "nbf" | "iat"), || {
        invalid(format!("The claim '{name}' cannot be specified: it is validated by default"))
    })?;
    refuse(claim.values.is_empty() || claim.values.len() > 10, || {
        invalid(format!("The claim '{name}' must have 1 to 10 values"))
    })?;
    // A single string is one value, by its name.
    refuse(claim.format == ClaimFormat::SingleString && claim.values.len() > 1, || {
        invalid(format!("The claim '{name}' of format 'single-string' must have one value"))
    })?;
    let spaced =
        claim.format == ClaimFormat::SpaceSeparatedValues && claim.values.iter().any(|v| v.contains(' '));
    refuse(spaced, || invalid(format!("The values of the claim '{name}' cannot include spaces")))?;
    claim.values.iter().try_for_each(|value| check_length(name, value))
}

/// "This must be a full URL, including the HTTPS protocol, the domain, and the path."
fn check_url(what: &str, url: &str) -> Result<(), ApiError> {
    refuse(!names::is_https_url(url), || invalid(format!("{what} '{url}' must be a full URL with HTTPS")))
}

fn check_length(what: &str, text: &str) -> Result<(), ApiError> {
    refuse(!(1..=256).contains(&text.chars().count()), || {
        invalid(format!("{what} must have 1 to 256 characters"))
    })
}
