//! What nothing here shows, but what explains a status code by itself: hints for those who ask for them. ALB guide,
//! "Troubleshoot your Application Load Balancers", HTTP 460, 463, 502, 504.

use super::facts::Facts;
use super::finding::{Finding, Link};
use super::traffic::Entry;
use crate::base::Seconds;

/// The longest idle timeout, in seconds. API: LoadBalancerAttribute, `idle_timeout.timeout_seconds`.
const LONGEST: u64 = 4000;

/// Hints; they are shown with `--status` of a code that they explain, and with `-v`.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let forwards = entries.iter().any(|entry| !entry.then.groups().is_empty());
    let functions = facts.groups.values().all(super::facts::Group::is_function);
    let attribute = |key: &str| facts.balancer.attributes.get(key).map(String::as_str);
    let idle = attribute("idle_timeout.timeout_seconds").and_then(|text| text.parse::<u64>().ok());
    let (true, Some(idle)) = (forwards && !functions, idle) else { return Vec::new() };
    let name = &facts.balancer.name;
    let hint = |code: &'static str, likelihood: u8, explains: &[u16], sentence: String| {
        Finding::new(code, Link::Application, likelihood, name, sentence)
            .seen(format!("idle_timeout of {name} is {}", Seconds(idle)))
            .explains(explains)
    };
    let limit = Seconds(idle);
    let mut found = vec![
        hint(
            "keep-alive",
            5,
            &[502, 504],
            format!("targets that close idle connections before {limit} is over make a 502 now and then"),
        )
        .advise(format!("let the keep-alive timeout of the application be longer than {limit}")),
        patience(
            hint(
                "slow-answers",
                4,
                &[504],
                format!("answers that take longer than {limit} to begin become a 504"),
            ),
            name,
            idle,
        ),
        hint(
            "clients-give-up",
            4,
            &[460],
            format!("clients that give up before {limit} is over are logged as 460"),
        )
        .advise("let the timeout of the clients be longer than the slowest answer"),
    ];
    let mode = attribute("routing.http.xff_header_processing.mode").unwrap_or("append");
    if mode != "remove" {
        let sentence = "requests with more than 30 addresses in X-Forwarded-For are answered 463".to_owned();
        found.push(
            Finding::new("forwarded-for", Link::Application, 4, name, sentence)
                .seen(format!("xff_header_processing of {name} is {mode}"))
                .explains(&[463])
                .mend(format!("attr set {name} xff_header_processing=remove"))
                .advise("or let the proxies before it send fewer"),
        );
    }
    found
}

/// A longer timeout, as far as there is one.
fn patience(hint: Finding, name: &str, idle: u64) -> Finding {
    match idle {
        LONGEST.. => hint.advise("let the application begin to answer sooner: no idle timeout is longer"),
        _ => hint.mend(format!("attr set {name} idle_timeout={}", Seconds((idle * 2).min(LONGEST)))),
    }
}
