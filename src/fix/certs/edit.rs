//! Attaching, detaching and rotating: the listener with other certificates, and what must not be lost by it.

use super::facts::ISSUED;
use super::hosts::{covered, hosts};
use super::{All, Facts, Known, Listing, arns, model};
use crate::base::Diagnostic;
use crate::fix::{Fix, place};
use crate::kinds::certificate::{CertificateKey, check, is_server_certificate};
use crate::kinds::listener::Listener;
use crate::kinds::tagging::ownership;
use crate::kinds::{Live, Resource};
use crate::model::ResourceId;

/// Lifts the refusal of leaving a host of the rules, or a name, without a certificate.
pub const UNCOVERED: &str = "uncovered-host";

/// What every change of a listener's certificates needs to know.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What is live.
    pub live: &'a Live,
    /// The listener.
    pub id: &'a ResourceId,
    /// Its certificates, and the new one.
    pub all: &'a All,
    /// Seconds since 1970.
    pub now: u64,
    /// Hosts may lose their certificate.
    pub allowed: bool,
}

impl<'a> Request<'a> {
    fn listener(&self) -> Result<&'a Listener, Vec<Diagnostic>> {
        let gone = || vec![Diagnostic::error("not-found", format!("{} is not there", self.id))];
        model(self.live, self.id).ok_or_else(gone)
    }

    fn word(&self) -> String {
        place::word(self.live, self.id).unwrap_or_default().trim_end_matches("/default").to_owned()
    }

    /// `api.example.com (4f5e6d7c)`: what tells two certificates for the same names apart, too; or the end of the ARN.
    fn name(&self, arn: &str) -> String {
        let last = arn.rsplit('/').next().unwrap_or(arn);
        // The ids of ACM are UUIDs: their beginning is enough.
        let short = if is_server_certificate(arn) { last } else { last.split('-').next().unwrap_or(last) };
        match self.all.get(arn).and_then(Known::facts) {
            Some(facts) => format!("{} ({short})", facts.domain),
            None => last.to_owned(),
        }
    }

    /// The fix that gives the listener these certificates, the default first.
    fn fix(&self, certificates: Vec<String>, in_list: bool) -> Fix {
        let mut fix = Fix::of(self.live);
        if let Some(Resource::Listener(wanted)) =
            fix.desired.resources.get_mut(self.id).map(|wanted| &mut wanted.resource)
        {
            let before = std::mem::take(&mut wanted.certificates);
            wanted.certificates = certificates.into_iter().map(CertificateKey).collect();
            *wanted = wanted.clone().canonical();
            let stacks = self.is_of_a_stack() && wanted.certificates != before;
            wanted.default_in_sni = in_list || stacks || wanted.certificates.len() < 2;
        }
        fix.used_by = vec![self.hosts_in_words()];
        fix.names = self.all.keys().map(|arn| (arn.clone(), self.name(arn))).collect();
        fix
    }

    /// Specs want the default certificate in the list, too: their next apply would put it there.
    fn is_of_a_stack(&self) -> bool {
        self.live.resources.get(self.id).is_some_and(|one| one.tags.contains_key(ownership::STACK))
    }

    /// What the spec has to say: that `has` is in the list, as the first where it leads, and `not` is not.
    fn listing(&self, has: Option<&str>, not: Option<&str>, leads: bool) -> Listing {
        let facts = has.and_then(|arn| self.all.get(arn)).and_then(Known::facts);
        Listing {
            listener: self.id.clone(),
            has: has.map(str::to_owned),
            not: not.map(str::to_owned),
            leads,
            domain: facts.map(|facts| facts.domain.clone()),
        }
    }

    /// What is told where the default certificate gets into the list with this fix.
    fn default_listed(&self, fix: &Fix) -> Option<String> {
        let (before, after) = (model(self.live, self.id)?, fix.desired.resources.get(self.id)?);
        let Resource::Listener(after) = &after.resource else { return None };
        let default = after.certificates.first().filter(|_| after.certificates.len() > 1)?;
        let comes = after.default_in_sni && *after != *before && before.certificates.contains(default);
        (comes && !before.sni.contains(default)).then(|| {
            let name = self.name(&default.0);
            format!("{name}, the default, gets into the list, too: specs have it there, so that no other goes before it.")
        })
    }

    fn hosts_in_words(&self) -> String {
        let hosts: Vec<String> = hosts(self.live, self.id).into_iter().map(|host| host.name).collect();
        match hosts.as_slice() {
            [] => format!("{}, whose rules name no host", self.id),
            some => format!("{}, whose rules are for {}", self.id, some.join(", ")),
        }
    }

    /// Hosts of the rules that have a certificate today and would have none; none known to be for them.
    fn lost_hosts(&self, before: &[String], after: &[String]) -> Vec<String> {
        let hosts = hosts(self.live, self.id).into_iter();
        let lost = |host: &str| {
            covered(host, before, self.all) != Some(false) && covered(host, after, self.all) != Some(true)
        };
        hosts.map(|host| host.name).filter(|host| lost(host)).collect()
    }

    /// Names of a certificate that no other one would be for; hosts of rules are told apart.
    fn lost_names(&self, old: &str, after: &[String], hosts: &[String]) -> Vec<String> {
        let Some(old) = self.all.get(old).and_then(Known::facts) else { return Vec::new() };
        let lost = |name: &&String| !hosts.contains(name) && covered(name, after, self.all) == Some(false);
        old.names.iter().filter(lost).cloned().collect()
    }

    /// Refuses, or with leave warns of, hosts and names without a certificate.
    fn losses(&self, old: &str, before: &[String], after: &[String]) -> Vec<Diagnostic> {
        let hosts = self.lost_hosts(before, after);
        let names = self.lost_names(old, after, &hosts);
        let mut found = Vec::new();
        if !hosts.is_empty() {
            let unknown = after.iter().any(|arn| matches!(self.all.get(arn), Some(Known::Denied) | None));
            let words = hosts.join(", ");
            let message = match unknown {
                true => format!("whether a certificate would still be for {words} cannot be read"),
                false => format!("no certificate of {} would be for {words}", self.id),
            };
            let note = "rules of the listener are for it: clients that check certificates would refuse the connection";
            found.push(match self.allowed {
                true => Diagnostic::warning(UNCOVERED, message).note(note),
                false => Diagnostic::refused(UNCOVERED, message)
                    .note(note)
                    .help(format!("attach one first that is for it: albctl cert attach {} CERT", self.word()))
                    .help(format!("do it all the same: --allow {UNCOVERED}")),
            });
        }
        if !names.is_empty() {
            let message =
                format!("clients that come by {} get the default certificate from now on", names.join(", "));
            found.push(
                Diagnostic::warning("names-lost", message)
                    .note("no rule names these hosts, and no other certificate of the listener is for them"),
            );
        }
        found
    }

    /// A certificate that a listener is to get. API: AddListenerCertificates, `CertificateNotFound`,
    /// `UnsupportedCertificate`.
    fn fit(&self, arn: &str) -> Vec<Diagnostic> {
        let facts = match self.all.get(arn) {
            Some(Known::Found(facts)) => facts,
            Some(Known::Gone) => {
                let message = "there is no such certificate";
                return vec![Diagnostic::error("not-found", message).note(arn.to_owned())];
            }
            Some(Known::Denied) | None => {
                let message = "what the certificate is for cannot be read: the read is denied";
                return vec![Diagnostic::warning("certificate-unread", message).note(arn.to_owned())];
            }
        };
        let mut found = Vec::new();
        found.extend(self.in_time(facts));
        if facts.status == ISSUED && !check::KEYS.contains(&facts.key.as_str()) {
            let message = format!(
                "the key of {} is {}, which no load balancer takes",
                self.name(arn),
                facts.key_words()
            );
            found.push(
                Diagnostic::refused("unfit-certificate", message)
                    .note("RSA of 2048 to 4096 bits and the curves P-256, P-384 and P-521 do"),
            );
        }
        if facts.key == "RSA_1024" {
            let message = format!("the key of {} has 1024 bits, which browsers refuse", self.name(arn));
            found.push(Diagnostic::warning("weak-key", message));
        }
        found
    }

    fn in_time(&self, facts: &Facts) -> Option<Diagnostic> {
        let name = self.name(&facts.arn);
        if facts.not_after.is_some_and(|end| self.now >= end) || facts.status == "EXPIRED" {
            let message = format!("{name} has expired");
            return Some(Diagnostic::refused("unfit-certificate", message).note(facts.arn.clone()));
        }
        if facts.status != ISSUED {
            let message =
                format!("{name} is {}, and a listener takes issued certificates only", facts.status);
            let diagnostic = Diagnostic::refused("unfit-certificate", message).note(facts.arn.clone());
            return Some(match facts.status.as_str() {
                "PENDING_VALIDATION" => {
                    diagnostic.help(format!("its validation records: albctl cert show {}", facts.arn))
                }
                _ => diagnostic,
            });
        }
        facts.not_before.is_some_and(|begin| self.now < begin).then(|| {
            Diagnostic::refused("unfit-certificate", format!("{name} is not valid yet"))
                .note(facts.arn.clone())
        })
    }
}

/// The problems that stop, or the fix with the others as warnings.
fn unless_refused(
    request: Request<'_>,
    mut fix: Fix,
    problems: Vec<Diagnostic>,
) -> Result<Fix, Vec<Diagnostic>> {
    if problems.iter().any(Diagnostic::stops) {
        return Err(problems);
    }
    fix.effect.extend(request.default_listed(&fix));
    fix.warnings = problems;
    Ok(fix)
}

/// Adds a certificate to a listener, as its default one if that is asked for.
///
/// # Errors
/// It is not issued, expired, or of a key that no load balancer takes.
pub fn attach(request: Request<'_>, new: &str, as_default: bool) -> Result<Fix, Vec<Diagnostic>> {
    let listener = request.listener()?;
    let word = request.word();
    let before = arns(listener);
    let is_default = before.first().is_some_and(|one| one == new);
    let mut after: Vec<String> = before.iter().filter(|one| *one != new).cloned().collect();
    let has = after.len() < before.len();
    let name = request.name(new);
    let mut fix = if as_default {
        after.insert(0, new.to_owned());
        // In the list, too: else the one that was the default would go before it for names that both have.
        let mut fix = request
            .fix(if is_default { before.clone() } else { after.clone() }, !is_default || in_list(listener));
        fix.effect = vec![
            format!("Clients without SNI, and those that no certificate is for, get {name}."),
            before
                .first()
                .map(|old| format!("{} stays in the list for its names.", request.name(old)))
                .unwrap_or_default(),
        ];
        fix.undo = before.first().map(|old| format!("cert attach {word} {old} --default"));
        fix.unchanged = format!("{name} is the default certificate of {}", request.id);
        fix
    } else {
        if !has {
            after.push(new.to_owned());
        }
        let mut fix = request.fix(if has { before.clone() } else { after.clone() }, in_list(listener));
        fix.effect = vec![format!("Clients that ask for {} can get {name}.", names(request, new))];
        fix.undo = Some(format!("cert detach {word} {new}"));
        fix.unchanged = match is_default {
            true => format!("{name} is the default certificate of {}", request.id),
            false => format!("{name} is attached to {}", request.id),
        };
        fix
    };
    fix.effect.retain(|line| !line.is_empty());
    fix.listing = Some(request.listing(Some(new), None, as_default));
    let problems = if has && (is_default || !as_default) { Vec::new() } else { request.fit(new) };
    unless_refused(request, fix, problems)
}

/// Whether the default certificate is in the list, too.
fn in_list(listener: &Listener) -> bool {
    listener.certificates.first().is_some_and(|one| listener.sni.contains(one))
}

fn names(request: Request<'_>, arn: &str) -> String {
    match request.all.get(arn).and_then(Known::facts) {
        Some(facts) => facts.names.iter().cloned().collect::<Vec<_>>().join(", "),
        None => "its names".to_owned(),
    }
}

/// Takes a certificate out of a listener's list.
///
/// # Errors
/// It is the default one, which a listener always has; a host of the rules would be without a certificate.
pub fn detach(request: Request<'_>, old: &str) -> Result<Fix, Vec<Diagnostic>> {
    let listener = request.listener()?;
    let word = request.word();
    let before = arns(listener);
    let name = request.name(old);
    if before.first().is_some_and(|one| one == old) {
        let message = format!("{name} is the default certificate of {}", request.id);
        return Err(vec![
            Diagnostic::refused("default-certificate", message)
                .note("an HTTPS listener always has one: RemoveListenerCertificates refuses it")
                .help(format!("put another in its place: albctl cert rotate {word} {old} NEW")),
        ]);
    }
    let after: Vec<String> = before.iter().filter(|one| *one != old).cloned().collect();
    let mut fix = request.fix(after.clone(), in_list(listener));
    fix.effect = vec![format!("Clients that ask for {} do not get {name} any more.", names(request, old))];
    fix.undo = Some(format!("cert attach {word} {old}"));
    fix.unchanged = format!("{name} is not on {}", request.id);
    fix.listing = Some(request.listing(None, Some(old), false));
    let problems =
        if after.len() == before.len() { Vec::new() } else { request.losses(old, &before, &after) };
    unless_refused(request, fix, problems)
}

/// Puts a certificate in the place of another: adds it, makes it the default if the other is, removes the other.
///
/// # Errors
/// The new one is not issued, expired, or of a key that no load balancer takes; it is not for a host of the rules that
/// the old one is for; the old one is not on the listener.
pub fn rotate(request: Request<'_>, old: &str, new: &str) -> Result<Fix, Vec<Diagnostic>> {
    let listener = request.listener()?;
    let word = request.word();
    let before = arns(listener);
    let (old_name, new_name) = (request.name(old), request.name(new));
    let is_default = before.first().is_some_and(|one| one == old);
    if !before.iter().any(|one| one == old) {
        // Done before: the same command again has nothing to do.
        if before.iter().any(|one| one == new) {
            let leads = before.first().is_some_and(|one| one == new);
            let mut fix = request.fix(before, in_list(listener));
            fix.unchanged = format!("{} has {new_name}, and not {old_name}", request.id);
            fix.listing = Some(request.listing(Some(new), Some(old), leads));
            return Ok(fix);
        }
        let message = format!("{old_name} is not on {}", request.id);
        let help = format!("it has: albctl cert list {word}");
        return Err(vec![Diagnostic::error("not-found", message).note(old.to_owned()).help(help)]);
    }
    if old == new {
        let mut fix = request.fix(before, in_list(listener));
        fix.unchanged = format!("{old_name} stays in its own place");
        fix.listing = Some(request.listing(Some(new), None, false));
        return Ok(fix);
    }
    let mut after: Vec<String> = before.iter().filter(|one| *one != old && *one != new).cloned().collect();
    after.insert(usize::from(!is_default && !after.is_empty()), new.to_owned());
    let keeps_default = before.first().is_some_and(|one| one == new);
    if keeps_default {
        after.retain(|one| one != new);
        after.insert(0, new.to_owned());
    }
    let mut fix = request
        .fix(after.clone(), in_list(listener) || (is_default && listener.sni.iter().any(|one| one.0 == new)));
    let place = if is_default { ", and as the default," } else { "" };
    fix.effect = vec![format!(
        "Clients that got {old_name} get {new_name} in its place{place} without a gap: it is there before the other goes."
    )];
    fix.listing = Some(request.listing(Some(new), Some(old), after.first().is_some_and(|one| one == new)));
    fix.undo = (!before.iter().any(|one| one == new)).then(|| format!("cert rotate {word} {new} {old}"));
    fix.unchanged = format!("{} has {new_name}, and not {old_name}", request.id);
    let mut problems = request.fit(new);
    if !problems.iter().any(Diagnostic::stops) {
        problems.extend(request.losses(old, &before, &after));
    }
    unless_refused(request, fix, problems)
}
