//! The canonical form of a load balancer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Attributes, Field, Model};
use crate::model::world::Tags;
use crate::word_enum;

word_enum! {
    /// Where a load balancer can be reached from. API: `Scheme`; cannot be changed.
    Scheme {
        /// From the internet.
        InternetFacing = "internet-facing",
        /// From inside the VPC.
        Internal = "internal",
    }
}

word_enum! {
    /// The addresses that clients use. API: `IpAddressType`.
    IpAddressType {
        /// IPv4 only.
        Ipv4 = "ipv4",
        /// IPv4 and IPv6.
        Dualstack = "dualstack",
        /// IPv6, and private IPv4.
        DualstackWithoutPublicIpv4 = "dualstack-without-public-ipv4",
    }
}

/// Where logs go. API: attributes `access_logs.s3.*`, `connection_logs.s3.*`, `health_check_logs.s3.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLogs {
    /// The S3 bucket, in the region of the load balancer.
    pub bucket: String,
    /// The prefix of the object keys; may be empty.
    pub prefix: String,
}

/// An Application Load Balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancer {
    /// Unique in account and region, at most 32 characters.
    pub name: String,
    /// Internet-facing or internal.
    pub scheme: Scheme,
    /// IPv4, dualstack.
    pub ip_address_type: IpAddressType,
    /// At least two, each in its own zone.
    pub subnets: BTreeSet<String>,
    /// At least one.
    pub security_groups: BTreeSet<String>,
    /// None: access logs are off.
    pub access_logs: Option<AccessLogs>,
    /// None: connection logs are off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_logs: Option<AccessLogs>,
    /// None: health check logs are off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_logs: Option<AccessLogs>,
    /// The scalar attributes, by row.
    pub attributes: Attributes,
    /// The tags that the spec gives.
    pub tags: Tags,
}

impl Model for LoadBalancer {
    const FIELDS: &'static [Field<Self>] = FIELDS;

    fn attributes(&self) -> Option<&Attributes> {
        Some(&self.attributes)
    }

    fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        Some(&mut self.attributes)
    }
}
