//! The certificates of HTTPS listeners: AddListenerCertificates and its siblings.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, arn, certificates, paging};
use crate::services::refuse;
use crate::state::elbv2::Protocol;
use crate::state::{Listener, quota};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListenerCertificates {
    listener_arn: String,
    certificates: Vec<certificates::Given>,
}

/// AddListenerCertificates: "If the certificate is already in the certificate list, the call is successful but the
/// certificate is not added again."
pub(super) fn add(ctx: &mut Ctx<'_>, input: ListenerCertificates) -> Result<Value, ApiError> {
    let arn = input.listener_arn;
    let listener = ctx.get::<Listener>(&arn)?;
    let certificate = certificates::single(input.certificates)?;
    certificates::check(ctx, &certificate)?;
    // A guess at the code: a listener without TLS has no certificate list.
    ctx.guess(listener.protocol != Protocol::Https, || {
        ApiError::configuration("Certificates are only supported for HTTPS listeners")
    })?;
    if !listener.certificates.contains(&certificate) {
        check_count(ctx, &arn)?;
    }
    let added = json!({ "Certificates": [{ "CertificateArn": certificate, "IsDefault": false }] });
    ctx.get_mut::<Listener>(&arn)?.certificates.insert(certificate);
    Ok(added)
}

/// API: TooManyCertificates. The quota is per load balancer, default certificates not counted.
fn check_count(ctx: &Ctx<'_>, listener: &str) -> Result<(), ApiError> {
    let load_balancer = arn::load_balancer_of(listener);
    let count: usize = ctx.resources().listeners_of(&load_balancer).map(|(_, l)| l.certificates.len()).sum();
    let most = ctx.state.quota(quota::CERTIFICATES);
    refuse(count >= most, || {
        ApiError::new("TooManyCertificates", format!("A load balancer can have at most {most} certificates"))
    })
}

/// RemoveListenerCertificates; removing one that is not in the list succeeds.
pub(super) fn remove(ctx: &mut Ctx<'_>, input: ListenerCertificates) -> Result<Value, ApiError> {
    let arn = input.listener_arn;
    let listener = ctx.get::<Listener>(&arn)?;
    let certificate = certificates::single(input.certificates)?;
    let is_default = listener.default_certificate.as_ref() == Some(&certificate);
    // RemoveListenerCertificates, API: OperationNotPermitted. One that is in the list as well leaves the list.
    refuse(is_default && !listener.certificates.contains(&certificate), || {
        ApiError::new("OperationNotPermitted", "Default certificate cannot be removed")
    })?;
    ctx.get_mut::<Listener>(&arn)?.certificates.remove(&certificate);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeListenerCertificates {
    listener_arn: String,
    marker: Option<String>,
    page_size: Option<u32>,
}

/// DescribeListenerCertificates: "If the default certificate is also in the certificate list, it appears twice in
/// the results (once with IsDefault set to true and once with IsDefault set to false)."
pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeListenerCertificates) -> Result<Value, ApiError> {
    let listener = ctx.see::<Listener>(&input.listener_arn)?;
    let one =
        |is_default: bool| move |arn: &String| json!({ "CertificateArn": arn, "IsDefault": is_default });
    let default = listener.default_certificate.iter().map(one(true));
    let all: Vec<Value> = default.chain(listener.certificates.iter().map(one(false))).collect();
    paging::page("Certificates", all, input.marker.as_deref(), input.page_size)
}
