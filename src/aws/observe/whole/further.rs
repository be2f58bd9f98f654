//! What is worth a look only where something is wrong: what stands before targets that do not answer, and certificates
//! that could take the place of others.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_acm::types::CertificateSummary;
use aws_sdk_iam::types::ServerCertificate;
use futures_util::future::try_join_all;

use crate::aws::ec2::{DESCRIBE_NETWORK_INTERFACES, DESCRIBE_SECURITY_GROUPS};
use crate::aws::observe::certificates::fitting;
use crate::aws::observe::reader::Reader;
use crate::aws::observe::seconds;
use crate::doctor::facts::{Facts, Interface, Offer, Reach};
use crate::doctor::needs::Needs;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::certificate;
use crate::kinds::certificate::key::covers;

/// So many server certificates of IAM are looked into: their names are only told one by one.
const MOST_SERVER_CERTIFICATES: usize = 10;

/// What is not known where certificates were not read.
const TO_TAKE: &str = "whether there is a certificate to take";

/// Reads what the facts ask for, in one round more; nothing where nothing is wrong. What may not be read becomes a note.
/// API: DescribeNetworkInterfaces and DescribeSecurityGroups of EC2; ListCertificates of ACM, ListServerCertificates and
/// GetServerCertificate of IAM.
///
/// # Errors
/// The credentials cannot be used; a call fails that may not.
pub(super) async fn read<C: Clock>(
    reader: &Reader<'_, C>,
    facts: &mut Facts,
    host: Option<&str>,
) -> Result<(), ServiceError> {
    let needs = Needs::of(facts, host);
    if needs == Needs::default() {
        return Ok(());
    }
    reader.round();
    let vpc = facts.balancer.vpc.as_str();
    let ((reach, unreached), (offers, unlisted)) =
        tokio::try_join!(reach(reader, vpc, &needs), offers(reader, &needs.hosts))?;
    (facts.reach, facts.offers) = (reach, offers);
    facts.notes.extend(unreached.into_iter().chain(unlisted));
    Ok(())
}

/// What was read, or why not, in words.
type Noted<T> = (T, Option<String>);

/// A failure that leaves something unknown, and is no reason to say nothing at all.
pub(super) fn note(error: ServiceError, service: &str, what: &str) -> Result<String, ServiceError> {
    let why = match error.kind {
        ErrorKind::Credentials => return Err(error),
        ErrorKind::Denied => "is denied".to_owned(),
        _ => format!("failed ({})", error.message.trim_end_matches('.')),
    };
    Ok(format!("{service}:{} {why}: {what} is not known", error.operation))
}

async fn reach<C: Clock>(
    reader: &Reader<'_, C>,
    vpc: &str,
    needs: &Needs,
) -> Result<Noted<Option<Reach>>, ServiceError> {
    if vpc.is_empty() || (needs.instances.is_empty() && needs.addresses.is_empty()) {
        return Ok((None, None));
    }
    const WHAT: &str = "whether the targets' security groups let the load balancer in";
    let by = async |filter: &'static str, values: &[String]| -> Result<Vec<Interface>, ServiceError> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let page = async |marker: Option<String>| {
            reader.clients.ec2.interfaces(vpc, filter, values, marker.as_deref()).await
        };
        reader.pages(DESCRIBE_NETWORK_INTERFACES, page).await
    };
    let read = tokio::try_join!(
        by("attachment.instance-id", &needs.instances),
        by("addresses.private-ip-address", &needs.addresses),
    );
    let interfaces = match read {
        Ok((interfaces, more)) => [interfaces, more].concat(),
        Err(error) => return Ok((None, Some(note(error, "ec2", WHAT)?))),
    };
    let ids: BTreeSet<&String> = interfaces.iter().flat_map(|one| &one.security_groups).collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    if ids.is_empty() {
        return Ok((None, None));
    }
    let ask = async || reader.clients.ec2.security_groups(&ids).await;
    match reader.read(DESCRIBE_SECURITY_GROUPS, ask).await {
        Ok(groups) => Ok((Some(Reach { interfaces, groups }), capped(needs))),
        Err(error) => Ok((None, Some(note(error, "ec2", WHAT)?))),
    }
}

/// Says how many targets were looked into, where those are not all.
fn capped(needs: &Needs) -> Option<String> {
    let read = needs.instances.len() + needs.addresses.len();
    let all = read + needs.left;
    (needs.left > 0).then(|| {
        format!("the security groups of only {read} of {all} targets that do not answer were looked at")
    })
}

/// Issued certificates for hosts; where ACM has none that lasts, server certificates of IAM, too. A host is left out
/// where not all that could be for it was read.
async fn offers<C: Clock>(
    reader: &Reader<'_, C>,
    hosts: &BTreeSet<String>,
) -> Result<Noted<BTreeMap<String, Vec<Offer>>>, ServiceError> {
    let mut offers: BTreeMap<String, Vec<Offer>> = BTreeMap::new();
    if hosts.is_empty() {
        return Ok((offers, None));
    }
    let listed = match reader.acm_certificates().await {
        Ok(listed) => listed,
        Err(error) => return Ok((offers, Some(note(error, "acm", TO_TAKE)?))),
    };
    let of_host = |host: &String| fitting(&listed, host).into_iter().filter_map(of_acm).collect();
    offers.extend(hosts.iter().map(|host| (host.clone(), of_host(host))));
    let now = seconds(reader.now());
    let lacks = |offers: &[Offer]| !offers.iter().any(|one| one.lasts(now));
    let mut unread = None;
    if offers.values().any(|offers| lacks(offers)) {
        let (servers, note) = of_iam(reader, now).await?;
        for (host, offers) in offers.iter_mut().filter(|(_, offers)| lacks(offers)) {
            let fits = |names: &[String]| names.iter().any(|name| covers(name, host));
            offers.extend(servers.iter().filter(|(_, names)| fits(names)).map(|(one, _)| one.clone()));
        }
        if note.is_some() {
            offers.retain(|_, offers| !lacks(offers));
        }
        unread = note;
    }
    for offers in offers.values_mut() {
        offers.sort_by_key(|one| (std::cmp::Reverse(one.not_after), one.arn.clone()));
    }
    Ok((offers, unread))
}

fn of_acm(one: &CertificateSummary) -> Option<Offer> {
    let not_after = one.not_after().and_then(|time| u64::try_from(time.secs()).ok());
    Some(Offer { arn: one.certificate_arn()?.to_owned(), not_after })
}

/// Server certificates of IAM that have not ended, with their names; and a note where not all were read.
async fn of_iam<C: Clock>(
    reader: &Reader<'_, C>,
    now: u64,
) -> Result<Noted<Vec<(Offer, Vec<String>)>>, ServiceError> {
    let listed = match reader.server_certificates("/".to_owned()).await {
        Ok(listed) => listed,
        Err(error) => return Ok((Vec::new(), Some(note(error, "iam", TO_TAKE)?))),
    };
    let names = listed.iter().take(MOST_SERVER_CERTIFICATES);
    let read = match try_join_all(names.map(|(name, _)| reader.server_certificate(name))).await {
        Ok(read) => read,
        Err(error) => return Ok((Vec::new(), Some(note(error, "iam", TO_TAKE)?))),
    };
    let one = |found: &ServerCertificate| {
        let model = certificate::aws::iam(found)?;
        let arn = found.server_certificate_metadata()?.arn().to_owned();
        let valid = model.not_after.is_none_or(|end| end > now);
        let offer = Offer { arn, not_after: model.not_after };
        valid.then(|| (offer, model.names.into_iter().collect()))
    };
    let note = (listed.len() > MOST_SERVER_CERTIFICATES).then(|| {
        format!(
            "only {MOST_SERVER_CERTIFICATES} of {} server certificates of IAM were looked into: {TO_TAKE} is not known",
            listed.len()
        )
    });
    Ok((read.iter().flatten().filter_map(one).collect(), note))
}
