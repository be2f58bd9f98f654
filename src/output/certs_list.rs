//! What `cert list` tells: listeners, their certificates, the hosts of their rules.

use crate::fix::certs::{self, All, Known};
use crate::kinds::Live;
use crate::model::ResourceId;

/// An HTTPS listener.
pub struct Listener {
    /// Its identity.
    pub id: ResourceId,
    /// Its port.
    pub port: u16,
    /// Its TLS policy.
    pub policy: Option<String>,
    /// Its certificates, the default first.
    pub certificates: Vec<Certificate>,
    /// Hosts of its rules that no certificate is for.
    pub uncovered: Vec<Host>,
    /// When it was read, in seconds since 1970.
    pub now: u64,
}

/// A certificate of a listener.
pub struct Certificate {
    /// Its ARN.
    pub arn: String,
    /// It is the default one.
    pub default: bool,
    /// It is in the list for clients that ask for a host.
    pub listed: bool,
    /// What it says.
    pub known: Known,
    /// The hosts of rules whose clients get it.
    pub hosts: Vec<Host>,
}

/// A host of rules.
pub struct Host {
    /// The host.
    pub name: String,
    /// Its rules.
    pub rules: Vec<ResourceId>,
}

impl Certificate {
    /// What needs attention.
    pub fn problem(&self, now: u64) -> Option<String> {
        match &self.known {
            Known::Found(facts) => facts.problem(now),
            Known::Gone => Some("it is not there any more".to_owned()),
            Known::Denied => None,
        }
    }
}

impl Listener {
    /// How much needs attention.
    pub fn problems(&self) -> usize {
        self.certificates.iter().filter(|one| one.problem(self.now).is_some()).count() + self.uncovered.len()
    }

    /// Whether a certificate could not be read.
    pub fn denied(&self) -> bool {
        self.certificates.iter().any(|one| one.known == Known::Denied)
    }
}

/// The listeners of a load balancer with what is known of their certificates.
pub fn listeners(live: &Live, ids: &[ResourceId], all: &All) -> Vec<Listener> {
    ids.iter().filter_map(|id| listener(live, id, all)).collect()
}

fn listener(live: &Live, id: &ResourceId, all: &All) -> Option<Listener> {
    let model = certs::model(live, id)?;
    let chooser = certs::chooser(model, all);
    let (mut uncovered, mut served): (Vec<Host>, Vec<(String, Host)>) = (Vec::new(), Vec::new());
    for certs::Host { name, rules } in certs::hosts(live, id) {
        // Where a certificate is unknown, so is what clients get.
        let Some((default, list)) = &chooser else { continue };
        let choice = certs::choose(&name, default, list, live.now);
        let host = Host { name, rules };
        match choice.name {
            Some(_) => served.push((choice.certificate.arn.clone(), host)),
            None => uncovered.push(host),
        }
    }
    let mut certificates: Vec<Certificate> = certs::arns(model)
        .into_iter()
        .map(|arn| Certificate {
            default: model.certificates.first().is_some_and(|one| one.0 == arn),
            listed: model.sni.iter().any(|one| one.0 == arn),
            known: all.get(&arn).cloned().unwrap_or(Known::Denied),
            hosts: Vec::new(),
            arn,
        })
        .collect();
    for (arn, host) in served {
        if let Some(one) = certificates.iter_mut().find(|one| one.arn == arn) {
            one.hosts.push(host);
        }
    }
    let policy = model.ssl_policy.clone();
    Some(Listener { id: id.clone(), port: model.port, policy, certificates, uncovered, now: live.now })
}
