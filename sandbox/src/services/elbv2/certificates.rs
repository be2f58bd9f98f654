//! Server certificates of listeners. There is no ACM and no IAM here yet: an ARN of the right form exists and is
//! issued, unless the state says that it is missing.

use serde::Deserialize;

use super::Ctx;
use crate::services::refuse;
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

/// API: CertificateNotFound, for what is no certificate, is in another region, or does not exist.
pub(super) fn check(ctx: &Ctx<'_>, arn: &str) -> Result<(), ApiError> {
    let exists = has_form(arn, ctx.region) && !ctx.state.missing.contains(arn);
    refuse(!exists, || ApiError::new("CertificateNotFound", format!("Certificate '{arn}' not found")))
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
