//! What must hold of every HTTPS listener after every single call: its certificates are there, issued and in time; a
//! host of its rules for which it has one at both ends always has one; one that is new, or was HTTP, is there only once
//! all certificates are issued that it has in the end; and a new one has no rule for a host before its certificate.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use albctl::kinds::certificate::key::covers;
use albctl_sandbox::Sandbox;
use albctl_sandbox::state::{CertificateStatus, State};

/// Listener and host.
type Hosts = BTreeSet<(String, String)>;

/// The hosts of the rules that are there.
struct Covered {
    /// Those for which their listener has a certificate.
    with: Hosts,
    /// Those for which it has none.
    without: Hosts,
    /// The HTTPS listeners with all their certificates.
    listeners: BTreeMap<String, BTreeSet<String>>,
    /// The HTTP listeners.
    plain: BTreeSet<String>,
    /// All certificates that can be used.
    usable: BTreeSet<String>,
}

/// Looks at the listeners of a sandbox, call by call.
pub struct TlsWatch {
    sandbox: Arc<Sandbox>,
    seen: RefCell<Vec<(String, Covered)>>,
}

impl TlsWatch {
    /// Begins with what is there now.
    pub fn new(sandbox: &Arc<Sandbox>) -> Self {
        let watch = Self { sandbox: Arc::clone(sandbox), seen: RefCell::default() };
        watch.look("the beginning");
        watch
    }

    /// Looks at what is there now, after `call`.
    pub fn look(&self, call: &str) {
        let covered = self.sandbox.edit(|state| covered(state, call));
        self.seen.borrow_mut().push((call.to_owned(), covered));
    }

    /// Checks what was between the two ends.
    pub fn check(&self) {
        let seen = self.seen.borrow();
        let (Some((_, first)), Some((_, last))) = (seen.first(), seen.last()) else { return };
        for (call, between) in seen.iter() {
            for (listener, host) in first.with.intersection(&last.with) {
                assert!(
                    !between.without.contains(&(listener.clone(), host.clone())),
                    "after {call} {listener} has no certificate for {host}"
                );
            }
            for (listener, host) in &last.with {
                let is_new = !first.listeners.contains_key(listener) && !first.plain.contains(listener);
                assert!(
                    !is_new || !between.without.contains(&(listener.clone(), host.clone())),
                    "after {call} the new {listener} has a rule for {host} and no certificate"
                );
            }
        }
        for (listener, wanted) in last.listeners.iter().filter(|(arn, _)| !first.listeners.contains_key(*arn))
        {
            let Some((call, begin)) = seen.iter().find(|(_, one)| one.listeners.contains_key(listener))
            else {
                continue;
            };
            let missing: Vec<&String> = wanted.difference(&begin.usable).collect();
            assert!(missing.is_empty(), "after {call} {listener} is HTTPS, and {missing:?} is not issued");
        }
    }
}

fn covered(state: &State, call: &str) -> Covered {
    let names = names(state);
    let mut covered = Covered {
        with: Hosts::new(),
        without: Hosts::new(),
        listeners: BTreeMap::new(),
        plain: BTreeSet::new(),
        usable: names.keys().cloned().collect(),
    };
    for region in state.regions.values() {
        for (arn, listener) in &region.listeners {
            let own: Vec<&String> =
                listener.default_certificate.iter().chain(&listener.certificates).collect();
            if own.is_empty() {
                covered.plain.insert(arn.clone());
            } else {
                covered.listeners.insert(arn.clone(), own.iter().map(|one| (*one).clone()).collect());
            }
            for certificate in &own {
                let good = names.contains_key(*certificate);
                assert!(
                    good,
                    "after {call} {arn} has {certificate}, which is not there, not issued, or over"
                );
            }
            let rules = region.rules.iter().filter(|(rule, _)| {
                rule.rsplit_once('/').map(|(own, _)| own.replace(":listener-rule/", ":listener/"))
                    == Some(arn.clone())
            });
            let hosts = rules
                .flat_map(|(_, rule)| &rule.conditions)
                .filter_map(|one| one.host_header_config.as_ref());
            for host in hosts.flat_map(|config| config.values.iter().flatten()) {
                let all = own.iter().filter_map(|certificate| names.get(*certificate)).flatten();
                let is_covered = all.into_iter().any(|name| covers(name, host));
                let hosts = if is_covered { &mut covered.with } else { &mut covered.without };
                hosts.insert((arn.clone(), host.clone()));
            }
        }
    }
    covered
}

/// The names of all certificates that can be used, by ARN.
fn names(state: &State) -> BTreeMap<String, Vec<String>> {
    let now = state.now;
    let acm = state.regions.values().flat_map(|region| &region.certificates);
    let acm = acm
        .filter(|(_, one)| one.status(now) == CertificateStatus::Issued)
        .map(|(arn, one)| (arn.clone(), one.names().to_vec()));
    let iam = state.iam.server_certificates.iter();
    let iam = iam
        .filter(|(_, one)| now < one.leaf.not_after)
        .map(|(name, one)| (one.arn(name), one.leaf.names.clone()));
    acm.chain(iam).collect()
}
