//! ListCertificates.

use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::{EXTENDED_KEY_USAGES, KEY_USAGES, kind, renewal_eligibility};
use super::{Ctx, invalid, key_text, seconds};
use crate::services::refuse;
use crate::state::acm::{Enabled, Origin};
use crate::state::{Certificate, CertificateStatus, KeyAlgorithm};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListCertificates {
    certificate_statuses: Option<Vec<CertificateStatus>>,
    includes: Option<Filters>,
    next_token: Option<String>,
    max_items: Option<usize>,
    sort_by: Option<String>,
    sort_order: Option<String>,
}

/// Filters.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filters {
    extended_key_usage: Option<Vec<String>>,
    key_usage: Option<Vec<String>>,
    key_types: Option<Vec<KeyAlgorithm>>,
    export_option: Option<Enabled>,
    managed_by: Option<String>,
}

/// What the documentation says of a page: `MaxItems`, 1 to 1000.
const MAX_PAGE: usize = 1000;

pub(super) fn list(ctx: &Ctx<'_>, input: ListCertificates) -> Result<Value, ApiError> {
    let size = input.max_items.unwrap_or(MAX_PAGE);
    refuse(!(1..=MAX_PAGE).contains(&size), || invalid("MaxItems must be between 1 and 1000"))?;
    check_order(&input)?;
    let filters = input.includes.unwrap_or_default();
    let statuses = input.certificate_statuses.unwrap_or_default();
    let found = ctx.resources().certificates.iter().filter(|(_, certificate)| {
        ctx.sees(certificate.created)
            && (statuses.is_empty() || statuses.contains(&certificate.status(ctx.now)))
            && filters.match_(certificate)
    });
    let mut found: Vec<_> = found.collect();
    // Without an order: that of the ARNs, which is no order to rely on.
    if input.sort_by.is_some() {
        found.sort_by_key(|(_, certificate)| certificate.created);
        if input.sort_order.as_deref() == Some("DESCENDING") {
            found.reverse();
        }
    }
    let start = input.next_token.map_or(Some(0), |t| t.strip_prefix(TOKEN)?.parse::<usize>().ok());
    // API: InvalidArgsException.
    let start = start.ok_or_else(|| ApiError::new("InvalidArgsException", "The NextToken is not valid"))?;
    let next = start.saturating_add(size);
    let page = found.iter().skip(start).take(size).map(|(arn, c)| summary(ctx, arn, c)).collect::<Vec<_>>();
    let mut answer = json!({ "CertificateSummaryList": page });
    if next < found.len() {
        answer["NextToken"] = json!(format!("{TOKEN}{next}"));
    }
    Ok(answer)
}

const TOKEN: &str = "page-";

/// ListCertificates: "SortBy" and "SortOrder" must both be given or neither. API: InvalidArgsException.
fn check_order(input: &ListCertificates) -> Result<(), ApiError> {
    refuse(input.sort_by.is_some() != input.sort_order.is_some(), || {
        ApiError::new("InvalidArgsException", "SortBy and SortOrder must be specified together")
    })?;
    let by = input.sort_by.as_deref().is_none_or(|by| by == "CREATED_AT");
    let order = input.sort_order.as_deref().is_none_or(|o| matches!(o, "ASCENDING" | "DESCENDING"));
    refuse(!by || !order, || invalid("SortBy is CREATED_AT, SortOrder ASCENDING or DESCENDING"))
}

impl Filters {
    /// Filters, `keyTypes`: "default filtering returns only RSA_1024 and RSA_2048 certificates".
    fn match_(&self, certificate: &Certificate) -> bool {
        const DEFAULT: &[KeyAlgorithm] = &[KeyAlgorithm::Rsa1024, KeyAlgorithm::Rsa2048];
        let types = self.key_types.as_deref().filter(|types| !types.is_empty()).unwrap_or(DEFAULT);
        let key = certificate.key_algorithm().is_some_and(|key| types.contains(&key));
        let (usages, extended) = usages(certificate);
        let export = self.export_option.is_none_or(|wanted| wanted == exportable(certificate));
        // Nothing here is managed by CloudFront.
        key && export
            && self.managed_by.is_none()
            && has_all(&usages, self.key_usage.as_deref())
            && has_all(&extended, self.extended_key_usage.as_deref())
    }
}

fn has_all(has: &[String], wanted: Option<&[String]>) -> bool {
    wanted.unwrap_or_default().iter().all(|usage| usage == "ANY" || has.contains(usage))
}

fn exportable(certificate: &Certificate) -> Enabled {
    match &certificate.origin {
        Origin::Requested(requested) => requested.export,
        Origin::Imported(_) => Enabled::Disabled,
    }
}

fn usages(certificate: &Certificate) -> (Vec<String>, Vec<String>) {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match &certificate.origin {
        Origin::Requested(_) => (own(KEY_USAGES), own(EXTENDED_KEY_USAGES)),
        Origin::Imported(i) => (i.leaf.key_usages.clone(), i.leaf.extended_key_usages.clone()),
    }
}

/// CertificateSummary.
fn summary(ctx: &Ctx<'_>, arn: &str, certificate: &Certificate) -> Value {
    let used = !ctx.resources().certificate_users(arn, ctx.now).is_empty();
    let status = certificate.status(ctx.now);
    let (usages, extended) = usages(certificate);
    let mut summary = json!({
        "CertificateArn": arn,
        "SubjectAlternativeNameSummaries": certificate.names(),
        "HasAdditionalSubjectAlternativeNames": false,
        "Status": status,
        "Type": kind(certificate),
        "KeyAlgorithm": certificate.key_algorithm().map(key_text),
        "KeyUsages": usages,
        "ExtendedKeyUsages": extended,
        "ExportOption": exportable(certificate),
        "InUse": used,
        "RenewalEligibility": renewal_eligibility(certificate, used, ctx.now),
        "CreatedAt": seconds(certificate.created),
    });
    match &certificate.origin {
        Origin::Requested(requested) => {
            summary["DomainName"] = json!(requested.names.first());
            let was_issued = matches!(status, CertificateStatus::Issued | CertificateStatus::Expired);
            if let (true, Some((from, to))) = (was_issued, requested.validity()) {
                summary["IssuedAt"] = json!(requested.issued.map(seconds));
                (summary["NotBefore"], summary["NotAfter"]) = (json!(seconds(from)), json!(seconds(to)));
            }
        }
        Origin::Imported(imported) => {
            let leaf = &imported.leaf;
            summary["DomainName"] = json!(leaf.domain);
            summary["ImportedAt"] = json!(seconds(imported.imported));
            (summary["NotBefore"], summary["NotAfter"]) =
                (json!(seconds(leaf.not_before)), json!(seconds(leaf.not_after)));
        }
    }
    summary
}
