//! Which hosts of a listener's rules no certificate of it is for.

use super::key::{self, CertificateKey};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::listener::Listener;
use crate::kinds::listener::model::Protocol;
use crate::kinds::{Desired, Resource, rule};
use crate::model::ResourceId;

/// Warns of hosts that no certificate is for, on listeners of which all certificates are the spec's own: the names of
/// others are known only when AWS is asked.
pub fn check(desired: &Desired, diags: &mut Diagnostics) {
    let own = |key: &CertificateKey| {
        let wanted = desired.resources.get(&super::id(key.own()?))?;
        let Resource::Certificate(model) = &wanted.resource else { return None };
        Some(model.names.iter().cloned().collect::<Vec<_>>())
    };
    for (id, listener) in encrypted(desired) {
        let names: Option<Vec<Vec<String>>> = listener.certificates.iter().map(own).collect();
        if let Some(names) = names {
            uncovered(desired, id, &names.concat(), diags);
        }
    }
}

/// The HTTPS listeners that have certificates.
pub fn encrypted(desired: &Desired) -> impl Iterator<Item = (&ResourceId, &Listener)> {
    desired.resources.iter().filter_map(|(id, wanted)| {
        let Resource::Listener(listener) = &wanted.resource else { return None };
        (listener.protocol == Protocol::Https).then_some((id, listener))
    })
}

/// Warns of each host of a listener's rules that none of the names is for.
pub fn uncovered(desired: &Desired, listener: &ResourceId, names: &[String], diags: &mut Diagnostics) {
    if names.is_empty() {
        return;
    }
    for id in desired.rule_order.get(listener.key()).into_iter().flatten() {
        let Some(wanted) = desired.resources.get(id) else { continue };
        let Resource::Rule(model) = &wanted.resource else { continue };
        let at = wanted.fields.get("when").copied().unwrap_or(wanted.place);
        for host in hosts_of(&model.when) {
            if names.iter().any(|name| key::covers(name, host)) {
                continue;
            }
            let message = format!("no certificate of {listener} is for `{host}`");
            diags.push(
                Diagnostic::warning("uncovered-host", message)
                    .at(at, "")
                    .note(format!("names of its certificates: {}", names.join(", ")))
                    .help("clients that check certificates will not come here: add the name to one of them"),
            );
        }
    }
}

/// The hosts of conditions that a certificate can be for.
pub fn hosts_of(when: &[rule::Condition]) -> impl Iterator<Item = &String> {
    when.iter().filter_map(hosts).flatten().filter(|host| is_judged(host))
}

fn hosts(condition: &rule::Condition) -> Option<&std::collections::BTreeSet<String>> {
    match condition {
        rule::Condition::Host(hosts) => Some(hosts),
        rule::Condition::Path(_)
        | rule::Condition::Method(_)
        | rule::Condition::Header { .. }
        | rule::Condition::Query(_)
        | rule::Condition::SourceIp(_)
        | rule::Condition::Unknown { .. } => None,
    }
}

/// A pattern stands for many hosts; only one whose wildcard is the whole first label is one name of a certificate.
fn is_judged(host: &str) -> bool {
    let rest = host.strip_prefix("*.").unwrap_or(host);
    !rest.contains(['*', '?']) && rest.contains('.')
}
