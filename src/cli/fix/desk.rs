//! Where a fix is worked out: what can be named, what was read, how often.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{self, Known};
use crate::aws::{self, AnyClock, Reader, Serving, Whole};
use crate::base::Diagnostic;
use crate::cli::args_fix::Names;
use crate::cli::context::{App, Session};
use crate::cli::failure::Failure;
use crate::cli::service_error::{self, Caller};
use crate::doctor::facts::SecurityGroup;
use crate::exec::ServiceError;
use crate::fix::certs::Meant;
use crate::fix::find::{Balancer, Group, Inventory, Keys, Spot};
use crate::fix::{Focus, mirror};
use crate::kinds::tagging::ownership;
use crate::kinds::{Live, Resource, load_balancer};
use crate::output::header::{Header, ReadCount};

/// The beginning of every one-off command.
pub struct Desk<'a> {
    /// The way to AWS.
    pub session: &'a Session,
    /// What reads, and counts.
    pub reader: Reader<'a, AnyClock>,
    /// What can be named.
    pub inventory: Inventory,
    /// What the spec calls things.
    pub keys: Keys,
    /// The spec, if there is one for this account and region.
    pub known: Option<Known>,
    verbose: bool,
    first: Whole,
}

/// One load balancer, read.
pub struct Site {
    /// Which, where, as whom.
    pub header: Header,
    /// What was read; after the writes it is read again in part.
    pub whole: Whole,
    /// The same, as models.
    pub live: Live,
    /// Which certificates the spec means, where that matters.
    pub meant: Meant,
}

/// Reads the spec, if there is one, and connects to where it belongs.
///
/// # Errors
/// What is wrong with the spec; no region, no credentials.
pub async fn connect(app: &mut App, names: &Names) -> Result<(Session, Option<Known>), Failure> {
    app.check_sandbox_flags()?;
    let known = known::read(app, names.spec.as_deref())?;
    // A spec that only happens to be there does not decide where one works.
    let region = known.as_ref().filter(|known| known.named || app.global.region.is_none());
    let region = region.and_then(|known| Some(known.desired.region.as_ref()?.value.clone()));
    let session = app.connect_in(region).await?;
    Ok((session, known))
}

impl<'a> Desk<'a> {
    /// Reads what can be named: the first round.
    ///
    /// # Errors
    /// A call fails; the spec that is named belongs to another account.
    pub async fn open(app: &App, session: &'a Session, known: Option<Known>) -> Result<Desk<'a>, Failure> {
        let parallelism = Session::parallelism(&app.global);
        let reader = Reader::new(&session.clients, &session.clock, &session.limiter, parallelism);
        let verbose = app.global.verbose;
        let (inventory, first) = aws::inventory(&reader).await.map_err(|error| {
            let place = session.place();
            let who = Caller { arn: "", place: place.name(), verbose };
            Failure::failed(service_error::of_read(&error, who))
        })?;
        let known = belongs(app, known, &inventory)?;
        let keys = known.as_ref().map(Known::keys).unwrap_or_default();
        Ok(Desk { session, reader, inventory, keys, known, verbose, first })
    }

    /// Reads the spec once more, after it was written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read_spec_again(&mut self, app: &mut App, names: &Names) -> Result<(), Failure> {
        let known = known::read(app, names.spec.as_deref())?;
        self.known = belongs(app, known, &self.inventory)?;
        Ok(())
    }

    /// The groups that words mean, by the ARN of their load balancer; those without one stand for themselves.
    ///
    /// # Errors
    /// A word that means nothing or several things.
    pub fn groups(&self, words: &[String]) -> Result<BTreeMap<Option<String>, Vec<Group>>, Failure> {
        let mut found: BTreeMap<Option<String>, Vec<Group>> = BTreeMap::new();
        let mut problems = Vec::new();
        for word in words {
            match self.inventory.group(word, &self.keys) {
                Ok(group) => {
                    let all = found.entry(group.balancers.first().cloned()).or_default();
                    if !all.contains(group) {
                        all.push(group.clone());
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(not_found(problems)) }
    }

    /// What a word means.
    ///
    /// # Errors
    /// Nothing or several things.
    pub fn spot(&self, word: &str) -> Result<Spot, Failure> {
        self.inventory.spot(word, &self.keys).map_err(|problem| not_found(vec![problem]))
    }

    /// The load balancer that a word means.
    ///
    /// # Errors
    /// None or several.
    pub fn balancer(&self, word: &str) -> Result<Balancer, Failure> {
        let found = self.inventory.balancer(word, &self.keys);
        found.cloned().map_err(|problem| not_found(vec![problem]))
    }

    /// The target group that a word means.
    ///
    /// # Errors
    /// None or several.
    pub fn group(&self, word: &str) -> Result<Group, Failure> {
        let found = self.inventory.group(word, &self.keys);
        found.cloned().map_err(|problem| not_found(vec![problem]))
    }

    /// Reads what is in focus: the second and third round.
    ///
    /// # Errors
    /// A call fails.
    pub async fn read(&self, focus: &Focus) -> Result<Site, Failure> {
        let read = self.first.clone().read(&self.reader, focus).await;
        let whole = read.map_err(|error| self.failed(&error))?;
        let live = whole.live();
        let header = self.header(&whole, &live);
        Ok(Site { header, whole, live, meant: Meant::default() })
    }

    /// What the security groups of a load balancer let through; none where that cannot be read.
    ///
    /// # Errors
    /// The credentials cannot be used.
    pub async fn security_groups(&self, balancer: &str) -> Result<Option<Vec<SecurityGroup>>, Failure> {
        let read = self.first.security_groups(&self.reader, balancer).await;
        read.map_err(|error| self.failed(&error))
    }

    /// Which load balancers serve a host.
    ///
    /// # Errors
    /// A call fails.
    pub async fn serving(&self, host: &str) -> Result<Serving, Failure> {
        let serving = self.first.serving(&self.reader, &self.inventory, host).await;
        serving.map_err(|error| self.failed(&error))
    }

    /// Reads target groups beside those in focus: one more round.
    ///
    /// # Errors
    /// A call fails.
    pub async fn read_also(
        &self,
        site: &mut Site,
        focus: &Focus,
        groups: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        let read = site.whole.read_also(&self.reader, &self.first, focus, groups).await;
        read.map_err(|error| self.failed(&error))?;
        site.live = site.whole.live();
        site.header = self.header(&site.whole, &site.live);
        Ok(())
    }

    /// The time on the clock, in seconds since 1970.
    pub fn now(&self) -> u64 {
        aws::seconds(self.reader.now())
    }

    /// A call that reads failed.
    pub fn failed(&self, error: &ServiceError) -> Failure {
        let place = self.session.place();
        let who = Caller { arn: &self.inventory.caller, place: place.name(), verbose: self.verbose };
        Failure::failed(service_error::of_read(error, who))
    }

    /// The first line of a command that works on one load balancer.
    pub fn header(&self, whole: &Whole, live: &Live) -> Header {
        let balancer = live.resources.get(&load_balancer::id()).map(|one| one.resource.label());
        let owner = whole.balancer_tags().remove(ownership::STACK).or_else(|| mirror::owner(live));
        let name = owner.or(balancer).or_else(|| name_by_arn(live));
        self.titled(&name.unwrap_or_else(|| self.inventory.region.clone()))
    }

    /// A first line with a title.
    pub fn titled(&self, title: &str) -> Header {
        let reads = self.reader.reads();
        Header {
            stack: title.to_owned(),
            place: self.session.place(),
            account: self.inventory.account.clone(),
            region: self.inventory.region.clone(),
            caller: self.inventory.caller.clone(),
            reads: ReadCount {
                calls: reads.calls,
                rounds: reads.rounds,
                by_operation: reads.by_operation,
                elapsed: reads.elapsed,
                limited: reads.limited,
            },
        }
    }
}

/// The load balancer's name without its settings: from the ARN of a listener, or the name of the group.
fn name_by_arn(live: &Live) -> Option<String> {
    let of_listener = live.resources.values().find_map(|one| match &one.resource {
        Resource::Listener(_) => one.arn.split('/').nth(2).map(str::to_owned),
        _ => None,
    });
    let of_group = || {
        live.resources.values().find_map(|one| match &one.resource {
            Resource::TargetGroup(group) => Some(group.name.clone()),
            _ => None,
        })
    };
    of_listener.or_else(of_group)
}

/// A spec of another account is not about what these credentials show.
fn belongs(app: &App, known: Option<Known>, inventory: &Inventory) -> Result<Option<Known>, Failure> {
    let Some(known) = known else { return Ok(None) };
    let other = known.desired.account.as_ref().filter(|one| one.value != inventory.account);
    match other {
        Some(_) if app.global.sandbox => Ok(Some(known)),
        None => Ok(Some(known)),
        Some(_) if !known.named => Ok(None),
        Some(wanted) => {
            let message = format!(
                "these credentials are for account {}, the spec for {}",
                inventory.account, wanted.value
            );
            Err(Failure::refused(vec![Diagnostic::refused("wrong-account", message).at(wanted.at, "")]))
        }
    }
}

/// Words that mean nothing, or several things.
pub fn not_found(problems: Vec<Diagnostic>) -> Failure {
    Failure { diagnostics: problems, ..Failure::failed(Diagnostic::error("not-found", "")) }
}
