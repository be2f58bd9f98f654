//! Certificates for programs.

use serde_json::{Value, json};

use super::certs_list::{Host, Listener};
use super::certs_text::Client;
use crate::fix::certs::{Facts, Known, Reason};

/// What is known of a certificate.
pub fn facts(facts: &Facts, now: u64) -> Value {
    json!({
        "arn": facts.arn,
        "store": facts.store.as_str(),
        "domain": facts.domain,
        "names": facts.names,
        "key": facts.key,
        "signature": facts.signature,
        "not_before": facts.not_before,
        "not_after": facts.not_after,
        "days_left": facts.days_left(now),
        "status": facts.status,
        "renewal": facts.renewal_at(now),
        "used_by": facts.used_by,
        "problem": facts.problem(now),
        "records": facts.records,
    })
}

/// The listeners of `cert list`.
pub fn listeners(all: &[Listener]) -> Value {
    let host = |host: &Host| json!({ "host": host.name, "rules": host.rules });
    let listener = |one: &Listener| {
        let certificates = one.certificates.iter().map(|certificate| {
            let mut value = match &certificate.known {
                Known::Found(found) => facts(found, one.now),
                Known::Gone | Known::Denied => json!({ "arn": certificate.arn }),
            };
            value["readable"] = json!(certificate.known.facts().is_some());
            value["default"] = json!(certificate.default);
            value["in_list"] = json!(certificate.listed);
            value["problem"] = json!(certificate.problem(one.now));
            value["hosts"] = certificate.hosts.iter().map(host).collect();
            value
        });
        json!({
            "listener": one.id,
            "port": one.port,
            "ssl_policy": one.policy,
            "certificates": certificates.collect::<Vec<_>>(),
            "uncovered_hosts": one.uncovered.iter().map(host).collect::<Vec<_>>(),
            "problems": one.problems(),
        })
    };
    all.iter().map(listener).collect()
}

/// What a client gets.
pub fn client(shown: &Client<'_>) -> Value {
    let reason = match shown.choice.reason {
        Reason::Default => "default",
        Reason::Only => "only",
        Reason::Algorithm => "algorithm",
        Reason::Hash => "hash",
        Reason::KeySize => "key_size",
        Reason::Validity => "validity",
        Reason::Undecided => "undecided",
    };
    let others: Vec<Value> = shown.choice.others.iter().map(|one| facts(one, shown.now)).collect();
    json!({
        "host": shown.host,
        "port": shown.port,
        "certificate": facts(shown.choice.certificate, shown.now),
        "name": shown.choice.name,
        "covered": shown.choice.name.is_some(),
        "reason": reason,
        "others": others,
        "without_ecdsa": shown.choice.without_ecdsa.map(|one| facts(one, shown.now)),
        "without_sni": facts(shown.default, shown.now),
    })
}
