//! What can be said of DNS records without asking AWS. API: ChangeResourceRecordSets, `ResourceRecordSet`.

use super::memory;
use super::spec::DnsSpec;
use crate::base::{Diagnostic, Diagnostics, Located, Place};
use crate::model::zone::{self, Choice};

/// Reports what AWS would refuse of one record, and what contradicts itself.
pub fn check(spec: &DnsSpec, role: Option<&str>, diags: &mut Diagnostics) {
    let name = zone::normal(&spec.name.value);
    if let Some(problem) = problem(&name) {
        let message = format!("`{}` cannot be the name of a DNS record: {problem}", spec.name.value);
        diags.push(Diagnostic::error("bad-name", message).at(spec.name.at, ""));
    } else {
        apex(spec, &name, diags);
    }
    zone(spec, &name, diags);
    set(spec, &name, role, diags);
    for (key, at) in without_meaning(spec) {
        let what = match (spec.is_outside(), key) {
            (true, _) => "a record that somebody else keeps (`provider: other`)",
            (false, "ttl") => "an alias: it has the TTL of its target",
            (false, _) => "a CNAME",
        };
        let message = format!("`{key}` means nothing for {what}");
        diags.push(Diagnostic::error("conflicting-keys", message).at(at, ""));
    }
    failover(spec, diags);
    if let [_, second, ..] = spec.routing.as_slice() {
        let message = "a record has one routing policy: `weighted`, `latency` or `failover`";
        diags.push(Diagnostic::error("conflicting-keys", message).at(second.at, ""));
    }
}

/// What is wrong with a name in its normal form. RFC 1035, 2.3.4; Route 53 takes `*` as the whole first label.
pub fn problem(name: &str) -> Option<&'static str> {
    let labels: Vec<&str> = name.split('.').collect();
    let plain = |label: &str| {
        label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    if !name.is_ascii() {
        return Some("write it in ASCII, as `xn--...`");
    }
    if name.len() > 253 {
        return Some("it has more than 253 characters");
    }
    if labels.iter().any(|label| label.is_empty() || label.len() > 63) {
        return Some("between two dots stand 1 to 63 characters");
    }
    if labels.iter().skip(1).any(|label| label.contains('*'))
        || labels[0].len() > 1 && labels[0].contains('*')
    {
        return Some("`*` stands only for the whole first part");
    }
    if labels.iter().enumerate().any(|(index, label)| !(plain(label) || index == 0 && *label == "*")) {
        return Some("only letters, digits, `-` and `_` are allowed");
    }
    (labels.len() < 2).then_some("it has no dot")
}

/// RFC 1034, 3.6.2: a CNAME is alone at its name, and the apex of a zone has NS and SOA records.
fn apex(spec: &DnsSpec, name: &str, diags: &mut Diagnostics) {
    let named = match choice(spec) {
        Some(Choice::Named(zone)) => zone == name,
        Some(Choice::Id(_) | Choice::Longest) | None => false,
    };
    // A name of two parts is the apex of whatever zone it is in.
    let is_apex = named || name.split('.').count() == 2 && !name.starts_with('*');
    if is_apex && spec.is_cname() && !spec.is_outside() {
        let message = format!("`{name}` is the apex of its zone, where no CNAME can be");
        let at = spec.record_type.as_ref().map_or(spec.name.at, |it| it.at);
        diags.push(Diagnostic::error("cname-at-apex", message).at(at, "").help("write `type: alias`"));
    }
}

fn choice(spec: &DnsSpec) -> Option<&Choice> {
    Some(&spec.zone.as_ref()?.value.choice.as_ref()?.value)
}

fn zone(spec: &DnsSpec, name: &str, diags: &mut Diagnostics) {
    let Some(zone) = &spec.zone else { return };
    let bad = |message: String, at: Place| Diagnostic::error("bad-zone", message).at(at, "");
    if let Some(choice) = &zone.value.choice {
        match &choice.value {
            Choice::Named(wanted) if !zone::is_within(name, wanted) => {
                diags.push(bad(format!("`{name}` is not in the zone `{wanted}`"), choice.at));
            }
            // API: `ResourceId` of Route 53.
            Choice::Id(id) if !is_zone_id(id) => {
                let help = "ids look like `Z0123456789ABC`; a name has a dot";
                diags.push(bad(format!("`{id}` is not the id of a hosted zone"), choice.at).help(help));
            }
            Choice::Named(_) | Choice::Id(_) | Choice::Longest => {}
        }
    }
    if let Some(role) = &zone.value.role {
        check_role(role, diags);
    }
}

fn is_zone_id(id: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (1..=32).contains(&id.len()) && id.bytes().all(good)
}

/// Reports what is not the ARN of a role.
pub fn check_role(role: &Located<String>, diags: &mut Diagnostics) {
    let parts: Vec<&str> = role.value.splitn(6, ':').collect();
    let good = matches!(parts.as_slice(), ["arn", _, "iam", "", account, resource]
        if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && resource.starts_with("role/"));
    if !good {
        let message = format!("`{}` is not the ARN of a role", role.value);
        let help = "ARNs of roles look like `arn:aws:iam::123456789012:role/dns-writer`";
        diags.push(Diagnostic::error("bad-role", message).at(role.at, "").help(help));
    }
}

/// API: `SetIdentifier`, 1 to 128 characters. And the load balancer's tag must have room for what it remembers.
fn set(spec: &DnsSpec, name: &str, role: Option<&str>, diags: &mut Diagnostics) {
    let set = spec.set();
    if let Some(set) = set.filter(|set| !(1..=128).contains(&set.value.chars().count())) {
        let message = "a set identifier has 1 to 128 characters";
        diags.push(Diagnostic::error("out-of-range", message).at(set.at, ""));
        return;
    }
    let own_role = spec.zone.as_ref().and_then(|zone| zone.value.role.as_ref());
    let role = own_role.map(|role| role.value.as_str()).or(role);
    let key = (name.to_owned(), set.map(|set| set.value.clone()));
    if !spec.is_outside() && !memory::fits(&key, role) {
        let message = "the name, the set identifier and the role of this record are too long together";
        let note =
            "albctl remembers its records in tags of the load balancer, whose values have 256 characters";
        diags.push(Diagnostic::error("bad-name", message).at(spec.name.at, "").note(note));
    }
}

/// The keys that are given and mean nothing beside the others.
fn without_meaning(spec: &DnsSpec) -> Vec<(&'static str, Place)> {
    let row = |key: &'static str| spec.rows.get(key).map(|row| (key, row.at));
    let routing = spec.routing.iter().map(|one| (one.value.key, one.at));
    let zone = spec.zone.as_ref().map(|zone| ("zone", zone.at));
    let private = spec.private.as_ref().map(|private| ("private", private.at));
    if spec.is_outside() {
        let record_type =
            spec.record_type.as_ref().filter(|it| it.value != "cname").map(|it| ("type", it.at));
        let rows = row("evaluate_target_health").into_iter().chain(row("ttl"));
        return zone.into_iter().chain(private).chain(record_type).chain(rows).chain(routing).collect();
    }
    row(if spec.is_cname() { "evaluate_target_health" } else { "ttl" }).into_iter().collect()
}

/// Developer guide, "Values specific for failover records": the primary one depends on the health of something.
fn failover(spec: &DnsSpec, diags: &mut Diagnostics) {
    let Some(kind) = spec.rows.get("failover.type").filter(|kind| kind.value == "primary") else { return };
    let health = spec.rows.get("evaluate_target_health");
    let off = health.is_some_and(|health| health.value == false);
    if spec.is_cname() || off {
        let message = "a primary failover record must depend on the health of its target";
        let help = "write `type: alias`, and leave `evaluate_target_health` on";
        let at = health.filter(|_| off).map_or(kind.at, |health| health.at);
        diags.push(Diagnostic::error("bad-value", message).at(at, "").help(help));
    }
}

/// What tells records apart: name, private, set identifier.
type Identity = (String, bool, Option<String>);

fn identity(spec: &DnsSpec) -> Identity {
    (zone::normal(&spec.name.value), spec.is_private(), spec.set().map(|set| set.value.clone()))
}

/// Reports records that stand twice, and those of one name that exclude each other.
pub fn check_all(specs: &[&DnsSpec], diags: &mut Diagnostics) {
    for (index, spec) in specs.iter().enumerate() {
        let earlier = || specs.iter().take(index);
        let own = identity(spec);
        if let Some(first) = earlier().find(|other| identity(other) == own) {
            let message = format!("the record `{}` stands here twice", spec.name.value);
            let diagnostic = Diagnostic::error("duplicate-record", message).at(spec.name.at, "");
            let help = "several records of one name need a routing policy, each with its `set_identifier`";
            diags.push(diagnostic.also(first.name.at.span, "the first is here").help(help));
            continue;
        }
        let same_name = |other: &&&DnsSpec| {
            let (name, private, _) = identity(other);
            (name, private) == (own.0.clone(), own.1)
        };
        if let Some((first, why)) =
            earlier().filter(same_name).find_map(|other| Some((other, clash(other, spec)?)))
        {
            let message = format!("two records `{}` exclude each other: {why}", spec.name.value);
            let diagnostic = Diagnostic::error("duplicate-record", message).at(spec.name.at, "");
            diags.push(diagnostic.also(first.name.at.span, "the first is here"));
        }
    }
}

/// Why two records of one name cannot both be. API: `SetIdentifier`, `Region`, `Failover`.
fn clash(one: &DnsSpec, other: &DnsSpec) -> Option<&'static str> {
    let policy = |spec: &DnsSpec| spec.routing.first().map(|routing| routing.value.key);
    let row = |spec: &DnsSpec, key: &str| spec.rows.get(key).map(|row| row.value.clone());
    if policy(one) != policy(other) {
        return Some("all records of a name have one routing policy");
    }
    if one.is_cname() != other.is_cname() {
        return Some("a CNAME is alone at its name");
    }
    if policy(one) == Some("latency") && row(one, "latency.region") == row(other, "latency.region") {
        return Some("both are for one region");
    }
    let kind = row(one, "failover.type");
    (kind.is_some() && kind == row(other, "failover.type")).then_some("both are of one failover type")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["api.example.com", "*.example.com", "_x.a-b.example.com", "example.com", "1.2.example"] {
            assert_eq!(problem(good), None, "{good}");
        }
        let long = format!("{}.com", "a".repeat(64));
        for bad in ["", "com", "a..com", "a b.com", "a.*.com", "x*.com", "**.com", "ä.com", "a/b.com", &long]
        {
            assert!(problem(bad).is_some(), "{bad}");
        }
    }

    /// As Route 53 shows a name: escaped, with a dot at its end, and in any case.
    fn shown(name: &str, upper: bool) -> String {
        let name = name.replace('*', "\\052");
        format!("{}.", if upper { name.to_uppercase() } else { name })
    }

    proptest! {
        #[test]
        fn every_form_of_a_name_is_one_name(
            name in "(\\*\\.)?[a-z0-9_-]{1,20}(\\.[a-z0-9-]{1,10}){1,4}", upper: bool,
        ) {
            prop_assert_eq!(problem(&name), None);
            prop_assert_eq!(zone::normal(&shown(&name, upper)), name.clone());
            prop_assert_eq!(zone::normal(&name), name);
        }

        #[test]
        fn normalising_ends(name in "[ -~]{0,40}") {
            let once = zone::normal(&name);
            prop_assert!(once.bytes().all(|byte| !byte.is_ascii_uppercase()));
            prop_assert!(problem(&once).is_some() || zone::normal(&once) == once);
        }
    }
}
