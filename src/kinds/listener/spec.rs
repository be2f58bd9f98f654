//! How the spec writes a listener.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::model::{Listener, Protocol};
use crate::base::{
    Cx, Decode, Generator, Located, Node, ObjectReader, OneOrMany, Place, Schema, Ty, object, record,
};
use crate::kinds::action::spec::ActionSpec;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::certificate::CertificateKey;
use crate::kinds::rows::{self, Common, Rows};
use crate::kinds::rule::spec::RuleSpec;
use crate::model::StrangerPolicy;
use crate::model::field::Attributes;
use crate::model::world::Tags;

/// A listener as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListenerSpec {
    /// What all resources may say.
    pub common: Common,
    /// The scalar fields.
    pub rows: Rows,
    /// Keys of certificates: the first is the default.
    pub certificates: Option<Located<OneOrMany<Located<String>>>>,
    /// For requests that no rule matches; none only when that was reported.
    pub default: Option<Located<ActionSpec>>,
    /// In the order of evaluation.
    pub rules: Vec<RuleSpec>,
    /// What becomes of rules that are not in the spec.
    pub strangers: Option<Located<Value>>,
    /// The place of the whole.
    pub at: Place,
}

/// Reads the rows of a map.
type ReadRows = fn(&mut ObjectReader<'_, '_>) -> Option<Rows>;

/// The maps of attributes. What they leave out is left as it is.
const HEADERS: [(&str, &str, ReadRows); 2] = [
    ("response_headers", "Headers that clients get; what is left out stays as it is.", |r| {
        Some(rows::read::<Listener>(r, "response_headers.", &[]))
    }),
    (
        "request_headers",
        "Names of the headers about TLS that targets get; what is left out stays as it is.",
        |r| Some(rows::read::<Listener>(r, "request_headers.", &[])),
    ),
];

impl ListenerSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        for key in ["attributes", "mutual_authentication", "unmanaged"] {
            r.later(key, "");
        }
        let mut rows = rows::read::<Listener>(r, "", &["port"]);
        for (key, doc, read) in HEADERS {
            rows.extend(r.nested(key, doc, read).unwrap_or_default());
        }
        let certificates = r.optional("certificates", "Keys of `certificates`; the first is the default.");
        let default = r.required("default", "For requests that no rule matches.");
        let rules = r.optional("rules", "Evaluated in this order.");
        let strangers = r.scalar(
            "strangers",
            "Rules of this listener that are not in the spec: kept, warned of or deleted.",
            Ty::OneOf(StrangerPolicy::WORDS),
        );
        let rules = rules.unwrap_or_default();
        Some(Self { common, rows, certificates, default, rules, strangers, at: r.head() })
    }

    /// The keys of its certificates.
    pub fn certificate_keys(&self) -> &[Located<String>] {
        self.certificates.as_ref().map_or(&[], |certificates| &certificates.value.0)
    }

    /// What becomes of rules that are not in the spec, where it says so.
    pub fn stranger_policy(&self) -> Option<StrangerPolicy> {
        StrangerPolicy::from_word(self.strangers.as_ref()?.value.as_str()?)
    }

    /// The port; none where it is missing or bad, which was reported.
    pub fn port(&self) -> Option<u16> {
        self.rows.get("port").and_then(|port| u16::try_from(port.value.as_u64()?).ok())
    }

    /// HTTP or HTTPS: as written, else HTTPS where there are certificates.
    pub fn protocol(&self) -> Protocol {
        let written = rows::text(&self.rows, "protocol").and_then(|word| Protocol::from_word(word.value));
        written.unwrap_or(if self.certificate_keys().is_empty() { Protocol::Http } else { Protocol::Https })
    }

    /// The canonical form.
    pub fn lower(
        &self,
        certificates: Vec<CertificateKey>,
        default: Action<GroupKey>,
        tags: Tags,
    ) -> Listener {
        let mut model = Listener {
            protocol: self.protocol(),
            port: 0,
            ssl_policy: None,
            certificates,
            default_in_sni: true,
            sni: BTreeSet::new(),
            default,
            attributes: Attributes::new(),
            tags,
        };
        rows::fill(
            &mut model,
            &self.rows,
            &["tags", "certificates", "certificates.default_in_sni", "default"],
        );
        // What the spec leaves out is not wanted to be anything.
        model.attributes.retain(|key, _| self.rows.contains_key(key.as_str()));
        model.ssl_policy = match model.protocol {
            Protocol::Https => model.ssl_policy.map(full_policy_name),
            Protocol::Http => None,
        };
        model.canonical()
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
        places.extend(self.default.iter().map(|it| ("default".to_owned(), it.at)));
        places.extend(self.strangers.iter().map(|it| ("strangers".to_owned(), it.at)));
        places.extend(self.certificates.iter().map(|it| ("certificates".to_owned(), it.at)));
        places
    }
}

/// The prefix of all policy names may be left out in a spec.
pub fn full_policy_name(name: String) -> String {
    if name.starts_with("ELBSecurityPolicy-") { name } else { format!("ELBSecurityPolicy-{name}") }
}

impl Decode for ListenerSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "listener", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "listener", Self::read)
    }
}
