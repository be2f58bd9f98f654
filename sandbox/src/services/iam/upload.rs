//! UploadServerCertificate.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, check_free, check_name, check_path, limit, metadata, tags};
use crate::pki::{self, Parsed, PrivateKey};
use crate::services::refuse;
use crate::services::tag_lists::{self, Tag};
use crate::state::ServerCertificate;
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UploadServerCertificate {
    path: Option<String>,
    server_certificate_name: String,
    certificate_body: String,
    private_key: String,
    certificate_chain: Option<String>,
    tags: Option<Vec<Tag>>,
}

pub(super) fn upload(ctx: &mut Ctx<'_>, input: UploadServerCertificate) -> Result<Value, ApiError> {
    let name = input.server_certificate_name;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    check_name(&name, "serverCertificateName")?;
    check_path(&path, "path")?;
    let tags = tags::check_new(input.tags.unwrap_or_default())?;
    let chain = input.certificate_chain.filter(|chain| !chain.is_empty());
    check_lengths(&input.certificate_body, &input.private_key, chain.as_deref())?;
    let parsed = check(ctx, &input.certificate_body, &input.private_key, chain.as_deref())?;
    check_free(ctx, &name, None)?;
    // User guide, "IAM and AWS STS quotas": server certificates in an account.
    let most = ctx.state.iam.max_server_certificates;
    refuse(ctx.state.iam.server_certificates.len() >= most, || limit("ServerCertificatesPerAccount", most))?;
    let certificate = ServerCertificate {
        path,
        id: ctx.state.ids.next_server_certificate(),
        body: input.certificate_body,
        chain,
        leaf: parsed.leaf,
        uploaded: ctx.now,
        named: ctx.now,
        tags,
    };
    let mut answer = json!({ "ServerCertificateMetadata": metadata(&name, &certificate) });
    if !certificate.tags.is_empty() {
        answer["Tags"] = json!(tag_lists::list(&certificate.tags));
    }
    ctx.state.iam.server_certificates.insert(name, certificate);
    Ok(answer)
}

/// API model: certificateBodyType, privateKeyType, certificateChainType. The message does not hold the value.
fn check_lengths(body: &str, key: &str, chain: Option<&str>) -> Result<(), ApiError> {
    let all = [
        (Some(body), "certificateBody", 16_384),
        (Some(key), "privateKey", 16_384),
        (chain, "certificateChain", 2_097_152),
    ];
    for (text, member, most) in all {
        refuse(text.is_some_and(|text| text.is_empty() || text.len() > most), || {
            ApiError::constraint("...", member, &format!("Member must have length between 1 and {most}"))
        })?;
    }
    Ok(())
}

/// API: MalformedCertificate, KeyPairMismatch.
fn check(ctx: &Ctx<'_>, body: &str, key: &str, chain: Option<&str>) -> Result<Parsed, ApiError> {
    let malformed = |message: String| ApiError::new("MalformedCertificate", message);
    let certificate =
        pki::read_one(body).map_err(|flaw| malformed(format!("The certificate body {}.", flaw.text())))?;
    // UploadServerCertificate, `PrivateKey`: "The contents of the private key in PEM-encoded format"; the user
    // guide: it must not be encrypted.
    let key = PrivateKey::read(key).map_err(|flaw| malformed(format!("The private key {}.", flaw.text())))?;
    refuse(!key.is_of(&certificate), || {
        ApiError::new("KeyPairMismatch", "Certificate body and private key do not match.")
    })?;
    // API: MalformedCertificate, "because the certificate was malformed or expired".
    refuse(ctx.now >= certificate.leaf.not_after, || malformed("The certificate has expired.".to_owned()))?;
    let Some(chain) = chain else { return Ok(certificate) };
    let chain = pki::read_chain(chain)
        .map_err(|flaw| malformed(format!("The certificate chain {}.", flaw.text())))?;
    check_order(&certificate, &chain).map_err(malformed)?;
    Ok(certificate)
}

/// User guide, "Managing server certificates": each certificate of the chain certifies the one before. Nobody
/// certifies a self-signed one, so there is nothing to check.
fn check_order(certificate: &Parsed, chain: &[Parsed]) -> Result<(), String> {
    if certificate.is_self_signed() {
        return Ok(());
    }
    let mut pairs = std::iter::once(certificate).chain(chain).zip(chain);
    match pairs.position(|(below, above)| !below.names_as_issuer(above)) {
        None => Ok(()),
        Some(index) => Err(format!(
            "Unable to validate certificate chain. The certificate chain must start with the immediate signing \
             certificate, followed by any intermediaries in order. The index within the chain of the invalid \
             certificate is: {index}"
        )),
    }
}
