//! How the spec writes a DNS record.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::fields::{TTL, TYPES};
use super::model::{DnsRecord, InZone, Provider, RecordType, TARGET};
use crate::base::{
    Cx, Decode, Diagnostic, Generator, Located, Node, ObjectReader, Place, Schema, Ty, scalar_or_object,
    scalar_or_object_schema,
};
use crate::kinds::rows::{self, Common, Rows};
use crate::model::record_set::Failover;
use crate::model::zone::{self, Choice};

/// One entry of `dns`.
#[derive(Clone, Debug, PartialEq)]
pub struct DnsSpec {
    /// `note`, `enabled`, `ignore`: the others mean nothing for a record.
    pub common: Common,
    /// The name.
    pub name: Located<String>,
    /// Where it is kept.
    pub zone: Option<Located<ZoneSpec>>,
    /// `alias` or `cname`.
    pub record_type: Option<Located<Value>>,
    /// In a private zone.
    pub private: Option<Located<bool>>,
    /// Who keeps it.
    pub provider: Option<Located<Value>>,
    /// The scalar fields, those of the routing policies among them.
    pub rows: Rows,
    /// The routing policy.
    pub routing: Vec<Located<RoutingSpec>>,
    /// The place of the whole.
    pub at: Place,
}

/// A routing policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutingSpec {
    /// The key that says which.
    pub key: &'static str,
    /// Tells the sets of one name apart.
    pub set: Located<String>,
}

/// Which zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneSpec {
    /// By name or id; none: found by the name of the record.
    pub choice: Option<Located<Choice>>,
    /// The role through which it is reached.
    pub role: Option<Located<String>>,
}

impl DnsSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let note = r.optional("note", "For people: shown in plans, never sent to AWS.");
        let enabled = r.optional("enabled", "`false` is as if the record were not written.");
        let ignore: Option<Vec<_>> = r.optional("ignore", "Fields that are left as they are.");
        let name = r.required("name", "The name, such as `api.example.com` or `\"*.example.com\"`.");
        let zone = r.optional("zone", "The hosted zone: a name or an id; by default found by the name.");
        let doc = "An alias of Route 53 (A, and AAAA where the load balancer has IPv6), or a CNAME.";
        let record_type = r.scalar("type", doc, Ty::OneOf(TYPES));
        let private = r.optional("private", "In a private zone, which answers only inside of VPCs.");
        let doc = "Who keeps the record: Route 53, or somebody else, whom albctl tells what to create.";
        let provider = r.scalar("provider", doc, Ty::OneOf(Provider::WORDS));
        let mut rows = rows::read::<DnsRecord>(r, "", &[]);
        let mut routing = Vec::new();
        for (key, doc, required) in [
            ("weighted", "One of several records of this name, by weight.", &["weight"][..]),
            ("latency", "One of several records of this name, by latency to a region.", &[]),
            ("failover", "One of two records of this name.", &["type"]),
        ] {
            let prefix = format!("{key}.");
            let found = r.nested(key, doc, |r| {
                let own = rows::read::<DnsRecord>(r, &prefix, required);
                let set = r.required("set_identifier", "Tells the records of one name apart.");
                let complete = required.is_empty() || !own.is_empty();
                Some((own, Located::new(RoutingSpec { key, set: set? }, r.head()))).filter(|_| complete)
            });
            if let Some((own, one)) = found {
                rows.extend(own);
                routing.push(one);
            }
        }
        let common = Common { note, enabled, ignore: ignore.unwrap_or_default(), ..Common::default() };
        let at = r.at();
        Some(Self { common, name: name?, zone, record_type, private, provider, rows, routing, at })
    }

    /// Its name alone.
    fn short(name: Located<String>) -> Self {
        let at = name.at;
        Self {
            common: Common::default(),
            name,
            zone: None,
            record_type: None,
            private: None,
            provider: None,
            rows: Rows::new(),
            routing: Vec::new(),
            at,
        }
    }

    /// Whether it is a CNAME.
    pub fn is_cname(&self) -> bool {
        self.is_outside() || word(&self.record_type) == Some(RecordType::Cname.as_str())
    }

    /// Whether somebody else keeps it.
    pub fn is_outside(&self) -> bool {
        word(&self.provider) == Some(Provider::Other.as_str())
    }

    /// Whether it is for a private zone.
    pub fn is_private(&self) -> bool {
        self.private.as_ref().is_some_and(|private| private.value)
    }

    /// What tells it apart from others of its name.
    pub fn set(&self) -> Option<&Located<String>> {
        self.routing.first().map(|routing| &routing.value.set)
    }

    /// The canonical form; `role` is the one for zones that name none, `region` that of the stack.
    pub fn lower(&self, role: Option<&str>, region: Option<&str>) -> DnsRecord {
        let zone = self.zone.as_ref().map(|zone| &zone.value);
        let own_role = zone.and_then(|zone| zone.role.as_ref()).map(|role| role.value.as_str());
        let alias = !self.is_cname();
        let row = |key: &str| self.rows.get(key).map(|row| row.value.clone()).unwrap_or_default();
        let latency = self.routing.iter().any(|one| one.value.key == "latency");
        let region = row("latency.region").as_str().or(region).map(str::to_owned);
        let types = if alias { "A" } else { "CNAME" };
        let ttl = row("ttl").as_u64().and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or(TTL);
        DnsRecord {
            name: zone::normal(&self.name.value),
            set: self.set().map(|set| set.value.clone()),
            zone: InZone {
                choice: zone
                    .and_then(|zone| zone.choice.as_ref())
                    .map_or(Choice::Longest, |choice| choice.value.clone()),
                private: self.is_private(),
                role: own_role.or(role).map(str::to_owned),
                id: String::new(),
                name: String::new(),
            },
            provider: if self.is_outside() { Provider::Other } else { Provider::Route53 },
            alias,
            types: BTreeSet::from([types.to_owned()]),
            target: TARGET.to_owned(),
            ttl: (!alias).then_some(ttl),
            evaluate_target_health: alias.then(|| row("evaluate_target_health").as_bool().unwrap_or(true)),
            weight: row("weighted.weight").as_u64().and_then(|weight| u8::try_from(weight).ok()),
            region: latency.then(|| region.unwrap_or_default()),
            failover: row("failover.type").as_str().and_then(Failover::from_word),
        }
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
        places.insert("name".to_owned(), self.name.at);
        places.extend(self.zone.iter().map(|zone| ("zone".to_owned(), zone.at)));
        places.extend(self.record_type.iter().map(|it| ("type".to_owned(), it.at)));
        places
    }
}

fn word(value: &Option<Located<Value>>) -> Option<&str> {
    value.as_ref().and_then(|value| value.value.as_str())
}

impl Decode for DnsSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        scalar_or_object(node, cx, "dns", |name, _| Some(Self::short(name)), Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        let short = String::schema(g);
        scalar_or_object_schema(g, "dns_record", short, Self::read)
    }
}

impl ZoneSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let name: Option<Located<String>> = r.optional("name", "The zone's name.");
        let id: Option<Located<String>> = r.optional("id", "The zone's id, such as `Z0123456789ABC`.");
        let role = r.optional("role", "The role through which the zone is reached.");
        if let (Some(_), Some(id)) = (&name, &id) {
            let diagnostic = Diagnostic::error("conflicting-keys", "`name` and `id` exclude each other");
            r.fail(diagnostic.at(id.at, ""));
        }
        let id = id.map(|id| id.map(|id| Choice::Id(zone::plain_id(&id).to_owned())));
        let choice = name.map(|name| name.map(|name| Choice::Named(zone::normal(&name)))).or(id);
        Some(Self { choice, role })
    }

    /// A name has a dot, an id has none.
    fn short(text: Located<String>) -> Self {
        let choice = text.map(|text| match text.trim_end_matches('.').contains('.') {
            true => Choice::Named(zone::normal(&text)),
            false => Choice::Id(zone::plain_id(&text).to_owned()),
        });
        Self { choice: Some(choice), role: None }
    }
}

impl Decode for ZoneSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        scalar_or_object(node, cx, "zone", |text, _| Some(Self::short(text)), Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        let short = String::schema(g);
        scalar_or_object_schema(g, "zone", short, Self::read)
    }
}
