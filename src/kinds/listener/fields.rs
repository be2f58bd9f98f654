//! The table of a listener's fields. API: CreateListener and ModifyListener.

use serde_json::{Value, json};

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
            Form::Structure(show_value),
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
    Field {
        default: |_| json!({}),
        ..Field::new("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];
