//! What time does to certificates: validation, issue, renewal, and who uses them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Certificate, CertificateStatus, Origin, ValidationMethod};
use crate::clock::{Millis, millis};
use crate::state::ids::scatter;
use crate::state::{Region, State};

impl State {
    /// What time does to certificates: those whose records are there get issued, those in use renewed, and
    /// load balancers that let go of one are noted. True if something changed.
    pub(crate) fn settle_certificates(&mut self) -> bool {
        let changes: Vec<_> = self
            .regions
            .iter()
            .flat_map(|(name, region)| {
                let one = |(arn, certificate): (&String, &Certificate)| {
                    let change = self.settled(certificate, region.is_certificate_used(arn))?;
                    Some((name.clone(), arn.clone(), change))
                };
                region.certificates.iter().filter_map(one).collect::<Vec<_>>()
            })
            .collect();
        let (now, lag) = (self.now, millis(self.acm.in_use_lag));
        let mut changed = !changes.is_empty();
        for (region, arn, change) in changes {
            let found = self.regions.get_mut(&region).and_then(|r| r.certificates.get_mut(&arn));
            if let Some(Certificate { origin: Origin::Requested(requested), .. }) = found {
                (requested.issued, requested.renewed) = change;
            }
        }
        for region in self.regions.values_mut() {
            changed |= region.note_certificate_uses(now, lag);
        }
        changed
    }

    /// `issued` and `renewed` of a certificate that changes now.
    fn settled(&self, certificate: &Certificate, used: bool) -> Option<(Option<Millis>, Option<Millis>)> {
        let Origin::Requested(requested) = &certificate.origin else { return None };
        let status = requested.status(certificate.created, self.now);
        let pending = status == CertificateStatus::PendingValidation && requested.issued.is_none();
        if pending && requested.failure.is_none() && requested.validation == ValidationMethod::Dns {
            let issued = self.now.saturating_add(millis(self.acm.issues_after));
            return self.has_records(&requested.names).then_some((Some(issued), None));
        }
        let live = matches!(status, CertificateStatus::Issued | CertificateStatus::Expired);
        // An expired one that was in use had been renewed in time, if the clock had not jumped over that day.
        let renew = live && used && requested.due_for_renewal(self.now) && self.has_records(&requested.names);
        renew.then_some((requested.issued, Some(self.now)))
    }

    fn has_records(&self, names: &[String]) -> bool {
        names.iter().all(|name| {
            let (name, value) = validation_record(name);
            self.public_cname(&name).is_some_and(|found| {
                found.trim_end_matches('.').eq_ignore_ascii_case(value.trim_end_matches('.'))
            })
        })
    }
}

/// The CNAME that proves control of a name: record name and value, both with the final dot. A name and its
/// wildcard share one; it depends on nothing else, so it serves later certificates too.
pub(crate) fn validation_record(domain: &str) -> (String, String) {
    let domain = base_domain(domain);
    let token = |salt: u64| {
        let start = |n: u64| scatter(salt + n);
        let number = |n| domain.bytes().fold(start(n), |sum, byte| scatter(sum ^ u64::from(byte)));
        format!("{:016x}{:016x}", number(0), number(1))
    };
    let letters: String = token(4).bytes().take(10).map(|b| char::from(b'a' + b % 26)).collect();
    (format!("_{}.{domain}.", token(0)), format!("_{}.{letters}.acm-validations.aws.", token(2)))
}

/// The name in lower case without `*.`.
pub(crate) fn base_domain(domain: &str) -> String {
    let lower = domain.to_ascii_lowercase();
    lower.strip_prefix("*.").map(str::to_owned).unwrap_or(lower)
}

/// Which load balancers InUseBy names for each certificate; None is "as long as it lasts", else until then.
pub type CertificateUses = BTreeMap<String, BTreeMap<String, Option<Millis>>>;

impl Region {
    /// The load balancers that use each certificate now, by certificate ARN.
    fn certificates_in_listeners(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (arn, listener) in &self.listeners {
            for certificate in listener.default_certificate.iter().chain(&listener.certificates) {
                let load_balancer = crate::services::load_balancer_of(arn);
                uses.entry(certificate.clone()).or_default().insert(load_balancer);
            }
        }
        uses
    }

    /// Whether a listener has it now.
    pub(crate) fn is_certificate_used(&self, certificate: &str) -> bool {
        self.listeners.values().any(|l| {
            l.default_certificate.as_deref() == Some(certificate) || l.certificates.contains(certificate)
        })
    }

    /// InUseBy of a certificate.
    pub(crate) fn certificate_users(&self, certificate: &str, now: Millis) -> Vec<&str> {
        let users = self.certificate_uses.get(certificate).into_iter().flatten();
        users.filter(|(_, until)| until.is_none_or(|at| now < at)).map(|(arn, _)| arn.as_str()).collect()
    }

    fn note_certificate_uses(&mut self, now: Millis, lag: Millis) -> bool {
        let current = self.certificates_in_listeners();
        let mut noted = std::mem::take(&mut self.certificate_uses);
        let before = noted.clone();
        for (certificate, users) in &mut noted {
            let current = current.get(certificate);
            for (load_balancer, until) in users.iter_mut() {
                let still = current.is_some_and(|users| users.contains(load_balancer));
                if !still {
                    until.get_or_insert(now.saturating_add(lag));
                }
            }
            users.retain(|_, until| until.is_none_or(|at| now < at));
        }
        for (certificate, users) in current {
            noted.entry(certificate).or_default().extend(users.into_iter().map(|user| (user, None)));
        }
        noted.retain(|_, users| !users.is_empty());
        let changed = noted != before;
        self.certificate_uses = noted;
        changed
    }
}
