//! The table of a listener's fields. API: CreateListener and ModifyListener.

use serde_json::{Value, json};

use super::attributes;
use super::model::{Listener, Protocol};
use crate::at;
use crate::base::Ty;
use crate::kinds::action::model::show_value;
use crate::kinds::show::{show_set, show_tags};
use crate::model::field::{Carrier, Field, Form};

const MODIFY: Carrier = Carrier::Operation("ModifyListener");

/// The TLS policy of listeners whose spec names none. Frozen with version 1 of the spec language: the console's
/// default and AWS's recommendation of September 2025; the API's own default still allows TLS 1.0.
pub const DEFAULT_SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/// Whether the default certificate is among the others, for people.
fn show_in_list(value: &Value) -> String {
    match value {
        Value::Bool(true) => "in the list, too".to_owned(),
        Value::Bool(false) => "not in the list".to_owned(),
        other => show_value(other),
    }
}

/// All fields of a listener, in the order in which changes are shown.
pub static FIELDS: &[Field<Listener>] = &[
    Field::new("port", Form::Scalar(Ty::Int { min: 1, max: 65_535 }), MODIFY, at!(port), "The port."),
    Field::new(
        "protocol",
        Form::Scalar(Ty::OneOf(Protocol::WORDS)),
        MODIFY,
        at!(protocol),
        "HTTP or HTTPS; by default HTTPS where there are certificates.",
    ),
    Field {
        applies: |listener| listener.protocol == Protocol::Https,
        default: |listener| match listener.protocol {
            Protocol::Https => json!(DEFAULT_SSL_POLICY),
            Protocol::Http => Value::Null,
        },
        ..Field::new(
            "ssl_policy",
            Form::Scalar(Ty::Text { max: 128 }),
            MODIFY,
            at!(ssl_policy),
            "The TLS policy.",
        )
    },
    Field {
        default: |_| json!([]),
        ..Field::new(
            "certificates",
            Form::Structure(show_set),
            MODIFY,
            at!(certificates),
            "The first is the default, the others serve the names they are for.",
        )
    },
    Field {
        applies: |listener| listener.protocol == Protocol::Https,
        default: |_| json!(true),
        ..Field::new(
            "certificates.default_in_sni",
            Form::Structure(show_in_list),
            MODIFY,
            at!(default_in_sni),
            "The default certificate is among those that serve the names they are for.",
        )
    },
    Field::new(
        "default",
        Form::Structure(show_value),
        MODIFY,
        at!(default),
        "For requests that no rule matches.",
    ),
    attributes::server(
        "response_headers.server",
        "routing.http.response.server.enabled",
        "Whether clients get the header Server.",
    ),
    attributes::response(
        "response_headers.strict_transport_security",
        "routing.http.response.strict_transport_security.header_value",
        "The header Strict-Transport-Security that clients get.",
    ),
    attributes::response(
        "response_headers.content_security_policy",
        "routing.http.response.content_security_policy.header_value",
        "The header Content-Security-Policy that clients get.",
    ),
    attributes::response(
        "response_headers.x_content_type_options",
        "routing.http.response.x_content_type_options.header_value",
        "The header X-Content-Type-Options that clients get.",
    ),
    attributes::response(
        "response_headers.x_frame_options",
        "routing.http.response.x_frame_options.header_value",
        "The header X-Frame-Options that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_allow_origin",
        "routing.http.response.access_control_allow_origin.header_value",
        "The header Access-Control-Allow-Origin that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_allow_methods",
        "routing.http.response.access_control_allow_methods.header_value",
        "The header Access-Control-Allow-Methods that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_allow_headers",
        "routing.http.response.access_control_allow_headers.header_value",
        "The header Access-Control-Allow-Headers that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_allow_credentials",
        "routing.http.response.access_control_allow_credentials.header_value",
        "The header Access-Control-Allow-Credentials that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_expose_headers",
        "routing.http.response.access_control_expose_headers.header_value",
        "The header Access-Control-Expose-Headers that clients get.",
    ),
    attributes::response(
        "response_headers.access_control_max_age",
        "routing.http.response.access_control_max_age.header_value",
        "The header Access-Control-Max-Age that clients get.",
    ),
    attributes::request(
        "request_headers.tls_version",
        "routing.http.request.x_amzn_tls_version.header_name",
        |_| json!("X-Amzn-Tls-Version"),
        "The header with the TLS version.",
    ),
    attributes::request(
        "request_headers.tls_cipher_suite",
        "routing.http.request.x_amzn_tls_cipher_suite.header_name",
        |_| json!("X-Amzn-Tls-Cipher-Suite"),
        "The header with the cipher suite.",
    ),
    attributes::request(
        "request_headers.clientcert",
        "routing.http.request.x_amzn_mtls_clientcert.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert"),
        "The header with the client's certificate.",
    ),
    attributes::request(
        "request_headers.clientcert_serial_number",
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert-Serial-Number"),
        "The header with its serial number.",
    ),
    attributes::request(
        "request_headers.clientcert_issuer",
        "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert-Issuer"),
        "The header with its issuer.",
    ),
    attributes::request(
        "request_headers.clientcert_subject",
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert-Subject"),
        "The header with its subject.",
    ),
    attributes::request(
        "request_headers.clientcert_validity",
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert-Validity"),
        "The header with its validity.",
    ),
    attributes::request(
        "request_headers.clientcert_leaf",
        "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        |_| json!("X-Amzn-Mtls-Clientcert-Leaf"),
        "The header with the leaf certificate.",
    ),
    Field {
        default: |_| json!({}),
        ..Field::new("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];
