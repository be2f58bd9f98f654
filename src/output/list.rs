//! The load balancers of a region: the facts, for text and for JSON alike.

pub mod json;
pub mod text;

use std::collections::BTreeSet;

use super::status::groups::waiting;
use super::status::{certificates, is_troubled};
use crate::kinds::tagging::ownership;
use crate::model::survey::{Survey, Surveyed, SurveyedGroup, SurveyedListener};
use crate::model::world::{HealthState, TargetHealth};

/// A load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The name that AWS gave it.
    pub dns_name: Option<String>,
    /// Who manages it.
    pub owner: Known<Option<Owner>>,
    /// `active`, or the state and its reason.
    pub state: String,
    /// `internet-facing`, `internal`.
    pub scheme: String,
    /// By port.
    pub listeners: Known<Vec<SurveyedListener>>,
    /// How many targets are healthy, and how many there are; none: no target group is attached.
    pub health: Known<Option<(usize, usize)>>,
    /// The days that the certificate lasts which ends first; none: there is none.
    pub days: Known<Option<i64>>,
    /// What needs attention.
    pub problems: Vec<String>,
}

/// Something that may not be readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// All of it is known.
    All(T),
    /// So much is known, and there is more.
    Part(T),
    /// It could not be read.
    Nothing,
}

impl<T> Known<T> {
    /// What is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::All(value) | Self::Part(value) => Some(value),
            Self::Nothing => None,
        }
    }
}

/// Who manages a load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `albctl`, `CloudFormation`, `LBC` (the AWS Load Balancer Controller).
    pub system: &'static str,
    /// The stack, or the cluster; may be empty.
    pub name: String,
}

impl Owner {
    /// `albctl shop`.
    pub fn words(&self) -> String {
        format!("{} {}", self.system, self.name).trim_end().to_owned()
    }
}

/// The rows of a survey, by name.
pub fn rows(survey: &Survey) -> Vec<Row> {
    survey.balancers.iter().map(|one| row(survey, one)).collect()
}

fn row(survey: &Survey, one: &Surveyed) -> Row {
    let mut problems = Vec::new();
    if is_troubled(&one.front.state, one.front.serves) {
        problems.push(one.front.state.clone());
    }
    let health = health(one, &mut problems);
    let days = days(survey, one, &mut problems);
    let listeners = match &one.listeners {
        Some(all) => Known::All(all.clone()),
        None => Known::Nothing,
    };
    if listeners.value().is_some_and(Vec::is_empty) {
        problems.push("has no listener".to_owned());
    }
    for listener in listeners.value().into_iter().flatten().filter(|listener| listener.weightless) {
        problems.push(format!(":{} answers 503 by default: all its weights are 0", listener.port));
    }
    // Two certificates may well have the same names and end on the same day.
    problems.dedup();
    let owner = |(system, name): (&'static str, &str)| Owner { system, name: name.to_owned() };
    Row {
        name: one.name.clone(),
        arn: one.arn.clone(),
        dns_name: one.dns_name.clone(),
        owner: one
            .tags
            .as_ref()
            .map_or(Known::Nothing, |tags| Known::All(ownership::manager(tags).map(owner))),
        state: one.front.state.clone(),
        scheme: one.scheme.clone(),
        listeners,
        health,
        days,
        problems,
    }
}

/// The targets of all groups together.
fn health(one: &Surveyed, problems: &mut Vec<String>) -> Known<Option<(usize, usize)>> {
    let Some(groups) = &one.groups else { return Known::Nothing };
    if groups.is_empty() {
        return Known::All(None);
    }
    let (mut healthy, mut all, mut unread) = (0, 0, 0);
    for group in groups {
        let Some(targets) = &group.targets else {
            unread += 1;
            continue;
        };
        healthy += targets.iter().filter(|one| one.state == HealthState::Healthy).count();
        all += targets.len();
        problems.extend(problem(group, targets));
    }
    match unread {
        0 => Known::All(Some((healthy, all))),
        some if some < groups.len() => Known::Part(Some((healthy, all))),
        _ => Known::Nothing,
    }
}

fn problem(group: &SurveyedGroup, targets: &[TargetHealth]) -> Option<String> {
    let name = &group.name;
    if targets.is_empty() {
        return Some(format!("{name} has no targets"));
    }
    if let Some(waiting) = waiting(targets) {
        return Some(format!("{name}: {waiting}"));
    }
    let count = |state: HealthState| targets.iter().filter(|one| one.state == state).count();
    match (count(HealthState::Unhealthy), count(HealthState::Healthy), targets.len()) {
        (0, _, _) => None,
        (_, 0, 1) => Some(format!("{name}: its only target is not healthy")),
        (_, 0, all) => Some(format!("{name}: none of {all} targets is healthy")),
        (1, _, all) => Some(format!("{name}: 1 of {all} targets is unhealthy")),
        (bad, _, all) => Some(format!("{name}: {bad} of {all} targets are unhealthy")),
    }
}

/// The certificate of all listeners that ends first.
fn days(survey: &Survey, one: &Surveyed, problems: &mut Vec<String>) -> Known<Option<i64>> {
    let Some(listeners) = &one.listeners else { return Known::Nothing };
    let arns: BTreeSet<&String> = listeners.iter().flat_map(|one| &one.certificates).collect();
    let mut complete = listeners.iter().all(|one| one.complete);
    let (mut lowest, mut read) = (None, 0);
    for arn in &arns {
        match survey.certificates.get(*arn) {
            Some(Some(found)) => {
                let one = certificates::foreign(survey.now, arn, Some(found), BTreeSet::new());
                problems.extend(one.problem().map(|problem| format!("{} {problem}", one.label())));
                lowest = lowest.into_iter().chain(one.days).min();
                read += 1;
            }
            Some(None) => {
                problems.push(format!("its certificate {arn} is gone"));
                read += 1;
            }
            None => complete = false,
        }
    }
    match (complete, read) {
        (true, _) => Known::All(lowest),
        (false, 0) => Known::Nothing,
        (false, _) => Known::Part(lowest),
    }
}

#[cfg(test)]
mod tests;
