//! Groups that have no target that could answer, and why: one finding for each reason that AWS gives.

use std::collections::BTreeMap;

use super::checks;
use super::facts::{Facts, Group, Target};
use super::finding::{Finding, Link};
use super::traffic::{Entry, largest_share, used_by};
use crate::base::Seconds;

/// So many targets are told one by one.
const SHOWN: usize = 5;

/// What is wrong with the targets of the groups that get requests.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, group) in &facts.groups {
        let share = largest_share(entries, key);
        if share == 0 {
            continue;
        }
        let all = match group.registered().next() {
            // What is wrong then is the share: see `weights`. Functions have a file of their own.
            None if share < 100 || group.is_function() => Vec::new(),
            None => vec![empty(group)],
            Some(_) => unhealthy(facts, group, share),
        };
        let used = used_by(entries, key);
        found.extend(all.into_iter().map(|one| one.all_seen(used.iter().cloned())));
    }
    found
}

fn empty(group: &Group) -> Finding {
    let name = &group.name;
    if group.targets.is_empty() {
        let sentence = format!("{name} has no targets: its requests are answered 503");
        return Finding::new("no-targets", Link::Targets, 95, name, sentence)
            .seen("DescribeTargetHealth answers with an empty list")
            .explains(&[503])
            .mend(format!("targets add {name} {}", example(group)));
    }
    let words: Vec<String> = group.targets.iter().map(Target::word).collect();
    let sentence = format!(
        "all targets of {name} are being deregistered: new requests are answered 503, and none takes their place"
    );
    let delay = group.attributes.get("deregistration_delay.timeout_seconds");
    let delay = delay.and_then(|text| text.parse().ok()).map(|seconds| Seconds(seconds).to_string());
    let found = Finding::new("all-draining", Link::Targets, 94, name, sentence)
        .all_seen(lines(&group.targets.iter().collect::<Vec<_>>(), |_| "draining".to_owned()));
    let found = match delay {
        Some(delay) => {
            found.seen(format!("the deregistration delay is {delay}: requests under way may end until then"))
        }
        None => found,
    };
    let found = found.explains(&[502, 503, 504]);
    // API: RegisterTargets refuses an address that is being deregistered, and takes an instance.
    match group.target_type.as_str() {
        "ip" => found
            .mend(format!("targets add {name} {}", example(group)))
            .advise("other addresses: AWS takes these anew only once they are gone"),
        _ => found.mend(format!("targets add {name} {}", words.join(" "))),
    }
}

/// What a target of the group looks like on a command line.
fn example(group: &Group) -> String {
    let port = group.port.map(|port| format!(":{port}")).unwrap_or_default();
    match group.target_type.as_str() {
        "ip" => format!("ADDRESS{port}"),
        _ => format!("INSTANCE{port}"),
    }
}

/// Why a target takes no requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// `Target.ResponseCodeMismatch`
    Answer,
    /// `Target.Timeout`
    Timeout,
    /// `Target.FailedHealthChecks`
    Refused,
    /// `Target.InvalidState`
    Stopped,
    /// `Target.IpUnusable`
    Address,
    /// `Target.NotInUse`
    Zone,
    /// `Elb.InternalError`
    Internal,
    /// `Elb.RegistrationInProgress`, `Elb.InitialHealthChecking`
    Starting,
    /// What AWS may say one day.
    Other,
}

fn why(target: &Target) -> Why {
    match target.reason.as_deref() {
        Some("Target.ResponseCodeMismatch") => Why::Answer,
        Some("Target.Timeout") => Why::Timeout,
        Some("Target.FailedHealthChecks") => Why::Refused,
        Some("Target.InvalidState") => Why::Stopped,
        Some("Target.IpUnusable") => Why::Address,
        Some("Target.NotInUse") => Why::Zone,
        Some("Elb.InternalError") => Why::Internal,
        Some("Elb.RegistrationInProgress" | "Elb.InitialHealthChecking") => Why::Starting,
        _ if target.state == "initial" => Why::Starting,
        Some(_) | None => Why::Other,
    }
}

/// The reasons of a group, the most frequent one first.
fn unhealthy(facts: &Facts, group: &Group, share: u32) -> Vec<Finding> {
    let mut reasons: BTreeMap<Why, Vec<&Target>> = BTreeMap::new();
    for target in group.registered().filter(|one| !one.is_healthy()) {
        reasons.entry(why(target)).or_default().push(target);
    }
    let mut reasons: Vec<(Why, Vec<&Target>)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(why, targets)| (std::cmp::Reverse(targets.len()), *why));
    let none = group.healthy() == 0;
    let mut found = Vec::new();
    for (index, (why, targets)) in reasons.into_iter().enumerate() {
        let base: u8 = match (none, why) {
            (true, _) => 92,
            (false, Why::Starting) => 20,
            (false, _) => 55,
        };
        // A part of the requests only, and what is not the first reason, is less likely what users see.
        let less = if share < 100 { 10 } else { 0 } + if index > 0 { 4 } else { 0 };
        found.push(reason(facts, group, why, &targets, base - less, none));
    }
    found
}

fn reason(
    facts: &Facts,
    group: &Group,
    why: Why,
    targets: &[&Target],
    likelihood: u8,
    none: bool,
) -> Finding {
    let name = &group.name;
    let subject = match (none, targets.len(), group.registered().count()) {
        (true, some, all) if some == all => format!("no target of {name} is healthy"),
        (_, some, all) => format!("{some} of {all} targets of {name} {} not healthy", is_are(some)),
    };
    let found = |code: &'static str, words: &str| {
        Finding::new(code, Link::Targets, likelihood, name, format!("{subject}: {words}"))
    };
    let remove = || {
        let words: Vec<String> = targets.iter().map(|one| one.word()).collect();
        format!("targets remove {name} {}", words.join(" "))
    };
    let plain = |one: &Target| one.description.clone().unwrap_or_else(|| one.state.clone());
    match why {
        Why::Answer | Why::Timeout | Why::Refused => {
            checks::failing(facts, group, why, targets, likelihood, &subject)
        }
        Why::Stopped => found("targets-stopped", "the instances do not run")
            .all_seen(lines(targets, plain))
            .explains(&[502, 503, 504])
            .mend(remove())
            .advise("or start the instances"),
        Why::Address => found("address-unusable", "their addresses cannot be used as targets")
            .all_seen(lines(targets, plain))
            .seen("an address of another load balancer, or one that no network interface has, is none")
            .explains(&[502, 503, 504])
            .mend(remove()),
        Why::Zone => found("zone-not-enabled", "they are in zones that the load balancer is not in")
            .all_seen(lines(targets, plain))
            .seen(format!("zones of {}: {}", facts.balancer.name, facts.balancer.zones.join(", ")))
            .explains(&[503])
            .change(
                "with a subnet of their zone among the load balancer's, or register targets in its zones",
                "give the load balancer a subnet of their zone (aws elbv2 set-subnets), or register targets in its zones",
            ),
        Why::Internal => found("aws-internal", "an internal error of AWS keeps them from being checked")
            .all_seen(lines(targets, plain))
            .explains(&[502, 503, 504])
            .advise("it mends itself; else see the AWS Health Dashboard"),
        Why::Starting => found("targets-starting", "they are registered, and not checked often enough yet")
            .all_seen(lines(targets, plain))
            .all_seen(patience(group))
            .explains(&[502, 503, 504])
            .mend(format!("health {name} --wait")),
        Why::Other => found("not-healthy", "see what AWS says")
            .all_seen(lines(targets, plain))
            .explains(&[502, 503, 504]),
    }
}

fn is_are(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// How long it takes until a target can be healthy.
fn patience(group: &Group) -> Option<String> {
    let check = group.check.as_ref().filter(|check| check.enabled)?;
    let every = Seconds(u64::from(check.interval));
    Some(format!("a new target is healthy once one check has passed; one is made every {every}"))
}

/// A line for each target: where it is and what is the matter.
pub(super) fn lines(targets: &[&Target], what: impl Fn(&Target) -> String) -> Vec<String> {
    let one = |target: &&Target| format!("{}  {}", target.place(), what(target));
    let mut lines: Vec<String> = targets.iter().take(SHOWN).map(one).collect();
    if targets.len() > SHOWN {
        lines.push(format!("and {} more like these", targets.len() - SHOWN));
    }
    lines
}
