//! Certificates for people.

use std::time::{Duration, SystemTime};

use super::certs_list::{Certificate, Host, Listener};
use super::style::{Line, Look, Role};
use super::text::{cut, visible};
use crate::base::time::Utc;
use crate::fix::certs::{Choice, Facts, ISSUED, Known, Reason};

/// Columns of a listener's certificates.
const NAME: usize = 40;
const STORE: usize = NAME + 10;
const LEFT: usize = STORE + 11;
/// Where the lines below a certificate begin.
const BELOW: usize = 14;

/// One certificate.
pub struct Shown<'a> {
    /// What it says.
    pub facts: &'a Facts,
    /// Seconds since 1970.
    pub now: u64,
}

/// What a client gets.
pub struct Client<'a> {
    /// The host that it asks for.
    pub host: &'a str,
    /// The port that it comes to.
    pub port: u16,
    /// What it gets.
    pub choice: &'a Choice<'a>,
    /// What it would get without SNI.
    pub default: &'a Facts,
    /// How many certificates are in the list.
    pub listed: usize,
    /// Seconds since 1970.
    pub now: u64,
}

fn push(text: &mut String, line: Line) {
    text.push_str(&line.finish());
    text.push('\n');
}

/// All but the last line of `cert list`.
pub fn list(listeners: &[Listener], look: Look) -> String {
    let mut text = String::new();
    for one in listeners {
        text.push('\n');
        let policy = one.policy.as_deref().unwrap_or_default().trim_start_matches("ELBSecurityPolicy-");
        let line = Line::new(look).add(Role::Identity, &format!(":{}", one.port)).to(6);
        push(&mut text, line.add(Role::Plain, "HTTPS").to(BELOW).add(Role::Plain, &visible(policy)));
        let head = Line::new(look).add(Role::Margin, "  certificate").to(NAME).add(Role::Margin, "store");
        push(&mut text, head.to(STORE).add(Role::Margin, "left").to(LEFT).add(Role::Margin, "renewal"));
        one.certificates.iter().for_each(|certificate| row(&mut text, certificate, one.now, look));
        for host in &one.uncovered {
            let line = Line::new(look).add(Role::Attention, "!").add(Role::Plain, " ");
            let words = format!("{}: no certificate is for it", told(host));
            push(&mut text, line.add(Role::Plain, &visible(&words)));
        }
    }
    if listeners.iter().any(Listener::denied) {
        let note = "? not readable: allow acm:DescribeCertificate and iam:GetServerCertificate to see more";
        text.push_str(&format!("\n{note}\n"));
    }
    text.push('\n');
    text
}

fn row(text: &mut String, one: &Certificate, now: u64, look: Look) {
    let problem = one.problem(now);
    let (role, mark) = match problem {
        Some(_) => (Role::Attention, "!"),
        None => (Role::Plain, " "),
    };
    let facts = one.known.facts();
    let last = one.arn.rsplit('/').next().unwrap_or(&one.arn);
    let name = visible(facts.map_or(last, |facts| &facts.domain));
    let kind = if one.default { " (default)" } else { "" };
    let room = NAME - 4 - kind.len();
    let name = if look.verbose { name } else { cut(&name, room) };
    let line = Line::new(look).add(role, mark).add(Role::Plain, " ").add(Role::Identity, &name);
    let line = line.add(Role::Plain, kind).to(NAME);
    let store = facts.map_or_else(|| store_of(&one.arn), Facts::store_words);
    let left = facts.map_or_else(|| "?".to_owned(), |facts| left(facts, now));
    let renewal = match (&one.known, facts) {
        (Known::Gone, _) => "it is not there any more".to_owned(),
        (_, Some(facts)) if facts.status != ISSUED => facts.status.clone(),
        (_, Some(facts)) => facts.renewal_at(now),
        (_, None) => "?".to_owned(),
    };
    let line =
        line.add(Role::Plain, store).to(STORE).add(role, &left).to(LEFT).add(Role::Plain, &visible(&renewal));
    push(text, line);
    let names = facts.map(|facts| facts.names.iter().cloned().collect::<Vec<_>>()).unwrap_or_default();
    if names.len() > 1 {
        below(text, "names", &names, look);
    }
    if !one.hosts.is_empty() {
        below(text, "serves", &one.hosts.iter().map(told).collect::<Vec<_>>(), look);
    }
    if look.verbose {
        push(text, Line::new(look).to(BELOW - 8).add(Role::Margin, &one.arn));
    }
}

/// A list below a certificate, cut at its end.
fn below(text: &mut String, label: &str, items: &[String], look: Look) {
    let line = Line::new(look).to(BELOW - 8).add(Role::Margin, label).to(BELOW);
    let mut words = items.iter().map(|item| visible(item)).collect::<Vec<_>>().join(", ");
    if !look.verbose && words.chars().count() > line.room() {
        let room = line.room().saturating_sub(16);
        let mut shown: Vec<&String> = Vec::new();
        for item in items {
            if shown.iter().map(|one| one.chars().count() + 2).sum::<usize>() + item.chars().count() > room {
                break;
            }
            shown.push(item);
        }
        let first = shown.iter().map(|item| visible(item)).collect::<Vec<_>>().join(", ");
        words = match shown.is_empty() {
            true => cut(&words, line.room()),
            false => format!("{first} and {} more", items.len() - shown.len()),
        };
    }
    push(text, line.add(Role::Plain, &words));
}

/// `api.example.com (rule/443/10)`
fn told(host: &Host) -> String {
    let rules: Vec<String> = host.rules.iter().map(ToString::to_string).collect();
    format!("{} ({})", host.name, rules.join(", "))
}

fn store_of(arn: &str) -> &'static str {
    if arn.contains(":acm:") { "ACM" } else { "IAM" }
}

/// `143 days`, `1 day`, `expired`, `?`.
pub(super) fn left(facts: &Facts, now: u64) -> String {
    match facts.days_left(now) {
        None => "-".to_owned(),
        Some(days) if days < 0 => "expired".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
    }
}

/// The one thing to know.
pub fn list_line(listeners: &[Listener], look: Look) -> String {
    let problems: usize = listeners.iter().map(Listener::problems).sum();
    let unknown = listeners.iter().any(Listener::denied);
    match (problems, unknown) {
        (0, true) => "Not all certificates could be read.".to_owned(),
        (0, false) => "Nothing needs attention.".to_owned(),
        (1, _) => look.paint(Role::Attention, "1 thing needs attention."),
        (some, _) => look.paint(Role::Attention, &format!("{some} things need attention.")),
    }
}

fn fact(text: &mut String, label: &str, value: &str, look: Look) {
    let line = Line::new(look).add(Role::Plain, "    ").add(Role::Margin, label).to(BELOW + 2);
    push(text, line.add(Role::Plain, &visible(value)));
}

fn day(seconds: Option<u64>) -> String {
    let Some(seconds) = seconds else { return "-".to_owned() };
    Utc::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).minute().replacen('T', " ", 1)
}

/// All but the last line of `cert show CERT`.
pub fn one(shown: &Shown<'_>, look: Look) -> String {
    let Shown { facts, now } = shown;
    let mut text = format!("\n{}\n", look.paint(Role::Identity, &visible(&facts.domain)));
    // Whole: it is what one copies.
    text.push_str(&format!("    {}\n", visible(&facts.arn)));
    fact(&mut text, "store", &format!("{}, {}", facts.store_words(), facts.renewal_at(*now)), look);
    fact(&mut text, "status", &facts.status, look);
    let rest = match facts.days_left(*now) {
        Some(days) if days < 0 => left(facts, *now),
        Some(_) | None => format!("{} left", left(facts, *now)),
    };
    let time = format!("{} to {} ({rest})", day(facts.not_before), day(facts.not_after));
    fact(&mut text, "valid", &time, look);
    let signed =
        facts.signature.as_ref().map(|signature| format!(", signed {signature}")).unwrap_or_default();
    fact(&mut text, "key", &format!("{}{signed}", facts.key_words()), look);
    for (index, name) in facts.names.iter().enumerate() {
        fact(&mut text, if index == 0 { "names" } else { "" }, name, look);
    }
    for (index, arn) in facts.used_by.iter().enumerate() {
        fact(&mut text, if index == 0 { "used by" } else { "" }, arn, look);
    }
    for record in &facts.records {
        // Whole: it is what one copies.
        text.push_str(&format!("    {}   CNAME   {}\n", visible(&record.name), visible(&record.value)));
    }
    text.push('\n');
    text
}

/// The one thing to know of a certificate.
pub fn one_line(shown: &Shown<'_>, look: Look) -> String {
    match shown.facts.problem(shown.now) {
        Some(problem) => {
            look.paint(Role::Attention, &visible(&format!("{}: {problem}.", shown.facts.domain)))
        }
        None => "Nothing needs attention.".to_owned(),
    }
}

/// `*.example.com, ACM, ECDSA P-256, 143 days`
fn in_short(facts: &Facts, now: u64) -> String {
    format!("{}, {}, {}, {}", facts.domain, facts.store_words(), facts.key_words(), left(facts, now))
}

/// All but the last line of `cert show HOST LB`.
pub fn client(shown: &Client<'_>, look: Look) -> String {
    let Client { host, port, choice, default, listed, now } = shown;
    let mut text = format!("\n{}\n", look.paint(Role::Identity, &visible(&format!("{host} on :{port}"))));
    fact(&mut text, "gets", &in_short(choice.certificate, *now), look);
    text.push_str(&format!("{}{}\n", " ".repeat(BELOW + 2), visible(&choice.certificate.arn)));
    let why = match choice.reason {
        Reason::Default if choice.name.is_some() => {
            "the default one is for this host, and no other of the listener is".to_owned()
        }
        Reason::Only | Reason::Default => choice.reason.words().to_owned(),
        Reason::Algorithm | Reason::Hash | Reason::KeySize | Reason::Validity | Reason::Undecided => {
            format!(
                "{} of the {listed} in the list are for it: {}",
                choice.others.len() + 1,
                choice.reason.words()
            )
        }
    };
    fact(&mut text, "why", &why, look);
    match choice.name {
        Some(name) if name == *host => fact(&mut text, "name", &format!("{name}, exactly"), look),
        Some(name) => fact(&mut text, "name", &format!("by {name}"), look),
        None => {}
    }
    for (index, other) in choice.others.iter().enumerate() {
        fact(&mut text, if index == 0 { "not" } else { "" }, &in_short(other, *now), look);
    }
    if let Some(rsa) = choice.without_ecdsa {
        fact(&mut text, "no ECDSA", &in_short(rsa, *now), look);
    }
    fact(&mut text, "without SNI", &in_short(default, *now), look);
    text.push('\n');
    text
}

/// Whether clients accept what they get.
pub fn client_line(shown: &Client<'_>, look: Look) -> String {
    let Client { host, choice, now, .. } = shown;
    let facts = choice.certificate;
    let bad = match (choice.name, facts.is_valid(*now)) {
        (None, _) => Some(format!("Clients refuse it: no certificate of the listener is for {host}.")),
        (Some(_), false) => Some(format!("Clients refuse it: it is {}.", validity(facts, *now))),
        (Some(_), true) => facts.problem(*now).map(|problem| format!("Needs attention: {problem}.")),
    };
    match bad {
        Some(bad) => look.paint(Role::Attention, &visible(&bad)),
        None => visible(&format!("{host} gets a certificate that is for it, {} left.", left(facts, *now))),
    }
}

fn validity(facts: &Facts, now: u64) -> &'static str {
    if facts.not_after.is_some_and(|end| now >= end) { "expired" } else { "not valid yet" }
}
