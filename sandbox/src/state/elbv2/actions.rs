//! Actions of rules: the shapes of the API.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::wire_enum::wire_enum;

wire_enum! {
    /// ActionTypeEnum.
    ActionType {
        Forward = "forward",
        AuthenticateOidc = "authenticate-oidc",
        AuthenticateCognito = "authenticate-cognito",
        Redirect = "redirect",
        FixedResponse = "fixed-response",
        JwtValidation = "jwt-validation",
    }
}

wire_enum! {
    /// RedirectActionStatusCodeEnum.
    RedirectStatus { Permanent = "HTTP_301", Temporary = "HTTP_302" }
}

wire_enum! {
    /// AuthenticateOidcActionConditionalBehaviorEnum, and the same of Cognito.
    OnUnauthenticated { Deny = "deny", Allow = "allow", Authenticate = "authenticate" }
}

wire_enum! {
    /// JwtValidationActionAdditionalClaimFormatEnum.
    ClaimFormat {
        SingleString = "single-string",
        StringArray = "string-array",
        SpaceSeparatedValues = "space-separated-values",
    }
}

/// Action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Action {
    /// Says which configuration it has.
    #[serde(rename = "Type")]
    pub kind: ActionType,
    /// 1 to 50000; filled in by the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// Of a forward to one group: that group, beside the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// `forward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_config: Option<ForwardConfig>,
    /// `redirect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_config: Option<RedirectConfig>,
    /// `fixed-response`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_response_config: Option<FixedResponseConfig>,
    /// `authenticate-oidc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticate_oidc_config: Option<OidcConfig>,
    /// `authenticate-cognito`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticate_cognito_config: Option<CognitoConfig>,
    /// `jwt-validation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_validation_config: Option<JwtConfig>,
}

impl Action {
    /// The ARNs of the groups it forwards to, once it is in canonical form.
    pub fn target_groups(&self) -> impl Iterator<Item = &str> {
        self.forward_config
            .iter()
            .flat_map(|f| &f.target_groups)
            .flatten()
            .map(|t| t.target_group_arn.as_str())
    }
}

/// ForwardActionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ForwardConfig {
    /// 1 to 5 groups.
    pub target_groups: Option<Vec<TargetGroupTuple>>,
    /// Filled in by the API: disabled.
    pub target_group_stickiness_config: Option<GroupStickiness>,
}

/// TargetGroupTuple.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TargetGroupTuple {
    /// The group.
    pub target_group_arn: String,
    /// 0 to 999; 1 is filled in for a single group.
    pub weight: Option<u32>,
}

/// TargetGroupStickinessConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GroupStickiness {
    /// False by default.
    pub enabled: Option<bool>,
    /// 1 to 604800; required when enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
}

/// RedirectActionConfig. What is not given is filled in by the API with the placeholder that keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RedirectConfig {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    pub protocol: Option<String>,
    /// 1 to 65535 or `#{port}`.
    pub port: Option<String>,
    /// May contain `#{host}`.
    pub host: Option<String>,
    /// Starts with `/`; may contain `#{host}`, `#{path}`, `#{port}`.
    pub path: Option<String>,
    /// Without the leading `?`.
    pub query: Option<String>,
    /// Permanent or temporary.
    pub status_code: RedirectStatus,
}

/// FixedResponseActionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FixedResponseConfig {
    /// Up to 1024 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_body: Option<String>,
    /// 2XX, 4XX or 5XX.
    pub status_code: String,
    /// One of five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// AuthenticateOidcActionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OidcConfig {
    /// A full https URL.
    pub issuer: String,
    /// A full https URL.
    pub authorization_endpoint: String,
    /// A full https URL.
    pub token_endpoint: String,
    /// A full https URL.
    pub user_info_endpoint: String,
    /// The OAuth client.
    pub client_id: String,
    /// Input only: neither stored nor returned.
    #[serde(default, skip_serializing)]
    pub client_secret: Option<Secret>,
    /// Input only.
    #[serde(default, skip_serializing)]
    pub use_existing_client_secret: Option<bool>,
    /// Filled in by the API.
    pub session_cookie_name: Option<String>,
    /// Filled in by the API.
    pub scope: Option<String>,
    /// Seconds; filled in by the API.
    pub session_timeout: Option<u64>,
    /// Up to 10 query parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// Filled in by the API.
    pub on_unauthenticated_request: Option<OnUnauthenticated>,
}

/// AuthenticateCognitoActionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CognitoConfig {
    /// The user pool.
    pub user_pool_arn: String,
    /// Its client.
    pub user_pool_client_id: String,
    /// Its domain prefix or domain.
    pub user_pool_domain: String,
    /// Filled in by the API.
    pub session_cookie_name: Option<String>,
    /// Filled in by the API.
    pub scope: Option<String>,
    /// Seconds; filled in by the API.
    pub session_timeout: Option<u64>,
    /// Up to 10 query parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// Filled in by the API.
    pub on_unauthenticated_request: Option<OnUnauthenticated>,
}

/// JwtValidationActionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct JwtConfig {
    /// A full https URL.
    pub jwks_endpoint: String,
    /// The issuer to expect.
    pub issuer: String,
    /// Up to 10 claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_claims: Option<Vec<Claim>>,
}

/// JwtValidationActionAdditionalClaim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Claim {
    /// How the claim's value is written.
    pub format: ClaimFormat,
    /// Its name.
    pub name: String,
    /// Up to 10 values.
    pub values: Vec<String>,
}

/// Text that must not be shown, stored or returned.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Whether there is a secret at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
