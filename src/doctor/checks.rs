//! Health checks that fail: the answer, the time, the port, the protocol.

use super::facts::{Facts, Group, Target};
use super::finding::{Finding, Link};
use super::targets::{Why, lines};
use crate::base::Seconds;
use crate::kinds::target_group::model::{HealthCheck, ProtocolVersion};

/// Ports on which TLS is spoken as a rule.
const TLS_PORTS: &[u16] = &[443, 8443];

/// Ports on which it is not.
const PLAIN_PORTS: &[u16] = &[80, 8080];

/// A finding for targets that were checked and failed; `subject` says how many.
pub(super) fn failing(
    facts: &Facts,
    group: &Group,
    why: Why,
    targets: &[&Target],
    likelihood: u8,
    subject: &str,
) -> Finding {
    let found = |code: &'static str, words: &str| {
        Finding::new(code, Link::Targets, likelihood, &group.name, format!("{subject}: {words}"))
    };
    let told = |one: &Target| words(group, one);
    let basis = |finding: Finding| {
        finding.all_seen(lines(targets, told)).all_seen(check_words(group)).all_seen(fail_open(group))
    };
    if let Some(port) = other_port(group, targets) {
        let words = format!("they are checked on port {port}, and take requests on another");
        return basis(found("check-port", &words))
            .explains(&[502, 504])
            .mend(format!("health set {} --port traffic-port", group.name))
            .advise(format!("or let the application answer on port {port}"));
    }
    if let Some(words) = other_protocol(group, targets) {
        return basis(found("check-protocol", &words))
            .explains(&[502, 504])
            .change("with the protocol that the targets speak", format!(
                "make a group of the protocol that the targets speak, and forward to that: the protocol of {} cannot be \
                 changed",
                group.name
            ));
    }
    match why {
        Why::Answer => answer(basis(found("check-answer", &mismatch(group, targets))), group, targets),
        Why::Timeout => {
            let limit = group.check.as_ref().map(|check| Seconds(u64::from(check.timeout)));
            let limit = limit.map(|limit| format!(" within {limit}")).unwrap_or_default();
            basis(found("check-timeout", &format!("they do not answer{limit}")))
                .explains(&[502, 504])
                .advise(reach(facts, targets))
        }
        _ => {
            basis(found("check-refused", "they refuse the connection, break it off, or answer with no HTTP"))
                .explains(&[502, 504])
                .advise(format!("see that the application runs and listens {}", on_ports(targets)))
        }
    }
}

/// ALB guide, "Health checks for target groups": without a healthy target requests go to all.
fn fail_open(group: &Group) -> Option<String> {
    let none = group.healthy() == 0;
    none.then(|| "while no target is healthy, AWS sends the requests to all of them all the same".to_owned())
}

/// `unhealthy, answered 404, expected 200`
fn words(group: &Group, target: &Target) -> String {
    let expected = group.check.as_ref().map(|check| check.success_codes.clone()).unwrap_or_default();
    match (answered(target), target.reason.as_deref()) {
        (Some(code), _) if expected.is_empty() => format!("{}, answered {code}", target.state),
        (Some(code), _) => format!("{}, answered {code}, expected {expected}", target.state),
        (None, reason) => {
            let said = target.description.as_deref().or(reason).unwrap_or("AWS does not say why");
            format!("{}: {said}", target.state)
        }
    }
}

/// The code that a target answered its checks with: `Health checks failed with these codes: [404]`.
fn answered(target: &Target) -> Option<&str> {
    let (_, rest) = target.description.as_deref()?.split_once('[')?;
    let code = rest.split_once(']')?.0.trim();
    (!code.is_empty()).then_some(code)
}

fn mismatch(group: &Group, targets: &[&Target]) -> String {
    let expected = group.check.as_ref().map_or("another code", |check| check.success_codes.as_str());
    match same_answer(targets) {
        Some(code) => format!("they answer the check with {code}, and {expected} is expected"),
        None => format!("they do not answer the check with {expected}"),
    }
}

fn same_answer<'a>(targets: &[&'a Target]) -> Option<&'a str> {
    let first = answered(targets.first()?)?;
    targets.iter().all(|one| answered(one) == Some(first)).then_some(first)
}

/// What to do about an answer that is not the expected one.
fn answer(finding: Finding, group: &Group, targets: &[&Target]) -> Finding {
    let name = &group.name;
    let code = same_answer(targets).unwrap_or_default();
    let codes = || {
        let own = group.check.as_ref().map_or("200", |check| check.success_codes.as_str());
        format!("health set {name} --codes {own},{code}")
    };
    // Without a healthy target the targets get the requests all the same: users see what they answer.
    let mut explained = vec![502, 504];
    explained.extend(code.parse::<u16>().ok().filter(|code| (500..600).contains(code)));
    explained.sort_unstable();
    explained.dedup();
    let finding = finding.explains(&explained);
    match code.parse::<u16>() {
        Ok(404 | 405) => finding
            .mend(format!("health set {name} --path PATH"))
            .advise("with a path that the application answers"),
        Ok(300..=399) => finding.mend(codes()).advise("or check the path that it redirects to"),
        Ok(401 | 403) => finding.mend(codes()).advise("or check a path that needs no login"),
        Ok(500..=599) => finding
            .advise("the application itself fails: see its log; a 503 is often another server behind it"),
        Ok(_) => finding.mend(codes()),
        Err(_) => finding.mend(format!("health set {name} --path PATH --codes CODES")),
    }
}

/// The check as a request: `the check: GET /health on port 80 every 30s, 200 expected within 5s`.
fn check_words(group: &Group) -> Option<String> {
    let HealthCheck { protocol, path, interval, timeout, success_codes, .. } = group.check.as_ref()?;
    let scheme = protocol.map(|one| format!("{} ", one.as_str())).unwrap_or_default();
    let method =
        if group.version.as_deref() == Some(ProtocolVersion::Grpc.as_str()) { "gRPC" } else { "GET" };
    let port = match group.check_port {
        Some(port) => format!("port {port}"),
        None => "the port of the requests".to_owned(),
    };
    let (every, within) = (Seconds(u64::from(*interval)), Seconds(u64::from(*timeout)));
    Some(format!(
        "the check: {scheme}{method} {path} on {port} every {every}, {success_codes} expected within {within}"
    ))
}

/// The port of the check, where no target takes requests on it.
fn other_port(group: &Group, targets: &[&Target]) -> Option<u16> {
    let port = group.check_port?;
    targets.iter().all(|one| one.port.is_some_and(|own| own != port)).then_some(port)
}

/// HTTP on a port of TLS, or the other way round.
fn other_protocol(group: &Group, targets: &[&Target]) -> Option<String> {
    let protocol = group.protocol.as_deref()?;
    let all = |ports: &[u16]| targets.iter().all(|one| one.port.is_some_and(|port| ports.contains(&port)));
    let (is_other, speaks) = match protocol {
        "HTTP" => (all(TLS_PORTS), "a port of HTTPS"),
        "HTTPS" => (all(PLAIN_PORTS), "a port of plain HTTP"),
        _ => (false, ""),
    };
    is_other.then(|| format!("{protocol} is spoken to them on {}, as a rule {speaks}", ports(targets)))
}

fn ports(targets: &[&Target]) -> String {
    let mut ports: Vec<u16> = targets.iter().filter_map(|one| one.port).collect();
    ports.sort_unstable();
    ports.dedup();
    let words: Vec<String> = ports.iter().map(u16::to_string).collect();
    format!("port {}", words.join(", "))
}

fn on_ports(targets: &[&Target]) -> String {
    match targets.iter().any(|one| one.port.is_some()) {
        true => format!("on {}", ports(targets)),
        false => "at all".to_owned(),
    }
}

/// Whom the targets have to let in.
fn reach(facts: &Facts, targets: &[&Target]) -> String {
    let groups = match facts.balancer.security_groups.as_slice() {
        [] => "the load balancer".to_owned(),
        some => some.join(", "),
    };
    let on = on_ports(targets);
    format!(
        "see that the security group of the targets lets {groups} in {on}, and that the application is not too slow"
    )
}
