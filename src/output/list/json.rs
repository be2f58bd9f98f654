//! The load balancers of a region for programs. Fields are only ever added.

use serde_json::{Value, json};

use super::{Known, Owner, Row};
use crate::model::survey::SurveyedListener;
use crate::output::header::Header;

/// The answer of `list`.
pub fn render(rows: &[Row], notes: &[String], header: &Header) -> Value {
    let mut answer = header.to_json();
    // A region has no stack.
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("stack");
    }
    answer["load_balancers"] = rows.iter().map(row).collect();
    answer["notes"] = json!(notes);
    answer
}

fn row(one: &Row) -> Value {
    let Row { name, arn, dns_name, owner, state, scheme, listeners, health, days, problems } = one;
    let listeners = listeners.value().map(|all| all.iter().map(listener).collect::<Vec<_>>());
    let counts = health.value().copied().flatten();
    json!({
        "name": name,
        "arn": arn,
        "dns_name": dns_name,
        "owner": owner.value().and_then(Option::as_ref).map(self::owner),
        "owner_known": known(owner),
        "state": state,
        "scheme": scheme,
        "listeners": listeners,
        "healthy": counts.map(|(healthy, _)| healthy),
        "targets": counts.map(|(_, all)| all),
        "targets_known": known(health),
        "certificate_days": days.value().copied().flatten(),
        "certificates_known": known(days),
        "problems": problems,
    })
}

fn owner(Owner { system, name }: &Owner) -> Value {
    json!({"system": system, "name": name})
}

fn listener(one: &SurveyedListener) -> Value {
    let SurveyedListener { arn, port, protocol, certificates, complete, weightless } = one;
    json!({
        "arn": arn,
        "port": port,
        "protocol": protocol,
        "certificates": certificates,
        "certificates_complete": complete,
        "weightless": weightless,
    })
}

/// Whether all could be read.
fn known<T>(value: &Known<T>) -> bool {
    match value {
        Known::All(_) => true,
        Known::Part(_) | Known::Nothing => false,
    }
}
