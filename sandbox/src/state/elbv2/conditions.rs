//! Conditions and transforms of rules: the shapes of the API.

use serde::{Deserialize, Serialize};

use super::super::wire_enum::wire_enum;

wire_enum! {
    /// RuleCondition, `Field`.
    ConditionField {
        HostHeader = "host-header",
        PathPattern = "path-pattern",
        HttpHeader = "http-header",
        HttpRequestMethod = "http-request-method",
        QueryString = "query-string",
        SourceIp = "source-ip",
    }
}

wire_enum! {
    /// TransformTypeEnum.
    TransformType { HostHeaderRewrite = "host-header-rewrite", UrlRewrite = "url-rewrite" }
}

/// RuleCondition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Condition {
    /// Says which configuration it has.
    pub field: ConditionField,
    /// Host and path only: the values of the configuration once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Host, path and header only: the regular expressions of the configuration once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex_values: Option<Vec<String>>,
    /// `host-header`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_header_config: Option<PatternConfig>,
    /// `path-pattern`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_pattern_config: Option<PatternConfig>,
    /// `http-header`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_header_config: Option<HttpHeaderConfig>,
    /// `http-request-method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_request_method_config: Option<MethodConfig>,
    /// `query-string`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_string_config: Option<QueryStringConfig>,
    /// `source-ip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip_config: Option<SourceIpConfig>,
}

/// HostHeaderConditionConfig and PathPatternConditionConfig: values or regular expressions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PatternConfig {
    /// Patterns with `*` and `?`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Regular expressions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex_values: Option<Vec<String>>,
}

/// HttpHeaderConditionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct HttpHeaderConfig {
    /// The header's name, up to 40 characters.
    pub http_header_name: Option<String>,
    /// Patterns with `*` and `?`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Regular expressions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex_values: Option<Vec<String>>,
}

/// HttpRequestMethodConditionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MethodConfig {
    /// Method names.
    pub values: Option<Vec<String>>,
}

/// QueryStringConditionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueryStringConfig {
    /// Pairs, or values of any key.
    pub values: Option<Vec<QueryStringPair>>,
}

/// QueryStringKeyValuePair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueryStringPair {
    /// Any key if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The value.
    pub value: Option<String>,
}

/// SourceIpConditionConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SourceIpConfig {
    /// Up to 5 CIDR blocks.
    pub values: Option<Vec<String>>,
    /// For Network Load Balancers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
}

/// RuleTransform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Transform {
    /// Says which configuration it has.
    #[serde(rename = "Type")]
    pub kind: TransformType,
    /// `host-header-rewrite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_header_rewrite_config: Option<RewriteConfig>,
    /// `url-rewrite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_rewrite_config: Option<RewriteConfig>,
}

/// HostHeaderRewriteConfig and UrlRewriteConfig.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RewriteConfig {
    /// Exactly one.
    pub rewrites: Option<Vec<Rewrite>>,
}

/// RewriteConfig of the API: what is found and what it becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rewrite {
    /// Up to 1024 characters.
    pub regex: String,
    /// Up to 1024 characters, with `$1` ...
    pub replace: String,
}
