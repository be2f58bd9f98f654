//! Looking at the targets of groups, once and again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::desk::{Desk, Site, not_found};
use super::known::Known;
use crate::aws;
use crate::base::Diagnostic;
use crate::cli::failure::Failure;
use crate::fix::Focus;
use crate::fix::find::{Group, Spot};
use crate::fix::health::{self, GroupHealth};
use crate::kinds::Resource;

/// How often AWS is asked again.
pub const EVERY: Duration = Duration::from_secs(5);

/// What a command is to look at.
pub enum What<'a> {
    /// A target group or a load balancer.
    Word(&'a str),
    /// All groups of the spec.
    Spec,
}

/// Whether a word means a spec and no name: names have neither a dot at their end nor a slash before it.
pub fn is_spec(word: &str) -> bool {
    let path = Path::new(word);
    let yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    yaml || (!word.starts_with("arn:") && path.is_dir())
}

/// What was looked at: where, and the groups in order.
pub struct Seen {
    /// What was read.
    pub site: Site,
    /// The groups.
    pub groups: Vec<GroupHealth>,
}

/// Reads the groups that are meant.
///
/// # Errors
/// A word that means nothing or no groups; a call that fails.
pub async fn at(desk: &Desk<'_>, what: What<'_>) -> Result<Seen, Failure> {
    match what {
        What::Spec => of_spec(desk).await,
        What::Word(word) => match desk.spot(word)? {
            Spot::Group(arn) => {
                let group = desk.inventory.groups.iter().find(|one| one.arn == arn);
                let balancer = group.and_then(|one| one.balancers.first().cloned());
                of_groups(desk, balancer, group.map(|one| one.arn.clone()).into_iter().collect()).await
            }
            Spot::Balancer(balancer) | Spot::Listener { balancer, .. } | Spot::Rule { balancer, .. } => {
                let own = |one: &&Group| one.balancers.contains(&balancer);
                let mut groups: Vec<&Group> = desk.inventory.groups.iter().filter(own).collect();
                groups.sort_by(|a, b| a.name.cmp(&b.name));
                let arns = groups.into_iter().map(|one| one.arn.clone()).collect();
                of_groups(desk, Some(balancer), arns).await
            }
        },
    }
}

async fn of_groups(desk: &Desk<'_>, balancer: Option<String>, arns: Vec<String>) -> Result<Seen, Failure> {
    let focus = Focus { balancer, groups: arns.iter().cloned().collect(), ..Focus::default() };
    let site = desk.read(&focus).await?;
    let groups = health::groups(&site.live, &arns, &desk.keys.groups);
    match unread(desk, &groups, &arns) {
        // What nobody looked at is not healthy.
        Some(problem) => Err(not_found(vec![problem])),
        None => Ok(Seen { site, groups }),
    }
}

/// Of the groups that are meant one that cannot be read; one that went meanwhile counts only if there is no other.
fn unread(desk: &Desk<'_>, read: &[GroupHealth], arns: &[String]) -> Option<Diagnostic> {
    let missing = arns.iter().filter(|arn| read.iter().all(|one| one.arn.as_ref() != Some(arn)));
    let mut groups = missing.filter_map(|arn| desk.inventory.groups.iter().find(|one| one.arn == *arn));
    groups.find(|one| one.foreign.is_some() || read.is_empty()).map(Group::unread)
}

/// All groups of the spec, in its order; those that are not live are told, too.
async fn of_spec(desk: &Desk<'_>) -> Result<Seen, Failure> {
    let wanted = desk.known.as_ref().map(in_order).unwrap_or_default();
    let live = |name: &String| desk.inventory.groups.iter().find(|one| one.name == *name);
    let arns: Vec<String> = wanted.iter().filter_map(|(_, name)| Some(live(name)?.arn.clone())).collect();
    let named = desk.inventory.balancers.iter().find(|one| Some(&one.name) == desk.keys.balancer.as_ref());
    let of_group = || {
        let own = |arn: &String| desk.inventory.groups.iter().find(|one| one.arn == *arn)?.balancers.first();
        arns.iter().find_map(own).cloned()
    };
    let balancer = named.map(|one| one.arn.clone()).or_else(of_group);
    let mut seen = of_groups(desk, balancer, arns).await?;
    let mut found = std::mem::take(&mut seen.groups);
    for (key, name) in wanted {
        let is_it = |one: &GroupHealth| one.model.as_ref().is_some_and(|model| model.name == name);
        let one = found.iter().position(is_it).map(|index| found.remove(index));
        seen.groups.push(one.unwrap_or_else(|| GroupHealth::missing(&key)));
    }
    Ok(seen)
}

/// Keys and names of the groups of a spec, in its order.
fn in_order(known: &Known) -> Vec<(String, String)> {
    let mut all: Vec<(usize, String, String)> = known
        .desired
        .resources
        .iter()
        .filter_map(|(id, wanted)| match &wanted.resource {
            Resource::TargetGroup(model) => Some((wanted.order, id.key().to_owned(), model.name.clone())),
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_) => None,
        })
        .collect();
    all.sort();
    all.into_iter().map(|(_, key, name)| (key, name)).collect()
}

/// Looks again at groups that were read.
///
/// # Errors
/// A call that fails; a group that was deleted meanwhile.
pub async fn again(desk: &Desk<'_>, groups: &mut [GroupHealth]) -> Result<(), Failure> {
    let arns: BTreeSet<String> = groups.iter().filter_map(|one| one.arn.clone()).collect();
    let read = aws::group_targets(&desk.reader, &arns).await.map_err(|error| desk.failed(&error))?;
    let mut read: BTreeMap<_, _> = read;
    for one in groups {
        let Some(arn) = &one.arn else { continue };
        match read.remove(arn) {
            Some(now) => {
                one.targets = health::sorted(Some(&now.registered));
                one.draining = health::sorted(Some(&now.draining));
            }
            None => {
                let message = format!("target group `{}` was deleted meanwhile", one.key);
                return Err(Failure::failed(Diagnostic::error("not-found", message).note(arn.clone())));
            }
        }
    }
    Ok(())
}
