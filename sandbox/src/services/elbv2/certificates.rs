//! Server certificates of listeners: those of ACM and IAM.

use std::net::IpAddr;

use serde::Deserialize;

use super::Ctx;
use crate::ACCOUNT;
use crate::clock::millis;
use crate::services::refuse;
use crate::state::{CertificateStatus, KeyAlgorithm};
use crate::wire::ApiError;

/// An ACM certificate that never exists.
const NO_UUID: &str = "00000000-0000-0000-0000-000000000000";

/// Certificate.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Given {
    certificate_arn: Option<String>,
    is_default: Option<bool>,
}

/// CreateListener, AddListenerCertificates and the like, `Certificates`: exactly one, without IsDefault.
pub(super) fn single(mut given: Vec<Given>) -> Result<String, ApiError> {
    refuse(given.len() > 1, || {
        let count = given.len();
        ApiError::validation(format!(
            "Up to '1' certificate ARNs can be specified, but '{count}' were specified"
        ))
    })?;
    let Given { certificate_arn, is_default } =
        given.pop().ok_or_else(|| ApiError::validation("A certificate must be specified"))?;
    refuse(is_default.is_some(), || ApiError::validation("You cannot specify IsDefault for a certificate"))?;
    certificate_arn.ok_or_else(|| ApiError::validation("A certificate ARN must be specified"))
}

/// Refuses what a listener cannot have. Certificates of the sandbox's account are those of its ACM and IAM; of other
/// accounts, which stand for whatever is outside, all exist that the state does not call missing.
pub(super) fn check(ctx: &Ctx<'_>, arn: &str) -> Result<(), ApiError> {
    // API: CertificateNotFound, for what is no certificate, is in another region, or does not exist.
    let not_found = || ApiError::new("CertificateNotFound", format!("Certificate '{arn}' not found"));
    refuse(!has_form(arn, ctx.region) || ctx.state.missing.contains(arn), not_found)?;
    let own = format!(":{ACCOUNT}:");
    if !arn.contains(&own) {
        return Ok(());
    }
    let supported = if arn.starts_with("arn:aws:iam:") {
        // IAM is eventually consistent: ELB sees an upload some time later.
        let found = ctx.state.iam.seen_by_elb(arn, ctx.now).ok_or_else(not_found)?;
        is_supported(found.leaf.key_algorithm, &found.leaf.names)
    } else {
        let found = ctx.resources().certificates.get(arn).ok_or_else(not_found)?;
        let seen = found.since().saturating_add(millis(ctx.state.acm.elb_sees_after));
        let issued = found.status(ctx.now) == CertificateStatus::Issued;
        refuse(issued && ctx.now < seen, not_found)?;
        issued && is_supported(found.key_algorithm(), found.names())
    };
    // Not in the API model, but what AWS answers for pending certificates and those without a domain name.
    refuse(!supported, || {
        ApiError::new(
            "UnsupportedCertificate",
            format!(
                "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a \
                 supported key size."
            ),
        )
    })
}

/// User guide, "SSL certificates for your Application Load Balancer": the key types that ACM has; and a name with
/// a dot in it, by the text of the refusal.
fn is_supported(key: Option<KeyAlgorithm>, names: &[String]) -> bool {
    let is_domain = |name: &String| name.contains('.') && name.parse::<IpAddr>().is_err();
    key.is_some() && names.iter().any(is_domain)
}

/// `arn:aws:acm:REGION:ACCOUNT:certificate/ID`, or `arn:aws:iam::ACCOUNT:server-certificate/[PATH/]NAME`.
fn has_form(arn: &str, region: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service, place, account, resource] = parts[..] else { return false };
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match service {
        "acm" => {
            let id = resource.strip_prefix("certificate/").unwrap_or_default();
            let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            place == region && is_id && id != NO_UUID
        }
        "iam" => {
            place.is_empty()
                && resource.strip_prefix("server-certificate/").is_some_and(|name| !name.is_empty())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let good = [
            "arn:aws:acm:r:123456789012:certificate/abc-123",
            "arn:aws:iam::123456789012:server-certificate/p/n",
        ];
        assert!(good.iter().all(|arn| has_form(arn, "r")));
        let bad = [
            "arn:aws:acm:other:123456789012:certificate/abc-123",
            "arn:aws:acm:r:1234:certificate/abc-123",
            "arn:aws:acm:r:123456789012:certificate/",
            "arn:aws:iam:r:123456789012:server-certificate/n",
            "arn:aws:s3:::bucket",
            "x",
        ];
        assert!(bad.iter().all(|arn| !has_form(arn, "r")));
        assert!(!has_form(&format!("arn:aws:acm:r:123456789012:certificate/{NO_UUID}"), "r"));
    }
}
