//! The table of a certificate's fields. API: RequestCertificate, ImportCertificate, UploadServerCertificate.

use serde_json::{Value, json};

use super::model::{Certificate, GOOD, Store};
use crate::at;
use crate::kinds::show::{show_set, show_tags};
use crate::model::field::{Carrier, Field, Form};

/// The key of the row that tells whether ACM waits for validation.
pub const PENDING: &str = "validation";

/// How the state begins of a self-signed certificate that is due for renewal; the day follows.
pub const ENDS: &str = "ends ";

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Of one that is good otherwise, the end: it is why it is made anew.
fn show_state(value: &Value) -> String {
    let text = show(value);
    if text.starts_with(ENDS) { format!("due for renewal: {text}") } else { text }
}

fn show_pending(value: &Value) -> String {
    if value == &json!(true) { "pending" } else { "done" }.to_owned()
}

/// Sixteen digits are enough for people.
fn show_fingerprint(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    format!("sha256 {}", text.get(..16).unwrap_or(text))
}

/// All fields of a certificate, in the order in which changes are shown. Only what an imported certificate consists of
/// changes in place: a re-import keeps the ARN.
pub static FIELDS: &[Field<Certificate>] = &[
    Field::new("store", Form::Structure(show), Carrier::Fixed, at!(store), "Where it is."),
    Field {
        // What the common name of a certificate from files is does not matter.
        applies: |certificate| certificate.fingerprint.is_none(),
        ..Field::new("domain", Form::Structure(show), Carrier::Fixed, at!(domain), "The first name.")
    },
    Field::new("names", Form::Structure(show_set), Carrier::Fixed, at!(names), "All its names."),
    Field::new("key", Form::Structure(show), Carrier::Fixed, at!(key), "The type of its key."),
    Field {
        applies: |certificate| certificate.fingerprint.is_none(),
        default: |_| json!(false),
        ..Field::new(
            "self_signed",
            Form::Structure(show),
            Carrier::Fixed,
            at!(self_signed),
            "Signed by its own key.",
        )
    },
    Field {
        applies: |certificate| certificate.fingerprint.is_none(),
        default: |_| json!(GOOD),
        ..Field::new(
            "state",
            Form::Structure(show_state),
            Carrier::Fixed,
            at!(state),
            "Whether it can be used.",
        )
    },
    Field {
        default: |_| json!(false),
        ..Field::new(
            PENDING,
            Form::Structure(show_pending),
            Carrier::Operation("ChangeResourceRecordSets"),
            at!(pending),
            "Whether ACM waits for the validation of its names.",
        )
    },
    Field {
        applies: |certificate| certificate.store == Store::Import && certificate.fingerprint.is_some(),
        ..Field::new(
            "import.certificate",
            Form::Structure(show_fingerprint),
            Carrier::Operation("ImportCertificate"),
            at!(fingerprint),
            "The certificate and its chain.",
        )
    },
    Field {
        applies: |certificate| certificate.store == Store::Iam && certificate.fingerprint.is_some(),
        ..Field::new(
            "iam.certificate",
            Form::Structure(show_fingerprint),
            Carrier::Fixed,
            at!(fingerprint),
            "The certificate and its chain.",
        )
    },
    Field {
        // UpdateServerCertificate would change the ARN, too, which listeners have.
        applies: |certificate| certificate.store == Store::Iam && certificate.path.is_some(),
        ..Field::new("iam.path", Form::Structure(show), Carrier::Fixed, at!(path), "Its path in IAM.")
    },
    Field {
        default: |_| json!({}),
        ..Field::new("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];
