//! Everything the sandbox knows, as data: one JSON file holds it.

pub mod acm;
pub mod elbv2;
pub mod iam;
pub(crate) mod ids;
pub mod interface;
pub mod lambda;
pub(crate) mod network;
mod public_dns;
mod quotas;
pub mod route53;
pub mod security_group;
mod tags;
mod wire_enum;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use crate::clock::Millis;
use crate::clock::START;
use crate::rates::Rates;
pub use acm::{Certificate, CertificateStatus, KeyAlgorithm, Leaf};
pub use elbv2::{Listener, LoadBalancer, Rule, Target, TargetGroup};
pub use iam::ServerCertificate;
pub use interface::NetworkInterface;
pub use lambda::Function;
pub use quotas::quota;
pub use route53::Route53;
pub use security_group::{IpRule, SecurityGroup};
pub use tags::{TagMap, Tags};

/// The format number of the state file; it changes with every incompatible change of the types below.
pub(crate) const FORMAT: u32 = 1;

/// The state of a sandbox: its resources, its clock, and the switches that say how this AWS behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The format number of the file.
    pub(crate) format: u32,
    /// The sandbox clock: milliseconds since the Unix epoch.
    pub now: Millis,
    pub(crate) ids: ids::Ids,
    /// How long a new load balancer is `provisioning` before it is `active`. 2 minutes by default.
    #[serde(with = "duration_millis")]
    pub provisioning: Duration,
    /// How long Describe calls and GetResources do not see a new resource. None by default.
    #[serde(with = "duration_millis")]
    pub invisible_after_create: Duration,
    /// How long GetResources does not see new tags and new resources. None by default.
    #[serde(with = "duration_millis")]
    pub tagging_lag: Duration,
    /// How long GetResources still returns deleted resources. None by default.
    #[serde(with = "duration_millis")]
    pub tagging_keeps_deleted: Duration,
    /// Whether the sandbox refuses what AWS is only believed to refuse. On by default.
    pub strict_guesses: bool,
    /// Throttling; off by default. [`Rates::aws`] is what AWS publishes.
    #[serde(default)]
    pub rates: Option<Rates>,
    /// Quotas by their name in DescribeAccountLimits, for every region; see [`quota`].
    pub quotas: BTreeMap<String, u64>,
    /// Ids and ARNs (`subnet-...`, `sg-...`, `vpc-...`, `i-...`, certificate ARNs of other accounts) that do not
    /// exist. All others of the right form do.
    pub missing: BTreeSet<String>,
    /// The VPC that every load balancer is in.
    pub vpc: String,
    /// That VPC's default security group.
    pub default_security_group: String,
    /// The rules of security groups by their ids; one that is not here lets everything through
    /// ([`SecurityGroup::default`]).
    #[serde(default)]
    pub security_groups: BTreeMap<String, SecurityGroup>,
    /// Network interfaces by their ids; a registered target that is in none has one with the default security group.
    #[serde(default)]
    pub network_interfaces: BTreeMap<String, NetworkInterface>,
    /// Instances that are not `running`: they cannot be registered, and targets that stop are `unused`.
    pub stopped_instances: BTreeSet<String>,
    /// Health of targets, by `ID` or `ID:PORT` (which wins), instead of what the clock says.
    pub target_health: BTreeMap<String, Health>,
    /// Buckets that Elastic Load Balancing may not write logs to.
    pub bucket_denied: BTreeSet<String>,
    /// How ACM behaves; its certificates are in [`regions`](Self::regions).
    #[serde(default)]
    pub acm: acm::Acm,
    /// IAM's server certificates, and how IAM behaves.
    #[serde(default)]
    pub iam: iam::Iam,
    /// CNAME records at DNS providers outside of AWS: target by name; a lookup of one without a target fails.
    #[serde(default)]
    pub outside_dns: BTreeMap<String, String>,
    /// How long a new permission of a function does not let a load balancer register it yet. None by default.
    #[serde(default, with = "duration_millis")]
    pub permission_lag: Duration,
    /// Route 53, which is one for all regions: zones, records, changes, and its delays.
    #[serde(default)]
    pub route53: Route53,
    /// Resources by region.
    pub regions: BTreeMap<String, Region>,
}

/// The health that a test gives a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// `healthy`, at once.
    Healthy,
    /// `unhealthy`, with a reason code such as `Target.Timeout`.
    Unhealthy {
        /// The reason code (TargetHealth, `Reason`).
        reason: String,
    },
    /// Anything that AWS may say: TargetHealth as it is.
    Said {
        /// `State`.
        state: String,
        /// `Reason`.
        reason: Option<String>,
        /// `Description`.
        description: Option<String>,
    },
}

/// The resources of one region, by ARN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// Load balancers.
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    /// Target groups.
    pub target_groups: BTreeMap<String, TargetGroup>,
    /// Listeners.
    pub listeners: BTreeMap<String, Listener>,
    /// Rules; each listener's default rule is one of them.
    pub rules: BTreeMap<String, Rule>,
    /// Certificates of ACM.
    pub certificates: BTreeMap<String, Certificate>,
    /// What InUseBy says.
    pub(crate) certificate_uses: acm::CertificateUses,
    /// The zone of each subnet that was ever named, such as `us-east-1a`.
    pub subnet_zones: BTreeMap<String, String>,
    /// Lambda functions by name.
    pub functions: BTreeMap<String, Function>,
    /// What the tagging API may still return.
    pub(crate) deleted: Vec<Deleted>,
}

/// A resource that is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deleted {
    pub(crate) arn: String,
    pub(crate) at: Millis,
    pub(crate) tags: TagMap,
}

impl Default for State {
    fn default() -> Self {
        // The ids that AWS's documentation uses as placeholders: whoever left one in means no real subnet.
        let placeholders = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "sg-0123456789abcdef0"];
        State {
            format: FORMAT,
            now: START,
            ids: ids::Ids::default(),
            provisioning: Duration::from_secs(120),
            invisible_after_create: Duration::ZERO,
            tagging_lag: Duration::ZERO,
            tagging_keeps_deleted: Duration::ZERO,
            strict_guesses: true,
            rates: None,
            quotas: quotas::defaults(),
            missing: placeholders.map(str::to_owned).into(),
            vpc: "vpc-0a1b2c3d".to_owned(),
            default_security_group: "sg-0defa0170defa0170".to_owned(),
            security_groups: BTreeMap::new(),
            network_interfaces: BTreeMap::new(),
            stopped_instances: BTreeSet::new(),
            target_health: BTreeMap::new(),
            bucket_denied: BTreeSet::new(),
            acm: acm::Acm::default(),
            iam: iam::Iam::default(),
            outside_dns: BTreeMap::new(),
            permission_lag: Duration::ZERO,
            route53: Route53::default(),
            regions: BTreeMap::new(),
        }
    }
}

/// Durations as whole milliseconds, as the clock counts.
mod duration_millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::clock::millis;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(millis(*duration))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
