//! How the spec writes targets: a list (exactly these), `external`, or `{ additive: [...] }` (at least these).

use std::collections::BTreeSet;
use std::rc::Rc;

use super::model::{Target, Targets};
use crate::base::decode::schema;
use crate::base::{
    Cx, Decode, Diagnostic, Generator, Located, Node, NodeKind, ObjectReader, Schema, object, record,
};

/// Targets as the spec writes them.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetsSpec {
    /// Managed by others: ECS, Auto Scaling.
    External,
    /// Exactly these.
    Listed(Vec<Located<TargetSpec>>),
    /// At least these.
    Additive(Vec<Located<TargetSpec>>),
}

/// One target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetSpec {
    /// An instance id or an IP address.
    pub id: Located<String>,
    /// By default the group's.
    pub port: Option<Located<u16>>,
    /// An Availability Zone, or `all`.
    pub zone: Option<Located<String>>,
}

impl TargetsSpec {
    fn additive(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let targets = r.required("additive", "At least these; what others register stays.");
        Some(Self::Additive(targets?))
    }

    /// The listed targets; none when they are managed by others.
    pub fn listed(&self) -> Option<&[Located<TargetSpec>]> {
        match self {
            Self::External => None,
            Self::Listed(targets) | Self::Additive(targets) => Some(targets),
        }
    }

    /// The canonical form; none when they are managed by others.
    pub fn lower(&self, group: &str, group_port: Option<u16>) -> Option<Targets> {
        let one = |target: &Located<TargetSpec>| Target {
            id: target.value.id.value.clone(),
            port: target.value.port.as_ref().map(|port| port.value).or(group_port),
            zone: target.value.zone.as_ref().map(|zone| zone.value.clone()),
        };
        let targets: BTreeSet<Target> = self.listed()?.iter().map(one).collect();
        Some(Targets { group: group.to_owned(), targets, additive: matches!(self, Self::Additive(_)) })
    }
}

impl Decode for TargetsSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        match &node.kind {
            NodeKind::Seq(_) => Vec::decode(node, cx).map(Self::Listed),
            NodeKind::Map(_) => object(node, cx, "targets", Self::additive),
            NodeKind::Scalar { text, .. } if text == "external" => Some(Self::External),
            NodeKind::Scalar { .. } => {
                let message = "`targets` is a list, `external`, or `{ additive: [...] }`";
                cx.report(Diagnostic::error("wrong-type", message).at(node.at, ""));
                None
            }
        }
    }

    fn schema(g: &mut Generator) -> Schema {
        let list = Vec::<TargetSpec>::schema(g);
        let additive = record(g, "additive_targets", Self::additive);
        schema::any_of(vec![list, schema::words(&["external"]), additive])
    }
}

impl TargetSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        r.later("instance", "");
        if r.has("instance") {
            return None;
        }
        let id = r.required("id", "An instance id or an IP address.");
        let port = r.optional("port", "By default the group's.");
        let zone = r.optional("zone", "An Availability Zone, or `all` for an address outside the VPC.");
        Some(Self { id: id?, port, zone })
    }
}

impl Decode for TargetSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        if matches!(node.kind, NodeKind::Scalar { .. }) {
            let id = cx.located_text(node, "a target")?;
            return Some(Self { id, port: None, zone: None });
        }
        object(node, cx, "target", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        let full = record(g, "target", Self::read);
        schema::any_of(vec![schema::text(None), full])
    }
}
