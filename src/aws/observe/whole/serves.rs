//! Which load balancer serves a host: the one that a rule of it names the host, that its name leads to, or that has a
//! certificate for it.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::{Whole, facts, leads};
use crate::aws::observe::reader::Reader;
use crate::aws::observe::rounds::is_https;
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
    /// A rule names the host itself.
    pub by_rule: Vec<String>,
    /// A rule has a pattern that the host matches, and that not every host matches.
    pub by_pattern: Vec<String>,
    /// Its name leads there.
    pub by_name: Option<String>,
    /// It has a certificate for the host; only looked for where there is nothing else.
    pub by_certificate: Vec<String>,
}

impl Serving {
    /// The one that serves it; else those that may.
    ///
    /// # Errors
    /// Several, or none.
    pub fn one(&self) -> Result<String, Vec<String>> {
        let named = |all: &[String]| self.by_name.clone().filter(|name| all.contains(name));
        for all in [&self.by_rule, &self.by_pattern] {
            match (all.as_slice(), named(all)) {
                (_, Some(one)) => return Ok(one),
                ([], None) => {}
                // A wide pattern of another says less than where the name leads.
                (_, None) if all == &self.by_pattern && self.by_name.is_some() => {}
                ([only], None) => return Ok(only.clone()),
                (several, None) => return Err(several.to_vec()),
            }
        }
        match (&self.by_name, self.by_certificate.as_slice()) {
            (Some(one), _) => Ok(one.clone()),
            (None, [only]) => Ok(only.clone()),
            (None, all) => Err(all.to_vec()),
        }
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
        for ((balancer, _), rules) in listeners.iter().zip(rules) {
            for rule in rules.unwrap_or_default() {
                match named(&rule, host) {
                    Some(true) => add(&mut serving.by_rule, balancer),
                    Some(false) => add(&mut serving.by_pattern, balancer),
                    None => {}
                }
            }
        }
        if serving.by_rule.is_empty() && serving.by_pattern.is_empty() && serving.by_name.is_none() {
            let encrypted: Vec<_> = listeners.iter().filter(|(_, one)| is_https(one)).collect();
            serving.by_certificate = certified(reader, &encrypted, host).await?;
        }
        Ok(serving)
    }
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
