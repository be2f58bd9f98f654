//! Attributes of listeners (ListenerAttribute, `Key`).

use serde::Deserialize;
use serde_json::Value;

use super::Ctx;
use super::attributes::{self, Attribute, Given, Values, row};
use crate::state::Listener;
use crate::state::elbv2::Protocol;
use crate::wire::ApiError;

/// What keys of request headers begin with: they are about TLS, so they need HTTPS.
const TLS_ONLY: &str = "routing.http.request.";

const TABLE: &[Attribute] = &[
    row(
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert-Serial-Number",
    ),
    row(
        "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert-Issuer",
    ),
    row(
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert-Subject",
    ),
    row(
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert-Validity",
    ),
    row(
        "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert-Leaf",
    ),
    row(
        "routing.http.request.x_amzn_mtls_clientcert.header_name",
        Values::HeaderName,
        "X-Amzn-Mtls-Clientcert",
    ),
    row("routing.http.request.x_amzn_tls_version.header_name", Values::HeaderName, "X-Amzn-Tls-Version"),
    row(
        "routing.http.request.x_amzn_tls_cipher_suite.header_name",
        Values::HeaderName,
        "X-Amzn-Tls-Cipher-Suite",
    ),
    row("routing.http.response.server.enabled", Values::Bool, "true"),
    row("routing.http.response.strict_transport_security.header_value", Values::Text, ""),
    row("routing.http.response.access_control_allow_origin.header_value", Values::Text, ""),
    row("routing.http.response.access_control_allow_methods.header_value", Values::Text, ""),
    row("routing.http.response.access_control_allow_headers.header_value", Values::Text, ""),
    row("routing.http.response.access_control_allow_credentials.header_value", Values::Text, ""),
    row("routing.http.response.access_control_expose_headers.header_value", Values::Text, ""),
    row("routing.http.response.access_control_max_age.header_value", Values::Text, ""),
    row("routing.http.response.content_security_policy.header_value", Values::Text, ""),
    row("routing.http.response.x_content_type_options.header_value", Values::OneOf(&["", "nosniff"]), ""),
    row(
        "routing.http.response.x_frame_options.header_value",
        Values::Check(is_frame_option, "DENY, SAMEORIGIN or ALLOW-FROM with a URI"),
        "",
    ),
];

/// User guide, "HTTP header modification": DENY, SAMEORIGIN, ALLOW-FROM uri.
fn is_frame_option(value: &str) -> bool {
    matches!(value, "" | "DENY" | "SAMEORIGIN")
        || value.strip_prefix("ALLOW-FROM ").is_some_and(|uri| !uri.is_empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAttributes {
    listener_arn: String,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeAttributes) -> Result<Value, ApiError> {
    Ok(render(ctx.see(&input.listener_arn)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyAttributes {
    listener_arn: String,
    attributes: Vec<Given>,
}

pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyAttributes) -> Result<Value, ApiError> {
    let listener = ctx.get::<Listener>(&input.listener_arn)?;
    let changes = attributes::check(input.attributes, TABLE, "Listener")?;
    // A guess: the names of TLS headers cannot be set where there is no TLS.
    let tls_key = changes.keys().find(|key| key.starts_with(TLS_ONLY));
    ctx.guess(tls_key.is_some() && listener.protocol != Protocol::Https, || {
        ApiError::configuration(format!(
            "The attribute '{}' is only supported for HTTPS listeners",
            tls_key.map_or("", |k| k)
        ))
    })?;
    let listener = ctx.get_mut::<Listener>(&input.listener_arn)?;
    for (key, value) in changes {
        // A guess: an empty header name resets it to the standard one, which the table has.
        match value.is_empty() {
            true => listener.attributes.remove(&key),
            false => listener.attributes.insert(key, value),
        };
    }
    Ok(render(listener))
}

fn render(listener: &Listener) -> Value {
    let tls = listener.protocol == Protocol::Https;
    attributes::describe(
        &listener.attributes,
        TABLE.iter().filter(|row| tls || !row.key.starts_with(TLS_ONLY)),
    )
}
