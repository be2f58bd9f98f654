//! Which load balancer serves a host: the one that its name leads to, else the one that has a rule or a certificate for
//! it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::{Whole, facts, leads};
use crate::aws::observe::reader::Reader;
use crate::aws::observe::rounds::is_https;
use crate::doctor::{Reason, Rival};
use crate::exec::{Clock, ServiceError};
use crate::fix::find::Inventory;
use crate::kinds::action::aws::GroupKeys;
use crate::kinds::certificate::key::covers;
use crate::kinds::rule::{self, Condition};
use crate::model::world::Tags;
use crate::route::Glob;

/// The load balancers of a region that may serve a host, by ARN, the best reason first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Its name leads there; several where its zone has several records of the name.
    pub by_name: Vec<String>,
    /// A rule names the host itself: such rules, as commands take them.
    pub by_rule: BTreeMap<String, Vec<String>>,
    /// A rule has a pattern that the host matches, and that not every host matches.
    pub by_pattern: Vec<String>,
    /// It has a certificate for the host; only looked for where there is nothing else.
    pub by_certificate: Vec<String>,
    /// What each that has such a rule is called.
    called: BTreeMap<String, Rival>,
}

/// The load balancer whose requests for a host arrive, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Its ARN.
    pub balancer: String,
    /// Why it is this one.
    pub reason: Reason,
    /// Others with a rule that names the host, where the one that its name leads to has none.
    pub rivals: Vec<Rival>,
}

impl Serving {
    /// The one that serves it; else those that may. Where the name leads is what counts: that is where requests arrive.
    ///
    /// # Errors
    /// Several, or none.
    pub fn one(&self) -> Result<Served, Vec<String>> {
        if let Some(balancer) = self.led_to() {
            let none = !self.by_rule.contains_key(balancer);
            let rivals = if none { self.called.values().cloned().collect() } else { Vec::new() };
            return Ok(Served { balancer: balancer.clone(), reason: Reason::Name, rivals });
        }
        let by_rule: Vec<String> = self.by_rule.keys().cloned().collect();
        for (all, reason) in [
            (&by_rule, Reason::Rule),
            (&self.by_pattern, Reason::Pattern),
            (&self.by_certificate, Reason::Certificate),
        ] {
            match all.as_slice() {
                [] => {}
                [only] => return Ok(Served { balancer: only.clone(), reason, rivals: Vec::new() }),
                several => return Err(several.to_vec()),
            }
        }
        Err(Vec::new())
    }

    /// Of those that the name leads to the one with the best rule for it.
    fn led_to(&self) -> Option<&String> {
        let by_rule = self.by_name.iter().find(|arn| self.by_rule.contains_key(*arn));
        let by_pattern = || self.by_name.iter().find(|arn| self.by_pattern.contains(*arn));
        by_rule.or_else(by_pattern).or_else(|| self.by_name.first())
    }

    fn add(&mut self, rival: impl FnOnce() -> Rival, balancer: &str, rule: String) {
        self.by_rule.entry(balancer.to_owned()).or_default().push(rule.clone());
        self.called.entry(balancer.to_owned()).or_insert_with(rival).rules.push(rule);
    }
}

impl Whole {
    /// Looks for the load balancers that serve a host, in two rounds or three. API: DescribeListeners; DescribeRules; and,
    /// where no rule names it and no name leads here, DescribeListenerCertificates and DescribeCertificate.
    ///
    /// # Errors
    /// The first call that fails for good.
    pub async fn serving<C: Clock>(
        &self,
        reader: &Reader<'_, C>,
        inventory: &Inventory,
        host: &str,
    ) -> Result<Serving, ServiceError> {
        let balancers: Vec<&String> = self.snapshot.load_balancers.keys().collect();
        reader.round();
        let (listeners, by_name) = tokio::try_join!(
            try_join_all(balancers.iter().map(|arn| reader.listeners(arn))),
            leads::leads_to(reader, inventory, host),
        )?;
        let listeners: Vec<(&String, api::Listener)> = balancers
            .iter()
            .zip(listeners)
            .flat_map(|(arn, all)| all.unwrap_or_default().into_iter().map(move |one| (*arn, one)))
            .collect();
        let mut serving = Serving { by_name, ..Serving::default() };
        reader.round();
        let arn = |one: &api::Listener| one.listener_arn().unwrap_or_default().to_owned();
        let rules =
            try_join_all(listeners.iter().map(async |(_, one)| reader.rules(&arn(one)).await)).await?;
        for ((balancer, listener), rules) in listeners.iter().zip(rules) {
            for rule in rules.unwrap_or_default() {
                match named(&rule, host) {
                    Some(true) => {
                        let rival = || self.rival(balancer);
                        let place = place(&rival().name, listener, &rule);
                        serving.add(rival, balancer, place);
                    }
                    Some(false) => add(&mut serving.by_pattern, balancer),
                    None => {}
                }
            }
        }
        if serving.by_rule.is_empty() && serving.by_pattern.is_empty() && serving.by_name.is_empty() {
            let encrypted: Vec<_> = listeners.iter().filter(|(_, one)| is_https(one)).collect();
            serving.by_certificate = certified(reader, &encrypted, host).await?;
        }
        Ok(serving)
    }

    fn rival(&self, arn: &str) -> Rival {
        let one = self.snapshot.load_balancers.get(arn);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Rival {
            name: text(one.and_then(api::LoadBalancer::load_balancer_name)),
            dns_name: text(one.and_then(api::LoadBalancer::dns_name)),
            zone: text(one.and_then(api::LoadBalancer::canonical_hosted_zone_id)),
            internet_facing: one.is_some_and(facts::is_internet_facing),
            rules: Vec::new(),
        }
    }
}

/// A rule as commands take it: `shop/443/10`.
fn place(balancer: &str, listener: &api::Listener, rule: &api::Rule) -> String {
    let port = listener.port().unwrap_or_default();
    format!("{balancer}/{port}/{}", rule.priority().unwrap_or("default"))
}

fn add(all: &mut Vec<String>, one: &str) {
    if !all.iter().any(|own| own == one) {
        all.push(one.to_owned());
    }
}

/// Whether a rule is for a host: by its name, or by a pattern that is narrower than a bare `*`.
fn named(rule: &api::Rule, host: &str) -> Option<bool> {
    let mut best = None;
    let model = rule::aws::from_api(rule, "", &GroupKeys::new(), Tags::new())?;
    for condition in model.when {
        let Condition::Host(patterns) = condition else { continue };
        for pattern in patterns {
            if pattern.eq_ignore_ascii_case(host) {
                return Some(true);
            }
            if pattern.contains('.') && Glob::folded(&pattern).matches(host) {
                best = Some(false);
            }
        }
    }
    best
}

async fn certified<C: Clock>(
    reader: &Reader<'_, C>,
    listeners: &[&(&String, api::Listener)],
    host: &str,
) -> Result<Vec<String>, ServiceError> {
    reader.round();
    let lists = try_join_all(
        listeners
            .iter()
            .map(async |(_, one)| reader.certificates(one.listener_arn().unwrap_or_default()).await),
    );
    let mut pairs: BTreeSet<(&String, String)> = BTreeSet::new();
    for ((balancer, _), list) in listeners.iter().zip(lists.await?) {
        let arns = list.unwrap_or_default();
        pairs.extend(arns.into_iter().filter_map(|one| Some((*balancer, one.certificate_arn?))));
    }
    reader.round();
    let found = try_join_all(pairs.iter().map(|(_, arn)| facts::certificate(reader, arn))).await?;
    let mut all = Vec::new();
    for ((balancer, _), one) in pairs.iter().zip(found) {
        if one.is_ok_and(|one| one.names.iter().any(|name| covers(name, host))) {
            add(&mut all, balancer);
        }
    }
    Ok(all)
}
