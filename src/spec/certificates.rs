//! The table of certificates, checked whether a listener uses them or not.

use super::document::Document;
use super::inputs::Inputs;
use super::lower::Lowering;
use crate::base::{Diagnostic, Diagnostics, Located, suggest};
use crate::kinds::certificate::model::Store;
use crate::kinds::certificate::pem::{Bundle, Parsed, Part, PemFile};
use crate::kinds::certificate::spec::{CertificateSpec, FilesSpec, Source};
use crate::kinds::certificate::{self, CertificateKey};
use crate::kinds::{Resource, dns_record, names, rows};

/// What every certificate of a spec says of itself, in one way or another: nothing of it is a default of AWS.
const EXPLICIT: [&str; 10] = [
    "store",
    "domain",
    "names",
    "key",
    "self_signed",
    "state",
    certificate::fields::PENDING,
    "import.certificate",
    "iam.certificate",
    "iam.path",
];

/// Longest first name. API: RequestCertificate, `DomainName`.
const MAX_DOMAIN: usize = 64;

/// Most names of a certificate, its domain among them. ACM's quota "Number of domain names per ACM certificate", which
/// is 10 at first and goes up to this.
const MOST_NAMES: usize = 100;

/// Longest name. API: `DomainNameString`.
const MAX_NAME: usize = 253;

impl Lowering<'_> {
    pub(super) fn certificates(&mut self, inputs: &Inputs<'_>) {
        let role = self.document.dns_role.as_ref().map(|role| role.value.as_str());
        for (key, spec) in &self.document.certificates {
            names::check_key("certificate", key.as_ref().map(String::as_str), self.diags);
            if !spec.common.is_enabled() {
                continue;
            }
            if let Some(uses) = spec.uses() {
                self.used(uses);
                continue;
            }
            check_names(spec, self.diags);
            names::check_tags(&spec.common.tags, self.diags);
            let parsed = spec.files().and_then(|(files, store)| read(files, store, inputs, self.diags));
            let tags = rows::merged_tags(&self.document.tags, &spec.common);
            let Some(model) = spec.lower(parsed.as_ref(), role, tags) else { continue };
            let id = certificate::id(&key.value);
            let fields = EXPLICIT.map(|field| (field.to_owned(), spec.at));
            self.add(id, Resource::Certificate(model), key.at, fields.into(), &spec.common);
        }
    }

    fn used(&mut self, uses: &Located<String>) {
        match arn(&uses.value) {
            Some(arn) => fits(&arn, uses, self.document, self.diags),
            None if uses.value.starts_with("arn:") => {
                let message = format!("`{}` is not the ARN of an ACM or IAM certificate", uses.value);
                self.diags.push(Diagnostic::error("bad-certificate", message).at(uses.at, ""));
            }
            None => check_name(uses, MAX_NAME, self.diags),
        }
    }

    /// The certificates of the keys, as a listener names them; unknown keys are reported.
    pub(super) fn certificate_keys(&mut self, keys: &[Located<String>]) -> Vec<CertificateKey> {
        let table = &self.document.certificates;
        for (index, key) in keys.iter().enumerate() {
            if let Some(first) = keys[..index].iter().find(|one| one.value == key.value) {
                let message = format!("the listener has the certificate `{}` twice", key.value);
                let diagnostic = Diagnostic::error("duplicate-value", message).at(key.at, "");
                self.diags.push(diagnostic.also(first.at.span, "the first is here"));
                continue;
            }
            let disabled = table.get(&key.value).is_some_and(|spec| !spec.common.is_enabled());
            if disabled {
                let message = format!("certificate `{}` is not enabled", key.value);
                self.diags.push(Diagnostic::error("unknown-reference", message).at(key.at, ""));
            } else if !table.mentions(&key.value) {
                self.diags.push(unknown(key, table.keys().map(|key| key.value.as_str())));
            }
        }
        let one = |key: &Located<String>| {
            let spec = table.get(&key.value)?;
            Some(match spec.uses() {
                Some(uses) if uses.value.starts_with("arn:") => CertificateKey(uses.value.clone()),
                Some(uses) => CertificateKey::by_domain(&uses.value),
                None => CertificateKey(key.value.clone()),
            })
        };
        keys.iter().filter_map(one).collect()
    }
}

/// Reads and checks the files of a certificate.
fn read(spec: &FilesSpec, store: Store, inputs: &Inputs<'_>, diags: &mut Diagnostics) -> Option<Parsed> {
    let mut one = |path: &Located<String>| -> Option<PemFile> {
        match (inputs.file)(&path.value, path.at) {
            Ok(file) => Some(file),
            Err(problem) => {
                diags.push(problem);
                None
            }
        }
    };
    let certificate = one(&spec.certificate);
    let private_key = one(&spec.private_key);
    let chain = spec.chain.as_ref().map(&mut one);
    let lost = chain.as_ref().is_some_and(Option::is_none);
    let bundle = Bundle { certificate: certificate?, private_key: private_key?, chain: chain.flatten() };
    if lost {
        return None;
    }
    let (parsed, problems) = certificate::check::check(&bundle, store, inputs.now);
    for problem in problems {
        let at = match problem.part {
            Part::Certificate => spec.certificate.at,
            Part::PrivateKey => spec.private_key.at,
            Part::Chain => spec.chain.as_ref().map_or(spec.certificate.at, |chain| chain.at),
        };
        let made = match problem.warns {
            true => Diagnostic::warning(problem.code, problem.message),
            false => Diagnostic::error(problem.code, problem.message),
        };
        diags.push(problem.help.into_iter().fold(made.at(at, ""), Diagnostic::help));
    }
    parsed
}

/// API: `DomainName` and `SubjectAlternativeNames` of RequestCertificate.
fn check_names(spec: &CertificateSpec, diags: &mut Diagnostics) {
    let mut seen: Vec<&Located<String>> = Vec::new();
    let count = spec.names().len();
    if let Some(over) = spec.names().get(MOST_NAMES) {
        let message = format!("a certificate has {MOST_NAMES} names at most, this one has {count}");
        let help = "make two of it: a listener takes several";
        diags.push(Diagnostic::error("too-many-names", message).at(over.at, "").help(help));
    }
    for (index, name) in spec.names().into_iter().enumerate() {
        let most = if index == 0 { MAX_DOMAIN } else { MAX_NAME };
        check_name(name, most, diags);
        if let Some(first) = seen.iter().find(|one| one.value.eq_ignore_ascii_case(&name.value)) {
            let message = format!("`{}` is written twice", name.value);
            let diagnostic = Diagnostic::error("duplicate-value", message).at(name.at, "");
            diags.push(diagnostic.also(first.at.span, "the first is here"));
        }
        seen.push(name);
    }
    if let Source::Acm(acm) = &spec.source
        && let Some(role) = acm.zone.as_ref().and_then(|zone| zone.role.as_ref())
    {
        dns_record::check::check_role(role, diags);
    }
}

fn check_name(name: &Located<String>, most: usize, diags: &mut Diagnostics) {
    let text = &name.value;
    let labels: Vec<&str> = text.strip_prefix("*.").unwrap_or(text).split('.').collect();
    let good_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if labels.len() < 2 || !labels.iter().all(good_label) {
        let message = format!("`{text}` is not a domain name");
        let help = match text.strip_suffix('.') {
            Some(rest) if rest.contains('.') => format!("leave the dot at the end out: {rest}"),
            Some(_) | None => {
                "names look like api.example.com, or *.example.com for any one label".to_owned()
            }
        };
        diags.push(Diagnostic::error("bad-domain", message).at(name.at, "").help(help));
    } else if text.len() > most {
        let message = format!("`{text}` has {} characters, more than {most}", text.len());
        let help = "a shorter one can be the domain, and this one of the `alternative_names`";
        let diagnostic = Diagnostic::error("bad-domain", message).at(name.at, "");
        diags.push(if most == MAX_DOMAIN { diagnostic.help(help) } else { diagnostic });
    }
}

/// What matters of the ARN of a certificate.
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
}

fn arn(text: &str) -> Option<Arn<'_>> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &["arn", _, service, region, account, resource] = parts.as_slice() else { return None };
    let good = match service {
        "acm" => resource.starts_with("certificate/"),
        "iam" => resource.starts_with("server-certificate/"),
        _ => false,
    };
    good.then_some(Arn { service, region, account })
}

/// API: CreateListener takes certificates of the load balancer's own account, and ACM's of its own region.
fn fits(arn: &Arn<'_>, uses: &Located<String>, document: &Document, diags: &mut Diagnostics) {
    if let Some(region) = document.region.as_ref().filter(|it| arn.service == "acm" && it.value != arn.region)
    {
        let message = format!("the certificate is in {}, the stack in {}", arn.region, region.value);
        let diagnostic = Diagnostic::error("wrong-region", message).at(uses.at, "");
        let help = "a listener takes certificates of its own region: request one there";
        diags.push(diagnostic.also(region.at.span, "the stack's region").help(help));
    }
    if let Some(account) = document.account.as_ref().filter(|it| it.value != arn.account) {
        let message =
            format!("the certificate is in the account {}, the stack in {}", arn.account, account.value);
        let diagnostic = Diagnostic::error("wrong-account", message).at(uses.at, "");
        diags.push(diagnostic.also(account.at.span, "the stack's account"));
    }
}

fn unknown<'k>(key: &Located<String>, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let label = suggest(&key.value, known.iter().copied())
        .map_or_else(String::new, |word| format!("did you mean `{word}`?"));
    let message = format!("there is no certificate `{}`", key.value);
    let diagnostic = Diagnostic::error("unknown-reference", message).at(key.at, label);
    if known.is_empty() {
        return diagnostic.help("declare it under the top-level `certificates`");
    }
    diagnostic.note(format!("certificates: {}", known.join(", ")))
}
