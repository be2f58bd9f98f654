//! The whole of a spec file, as written.

use std::rc::Rc;

use crate::base::{
    Cx, Decode, Diagnostic, Diagnostics, Generator, Located, Node, ObjectReader, Schema, Table, TextMap,
    merge, object, record,
};
use crate::kinds::certificate::spec::CertificateSpec;
use crate::kinds::dns_record::spec::DnsSpec;
use crate::kinds::listener::spec::ListenerSpec;
use crate::kinds::load_balancer::spec::LoadBalancerSpec;
use crate::kinds::rows::MovedSpec;
use crate::kinds::target_group::spec::TargetGroupSpec;

/// Keys at the top that are asked for; a test holds this and the schema together.
pub(super) const KEYS: &[&str] = &[
    "version",
    "stack",
    "moved",
    "account",
    "region",
    "tags",
    "vars",
    "extends",
    "vpc",
    "load_balancer",
    "certificates",
    "defaults",
    "target_groups",
    "listeners",
    "dns",
    "dns_role",
];

/// Keys at the top of features that are not built yet.
pub(super) const LATER: &[&str] = &["tests", "allow"];

/// Keys at the top that begin like this are free for anchors.
pub(super) const FREE_PREFIX: &str = "x-";

/// A spec.
#[derive(Clone, Debug)]
pub struct Document {
    /// The version of the language.
    pub version: Option<Located<u16>>,
    /// The owner of everything in it; none only when that was reported.
    pub stack: Option<Located<String>>,
    /// The only account that it may be applied in.
    pub account: Option<Located<String>>,
    /// The AWS region.
    pub region: Option<Located<String>>,
    /// Tags of everything.
    pub tags: TextMap,
    /// The VPC of target groups that name none.
    pub vpc: Option<Located<String>>,
    /// Where the whole stack comes from.
    pub moved: Option<MovedSpec>,
    /// `vpc` was written, well or badly.
    pub vpc_written: bool,
    /// The load balancer; none only when that was reported.
    pub load_balancer: Option<LoadBalancerSpec>,
    /// Certificates by key.
    pub certificates: Table<CertificateSpec>,
    /// Target groups by key.
    pub target_groups: Table<TargetGroupSpec>,
    /// Listeners by key.
    pub listeners: Table<ListenerSpec>,
    /// DNS records.
    pub dns: Vec<DnsSpec>,
    /// The role for zones that name none.
    pub dns_role: Option<Located<String>>,
}

impl Document {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        r.ignore_prefix(FREE_PREFIX);
        for key in LATER {
            r.later(key, "");
        }
        // Both are taken care of before the spec is read; they are asked for so that the schema has them.
        let _: Option<Rc<Node>> =
            r.optional("vars", "Variables, used as ${name}; ~ must be given from outside.");
        let _: Option<String> = r.optional("extends", "A file that this one extends.");
        let version = r.optional("version", "The version of this language: 1.");
        let stack = r.required("stack", "Owns everything here; unique per account and region.");
        let account = r.optional("account", "Twelve digits; any other account is refused.");
        let region = r.optional("region", "The AWS region.");
        let tags = r.optional("tags", "Tags of everything.");
        let vpc = r.optional("vpc", "The VPC of target groups that name none.");
        let moved = r.optional("moved", "The whole stack had another name before: `from: stack/NAME`.");
        let load_balancer = r.required("load_balancer", "The load balancer.");
        let certificates = r.optional("certificates", "Certificates by key.");
        let defaults = r.nested("defaults", "What target groups and listeners share.", Defaults::read);
        let defaults = defaults.unwrap_or_default();
        let groups = table(r, "target_groups", "Target groups by key.", defaults.target_group);
        let listeners = table(r, "listeners", "Listeners by key.", defaults.listener);
        let dns: Option<Vec<DnsSpec>> = r.optional("dns", "DNS records that lead to the load balancer.");
        let dns_role = r.optional("dns_role", "The role through which hosted zones are reached.");
        Some(Self {
            version,
            stack,
            account,
            region,
            tags: tags.unwrap_or_default(),
            vpc,
            moved,
            vpc_written: r.has("vpc"),
            load_balancer,
            certificates: certificates.unwrap_or_default(),
            target_groups: groups.unwrap_or_default(),
            listeners: listeners.unwrap_or_default(),
            dns: dns.unwrap_or_default(),
            dns_role,
        })
    }
}

impl Decode for Document {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "the spec", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "spec", Self::read)
    }
}

/// `defaults:`, as it stands: it is merged under each resource before that is read, so that every message
/// points to where the value was written.
#[derive(Default)]
struct Defaults {
    target_group: Option<Rc<Node>>,
    listener: Option<Rc<Node>>,
}

impl Defaults {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let target_group = defaults::<TargetGroupSpec>(r, "target_group", "Fields of every target group.");
        let listener = defaults::<ListenerSpec>(r, "listener", "Fields of every listener.");
        Some(Self { target_group, listener })
    }
}

/// Defaults are typed where they have been merged; here they are read once by themselves, for those that nothing
/// takes. The same problem in both is kept once.
fn defaults<T: Decode>(
    r: &mut ObjectReader<'_, '_>,
    key: &'static str,
    doc: &'static str,
) -> Option<Rc<Node>> {
    let read = |node: &Rc<Node>, cx: &mut Cx<'_>| {
        if node.entries().is_none() {
            cx.wrong_type(node, "a map");
            return None;
        }
        let mut found = Diagnostics::new();
        let head = cx.place(node);
        if let Some(key) = cx.key(node) {
            let alone = Node::map(vec![(key.clone(), Rc::clone(node))], node.at);
            let _: Option<T> = Cx::new(&mut found).child(&alone, 0, T::decode);
        }
        // What every resource must have may come from the resource.
        let missing = |it: &Diagnostic| it.code == "missing-key" && it.place() == Some(head.span);
        cx.diags().extend(found.into_vec().into_iter().filter(|problem| !missing(problem)));
        Some(Rc::clone(node))
    };
    r.with(key, doc, false, Rc::<Node>::schema, read)
}

/// Keys that are replaced as a whole: their forms exclude each other.
const REPLACED_WHOLE: &[&str] = &["stickiness", "targets", "default"];

fn table<T: Decode>(
    r: &mut ObjectReader<'_, '_>,
    key: &'static str,
    doc: &'static str,
    defaults: Option<Rc<Node>>,
) -> Option<Table<T>> {
    let read = |node: &Rc<Node>, cx: &mut Cx<'_>| match (&defaults, node.entries()) {
        (Some(defaults), Some(entries)) => {
            let merged = entries.iter().map(|(key, own)| (key.clone(), with_defaults(defaults, own)));
            Table::decode(&Node::map(merged.collect(), node.at), cx)
        }
        (Some(_) | None, _) => Table::decode(node, cx),
    };
    r.with(key, doc, false, Table::<T>::schema, read)
}

fn with_defaults(defaults: &Rc<Node>, own: &Rc<Node>) -> Rc<Node> {
    if own.entries().is_none() || defaults.entries().is_none() {
        return Rc::clone(own);
    }
    let given = REPLACED_WHOLE.iter().filter(|key| own.get(key).is_some());
    let defaults = given.fold(Rc::clone(defaults), |defaults, key| defaults.without(key));
    merge(&defaults, own)
}
