//! Which certificate a word of the command line means.

use crate::aws;
use crate::base::Diagnostic;
use crate::cli::failure::Failure;
use crate::cli::fix::desk::{Desk, not_found};
use crate::fix::certs::{self, Facts, Known, Request};
use crate::kinds::certificate::is_server_certificate;

/// The ARN of any certificate: an ARN, the domain of the one issued certificate of ACM that is for it, or the name of a
/// server certificate of IAM.
pub(super) async fn any(desk: &Desk<'_>, word: &str) -> Result<String, Failure> {
    if word.starts_with("arn:") {
        return match word.contains(":acm:") || is_server_certificate(word) {
            true => Ok(word.to_owned()),
            false => {
                let message = format!("`{word}` is no certificate of ACM or IAM");
                Err(not_found(vec![Diagnostic::error("wrong-kind", message)]))
            }
        };
    }
    if certs::is_host(word) {
        let found = match aws::certificates_for(&desk.reader, &word.to_ascii_lowercase()).await {
            Ok(found) => found,
            Err(error) => return Err(desk.failed(&error)),
        };
        match found.as_slice() {
            [only] => return Ok(only.clone()),
            [] => {}
            several => return Err(ambiguous(desk, word, several).await),
        }
    }
    if word.contains('*') || word.is_empty() {
        return Err(not_found(vec![missing(word)]));
    }
    match aws::server_certificate(&desk.reader, word).await.map_err(|error| desk.failed(&error))? {
        Known::Found(facts) => Ok(facts.arn),
        Known::Gone => Err(not_found(vec![missing(word)])),
        Known::Denied => Err(Failure::failed(denied(word))),
    }
}

/// Several are for a domain: each with what tells it from the others.
async fn ambiguous(desk: &Desk<'_>, word: &str, arns: &[String]) -> Failure {
    let all = match aws::certificate_facts(&desk.reader, arns).await {
        Ok(all) => all,
        Err(error) => return desk.failed(&error),
    };
    let now = desk.now();
    let message = format!("{} issued certificates are for `{word}`", arns.len());
    let mut diagnostic = Diagnostic::error("ambiguous-name", message);
    for arn in arns {
        let facts = all.get(arn).and_then(Known::facts);
        let words = facts.map(|facts| told(facts, now)).unwrap_or_default();
        diagnostic = diagnostic.note(format!("{arn}{words}"));
    }
    not_found(vec![diagnostic.help("name one by its ARN")])
}

/// `: a.example.com, b.example.com; imported, RSA 2048, 143 days left`
fn told(facts: &Facts, now: u64) -> String {
    let names = facts.names.iter().cloned().collect::<Vec<_>>().join(", ");
    let days = facts.days_left(now).map(|days| format!(", {days} days left")).unwrap_or_default();
    format!(": {names}; {}, {}{days}", facts.store_words(), facts.key_words())
}

/// The certificate of a listener that a word means.
pub(super) fn attached(request: Request<'_>, word: &str) -> Result<String, Diagnostic> {
    let arns = certs::model(request.live, request.id).map(certs::arns).unwrap_or_default();
    if word.starts_with("arn:") {
        // One that is not there is for the command to tell.
        return Ok(word.to_owned());
    }
    let facts = |arn: &&String| request.all.get(*arn).and_then(Known::facts);
    let by_name: Vec<&String> = arns
        .iter()
        .filter(|arn| is_server_certificate(arn) && arn.rsplit('/').next() == Some(word))
        .collect();
    let exact: Vec<&String> = arns
        .iter()
        .filter(|arn| facts(arn).is_some_and(|facts| facts.names.contains(&word.to_ascii_lowercase())))
        .collect();
    let covers: Vec<&String> =
        arns.iter().filter(|arn| facts(arn).is_some_and(|facts| facts.name_for(word).is_some())).collect();
    let found = [by_name, exact, covers].into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let message = format!("no certificate of {} is called or is for `{word}`", request.id);
            let has = arns.iter().map(|arn| {
                format!("{arn}{}", facts(&arn).map(|it| told(it, request.now)).unwrap_or_default())
            });
            Err(has.fold(Diagnostic::error("not-found", message), Diagnostic::note))
        }
        several => {
            let message = format!("{} certificates of {} are for `{word}`", several.len(), request.id);
            let has = several.iter().map(|arn| {
                format!("{arn}{}", facts(arn).map(|it| told(it, request.now)).unwrap_or_default())
            });
            let diagnostic = has.fold(Diagnostic::error("ambiguous-name", message), Diagnostic::note);
            Err(diagnostic.help("name one by its ARN"))
        }
    }
}

/// A certificate of ACM of another region than the load balancer's.
pub(super) fn elsewhere(arn: &str, region: &str) -> Option<Diagnostic> {
    let other = arn.split(':').nth(3).filter(|other| !other.is_empty() && *other != region)?;
    let message = format!("the certificate is in {other}, and the load balancer in {region}");
    Some(
        Diagnostic::refused("wrong-region", message)
            .note("certificates of ACM are used in their own region only")
            .help(format!("request or import it in {region}")),
    )
}

pub(super) fn missing(word: &str) -> Diagnostic {
    let message = format!("there is no certificate `{word}`");
    Diagnostic::error("not-found", message)
        .note(
            "looked for: issued certificates of ACM that are for it, server certificates of IAM of that name",
        )
        .help("name it by its ARN, or by a domain that it is for")
}

pub(super) fn denied(word: &str) -> Diagnostic {
    let message = format!("these credentials may not read the certificate `{word}`");
    Diagnostic::error("access-denied", message)
        .note("needed: acm:DescribeCertificate, or iam:GetServerCertificate for one of IAM")
}
