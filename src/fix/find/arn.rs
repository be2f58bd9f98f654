//! What an ARN says by itself. API: `TargetGroupArn`, `LoadBalancerArn`, `ListenerArn`, `RuleArn`.

use crate::base::Diagnostic;

/// Why nothing of a region and account can be meant, where a word is an ARN of another one.
pub(super) fn elsewhere(word: &str, here: &str, own: &str) -> Option<Diagnostic> {
    // arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
    let mut parts = word.strip_prefix("arn:")?.splitn(5, ':').skip(2);
    let (region, account) = (parts.next()?, parts.next()?);
    let told = |message: String| Diagnostic::error("not-found", message).note(word.to_owned());
    if !region.is_empty() && region != here {
        let message = format!("that ARN is of region {region}; you are in {here}");
        return Some(told(message).help(format!("--region {region}")));
    }
    if !account.is_empty() && !own.is_empty() && account != own {
        let message = format!("that ARN is of account {account}; these credentials are for {own}");
        return Some(told(message).help("take credentials of that account: --profile NAME"));
    }
    None
}

/// The ARN of the load balancer that a listener or rule belongs to, which its own ARN holds.
pub(super) fn balancer_of(arn: &str) -> Option<String> {
    let (prefix, rest) = arn.split_once(":listener-rule/").or_else(|| arn.split_once(":listener/"))?;
    let parts: Vec<&str> = rest.split('/').take(3).collect();
    (parts.len() == 3).then(|| format!("{prefix}:loadbalancer/{}", parts.join("/")))
}

/// The name of what an ARN is of, or is inside of.
pub(super) fn name_in(arn: &str) -> Option<&str> {
    let resource = arn.strip_prefix("arn:")?.splitn(5, ':').nth(4)?;
    match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["targetgroup", name, ..] => Some(*name),
        ["loadbalancer" | "listener" | "listener-rule", _, name, ..] => Some(*name),
        _ => None,
    }
}
