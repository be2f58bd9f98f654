//! What a diagnosis is made from: the models of what is live, and what AWS says beside them.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::Live;
use crate::kinds::target_group::model::HealthCheck;
use crate::model::{RecordSet, Zone};

/// All that was read.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Listeners and rules, under the names that commands take.
    pub live: Live,
    /// The load balancer.
    pub balancer: Balancer,
    /// Its target groups, by what forwards call them: a key, or an ARN.
    pub groups: BTreeMap<String, Group>,
    /// The certificates of its listeners, by ARN; what may not be read is missing.
    pub certificates: BTreeMap<String, Certificate>,
    /// What the load balancer's security groups let in and out; none: it is not known.
    pub security_groups: Option<Vec<SecurityGroup>>,
    /// The network interfaces of the targets that do not answer, and what their security groups let in; none: they were
    /// not read.
    pub reach: Option<Reach>,
    /// Issued certificates by the host that they are for, of hosts that need one; a host that is missing: it is not
    /// known. The one that ends last comes first.
    pub offers: BTreeMap<String, Vec<Offer>>,
    /// Of a host, where its name leads.
    pub dns: Option<Dns>,
    /// Where no host is asked about, of those that rules name those whose names do not lead to this load balancer.
    pub hosts: Vec<Dns>,
    /// What could not be read, in words for people.
    pub notes: Vec<String>,
    /// When it was read, in seconds since 1970.
    pub now: u64,
}

/// A load balancer, as AWS describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `DNSName`.
    pub dns_name: String,
    /// `CanonicalHostedZoneId`
    pub zone: String,
    /// `LoadBalancerState`, `Code`.
    pub state: String,
    /// `LoadBalancerState`, `Reason`.
    pub reason: Option<String>,
    /// Its VPC.
    pub vpc: String,
    /// Its zones, such as `us-east-1a`.
    pub zones: Vec<String>,
    /// It is reached from the internet. API: `Scheme`.
    pub internet_facing: bool,
    /// Its security groups.
    pub security_groups: Vec<String>,
    /// Its attributes by AWS's keys.
    pub attributes: BTreeMap<String, String>,
}

/// A target group, as AWS describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `instance`, `ip`, `lambda`.
    pub target_type: String,
    /// `HTTP`, `HTTPS`; none for a function.
    pub protocol: Option<String>,
    /// `HTTP1`, `HTTP2`, `GRPC`; none for a function.
    pub version: Option<String>,
    /// The port of targets that are registered without one.
    pub port: Option<u16>,
    /// How targets are checked; none: as albctl does not know it.
    pub check: Option<HealthCheck>,
    /// The port of the check, where it is not that of the traffic.
    pub check_port: Option<u16>,
    /// Its attributes by AWS's keys.
    pub attributes: BTreeMap<String, String>,
    /// All targets, those that drain too.
    pub targets: Vec<Target>,
    /// Whether load balancers may invoke its function; none: it is not known, or there is none.
    pub permission: Option<bool>,
}

/// A target and its health. API: `TargetHealthDescription`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// An instance id, an address, the ARN of a function.
    pub id: String,
    /// Its port.
    pub port: Option<u16>,
    /// Its zone, where AWS says it.
    pub zone: Option<String>,
    /// `healthy`, `unhealthy`, `initial`, `unused`, `draining`, `unavailable`, `unhealthy.draining`.
    pub state: String,
    /// A reason code such as `Target.Timeout`.
    pub reason: Option<String>,
    /// The same in AWS's words.
    pub description: Option<String>,
}

/// A certificate. API: `CertificateDetail` of ACM, `ServerCertificate` of IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names that it is for, in lower case.
    pub names: Vec<String>,
    /// When it ends, in seconds since 1970.
    pub not_after: Option<u64>,
    /// `ISSUED`, or why it cannot be used.
    pub status: String,
    /// ACM renews it by itself, once its names are validated.
    pub renews: bool,
}

/// What a security group lets in and out. API: `SecurityGroup` of EC2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Its id.
    pub id: String,
    /// `IpPermissions`
    pub inbound: Vec<IpRule>,
    /// `IpPermissionsEgress`
    pub outbound: Vec<IpRule>,
}

/// Ports, and from or to where. API: `IpPermission` of EC2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpRule {
    /// `tcp`, another name or a number; `-1` is every protocol.
    pub protocol: String,
    /// The first port; none: all.
    pub from: Option<u16>,
    /// The last port; none: all.
    pub to: Option<u16>,
    /// Ranges of addresses, IPv4 and IPv6.
    pub cidrs: Vec<String>,
    /// Prefix lists and security groups, whose addresses are not known.
    pub others: Vec<String>,
}

/// An issued certificate that a listener could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its ARN.
    pub arn: String,
    /// When it ends, in seconds since 1970.
    pub not_after: Option<u64>,
}

/// What stands before targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Network interfaces of targets.
    pub interfaces: Vec<Interface>,
    /// Their security groups.
    pub groups: Vec<SecurityGroup>,
}

/// A network interface. API: `NetworkInterface` of EC2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Its id.
    pub id: String,
    /// The instance that it is attached to.
    pub instance: Option<String>,
    /// It is the instance's primary one: requests to the instance come in there. API: `DeviceIndex` 0.
    pub primary: bool,
    /// Its private IPv4 addresses.
    pub addresses: Vec<String>,
    /// The ids of its security groups.
    pub security_groups: Vec<String>,
}

/// Where the name of a host leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// The name.
    pub host: String,
    /// The hosted zone that it is in, of those that can be reached.
    pub zone: Option<Zone>,
    /// What the zone holds of it, or of the wildcard above it: its addresses; none: that may not be read.
    pub records: Option<Vec<RecordSet<String>>>,
    /// The types of the name's other records, such as `TXT`. Beside them Route 53 takes no `CNAME`.
    pub others: BTreeSet<String>,
    /// Where it leads.
    pub leads: Leads,
}

/// Where a name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To this load balancer.
    Here,
    /// A record of its public zone does, and nobody finds the name: the zone is not the one that is asked.
    Unasked,
    /// Nowhere.
    Nowhere,
    /// To another load balancer of the region: its name.
    Other(String),
    /// To something else: what, where that is known.
    Elsewhere(Option<String>),
    /// That could not be found out: why.
    Unknown(String),
}

impl Group {
    /// The targets that are registered: all but those that drain.
    pub fn registered(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|one| !one.is_draining())
    }

    /// Those of them that are healthy.
    pub fn healthy(&self) -> usize {
        self.registered().filter(|one| one.is_healthy()).count()
    }

    /// `1 of 3 healthy`, `no targets`.
    pub fn words(&self) -> String {
        match self.registered().count() {
            0 => "no targets".to_owned(),
            all => format!("{} of {all} healthy", self.healthy()),
        }
    }

    /// Whether its target is a function.
    pub fn is_function(&self) -> bool {
        self.target_type == "lambda"
    }

    /// Requests stay in the zone in which they came in. API: `load_balancing.cross_zone.enabled`.
    pub fn is_zonal(&self) -> bool {
        self.attributes.get("load_balancing.cross_zone.enabled").map(String::as_str) == Some("false")
    }
}

impl Target {
    /// It is being deregistered.
    pub fn is_draining(&self) -> bool {
        self.state == "draining"
            || self.state == "unhealthy.draining"
            || matches!(
                self.reason.as_deref(),
                Some("Target.DeregistrationInProgress" | "Target.NotRegistered")
            )
    }

    /// It passes its checks, or is a function that is not checked.
    pub fn is_healthy(&self) -> bool {
        self.state == "healthy" || self.reason.as_deref() == Some("Target.HealthCheckDisabled")
    }

    /// `10.0.0.1:8080 (us-east-1a)`; of a function its name.
    pub fn place(&self) -> String {
        let id = crate::kinds::targets::function::short(&self.id);
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let zone = self.zone.as_ref().map(|zone| format!(" ({zone})")).unwrap_or_default();
        format!("{id}{port}{zone}")
    }

    /// `10.0.0.1:8080`, as commands take it.
    pub fn word(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.id)
    }
}
