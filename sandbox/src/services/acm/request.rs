//! RequestCertificate.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, arn_of, invalid, tags};
use crate::clock::{Millis, millis};
use crate::services::refuse;
use crate::services::tag_lists::Tag;
use crate::state::acm::{Enabled, Origin, Requested, ValidationMethod, base_domain};
use crate::state::{Certificate, KeyAlgorithm, TagMap, Tags};
use crate::wire::ApiError;

/// RequestCertificate, `IdempotencyToken`: "Idempotency tokens time out after one hour".
const TOKEN_LIFE: Millis = 3_600_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RequestCertificate {
    domain_name: String,
    validation_method: Option<ValidationMethod>,
    subject_alternative_names: Option<Vec<String>>,
    idempotency_token: Option<String>,
    domain_validation_options: Option<Vec<DomainValidation>>,
    options: Option<Options>,
    certificate_authority_arn: Option<String>,
    tags: Option<Vec<Tag>>,
    key_algorithm: Option<KeyAlgorithm>,
    managed_by: Option<String>,
}

/// DomainValidationOption: where the e-mail goes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DomainValidation {
    domain_name: String,
    validation_domain: String,
}

/// CertificateOptions.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Options {
    pub(super) certificate_transparency_logging_preference: Option<Enabled>,
    pub(super) export: Option<Enabled>,
}

pub(super) fn request(ctx: &mut Ctx<'_>, input: RequestCertificate) -> Result<Value, ApiError> {
    check_not_here(&input)?;
    let names = names(ctx, &input)?;
    check_token(input.idempotency_token.as_deref())?;
    check_domains(&input, &names)?;
    let tags = tags::check_new(input.tags)?;
    let options = input.options.unwrap_or_default();
    let wanted = Requested {
        failure: failure(ctx, &names),
        names,
        key_algorithm: key_algorithm(ctx, input.key_algorithm)?,
        // What ACM takes if none is given: e-mail was there first.
        validation: input.validation_method.unwrap_or(ValidationMethod::Email),
        transparency_logging: options.certificate_transparency_logging_preference.unwrap_or(Enabled::Enabled),
        export: options.export.unwrap_or(Enabled::Disabled),
        idempotency_token: input.idempotency_token,
        issued: None,
        renewed: None,
    };
    if let Some(arn) = earlier(ctx, &wanted) {
        return Ok(json!({ "CertificateArn": arn }));
    }
    check_quota(ctx)?;
    Ok(json!({ "CertificateArn": insert(ctx, wanted, tags) }))
}

fn insert(ctx: &mut Ctx<'_>, wanted: Requested, tags: TagMap) -> String {
    let (arn, now) = (arn_of(ctx), ctx.now);
    let certificate =
        Certificate { created: now, tags: Tags::new(tags, now), origin: Origin::Requested(wanted) };
    ctx.resources_mut().certificates.insert(arn.clone(), certificate);
    arn
}

/// What the API has and the sandbox has not: private authorities, and what is for CloudFront only.
fn check_not_here(input: &RequestCertificate) -> Result<(), ApiError> {
    refuse(input.certificate_authority_arn.is_some(), || {
        invalid("The sandbox has no private certificate authorities")
    })?;
    // RequestCertificate, `ManagedBy` and the validation method HTTP: for CloudFront.
    refuse(input.managed_by.is_some() || input.validation_method == Some(ValidationMethod::Http), || {
        invalid("HTTP validation is only available for certificates managed by CloudFront")
    })
}

/// DomainName and SubjectAlternativeNames without repetition, DomainName first.
fn names(ctx: &Ctx<'_>, input: &RequestCertificate) -> Result<Vec<String>, ApiError> {
    let given = input.subject_alternative_names.as_deref();
    // API model, DomainList: 1 to 100.
    refuse(given.is_some_and(|list| list.is_empty() || list.len() > 100), || {
        invalid("Member must have length between 1 and 100 at 'subjectAlternativeNames'")
    })?;
    let mut names: Vec<String> = Vec::new();
    for name in std::iter::once(&input.domain_name).chain(given.unwrap_or_default()) {
        refuse(!is_domain(name), || {
            invalid(format!(
                "Value '{name}' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\*\\.)?(((?!-)[A-Za-z0-9-]{{0,62}}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{{1,62}}[A-Za-z0-9])"
            ))
        })?;
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    // RequestCertificate, `DomainName`: "the first domain name that you enter cannot exceed 64 octets".
    refuse(input.domain_name.len() > 64, || {
        invalid("The first domain name can be no longer than 64 characters")
    })?;
    // User guide, "Quotas": domain names per ACM certificate. API: LimitExceededException.
    refuse(names.len() > ctx.state.acm.max_names, || {
        let count = names.len();
        limit(format!("The certificate request contains {count} domain names, more than the quota allows"))
    })?;
    Ok(names)
}

/// API model, DomainNameString.
fn is_domain(name: &str) -> bool {
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let label = |label: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63
            && ends(label.chars().next())
            && ends(label.chars().last())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let last = rest.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && rest.contains('.') && rest.split('.').all(label) && last.len() >= 2
}

/// API model, IdempotencyToken: `\w+`, 1 to 32.
fn check_token(token: Option<&str>) -> Result<(), ApiError> {
    let is_token =
        |t: &str| (1..=32).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    refuse(token.is_some_and(|t| !is_token(t)), || {
        invalid("The idempotency token must have 1 to 32 letters, digits and underscores")
    })
}

/// API: InvalidDomainValidationOptionsException. The options are for names of the certificate, and an e-mail goes
/// to the name itself or to a domain that it is in.
fn check_domains(input: &RequestCertificate, names: &[String]) -> Result<(), ApiError> {
    let options = input.domain_validation_options.as_deref().unwrap_or_default();
    let fits = |option: &DomainValidation| {
        let (name, domain) = (base_domain(&option.domain_name), base_domain(&option.validation_domain));
        names.iter().any(|n| base_domain(n) == name)
            && (name == domain || name.ends_with(&format!(".{domain}")))
    };
    refuse(!options.iter().all(fits), || {
        ApiError::new(
            "InvalidDomainValidationOptionsException",
            "The validation domain must be the domain name or a superdomain of it",
        )
    })
}

/// RequestCertificate, `KeyAlgorithm`: RSA 2048 by default. The user guide, "Key algorithms": public certificates
/// are issued for RSA 2048, P-256 and P-384; how others are refused is a guess.
fn key_algorithm(ctx: &Ctx<'_>, given: Option<KeyAlgorithm>) -> Result<KeyAlgorithm, ApiError> {
    let algorithm = given.unwrap_or(KeyAlgorithm::Rsa2048);
    let issued = match algorithm {
        KeyAlgorithm::Rsa2048 | KeyAlgorithm::EcPrime256v1 | KeyAlgorithm::EcSecp384r1 => true,
        KeyAlgorithm::Rsa1024 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 | KeyAlgorithm::EcSecp521r1 => {
            false
        }
    };
    ctx.guess(!issued, || {
        invalid(format!("The key algorithm {algorithm} is not supported for this request"))
    })?;
    Ok(algorithm)
}

/// Whether this request is going to fail, when, and why ([`Acm::failures`](crate::state::acm::Acm)).
fn failure(ctx: &Ctx<'_>, names: &[String]) -> Option<(Millis, String)> {
    let acm = &ctx.state.acm;
    let reason = names.iter().find_map(|name| acm.failures.get(&base_domain(name)))?;
    Some((ctx.now.saturating_add(millis(acm.issues_after)), reason.clone()))
}

/// RequestCertificate, `IdempotencyToken`: the same request with the same token within an hour is one request.
fn earlier<'c>(ctx: &'c Ctx<'_>, wanted: &Requested) -> Option<&'c String> {
    wanted.idempotency_token.as_ref()?;
    let same = |certificate: &Certificate| {
        let Origin::Requested(known) = &certificate.origin else { return false };
        ctx.now < certificate.created.saturating_add(TOKEN_LIFE)
            && known.idempotency_token == wanted.idempotency_token
            && known.names == wanted.names
            && known.key_algorithm == wanted.key_algorithm
            && known.validation == wanted.validation
    };
    ctx.resources().certificates.iter().find(|(_, c)| same(c)).map(|(arn, _)| arn)
}

/// User guide, "Quotas": ACM certificates. API: LimitExceededException.
fn check_quota(ctx: &Ctx<'_>) -> Result<(), ApiError> {
    let requested = |c: &&Certificate| matches!(c.origin, Origin::Requested(_));
    let count = ctx.resources().certificates.values().filter(requested).count();
    refuse(count >= ctx.state.acm.max_certificates, || {
        limit("Error: you have reached your limit of certificates.".to_owned())
    })
}

/// API: LimitExceededException.
pub(super) fn limit(message: String) -> ApiError {
    ApiError::new("LimitExceededException", message)
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn domain_names() {
        let long = format!("{}.example.com", "a".repeat(63));
        for good in ["example.com", "*.example.com", "a-b.example.co", "1.example.com", long.as_str()] {
            assert!(is_domain(good), "{good}");
        }
        let too_long = format!("{}.example.com", "a".repeat(64));
        for bad in [
            "",
            "com",
            "*.com.",
            "*",
            "a.*.example.com",
            "-a.example.com",
            "a_b.example.com",
            "a..b.com",
            &too_long,
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
