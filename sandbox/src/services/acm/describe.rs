//! DescribeCertificate.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Ctx, get, key_text, not_found, seconds};
use crate::clock::millis;
use crate::services::refuse;
use crate::state::acm::{Imported, Origin, Requested, ValidationMethod, base_domain, validation_record};
use crate::state::{Certificate, CertificateStatus, KeyAlgorithm};
use crate::wire::ApiError;

/// Input that is an ARN and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OneCertificate {
    pub(super) certificate_arn: String,
}

/// DescribeCertificate: ResourceNotFoundException as long as a fresh certificate cannot be seen.
pub(super) fn describe(ctx: &Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    let arn = input.certificate_arn;
    let certificate = get(ctx, &arn)?;
    refuse(!ctx.sees(certificate.created), || not_found(&arn))?;
    let mut detail = common(ctx, &arn, certificate);
    match &certificate.origin {
        Origin::Requested(requested) => add_requested(&mut detail, ctx, certificate, requested),
        Origin::Imported(imported) => add_imported(&mut detail, imported),
    }
    detail.retain(|_, value| !value.is_null());
    Ok(json!({ "Certificate": detail }))
}

/// What both kinds have, and the summary of ListCertificates too.
fn common(ctx: &Ctx<'_>, arn: &str, certificate: &Certificate) -> Map<String, Value> {
    let users = ctx.resources().certificate_users(arn, ctx.now);
    let mut detail = Map::new();
    let mut put = |name: &str, value: Value| detail.insert(name.to_owned(), value);
    put("CertificateArn", json!(arn));
    put("SubjectAlternativeNames", json!(certificate.names()));
    put("Status", json!(certificate.status(ctx.now)));
    put("KeyAlgorithm", json!(certificate.key_algorithm().map(key_text)));
    put("InUseBy", json!(users));
    put("Type", json!(kind(certificate)));
    put("RenewalEligibility", json!(renewal_eligibility(certificate, !users.is_empty(), ctx.now)));
    put("CreatedAt", json!(seconds(certificate.created)));
    detail
}

/// CertificateType.
pub(super) fn kind(certificate: &Certificate) -> &'static str {
    match certificate.origin {
        Origin::Requested(_) => "AMAZON_ISSUED",
        Origin::Imported(_) => "IMPORTED",
    }
}

/// User guide, "Managed certificate renewal": eligible if issued by ACM and in use.
pub(super) fn renewal_eligibility(certificate: &Certificate, used: bool, now: u64) -> &'static str {
    let issued = certificate.status(now) == CertificateStatus::Issued;
    match certificate.origin {
        Origin::Requested(_) if issued && used => "ELIGIBLE",
        Origin::Requested(_) | Origin::Imported(_) => "INELIGIBLE",
    }
}

fn add_requested(
    detail: &mut Map<String, Value>,
    ctx: &Ctx<'_>,
    certificate: &Certificate,
    requested: &Requested,
) {
    let status = certificate.status(ctx.now);
    let domain = requested.names.first().cloned().unwrap_or_default();
    let was_issued = matches!(status, CertificateStatus::Issued | CertificateStatus::Expired);
    let validity = requested.validity().filter(|_| was_issued);
    let mut put = |name: &str, value: Value| detail.insert(name.to_owned(), value);
    put("Subject", json!(format!("CN={domain}")));
    put("DomainName", json!(domain));
    put("Issuer", json!("Amazon"));
    put("SignatureAlgorithm", json!(signature(requested.key_algorithm)));
    put("DomainValidationOptions", options(ctx, certificate, requested, status));
    put(
        "Options",
        json!({
            "CertificateTransparencyLoggingPreference": requested.transparency_logging,
            "Export": requested.export,
        }),
    );
    let failed = status == CertificateStatus::Failed;
    put("FailureReason", json!(requested.failure.as_ref().filter(|_| failed).map(|(_, reason)| reason)));
    put("IssuedAt", json!(validity.and(requested.issued).map(seconds)));
    put("NotBefore", json!(validity.map(|(from, _)| seconds(from))));
    put("NotAfter", json!(validity.map(|(_, to)| seconds(to))));
    let usages = |names: &[&str]| names.iter().map(|name| json!({ "Name": name })).collect::<Value>();
    let key_usages: &[&str] = if was_issued { KEY_USAGES } else { &[] };
    let extended: &[&str] = if was_issued { EXTENDED_KEY_USAGES } else { &[] };
    put("KeyUsages", usages(key_usages));
    put("ExtendedKeyUsages", usages(extended));
    put(
        "RenewalSummary",
        json!(requested.renewed.map(|at| json!({
            "RenewalStatus": "SUCCESS",
            "UpdatedAt": seconds(at),
            "DomainValidationOptions": options(ctx, certificate, requested, status),
        }))),
    );
}

/// What public certificates of ACM are for (user guide, "ACM certificate characteristics").
pub(super) const KEY_USAGES: &[&str] = &["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"];
pub(super) const EXTENDED_KEY_USAGES: &[&str] = &["TLS_WEB_SERVER_AUTHENTICATION"];

fn signature(key: KeyAlgorithm) -> &'static str {
    match key {
        KeyAlgorithm::Rsa1024 | KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
            "SHA256WITHRSA"
        }
        KeyAlgorithm::EcPrime256v1 => "SHA256WITHECDSA",
        KeyAlgorithm::EcSecp384r1 => "SHA384WITHECDSA",
        KeyAlgorithm::EcSecp521r1 => "SHA512WITHECDSA",
    }
}

/// DomainValidation, one for each name. The record comes some time after the request (`records_after`); a name and
/// its wildcard have the same.
fn options(
    ctx: &Ctx<'_>,
    certificate: &Certificate,
    requested: &Requested,
    status: CertificateStatus,
) -> Value {
    let records = ctx.now >= certificate.created.saturating_add(millis(ctx.state.acm.records_after));
    let state = match status {
        CertificateStatus::PendingValidation => "PENDING_VALIDATION",
        CertificateStatus::Issued
        | CertificateStatus::Expired
        | CertificateStatus::Inactive
        | CertificateStatus::Revoked => "SUCCESS",
        CertificateStatus::Failed | CertificateStatus::ValidationTimedOut => "FAILED",
    };
    let one = |name: &String| {
        let mut option = json!({
            "DomainName": name,
            "ValidationDomain": name,
            "ValidationStatus": state,
            "ValidationMethod": requested.validation,
        });
        match requested.validation {
            ValidationMethod::Dns if records => {
                let (record, value) = validation_record(name);
                option["ResourceRecord"] = json!({ "Name": record, "Type": "CNAME", "Value": value });
            }
            ValidationMethod::Email => {
                let mailboxes = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];
                let domain = base_domain(name);
                option["ValidationEmails"] = json!(mailboxes.map(|mailbox| format!("{mailbox}@{domain}")));
            }
            ValidationMethod::Dns | ValidationMethod::Http => {}
        }
        option
    };
    requested.names.iter().map(one).collect()
}

fn add_imported(detail: &mut Map<String, Value>, imported: &Imported) {
    let leaf = &imported.leaf;
    let mut put = |name: &str, value: Value| detail.insert(name.to_owned(), value);
    put("DomainName", json!(leaf.domain));
    put("Subject", json!(leaf.subject));
    put("Issuer", json!(leaf.issuer));
    put("Serial", json!(leaf.serial));
    put("SignatureAlgorithm", json!(leaf.signature_algorithm));
    put("ImportedAt", json!(seconds(imported.imported)));
    put("NotBefore", json!(seconds(leaf.not_before)));
    put("NotAfter", json!(seconds(leaf.not_after)));
    put("Options", json!({ "CertificateTransparencyLoggingPreference": "DISABLED" }));
    let usages = |names: &[String]| names.iter().map(|name| json!({ "Name": name })).collect::<Value>();
    put("KeyUsages", usages(&leaf.key_usages));
    put("ExtendedKeyUsages", usages(&leaf.extended_key_usages));
}
