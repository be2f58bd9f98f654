//! The table of certificates, checked whether a listener uses them or not.

use super::document::{CertificateSpec, Document};
use crate::base::{Diagnostic, Diagnostics, Located, suggest};
use crate::kinds::names;

/// Reports what is wrong with the table itself.
pub(super) fn check(document: &Document, diags: &mut Diagnostics) {
    for (key, certificate) in &document.certificates {
        names::check_key("certificate", key.as_ref().map(String::as_str), diags);
        match arn(certificate) {
            Some(arn) => fits(&arn, &certificate.uses, document, diags),
            None => diags.push(bad(&certificate.uses)),
        }
    }
}

/// The ARNs of those of the keys that are good; unknown keys are reported.
pub(super) fn arns(document: &Document, keys: &[Located<String>], diags: &mut Diagnostics) -> Vec<String> {
    let table = &document.certificates;
    for key in keys.iter().filter(|key| !table.mentions(&key.value)) {
        diags.push(unknown(key, table.keys().map(|key| key.value.as_str())));
    }
    let good = keys.iter().filter_map(|key| table.get(&key.value)).filter(|it| arn(it).is_some());
    good.map(|certificate| certificate.uses.value.clone()).collect()
}

/// What matters of the ARN of a certificate.
struct Arn<'a> {
    service: &'a str,
    region: &'a str,
    account: &'a str,
}

fn arn(certificate: &CertificateSpec) -> Option<Arn<'_>> {
    let parts: Vec<&str> = certificate.uses.value.splitn(6, ':').collect();
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

fn bad(uses: &Located<String>) -> Diagnostic {
    if uses.value.starts_with("arn:") {
        let message = format!("`{}` is not the ARN of an ACM or IAM certificate", uses.value);
        return Diagnostic::error("bad-certificate", message).at(uses.at, "");
    }
    let message = "finding a certificate by its domain is not supported yet";
    Diagnostic::error("not-supported-yet", message).at(uses.at, "").help("write the certificate's ARN")
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
