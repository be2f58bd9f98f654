//! ImportCertificate, for new certificates and for new versions of imported ones.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, arn_of, get, get_mut, invalid, request, tags};
use crate::pki::{self, Parsed, PrivateKey};
use crate::services::refuse;
use crate::services::tag_lists::Tag;
use crate::state::acm::{Imported, Origin};
use crate::state::{Certificate, Leaf, TagMap, Tags};
use crate::wire::ApiError;

/// Blobs are base64 on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ImportCertificate {
    certificate_arn: Option<String>,
    certificate: String,
    private_key: String,
    certificate_chain: Option<String>,
    tags: Option<Vec<Tag>>,
}

pub(super) fn import(ctx: &mut Ctx<'_>, input: ImportCertificate) -> Result<Value, ApiError> {
    if let Some(arn) = &input.certificate_arn {
        imported(ctx, arn)?;
    }
    let body = text(&input.certificate, "certificate", 32_768)?;
    // API model: PrivateKeyBlob, up to 5120 bytes.
    let key = text(&input.private_key, "private key", 5120)?;
    let chain = input.certificate_chain.as_deref().filter(|chain| !chain.is_empty());
    let chain = chain.map(|chain| text(chain, "certificate chain", 2_097_152)).transpose()?;
    let parsed = check(ctx, &body, &key, chain.as_deref())?;
    match input.certificate_arn {
        Some(arn) => again(ctx, arn, &input.tags, version(ctx, body, chain, parsed.leaf)),
        None => {
            let tags = tags::check_new(input.tags)?;
            check_quota(ctx)?;
            let version = version(ctx, body, chain, parsed.leaf);
            Ok(json!({ "CertificateArn": insert(ctx, version, tags) }))
        }
    }
}

fn version(ctx: &Ctx<'_>, body: String, chain: Option<String>, leaf: Leaf) -> Imported {
    Imported { body, chain, leaf, imported: ctx.now }
}

fn insert(ctx: &mut Ctx<'_>, version: Imported, tags: TagMap) -> String {
    let (arn, now) = (arn_of(ctx), ctx.now);
    let certificate =
        Certificate { created: now, tags: Tags::new(tags, now), origin: Origin::Imported(version) };
    ctx.resources_mut().certificates.insert(arn.clone(), certificate);
    arn
}

/// The blob as text. What is no text is no PEM.
fn text(blob: &str, what: &str, most: usize) -> Result<String, ApiError> {
    let bytes = BASE64.decode(blob.as_bytes());
    // awsJson: a blob that is not base64 does not get as far as the service.
    let bytes = bytes.map_err(|_| ApiError::new("SerializationException", "A blob is not base64"))?;
    refuse(bytes.is_empty() || bytes.len() > most, || {
        invalid(format!("The {what} must have length between 1 and {most}"))
    })?;
    String::from_utf8(bytes).map_err(|_| invalid(format!("The {what} is not PEM-encoded")))
}

/// ImportCertificate and the user guide, "Prerequisites for importing ACM certificates": ValidationException.
fn check(ctx: &Ctx<'_>, body: &str, key: &str, chain: Option<&str>) -> Result<Parsed, ApiError> {
    let certificate =
        pki::read_one(body).map_err(|flaw| invalid(format!("The certificate {}.", flaw.text())))?;
    let key = PrivateKey::read(key).map_err(|flaw| invalid(format!("The private key {}.", flaw.text())))?;
    refuse(!key.is_of(&certificate), || invalid("The private key does not match the certificate."))?;
    let leaf = &certificate.leaf;
    refuse(leaf.key_algorithm.is_none(), || {
        invalid("The certificate's public key is of a type or size that is not supported.")
    })?;
    refuse(leaf.names.is_empty(), || invalid("The certificate has no domain name."))?;
    // "The `Issuer` field must not be empty."
    refuse(!certificate.has_issuer(), || invalid("The certificate has no issuer."))?;
    // "The current time must be between the Not Before and Not After certificate fields."
    let early = ctx.state.acm.refuse_not_yet_valid && ctx.now < leaf.not_before;
    refuse(early, || invalid("The certificate is not valid yet."))?;
    refuse(ctx.now >= leaf.not_after, || invalid("The certificate has expired."))?;
    check_chain(&certificate, chain)?;
    Ok(certificate)
}

/// ImportCertificate: the issuer must be the subject of one of the certificates in the chain.
fn check_chain(certificate: &Parsed, chain: Option<&str>) -> Result<(), ApiError> {
    let Some(chain) = chain else { return Ok(()) };
    let chain =
        pki::read_chain(chain).map_err(|flaw| invalid(format!("The certificate chain {}.", flaw.text())))?;
    refuse(!chain.iter().any(|issuer| certificate.names_as_issuer(issuer)), || {
        invalid("Could not validate the certificate with the certificate chain.")
    })
}

/// User guide, "Quotas": imported certificates.
fn check_quota(ctx: &Ctx<'_>) -> Result<(), ApiError> {
    let is_imported = |c: &&Certificate| matches!(c.origin, Origin::Imported(_));
    let count = ctx.resources().certificates.values().filter(is_imported).count();
    refuse(count >= ctx.state.acm.max_certificates, || {
        request::limit("Error: you have reached your limit of imported certificates.".to_owned())
    })
}

/// The imported certificate with this ARN. A requested one cannot be replaced.
fn imported<'c>(ctx: &'c Ctx<'_>, arn: &str) -> Result<&'c Imported, ApiError> {
    match &get(ctx, arn)?.origin {
        Origin::Imported(imported) => Ok(imported),
        Origin::Requested(_) => Err(invalid(format!("The certificate {arn} was not imported."))),
    }
}

/// User guide, "Reimporting a certificate".
fn again(
    ctx: &mut Ctx<'_>,
    arn: String,
    tags: &Option<Vec<Tag>>,
    version: Imported,
) -> Result<Value, ApiError> {
    let (old, new) = (&imported(ctx, &arn)?.leaf, &version.leaf);
    // "You cannot apply resource tags when reimporting a certificate."
    refuse(tags.as_ref().is_some_and(|tags| !tags.is_empty()), || {
        invalid("Tagging is not permitted on re-import.")
    })?;
    // "The key type and size cannot be changed."
    refuse(old.key_algorithm != new.key_algorithm, || {
        invalid("The key type and size of a reimported certificate cannot be changed.")
    })?;
    // "You cannot remove all of the domain names from a certificate."
    refuse(!old.names.iter().any(|name| new.names.contains(name)), || {
        invalid("A reimported certificate must keep at least one of the domain names.")
    })?;
    // "If Key Usage extensions are present in the originally imported certificate, you can add new extension values,
    // but you cannot remove existing values"; the same for Extended Key Usage, where the user guide's newer text
    // excepts client authentication.
    let kept = |old: &[String], new: &[String]| {
        old.iter().all(|usage| new.contains(usage) || usage == "TLS_WEB_CLIENT_AUTHENTICATION")
    };
    let usages =
        kept(&old.key_usages, &new.key_usages) && kept(&old.extended_key_usages, &new.extended_key_usages);
    refuse(!usages, || invalid("A reimported certificate cannot remove key usages."))?;
    get_mut(ctx, &arn)?.origin = Origin::Imported(version);
    Ok(json!({ "CertificateArn": arn }))
}
