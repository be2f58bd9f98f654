//! How the spec writes the load balancer.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::fields::LOGS;
use super::model::{AccessLogs, IpAddressType, LoadBalancer, Scheme};
use crate::base::{
    Cx, Decode, Generator, Located, Node, ObjectReader, OneOrMany, Place, Schema, object, record,
};
use crate::kinds::names;
use crate::kinds::rows::{self, Common, Rows};
use crate::model::world::Tags;

/// One id or several.
pub type Ids = Located<OneOrMany<Located<String>>>;

/// The load balancer as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadBalancerSpec {
    /// What all resources may say.
    pub common: Common,
    /// The scalar fields.
    pub rows: Rows,
    /// `name` was written, well or badly.
    pub name_written: bool,
    /// At least two.
    pub subnets: Ids,
    /// At least one.
    pub security_groups: Ids,
    /// Where access logs go.
    pub access_logs: Option<Located<AccessLogsSpec>>,
    /// Where logs of TLS connections go.
    pub connection_logs: Option<Located<AccessLogsSpec>>,
    /// Where logs of health checks go.
    pub health_check_logs: Option<Located<AccessLogsSpec>>,
    /// The place of the whole.
    pub at: Place,
}

/// `access_logs: { bucket, prefix }`.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessLogsSpec {
    /// The S3 bucket.
    pub bucket: Located<String>,
    /// The prefix of the object keys.
    pub prefix: Option<Located<String>>,
}

impl LoadBalancerSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        for key in ["use", "attributes", "capacity", "ipam_pool"] {
            r.later(key, "");
        }
        // Neither scheme is a safe guess, so there is no default.
        let rows = rows::read::<LoadBalancer>(r, "", &["scheme"]);
        let subnets = r.required("subnets", "At least two subnets, each in its own Availability Zone.");
        let security_groups = r.required("security_groups", "The security groups of the load balancer.");
        let access_logs = r.optional("access_logs", "The S3 bucket that access logs go to.");
        let connection_logs =
            r.optional("connection_logs", "The S3 bucket that logs of TLS connections go to.");
        let health_check_logs =
            r.optional("health_check_logs", "The S3 bucket that logs of health checks go to.");
        let (at, name_written) = (r.head(), r.has("name"));
        let (subnets, security_groups) = (subnets?, security_groups?);
        Some(Self {
            common,
            rows,
            name_written,
            subnets,
            security_groups,
            access_logs,
            connection_logs,
            health_check_logs,
            at,
        })
    }

    /// The canonical form.
    pub fn lower(&self, stack: &str, tags: Tags) -> LoadBalancer {
        let set = |ids: &Ids| -> BTreeSet<String> { ids.value.0.iter().map(|id| id.value.clone()).collect() };
        let mut model = LoadBalancer {
            name: names::derived(stack, ""),
            scheme: Scheme::Internal,
            ip_address_type: IpAddressType::Ipv4,
            subnets: set(&self.subnets),
            security_groups: set(&self.security_groups),
            access_logs: lower_logs(self.access_logs.as_ref()),
            connection_logs: lower_logs(self.connection_logs.as_ref()),
            health_check_logs: lower_logs(self.health_check_logs.as_ref()),
            attributes: BTreeMap::new(),
            tags,
        };
        let given = ["tags", "subnets", "security_groups"].into_iter().chain(LOGS).collect::<Vec<_>>();
        rows::fill(&mut model, &self.rows, &given);
        model
    }

    /// The logs that it asks for, by key.
    pub fn logs(&self) -> impl Iterator<Item = (&'static str, &Located<AccessLogsSpec>)> {
        let all = [&self.access_logs, &self.connection_logs, &self.health_check_logs];
        LOGS.into_iter().zip(all).filter_map(|(key, logs)| Some((key, logs.as_ref()?)))
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
        places.insert("subnets".to_owned(), self.subnets.at);
        places.insert("security_groups".to_owned(), self.security_groups.at);
        for (key, logs) in self.logs() {
            places.insert(key.to_owned(), logs.at);
        }
        places
    }
}

fn lower_logs(spec: Option<&Located<AccessLogsSpec>>) -> Option<AccessLogs> {
    let logs = &spec?.value;
    let prefix = logs.prefix.as_ref().map(|prefix| prefix.value.clone()).unwrap_or_default();
    Some(AccessLogs { bucket: logs.bucket.value.clone(), prefix })
}

impl Decode for LoadBalancerSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "load_balancer", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "load_balancer", Self::read)
    }
}

impl AccessLogsSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let bucket = r.required("bucket", "The S3 bucket, in the region of the load balancer.");
        let prefix = r.optional("prefix", "The prefix of the object keys, without slashes at its ends.");
        Some(Self { bucket: bucket?, prefix })
    }
}

impl Decode for AccessLogsSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "access_logs", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "access_logs", Self::read)
    }
}
