//! Why one load balancer is looked at for a host, and which others are for it, too.

use serde::Serialize;

/// What says that a load balancer serves a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The host is its DNS name.
    OwnName,
    /// The host's name leads there.
    Name,
    /// A rule names the host.
    Rule,
    /// A rule has a pattern that the host matches.
    Pattern,
    /// It has a certificate for the host.
    Certificate,
}

/// Another load balancer with a rule that names the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rival {
    /// Its name.
    pub name: String,
    /// `DNSName`.
    pub dns_name: String,
    /// `CanonicalHostedZoneId`
    pub zone: String,
    /// It is reached from the internet. API: `Scheme`.
    pub internet_facing: bool,
    /// The rules, as commands take them: `shop/443/10`.
    pub rules: Vec<String>,
}

/// The load balancer that is looked at for a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// Its name.
    pub load_balancer: String,
    /// The host.
    pub host: String,
    /// Why it is this one.
    pub because: Reason,
    /// Others with a rule that names the host, while the one that its name leads to has none.
    pub rivals: Vec<Rival>,
}

impl Chosen {
    /// `Looked at shop: api.example.com leads to it.`
    pub fn words(&self) -> String {
        let host = &self.host;
        let why = match self.because {
            Reason::OwnName => format!("{host} is its DNS name"),
            Reason::Name => format!("{host} leads to it"),
            Reason::Rule => format!("a rule of it names {host}"),
            Reason::Pattern => format!("a rule of it has a pattern for {host}"),
            Reason::Certificate => format!("it has a certificate for {host}"),
        };
        format!("Looked at {}: {why}.", self.load_balancer)
    }
}
