//! What can be said of a load balancer without asking AWS. API: CreateLoadBalancer.

use super::spec::{Ids, LoadBalancerSpec};
use crate::base::{Diagnostic, Diagnostics, Located};
use crate::kinds::{names, rows};

/// AWS's own prefix of the DNS names of internal load balancers. API: CreateLoadBalancer, `Name`.
const RESERVED: &str = "internal-";

/// Reports what AWS would refuse.
pub fn check(spec: &LoadBalancerSpec, stack: Option<&Located<String>>, diags: &mut Diagnostics) {
    match (rows::text(&spec.rows, "name"), stack) {
        (Some(name), _) => {
            names::check_name("load balancer", name.clone(), diags);
            if name.value.starts_with(RESERVED) {
                let message = format!("the name of a load balancer may not begin with `{RESERVED}`");
                diags.push(Diagnostic::error("bad-name", message).at(name.at, ""));
            }
        }
        // Left out, or bad, which was reported.
        (None, Some(stack)) if !spec.name_written => derived_name(stack, diags),
        (None, _) => {}
    }
    ids("subnet", &spec.subnets, 2, diags);
    ids("sg", &spec.security_groups, 1, diags);
    names::check_tags(&spec.common.tags, diags);
    for (_, logs) in spec.logs() {
        let bucket = &logs.value.bucket;
        diags.extend(check_bucket(&bucket.value).map(|problem| problem.at(bucket.at, "")));
        if let Some(prefix) = &logs.value.prefix {
            diags.extend(check_prefix(&prefix.value).map(|problem| problem.at(prefix.at, "")));
        }
    }
}

/// The name that the load balancer has from its stack.
fn derived_name(stack: &Located<String>, diags: &mut Diagnostics) {
    // A stack whose own name is bad is reported as that.
    if !names::is_key(&stack.value) {
        return;
    }
    let name = names::derived(&stack.value, "");
    if name.starts_with(RESERVED) {
        let message =
            format!("the load balancer would be called `{name}`: its name may not begin with `{RESERVED}`");
        let help = "give it another `name` under `load_balancer`";
        diags.push(Diagnostic::error("bad-name", message).at(stack.at, "").help(help));
    }
    names::check_derived("load balancer", &stack.value, "", stack.at, diags);
}

fn ids(prefix: &str, list: &Ids, least: usize, diags: &mut Diagnostics) {
    let mut seen: Vec<&Located<String>> = Vec::new();
    for id in &list.value.0 {
        names::check_id(prefix, Located::new(&id.value, id.at), diags);
        if let Some(first) = seen.iter().find(|other| other.value == id.value) {
            let message = format!("`{}` stands here twice", id.value);
            diags.push(
                Diagnostic::error("duplicate-value", message).at(id.at, "").also(first.at.span, "first here"),
            );
        }
        seen.push(id);
    }
    if seen.len() < least {
        let (what, why) = match prefix {
            "subnet" => ("two subnets", "each in its own Availability Zone"),
            _ => ("one security group", "which says who may connect"),
        };
        let message = format!("a load balancer needs at least {what}, {why}; found {}", seen.len());
        diags.push(Diagnostic::error("too-few", message).at(list.at, ""));
    }
}

/// What is wrong with the name of a bucket. Amazon S3 user guide, "General purpose bucket naming rules".
pub fn check_bucket(bucket: &str) -> Option<Diagnostic> {
    /// What names begin or end with that S3 keeps for itself.
    const RESERVED: (&[&str], &[&str]) =
        (&["xn--", "sthree-", "amzn-s3-demo-"], &["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]);
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    let old = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if (3..=255).contains(&bucket.len())
        && bucket.chars().all(old)
        && (bucket.len() > 63 || !bucket.chars().all(fine))
    {
        let message = format!("`{bucket}` is no name that a bucket gets today");
        let note = "only buckets that were made in us-east-1 before March 2018 have such names";
        return Some(Diagnostic::warning("old-name", message).note(note));
    }
    let note = if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(fine) {
        "it has 3 to 63 lower-case letters, digits, dots and hyphens"
    } else if !bucket.starts_with(|c: char| c.is_ascii_alphanumeric())
        || !bucket.ends_with(|c: char| c.is_ascii_alphanumeric())
    {
        "it begins and ends with a letter or digit"
    } else if bucket.contains("..") {
        "it has no two dots in a row"
    } else if bucket.parse::<std::net::Ipv4Addr>().is_ok() {
        "it does not look like an IP address"
    } else if RESERVED.0.iter().any(|prefix| bucket.starts_with(prefix))
        || RESERVED.1.iter().any(|suffix| bucket.ends_with(suffix))
    {
        "S3 keeps names that begin or end so for itself"
    } else {
        return None;
    };
    Some(Diagnostic::error("bad-name", format!("`{bucket}` is no name of a bucket")).note(note))
}

/// What is wrong with a prefix of logs. API: `LoadBalancerAttribute`, access_logs.s3.prefix.
pub fn check_prefix(prefix: &str) -> Option<Diagnostic> {
    if prefix.contains("AWSLogs") {
        let message = "the prefix of logs may not contain `AWSLogs`: AWS adds it";
        return Some(Diagnostic::error("bad-value", message).help("leave it out, and what stands behind it"));
    }
    if prefix.chars().any(char::is_control) {
        let message = "the prefix of logs has a control character";
        return Some(Diagnostic::error("bad-value", message).help("write letters, digits and !-_.*'()/"));
    }
    let slash = prefix.starts_with('/') || prefix.ends_with('/');
    slash.then(|| Diagnostic::warning("prefix-slash", "the prefix of logs has no slash at its ends"))
}
