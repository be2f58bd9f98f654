//! How the spec writes a certificate.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::model::{Certificate, GOOD, Origin, Store};
use super::pem::Parsed;
use crate::base::{
    Cx, Decode, Diagnostic, Generator, Located, Node, NodeKind, ObjectReader, OneOrMany, Place, Schema, Ty,
    object, record,
};
use crate::kinds::dns_record::spec::ZoneSpec;
use crate::kinds::rows::Common;
use crate::model::world::Tags;
use crate::model::zone::Choice;

/// Types of keys of certificates that ACM issues. API: `KeyAlgorithm` of RequestCertificate.
const REQUESTED_KEYS: &[&str] = &["RSA_2048", "EC_prime256v1", "EC_secp384r1"];

/// Types of keys that albctl makes.
const MADE_KEYS: &[&str] = &["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1"];

/// A certificate that is renewed under 30 days must be valid for longer.
const DAYS: Ty = Ty::Int { min: 31, max: 3650 };

/// A certificate as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateSpec {
    /// What all resources may say.
    pub common: Common,
    /// Where it comes from.
    pub source: Source,
    /// The place of the whole.
    pub at: Place,
}

/// Where a certificate comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// `acm:`, requested from ACM.
    Acm(AcmSpec),
    /// `import:`, files for ACM.
    Import(FilesSpec),
    /// `iam:`, files for IAM.
    Iam(FilesSpec),
    /// `self_signed:`
    SelfSigned(SelfSignedSpec),
    /// `use:`, the ARN or the domain of one that is there.
    Use(Located<String>),
}

/// `acm: { domain: api.example.com, alternative_names: ["*.example.com"] }`.
#[derive(Clone, Debug, PartialEq)]
pub struct AcmSpec {
    /// The first name.
    pub domain: Located<String>,
    /// The others.
    pub alternative_names: Vec<Located<String>>,
    /// The type of its key.
    pub key: Option<Located<serde_json::Value>>,
    /// The zone for the validation records.
    pub zone: Option<ZoneSpec>,
}

/// `{ certificate: c.pem, private_key: k.pem, chain: ca.pem }`.
#[derive(Clone, Debug, PartialEq)]
pub struct FilesSpec {
    /// The path of the certificate.
    pub certificate: Located<String>,
    /// The path of its key.
    pub private_key: Located<String>,
    /// The path of the chain.
    pub chain: Option<Located<String>>,
}

/// `self_signed: { domain: dev.example.com, days: 365, key: RSA_2048, store: iam }`.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfSignedSpec {
    /// The first name.
    pub domain: Located<String>,
    /// The others.
    pub alternative_names: Vec<Located<String>>,
    /// How long it is valid.
    pub days: Option<Located<serde_json::Value>>,
    /// The type of its key.
    pub key: Option<Located<serde_json::Value>>,
    /// `acm` or `iam`.
    pub store: Option<Located<serde_json::Value>>,
}

/// Reports a name where a map is wanted: what else there is to say of a certificate has no short form.
fn domain_only(node: &Rc<Node>, cx: &mut Cx<'_>) -> bool {
    let NodeKind::Scalar { text, .. } = &node.kind else { return false };
    if node.is_null() || node.poisoned {
        return false;
    }
    let subject = cx.subject(node);
    let message = format!("{subject} must be a map, found {}", node.describe());
    let help = format!("write {}: {{ domain: {text} }}", subject.trim_matches('`'));
    cx.report(Diagnostic::error("wrong-type", message).at(node.head(), "").help(help));
    true
}

fn names(r: &mut ObjectReader<'_, '_>) -> Vec<Located<String>> {
    let names: Option<OneOrMany<Located<String>>> =
        r.optional("alternative_names", "Further names; `*.` for any one label.");
    names.map(|names| names.0).unwrap_or_default()
}

impl AcmSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let domain = r.required("domain", "The first name, of 64 characters at most.");
        let alternative_names = names(r);
        let key = r.scalar("key", "The type of its key: RSA_2048 by default.", Ty::OneOf(REQUESTED_KEYS));
        let doc = "The hosted zone for the validation records, by name or id: by default the one with the longest \
                   name.";
        let zone = r.optional("zone", doc);
        Some(Self { domain: domain?, alternative_names, key, zone })
    }
}

impl Decode for AcmSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if domain_only(node, cx) {
            return None;
        }
        object(node, cx, "acm", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "acm", Self::read)
    }
}

impl FilesSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let certificate = r.required("certificate", "The file of the certificate itself, in PEM.");
        let private_key = r.required("private_key", "The file of its private key, in PEM, not encrypted.");
        let chain = r.optional("chain", "The file of the certificates between it and the root, in PEM.");
        Some(Self { certificate: certificate?, private_key: private_key?, chain })
    }
}

impl Decode for FilesSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "the entry", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "certificate_files", Self::read)
    }
}

impl SelfSignedSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let domain = r.required("domain", "The first name.");
        let alternative_names = names(r);
        let days = r.scalar("days", "How long it is valid: 365 by default; renewed under 30.", DAYS);
        let key = r.scalar("key", "The type of its key: RSA_2048 by default.", Ty::OneOf(MADE_KEYS));
        let store = r.scalar("store", "Where it is kept: acm by default.", Ty::OneOf(&["acm", "iam"]));
        Some(Self { domain: domain?, alternative_names, days, key, store })
    }
}

impl Decode for SelfSignedSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if domain_only(node, cx) {
            return None;
        }
        object(node, cx, "self_signed", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "self_signed", Self::read)
    }
}

impl CertificateSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        let acm = r.optional("acm", "Requested from ACM and validated by DNS.").map(Source::Acm);
        let import = r.optional("import", "Imported into ACM from files.").map(Source::Import);
        let iam = r.optional("iam", "A server certificate of IAM, from files.").map(Source::Iam);
        let made = r.optional("self_signed", "Made by albctl; the key is kept nowhere but in AWS.");
        let uses = r.optional("use", "One that exists and is not managed: its ARN, or a domain it is for.");
        r.exactly_one(&["acm", "import", "iam", "self_signed", "use"]);
        let source = acm.or(import).or(iam).or(made.map(Source::SelfSigned)).or(uses.map(Source::Use));
        let at = r.head();
        source.filter(|_| !r.was_bad()).map(|source| Self { common, source, at })
    }

    /// The ARN or domain of a certificate that is not managed.
    pub fn uses(&self) -> Option<&Located<String>> {
        match &self.source {
            Source::Use(uses) => Some(uses),
            Source::Acm(_) | Source::Import(_) | Source::Iam(_) | Source::SelfSigned(_) => None,
        }
    }

    /// The names that the spec writes, the first among them; none of certificates from files or that are found.
    pub fn names(&self) -> Vec<&Located<String>> {
        match &self.source {
            Source::Acm(spec) => [&spec.domain].into_iter().chain(&spec.alternative_names).collect(),
            Source::SelfSigned(spec) => [&spec.domain].into_iter().chain(&spec.alternative_names).collect(),
            Source::Import(_) | Source::Iam(_) | Source::Use(_) => Vec::new(),
        }
    }

    /// The files, with where they go.
    pub fn files(&self) -> Option<(&FilesSpec, Store)> {
        match &self.source {
            Source::Import(files) => Some((files, Store::Import)),
            Source::Iam(files) => Some((files, Store::Iam)),
            Source::Acm(_) | Source::SelfSigned(_) | Source::Use(_) => None,
        }
    }

    /// The canonical form; `parsed` is what the files say, where it is made of files.
    /// `role` is the one for zones that name none.
    pub fn lower(&self, parsed: Option<&Parsed>, role: Option<&str>, tags: Tags) -> Option<Certificate> {
        let own: BTreeSet<String> = self.names().iter().map(|name| name.value.to_ascii_lowercase()).collect();
        let word = |value: &Option<Located<serde_json::Value>>, default: &str| {
            let written = value.as_ref().and_then(|value| value.value.as_str());
            written.unwrap_or(default).to_owned()
        };
        let made = |store: Store, domain: &str, key: String, origin: Origin| Certificate {
            store,
            domain: domain.to_ascii_lowercase(),
            names: own.clone(),
            key,
            self_signed: matches!(origin, Origin::SelfSigned { .. }),
            state: GOOD.to_owned(),
            pending: false,
            fingerprint: None,
            origin: Some(origin),
            path: None,
            not_after: None,
            records: Vec::new(),
            used_by: Vec::new(),
            freed_by: Vec::new(),
            tags: tags.clone(),
        };
        match &self.source {
            Source::Acm(spec) => {
                let zone = spec.zone.as_ref();
                let choice = zone.and_then(|zone| zone.choice.as_ref()).map(|choice| choice.value.clone());
                let own = zone.and_then(|zone| zone.role.as_ref()).map(|role| role.value.as_str());
                let zone = choice.unwrap_or(Choice::Longest);
                let origin = Origin::Request { zone, role: own.or(role).map(str::to_owned) };
                Some(made(Store::Acm, &spec.domain.value, word(&spec.key, "RSA_2048"), origin))
            }
            Source::SelfSigned(spec) => {
                let store = if word(&spec.store, "acm") == "iam" { Store::Iam } else { Store::Import };
                let days = spec.days.as_ref().and_then(|days| days.value.as_u64()).unwrap_or(365);
                let key = word(&spec.key, "RSA_2048");
                Some(made(store, &spec.domain.value, key, Origin::SelfSigned { days }))
            }
            Source::Import(_) | Source::Iam(_) => {
                let Parsed { leaf, files } = parsed?;
                let (_, store) = self.files()?;
                Some(Certificate {
                    names: leaf.names.clone(),
                    self_signed: leaf.self_signed,
                    fingerprint: Some(files.fingerprint.clone()),
                    not_after: Some(leaf.not_after),
                    ..made(store, &leaf.domain, leaf.key.clone(), Origin::Files(files.clone()))
                })
            }
            Source::Use(_) => None,
        }
    }
}

impl Decode for CertificateSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "certificate", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "certificate", Self::read)
    }
}
